/* The invariant checker: for each invariant a stream of events that breaks it, and
 * streams that break none. */
#include "core_world.h"

#include <stdlib.h>
#include <string.h>

#include "supervisor.h"
#include "sim/invariant/internal.h"

/* ---- a stream of made-up events ---- */

struct stream {
    struct sim_invariants *inv;
    uint64_t now;
    uint64_t sequence;
};

static const char *const names[] = {"a", "b", "c", "d"};

static struct sup_policy usual_policy(void)
{
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

static void say(struct stream *s, struct sup_event event)
{
    event.at.ns = s->now;
    event.sequence = ++s->sequence;
    sim_invariants_event(s->inv, &event);
}

static struct sup_event event_of(enum sup_event_type type, uint32_t slot)
{
    return (struct sup_event){.type = type, .slot = slot, .service = names[slot]};
}

static void simple(struct stream *s, enum sup_event_type type, uint32_t slot)
{
    say(s, event_of(type, slot));
}

static void announce(struct stream *s, uint32_t slot, const char *path,
                     const struct sup_policy *policy)
{
    assert_int_equal(sim_invariants_policy(s->inv, names[slot], path, policy), SUP_OK);
}

static void registered(struct stream *s, uint32_t slot, uint32_t generation)
{
    struct sup_event event = event_of(SUP_EVENT_REGISTERED, slot);
    event.fields = SUP_FIELD_GENERATION;
    event.generation = generation;
    say(s, event);
}

static void started(struct stream *s, uint32_t slot, uint32_t attempt)
{
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_STARTED, slot);
    event.fields = SUP_FIELD_ATTEMPT;
    event.attempt = attempt;
    say(s, event);
}

static void ended(struct stream *s, uint32_t slot, uint32_t attempt, enum sup_outcome outcome)
{
    struct sup_event event = event_of(SUP_EVENT_ATTEMPT_ENDED, slot);
    event.fields = SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME;
    event.attempt = attempt;
    event.outcome = outcome;
    say(s, event);
}

static void waits(struct stream *s, uint32_t slot, uint64_t delay_ms, uint32_t streak)
{
    struct sup_event event = event_of(SUP_EVENT_BACKING_OFF, slot);
    event.fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK;
    event.delay = SUP_MS(delay_ms);
    event.streak = streak;
    say(s, event);
}

static void opened(struct stream *s, uint32_t slot, uint32_t count, uint32_t limit,
                   uint64_t cooldown_ms)
{
    struct sup_event event = event_of(SUP_EVENT_BREAKER_OPENED, slot);
    event.fields = SUP_FIELD_COUNT | SUP_FIELD_DELAY;
    event.count = count;
    event.limit = limit;
    event.delay = SUP_MS(cooldown_ms);
    say(s, event);
}

static void exhausted(struct stream *s, uint32_t slot, uint32_t count, uint32_t limit,
                      enum sup_limit_then then)
{
    struct sup_event event = event_of(SUP_EVENT_LIMIT_EXHAUSTED, slot);
    event.fields = SUP_FIELD_COUNT | SUP_FIELD_THEN;
    event.count = count;
    event.limit = limit;
    event.then = then;
    say(s, event);
}

static void terminated(struct stream *s, uint32_t slot, enum sup_reason reason)
{
    struct sup_event event = event_of(SUP_EVENT_TERMINATED, slot);
    event.fields = SUP_FIELD_REASON;
    event.reason = reason;
    say(s, event);
}

static void commanded(struct stream *s, uint32_t slot, enum sup_command code)
{
    struct sup_event event = event_of(SUP_EVENT_COMMAND, slot);
    event.fields = SUP_FIELD_COMMAND;
    event.command = code;
    say(s, event);
}

static void shutdown_asked(struct stream *s, uint64_t timeout_ms)
{
    struct sup_event event = {.type = SUP_EVENT_SHUTDOWN_REQUESTED, .slot = UINT32_MAX};
    event.fields = SUP_FIELD_TIMEOUT;
    event.timeout = SUP_MS(timeout_ms);
    say(s, event);
}

static void drained(struct stream *s, uint64_t took_ms, struct sup_drain_counts counts)
{
    struct sup_event event = {.type = SUP_EVENT_DRAINED, .slot = UINT32_MAX};
    event.fields = SUP_FIELD_DRAIN;
    event.took = SUP_MS(took_ms);
    event.drain = counts;
    say(s, event);
}

