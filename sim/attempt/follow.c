/* Finds the item of its script that an attempt follows. */
#include "follow.h"

#include "sup/assert.h"

static void begin_anew(struct sim__follower *follower, struct sup_attempt id)
{
    if (follower->generation != id.generation || id.attempt < follower->first) {
        follower->generation = id.generation;
        follower->item = 0;
        follower->first = 1;
    }
}

void sim__follow_nothing(struct sim__follower *follower, struct sup_attempt id)
{
    begin_anew(follower, id);
    follower->first++;
}

const struct sim_behaviour *sim__follow(struct sim__follower *follower,
                                        const struct sim_service *service, struct sup_attempt id)
{
    begin_anew(follower, id);
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
