/* Actions: commands of operators and injected faults, carried out on a run. */
#ifndef SIM_RUN_ACTION_H
#define SIM_RUN_ACTION_H

struct sim_act;
struct sim_engine;

/* Carries out an action, now. */
void sim__action_do(struct sim_engine *engine, struct sim_act *act);

#endif
