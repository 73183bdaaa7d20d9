/* Calm: what attempts do once the action `calm` has turned every fault off.
 *
 * An attempt runs, reports ready where that is waited for, and beats twice as often as its
 * service asks; an interval's call succeeds at once. Such behaviours are few, whatever the
 * number of services: they are made when the first attempt needs one, and kept.
 */
#ifndef SIM_RUN_CALM_H
#define SIM_RUN_CALM_H

#include <stdbool.h>

#include "sim/base/arena.h"
#include "sim/base/table.h"
#include "sim/scenario.h"
#include "sup/snapshot.h"

struct sim_executor;
struct sim__calm_form;

struct sim_calm {
    struct sim_arena *arena; /* NULL: not yet calm */
    struct sim__table forms;
    const struct sim__calm_form *last; /* most attempts are like the one before */
};

void sim__calm_release(struct sim_calm *calm);
static inline bool sim__calm_is_on(const struct sim_calm *calm)
{
    return calm->arena != NULL;
}
/* From here on it is calm. SUP_OK or SUP_ENOMEM. */
int sim__calm_begin(struct sim_calm *calm) SUP_WARN_UNUSED;
/* What an attempt of the service does. `readiness` is what the attempt has said of itself:
 * one that is not ready says that it is. NULL without memory. */
const struct sim_behaviour *sim__calm_behaviour(struct sim_calm *calm,
                                                const struct sim_service *service,
                                                enum sup_readiness readiness);
/* Those that live already feel it, and those that were given up end. SUP_OK or SUP_ENOMEM. */
int sim__calm_attempts(struct sim_executor *executor) SUP_WARN_UNUSED;

#endif
