/* Keeps which starts are still to be refused. */
#include "refusals.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sim/base/probe.h"
#include "sup/assert.h"
#include "sup/error.h"

void sim__refusals_release(struct sim_refusals *refusals)
{
    free(refusals->items);
    *refusals = (struct sim_refusals){0};
}

static struct sim_refusal *refusal_of(struct sim_refusals *refusals, uint32_t slot,
                                      const struct sim_action *action)
{
    for (uint32_t i = 0; i < refusals->count; i++) {
        if (refusals->items[i].slot == slot &&
            (action == NULL || refusals->items[i].action == action)) {
            return &refusals->items[i];
        }
    }
    return NULL;
}

const struct sim_action *sim__refusals_take(struct sim_refusals *refusals, uint32_t slot)
{
    struct sim_refusal *refusal = refusal_of(refusals, slot, NULL);
    if (refusal == NULL) {
        return NULL;
    }
    const struct sim_action *action = refusal->action;
    SUP_ASSERT(refusal->left > 0); /* what is used up is not kept */
    SIM_PROBE("timeline: a start is refused");
    *refusal->used += 1;
    if (--refusal->left == 0) {
        refusals->count--;
        size_t behind = (size_t)(refusals->items + refusals->count - refusal);
        memmove(refusal, refusal + 1, behind * sizeof(*refusal));
    }
    return action;
}

bool sim__refusals_owed(struct sim_refusals *refusals, uint32_t slot)
{
    return refusal_of(refusals, slot, NULL) != NULL;
}

void sim__refusals_forgive(struct sim_refusals *refusals)
{
    refusals->count = 0;
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

int sim__refusals_declare(struct sim_refusals *refusals, uint32_t slot,
                          const struct sim_action *action, uint64_t *used)
{
    struct sim_refusal *known = refusal_of(refusals, slot, action);
    if (known != NULL || action->times == 0) {
        if (known != NULL) {
            known->left = add_saturating(known->left, action->times);
        }
        return SUP_OK;
    }
    SUP_ASSERT(refusals->count <= refusals->room);
    void *grown = sim__grown(refusals->items, &refusals->room, (uint64_t)refusals->count + 1,
                             sizeof(*refusals->items));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    refusals->items = grown;
    refusals->items[refusals->count++] =
        (struct sim_refusal){.action = action, .used = used, .left = action->times, .slot = slot};
    return SUP_OK;
}

uint64_t sim__refusals_left(const struct sim_refusals *refusals, const struct sim_action *action)
{
    uint64_t left = 0;
    for (uint32_t i = 0; i < refusals->count; i++) {
        if (refusals->items[i].action == action) {
            left = add_saturating(left, refusals->items[i].left);
        }
    }
    return left;
}
