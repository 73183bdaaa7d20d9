/* Backoff: bounds, jitter, forgiveness; the formulas are in <sup/policy.h>.
 *
 * The bounds of a policy are computed once, until they stop growing. A factor so
 * close to 1 that this takes more than BOUNDS_MAX steps is followed step by step
 * from the last one kept.
 */
#include "backoff.h"

#include <string.h>

#include "sup/rules.h"

#include "anchor.h"
#include "canary.h"
#include "operator.h"
#include "probe.h"
#include "service.h"
#include "supervisor.h"
#include "waits.h"

#define BOUNDS_MAX 1024u

/* floor(value * factor / 10^9), saturating, in 32-bit pieces: no 128-bit type is
 * needed and every machine agrees. */
struct sup_duration sup__scale(struct sup_duration length, uint64_t factor_billionths)
{
    uint64_t value = length.ns;
    uint64_t whole = factor_billionths / SUP_FACTOR_ONE;
    uint64_t part = factor_billionths % SUP_FACTOR_ONE;
    if (whole != 0 && value > UINT64_MAX / whole) {
        return SUP_DURATION_NEVER;
    }
    uint64_t product = value * whole;
    /* value = q * 10^9 + r: value * part / 10^9 = q * part + r * part / 10^9, and
     * both products fit since q < 2^35 and r, part < 2^30. */
    uint64_t quotient = value / SUP_FACTOR_ONE;
    uint64_t rest = value % SUP_FACTOR_ONE;
    uint64_t fraction = quotient * part + rest * part / SUP_FACTOR_ONE;
    return sup_duration_add((struct sup_duration){product}, (struct sup_duration){fraction});
}

static struct sup_duration least(struct sup_duration a, struct sup_duration b)
{
    return a.ns < b.ns ? a : b;
}

static struct sup_duration next_bound(const struct sup_backoff_policy *backoff,
                                      struct sup_duration bound)
{
    return least(backoff->max, sup__scale(bound, backoff->factor_billionths));
}

/* Returns how many there are. */
static uint32_t plain_bounds(struct sup__policy *policy, struct sup_duration bounds[BOUNDS_MAX])
{
    const struct sup_backoff_policy *backoff = &policy->policy.backoff;
    uint32_t count = 1;
    bounds[0] = least(backoff->max, backoff->base);
    for (; count < BOUNDS_MAX; count++) {
        bounds[count] = next_bound(backoff, bounds[count - 1]);
        SUP_ASSERT(bounds[count].ns >= bounds[count - 1].ns);
        if (bounds[count].ns == bounds[count - 1].ns) {
            policy->bounds_end = true;
            break;
        }
    }
    return count;
}

int sup__backoff_prepare(const struct sup_allocator *alloc, struct sup__policy *policy)
{
    struct sup_duration bounds[BOUNDS_MAX];
    SUP_ASSERT(policy->bounds == NULL);
    policy->bounds_only =
        policy->policy.backoff.jitter == SUP_JITTER_NONE && !sup__keeps_anchor(&policy->policy);
    uint32_t count = __builtin_expect(policy->policy.rules != NULL, 0)
                         ? sup__waits_bounds(policy, bounds, BOUNDS_MAX)
                         : plain_bounds(policy, bounds);
    size_t bytes = count * sizeof(bounds[0]);
    policy->bounds = alloc->resize(alloc->context, NULL, 0, bytes);
    if (policy->bounds == NULL) {
        return SUP_ENOMEM;
    }
    memcpy(policy->bounds, bounds, bytes);
    policy->bound_count = count;
    return SUP_OK;
}

struct sup_duration sup__backoff_far(const struct sup__policy *policy, uint32_t streak)
{
    SUP_ASSERT(streak > policy->bound_count && !policy->bounds_end);
    if (__builtin_expect(policy->policy.rules != NULL, 0)) {
        return sup__waits_far(policy, streak);
    }
    struct sup_duration bound = policy->bounds[policy->bound_count - 1];
    for (uint32_t k = policy->bound_count; k < streak; k++) {
        struct sup_duration next = next_bound(&policy->policy.backoff, bound);
        if (next.ns == bound.ns) {
            break;
        }
        bound = next;
    }
    return bound;
}

/* A simulator has the last word on what was drawn. */
static struct sup_duration asked(struct sup *sup, const struct sup__service *s,
                                 const struct sup_jitter_draw *draw)
{
    const struct sup_config *config = &sup->config;
    struct sup_duration wanted = config->jitter(config->jitter_context, sup__slot_of(sup, s), draw);
    if (wanted.ns < draw->least.ns) {
        return draw->least;
    }
    return least(wanted, draw->most);
}

