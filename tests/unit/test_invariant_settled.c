/* The invariant checker against a real supervisor that says one thing and shows
 * another: its fields are changed behind its back, or its events are. */
#include "core_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "supervisor.h"
#include "sim/invariant/internal.h"

/* A world whose checker hears its supervisor. */
struct heard {
    struct world w;
    struct sim_invariants *inv;
};

static struct sup_policy usual(void)
{
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

static struct heard *hear(enum sup_strategy strategy, uint32_t pool)
{
    struct heard *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    world_prepare(&h->w);
    h->w.config.root.strategy = strategy;
    h->w.config.blocking_pool = pool;
    struct sim_invariants_config config = {.blocking_pool = pool, .root = h->w.config.root};
    assert_int_equal(sim_invariants_create(&config, &h->inv), SUP_OK);
    world_create(&h->w);
    assert_int_equal(sup_subscribe(h->w.sup, sim_invariants_event, h->inv), SUP_OK);
    return h;
}

static void announced(struct heard *h, const char *name, const struct sup_policy *policy)
{
    assert_int_equal(sim_invariants_policy(h->inv, name, NULL, policy), SUP_OK);
    spawn(&h->w, name, policy);
}

static void settled(struct heard *h)
{
    sim_invariants_settled(h->inv, h->w.sup);
    if (sim_invariants_broken(h->inv) != NULL) {
        fail_msg("%s: %s\n%s", sim_invariants_broken(h->inv), sim_invariants_text(h->inv),
                 h->w.events.text);
    }
}

static void unheard(struct heard *h)
{
    sim_invariants_free(h->inv);
    world_close(&h->w);
    free(h);
}

static void assert_broken(const struct heard *h, const char *name, const char *text)
{
    const char *broken = sim_invariants_broken(h->inv);
    assert_string_equal(broken != NULL ? broken : "nothing", name);
    assert_int_equal(strncmp(sim_invariants_text(h->inv), text, strlen(text)), 0);
}

static struct sup__service *first(struct heard *h)
{
    return &h->w.sup->services[0];
}

/* ---- snapshots ---- */

static void change_phase(struct sup__service *s)
{
    s->phase = SUP_PHASE_IDLE;
}
static void change_active(struct sup__service *s)
{
    s->live = !s->live;
}
static void change_attempt(struct sup__service *s)
{
    s->attempt++;
}
static void change_generation(struct sup__service *s)
{
    s->generation++;
}
static void change_operation(struct sup__service *s)
{
    s->operation = SUP_OPERATION_PAUSED;
}
static void change_breaker(struct sup__service *s)
{
    s->breaker = SUP_BREAKER_STATE_OPEN;
}
static void change_restarts(struct sup__service *s)
{
    s->restarts++;
}
static void change_failures(struct sup__service *s)
{
    s->failures++;
}
static void change_streak(struct sup__service *s)
{
    s->streak++;
}

static const struct {
    const char *what;
    void (*change)(struct sup__service *s);
} changes[] = {
    {"phase", change_phase},
    {"active", change_active},
    {"attempt or generation", change_attempt},
    {"attempt or generation", change_generation},
    {"operation", change_operation},
    {"breaker", change_breaker},
    {"restarts", change_restarts},
    {"failures", change_failures},
    {"streak", change_streak},
};

static void settled__each_field_of_a_snapshot_is_compared(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
        struct sup_policy policy = usual();
        announced(h, "a", &policy);
        settled(h);
        run_to(&h->w, 5 * MS);
        not_ready(&h->w, "a");
        struct sup__service kept = *first(h);
        changes[i].change(first(h));
        sim_invariants_settled(h->inv, h->w.sup);
        *first(h) = kept;
        char text[64];
        (void)snprintf(text, sizeof(text), "a at 5ms, event 3: %s: by the events phase",
                       changes[i].what);
        assert_broken(h, "snapshot-differs", text);
        unheard(h);
    }
}

