/* What a late run does otherwise when what is done takes its time. */
#ifndef SIM_RUN_LATE_H
#define SIM_RUN_LATE_H

#include <stdbool.h>

#include "sup/time.h"

struct sim_engine;

/* The clock's hook: what took time has moved it on, and it does not go back. */
void sim__set_late_clock(void *context, struct sup_instant now);
/* The supervisor's timers of this turn: what fell due while something took its time waits. */
void sim__step_late(const struct sim_engine *engine);
/* Whether what is due next falls due before the turn is over, and is done in it: nobody sees
 * what is settled before that. */
bool sim__turn_goes_on(const struct sim_engine *engine, struct sup_instant next);

#endif
