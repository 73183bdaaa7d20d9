/* The circuit breaker: when it trips, what it counts, and its half-open probe. */
#include "core_world.h"

static struct sup_policy breaking(uint32_t failures, enum sup_breaker_then then)
{
    struct sup_policy policy = policy_backoff(10, 10);
    policy.breaker.failures = failures;
    policy.breaker.within = SUP_MS(100);
    policy.breaker.then = then;
    policy.breaker.cooldown = SUP_SEC(1);
    policy.breaker.probe_for = SUP_MS(500);
    policy.backoff.reset_after = SUP_DURATION_NEVER;
    return policy;
}

static void breaker__trips_on_the_failure_that_fills_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(3, SUP_BREAKER_THEN_TERMINATE);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "one");
    run_to(&w, 10 * MS);
    fail_with(&w, "a", "two");
    run_to(&w, 20 * MS);
    forget_events(&w);
    fail_with(&w, "a", "three");
    expect_events(&w, "20ms a attempt-ended #3 failed 'three'", "20ms a breaker-opened 3/3",
                  "20ms a terminated circuit-breaker-open 'circuit breaker open (3/3 failures)'");
    assert_int_equal(metrics(&w).circuit_breaker_trips, 1);
    struct sup_snapshot shot = look(&w, "a");
    assert_int_equal(shot.failures, 3); /* the one that trips is counted too */
    assert_string_equal(shot.last_error, "three");
    assert_int_equal(shot.breaker, SUP_BREAKER_STATE_OPEN);
    assert_string_equal(shot.reason_text, "circuit breaker open (3/3 failures)");
    world_close(&w);
}

static void breaker__of_one_trips_at_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(1, SUP_BREAKER_THEN_TERMINATE);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "boom");
    assert_string_equal(look(&w, "a").reason_text, "circuit breaker open (1/1 failures)");
    world_close(&w);
}

/* An entry exactly `within` old stays; one nanosecond older has gone. */
static void breaker__window_edge_to_the_nanosecond(void **state)
{
    (void)state;
    for (uint64_t late = 0; late < 2; late++) {
        struct world w;
        struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_TERMINATE);
        world_open(&w);
        spawn(&w, "a", &policy);
        run_to(&w, 7);
        fail_with(&w, "a", "one");
        run_to(&w, 7 + 100 * MS + late);
        fail_with(&w, "a", "two");
        expect_state(&w, "a", late ? "backing-off" : "terminated circuit-breaker-open");
        world_close(&w);
    }
}

static void breaker__clean_exit_of_always_empties_the_window(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_TERMINATE);
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = SUP_MS(1);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, 10 * MS);
    succeed(&w, "a");
    run_to(&w, 11 * MS);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "backing-off");
    run_to(&w, 21 * MS);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "terminated circuit-breaker-open");
    world_close(&w);
}

/* Only `zero` forgives the breaker too. */
static void breaker__forgiveness_empties_the_window_only_for_zero(void **state)
{
    (void)state;
    static const struct {
        enum sup_forgive reset;
        const char *state;
    } cases[] = {{SUP_FORGIVE_ZERO, "backing-off"},
                 {SUP_FORGIVE_HALVE, "terminated circuit-breaker-open"},
                 {SUP_FORGIVE_MINUS_ONE, "terminated circuit-breaker-open"}};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_TERMINATE);
        policy.backoff.reset = cases[i].reset;
        policy.backoff.reset_after = SUP_MS(50);
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "x");
        run_to(&w, 60 * MS);
        fail_with(&w, "a", "x");
        expect_state(&w, "a", cases[i].state);
        world_close(&w);
    }
}

/* Trips it at 10 ms. */
static void trip(struct world *w, const struct sup_policy *policy)
{
    world_open(w);
    spawn(w, "a", policy);
    fail_with(w, "a", "x");
    run_to(w, 10 * MS);
    forget_events(w);
    fail_with(w, "a", "x");
}

static void half_open__probe_that_runs_long_enough_closes(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    trip(&w, &policy);
    expect_events(&w, "10ms a attempt-ended #2 failed 'x'", "10ms a breaker-opened 1s 2/2");
    expect_state(&w, "a", "backing-off");
    assert_true(look(&w, "a").delay.ns == SECOND);
    run_to(&w, 1010 * MS);
    expect_events(&w, "1010ms a breaker-half-open", "1010ms a attempt-started #3");
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_HALF_OPEN);
    run_to(&w, 1510 * MS - 1);
    expect_no_events(&w);
    run_to(&w, 1510 * MS);
    expect_events(&w, "1510ms a breaker-closed");
    assert_int_equal(look(&w, "a").streak, 0);
    fail_with(&w, "a", "x");
    expect_events(&w, "1510ms a attempt-ended #3 failed 'x'", "1510ms a backing-off 10ms k1 'x'");
    world_close(&w);
}

static void half_open__probe_that_fails_opens_again(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    trip(&w, &policy);
    run_to(&w, 1509 * MS);
    forget_events(&w);
    fail_with(&w, "a", "y");
    expect_events(&w, "1509ms a attempt-ended #3 failed 'y'", "1509ms a breaker-opened 1s 1/2");
    assert_int_equal(look(&w, "a").streak, 3);
    assert_int_equal(metrics(&w).circuit_breaker_trips, 2);
    run_to(&w, 2509 * MS);
    expect_events(&w, "2509ms a breaker-half-open", "2509ms a attempt-started #4");
    world_close(&w);
}

