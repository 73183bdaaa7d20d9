/* Keeps the waits of a run. */
#include "waits.h"

#include <stdlib.h>

#include "outcome.h"
#include "sup/assert.h"

void sim__waits_release(struct sim_waits *waits)
{
    while (waits->first != NULL) {
        struct sim_wait *wait = waits->first;
        waits->first = wait->next;
        free(wait);
    }
}

struct sim_wait *sim__waits_begin(struct sim_waits *waits, void *owner,
                                  const struct sim_action *action)
{
    struct sim_wait *wait = waits->first;
    while (wait != NULL && !wait->finished) {
        wait = wait->next;
    }
    if (wait == NULL) {
        wait = calloc(1, sizeof(*wait));
        if (wait == NULL) {
            return NULL;
        }
        wait->next = waits->first;
        waits->first = wait;
    }
    SUP_ASSERT(action->kind == SIM_ACT_WAIT_IDLE);
    wait->owner = owner;
    wait->action = action;
    wait->finished = false;
    return wait;
}

void sim__waits_end(const struct sim_waits *waits, struct sim_expect *expect,
                    struct sup_instant now)
{
    for (const struct sim_wait *wait = waits->first; wait != NULL; wait = wait->next) {
        if (!wait->finished && !sim__outcome_expects_anything(wait->action)) {
            const struct sim_finding finding = {
                .place = wait->action->place,
                .at = now,
                .check = SIM_CHECK_ANSWER,
                .detail = "finished",
                .expected = "wait-idle: finished",
                .found = "still waiting at the end of the run",
            };
            sim_expect_fail(expect, &finding);
        }
    }
}
