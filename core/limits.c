/* Limits: windows that slide by grains, are fixed, open once, are the streak or decay; what
 * is counted, and when. A plain limit, a sliding window of restarts, needs nothing of this. */
#include "limits.h"

#include <string.h>

#include "sup/assert.h"

#include "grid.h"
#include "phase.h"
#include "probe.h"
#include "restart.h"
#include "supervisor.h"

#define SCORE_BITS 32u
#define SCORE_ONE (UINT64_C(1) << SCORE_BITS)

/* ---- what may be ---- */

static const char *window_mistake(const struct sup_limit_rules *rules)
{
    if ((unsigned)rules->window > SUP_LIMIT_WINDOW_DECAY) {
        return "rules.limit.window is no window";
    }
    if ((unsigned)rules->counts > SUP_LIMIT_COUNTS_ENDS) {
        return "rules.limit.counts is none of restarts, starts, ends";
    }
    if (rules->ends.unused != 0 || rules->ends.classes >> SUP_EXIT_CLASSES != 0) {
        return "rules.limit.ends holds a class that there is not";
    }
    if (rules->window == SUP_LIMIT_WINDOW_DECAY &&
        (rules->half_life.ns == 0 || rules->half_life.ns == SUP_NEVER_NS)) {
        return "rules.limit.half_life is 0 or never";
    }
    if (rules->grain.ns == SUP_NEVER_NS) {
        return "rules.limit.grain is never";
    }
    if (rules->window == SUP_LIMIT_WINDOW_STREAK && rules->counts != SUP_LIMIT_COUNTS_RESTARTS) {
        return "rules.limit: a streak counts restarts";
    }
    return NULL;
}

static const char *then_mistake(const struct sup_limit_policy *policy,
                                const struct sup_limit_rules *rules)
{
    bool restarts = rules->counts == SUP_LIMIT_COUNTS_RESTARTS;
    if (policy->then == SUP_LIMIT_ESCALATE && rules->counts == SUP_LIMIT_COUNTS_STARTS) {
        return "rules.limit: starts are not escalated";
    }
    if (policy->then == SUP_LIMIT_WAIT && (!restarts || rules->window != SUP_LIMIT_WINDOW_FIXED ||
                                           policy->within.ns == SUP_NEVER_NS)) {
        return "limit.then: to wait needs a fixed window of restarts, and a finite one";
    }
    if (policy->then == SUP_LIMIT_PAUSE &&
        (!restarts || rules->window == SUP_LIMIT_WINDOW_FIXED ||
         rules->window == SUP_LIMIT_WINDOW_ONCE || rules->pause.ns == SUP_NEVER_NS)) {
        return "limit.then: a pause is finite, and no matter of a fixed window or of starts";
    }
    return NULL;
}

const char *sup__limit_mistake(const struct sup_limit_policy *policy,
                               const struct sup_limit_rules *rules)
{
    static const struct sup_limit_rules plain;
    rules = rules != NULL ? rules : &plain;
    const char *why = window_mistake(rules);
    return why != NULL || !policy->enabled ? why : then_mistake(policy, rules);
}

void sup__limit_canonical(struct sup_limit_policy *policy, struct sup_limit_rules *rules)
{
    const struct sup_limit_rules own = *rules;
    memset(rules, 0, sizeof(*rules));
    if (!policy->enabled) {
        return;
    }
    rules->window = own.window;
    rules->counts = own.counts;
    bool timeless = own.window == SUP_LIMIT_WINDOW_STREAK || own.window == SUP_LIMIT_WINDOW_DECAY;
    policy->within = timeless ? SUP_DURATION_NEVER : policy->within;
    rules->half_life = own.window == SUP_LIMIT_WINDOW_DECAY ? own.half_life : SUP_NS(0);
    if (own.window == SUP_LIMIT_WINDOW_SLIDING && own.grain.ns > 1) {
        rules->grain = own.grain;
    }
    rules->pause = policy->then == SUP_LIMIT_PAUSE ? own.pause : SUP_NS(0);
    if (own.counts == SUP_LIMIT_COUNTS_ENDS) {
        rules->ends = own.ends;
    }
}

bool sup__limit_is_ruled(const struct sup_limit_policy *policy, const struct sup_limit_rules *rules)
{
    return policy->enabled && (rules->window != SUP_LIMIT_WINDOW_SLIDING ||
                               rules->counts != SUP_LIMIT_COUNTS_RESTARTS || rules->grain.ns > 1);
}

uint32_t sup__limit_capacity(const struct sup_limit_policy *policy,
                             const struct sup_limit_rules *rules)
{
    if (!policy->enabled || rules->window != SUP_LIMIT_WINDOW_SLIDING) {
        return 0;
    }
    return policy->max + (rules->counts == SUP_LIMIT_COUNTS_ENDS ? 1 : 0);
}

