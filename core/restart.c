/* What a failure or a clean exit brings: forgiveness, restart class, breaker,
 * limits, backoff; rules 4 to 9 in their order. */
#include "restart.h"

#include "backoff.h"
#include "canary.h"
#include "events.h"
#include "exits.h"
#include "forgive.h"
#include "grounds.h"
#include "limits.h"
#include "metrics.h"
#include "phase.h"
#include "probe.h"
#include "service.h"
#include "significant.h"
#include "strategy.h"
#include "supervisor.h"
#include "tell.h"
#include "text.h"
#include "timer.h"
#include "window.h"

static void arm_wait(struct sup *sup, struct sup__service *s)
{
    sup__arm_main(sup, s, sup__after(sup, s->delay));
}

static inline void wait_begin(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                              const char *reason)
{
    s->delay = delay;
    sup__set_phase(sup, s, SUP_PHASE_BACKING_OFF);
    if (!sup__quiet(sup)) {
        sup__say_wait(sup, s, delay, reason);
    }
}

void sup__wait_begin(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                     const char *reason)
{
    wait_begin(sup, s, delay, reason);
}

static inline void wait_restart(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                                const char *reason)
{
    wait_begin(sup, s, delay, reason);
    arm_wait(sup, s);
}

void sup__wait_restart(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                       const char *reason)
{
    wait_restart(sup, s, delay, reason);
}

static void clear_streak(struct sup *sup, struct sup__service *s, enum sup_forgiven by)
{
    struct sup__extra *extra = sup__extra_of(sup, s);
    sup__note_forgiven(sup, s, by);
    s->streak = 0;
    if (extra != NULL) {
        sup__window_clear(&extra->breaker);
    }
}

/* Rule 4. */
static inline void forgiven(struct sup *sup, struct sup__service *s,
                            const struct sup_backoff_policy *backoff)
{
    sup__note_forgiven(sup, s, SUP_FORGIVEN_RUN);
    s->streak = sup__forgive(backoff->reset, s->streak);
    SUP_PROBE_WHEN("forgiveness: a part", s->streak > 0);
    if (backoff->reset == SUP_FORGIVE_ZERO) {
        clear_streak(sup, s, SUP_FORGIVEN_RUN);
    }
}

static void forgive(struct sup *sup, struct sup__service *s, struct sup_duration ran)
{
    const struct sup_backoff_policy *backoff = &sup__policy_of(sup, s)->backoff;
    SUP_PROBE_WHEN("forgiveness: at its exact length", ran.ns == backoff->reset_after.ns);
    if (ran.ns >= backoff->reset_after.ns) {
        forgiven(sup, s, backoff);
    }
}

/* The next call of an interval service: from the end of this one, or on the grid
 * of the first start, where missed calls are skipped. */
static struct sup_duration interval_delay(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    struct sup_duration every = policy->interval_every;
    if (policy->interval_mode == SUP_INTERVAL_FIXED_DELAY || every.ns == SUP_NEVER_NS) {
        return every;
    }
    struct sup_instant anchor = sup__extra_of(sup, s)->interval_anchor;
    SUP_ASSERT(anchor.ns <= s->started_at.ns && s->started_at.ns <= sup->now.ns);
    uint64_t into = (sup->now.ns - anchor.ns) % every.ns;
    SUP_PROBE_WHEN("interval: missed calls", sup->now.ns - s->started_at.ns > every.ns);
    SUP_PROBE_WHEN("interval: ended on the grid", into == 0 && sup->now.ns > s->started_at.ns);
    if (into == 0 && sup->now.ns > s->started_at.ns) {
        return SUP_NS(0);
    }
    return SUP_NS(every.ns - into);
}

static void interval_next(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(sup__policy_of(sup, s)->kind == SUP_KIND_INTERVAL);
    clear_streak(sup, s, SUP_FORGIVEN_CLEAN);
    s->delay = interval_delay(sup, s);
    s->start_free = true;
    sup__set_phase(sup, s, SUP_PHASE_BACKING_OFF);
    arm_wait(sup, s);
}