static void settled__the_numbers_are_told(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    struct sup_policy policy = usual();
    announced(h, "a", &policy);
    fail_with(&h->w, "a", "x");
    first(h)->failures += 4;
    sim_invariants_settled(h->inv, h->w.sup);
    first(h)->failures -= 4;
    assert_broken(h, "snapshot-differs",
                  "a at 0s, event 4: failures: by the events phase backing-off, attempt 1, "
                  "restarts 0, failures 1, streak 1; by the snapshot backing-off, 1, 0, 5, 1");
    unheard(h);
}

/* Whether a change is found at this instant. */
static bool is_found(struct heard *h)
{
    first(h)->failures++;
    sim_invariants_settled(h->inv, h->w.sup);
    first(h)->failures--;
    return sim_invariants_broken(h->inv) != NULL;
}

/* A service that only fails, with its n-th attempt running. */
static struct heard *at_attempt(uint32_t n, enum sup_strategy strategy)
{
    struct heard *h = hear(strategy, 8);
    struct sup_policy policy = policy_backoff(10, 10);
    announced(h, "a", &policy);
    settled(h);
    for (uint32_t attempt = 1; attempt < n; attempt++) {
        fail_with(&h->w, "a", "x");
        settled(h);
        run_to(&h->w, h->w.now + 10 * MS);
        settled(h);
    }
    return h;
}

static void settled__the_first_attempts_are_compared_then_every_32nd(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= 66; n++) {
        bool sampled = n < 8 || n == 32 || n == 64;
        struct heard *h = at_attempt(n, SUP_STRATEGY_ONE_FOR_ONE);
        fail_with(&h->w, "a", "x");
        assert_int_equal(is_found(h), sampled); /* an end and a wait */
        unheard(h);
        if (n == 1) {
            continue; /* its registration is compared anyway */
        }
        h = at_attempt(n - 1, SUP_STRATEGY_ONE_FOR_ONE);
        fail_with(&h->w, "a", "x");
        settled(h);
        run_to(&h->w, h->w.now + 10 * MS);
        assert_int_equal(is_found(h), sampled); /* a start */
        unheard(h);
    }
}

static void invent(struct heard *h, struct sup_event event)
{
    event.at.ns = h->w.now;
    event.sequence = h->inv->sequence + 1;
    event.service = "a";
    sim_invariants_event(h->inv, &event);
}

/* Whether it is compared or not, nothing is left open. */
static void settled__what_has_to_come_is_not_sampled(void **state)
{
    (void)state;
    struct sup_event ended = {
        .type = SUP_EVENT_ATTEMPT_ENDED, .attempt = 9, .outcome = SUP_OUTCOME_FAILED};
    struct heard *h = at_attempt(9, SUP_STRATEGY_ONE_FOR_ONE);
    invent(h, ended);
    sim_invariants_settled(h->inv, h->w.sup);
    assert_broken(h, "follow-up", "a at 80ms, event 27: `backing-off` has to come now");
    unheard(h);
    /* A group's service: now it is taken to have been wanted. */
    struct sup_event over = {.type = SUP_EVENT_TERMINATED, .reason = SUP_REASON_COMPLETED};
    h = at_attempt(9, SUP_STRATEGY_ONE_FOR_ALL);
    ended.attempt = h->inv->shadows[0].attempt;
    invent(h, ended);
    settled(h);
    invent(h, over);
    assert_null(sim_invariants_broken(h->inv));
    unheard(h);
}

static void settled__an_end_alone_is_compared(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    struct sup_policy policy = usual();
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_MS(10);
    announced(h, "a", &policy);
    settled(h);
    succeed(&h->w, "a"); /* the wait for the next call has no event */
    assert_true(is_found(h));
    unheard(h);
}

