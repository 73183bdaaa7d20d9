/* The action `set`: the world changes, and attempts feel it. */
#ifndef SIM_RUN_SET_H
#define SIM_RUN_SET_H

struct sim_act;
struct sim_engine;

/* Gives each of the action's conditions its state, one after the other: an event, and then
 * what becomes of the attempts that live. */
void sim__set_do(struct sim_engine *engine, const struct sim_act *act);
/* Every condition is up again, one after the other in the order of the file. */
void sim__set_all_up(struct sim_engine *engine);
/* The run is over: a state that was only ever given to what had it is a failure. */
void sim__set_end(struct sim_engine *engine);

#endif