static void about_group(struct stream *s, enum sup_event_type type, const char *path)
{
    say(s, (struct sup_event){.type = type, .slot = UINT32_MAX, .group = path});
}

/* Registered with this policy, and its first attempt runs. */
static void begun(struct stream *s, uint32_t slot, const struct sup_policy *policy)
{
    struct sup_policy usual = usual_policy();
    announce(s, slot, NULL, policy != NULL ? policy : &usual);
    registered(s, slot, 0);
    started(s, slot, 1);
}

static void open_stream(struct stream *s)
{
    struct sim_invariants_config config = {.blocking_pool = 1, .shutdown_timeout = SUP_SEC(1)};
    *s = (struct stream){0};
    assert_int_equal(sim_invariants_create(&config, &s->inv), SUP_OK);
}

/* ---- one stream for each invariant ---- */

static void sequence_gap(struct stream *s)
{
    begun(s, 0, NULL);
    s->sequence++;
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
}

static void time_backwards(struct stream *s)
{
    s->now = 10;
    begun(s, 0, NULL);
    s->now = 9;
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
}

static void phase_illegal(struct stream *s)
{
    begun(s, 0, NULL);
    terminated(s, 0, SUP_REASON_CANCELLED); /* while it runs */
}

static void not_registered(struct stream *s)
{
    begun(s, 0, NULL);
    started(s, 1, 1);
}

static void generation_count(struct stream *s)
{
    struct sup_policy policy = usual_policy();
    announce(s, 0, NULL, &policy);
    registered(s, 0, 1);
}

static void attempt_overlap(struct stream *s)
{
    begun(s, 0, NULL);
    started(s, 0, 2);
}

static void attempt_inactive(struct stream *s)
{
    begun(s, 0, NULL);
    commanded(s, 0, SUP_COMMAND_PAUSE);
    simple(s, SUP_EVENT_PAUSED, 0);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    ended(s, 0, 1, SUP_OUTCOME_CANCELLED);
    started(s, 0, 2);
}

static void attempt_cancelled_group(struct stream *s)
{
    struct sup_policy policy = usual_policy();
    announce(s, 0, "x.y", &policy);
    registered(s, 0, 0);
    about_group(s, SUP_EVENT_GROUP_CANCELLED, "runtime.x");
    started(s, 0, 1);
}

static void attempt_draining(struct stream *s)
{
    struct sup_policy policy = usual_policy();
    announce(s, 0, NULL, &policy);
    registered(s, 0, 0);
    shutdown_asked(s, 100);
    started(s, 0, 1);
}

static void attempt_count(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 10, 1);
    s->now += 10 * MS;
    started(s, 0, 3);
}

static void attempt_end(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 10, 1);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
}

static void outcome_wrong(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_CANCELLED);
}

static void follow_up(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_SUCCEEDED);
    terminated(s, 0, SUP_REASON_UNRECOVERABLE);
}

static void stop_beats_restart(struct stream *s)
{
    struct sup_group_policy policy = {.strategy = SUP_STRATEGY_ONE_FOR_ALL};
    assert_int_equal(sim_invariants_group(s->inv, NULL, &policy), SUP_OK);
    begun(s, 0, NULL);
    shutdown_asked(s, 100);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    about_group(s, SUP_EVENT_GROUP_RESTART, "runtime");
}

static void restart_instant(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 10, 1);
    s->now += 10 * MS + 1;
    started(s, 0, 2);
}

static void delay_bounds(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 11, 1);
}

static void streak_count(struct stream *s)
{
    begun(s, 0, NULL);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 20, 2);
}

static struct sup_policy breaking(uint32_t failures, enum sup_breaker_then then)
{
    struct sup_policy policy = usual_policy();
    policy.breaker.failures = failures;
    policy.breaker.then = then;
    policy.breaker.cooldown = SUP_MS(100);
    policy.breaker.probe_for = SUP_MS(30);
    return policy;
}

static void breaker_edge(struct stream *s)
{
    struct sup_policy policy = breaking(1, SUP_BREAKER_THEN_HALF_OPEN);
    begun(s, 0, &policy);
    simple(s, SUP_EVENT_BREAKER_CLOSED, 0);
}

