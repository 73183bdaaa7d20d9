/* The lag of a run's services: how much later than the supervisor's rules have it the world
 * does what it decides, and the supervisor learns what the world does.
 *
 * Each name draws from a stream of its own, which is nobody else's, so that its lag changes
 * no other draw. A run without lag keeps nothing.
 */
#ifndef SIM_RUN_LAG_H
#define SIM_RUN_LAG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/tape.h"
#include "sim/invariant.h"
#include "sim/scenario.h"
#include "sup/random.h"
#include "sup/supervisor.h"

struct sim_executor;

struct sim_lag_stream {
    struct sup_random random;
    bool derived;
};

struct sim_lags {
    struct sim_lag_stream *streams; /* by slot */
    uint32_t count;
    struct sim__draws draws;
    struct sup_duration clock; /* what the supervisor's clock reads at 0 */
};

/* What the supervisor asks, of an executor as its context. */
struct sup_instant sim__lag_put_off(void *context, struct sup_attempt id, void *work,
                                    enum sup_put_off what, struct sup_instant due);
/* How late it may be, for those who check. */
struct sim_invariants_lag sim__lag_bounds(const struct sim_lag *lag);
/* When the supervisor learns of an end that comes now. */
struct sup_instant sim__lag_learns(struct sim_executor *executor, uint32_t slot,
                                   const struct sim_lag *lag);
void sim__lags_init(struct sim_executor *executor, struct sup_duration clock);
void sim__lags_release(struct sim_lags *lags);

#endif