uint32_t sup__limit_reserve(const struct sup_limit_policy *policy,
                            const struct sup_limit_rules *rules)
{
    return sup__window_reserve(sup__limit_capacity(policy, rules), policy->within);
}

/* ---- the score ---- */

/* floor(2^32 * 2^-(2^-i)), i from 1. */
static const uint32_t roots[SCORE_BITS] = {
    0xB504F333, 0xD744FCCA, 0xEAC0C6E7, 0xF5257D15, 0xFA83B2DB, 0xFD3E0C0C, 0xFE9E115C, 0xFF4ECB59,
    0xFFA75652, 0xFFD3A751, 0xFFE9D2B2, 0xFFF4E91B, 0xFFFA747E, 0xFFFD3A3B, 0xFFFE9D1C, 0xFFFF4E8E,
    0xFFFFA747, 0xFFFFD3A3, 0xFFFFE9D1, 0xFFFFF4E8, 0xFFFFFA74, 0xFFFFFD3A, 0xFFFFFE9D, 0xFFFFFF4E,
    0xFFFFFFA7, 0xFFFFFFD3, 0xFFFFFFE9, 0xFFFFFFF4, 0xFFFFFFFA, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF,
};

/* Whole halvings are shifts, and of the rest each binary digit is a root. */
uint64_t sup__decayed(uint64_t score, struct sup_duration passed, struct sup_duration half_life)
{
    SUP_ASSERT(half_life.ns > 0);
    uint64_t whole = passed.ns / half_life.ns;
    uint64_t rest = passed.ns % half_life.ns;
    if (whole >= 64) {
        return 0;
    }
    score >>= whole;
    for (unsigned i = 0; i < SCORE_BITS && rest > 0 && score > 0; i++) {
        if (rest < half_life.ns - rest) {
            rest += rest;
            continue;
        }
        rest -= half_life.ns - rest;
        uint64_t high = score >> SCORE_BITS;
        uint64_t low = score & (SCORE_ONE - 1);
        score = high * roots[i] + (low * roots[i] >> SCORE_BITS);
    }
    return score;
}

static uint64_t score_at(const struct sup__limited *limited, struct sup_instant now)
{
    const struct sup__limit *state = limited->state;
    return sup__decayed(state->score, sup_instant_since(now, state->last),
                        limited->rules->half_life);
}

/* ---- windows ---- */

/* Before instant 0, perhaps: then it wraps, as does what lies between two of them. */
static struct sup_instant grained(const struct sup__limited *limited, struct sup_instant now)
{
    struct sup_duration grain = limited->rules->grain;
    if (grain.ns <= 1) {
        return now;
    }
    return (struct sup_instant){now.ns - sup__grid_passed(limited->clock_at_zero, now, grain).ns};
}

static bool is_over(const struct sup__limited *limited, struct sup_instant now)
{
    return limited->state->opened.ns != SUP_NEVER_NS &&
           now.ns - limited->state->opened.ns > limited->policy->within.ns;
}

void sup__limit_clear(const struct sup__limited *limited)
{
    if (limited->state != NULL) {
        limited->state->opened = SUP_INSTANT_NEVER;
        limited->state->score = 0;
        limited->state->count = 0;
    }
    sup__window_clear(limited->ring);
}

uint32_t sup__limit_used(const struct sup__limited *limited, struct sup_instant now)
{
    switch (limited->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        return sup__window_prune(limited->ring, grained(limited, now), limited->policy->within);
    case SUP_LIMIT_WINDOW_STREAK:
        return limited->streak;
    case SUP_LIMIT_WINDOW_DECAY:
        return (uint32_t)((score_at(limited, now) + SCORE_ONE - 1) >> SCORE_BITS);
    default:
        return is_over(limited, now) ? 0 : limited->state->count;
    }
}

void sup__limit_open(const struct sup__limited *limited, struct sup_instant now)
{
    if (limited->state->opened.ns == SUP_NEVER_NS) {
        limited->state->opened = now;
    }
}

/* A fixed window is over: the entry opens the next one. */
static void renew(const struct sup__limited *limited, struct sup_instant now)
{
    if (limited->rules->window == SUP_LIMIT_WINDOW_FIXED && is_over(limited, now)) {
        SUP_PROBE("limit: a fixed window opens anew");
        limited->state->opened = now;
        limited->state->count = 0;
    }
    SUP_PROBE_WHEN("limit: at the last instant of a fixed window",
                   limited->state != NULL && limited->state->opened.ns != SUP_NEVER_NS &&
                       now.ns - limited->state->opened.ns == limited->policy->within.ns);
}

