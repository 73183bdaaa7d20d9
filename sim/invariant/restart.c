/* Shadows of what an end brings: streak, limits, delay. */
#include <inttypes.h>

#include "internal.h"
#include "sup/assert.h"
#include "wishes.h"

/* ---- foretelling ---- */

static inline __attribute__((always_inline)) void forgiven(struct sim__shadow *s)
{
    switch (s->policy->backoff.reset) {
    case SUP_FORGIVE_ZERO:
        s->streak = 0;
        sim__ring_clear(&s->breaker_ring);
        break;
    case SUP_FORGIVE_HALVE:
        s->streak /= 2;
        break;
    case SUP_FORGIVE_MINUS_ONE:
        s->streak -= s->streak > 0;
        break;
    }
}

/* Whether an instant that is looked at lies long enough after what the rules count from. Who
 * is forgiven or not raises the streak then, or it is not restarted. */
static __attribute__((noinline)) void forgive_by_rules(const struct sim_invariants *inv,
                                                       struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy->rules;
    const struct sup_instant from[] = {
        [SUP_RESET_FROM_START] = s->started_at,
        [SUP_RESET_FROM_READY] = s->was_ready ? s->known->ready_at : SUP_INSTANT_NEVER,
        [SUP_RESET_FROM_FAILURE] = s->known->raised_at,
    };
    struct sup_instant enough = sim__after(from[rules->reset_from], s->policy->backoff.reset_after);
    struct sup_duration poll = rules->reset_poll;
    uint64_t ago = poll.ns == 0 ? 0 : sim__since_multiple(inv, inv->now, poll);
    if (inv->now.ns >= ago && inv->now.ns - ago >= enough.ns) {
        forgiven(s);
    }
    s->known->raised_at = s->settled ? s->known->raised_at : inv->now;
}

static inline __attribute__((always_inline)) void
forgive(const struct sim_invariants *inv, struct sim__shadow *s, const struct sup_rules *rules)
{
    if (rules != NULL) {
        forgive_by_rules(inv, s);
    } else if (s->ran.ns >= s->policy->backoff.reset_after.ns) {
        forgiven(s);
    }
}

/* The first instant of the grid that is not before now and after the call's
 * start; or `every` from now. */
static struct sup_instant next_call(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    struct sup_duration every = s->policy->interval_every;
    SUP_ASSERT(every.ns > 0);
    if (s->policy->interval_mode == SUP_INTERVAL_FIXED_DELAY) {
        return sim__after(inv->now, every);
    }
    uint64_t calls = (inv->now.ns - s->anchor.ns) / every.ns;
    struct sup_instant grid = {s->anchor.ns + calls * every.ns};
    if (grid.ns < inv->now.ns || grid.ns <= s->started_at.ns) {
        grid = sim__after(grid, every);
    }
    return grid;
}

static inline __attribute__((always_inline)) bool
window_full(const struct sim_invariants *inv, struct sim__shadow *s, const struct sup_rules *rules)
{
    const struct sup_limit_policy *limit = &s->policy->limit;
    if (rules != NULL) {
        return !sim__limit_counts(s, SUP_LIMIT_COUNTS_STARTS) && sim__limit_full(inv, s);
    }
    return limit->enabled && sim__ring_prune(&s->limit_ring, inv->now, limit->within) >= limit->max;
}

static bool life_over(const struct sim__shadow *s)
{
    return s->granted >= s->policy->max_restarts; /* SUP_UNLIMITED is above all counts */
}

/* What the limits leave of a restart. */
static inline __attribute__((always_inline)) void
granted_or_not(struct sim_invariants *inv, struct sim__shadow *s, const struct sup_rules *rules)
{
    bool exhausted = window_full(inv, s, rules) || life_over(s);
    s->must = exhausted ? SIM__BIT(LIMIT_EXHAUSTED) : SIM__BIT(BACKING_OFF);
}

/* Its streak is over, and only a limit of ends may be full. */
static void uncounted(struct sim_invariants *inv, struct sim__shadow *s)
{
    bool full = sim__limit_counts(s, SUP_LIMIT_COUNTS_ENDS) && sim__limit_full(inv, s);
    s->streak = 0;
    s->must = full ? SIM__BIT(LIMIT_EXHAUSTED) : SIM__BIT(BACKING_OFF);
}

