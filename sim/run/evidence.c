/* What a failed run shows; see evidence.h. */
#include "evidence.h"

#include <assert.h>

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/error.h"

/* The names of the slot have been compared. */
#define KNOWN (UINT32_C(1) << 31)
static_assert(SIM_EVIDENCE_FAILURES < 32, "failures are a set of bits");

int sim__run_evidence_create(const struct sim_failure *failures, uint32_t count,
                             struct sim_evidence **ret_evidence)
{
    struct sim_evidence *evidence = calloc(1, sizeof(*evidence));
    if (evidence == NULL) {
        return SUP_ENOMEM;
    }
    evidence->failures = failures;
    evidence->count = count < SIM_EVIDENCE_FAILURES ? count : SIM_EVIDENCE_FAILURES;
    *ret_evidence = evidence;
    return SUP_OK;
}

void sim__run_evidence_free(struct sim_evidence *evidence)
{
    if (evidence == NULL) {
        return;
    }
    for (uint32_t i = 0; i < SIM_EVIDENCE_FAILURES; i++) {
        sim__tail_release(&evidence->tails[i]);
    }
    free(evidence->asked);
    free(evidence);
}

/* The failures that are about this name; those about nobody are about everything. */
static uint32_t asked_of(const struct sim_evidence *evidence, const char *service)
{
    uint32_t asked = 0;
    for (uint32_t i = 0; i < evidence->count; i++) {
        const struct sim_failure *failure = &evidence->failures[i];
        bool about = failure->service_count == 0;
        for (uint32_t k = 0; k < failure->service_count && !about && service != NULL; k++) {
            about = strcmp(failure->services[k], service) == 0;
        }
        asked |= about ? UINT32_C(1) << i : 0;
    }
    return asked;
}

/* A slot stands for its name, so names are compared once for each. */
static uint32_t asked_at(struct sim_evidence *evidence, uint32_t slot, const char *service)
{
    if (slot >= evidence->slot_count && slot < UINT32_MAX / 2) {
        uint32_t *asked =
            sim__grown(evidence->asked, &evidence->slot_count, (uint64_t)slot + 1, sizeof(*asked));
        if (asked == NULL) {
            evidence->failed = true;
            return 0;
        }
        evidence->asked = asked;
    }
    if (slot >= evidence->slot_count || service == NULL) {
        return asked_of(evidence, service);
    }
    if (evidence->asked[slot] == 0) {
        evidence->asked[slot] = KNOWN | asked_of(evidence, service);
    }
    return evidence->asked[slot] & ~KNOWN;
}

void sim__run_evidence_settle(struct sim_evidence *evidence, const struct sup *sup)
{
    for (uint32_t i = 0; i < evidence->count; i++) {
        sim__tail_settle(&evidence->tails[i], sup);
    }
}

void sim__run_evidence_event(void *context, const struct sup_event *event)
{
    struct sim_evidence *evidence = context;
    uint32_t asked = asked_at(evidence, event->slot, event->service);
    for (uint32_t i = 0; asked >> i != 0; i++) {
        if ((asked >> i & 1u) != 0 && event->at.ns <= evidence->failures[i].at_ns) {
            sim__tail_push(&evidence->tails[i], event);
            evidence->failed |= evidence->tails[i].failed;
        }
    }
}
