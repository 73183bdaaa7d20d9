/* What a failed run shows: the last events, up to its instant, of the services that
 * each failure is about. They are gathered when the run is done a second time, since
 * only then it is known what will be asked for; so a run that passes pays nothing. */
#ifndef SIM_RUN_EVIDENCE_H
#define SIM_RUN_EVIDENCE_H

#include "sim/expect.h"
#include "sim/trace/tail.h"

#define SIM_EVIDENCE_FAILURES 20u /* the first of a run's failures have evidence */

struct sim_evidence {
    const struct sim_failure *failures;
    uint32_t count;
    uint32_t *asked; /* of each slot: bit i: failure i is about it */
    uint32_t slot_count;
    struct sim_tail tails[SIM_EVIDENCE_FAILURES];
    bool failed; /* there was no memory for all of it */
};

/* The failures stay the caller's. SUP_OK or SUP_ENOMEM. */
int sim__run_evidence_create(const struct sim_failure *failures, uint32_t count,
                             struct sim_evidence **ret_evidence);
void sim__run_evidence_free(struct sim_evidence *evidence);
/* The supervisor is about to go. */
void sim__run_evidence_settle(struct sim_evidence *evidence, const struct sup *sup);
/* A sup_event_fn. */
void sim__run_evidence_event(void *evidence, const struct sup_event *event);

#endif