/* It is restarted: freely, or as a failure is, which it is not. */
static void after_clean_exit_by_rules(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy->rules;
    if (!sim__clean_exits_count(s)) {
        sim__ring_clear(&s->breaker_ring);
        uncounted(inv, s);
        return;
    }
    forgive(inv, s, rules);
    if (s->settled) {
        uncounted(inv, s);
        return;
    }
    s->streak++;
    granted_or_not(inv, s, rules);
}

static inline __attribute__((always_inline)) void
after_clean_exit(struct sim_invariants *inv, struct sim__shadow *s, const struct sup_rules *rules)
{
    const struct sup_policy *policy = s->policy;
    if (policy->kind == SUP_KIND_INTERVAL && !s->prevented) {
        s->streak = 0; /* unless that was its last call, which the next event tells */
        sim__ring_clear(&s->breaker_ring);
        s->free_start = true;
        s->due = next_call(inv, s);
        return;
    }
    if (s->restarts_after) { /* of one with rules */
        after_clean_exit_by_rules(inv, s);
        return;
    }
    s->must = SIM__BIT(TERMINATED);
    s->must_reason = SUP_REASON_COMPLETED;
    if (rules == NULL && policy->restart == SUP_RESTART_ALWAYS) {
        s->streak = 0;
        sim__ring_clear(&s->breaker_ring);
        s->must |= SIM__BIT(BACKING_OFF);
    }
}

static inline __attribute__((always_inline)) bool trips(const struct sim_invariants *inv,
                                                        struct sim__shadow *s)
{
    const struct sup_breaker_policy *breaker = &s->policy->breaker;
    if (breaker->failures == 0) {
        return false;
    }
    uint32_t before = sim__ring_prune(&s->breaker_ring, inv->now, breaker->within);
    sim__ring_push(&s->breaker_ring, inv->now);
    return before + 1 >= breaker->failures || s->breaker == SUP_BREAKER_STATE_HALF_OPEN;
}

static inline __attribute__((always_inline)) bool failure_restarts(const struct sim__shadow *s,
                                                                   const struct sup_rules *rules)
{
    const struct sup_policy *policy = s->policy;
    if (rules != NULL) {
        return s->restarts_after;
    }
    return policy->restart != SUP_RESTART_NEVER &&
           (policy->restart != SUP_RESTART_ON_CRASH || s->crashed);
}

/* It was ready, and rules say what is waited then. */
static void after_ready_failed(struct sim_invariants *inv, struct sim__shadow *s)
{
    s->streak = 0;
    if (!s->restarts_after) {
        s->must = SIM__BIT(TERMINATED);
        s->must_reason = SUP_REASON_UNRECOVERABLE;
    } else if (trips(inv, s)) {
        s->must = SIM__BIT(BREAKER_OPENED);
    } else {
        uncounted(inv, s);
    }
}

static inline __attribute__((always_inline)) void
after_failure(struct sim_invariants *inv, struct sim__shadow *s, const struct sup_rules *rules)
{
    forgive(inv, s, rules);
    s->failures++;
    inv->metrics.failures_total++;
    if (rules != NULL && s->settled) {
        after_ready_failed(inv, s);
        return;
    }
    if (!failure_restarts(s, rules)) {
        s->must = SIM__BIT(TERMINATED);
        s->must_reason = SUP_REASON_UNRECOVERABLE;
        return;
    }
    s->streak++;
    if (trips(inv, s)) {
        s->must = SIM__BIT(BREAKER_OPENED);
    } else {
        granted_or_not(inv, s, rules);
    }
}

/* What follows is made twice, for a policy with rules and for one without: who has none pays
 * for one question. */
static inline __attribute__((always_inline)) void
consequence(struct sim_invariants *inv, struct sim__shadow *s, const struct sup_rules *rules)
{
    if (s->clean) {
        after_clean_exit(inv, s, rules);
    } else {
        after_failure(inv, s, rules);
    }
}

static __attribute__((noinline)) void consequence_by_rules(struct sim_invariants *inv,
                                                           struct sim__shadow *s)
{
    sim__limit_ended(inv, s);
    consequence(inv, s, s->policy->rules);
}

