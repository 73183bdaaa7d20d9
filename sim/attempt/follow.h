/* How far a name's script has come: which of its items an attempt follows.
 *
 * Attempt 1 follows item 1, and so on; `times` makes an item serve several, the last
 * item serves all that come, and a new generation begins anew. Attempts are asked about
 * in their order, so it costs O(1) amortised.
 */
#ifndef SIM_ATTEMPT_FOLLOW_H
#define SIM_ATTEMPT_FOLLOW_H

#include <stdint.h>

#include "sim/scenario.h"
#include "sup/assert.h"
#include "sup/executor.h"

struct sim__follower {
    uint64_t first; /* attempt that was the first to follow `item`; begins as 1 */
    uint32_t generation;
    uint32_t item;
    uint32_t reached; /* items that some attempt followed */
};

/* The attempt follows no item: the one that is next stays so. */
void sim__follow_nothing(struct sim__follower *follower, struct sup_attempt id);
static inline void sim__follow_anew(struct sim__follower *follower, struct sup_attempt id)
{
    if (follower->generation != id.generation || id.attempt < follower->first) {
        follower->generation = id.generation;
        follower->item = 0;
        follower->first = 1;
    }
}
/* The item; what an `any` comes to is still to be decided. */
static inline const struct sim_behaviour *sim__follow(struct sim__follower *follower,
                                                      const struct sim_service *service,
                                                      struct sup_attempt id)
{
    sim__follow_anew(follower, id);
    while (follower->item + 1 < service->script_count &&
           id.attempt - follower->first >= service->script[follower->item].times) {
        follower->first += service->script[follower->item++].times;
    }
    if (follower->reached <= follower->item) {
        follower->reached = follower->item + 1;
    }
    SUP_ASSERT(follower->item < service->script_count);
    return &service->script[follower->item];
}

/* What the attempt does: the item itself, or of an `any` the way that is chosen, and so on.
 * choose(context, n) answers 0 … n-1; it is asked for n above 1 only. */
const struct sim_behaviour *sim__decide(const struct sim_behaviour *item,
                                        uint32_t (*choose)(void *context, uint32_t n),
                                        void *context);

#endif