static void settled__a_registration_that_only_one_of_them_knows(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    struct sup_policy policy = usual();
    announced(h, "a", &policy);
    first(h)->registered = false;
    sim_invariants_settled(h->inv, h->w.sup);
    first(h)->registered = true;
    assert_broken(h, "snapshot-differs", "a at 0s, event 2: registered is true by the events");
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    announced(h, "a", &policy);
    succeed(&h->w, "a");
    settled(h);
    invent(h, (struct sup_event){.type = SUP_EVENT_REMOVED});
    sim_invariants_settled(h->inv, h->w.sup);
    assert_broken(h, "snapshot-differs", "a at 0s, event 5: registered is false by the events");
    unheard(h);
}

/* ---- where the phase may differ ---- */

static bool phase_is_found(struct heard *h, enum sup_phase phase)
{
    uint8_t kept = first(h)->phase;
    first(h)->phase = (uint8_t)phase;
    sim_invariants_settled(h->inv, h->w.sup);
    first(h)->phase = kept;
    return sim_invariants_broken(h->inv) != NULL;
}

/* a waits for its restart. */
static struct heard *waiting(enum sup_kind kind, enum sup_strategy strategy)
{
    struct heard *h = hear(strategy, 8);
    struct sup_policy policy = usual();
    policy.kind = kind;
    announced(h, "a", &policy);
    settled(h);
    fail_with(&h->w, "a", "x");
    return h;
}

static void settled__a_wait_is_a_wait_unless_it_is_queued_or_its_group_acts(void **state)
{
    (void)state;
    static const struct {
        enum sup_kind kind;
        enum sup_strategy strategy;
        enum sup_phase phase;
        bool found;
    } list[] = {
        {SUP_KIND_SERVICE, SUP_STRATEGY_ONE_FOR_ONE, SUP_PHASE_BACKING_OFF, false},
        {SUP_KIND_SERVICE, SUP_STRATEGY_ONE_FOR_ONE, SUP_PHASE_IDLE, true},
        {SUP_KIND_SERVICE, SUP_STRATEGY_ONE_FOR_ALL, SUP_PHASE_IDLE, false},
        {SUP_KIND_SERVICE, SUP_STRATEGY_ONE_FOR_ALL, SUP_PHASE_RUNNING, true},
        {SUP_KIND_BLOCKING, SUP_STRATEGY_ONE_FOR_ONE, SUP_PHASE_IDLE, false},
        {SUP_KIND_BLOCKING, SUP_STRATEGY_ONE_FOR_ONE, SUP_PHASE_RUNNING, true},
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct heard *h = waiting(list[i].kind, list[i].strategy);
        assert_int_equal(phase_is_found(h, list[i].phase), list[i].found);
        unheard(h);
    }
}

/* An end without an event behind it: the next call waits. */
static void settled__after_an_end_it_waits_or_is_idle(void **state)
{
    (void)state;
    for (uint32_t phase = 0; phase < SUP_PHASES; phase++) {
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
        struct sup_policy policy = usual();
        policy.kind = SUP_KIND_INTERVAL;
        policy.interval_every = SUP_MS(10);
        announced(h, "a", &policy);
        settled(h);
        succeed(&h->w, "a");
        bool fits = phase == SUP_PHASE_IDLE || phase == SUP_PHASE_BACKING_OFF;
        assert_int_equal(phase_is_found(h, (enum sup_phase)phase), !fits);
        unheard(h);
    }
}

static void settled__what_is_held_is_idle(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    struct sup_policy policy = usual();
    policy.limit = (struct sup_limit_policy){true, 0, SUP_SEC(1), SUP_LIMIT_QUARANTINE};
    announced(h, "a", &policy);
    settled(h);
    fail_with(&h->w, "a", "x");
    assert_true(phase_is_found(h, SUP_PHASE_BACKING_OFF));
    unheard(h);
}

/* ---- nothing to find ---- */

