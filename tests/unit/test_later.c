/* What is put off: starts that take their time, and times that are seen late. */
#include "ruled.h"

/* What the hook answers: how much later, of each kind; and what it was asked. */
static struct {
    uint64_t by_ns[SUP_PUT_OFF_DEADLINE + 1];
    uint64_t grid_ns; /* above 0: at multiples of it instead, but starts */
    uint32_t asked[SUP_PUT_OFF_DEADLINE + 1];
    struct sup_attempt last;
} hook;

static struct sup_instant put_off(void *context, struct sup_attempt id, void *work,
                                  enum sup_put_off what, struct sup_instant due)
{
    assert_ptr_equal(context, &hook);
    (void)work;
    hook.asked[what]++;
    hook.last = id;
    if (what != SUP_PUT_OFF_START && hook.grid_ns > 0) {
        uint64_t rest = due.ns % hook.grid_ns;
        return (struct sup_instant){rest == 0 ? due.ns : due.ns + (hook.grid_ns - rest)};
    }
    return (struct sup_instant){due.ns + hook.by_ns[what]};
}

static void open_late(struct world *w)
{
    memset(&hook, 0, sizeof(hook));
    world_prepare(w);
    w->config.put_off = put_off;
    w->config.put_off_context = &hook;
    world_create(w);
}

static struct sup_rules late_rules(void)
{
    struct sup_rules rules = rules_default();
    rules.put_off = true;
    return rules;
}

static void start__takes_its_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_START] = 5 * MS;
    spawn(&w, "a", &policy);
    expect_events(&w, "0 a registered g0");
    expect_no_calls(&w);
    expect_state(&w, "a", "idle");
    assert_true(deadline(&w) == 5 * MS);
    assert_int_equal(hook.last.attempt, 0);
    run_to(&w, 5 * MS);
    expect_events(&w, "5ms a attempt-started #1");
    expect_state(&w, "a", "running");
    advance_to(&w, 8 * MS);
    fail_with(&w, "a", "x");
    run_to(&w, 18 * MS);
    expect_state(&w, "a", "backing-off");
    assert_int_equal(hook.last.attempt, 1);
    forget_events(&w);
    run_to(&w, 23 * MS);
    expect_events(&w, "23ms a attempt-started #2");
    assert_int_equal(hook.asked[SUP_PUT_OFF_START], 2);
    assert_true(look(&w, "a").running_time.ns == 3 * MS);
    world_close(&w);
}

/* Nobody is asked of a service whose rules say nothing, nor without a hook. */
static void nobody__is_asked(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_rules other = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    other.after_ready = SUP_MS(1);
    struct sup_policy without = ruled(SUP_RESTART_ON_FAILURE, &other);
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_START] = 5 * MS;
    spawn(&w, "b", &without);
    fail_with(&w, "b", "x");
    run_to(&w, 10 * MS);
    command(&w, SUP_COMMAND_CANCEL, "b");
    run_to(&w, 10 * SECOND);
    assert_int_equal(hook.asked[0] + hook.asked[1] + hook.asked[2], 0);
    world_close(&w);
    world_open(&w);
    spawn(&w, "a", &policy);
    expect_state(&w, "a", "running");
    fail_with(&w, "a", "x");
    run_to(&w, 10 * MS);
    expect_state(&w, "a", "running");
    command(&w, SUP_COMMAND_CANCEL, "a");
    run_to(&w, 10 * MS + policy.stop_grace.ns);
    assert_int_equal(count_events(&w, "abort-requested"), 1);
    world_close(&w);
}

