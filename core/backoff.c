/* Backoff: bounds, jitter, forgiveness; the formulas are in <sup/policy.h>.
 *
 * The bounds of a policy are computed once, until they stop growing. A factor so
 * close to 1 that this takes more than BOUNDS_MAX steps is followed step by step
 * from the last one kept.
 */
#include "internal.h"

#define BOUNDS_MAX 1024u

/* floor(value * factor / 10^9), saturating, in 32-bit pieces: no 128-bit type is
 * needed and every machine agrees. */
static uint64_t scale(uint64_t value, uint64_t factor_billionths)
{
    uint64_t whole = factor_billionths / SUP_FACTOR_ONE;
    uint64_t part = factor_billionths % SUP_FACTOR_ONE;
    if (whole != 0 && value > UINT64_MAX / whole) {
        return UINT64_MAX;
    }
    uint64_t product = value * whole;
    /* value = q * 10^9 + r: value * part / 10^9 = q * part + r * part / 10^9, and
     * both products fit since q < 2^35 and r, part < 2^30. */
    uint64_t quotient = value / SUP_FACTOR_ONE;
    uint64_t rest = value % SUP_FACTOR_ONE;
    uint64_t fraction = quotient * part + rest * part / SUP_FACTOR_ONE;
    return product > UINT64_MAX - fraction ? UINT64_MAX : product + fraction;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t next_bound(const struct sup_backoff_policy *backoff, uint64_t bound)
{
    return least(backoff->max.ns, scale(bound, backoff->factor_billionths));
}

int sup__backoff_prepare(struct sup *sup, struct sup__policy *policy)
{
    const struct sup_backoff_policy *backoff = &policy->policy.backoff;
    uint64_t first = least(backoff->max.ns, backoff->base.ns);
    uint32_t count = 1;
    for (uint64_t bound = first; count < BOUNDS_MAX; count++) {
        uint64_t next = next_bound(backoff, bound);
        SUP_ASSERT(next >= bound);
        if (next == bound) {
            policy->bounds_end = true;
            break;
        }
        bound = next;
    }
    policy->bounds = sup__alloc(&sup->config.alloc, count * sizeof(*policy->bounds));
    if (policy->bounds == NULL) {
        return SUP_ENOMEM;
    }
    policy->bound_count = count;
    policy->bounds[0] = first;
    for (uint32_t k = 1; k < count; k++) {
        policy->bounds[k] = next_bound(backoff, policy->bounds[k - 1]);
    }
    return SUP_OK;
}

/* Beyond the bounds that are kept. */
uint64_t sup__backoff_far(const struct sup__policy *policy, uint32_t streak)
{
    uint64_t bound = policy->bounds[policy->bound_count - 1];
    for (uint32_t k = policy->bound_count; k < streak; k++) {
        uint64_t next = next_bound(&policy->policy.backoff, bound);
        if (next == bound) {
            break;
        }
        bound = next;
    }
    return bound;
}

static uint64_t between(struct sup *sup, struct sup__service *s, uint64_t low, uint64_t high)
{
    if (high <= low) {
        return low;
    }
    return low + sup_random_upto(&s->random, high - low, &sup->draws);
}

static uint64_t around(struct sup *sup, struct sup__service *s, uint64_t bound, uint32_t percent)
{
    uint64_t spread = scale(bound, (uint64_t)percent * (SUP_FACTOR_ONE / 100));
    uint64_t high = bound > UINT64_MAX - spread ? UINT64_MAX : bound + spread;
    return between(sup, s, bound - spread, high);
}

/* The delay before the restart that follows failure number `streak`; draws at
 * most once (a rejected draw is repeated). */
uint64_t sup__backoff_delay(struct sup *sup, struct sup__service *s)
{
    const struct sup__policy *policy = &sup->policies[s->policy];
    const struct sup_backoff_policy *backoff = &policy->policy.backoff;
    if (backoff->jitter == SUP_JITTER_NONE && s->streak - 1 < policy->bound_count) {
        return policy->bounds[s->streak - 1]; /* never above max */
    }
    uint64_t bound = sup__backoff_bound(policy, s->streak);
    uint64_t delay = bound;
    if (backoff->jitter == SUP_JITTER_NONE) {
        return bound;
    }
    switch (backoff->jitter) {
    case SUP_JITTER_NONE:
        break;
    case SUP_JITTER_FULL:
        delay = between(sup, s, 0, bound);
        break;
    case SUP_JITTER_EQUAL:
        delay = between(sup, s, bound / 2, bound);
        break;
    case SUP_JITTER_DECORRELATED: {
        uint64_t previous =
            s->streak <= 1 || s->delay < backoff->base.ns ? backoff->base.ns : s->delay;
        uint64_t high = previous > UINT64_MAX / 3 ? UINT64_MAX : previous * 3;
        delay = between(sup, s, backoff->base.ns, high);
        break;
    }
    case SUP_JITTER_PERCENT:
        delay = around(sup, s, bound, backoff->jitter_percent);
        break;
    }
    delay = least(delay, backoff->max.ns);
    SUP_ASSERT(delay <= backoff->max.ns);
    return delay;
}

uint32_t sup__forgive(enum sup_forgive mode, uint32_t streak)
{
    switch (mode) {
    case SUP_FORGIVE_HALVE:
        return streak / 2;
    case SUP_FORGIVE_MINUS_ONE:
        return streak > 0 ? streak - 1 : 0;
    case SUP_FORGIVE_ZERO:
        break;
    }
    return 0;
}