void sim__shadow_consequence(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->policy == NULL) {
        s->failures += !s->clean;
        inv->metrics.failures_total += !s->clean;
        s->unsure_counts = s->unsure_restarts = inv->unsure_restarts = true;
        return;
    }
    if (__builtin_expect(s->policy->rules != NULL, 0)) {
        consequence_by_rules(inv, s);
    } else {
        consequence(inv, s, NULL);
    }
    if (s->unsure_counts) {
        s->must = 0;
    }
}

void sim__shadow_resolve(struct sim_invariants *inv, struct sim__shadow *s, enum sim__end end)
{
    s->unsure_end = false;
    bool call = s->clean && s->policy != NULL && s->policy->kind == SUP_KIND_INTERVAL;
    if (end == SIM__END_WANTED && call) {
        /* A call's ordinary end has no event of its own either. */
        s->unsure_counts = s->unsure_restarts = inv->unsure_restarts = true;
    }
    if (end == SIM__END_UNWANTED) {
        sim__shadow_consequence(inv, s);
        if ((s->must & SIM__BIT(BACKING_OFF)) && s->policy->max_restarts != SUP_UNLIMITED) {
            /* A restart that the group refused after all was granted by its own
             * limits, unseen. */
            s->must |= SIM__BIT(LIMIT_EXHAUSTED);
        }
    }
}

void sim__unwanted(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!s->unsure_end) {
        return;
    }
    sim__shadow_resolve(inv, s, SIM__END_UNWANTED);
    if (s->must != 0) {
        sim__shadow_follows(inv, s);
    }
}

/* ---- the wait ---- */

static void check_wait(struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (s->operation != SUP_OPERATION_ACTIVE || inv->draining || s->wish != SIM__WISH_NONE ||
        sim__shadow_group_cancelled(inv, s->group)) {
        sim__break(inv, SIM__INVARIANT_STOP_BEATS_RESTART, "a stop was asked for");
    }
}

static __attribute__((noinline)) void wrong_delay(struct sim_invariants *inv,
                                                  struct sup_duration low, struct sup_duration high)
{
    sim__break(inv, SIM__INVARIANT_DELAY_BOUNDS,
               "delay %" PRIu64 "ns is not within %" PRIu64 "ns and %" PRIu64 "ns, streak %" PRIu32,
               inv->event->delay.ns, low.ns, high.ns, inv->event->streak);
}

/* What is left of a wait that is measured from before the end lies between what would be left
 * of the least one and of the greatest. Of one that was over nobody knows how long it was. Limits
 * may hold it back for longer. */
static __attribute__((noinline)) void check_delay_by_rules(struct sim_invariants *inv,
                                                           struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy->rules;
    const struct sup_event *event = inv->event;
    struct sup_duration low = s->settled ? rules->after_ready : s->policy->clean_exit_delay;
    struct sup_duration high = low;
    struct sup_duration wait = sim__wait_whole(inv, s, event->delay);
    if (event->streak > 0) {
        (void)sim__delay_possible(s, event->streak, wait, &low, &high);
        low = sim__wait_left(inv, s, low);
        high = sim__wait_left(inv, s, high);
    }
    struct sup_duration hold = sim__limit_hold(inv, s, &low, &high);
    if (event->delay.ns < low.ns || event->delay.ns > high.ns) {
        wrong_delay(inv, low, high);
    } else if (s->follows_stream && s->policy->backoff.jitter != SUP_JITTER_NONE &&
               event->streak > 0) {
        wait = sim__stream_follow(inv, s, hold);
    }
    bool from_end = rules == NULL || rules->from == SUP_FROM_END;
    s->last_delay = from_end ? event->delay : wait;
}

static inline __attribute__((always_inline)) bool streak_right(struct sim_invariants *inv,
                                                               struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    if (s->unsure_counts) {
        s->streak = event->streak;
    }
    if (event->streak != s->streak) {
        sim__break(inv, SIM__INVARIANT_STREAK_COUNT, "streak %" PRIu32 " instead of %" PRIu32,
                   event->streak, s->streak);
    }
    return event->streak == s->streak;
}

static inline __attribute__((always_inline)) void check_delay(struct sim_invariants *inv,
                                                              struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    struct sup_duration low = s->policy->clean_exit_delay;
    struct sup_duration high = low;
    bool possible = event->streak == 0
                        ? event->delay.ns == low.ns
                        : sim__delay_possible(s, event->streak, event->delay, &low, &high);
    if (!possible) {
        wrong_delay(inv, low, high);
    } else if (s->follows_stream && s->policy->backoff.jitter != SUP_JITTER_NONE &&
               event->streak > 0) {
        (void)sim__stream_follow(inv, s, SUP_NS(0));
    }
    s->last_delay = event->delay;
}

