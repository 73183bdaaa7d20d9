/* Forgiveness by rules: from what `reset_after` runs, and when that is looked at. */
#include "forgive.h"

#include "sup/assert.h"

#include "anchor.h"
#include "liveness.h"
#include "grid.h"
#include "probe.h"
#include "registry.h"
#include "supervisor.h"

/* The last of the registration's extra part but for an anchor. */
static struct sup_instant *kept(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(sup__keeps_reset(policy));
    size_t after = sup__keeps_anchor(policy) ? sizeof(struct sup__anchor) : 0;
    char *end = (char *)sup__extra_of(sup, s) + sup__needs(sup, s->policy)->extra_bytes - after;
    return (struct sup_instant *)(void *)(end - sizeof(struct sup_instant));
}

struct sup_instant sup__reset_kept(const struct sup *sup, const struct sup__service *s)
{
    return *kept(sup, s);
}

void sup__reset_clear(struct sup *sup, struct sup__service *s)
{
    *kept(sup, s) = SUP_INSTANT_NEVER;
}

void sup__reset_from(struct sup *sup, struct sup__service *s, struct sup_instant at)
{
    *kept(sup, s) = at;
}

bool sup__forgives(const struct sup *sup, const struct sup__service *s, struct sup_duration ran,
                   const struct sup__exit *exit)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    const struct sup_rules *rules = policy->rules;
    struct sup_instant from = {sup->now.ns - ran.ns};
    struct sup_duration unseen = {0};
    if (rules->reset_from == SUP_RESET_FROM_FAILURE) {
        from = *kept(sup, s);
    } else if (rules->reset_from == SUP_RESET_FROM_READY &&
               (policy->ready_explicit || sup__ready_by_time(policy))) {
        from = exit->unready ? SUP_INSTANT_NEVER : *kept(sup, s);
    }
    if (rules->reset_poll.ns > 0) {
        unseen = sup__grid_passed(sup->config.clock_at_zero, sup->now, rules->reset_poll);
        SUP_PROBE_WHEN("forgiveness: it is not seen yet", unseen.ns > 0);
        SUP_PROBE_WHEN("forgiveness: never looked at yet", unseen.ns > sup->now.ns);
    }
    struct sup_instant enough = sup_instant_add(from, policy->backoff.reset_after);
    return enough.ns <= sup->now.ns && sup->now.ns - enough.ns >= unseen.ns;
}