/* Rule 5. */
void sup__after_clean_exit(struct sup *sup, struct sup__service *s, struct sup_duration ran,
                           const struct sup_end *end)
{
    SUP_ASSERT(!s->live);
    const struct sup_policy *policy = sup__policy_of(sup, s);
    forgive(sup, s, ran);
    if (policy->kind == SUP_KIND_INTERVAL && !end->done) {
        interval_next(sup, s);
    } else if (policy->restart == SUP_RESTART_ALWAYS && policy->kind != SUP_KIND_INTERVAL) {
        clear_streak(sup, s, SUP_FORGIVEN_CLEAN);
        sup__restart_granted(sup, s, policy->clean_exit_delay, SUP__GRANT_FREE, "clean exit");
        SUP_PROBE("restart: after a clean exit");
    } else {
        sup__terminate(sup, s, SUP_REASON_COMPLETED);
    }
}

void sup__breaker_close(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->breaker == SUP_BREAKER_STATE_HALF_OPEN);
    s->breaker = SUP_BREAKER_STATE_CLOSED;
    struct sup__extra *extra = sup__extra_of(sup, s);
    sup__disarm(sup, &extra->probe_key);
    extra->probe_at = SUP_INSTANT_NEVER;
    clear_streak(sup, s, SUP_FORGIVEN_BREAKER);
    sup__say_plain(sup, SUP_EVENT_BREAKER_CLOSED, s);
}

static void trip(struct sup *sup, struct sup__service *s, uint32_t count)
{
    SUP_ASSERT(s->breaker != SUP_BREAKER_STATE_OPEN && !s->live);
    const struct sup_breaker_policy *breaker = &sup__policy_of(sup, s)->breaker;
    bool half_open = breaker->then == SUP_BREAKER_THEN_HALF_OPEN;
    SUP_PROBE_WHEN("breaker: opened for good", !half_open);
    SUP_PROBE_WHEN("breaker: opened again by its probe", s->breaker == SUP_BREAKER_STATE_HALF_OPEN);
    s->breaker = SUP_BREAKER_STATE_OPEN;
    SUP__COUNT(sup, s, circuit_breaker_trips);
    if (half_open) {
        s->delay = breaker->cooldown;
        sup__set_phase(sup, s, SUP_PHASE_BACKING_OFF);
        arm_wait(sup, s);
    }
    if (!sup__quiet(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_BREAKER_OPENED, s);
        event.fields |= SUP_FIELD_COUNT | (half_open ? SUP_FIELD_DELAY : 0);
        event.delay = breaker->cooldown;
        event.count = count;
        event.limit = breaker->failures;
        sup__emit(sup, &event);
    }
    if (!half_open) {
        sup__end_by_itself(sup, s, SUP_REASON_CIRCUIT_BREAKER_OPEN, count, breaker->failures);
    }
}

/* Rule 7: true when it tripped. */
static bool breaker_trips(struct sup *sup, struct sup__service *s)
{
    const struct sup_breaker_policy *breaker = &sup__policy_of(sup, s)->breaker;
    struct sup__window *window = &sup__extra_of(sup, s)->breaker;
    sup__window_prune(window, sup->now, breaker->within);
    SUP_PROBE_WHEN("breaker: a failure of exactly its window's age counts",
                   window->count > 0 && window->at != NULL &&
                       sup->now.ns - window->at[window->head].ns == breaker->within.ns);
    sup__window_push(window, sup->now);
    if (window->count + SUP_PLANTED(BREAKER_OFF_BY_ONE) < breaker->failures &&
        s->breaker != SUP_BREAKER_STATE_HALF_OPEN) {
        return false;
    }
    trip(sup, s, window->count);
    return true;
}

void sup__quarantine(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->live);
    sup__come_to_rest(sup, s);
    s->restart_event = false;
    if (s->operation != SUP_OPERATION_QUARANTINED) {
        s->operation = SUP_OPERATION_QUARANTINED;
        sup->notes.limit = true;
        sup__say_plain(sup, SUP_EVENT_QUARANTINED, s);
        sup->notes.limit = false;
    }
}

static void say_exhausted(struct sup *sup, struct sup__service *s, uint32_t count, uint32_t limit,
                          enum sup_limit_then then)
{
    s->limit_exhausted = true;
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_LIMIT_EXHAUSTED, s);
    event.fields |= SUP_FIELD_COUNT | SUP_FIELD_THEN;
    event.count = count;
    event.limit = limit;
    event.then = then;
    sup__emit(sup, &event);
}