static void breaker_trip(struct stream *s)
{
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_TERMINATE);
    begun(s, 0, &policy);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    opened(s, 0, 1, 2, 0);
}

/* Its breaker is open: the cooldown begins. */
static void tripped(struct stream *s)
{
    struct sup_policy policy = breaking(1, SUP_BREAKER_THEN_HALF_OPEN);
    begun(s, 0, &policy);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    opened(s, 0, 1, 1, 100);
}

static void probing(struct stream *s)
{
    tripped(s);
    s->now += 100 * MS;
    simple(s, SUP_EVENT_BREAKER_HALF_OPEN, 0);
    started(s, 0, 2);
}

static void breaker_cooldown(struct stream *s)
{
    tripped(s);
    s->now += 99 * MS;
    simple(s, SUP_EVENT_BREAKER_HALF_OPEN, 0);
}

static void breaker_probe(struct stream *s)
{
    probing(s);
    commanded(s, 0, SUP_COMMAND_PAUSE);
    simple(s, SUP_EVENT_PAUSED, 0);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    ended(s, 0, 2, SUP_OUTCOME_CANCELLED);
    s->inv->shadows[0].operation = SUP_OPERATION_ACTIVE; /* as if a resume were forgotten */
    started(s, 0, 3);
}

static void breaker_close(struct stream *s)
{
    probing(s);
    s->now += 29 * MS;
    simple(s, SUP_EVENT_BREAKER_CLOSED, 0);
    ended(s, 0, 2, SUP_OUTCOME_FAILED);
}

static struct sup_policy limited(uint32_t max, enum sup_limit_then then)
{
    struct sup_policy policy = usual_policy();
    policy.limit =
        (struct sup_limit_policy){.enabled = true, .max = max, .within = SUP_SEC(10), .then = then};
    return policy;
}

static void limit_exceeded(struct stream *s)
{
    struct sup_policy policy = limited(0, SUP_LIMIT_TERMINATE);
    begun(s, 0, &policy);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 10, 1);
}

static void limit_early(struct stream *s)
{
    struct sup_policy policy = limited(2, SUP_LIMIT_TERMINATE);
    begun(s, 0, &policy);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    exhausted(s, 0, 0, 2, SUP_LIMIT_TERMINATE);
}

/* The group may hide what its services' ends meant, but not a grant too many. */
static void life_exceeded(struct stream *s)
{
    struct sup_group_policy group_policy = {.strategy = SUP_STRATEGY_ONE_FOR_ALL};
    assert_int_equal(sim_invariants_group(s->inv, NULL, &group_policy), SUP_OK);
    struct sup_policy policy = limited(0, SUP_LIMIT_ESCALATE);
    policy.max_restarts = 0;
    begun(s, 0, &policy);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    exhausted(s, 0, 0, 0, SUP_LIMIT_ESCALATE);
    waits(s, 0, 10, 1);
}

static void group_limit_exceeded(struct stream *s)
{
    struct sup_group_policy policy = {.limit = {.enabled = true, .max = 1, .within = SUP_SEC(9)}};
    assert_int_equal(sim_invariants_group(s->inv, NULL, &policy), SUP_OK);
    begun(s, 0, NULL);
    begun(s, 1, NULL);
    ended(s, 0, 1, SUP_OUTCOME_FAILED);
    waits(s, 0, 10, 1);
    ended(s, 1, 1, SUP_OUTCOME_FAILED);
    waits(s, 1, 10, 1);
}

static void cancel_twice(struct stream *s)
{
    begun(s, 0, NULL);
    commanded(s, 0, SUP_COMMAND_CANCEL);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
}

static void cancel_unasked(struct stream *s)
{
    begun(s, 0, NULL);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
}

static void abort_order(struct stream *s)
{
    begun(s, 0, NULL);
    commanded(s, 0, SUP_COMMAND_ABORT);
    simple(s, SUP_EVENT_ABORT_REQUESTED, 0);
}

static void abort_unasked(struct stream *s)
{
    begun(s, 0, NULL);
    commanded(s, 0, SUP_COMMAND_CANCEL);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    simple(s, SUP_EVENT_ABORT_REQUESTED, 0);
}

static void stop_deadline_instant(struct stream *s)
{
    begun(s, 0, NULL);
    commanded(s, 0, SUP_COMMAND_CANCEL);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    s->now += 49 * MS;
    simple(s, SUP_EVENT_STOP_DEADLINE, 0);
}