static void wait__is_seen_late(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_WAIT] = 4 * MS;
    hook.by_ns[SUP_PUT_OFF_START] = 1 * MS;
    spawn(&w, "a", &policy);
    run_to(&w, 1 * MS);
    fail_with(&w, "a", "x");
    run_to(&w, 15 * MS);
    assert_int_equal(hook.asked[SUP_PUT_OFF_WAIT], 1);
    assert_int_equal(hook.asked[SUP_PUT_OFF_START], 2);
    assert_true(deadline(&w) == 16 * MS);
    forget_events(&w);
    run_to(&w, 16 * MS);
    expect_events(&w, "16ms a attempt-started #2");
    world_close(&w);
    policy.backoff.base = SUP_NS(0); /* a wait of 0 has no timer */
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_WAIT] = 4 * MS;
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, 0);
    expect_state(&w, "a", "running");
    assert_int_equal(hook.asked[SUP_PUT_OFF_WAIT], 0);
    world_close(&w);
}

/* An operator need not wait for a timer that is seen late, and cannot hasten a start. */
static void operator__hastens_what_waits(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_WAIT] = 50 * MS;
    spawn(&w, "a", &policy);
    hook.by_ns[SUP_PUT_OFF_START] = 20 * MS;
    fail_with(&w, "a", "x");
    run_to(&w, 12 * MS); /* the wait was over at 10 */
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_true(deadline(&w) == 32 * MS);
    advance_to(&w, 20 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_true(w.outcome.idempotent);
    assert_true(deadline(&w) == 32 * MS);
    run_to(&w, 32 * MS);
    expect_events(&w, "12ms a command restart ok", "20ms a command restart ok idempotent",
                  "32ms a restarted", "32ms a attempt-started #2");
    world_close(&w);
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_START] = 20 * MS;
    spawn(&w, "a", &policy);
    advance_to(&w, 5 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_true(deadline(&w) == 20 * MS);
    run_to(&w, 20 * MS);
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void stop__ends_what_is_put_off(void **state)
{
    (void)state;
    static const struct {
        enum sup_command command;
        const char *wanted;
    } cases[] = {{SUP_COMMAND_PAUSE, "idle paused"},
                 {SUP_COMMAND_QUARANTINE, "idle quarantined"},
                 {SUP_COMMAND_CANCEL, "terminated cancelled"},
                 {SUP_COMMAND_ABORT, "terminated aborted"},
                 {SUP_COMMAND_REMOVE, NULL}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        struct sup_rules rules = late_rules();
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        open_late(&w);
        hook.by_ns[SUP_PUT_OFF_START] = 20 * MS;
        spawn(&w, "a", &policy);
        assert_int_equal(command(&w, cases[i].command, "a"), SUP_OK);
        assert_true(deadline(&w) == SUP_NEVER_NS);
        run_to(&w, 30 * MS);
        expect_no_calls(&w);
        if (cases[i].wanted != NULL) {
            expect_state(&w, "a", cases[i].wanted);
        } else {
            assert_false(exists(&w, "a"));
        }
        if (i < 2) {
            assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_OK);
            run_to(&w, 49 * MS);
            expect_state(&w, "a", "idle");
            run_to(&w, 50 * MS);
            expect_state(&w, "a", "running");
        }
        world_close(&w);
    }
}

static void count_one(void *context, const char *service)
{
    uint32_t *count = context;
    (void)service;
    ++*count;
}

static uint32_t busy_in(struct world *w)
{
    uint32_t count = 0;
    assert_int_equal(sup_group_busy(w->sup, "runtime", count_one, &count), SUP_OK);
    return count;
}

/* The group is not idle while one of it is going to start. */
static void idle__not_while_it_starts(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    open_late(&w);
    hook.by_ns[SUP_PUT_OFF_START] = 20 * MS;
    spawn(&w, "a", &policy);
    assert_int_equal(busy_in(&w), 1);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "a"), SUP_OK);
    assert_int_equal(busy_in(&w), 0);
    world_close(&w);
}

static void stop__and_start_again(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    open_late(&w);
    spawn(&w, "a", &policy);
    hook.by_ns[SUP_PUT_OFF_START] = 20 * MS;
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 cancelled exit succeeded");
    expect_state(&w, "a", "idle");
    run_to(&w, 20 * MS);
    expect_events(&w, "20ms a restarted", "20ms a attempt-started #2");
    world_close(&w);
}

