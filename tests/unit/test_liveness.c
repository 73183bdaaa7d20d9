/* Readiness and heartbeats: what is reported, what is late, what is stale. */
#include "core_world.h"

static struct sup_policy shy(uint64_t timeout_ms)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.ready_explicit = true;
    policy.ready_timeout = timeout_ms == 0 ? SUP_DURATION_NEVER : SUP_MS(timeout_ms);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

static struct sup_policy beating(enum sup_stale_then then)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.stale_after = SUP_MS(5);
    policy.stale_then = then;
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

static void ready__immediate_says_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    forget_events(&w);
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_READY);
    ready(&w, "a");
    expect_no_events(&w);
    not_ready(&w, "a");
    not_ready(&w, "a");
    ready(&w, "a");
    expect_events(&w, "0 a not-ready #1", "0 a ready #1");
    expect_state(&w, "a", "running");
    succeed(&w, "a");
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_UNREPORTED);
    world_close(&w);
}

static void ready__explicit_is_starting_until_reported(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(30);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    expect_state(&w, "a", "starting");
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_UNREPORTED);
    not_ready(&w, "a");
    expect_events(&w, "0 a not-ready #1");
    expect_state(&w, "a", "starting");
    advance_to(&w, 30 * MS);
    ready(&w, "a"); /* at its deadline: reports come before timers */
    expect_events(&w, "30ms a ready #1");
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_READY);
    ready(&w, "a");
    expect_no_events(&w);
    run_to(&w, SECOND);
    expect_no_events(&w);
    world_close(&w);
}

static void ready__too_late_is_stopped_and_a_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(30);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a cancel-delivered #1");
    expect_state(&w, "a", "stopping");
    advance_to(&w, 33 * MS);
    ready(&w, "a"); /* too late to matter */
    succeed(&w, "a");
    expect_events(&w, "33ms a ready #1",
                  "33ms a attempt-ended #1 timed-out exit succeeded 'not ready in time'",
                  "33ms a backing-off 10ms k1 'not ready in time'");
    assert_int_equal(look(&w, "a").failures, 1);
    run_to(&w, 43 * MS);
    succeed(&w, "a"); /* the next attempt has a fresh name */
    expect_events(&w, "43ms a attempt-started #2", "43ms a attempt-ended #2 succeeded",
                  "43ms a terminated completed 'completed'");
    world_close(&w);
}

static void ready__late_and_deaf_is_aborted_and_still_a_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(30);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 80 * MS);
    forget_events(&w);
    was_aborted(&w, "a");
    expect_events(&w, "80ms a attempt-ended #1 aborted 'not ready in time'",
                  "80ms a backing-off 10ms k1 'not ready in time'");
    assert_int_equal(look(&w, "a").failures, 1);
    world_close(&w);
}

static void ready__late_deaf_and_stuck_is_abandoned(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(30);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, SECOND);
    expect_state(&w, "a", "terminated abandoned");
    world_close(&w);
}

static void ready__late_on_class_never_is_unrecoverable(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(30);
    policy.restart = SUP_RESTART_NEVER;
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 30 * MS);
    succeed(&w, "a");
    assert_string_equal(look(&w, "a").reason_text, "unrecoverable: not ready in time");
    world_close(&w);
}

static void ready__extended_deadline_is_never_shortened(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(30);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 10 * MS);
    extend(&w, "a", 5 * MS);
    assert_true(deadline(&w) == 30 * MS);
    extend(&w, "a", 25 * MS);
    assert_true(deadline(&w) == 35 * MS);
    extend(&w, "a", SUP_NEVER_NS);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    expect_state(&w, "a", "starting");
    world_close(&w);
}

static void ready__timeout_of_zero_is_the_next_step(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(1);
    policy.ready_timeout = SUP_NS(0);
    world_open(&w);
    spawn(&w, "a", &policy);
    expect_state(&w, "a", "starting");
    step(&w);
    expect_state(&w, "a", "stopping");
    world_close(&w);
}

static void starting__ends_and_commands_are_as_elsewhere(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = shy(0);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    fail_with(&w, "a", "x");
    run_to(&w, 10 * MS);
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 failed 'x'", "0 a backing-off 10ms k1 'x'",
                  "10ms a attempt-started #2", "10ms a attempt-ended #2 succeeded",
                  "10ms a terminated completed 'completed'");
    world_close(&w);
}

/* ---- heartbeats ---- */

static void beat__none_is_not_stale(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_RESTART);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 1000 * SECOND);
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").heartbeat, SUP_HEARTBEAT_NONE);
    assert_true(look(&w, "a").last_beat.ns == SUP_NEVER_NS);
    world_close(&w);
}