/* The life limit: true when there is no restart left. */
static bool life_exhausted(struct sup *sup, struct sup__service *s)
{
    uint32_t max = sup__policy_of(sup, s)->max_restarts;
    if (s->granted < max) {
        return false;
    }
    sup->notes.life = true;
    say_exhausted(sup, s, s->granted, max, SUP_LIMIT_TERMINATE);
    SUP_PROBE("limit: no restart left in its life");
    sup__end_by_itself(sup, s, SUP_REASON_RESTART_LIMIT, s->granted, max);
    sup->notes.life = false;
    return true;
}

/* Rule 9, and on to the group; reason NULL is the last error. */
static inline __attribute__((always_inline)) void grant(struct sup *sup, struct sup__service *s,
                                                        const char *reason)
{
    s->granted += s->granted < SUP_UNLIMITED;
    s->limit_exhausted = false;
    const struct sup__policy *policy = &sup->policies[s->policy];
    struct sup_duration delay =
        policy->bounds_only ? sup__backoff_bound(policy, s->streak) : sup__backoff_delay(sup, s);
    SUP_PROBE_WHEN("backoff: at its greatest", delay.ns == policy->policy.backoff.max.ns);
    SUP_PROBE_WHEN("backoff: none", delay.ns == 0);
    const struct sup__group *g = &sup->groups[s->group];
    if (g->policy.strategy == SUP_STRATEGY_ONE_FOR_ONE && !g->policy.limit.enabled) {
        wait_restart(sup, s, delay, reason); /* nobody else is concerned */
    } else {
        sup__restart_granted(sup, s, delay, SUP__GRANT_COUNTED, reason);
    }
}

/* What a restart waits that its limit leaves to others, or to a later time. */
static struct sup_duration delay_of(struct sup *sup, struct sup__service *s,
                                    struct sup_duration uncounted)
{
    return s->streak > 0 ? sup__backoff_delay(sup, s) : uncounted;
}

/* The restart waits until the window is over, or a pause is, which empties it. */
static void held_back(struct sup *sup, struct sup__service *s, const char *reason)
{
    SUP_ASSERT(s->streak > 0);
    struct sup__limited limited = sup__limited_of(sup, s);
    struct sup_duration least = sup__limit_holds(&limited, sup->now);
    struct sup_duration delay = sup__backoff_delay(sup, s);
    bool pause = limited.policy->then == SUP_LIMIT_PAUSE;
    SUP_PROBE_WHEN("limit: exhausted, pauses", pause);
    SUP_PROBE_WHEN("limit: exhausted, waits for its window", !pause);
    SUP_PROBE_WHEN("limit: its own wait is longer than it holds", delay.ns > least.ns);
    s->granted += s->granted < SUP_UNLIMITED;
    sup__restart_granted(sup, s, delay.ns > least.ns ? delay : least, SUP__GRANT_COUNTED, reason);
    if (pause && s->phase == SUP_PHASE_BACKING_OFF) { /* or its group has given up instead */
        sup__limit_clear(&limited);
        if (limited.rules->window == SUP_LIMIT_WINDOW_STREAK) {
            s->streak = 0;
        }
    }
}

/* `uncounted` is what waits who has no streak. */
static void exhausted(struct sup *sup, struct sup__service *s, uint32_t used,
                      struct sup_duration uncounted, const char *reason)
{
    const struct sup_limit_policy *limit = &sup__policy_of(sup, s)->limit;
    SUP_ASSERT(limit->enabled && used >= limit->max);
    SUP_PROBE_WHEN("limit: exhausted, escalates", limit->then == SUP_LIMIT_ESCALATE);
    SUP_PROBE_WHEN("limit: exhausted, quarantines", limit->then == SUP_LIMIT_QUARANTINE);
    SUP_PROBE_WHEN("limit: exhausted, terminates", limit->then == SUP_LIMIT_TERMINATE);
    SUP_PROBE_WHEN("limit: none at all", limit->max == 0);
    bool goes_on = limit->then != SUP_LIMIT_TERMINATE && limit->then != SUP_LIMIT_QUARANTINE;
    if (goes_on && s->streak > 0 && life_exhausted(sup, s)) {
        return;
    }
    say_exhausted(sup, s, used, limit->max, limit->then);
    switch (limit->then) {
    case SUP_LIMIT_TERMINATE:
        sup__end_by_itself(sup, s, SUP_REASON_RESTART_LIMIT, used, limit->max);
        break;
    case SUP_LIMIT_QUARANTINE:
        sup__quarantine(sup, s);
        break;
    case SUP_LIMIT_WAIT:
    case SUP_LIMIT_PAUSE:
        held_back(sup, s, reason);
        break;
    default:
        SUP_ASSERT(limit->then == SUP_LIMIT_ESCALATE);
        if (s->streak > 0) {
            s->granted += s->granted < SUP_UNLIMITED;
        }
        sup__restart_granted(sup, s, delay_of(sup, s, uncounted), SUP__GRANT_COUNTED, reason);
    }
}