/* Members start together, and each takes its own time. */
static void group__starts_late(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    struct sup_policy prompt = policy_backoff(10, 1000);
    open_late(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &prompt);
    hook.by_ns[SUP_PUT_OFF_START] = 5 * MS;
    hook.by_ns[SUP_PUT_OFF_WAIT] = 50 * MS; /* the group's timer is not its */
    fail_with(&w, "a", "x");
    succeed(&w, "b");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms b attempt-started #2");
    run_to(&w, 12 * MS);
    fail_with(&w, "b", "y"); /* who is going to start is concerned */
    run_to(&w, 22 * MS);
    expect_state(&w, "b", "running");
    forget_events(&w);
    run_to(&w, 27 * MS);
    expect_events(&w, "27ms a attempt-started #2");
    world_close(&w);
}

static void pool__is_asked_for_when_it_starts(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    policy.kind = SUP_KIND_BLOCKING;
    memset(&hook, 0, sizeof(hook));
    world_prepare(&w);
    w.config.put_off = put_off;
    w.config.put_off_context = &hook;
    w.config.blocking_pool = 1;
    world_create(&w);
    hook.by_ns[SUP_PUT_OFF_START] = 5 * MS;
    spawn(&w, "a", &policy);
    advance_to(&w, 1 * MS);
    spawn(&w, "b", &policy);
    run_to(&w, 20 * MS);
    expect_state(&w, "a", "running");
    expect_state(&w, "b", "idle");
    assert_true(look(&w, "b").queued);
    forget_events(&w);
    fail_with(&w, "a", "x"); /* b has had its time already */
    expect_state(&w, "b", "running");
    world_close(&w);
}

/* Whatever else its attempt waits for is looked at on the grid. */
static void deadline__is_seen_late(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(13);
    policy.stop_grace = SUP_MS(13);
    policy.stop_abort_wait = SUP_MS(1);
    open_late(&w);
    hook.grid_ns = 10 * MS;
    spawn(&w, "a", &policy);
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "20ms a cancel-delivered #1", "40ms a stop-deadline #1",
                  "40ms a abort-requested #1", "50ms a abandoned #1",
                  "50ms a terminated abandoned 'abandoned'");
    world_close(&w);
}

static void deadline__of_beats_and_probes(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = late_rules();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.ready_after = SUP_MS(21);
    policy.stale_after = SUP_MS(17);
    policy.breaker.failures = 1;
    policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    policy.breaker.cooldown = SUP_MS(15);
    policy.breaker.probe_for = SUP_MS(12);
    open_late(&w);
    hook.grid_ns = 10 * MS;
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    forget_events(&w);
    run_to(&w, 20 * MS);
    beat(&w, "a");
    run_to(&w, 60 * MS);
    expect_events(&w, "20ms a breaker-half-open", "20ms a attempt-started #2",
                  "40ms a breaker-closed", "40ms a stale #2", "50ms a ready #2");
    world_close(&w);
}

static void rules__are_kept_by_it(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    assert_false(rules.put_off);
    struct sup_config config;
    memset(&config, 0xA5, sizeof(config));
    sup_config_default(&config);
    assert_true(config.put_off == NULL && config.put_off_context == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start__takes_its_time),
        cmocka_unit_test(nobody__is_asked),
        cmocka_unit_test(wait__is_seen_late),
        cmocka_unit_test(operator__hastens_what_waits),
        cmocka_unit_test(stop__ends_what_is_put_off),
        cmocka_unit_test(idle__not_while_it_starts),
        cmocka_unit_test(stop__and_start_again),
        cmocka_unit_test(group__starts_late),
        cmocka_unit_test(pool__is_asked_for_when_it_starts),
        cmocka_unit_test(deadline__is_seen_late),
        cmocka_unit_test(deadline__of_beats_and_probes),
        cmocka_unit_test(rules__are_kept_by_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
