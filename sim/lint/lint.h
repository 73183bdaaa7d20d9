/* Warnings: what is legal in a scenario and most likely a mistake.
 *
 * Each trap is a function of its own, listed in traps.h; docs/lint.md tells of all.
 * A warning says what cannot work, never what is merely unusual: where a file may mean
 * it, nothing is said. Nothing is run.
 */
#ifndef SIM_LINT_LINT_H
#define SIM_LINT_LINT_H

#include "sim/scenario.h"
#include "sim/scenario/diagnostic.h"

struct sim__lint_request {
    const struct sim_scenario *scenario;
    const char *file;                 /* as messages name it */
    uint64_t seeds;                   /* that a sweep would try; 1: there is none */
    struct sim__told_list *told;      /* NULL, or filled with the warnings one by one */
    struct sim_diagnostics *rendered; /* NULL, or given the text for people */
};

/* How many warnings there are; 0 or SUP_ENOMEM. sim__told_release and
 * sim_diagnostics_release afterwards. */
int sim__lint(const struct sim__lint_request *request, uint64_t *ret_count) SUP_WARN_UNUSED;

#endif