static void beat__stale_to_the_nanosecond_and_once_a_period(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_REPORT);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    run_to(&w, 3);
    beat(&w, "a");
    run_to(&w, 3 + 5 * MS - 1);
    assert_int_equal(look(&w, "a").heartbeat, SUP_HEARTBEAT_FRESH);
    run_to(&w, 3 + 5 * MS);
    expect_events(&w, "5000003ns a stale #1");
    assert_int_equal(look(&w, "a").heartbeat, SUP_HEARTBEAT_STALE);
    run_to(&w, SECOND);
    expect_no_events(&w);
    beat(&w, "a");
    assert_int_equal(look(&w, "a").heartbeat, SUP_HEARTBEAT_FRESH);
    assert_true(look(&w, "a").last_beat.ns == SECOND);
    run_to(&w, 2 * SECOND);
    expect_events(&w, "1005ms a stale #1");
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void beat__at_its_deadline_saves_the_service(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_RESTART);
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    for (uint32_t i = 1; i <= 20; i++) {
        advance_to(&w, i * 5 * MS);
        beat(&w, "a");
        step(&w);
    }
    expect_state(&w, "a", "running");
    run_to(&w, 105 * MS);
    expect_state(&w, "a", "stopping");
    world_close(&w);
}

static void beat__stale_restarts_as_unhealthy(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_RESTART);
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    forget_events(&w);
    run_to(&w, 5 * MS);
    expect_events(&w, "5ms a stale #1", "5ms a cancel-delivered #1");
    fail_with(&w, "a", "late words");
    expect_events(&w, "5ms a attempt-ended #1 unhealthy exit failed 'heartbeat stale'",
                  "5ms a backing-off 10ms k1 'heartbeat stale'");
    run_to(&w, 15 * MS);
    assert_int_equal(look(&w, "a").heartbeat, SUP_HEARTBEAT_NONE); /* a new attempt */
    run_to(&w, SECOND);
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void beat__extends_and_never_shortens(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_REPORT);
    world_open(&w);
    spawn(&w, "a", &policy);
    extend(&w, "a", SECOND); /* before the first beat there is no deadline to move */
    beat(&w, "a");
    extend(&w, "a", 20 * MS);
    extend(&w, "a", 2 * MS);
    forget_events(&w);
    run_to(&w, 20 * MS - 1);
    expect_no_events(&w);
    run_to(&w, 20 * MS);
    expect_events(&w, "20ms a stale #1");
    world_close(&w);
}

static void stop__of_an_unhealthy_one_taken_over_is_no_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_RESTART);
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    run_to(&w, 5 * MS);
    command(&w, SUP_COMMAND_PAUSE, "a");
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "5ms a attempt-ended #1 unhealthy exit succeeded 'heartbeat stale'");
    expect_state(&w, "a", "idle paused");
    assert_int_equal(look(&w, "a").failures, 0);
    world_close(&w);
}

/* The heartbeat of an attempt that has ended is nobody's. */
static void beat__deadline_ends_with_the_attempt(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = beating(SUP_STALE_RESTART);
    policy.backoff.base = SUP_MS(1);
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    fail_with(&w, "a", "x");
    run_to(&w, MS);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    run_to(&w, SECOND);
    assert_int_equal(count_events(&w, "stale"), 0);
    beat(&w, "a");
    assert_true(deadline(&w) == SECOND + 5 * MS);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ready__immediate_says_nothing),
        cmocka_unit_test(ready__explicit_is_starting_until_reported),
        cmocka_unit_test(ready__too_late_is_stopped_and_a_failure),
        cmocka_unit_test(ready__late_and_deaf_is_aborted_and_still_a_failure),
        cmocka_unit_test(ready__late_deaf_and_stuck_is_abandoned),
        cmocka_unit_test(ready__late_on_class_never_is_unrecoverable),
        cmocka_unit_test(ready__extended_deadline_is_never_shortened),
        cmocka_unit_test(ready__timeout_of_zero_is_the_next_step),
        cmocka_unit_test(starting__ends_and_commands_are_as_elsewhere),
        cmocka_unit_test(beat__none_is_not_stale),
        cmocka_unit_test(beat__stale_to_the_nanosecond_and_once_a_period),
        cmocka_unit_test(beat__at_its_deadline_saves_the_service),
        cmocka_unit_test(beat__stale_restarts_as_unhealthy),
        cmocka_unit_test(beat__extends_and_never_shortens),
        cmocka_unit_test(stop__of_an_unhealthy_one_taken_over_is_no_failure),
        cmocka_unit_test(beat__deadline_ends_with_the_attempt),
    };
    return cmocka_run_group_tests_name("liveness", tests, NULL, NULL);
}