static void settled__a_queue_that_an_operator_jumps(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 1);
    struct sup_policy policy = usual();
    policy.kind = SUP_KIND_BLOCKING;
    announced(h, "a", &policy);
    announced(h, "b", &policy);
    fail_with(&h->w, "a", "x"); /* b runs, a waits */
    settled(h);
    run_to(&h->w, 10 * MS); /* a is queued */
    assert_int_equal(command(&h->w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(command(&h->w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    settled(h);
    assert_int_equal(command(&h->w, SUP_COMMAND_RESUME, "a"), SUP_OK);
    succeed(&h->w, "b");
    settled(h);
    sim_invariants_end(h->inv, h->w.sup);
    settled(h);
    unheard(h);
}

static void settled__services_that_nobody_announced(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 1);
    struct sup_policy policy = usual();
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(30);
    policy.max_restarts = 2;
    spawn(&h->w, "x", &policy); /* starting, which no event tells from running */
    settled(h);
    fail_with(&h->w, "x", "1");
    settled(h);
    run_to(&h->w, 10 * MS);
    settled(h);
    run_to(&h->w, 40 * MS); /* not ready in time */
    was_aborted(&h->w, "x");
    settled(h);
    sim_invariants_end(h->inv, h->w.sup);
    settled(h);
    /* a wait that is queued */
    struct sup_policy blocking = policy_backoff(0, 0);
    blocking.kind = SUP_KIND_BLOCKING;
    spawn(&h->w, "y", &blocking);
    spawn(&h->w, "z", &blocking);
    settled(h);
    fail_with(&h->w, "y", "1");
    run_to(&h->w, 40 * MS);
    settled(h);
    assert_int_equal(command(&h->w, SUP_COMMAND_ABORT, "z"), SUP_OK);
    was_aborted(&h->w, "z");
    settled(h);
    sim_invariants_end(h->inv, h->w.sup);
    settled(h);
    unheard(h);
}

/* ---- metrics ---- */

static void metric_is_found(struct heard *h, uint64_t *metric, const char *name, const char *text)
{
    ++*metric;
    sim_invariants_end(h->inv, h->w.sup);
    --*metric;
    assert_broken(h, name, text);
}

static void settled__each_metric_is_compared(void **state)
{
    (void)state;
#define SUP__X(field, type, help) \
    { \
        struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8); \
        struct sup_policy policy = usual(); \
        announced(h, "a", &policy); \
        settled(h); \
        struct sup_metrics *m = &h->w.sup->metrics; \
        bool balance = &m->field == &m->spawned_total || &m->field == &m->active_services || \
                       &m->field == &m->terminated_total; \
        metric_is_found(h, &m->field, balance ? "spawned-balance" : "metrics-differ", \
                        balance ? "the supervisor at 0s, event 2: " \
                                : "the supervisor at 0s, event 2: " #field " is "); \
        unheard(h); \
    }
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    h->w.sup->metrics.terminated_total++;
    metric_is_found(h, &h->w.sup->metrics.spawned_total, "metrics-differ",
                    "the supervisor at 0s, event 0: spawned_total is 1, and 0 by the events");
    h->w.sup->metrics.terminated_total--;
    unheard(h);
}

static bool total_is_found(struct heard *h)
{
    h->w.sup->metrics.failures_total++;
    sim_invariants_settled(h->inv, h->w.sup);
    h->w.sup->metrics.failures_total--;
    return sim_invariants_broken(h->inv) != NULL;
}

/* Where nothing but starts, ends and waits happens, at every eighth instant. */
static void settled__metrics_are_compared_at_every_eighth_plain_instant(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    struct sup_policy policy = usual();
    announced(h, "a", &policy);
    settled(h);
    for (uint32_t i = 0; i < 8; i++) {
        settled(h);
    }
    for (uint32_t i = 1; i <= 7; i++) {
        assert_false(total_is_found(h));
    }
    assert_true(total_is_found(h));
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    announced(h, "a", &policy);
    settled(h);
    not_ready(&h->w, "a");
    assert_true(total_is_found(h));
    unheard(h);
}

/* What a group may have left open is not compared; the other counters are. */
static void settled__unsure_counters_hide_no_others(void **state)
{
    (void)state;
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ALL, 8);
    struct sup_policy policy = usual();
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_MS(10);
    announced(h, "a", &policy);
    succeed(&h->w, "a");
    settled(h);
    run_to(&h->w, 10 * MS);
    settled(h);
    struct sup_metrics *m = &h->w.sup->metrics;
    m->restarts_total += 5; /* the call may have been a restart */
    sim_invariants_end(h->inv, h->w.sup);
    assert_null(sim_invariants_broken(h->inv));
    m->restarts_total -= 5;
    metric_is_found(h, &m->failures_total, "metrics-differ",
                    "the supervisor at 10ms, event 4: failures_total is 1, and 0 by");
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ALL, 8);
    announced(h, "a", &policy);
    done(&h->w, "a"); /* nobody's wish but its own */
    settled(h);
    metric_is_found(h, &h->w.sup->metrics.restarts_total, "metrics-differ",
                    "the supervisor at 0s, event 4: restarts_total is 1, and 0 by");
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ALL, 8);
    struct sup_policy service = usual();
    announced(h, "a", &service);
    fail_with(&h->w, "a", "x");
    settled(h);
    h->inv->unsure_failures = true;
    metric_is_found(h, &h->w.sup->metrics.attempts_total, "metrics-differ",
                    "the supervisor at 0s, event 4: attempts_total is 2, and 1 by");
    unheard(h);
}