static void abandon_instant(struct stream *s)
{
    begun(s, 0, NULL);
    commanded(s, 0, SUP_COMMAND_ABORT);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    simple(s, SUP_EVENT_ABORT_REQUESTED, 0);
    s->now += 19 * MS;
    simple(s, SUP_EVENT_ABANDONED, 0);
}

static void readiness_repeated(struct stream *s)
{
    begun(s, 0, NULL);
    simple(s, SUP_EVENT_NOT_READY, 0);
    simple(s, SUP_EVENT_NOT_READY, 0);
}

static void pool_exceeded(struct stream *s)
{
    struct sup_policy policy = usual_policy();
    policy.kind = SUP_KIND_BLOCKING;
    begun(s, 0, &policy);
    begun(s, 1, &policy);
}

static void drain_twice(struct stream *s)
{
    begun(s, 0, NULL);
    shutdown_asked(s, 100);
    shutdown_asked(s, 100);
}

static void drained_early(struct stream *s)
{
    begun(s, 0, NULL);
    shutdown_asked(s, 100);
    drained(s, 0, (struct sup_drain_counts){0});
}

static void drain_to(struct stream *s, struct sup_drain_counts counts)
{
    begun(s, 0, NULL);
    shutdown_asked(s, 100);
    simple(s, SUP_EVENT_CANCEL_DELIVERED, 0);
    s->now += 5 * MS;
    ended(s, 0, 1, SUP_OUTCOME_CANCELLED);
    terminated(s, 0, SUP_REASON_CANCELLED);
    drained(s, 5, counts);
}

static void drain_report(struct stream *s)
{
    drain_to(s, (struct sup_drain_counts){.already_exited = 1});
}

static void after_drained(struct stream *s)
{
    drain_to(s, (struct sup_drain_counts){.graceful = 1});
    assert_null(sim_invariants_broken(s->inv));
    simple(s, SUP_EVENT_STALE, 0);
}

/* ---- the same against a supervisor ---- */

static void with_world(void (*tamper)(struct world *w, struct sim_invariants *inv),
                       const char *name)
{
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    struct sim_invariants_config config = {.blocking_pool = 8};
    struct sim_invariants *inv;
    assert_int_equal(sim_invariants_create(&config, &inv), SUP_OK);
    world_open(w);
    assert_int_equal(sup_subscribe(w->sup, sim_invariants_event, inv), SUP_OK);
    struct sup_policy policy = usual_policy();
    assert_int_equal(sim_invariants_policy(inv, "a", NULL, &policy), SUP_OK);
    spawn(w, "a", &policy);
    sim_invariants_settled(inv, w->sup);
    assert_null(sim_invariants_broken(inv));
    tamper(w, inv);
    assert_string_equal(sim_invariants_broken(inv), name);
    assert_int_not_equal(strlen(sim_invariants_text(inv)), 0);
    sim_invariants_free(inv);
    world_close(w);
    free(w);
}

static void lose_an_end(struct world *w, struct sim_invariants *inv)
{
    inv->shadows[0].live = false;
    sim_invariants_end(inv, w->sup);
}

static void unbalance(struct world *w, struct sim_invariants *inv)
{
    w->sup->metrics.active_services++;
    sim_invariants_end(inv, w->sup);
    w->sup->metrics.active_services--;
}

static void miscount(struct world *w, struct sim_invariants *inv)
{
    w->sup->metrics.failures_total++;
    sim_invariants_end(inv, w->sup);
    w->sup->metrics.failures_total--;
}

static void change_silently(struct world *w, struct sim_invariants *inv)
{
    w->sup->services[0].failures++;
    not_ready(w, "a");
    sim_invariants_settled(inv, w->sup);
    w->sup->services[0].failures--;
}

static void settled__a_supervisor_that_differs_is_found(void **state)
{
    (void)state;
    with_world(lose_an_end, "attempt-lost");
    with_world(unbalance, "spawned-balance");
    with_world(miscount, "metrics-differ");
    with_world(change_silently, "snapshot-differs");
}

