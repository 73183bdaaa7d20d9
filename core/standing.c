/* Standing: what the past has left that decides about a service; see <sup/snapshot.h>.
 *
 * Instants enter as how long ago they are, and only as far as anything looks back; what is
 * looked at on a grid of the clock enters with where the clock stands on it.
 */
#include "sup/rules.h"
#include "sup/snapshot.h"

#include "anchor.h"
#include "forgive.h"
#include "grid.h"
#include "limits.h"
#include "registry.h"
#include "service.h"
#include "strategy.h"
#include "supervisor.h"

/* Two words, each mixed in its own way: that of SplitMix64, and a multiplication by the odd
 * number next to 2^64 / phi^2 between rotations. */
struct standing {
    const struct sup *sup;
    uint64_t words[2];
};

static void add(struct standing *standing, uint64_t value)
{
    struct sup_random mix = {standing->words[0] ^ value};
    standing->words[0] = sup_random_next(&mix);
    uint64_t other = (standing->words[1] + value) * UINT64_C(0x61C8864680B583EB);
    standing->words[1] = (other << 29 | other >> 35) ^ value;
}

static void add_age(struct standing *standing, struct sup_instant at, struct sup_duration most)
{
    uint64_t age = SUP_NEVER_NS;
    if (at.ns != SUP_NEVER_NS) {
        age = standing->sup->now.ns - at.ns;
        age = age > most.ns ? most.ns : age;
    }
    add(standing, age);
}

static void add_grid(struct standing *standing, struct sup_duration grid)
{
    const struct sup *sup = standing->sup;
    if (grid.ns > 1) {
        add(standing, sup__grid_passed(sup->config.clock_at_zero, sup->now, grid).ns);
    }
}

static void add_window(struct standing *standing, const struct sup__window *window)
{
    add(standing, window->count);
    for (uint32_t i = 0; window->at != NULL && i < window->count; i++) {
        uint32_t place = window->head + i;
        place = place < window->size ? place : place - window->size;
        add(standing, standing->sup->now.ns - window->at[place].ns);
    }
}

static void add_limit(struct standing *standing, const struct sup__limited *limited)
{
    struct sup__window ring = *limited->ring; /* only a copy's head moves */
    struct sup__limited copy = *limited;
    struct sup_duration beyond = sup_duration_add(limited->policy->within, SUP_NS(1));
    copy.ring = &ring;
    switch (limited->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        (void)sup__limit_used(&copy, standing->sup->now);
        add_window(standing, &ring);
        add_grid(standing, limited->rules->grain);
        break;
    case SUP_LIMIT_WINDOW_STREAK:
        break;
    case SUP_LIMIT_WINDOW_DECAY:
        add(standing, limited->state->score);
        add_age(standing, limited->state->last, SUP_DURATION_NEVER);
        break;
    default:
        add_age(standing, limited->state->opened, beyond);
        add(standing, sup__limit_used(&copy, standing->sup->now));
    }
}

/* What is longer than the longest wait waits no longer; but where only a part of it is forgiven,
 * or a limit counts it, its length matters. */
static uint32_t streak_of(const struct sup *sup, const struct sup__service *s)
{
    const struct sup__policy *own = &sup->policies[s->policy];
    const struct sup_policy *policy = &own->policy;
    bool in_parts =
        policy->backoff.reset != SUP_FORGIVE_ZERO && policy->backoff.reset_after.ns != SUP_NEVER_NS;
    bool limited = policy->limit.enabled && policy->rules != NULL &&
                   policy->rules->limit.window == SUP_LIMIT_WINDOW_STREAK;
    bool flat = own->bounds_end && !in_parts && !limited;
    return flat && s->streak > own->bound_count ? own->bound_count : s->streak;
}

static void add_breaker(struct standing *standing, struct sup__service *s)
{
    const struct sup *sup = standing->sup;
    const struct sup_breaker_policy *breaker = &sup__policy_of(sup, s)->breaker;
    if (breaker->failures > 0) {
        struct sup__window window = sup__extra_of(sup, s)->breaker;
        (void)sup__window_prune(&window, sup->now, breaker->within);
        add_window(standing, &window);
        add(standing, s->breaker);
    }
}

static void add_rules(struct standing *standing, struct sup__service *s)
{
    const struct sup *sup = standing->sup;
    const struct sup_policy *policy = sup__policy_of(sup, s);
    if (sup__keeps_reset(policy)) {
        add_age(standing, sup__reset_kept(sup, s), policy->backoff.reset_after);
    }
    add_grid(standing, policy->rules->reset_poll);
}

static void add_service(struct standing *standing, struct sup__service *s)
{
    const struct sup *sup = standing->sup;
    const struct sup_policy *policy = sup__policy_of(sup, s);
    add(standing, (uint64_t)s->phase << 32 | (uint64_t)s->operation << 16 | s->live);
    add(standing, streak_of(sup, s));
    if (policy->max_restarts != SUP_UNLIMITED) {
        add(standing, s->granted);
    }
    if (policy->backoff.jitter == SUP_JITTER_DECORRELATED) {
        add(standing, s->delay.ns);
    }
    add_breaker(standing, s);
    if (policy->limit.enabled) {
        struct sup__limited limited = sup__limited_of(sup, s);
        add_limit(standing, &limited);
    }
    if (policy->rules != NULL) {
        add_rules(standing, s);
    }
}

static void add_groups(struct standing *standing, uint32_t group)
{
    const struct sup *sup = standing->sup;
    for (; group != SUP__NONE; group = sup->groups[group].parent) {
        struct sup__group *g = &sup->groups[group];
        if (g->policy.limit.enabled) {
            struct sup__limited limited = sup__group_limited(sup, g);
            add_limit(standing, &limited);
        }
    }
}

int sup_standing_of(struct sup *sup, const char *service, struct sup_standing *ret_standing)
{
    struct sup__service *s = sup__registered(sup, service);
    if (s == NULL) {
        return SUP_EUNKNOWN;
    }
    struct standing standing = {.sup = sup};
    add_service(&standing, s);
    add_groups(&standing, s->group);
    ret_standing->words[0] = standing.words[0];
    ret_standing->words[1] = standing.words[1];
    return SUP_OK;
}