/* A restart after a failure uses up what limits allow. */
static void grant(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_policy *policy = s->policy;
    if (policy->rules != NULL) {
        sim__limit_granted(inv, s);
    } else if (!s->escalated) {
        sim__ring_push(&s->limit_ring, inv->now);
    }
    if (life_over(s)) {
        sim__break(inv, SIM__INVARIANT_LIFE_EXCEEDED,
                   "all %" PRIu32 " restarts of its life are used", policy->max_restarts);
    }
    s->granted++;
}

void sim__on_backing_off(struct sim_invariants *inv, struct sim__shadow *s)
{
    sim__unwanted(inv, s);
    s->must_reason = SUP_REASON_NONE;
    check_wait(inv, s);
    sim__shadow_phase(inv, s, SUP_PHASE_BACKING_OFF);
    s->due = sim__after(inv->now, inv->event->delay);
    if (s->policy == NULL) {
        s->follows_stream = false;
        return;
    }
    if (!streak_right(inv, s)) {
        return;
    }
    if (__builtin_expect(s->policy->rules != NULL || inv->holds, 0)) {
        check_delay_by_rules(inv, s);
    } else {
        check_delay(inv, s);
    }
    if (inv->event->streak > 0) {
        grant(inv, s);
    }
    if (!sim__shadow_alone(inv, s)) {
        sim__group_granted(inv, s,
                           inv->event->streak > 0 ? SIM__GRANT_AFTER_FAILURE
                                                  : SIM__GRANT_AFTER_CLEAN_EXIT);
    }
}

/* ---- limits ---- */

/* Its group may give up instead of granting the restart. */
#define GROUP_GIVES_UP (SIM__BIT(TERMINATED) | SIM__BIT(QUARANTINED))

static bool is_full(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    const struct sup_policy *policy = s->policy;
    bool window = sim__limit_full(inv, s) && event->limit == policy->limit.max &&
                  event->count == sim__limit_count(inv, s) &&
                  event->then == (uint32_t)policy->limit.then;
    bool life = event->limit == policy->max_restarts && event->count == event->limit &&
                event->then == SUP_LIMIT_TERMINATE &&
                (s->granted == event->count || !sim__shadow_alone(inv, s));
    return window || life;
}

void sim__on_exhausted(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->unsure_end && s->policy != NULL && sim__limit_counts(s, SUP_LIMIT_COUNTS_STARTS)) {
        /* Perhaps of the start that its group wanted, so nothing is said of its end. */
        s->unsure_end = false;
        s->unsure_counts = s->unsure_failures = inv->unsure_failures = true;
    }
    sim__unwanted(inv, s);
    if (s->policy == NULL) {
        return;
    }
    if (s->fresh && !sim__counts_by_hand(s)) {
        sim__break(inv, SIM__INVARIANT_LIMIT_EARLY, "its start by hand is not counted");
        return;
    }
    if (!s->unsure_counts && !is_full(inv, s)) {
        sim__break(inv, SIM__INVARIANT_LIMIT_EARLY, "%" PRIu32 " of %" PRIu32 " restarts are used",
                   sim__limit_count(inv, s), inv->event->limit);
        return;
    }
    switch (inv->event->then) {
    case SUP_LIMIT_TERMINATE:
        s->must = SIM__BIT(TERMINATED);
        s->must_reason = SUP_REASON_RESTART_LIMIT;
        break;
    case SUP_LIMIT_QUARANTINE:
        s->must = SIM__BIT(QUARANTINED);
        break;
    case SUP_LIMIT_WAIT:
    case SUP_LIMIT_PAUSE:
        s->escalated = true; /* neither is an entry */
        sim__limit_holds(inv, s);
        s->must = SIM__BIT(BACKING_OFF) | (sim__shadow_alone(inv, s) ? 0 : GROUP_GIVES_UP);
        break;
    default:
        s->escalated = true;
        s->must = SIM__BIT(BACKING_OFF) | (sim__shadow_alone(inv, s) ? 0 : GROUP_GIVES_UP);
    }
}