static struct sup_duration between(struct sup *sup, struct sup__service *s, struct sup_duration low,
                                   struct sup_duration high)
{
    sup->notes.drawn = (struct sup_jitter_draw){.least = low, .most = high, .drawn = low};
    if (high.ns <= low.ns) {
        return low;
    }
    struct sup__service *whose = SUP_PLANTED(OTHERS_JITTER) ? sup->services : s;
    uint64_t above = sup_random_upto(&whose->random, high.ns - low.ns, &sup->draws);
    SUP_PROBE_WHEN("jitter: drew its least", above == 0);
    SUP_PROBE_WHEN("jitter: drew its greatest", above == high.ns - low.ns);
    struct sup_duration drawn = {low.ns + above};
    sup->notes.drawn.drawn = drawn;
    if (__builtin_expect(sup->config.jitter == NULL, 1)) {
        return drawn;
    }
    const struct sup_jitter_draw draw = {.least = low, .most = high, .drawn = drawn};
    sup->notes.drawn.drawn = asked(sup, s, &draw);
    return sup->notes.drawn.drawn;
}

static struct sup_duration around(struct sup *sup, struct sup__service *s,
                                  struct sup_duration bound, uint32_t percent)
{
    struct sup_duration spread = sup__scale(bound, (uint64_t)percent * (SUP_FACTOR_ONE / 100));
    SUP_ASSERT(spread.ns <= bound.ns);
    struct sup_duration low = {bound.ns - spread.ns};
    return between(sup, s, low, sup_duration_add(bound, spread));
}

/* What the rules alone know: more than the bound. */
static struct sup_duration above(struct sup *sup, struct sup__service *s,
                                 const struct sup_policy *policy, struct sup_duration bound)
{
    uint64_t share = (uint64_t)policy->backoff.jitter_percent * (SUP_FACTOR_ONE / 100);
    struct sup_duration more = {0};
    if (policy->backoff.jitter == SUP_JITTER_PLUS) {
        SUP_PROBE("jitter: some percent more");
        more = sup__scale(bound, share);
    } else if (policy->rules != NULL) {
        SUP_PROBE("jitter: a length more");
        more = policy->rules->jitter_add;
    }
    return between(sup, s, bound, sup_duration_add(bound, more));
}

/* That of the wait before, which a supervisor that does not wait from the end has cut, or which a
 * stop has. */
static struct sup_duration previous_of(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    if (sup__keeps_anchor(policy)) {
        return sup__anchor_previous(sup, s);
    }
    return sup__keeps_wait(policy) ? sup__wait_drawn(sup, s) : s->delay;
}

static inline struct sup_duration drawn_delay(struct sup *sup, struct sup__service *s,
                                              const struct sup__policy *policy)
{
    const struct sup_backoff_policy *backoff = &policy->policy.backoff;
    struct sup_duration bound = sup__backoff_bound(policy, s->streak); /* never above max */
    struct sup_duration delay = bound;
    switch (backoff->jitter) {
    case SUP_JITTER_NONE:
        return bound;
    case SUP_JITTER_FULL:
        SUP_PROBE("jitter: full");
        delay = between(sup, s, SUP_NS(0), bound);
        break;
    case SUP_JITTER_EQUAL:
        SUP_PROBE("jitter: equal");
        delay = between(sup, s, SUP_NS(bound.ns / 2), bound);
        break;
    case SUP_JITTER_DECORRELATED: {
        struct sup_duration previous = previous_of(sup, s);
        bool first = s->streak <= 1 || previous.ns < backoff->base.ns;
        SUP_PROBE_WHEN("jitter: decorrelated, from the delay before", !first);
        previous = first ? backoff->base : previous;
        delay = between(sup, s, backoff->base, sup__scale(previous, 3 * SUP_FACTOR_ONE));
        break;
    }
    case SUP_JITTER_PERCENT:
        SUP_PROBE("jitter: percent");
        delay = around(sup, s, bound, backoff->jitter_percent);
        break;
    default:
        SUP_ASSERT(backoff->jitter == SUP_JITTER_PLUS || backoff->jitter == SUP_JITTER_ADD);
        delay = above(sup, s, &policy->policy, bound);
    }
    if (__builtin_expect(policy->policy.rules != NULL, 0) && policy->policy.rules->over_cap) {
        SUP_PROBE_WHEN("jitter: above the greatest delay", delay.ns > backoff->max.ns);
        return delay;
    }
    SUP_PROBE_WHEN("jitter: cut at the greatest delay", delay.ns > backoff->max.ns);
    return least(delay, backoff->max);
}

struct sup_duration sup__backoff_delay(struct sup *sup, struct sup__service *s)
{
    const struct sup__policy *policy = &sup->policies[s->policy];
    struct sup_duration delay = drawn_delay(sup, s, policy);
    return sup__keeps_anchor(&policy->policy) ? sup__anchor_left(sup, s, delay) : delay;
}

uint32_t sup__forgive(enum sup_forgive mode, uint32_t streak)
{
    switch (mode) {
    case SUP_FORGIVE_HALVE:
        return streak / 2;
    case SUP_FORGIVE_MINUS_ONE:
        return streak > 0 ? streak - 1 : 0;
    default:
        SUP_ASSERT(mode == SUP_FORGIVE_ZERO);
        return 0;
    }
}
