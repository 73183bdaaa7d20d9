/* Wait functions: every shape fills the same table of bounds; see <sup/rules.h>.
 *
 * A shape is walked failure by failure, uncapped: what `max` cuts off is not what the next
 * wait is made of.
 */
#include "waits.h"

#include "sup/assert.h"
#include "sup/rules.h"

#include "backoff.h"
#include "probe.h"

/* At failure number `streak`. */
struct walk {
    const struct sup_backoff_policy *backoff;
    const struct sup_rules *rules;
    uint32_t streak;
    uint32_t k;                 /* the wait is f(k); 0: it is `first` */
    struct sup_duration value;  /* f(k) */
    struct sup_duration before; /* f(k-1); 0 for f(1) */
    bool last;                  /* every longer streak waits the same */
};

static struct sup_duration rounded(const struct sup_rules *rules, struct sup_duration length)
{
    return length.ns == SUP_NEVER_NS ? length : SUP_NS(length.ns - length.ns % rules->grain.ns);
}

static struct sup_duration begin(const struct walk *walk)
{
    const struct sup_rules *rules = walk->rules;
    return rounded(rules, rules->shape == SUP_SHAPE_STEPS ? rules->waits[0] : walk->backoff->base);
}

/* f(k+1), from f(k) and the one before. */
static struct sup_duration following(const struct walk *walk)
{
    const struct sup_rules *rules = walk->rules;
    SUP_ASSERT(walk->k > 0);
    switch (rules->shape) {
    case SUP_SHAPE_LINEAR:
        return rounded(rules, sup_duration_add(walk->value, rules->step));
    case SUP_SHAPE_FIBONACCI:
        return walk->k == 1 ? walk->value : sup_duration_add(walk->value, walk->before);
    case SUP_SHAPE_STEPS:
        SUP_ASSERT(walk->k < rules->wait_count); /* is_last: nobody asks for more */
        return rounded(rules, rules->waits[walk->k]);
    default:
        SUP_ASSERT(rules->shape == SUP_SHAPE_EXPONENTIAL);
        return rounded(rules, sup__scale(walk->value, walk->backoff->factor_billionths));
    }
}

/* A list may fall, and what adds up may stand still for once. */
static bool is_last(const struct walk *walk)
{
    switch (walk->rules->shape) {
    case SUP_SHAPE_STEPS:
        return walk->k >= walk->rules->wait_count;
    case SUP_SHAPE_FIBONACCI:
        return walk->value.ns == 0 || walk->value.ns >= walk->backoff->max.ns;
    default:
        return walk->value.ns >= walk->backoff->max.ns || following(walk).ns == walk->value.ns;
    }
}

static struct walk walk_begin(const struct sup__policy *policy)
{
    struct walk walk = {.backoff = &policy->policy.backoff, .rules = policy->policy.rules};
    walk.streak = 1;
    if (walk.rules->first.ns == SUP_NEVER_NS) {
        walk.k = 1;
        walk.value = begin(&walk);
        walk.last = is_last(&walk);
    } else {
        SUP_PROBE("waits: the first is another one");
        walk.value = rounded(walk.rules, walk.rules->first);
    }
    return walk;
}

static void walk_on(struct walk *walk)
{
    struct sup_duration value = walk->k == 0 ? begin(walk) : following(walk);
    walk->before = walk->k == 0 ? SUP_NS(0) : walk->value;
    walk->value = value;
    walk->k++;
    walk->streak++;
    walk->last = is_last(walk);
}

static struct sup_duration capped(const struct walk *walk)
{
    return walk->value.ns < walk->backoff->max.ns ? walk->value : walk->backoff->max;
}

uint32_t sup__waits_bounds(struct sup__policy *policy, struct sup_duration *bounds, uint32_t most)
{
    SUP_ASSERT(policy->bounds == NULL && policy->policy.rules->wait_count < most);
    struct walk walk = walk_begin(policy);
    bounds[0] = capped(&walk);
    while (!walk.last && walk.streak < most) {
        walk_on(&walk);
        bounds[walk.streak - 1] = capped(&walk);
    }
    policy->bounds_end = walk.last;
    return walk.streak;
}

/* Only what is added again and again goes as far as this, and a factor close to 1. Below its
 * cap a bound is f(k) itself. */
struct sup_duration sup__waits_far(const struct sup__policy *policy, uint32_t streak)
{
    const struct sup_rules *rules = policy->policy.rules;
    struct walk walk = walk_begin(policy);
    uint64_t more = streak - policy->bound_count;
    walk.value = policy->bounds[policy->bound_count - 1];
    walk.k = walk.streak = policy->bound_count;
    if (rules->shape == SUP_SHAPE_LINEAR) {
        SUP_PROBE("waits: beyond the table, by addition");
        uint64_t step = rounded(rules, rules->step).ns;
        bool fits = step <= (UINT64_MAX - walk.value.ns) / more;
        walk.value = fits ? SUP_NS(walk.value.ns + step * more) : SUP_DURATION_NEVER;
        return capped(&walk);
    }
    SUP_ASSERT(rules->shape == SUP_SHAPE_EXPONENTIAL);
    for (walk.last = false; more > 0 && !walk.last; more--) {
        walk_on(&walk);
    }
    return capped(&walk);
}