static const struct {
    enum sim__invariant invariant;
    void (*break_it)(struct stream *s);
} cases[] = {
    {SIM__INVARIANT_SEQUENCE_GAP, sequence_gap},
    {SIM__INVARIANT_TIME_BACKWARDS, time_backwards},
    {SIM__INVARIANT_PHASE_ILLEGAL, phase_illegal},
    {SIM__INVARIANT_NOT_REGISTERED, not_registered},
    {SIM__INVARIANT_GENERATION_COUNT, generation_count},
    {SIM__INVARIANT_ATTEMPT_OVERLAP, attempt_overlap},
    {SIM__INVARIANT_ATTEMPT_INACTIVE, attempt_inactive},
    {SIM__INVARIANT_ATTEMPT_CANCELLED_GROUP, attempt_cancelled_group},
    {SIM__INVARIANT_ATTEMPT_DRAINING, attempt_draining},
    {SIM__INVARIANT_ATTEMPT_COUNT, attempt_count},
    {SIM__INVARIANT_ATTEMPT_END, attempt_end},
    {SIM__INVARIANT_OUTCOME_WRONG, outcome_wrong},
    {SIM__INVARIANT_FOLLOW_UP, follow_up},
    {SIM__INVARIANT_STOP_BEATS_RESTART, stop_beats_restart},
    {SIM__INVARIANT_RESTART_INSTANT, restart_instant},
    {SIM__INVARIANT_DELAY_BOUNDS, delay_bounds},
    {SIM__INVARIANT_STREAK_COUNT, streak_count},
    {SIM__INVARIANT_BREAKER_EDGE, breaker_edge},
    {SIM__INVARIANT_BREAKER_TRIP, breaker_trip},
    {SIM__INVARIANT_BREAKER_COOLDOWN, breaker_cooldown},
    {SIM__INVARIANT_BREAKER_PROBE, breaker_probe},
    {SIM__INVARIANT_BREAKER_CLOSE, breaker_close},
    {SIM__INVARIANT_LIMIT_EXCEEDED, limit_exceeded},
    {SIM__INVARIANT_LIMIT_EARLY, limit_early},
    {SIM__INVARIANT_LIFE_EXCEEDED, life_exceeded},
    {SIM__INVARIANT_GROUP_LIMIT_EXCEEDED, group_limit_exceeded},
    {SIM__INVARIANT_CANCEL_TWICE, cancel_twice},
    {SIM__INVARIANT_CANCEL_UNASKED, cancel_unasked},
    {SIM__INVARIANT_ABORT_ORDER, abort_order},
    {SIM__INVARIANT_ABORT_UNASKED, abort_unasked},
    {SIM__INVARIANT_STOP_DEADLINE_INSTANT, stop_deadline_instant},
    {SIM__INVARIANT_ABANDON_INSTANT, abandon_instant},
    {SIM__INVARIANT_READINESS_REPEATED, readiness_repeated},
    {SIM__INVARIANT_POOL_EXCEEDED, pool_exceeded},
    {SIM__INVARIANT_DRAIN_TWICE, drain_twice},
    {SIM__INVARIANT_DRAINED_EARLY, drained_early},
    {SIM__INVARIANT_DRAIN_REPORT, drain_report},
    {SIM__INVARIANT_AFTER_DRAINED, after_drained},
};
/* Those of settled__a_supervisor_that_differs_is_found. */
static_assert(sizeof(cases) / sizeof(cases[0]) + 4 == SIM__INVARIANTS,
              "every invariant has a stream that breaks it");

static void event__each_invariant_is_broken_by_its_stream(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct stream s;
        open_stream(&s);
        cases[i].break_it(&s);
        const char *broken = sim_invariants_broken(s.inv);
        assert_non_null(broken);
        assert_string_equal(broken, sim__invariant_name(cases[i].invariant));
        assert_true(strlen(sim_invariants_text(s.inv)) > 20);
        sim_invariants_free(s.inv);
    }
}

static void event__the_first_broken_invariant_is_kept(void **state)
{
    (void)state;
    struct stream s;
    open_stream(&s);
    s.now = 1500 * MS;
    restart_instant(&s);
    assert_string_equal(sim_invariants_text(s.inv),
                        "a at 1.510000001s, event 5 (attempt-started): it was due at "
                        "1510000000ns");
    uint64_t checked = sim_invariants_checked(s.inv);
    s.sequence += 7;
    started(&s, 0, 9);
    assert_string_equal(sim_invariants_broken(s.inv), "restart-instant");
    assert_int_equal(sim_invariants_checked(s.inv), checked);
    sim_invariants_free(s.inv);
    sim_invariants_free(NULL);
}

