/* Shadows of limits that are no plain windows of restarts: what they count, since when, and
 * how long they hold a restart back. Everything follows from the instants of events. */
#include <inttypes.h>

#include "internal.h"
#include "sup/assert.h"
#include "wishes.h"

/* One limit with what is remembered of it. */
struct limit {
    const struct sup_limit_policy *policy;
    const struct sup_limit_rules *rules;
    struct sim__ring *ring;
    struct sim__window *window;
};

static struct limit of_service(struct sim__shadow *s)
{
    static const struct sup_limit_rules plain;
    const struct sup_policy *policy = s->policy;
    return (struct limit){&policy->limit, policy->rules != NULL ? &policy->rules->limit : &plain,
                          &s->limit_ring, &s->window};
}

static struct limit of_group(struct sim__shadow_group *g)
{
    return (struct limit){&g->policy.limit, &g->policy.limit_rules, &g->ring, &g->window};
}

uint32_t sim__limit_entries(const struct sup_limit_policy *policy,
                            const struct sup_limit_rules *rules)
{
    if (!policy->enabled || (rules != NULL && rules->window != SUP_LIMIT_WINDOW_SLIDING)) {
        return 0;
    }
    bool ends = rules != NULL && rules->counts == SUP_LIMIT_COUNTS_ENDS;
    return ends ? policy->max + 1 : policy->max;
}

/* ---- the score ---- */

/* 2^32 times 2^-(1/2), 2^-(1/4), 2^-(1/8) ..., rounded down. */
static const uint64_t halvings[32] = {
    3037000499, 3611622602, 3938502375, 4112874773, 4202935003, 4248701964, 4271771996, 4283353945,
    4289156690, 4292061009, 4293513906, 4294240539, 4294603902, 4294785595, 4294876444, 4294921870,
    4294944583, 4294955939, 4294961617, 4294964456, 4294965876, 4294966586, 4294966941, 4294967118,
    4294967207, 4294967251, 4294967273, 4294967284, 4294967290, 4294967293, 4294967294, 4294967295,
};

/* Digit after digit of `passed` in units of the half-life, each as often as it says. */
static uint64_t score_after(uint64_t score, uint64_t passed, uint64_t half_life)
{
    for (uint64_t whole = passed / half_life; whole > 0 && score > 0; whole--) {
        score /= 2;
    }
    uint64_t rest = passed % half_life;
    for (int digit = 0; digit < 32; digit++) {
        bool one = rest >= half_life - rest;
        rest = one ? rest - (half_life - rest) : rest * 2;
        if (one) {
            uint64_t whole = score / UINT64_C(4294967296);
            uint64_t part = score % UINT64_C(4294967296);
            score = whole * halvings[digit] + part * halvings[digit] / UINT64_C(4294967296);
        }
    }
    return score;
}

/* ---- windows ---- */

static uint64_t score_now(const struct sim_invariants *inv, const struct limit *limit)
{
    return score_after(limit->window->score, inv->now.ns - limit->window->opened.ns,
                       limit->rules->half_life.ns);
}

static bool passed(const struct sim_invariants *inv, const struct limit *limit)
{
    const struct sim__window *window = limit->window;
    return window->open && inv->now.ns - window->opened.ns > limit->policy->within.ns;
}

uint64_t sim__since_multiple(const struct sim_invariants *inv, struct sup_instant at,
                             struct sup_duration of)
{
    uint64_t first = of.ns - inv->config.clock_at_zero.ns % of.ns; /* after instant 0 */
    return at.ns < first ? at.ns + (of.ns - first) : (at.ns - first) % of.ns;
}

/* All a grain later than they are, since the first may lie before instant 0. */
static struct sup_instant rounded(const struct sim_invariants *inv, const struct limit *limit)
{
    struct sup_duration grain = limit->rules->grain;
    if (grain.ns == 0) {
        return inv->now;
    }
    return sim__after(inv->now, SUP_NS(grain.ns - sim__since_multiple(inv, inv->now, grain)));
}