/* At the very instant the probe is long enough, a failure comes after it. */
static void half_open__failure_at_the_closing_instant_is_an_ordinary_one(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    trip(&w, &policy);
    run_to(&w, 1010 * MS);
    advance_to(&w, 1510 * MS);
    forget_events(&w);
    fail_with(&w, "a", "y");
    expect_events(&w, "1510ms a breaker-closed", "1510ms a attempt-ended #3 failed 'y'",
                  "1510ms a backing-off 10ms k1 'y'");
    assert_int_equal(step(&w), 0);
    world_close(&w);
}

static void half_open__clean_end_of_the_probe_closes_before_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    policy.restart = SUP_RESTART_ALWAYS;
    trip(&w, &policy);
    run_to(&w, 1010 * MS);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "1010ms a breaker-closed", "1010ms a attempt-ended #3 succeeded",
                  "1010ms a backing-off 100ms k0 'clean exit'");
    world_close(&w);
}

static void half_open__refused_probe_opens_again(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    trip(&w, &policy);
    forget_events(&w);
    w.refusals = 1;
    run_to(&w, 1010 * MS);
    expect_events(&w, "1010ms a breaker-half-open", "1010ms a attempt-started #3",
                  "1010ms a attempt-ended #3 refused 'refused'", "1010ms a breaker-opened 1s 1/2");
    world_close(&w);
}

static void half_open__explicit_readiness_times_the_probe_from_ready(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    policy.ready_explicit = true;
    trip(&w, &policy);
    run_to(&w, 1300 * MS);
    forget_events(&w);
    ready(&w, "a");
    run_to(&w, 1800 * MS - 1);
    expect_events(&w, "1300ms a ready #3");
    run_to(&w, 1800 * MS);
    expect_events(&w, "1800ms a breaker-closed");
    world_close(&w);
}

/* Stopped by a command, a probe proves nothing; the fresh start closes silently. */
static void half_open__probe_stopped_by_a_command_proves_nothing(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    trip(&w, &policy);
    run_to(&w, 1010 * MS);
    command(&w, SUP_COMMAND_PAUSE, "a");
    forget_events(&w);
    run_to(&w, 1510 * MS);
    expect_no_events(&w);
    succeed(&w, "a");
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_HALF_OPEN);
    forget_events(&w);
    command(&w, SUP_COMMAND_RESUME, "a");
    expect_events(&w, "1510ms a command resume ok", "1510ms a resumed",
                  "1510ms a attempt-started #4");
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_CLOSED);
    world_close(&w);
}

static void open__restart_cuts_the_cooldown_as_a_fresh_start(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(2, SUP_BREAKER_THEN_HALF_OPEN);
    trip(&w, &policy);
    forget_events(&w);
    run_to(&w, 500 * MS);
    command(&w, SUP_COMMAND_RESTART, "a");
    expect_events(&w, "500ms a command restart ok", "500ms a restarted",
                  "500ms a attempt-started #3");
    assert_int_equal(look(&w, "a").breaker, SUP_BREAKER_STATE_CLOSED);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "backing-off");
    run_to(&w, 2 * SECOND);
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void never__class_does_not_reach_the_breaker(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(1, SUP_BREAKER_THEN_TERMINATE);
    policy.restart = SUP_RESTART_NEVER;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "terminated unrecoverable");
    assert_int_equal(metrics(&w).circuit_breaker_trips, 0);
    world_close(&w);
}

/* The breaker is looked at before any limit. */
static void breaker__comes_before_the_limits(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = breaking(1, SUP_BREAKER_THEN_TERMINATE);
    policy.max_restarts = 0;
    policy.limit.enabled = true;
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "terminated circuit-breaker-open");
    assert_int_equal(count_events(&w, "limit-exhausted"), 0);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breaker__trips_on_the_failure_that_fills_it),
        cmocka_unit_test(breaker__of_one_trips_at_once),
        cmocka_unit_test(breaker__window_edge_to_the_nanosecond),
        cmocka_unit_test(breaker__clean_exit_of_always_empties_the_window),
        cmocka_unit_test(breaker__forgiveness_empties_the_window_only_for_zero),
        cmocka_unit_test(half_open__probe_that_runs_long_enough_closes),
        cmocka_unit_test(half_open__probe_that_fails_opens_again),
        cmocka_unit_test(half_open__failure_at_the_closing_instant_is_an_ordinary_one),
        cmocka_unit_test(half_open__clean_end_of_the_probe_closes_before_it),
        cmocka_unit_test(half_open__refused_probe_opens_again),
        cmocka_unit_test(half_open__explicit_readiness_times_the_probe_from_ready),
        cmocka_unit_test(half_open__probe_stopped_by_a_command_proves_nothing),
        cmocka_unit_test(open__restart_cuts_the_cooldown_as_a_fresh_start),
        cmocka_unit_test(never__class_does_not_reach_the_breaker),
        cmocka_unit_test(breaker__comes_before_the_limits),
    };
    return cmocka_run_group_tests_name("breaker", tests, NULL, NULL);
}