bool sup__limit_is_full(const struct sup__limited *limited, struct sup_instant now,
                        uint32_t *ret_used)
{
    const struct sup_limit_rules *rules = limited->rules;
    uint32_t max = limited->policy->max;
    if (rules->counts != SUP_LIMIT_COUNTS_ENDS) {
        renew(limited, now);
    }
    if (rules->window == SUP_LIMIT_WINDOW_ONCE && is_over(limited, now)) {
        SUP_PROBE("limit: free, its only window is over");
        return false;
    }
    *ret_used = sup__limit_used(limited, now);
    if (rules->window == SUP_LIMIT_WINDOW_STREAK) {
        *ret_used -= *ret_used > 0; /* which this failure has raised */
        return limited->streak > max;
    }
    return rules->counts == SUP_LIMIT_COUNTS_ENDS ? *ret_used > max : *ret_used >= max;
}

bool sup__limit_has_room(const struct sup__limited *limited, struct sup_instant now)
{
    bool free = limited->rules->window == SUP_LIMIT_WINDOW_ONCE && is_over(limited, now);
    return free || sup__limit_used(limited, now) < limited->policy->max;
}

void sup__limit_enter(const struct sup__limited *limited, struct sup_instant now)
{
    struct sup__limit *state = limited->state;
    switch (limited->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        (void)sup__limit_used(limited, now);
        sup__window_push(limited->ring, grained(limited, now));
        break;
    case SUP_LIMIT_WINDOW_STREAK:
        break;
    case SUP_LIMIT_WINDOW_DECAY:
        state->score = score_at(limited, now);
        state->score +=
            state->score <= (uint64_t)limited->policy->max << SCORE_BITS ? SCORE_ONE : 0;
        state->last = now;
        break;
    default:
        renew(limited, now);
        sup__limit_open(limited, now);
        if (!is_over(limited, now)) {
            state->count += state->count <= limited->policy->max;
        }
    }
}

struct sup_duration sup__limit_holds(const struct sup__limited *limited, struct sup_instant now)
{
    if (limited->policy->then == SUP_LIMIT_PAUSE) {
        return limited->rules->pause;
    }
    SUP_ASSERT(limited->policy->then == SUP_LIMIT_WAIT && limited->state != NULL);
    sup__limit_open(limited, now);
    struct sup_instant over = sup_instant_add(limited->state->opened, limited->policy->within);
    return sup_instant_since(sup_instant_add(over, SUP_NS(1)), now);
}

/* ---- of services ---- */

static const struct sup_limit_rules plain_rules;

static const struct sup_limit_rules *rules_of(const struct sup_policy *policy)
{
    return policy->rules == NULL ? &plain_rules : &policy->rules->limit;
}

bool sup__limit_has_state(const struct sup_policy *policy)
{
    return policy->rules != NULL && sup__limit_is_ruled(&policy->limit, &policy->rules->limit);
}

/* It follows the rest of what only some policies need. */
static struct sup__limit *state_of(const struct sup_policy *policy, struct sup__extra *extra)
{
    return sup__limit_has_state(policy) ? (struct sup__limit *)(void *)(extra + 1) : NULL;
}

void sup__limit_begin(const struct sup_policy *policy, struct sup__extra *extra,
                      struct sup_instant *room)
{
    struct sup__limit *state = state_of(policy, extra);
    sup__window_init(&extra->limit, room, sup__limit_capacity(&policy->limit, rules_of(policy)),
                     policy->limit.within);
    if (state != NULL) {
        *state = (struct sup__limit){.opened = SUP_INSTANT_NEVER};
    }
}

struct sup__limited sup__limited_of(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    struct sup__extra *extra = sup__extra_of(sup, s);
    SUP_ASSERT(policy->limit.enabled && extra != NULL);
    return (struct sup__limited){.policy = &policy->limit,
                                 .rules = rules_of(policy),
                                 .ring = &extra->limit,
                                 .state = state_of(policy, extra),
                                 .clock_at_zero = sup->config.clock_at_zero,
                                 .streak = s->streak};
}

void sup__limit_see_end(struct sup *sup, struct sup__service *s, const struct sup__exit *exit,
                        enum sup_outcome cause)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    const struct sup_limit_rules *rules = rules_of(policy);
    if (rules->counts == SUP_LIMIT_COUNTS_ENDS && sup__exit_is_in(&rules->ends, exit, cause)) {
        struct sup__limited limited = sup__limited_of(sup, s);
        SUP_PROBE("limit: counts an end");
        sup__limit_enter(&limited, sup->now);
    }
}

bool sup__limit_admits_start(struct sup *sup, struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    uint32_t used;
    SUP_ASSERT(sup__limit_has_state(policy));
    struct sup__limited limited = sup__limited_of(sup, s);
    bool by_hand = limited.state->by_hand && !policy->rules->operators.counts;
    limited.state->by_hand = false;
    if (policy->rules->limit.counts != SUP_LIMIT_COUNTS_STARTS || by_hand) {
        sup__limit_open(&limited, sup->now);
        return true;
    }
    if (!sup__limit_is_full(&limited, sup->now, &used)) {
        sup__limit_enter(&limited, sup->now);
        return true;
    }
    SUP_PROBE("limit: refuses a start");
    sup__start_refused(sup, s, used);
    return false;
}