/* ---- the end ---- */

static void end__an_attempt_that_only_one_of_them_knows(void **state)
{
    (void)state;
    struct sup_policy policy = usual();
    struct heard *h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    announced(h, "a", &policy);
    settled(h);
    h->inv->shadows[0].live = false;
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "attempt-lost",
                  "a at 0s, event 2: attempt 1 has ended by the events and lives by the snapshot");
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    announced(h, "a", &policy);
    settled(h);
    h->inv->shadows[0].attempt = 2;
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "attempt-lost",
                  "a at 0s, event 2: attempt 2 lives by the events and lives by the snapshot");
    unheard(h);
    h = hear(SUP_STRATEGY_ONE_FOR_ONE, 8);
    announced(h, "a", &policy);
    fail_with(&h->w, "a", "x");
    settled(h);
    h->inv->shadows[0].live = true;
    sim_invariants_end(h->inv, h->w.sup);
    assert_broken(h, "attempt-lost",
                  "a at 0s, event 4: attempt 1 lives by the events and has ended by the snapshot");
    unheard(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settled__each_field_of_a_snapshot_is_compared),
        cmocka_unit_test(settled__the_numbers_are_told),
        cmocka_unit_test(settled__the_first_attempts_are_compared_then_every_32nd),
        cmocka_unit_test(settled__what_has_to_come_is_not_sampled),
        cmocka_unit_test(settled__an_end_alone_is_compared),
        cmocka_unit_test(settled__a_registration_that_only_one_of_them_knows),
        cmocka_unit_test(settled__a_wait_is_a_wait_unless_it_is_queued_or_its_group_acts),
        cmocka_unit_test(settled__after_an_end_it_waits_or_is_idle),
        cmocka_unit_test(settled__what_is_held_is_idle),
        cmocka_unit_test(settled__a_queue_that_an_operator_jumps),
        cmocka_unit_test(settled__services_that_nobody_announced),
        cmocka_unit_test(settled__each_metric_is_compared),
        cmocka_unit_test(settled__metrics_are_compared_at_every_eighth_plain_instant),
        cmocka_unit_test(settled__unsure_counters_hide_no_others),
        cmocka_unit_test(end__an_attempt_that_only_one_of_them_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