void sup__start_refused(struct sup *sup, struct sup__service *s, uint32_t used)
{
    const struct sup_limit_policy *limit = &sup__policy_of(sup, s)->limit;
    SUP_ASSERT(!s->live && used >= limit->max);
    sup__account(sup, s); /* it may have come out of the pool's queue, which made it busy */
    say_exhausted(sup, s, used, limit->max, limit->then);
    if (limit->then == SUP_LIMIT_QUARANTINE) {
        sup__quarantine(sup, s);
    } else {
        SUP_ASSERT(limit->then == SUP_LIMIT_TERMINATE);
        sup__end_by_itself(sup, s, SUP_REASON_RESTART_LIMIT, used, limit->max);
    }
}

/* Rules 8 and 9. */
static inline __attribute__((always_inline)) void limits_and_wait(struct sup *sup,
                                                                  struct sup__service *s,
                                                                  const struct sup_policy *policy,
                                                                  const char *reason)
{
    if (policy->limit.enabled) {
        struct sup__window *window = &sup__extra_of(sup, s)->limit;
        uint32_t used = sup__window_prune(window, sup->now, policy->limit.within);
        SUP_PROBE_WHEN("limit: a restart of exactly its window's age counts",
                       used > 0 && window->at != NULL &&
                           sup->now.ns - window->at[window->head].ns == policy->limit.within.ns);
        if (used >= policy->limit.max) {
            exhausted(sup, s, used, policy->clean_exit_delay, reason);
            return;
        }
    }
    if (policy->max_restarts != SUP_UNLIMITED && life_exhausted(sup, s)) {
        return;
    }
    if (policy->limit.enabled) {
        sup__window_push(&sup__extra_of(sup, s)->limit, sup->now);
    }
    grant(sup, s, reason);
}

/* Rules 4 and 6 to 9. */
void sup__after_failure(struct sup *sup, struct sup__service *s, struct sup_duration ran,
                        enum sup_outcome outcome)
{
    SUP_ASSERT(!s->live);
    const struct sup_policy *policy = sup__policy_of(sup, s);
    forgive(sup, s, ran);
    if (policy->restart == SUP_RESTART_NEVER ||
        (policy->restart == SUP_RESTART_ON_CRASH && outcome != SUP_OUTCOME_CRASHED)) {
        SUP_PROBE("restart: its class wants none");
        sup__terminate(sup, s, SUP_REASON_UNRECOVERABLE);
        return;
    }
    s->streak += s->streak < UINT32_MAX;
    if (policy->breaker.failures > 0 && breaker_trips(sup, s)) {
        return;
    }
    limits_and_wait(sup, s, policy, NULL);
}

void sup__after_usual_failure(struct sup *sup, struct sup__service *s, struct sup_duration ran)
{
    SUP_ASSERT(!s->live && s->breaker == SUP_BREAKER_STATE_CLOSED);
    forgive(sup, s, ran);
    s->streak += s->streak < UINT32_MAX;
    grant(sup, s, NULL);
}

/* Rules 8 and 9 of one whose limit has rules. Starts are limited when they come. */
static __attribute__((noinline)) void limits_by_rules(struct sup *sup, struct sup__service *s,
                                                      const struct sup_policy *policy,
                                                      const char *reason)
{
    enum sup_limit_counts counts = policy->rules->limit.counts;
    struct sup__limited limited = sup__limited_of(sup, s);
    uint32_t used;
    if (counts != SUP_LIMIT_COUNTS_STARTS && sup__limit_is_full(&limited, sup->now, &used)) {
        exhausted(sup, s, used, policy->clean_exit_delay, reason);
        return;
    }
    if (policy->max_restarts != SUP_UNLIMITED && life_exhausted(sup, s)) {
        return;
    }
    if (counts == SUP_LIMIT_COUNTS_RESTARTS) {
        sup__limit_enter(&limited, sup->now);
    }
    grant(sup, s, reason);
}

