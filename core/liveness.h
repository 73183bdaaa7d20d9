/* Readiness, heartbeats and probes: what a live attempt says of itself, and the
 * timers that wait for it. */
#ifndef SUP_CORE_LIVENESS_H
#define SUP_CORE_LIVENESS_H

#include "sup/policy.h"
#include "sup/rules.h"

#include "machine.h"
#include "phase.h"
#include "service.h"
#include "supervisor.h"

/* The attempt counts as running: from its start, or from its first `ready` when
 * that is explicit. A half-open breaker's probe is timed from here. */
void sup__probe_from_now(struct sup *sup, struct sup__service *s);
static inline void sup__running(struct sup *sup, struct sup__service *s)
{
    sup__set_phase(sup, s, SUP_PHASE_RUNNING);
    if (s->breaker == SUP_BREAKER_STATE_HALF_OPEN) {
        sup__probe_from_now(sup, s);
    }
}

/* Ready when it has lived for so long. */
static inline bool sup__ready_by_time(const struct sup_policy *policy)
{
    return policy->rules != NULL && policy->rules->ready_after.ns > 0;
}
void sup__ready_later(struct sup *sup, struct sup__service *s);
/* Its time has come, and was not told yet. */
bool sup__ready_time_is_up(const struct sup *sup, const struct sup__service *s);
static inline bool sup__ready_is_due(const struct sup *sup, const struct sup__service *s)
{
    return (s->traits & SUP__TRAIT_READY_BY_TIME) != 0 && sup__ready_time_is_up(sup, s);
}

/* Reactions of the table. */
void sup__on_ready(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_readiness(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_beat(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_stale(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_starting_due(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_probe(struct sup *sup, struct sup__service *s, const struct sup__input *input);
void sup__on_extend(struct sup *sup, struct sup__service *s, const struct sup__input *input);

#endif
