/* The first half of a start, sim__executor_prepare of executor.h, and the chance that
 * scripts have.
 */
#ifndef SIM_RUN_PREPARE_H
#define SIM_RUN_PREPARE_H

#include <stdint.h>

#include "executor.h"

/* Who asks, and for what: "choose" or "any". */
struct sim_chooser {
    struct sim_executor *executor;
    uint32_t slot;
    const char *site;
};

/* The branch that a chooser gets, of n. */
uint32_t sim__chooser_choose(void *context, uint32_t n);
/* The chance of a script of the agent. */
static inline struct sim_chance sim__chance_of(struct sim_chooser *chooser,
                                               const struct sim_agent *agent)
{
    return (struct sim_chance){
        .stream = agent->stream,
        .draws = &chooser->executor->draws,
        .choose = sim__chooser_choose,
        .context = chooser,
    };
}

#endif
