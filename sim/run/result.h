/* What other worlds add to the result of a run. */
#ifndef SIM_RESULT_H
#define SIM_RESULT_H

#include "sim/run.h"

/* Gives the result a note, which it owns. SUP_OK or SUP_ENOMEM. */
int sim__result_note(struct sim_result *result, const char *note) SUP_WARN_UNUSED;
/* An expectation of the world itself failed. The result comes from sim_run. */
void sim__result_fail(struct sim_result *result, const char *message);

#endif
