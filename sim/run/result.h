/* What other worlds add to the result of a run. */
#ifndef SIM_RESULT_H
#define SIM_RESULT_H

#include "sim/run.h"

/* Gives the result a note, which it owns. SUP_OK or SUP_ENOMEM. */
int sim__result_note(struct sim_result *result, const char *note) SUP_WARN_UNUSED;
/* The world itself found a failure, which no `verdict:` of the file can expect. The result
 * comes from sim_run, here and below. */
void sim__result_fail(struct sim_result *result, const char *message);
/* The machine was too late, for so long, for the run to prove anything. What failed in it
 * is no failure. SUP_OK or SUP_ENOMEM. */
int sim__result_late(struct sim_result *result, struct sup_duration late,
                     const char *note) SUP_WARN_UNUSED;

/* Room for how far lateness may have moved each of the measures; the result owns it. NULL
 * without memory. */
uint64_t *sim__result_moved(struct sim_result *result, uint32_t count) SUP_WARN_UNUSED;

/* When something was done last: an action, what a script does, a timer of the supervisor,
 * whether it made an event or not. From then on time passed, and nothing else. */
struct sup_instant sim__result_done(const struct sim_result *result);

/* What a program wrote; the result owns a copy. SUP_OK or SUP_ENOMEM. */
int sim__result_output(struct sim_result *result, const struct sim_output *output) SUP_WARN_UNUSED;

#endif
