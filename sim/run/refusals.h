/* Refusals: starts that a `refuse-starts` has declared and the executor owes. */
#ifndef SIM_RUN_REFUSALS_H
#define SIM_RUN_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"

/* `refuse-starts`, until it is used up. */
struct sim_refusal {
    const struct sim_action *action;
    uint64_t *used; /* counted here */
    uint64_t left;
    uint32_t slot;
};

struct sim_refusals {
    struct sim_refusal *items; /* the oldest first */
    uint32_t count;
    uint32_t room;
};

void sim__refusals_release(struct sim_refusals *refusals);
/* Declares action->times more for the slot; each one taken is counted in *used.
 * SUP_OK or SUP_ENOMEM. */
int sim__refusals_declare(struct sim_refusals *refusals, uint32_t slot,
                          const struct sim_action *action, uint64_t *used);
/* Takes one of those declared for the slot, the oldest first; NULL: there is none. */
const struct sim_action *sim__refusals_take(struct sim_refusals *refusals, uint32_t slot);
/* Is there one declared for the slot? */
bool sim__refusals_owed(struct sim_refusals *refusals, uint32_t slot);
/* Forgets them all. */
void sim__refusals_forgive(struct sim_refusals *refusals);
/* What this action has declared and nobody has met. */
uint64_t sim__refusals_left(const struct sim_refusals *refusals, const struct sim_action *action);

#endif
