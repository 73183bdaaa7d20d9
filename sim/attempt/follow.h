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
#include "sup/executor.h"

struct sim__follower {
    uint64_t first; /* attempt that was the first to follow `item`; begins as 1 */
    uint32_t generation;
    uint32_t item;
    uint32_t reached; /* items that some attempt followed */
};

/* The attempt follows no item: the one that is next stays so. */
void sim__follow_nothing(struct sim__follower *follower, struct sup_attempt id);
/* The item; what an `any` comes to is still to be decided. */
const struct sim_behaviour *sim__follow(struct sim__follower *follower,
                                        const struct sim_service *service, struct sup_attempt id);

/* What the attempt does: the item itself, or of an `any` the way that is chosen, and so on.
 * choose(context, n) answers 0 … n-1; it is asked for n above 1 only. */
const struct sim_behaviour *sim__decide(const struct sim_behaviour *item,
                                        uint32_t (*choose)(void *context, uint32_t n),
                                        void *context);

#endif