static uint32_t entries(const struct sim_invariants *inv, const struct limit *limit)
{
    uint64_t score;
    switch (limit->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        return sim__ring_prune(limit->ring, rounded(inv, limit), limit->policy->within);
    case SUP_LIMIT_WINDOW_DECAY:
        score = score_now(inv, limit);
        return (uint32_t)(score / UINT64_C(4294967296) + (score % UINT64_C(4294967296) != 0));
    default:
        return passed(inv, limit) ? 0 : limit->window->count;
    }
}

/* A fixed window that is over is followed by another, which begins now. */
static void turn(const struct sim_invariants *inv, const struct limit *limit)
{
    if (limit->rules->window == SUP_LIMIT_WINDOW_FIXED && passed(inv, limit)) {
        limit->window->opened = inv->now;
        limit->window->count = 0;
    }
}

static void open_window(const struct sim_invariants *inv, struct sim__window *window)
{
    if (!window->open) {
        window->open = true;
        window->opened = inv->now;
    }
}

static bool is_full(const struct sim_invariants *inv, const struct limit *limit)
{
    bool ends = limit->rules->counts == SUP_LIMIT_COUNTS_ENDS;
    if (limit->rules->window == SUP_LIMIT_WINDOW_ONCE && passed(inv, limit)) {
        return false;
    }
    uint32_t count = entries(inv, limit);
    return ends ? count > limit->policy->max : count >= limit->policy->max;
}

static void enter(const struct sim_invariants *inv, const struct limit *limit)
{
    struct sim__window *window = limit->window;
    const uint64_t most = limit->policy->max;
    switch (limit->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        (void)entries(inv, limit);
        sim__ring_push(limit->ring, rounded(inv, limit));
        break;
    case SUP_LIMIT_WINDOW_DECAY:
        window->score = score_now(inv, limit);
        window->score += window->score > most * UINT64_C(4294967296) ? 0 : UINT64_C(4294967296);
        window->opened = inv->now;
        break;
    case SUP_LIMIT_WINDOW_STREAK:
        break;
    default:
        turn(inv, limit);
        open_window(inv, window);
        window->count += !passed(inv, limit) && window->count <= most;
    }
}

/* Until when a restart that finds it full is held back. */
static struct sup_instant held_until(const struct sim_invariants *inv, const struct limit *limit)
{
    if (limit->policy->then == SUP_LIMIT_PAUSE) {
        return sim__after(inv->now, limit->rules->pause);
    }
    turn(inv, limit);
    open_window(inv, limit->window);
    return sim__after(sim__after(limit->window->opened, limit->policy->within), SUP_NS(1));
}

static void empty(const struct limit *limit)
{
    *limit->window = (struct sim__window){.open = false};
    sim__ring_clear(limit->ring);
}

/* ---- of services ---- */

void sim__limit_empty(struct sim__shadow *s)
{
    s->window = (struct sim__window){.open = false};
    sim__ring_clear(&s->limit_ring);
}

bool sim__limit_full(const struct sim_invariants *inv, struct sim__shadow *s)
{
    struct limit limit = of_service(s);
    if (!limit.policy->enabled) {
        return false;
    }
    return limit.rules->window == SUP_LIMIT_WINDOW_STREAK ? s->streak > limit.policy->max
                                                          : is_full(inv, &limit);
}

uint32_t sim__limit_count(const struct sim_invariants *inv, struct sim__shadow *s)
{
    struct limit limit = of_service(s);
    if (limit.rules->window == SUP_LIMIT_WINDOW_STREAK) {
        return s->streak == 0 ? 0 : s->streak - 1;
    }
    return entries(inv, &limit);
}

bool sim__limit_counts(const struct sim__shadow *s, enum sup_limit_counts counts)
{
    const struct sup_rules *rules = s->policy->rules;
    return counts == (rules != NULL ? rules->limit.counts : SUP_LIMIT_COUNTS_RESTARTS);
}

static void enter_its(const struct sim_invariants *inv, struct sim__shadow *s)
{
    struct limit limit = of_service(s);
    enter(inv, &limit);
}

void sim__limit_ended(const struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->counted_end && sim__limit_counts(s, SUP_LIMIT_COUNTS_ENDS)) {
        enter_its(inv, s);
    }
}

/* Every start, where starts are counted, those by hand where these are too; any start opens a
 * window. */