/* A restart that is no entry of a limit of restarts; one of ends may hold too many already. */
static void restart_freely(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                           const char *reason)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(s->streak == 0);
    if (policy->limit.enabled && policy->rules->limit.counts == SUP_LIMIT_COUNTS_ENDS) {
        struct sup__limited limited = sup__limited_of(sup, s);
        uint32_t used;
        if (sup__limit_is_full(&limited, sup->now, &used)) {
            SUP_PROBE("limit: exhausted by ends that nothing else counts");
            exhausted(sup, s, used, delay, reason);
            return;
        }
    }
    sup__restart_granted(sup, s, delay, SUP__GRANT_FREE, reason);
}

/* It had been ready, and rules say what is waited then: no restart that anything counts. */
static void restart_after_ready(struct sup *sup, struct sup__service *s,
                                const struct sup_policy *policy, enum sup_outcome cause)
{
    bool clean = cause == SUP_OUTCOME_SUCCEEDED;
    SUP_PROBE("restart: after an attempt that had been ready");
    if (clean && policy->rules->clean_exits == SUP_CLEAN_EXITS_FREE) {
        clear_streak(sup, s, SUP_FORGIVEN_CLEAN);
    } else if (!clean && policy->breaker.failures > 0 && breaker_trips(sup, s)) {
        return;
    }
    restart_freely(sup, s, policy->rules->after_ready, clean ? "clean exit" : NULL);
}

/* A clean end that restarts counts as a failure where it is to, the breaker aside. */
static void restart_by_rules(struct sup *sup, struct sup__service *s,
                             const struct sup_policy *policy, enum sup_outcome cause)
{
    bool clean = cause == SUP_OUTCOME_SUCCEEDED;
    if (clean && policy->rules->clean_exits == SUP_CLEAN_EXITS_FREE) {
        clear_streak(sup, s, SUP_FORGIVEN_CLEAN);
        restart_freely(sup, s, policy->clean_exit_delay, "clean exit");
        return;
    }
    SUP_PROBE_WHEN("restart: after a clean exit that counts", clean);
    s->streak += s->streak < UINT32_MAX;
    if ((s->traits & SUP__TRAIT_RESET) != 0 &&
        policy->rules->reset_from == SUP_RESET_FROM_FAILURE) {
        sup__reset_from(sup, s, sup->now);
    }
    if (!clean && policy->breaker.failures > 0 && breaker_trips(sup, s)) {
        return;
    }
    const char *reason = clean ? "clean exit" : NULL;
    if ((s->traits & SUP__TRAIT_LIMIT_STATE) != 0) {
        limits_by_rules(sup, s, policy, reason);
    } else {
        limits_and_wait(sup, s, policy, reason);
    }
}

void sup__after_exit(struct sup *sup, struct sup__service *s, struct sup_duration ran,
                     const struct sup__exit *exit, enum sup_outcome cause)
{
    SUP_ASSERT(!s->live);
    const struct sup__policy *entry = &sup->policies[s->policy];
    const struct sup_policy *policy = &entry->policy;
    bool clean = cause == SUP_OUTCOME_SUCCEEDED;
    bool call = clean && policy->kind == SUP_KIND_INTERVAL; /* its class says nothing of it */
    enum sup__fate fate = sup__exit_fate(entry, exit, cause);
    bool settled = policy->rules->after_ready.ns != SUP_NEVER_NS && sup__exit_was_ready(exit);
    sup__limit_on_end(sup, s, exit, cause);
    if ((s->traits & SUP__TRAIT_RESET) == 0) {
        forgive(sup, s, ran);
    } else if (sup__forgives(sup, s, ran, exit)) {
        forgiven(sup, s, &policy->backoff);
    }
    if (settled) {
        sup__note_forgiven(sup, s, SUP_FORGIVEN_READY);
        s->streak = 0;
    }
    sup->notes.exit = exit;
    sup->notes.cause = cause;
    if (call && fate != SUP__FATE_PREVENTED && !exit->end->done) {
        interval_next(sup, s);
    } else if (call || fate == SUP__FATE_ENDS || fate == SUP__FATE_PREVENTED) {
        sup__end_by_itself(sup, s, clean ? SUP_REASON_COMPLETED : SUP_REASON_UNRECOVERABLE, 0, 0);
    } else if (settled) {
        restart_after_ready(sup, s, policy, cause);
    } else {
        restart_by_rules(sup, s, policy, cause);
    }
    sup->notes.exit = NULL;
}
