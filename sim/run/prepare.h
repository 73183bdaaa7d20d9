/* The first half of a start, sim__executor_prepare of executor.h, and the chance that
 * scripts have.
 */
#ifndef SIM_RUN_PREPARE_H
#define SIM_RUN_PREPARE_H

#include <stdint.h>

#include "executor.h"
#include "sim/attempt/follow.h"

/* As sim__executor_prepare, for who asks at every start: most follow an item of a script, and
 * there is nothing that could stand in their way. */
static inline int sim__prepare(struct sim_executor *executor, const struct sup_start *start,
                               const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    struct sim_agent *agent = start->work;
    bool usual = agent->stream != NULL && agent->service->need_count == 0 &&
                 executor->owners[start->id.slot].last == agent && executor->refusals.count == 0 &&
                 !executor->points.on && !sim__calm_is_on(&executor->calm);
    if (usual) {
        const struct sim_behaviour *item = sim__follow(&agent->follower, agent->service, start->id);
        if (item->kind != SIM_ANY && item->kind != SIM_REFUSE && item->call == NULL) {
            *ret_behaviour = item;
            return SUP_OK;
        }
    }
    return sim__executor_prepare(executor, start, ret_behaviour, ret_error);
}

/* The branch that a chooser gets, of n. */
uint32_t sim__chooser_choose(void *context, uint32_t n);
/* The chance of a script of the agent's, until it is asked for another's. */
static inline const struct sim_chance *sim__chance_of(struct sim_executor *executor,
                                                      const struct sim_agent *agent, uint32_t slot)
{
    executor->chooser.slot = slot;
    executor->chance.stream = agent->stream;
    return &executor->chance;
}

#endif
