/* Finds the item of its script that an attempt follows. */
#include "follow.h"

#include "sup/assert.h"

void sim__follow_nothing(struct sim__follower *follower, struct sup_attempt id)
{
    sim__follow_anew(follower, id);
    follower->first++;
}

const struct sim_behaviour *sim__decide(const struct sim_behaviour *item,
                                        uint32_t (*choose)(void *context, uint32_t n),
                                        void *context)
{
    while (item->kind == SIM_ANY) {
        uint32_t way = item->way_count > 1 ? choose(context, item->way_count) : 0;
        SUP_ASSERT(way < item->way_count);
        item = &item->ways[way];
    }
    return item;
}