/* ---- streams that break nothing ---- */

static void event__late_things_are_forgiven_once_it_stalled(void **state)
{
    (void)state;
    struct stream s;
    open_stream(&s);
    begun(&s, 0, NULL);
    ended(&s, 0, 1, SUP_OUTCOME_FAILED);
    waits(&s, 0, 10, 1);
    sim_invariants_stalled(s.inv);
    s.now += 500 * MS;
    started(&s, 0, 2);
    assert_null(sim_invariants_broken(s.inv));
    ended(&s, 0, 2, SUP_OUTCOME_FAILED);
    waits(&s, 0, 20, 2);
    s.now += 19 * MS;
    started(&s, 0, 3);
    assert_string_equal(sim_invariants_broken(s.inv), "restart-instant");
    sim_invariants_free(s.inv);
}

static void event__a_probe_that_proves_itself_closes_the_breaker(void **state)
{
    (void)state;
    struct stream s;
    open_stream(&s);
    probing(&s);
    s.now += 30 * MS;
    simple(&s, SUP_EVENT_BREAKER_CLOSED, 0);
    ended(&s, 0, 2, SUP_OUTCOME_FAILED);
    opened(&s, 0, 1, 1, 100);
    assert_null(sim_invariants_broken(s.inv));
    sim_invariants_free(s.inv);
}

/* k failures, each a step of the schedule, computed here by hand. */
static void event__bounds_follow_the_schedule(void **state)
{
    (void)state;
    static const uint64_t delays_ms[] = {10, 15, 22, 33, 40, 40, 40};
    struct stream s;
    open_stream(&s);
    struct sup_policy policy = policy_backoff(10, 40);
    policy.backoff.factor_billionths = 1500000000;
    begun(&s, 0, &policy);
    for (uint32_t k = 1; k <= 7; k++) {
        ended(&s, 0, k, SUP_OUTCOME_FAILED);
        struct sup_event event = event_of(SUP_EVENT_BACKING_OFF, 0);
        event.fields = SUP_FIELD_DELAY | SUP_FIELD_STREAK;
        uint64_t exact = delays_ms[k - 1] * MS + (k == 3 ? MS / 2 : 0) + (k == 4 ? 3 * MS / 4 : 0);
        event.delay.ns = exact;
        event.streak = k;
        say(&s, event);
        s.now += exact;
        started(&s, 0, k + 1);
    }
    assert_null(sim_invariants_broken(s.inv));
    sim_invariants_free(s.inv);
}

static void bounds__saturate(void **state)
{
    (void)state;
    struct sup_policy policy = policy_default();
    policy.backoff = (struct sup_backoff_policy){
        .base = {3}, .max = SUP_DURATION_NEVER, .factor_billionths = UINT64_MAX};
    struct sim__shadow s = {.policy = &policy};
    uint64_t low, high;
    assert_true(sim__delay_possible(&s, 1, 3, &low, &high));
    /* floor(3 * (2^64 - 1) / 10^9) */
    assert_true(sim__delay_possible(&s, 2, UINT64_C(55340232221), &low, &high));
    assert_true(sim__delay_possible(&s, 3, UINT64_MAX, &low, &high));
    assert_true(sim__delay_possible(&s, 4, UINT64_MAX, &low, &high));
    assert_false(sim__delay_possible(&s, 1, 4, &low, &high));
    assert_int_equal(low, 3);
    policy.backoff.jitter = SUP_JITTER_PERCENT;
    policy.backoff.jitter_percent = 50;
    assert_true(sim__delay_possible(&s, 1, 2, &low, &high));
    assert_true(sim__delay_possible(&s, 1, 4, &low, &high));
    assert_false(sim__delay_possible(&s, 1, 5, &low, &high));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event__each_invariant_is_broken_by_its_stream),
        cmocka_unit_test(event__the_first_broken_invariant_is_kept),
        cmocka_unit_test(event__late_things_are_forgiven_once_it_stalled),
        cmocka_unit_test(event__a_probe_that_proves_itself_closes_the_breaker),
        cmocka_unit_test(event__bounds_follow_the_schedule),
        cmocka_unit_test(bounds__saturate),
        cmocka_unit_test(settled__a_supervisor_that_differs_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
