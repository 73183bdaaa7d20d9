/* The loop of a run: takes an engine from instant to instant, by the rounds that all
 * worlds share (sim/rounds/rounds.h). With `order: random` the oracle decides what comes
 * next.
 */
#ifndef SIM_RUN_LOOP_H
#define SIM_RUN_LOOP_H

#include <stdint.h>

struct sim_engine;

/* From the registration of the services to the verdict; the supervisor is gone
 * when it returns. SUP_OK or SUP_ENOMEM. */
int sim__loop_run(struct sim_engine *engine);

/* For those who take a run through time themselves: the timeline's first action, the
 * settling of an instant, and a turn of a loop that steps the supervisor on its own,
 * which had `events` events when it began. `now_ns` is to be set before. */
void sim__loop_act(struct sim_engine *engine);
void sim__loop_settle(struct sim_engine *engine);
void sim__loop_turned(struct sim_engine *engine, uint64_t events);

#endif
