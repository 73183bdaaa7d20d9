/* What a registration needs, as its policy says; see needs.h. */
#include "needs.h"

#include "anchor.h"
#include "forgive.h"
#include "lifetime.h"
#include "limits.h"
#include "operator.h"
#include "window.h"

static bool needs_extra(const struct sup_policy *policy)
{
    return policy->breaker.failures > 0 || policy->limit.enabled ||
           policy->stale_after.ns != SUP_NEVER_NS || policy->kind == SUP_KIND_INTERVAL ||
           __builtin_expect(sup__keeps_anchor(policy) || sup__keeps_reset(policy) ||
                                sup__keeps_wait(policy) || sup__keeps_lifetime(policy),
                            0);
}

static uint32_t breaker_entries(const struct sup_policy *policy)
{
    return sup__window_reserve(policy->breaker.failures, policy->breaker.within);
}

static uint32_t limit_entries(const struct sup_policy *policy)
{
    if (__builtin_expect(policy->rules != NULL, 0)) {
        return sup__limit_reserve(&policy->limit, &policy->rules->limit);
    }
    uint32_t max = policy->limit.enabled ? policy->limit.max : 0;
    return sup__window_reserve(max, policy->limit.within);
}

static size_t extra_bytes(const struct sup_policy *policy)
{
    if (!needs_extra(policy)) {
        return 0;
    }
    return sizeof(struct sup__extra) +
           (sup__limit_has_state(policy) ? sizeof(struct sup__limit) : 0) +
           (sup__keeps_wait(policy) ? sizeof(struct sup__held_wait) : 0) +
           (sup__keeps_lifetime(policy) ? sizeof(struct sup__lifetime) : 0) +
           (sup__keeps_reset(policy) ? sizeof(struct sup_instant) : 0) +
           (sup__keeps_anchor(policy) ? sizeof(struct sup__anchor) : 0); /* comes last */
}

static uint32_t timers_of(const struct sup_policy *policy)
{
    uint32_t probe =
        policy->breaker.failures > 0 && policy->breaker.then == SUP_BREAKER_THEN_HALF_OPEN;
    uint32_t beat = policy->stale_after.ns != SUP_NEVER_NS;
    return 1 + probe + beat;
}

struct sup__needs sup__needs_of(const struct sup_policy *policy)
{
    return (struct sup__needs){
        .extra_bytes = (uint32_t)extra_bytes(policy),
        .breaker_entries = breaker_entries(policy),
        .entries = breaker_entries(policy) + limit_entries(policy),
        .timers = timers_of(policy),
    };
}
