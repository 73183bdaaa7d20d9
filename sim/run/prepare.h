/* The first half of a start, sim__executor_prepare of executor.h, and the chance that
 * scripts have.
 */
#ifndef SIM_RUN_PREPARE_H
#define SIM_RUN_PREPARE_H

#include <stdint.h>

#include "executor.h"

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
