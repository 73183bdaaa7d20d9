/* Waits that are measured from the start of the attempt that ended, or from its readiness. */
#include "anchor.h"

#include "sup/assert.h"

#include "probe.h"
#include "registry.h"
#include "supervisor.h"

/* The last of the registration's extra part. */
static struct sup__anchor *kept(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(sup__keeps_anchor(policy));
    char *end = (char *)sup__extra_of(sup, s) + sup__needs(sup, s->policy)->extra_bytes;
    return (struct sup__anchor *)(void *)(end - sizeof(struct sup__anchor));
}

void sup__anchor_clear(struct sup *sup, struct sup__service *s)
{
    *kept(sup, s) = (struct sup__anchor){.ready_at = SUP_INSTANT_NEVER};
}

void sup__anchor_ready(struct sup *sup, struct sup__service *s, struct sup_instant at)
{
    kept(sup, s)->ready_at = at;
}

void sup__anchor_unready(struct sup *sup, struct sup__service *s)
{
    kept(sup, s)->ready_at = SUP_INSTANT_NEVER;
}

struct sup_instant sup__anchor_ready_at(const struct sup *sup, const struct sup__service *s)
{
    return kept(sup, s)->ready_at;
}

struct sup_duration sup__anchor_previous(const struct sup *sup, const struct sup__service *s)
{
    return kept(sup, s)->drawn;
}

struct sup_duration sup__anchor_left(struct sup *sup, struct sup__service *s,
                                     struct sup_duration wait)
{
    struct sup__anchor *anchor = kept(sup, s);
    bool from_start = sup__policy_of(sup, s)->rules->from == SUP_FROM_START;
    struct sup_instant from = from_start ? s->started_at : anchor->ready_at;
    anchor->drawn = wait;
    if (from.ns == SUP_NEVER_NS) {
        SUP_PROBE("wait: from its end, as it was never ready");
        return wait;
    }
    SUP_PROBE_WHEN("wait: from its start", from_start);
    SUP_PROBE_WHEN("wait: from its readiness", !from_start);
    struct sup_instant due = sup_instant_add(from, wait);
    SUP_PROBE_WHEN("wait: over before its end", due.ns < sup->now.ns);
    return due.ns == SUP_NEVER_NS ? SUP_DURATION_NEVER : sup_instant_since(due, sup->now);
}