void sim__limit_started(struct sim_invariants *inv, struct sim__shadow *s)
{
    s->pausing = false;                     /* unless its group gave up instead */
    if (s->policy->kind == SUP_KIND_TASK) { /* which starts once */
        return;
    }
    bool free = s->fresh && !sim__counts_by_hand(s);
    if (!sim__limit_counts(s, SUP_LIMIT_COUNTS_STARTS) || free) {
        if (s->policy->rules->limit.window != SUP_LIMIT_WINDOW_DECAY) { /* it has no beginning */
            open_window(inv, &s->window);
        }
        return;
    }
    if (!s->unsure_counts && sim__limit_full(inv, s)) {
        sim__break(inv, SIM__INVARIANT_LIMIT_EXCEEDED, "its limit has no room for a start");
    }
    enter_its(inv, s);
}

void sim__limit_holds(struct sim_invariants *inv, struct sim__shadow *s)
{
    struct limit limit = of_service(s);
    s->pausing = limit.policy->then == SUP_LIMIT_PAUSE;
    if (s->unsure_counts && !s->pausing) {
        /* Nobody knows when its window opened, but for no later than now. */
        inv->held_most = sim__after(sim__after(inv->now, limit.policy->within), SUP_NS(1));
        return;
    }
    inv->held_until = held_until(inv, &limit);
}

/* After a pause all is forgotten. */
static void empty_its(struct sim__shadow *s)
{
    struct limit limit = of_service(s);
    empty(&limit);
    s->streak = limit.rules->window == SUP_LIMIT_WINDOW_STREAK ? 0 : s->streak;
}

void sim__limit_granted(const struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->pausing) {
        empty_its(s);
    } else if (!s->escalated && sim__limit_counts(s, SUP_LIMIT_COUNTS_RESTARTS)) {
        enter_its(inv, s);
    }
}

static struct sup_duration left_until(const struct sim_invariants *inv, struct sup_instant until)
{
    return SUP_NS(until.ns > inv->now.ns ? until.ns - inv->now.ns : 0);
}

static struct sup_duration longer(struct sup_duration a, struct sup_duration b)
{
    return a.ns > b.ns ? a : b;
}

struct sup_duration sim__limit_hold(struct sim_invariants *inv, const struct sim__shadow *s,
                                    struct sup_duration *low, struct sup_duration *high)
{
    struct sup_duration of_group = left_until(inv, inv->groups[s->group].paused_until);
    struct sup_duration hold = longer(left_until(inv, inv->held_until), of_group);
    *low = longer(*low, hold);
    *high = longer(longer(*high, hold), left_until(inv, inv->held_most));
    inv->held_until.ns = inv->held_most.ns = 0;
    return hold;
}

/* ---- of groups ---- */

bool sim__group_limit_full(const struct sim_invariants *inv, struct sim__shadow_group *g)
{
    struct limit limit = of_group(g);
    return is_full(inv, &limit);
}

uint32_t sim__group_limit_count(const struct sim_invariants *inv, struct sim__shadow_group *g)
{
    struct limit limit = of_group(g);
    return entries(inv, &limit);
}

void sim__group_limit_enter(const struct sim_invariants *inv, struct sim__shadow_group *g)
{
    struct limit limit = of_group(g);
    enter(inv, &limit);
}

void sim__group_limit_empty(struct sim__shadow_group *g)
{
    struct limit limit = of_group(g);
    empty(&limit);
    g->unsure_window = false;
}

/* Whoever is to be restarted may be held back already, by its own limit. */
void sim__group_holds(struct sim_invariants *inv, struct sim__shadow_group *g)
{
    struct limit limit = of_group(g);
    struct sup_instant until = held_until(inv, &limit);
    inv->holds = true;
    if (g->unsure_window) { /* which is no pause's */
        inv->held_most = sim__after(sim__after(inv->now, limit.policy->within), SUP_NS(1));
        return;
    }
    inv->held_until = until.ns > inv->held_until.ns ? until : inv->held_until;
    if (limit.policy->then == SUP_LIMIT_PAUSE) {
        g->paused_until = until;
        sim__group_limit_empty(g);
    }
}
