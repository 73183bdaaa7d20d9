/* Strategies: who is stopped with a service that fails, in which order, when they
 * start again, and what happens to the group meanwhile. */
#include "core_world.h"

static struct sup_policy brief(void)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

/* a, b, c in group g with the strategy; nothing in the logs. */
static void open_group(struct world *w, enum sup_strategy strategy)
{
    struct sup_policy policy = brief();
    world_open(w);
    group(w, "g", strategy);
    spawn_in(w, "a", "g", &policy);
    spawn_in(w, "b", "g", &policy);
    spawn_in(w, "c", "g", &policy);
    forget_events(w);
}

static void one_for_one__touches_nobody_else(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ONE);
    fail_with(&w, "b", "x");
    run_to(&w, SECOND);
    expect_events(&w, "0 b attempt-ended #1 failed 'x'", "0 b backing-off 10ms k1 'x'",
                  "10ms b attempt-started #2");
    world_close(&w);
}

static void one_for_all__stops_in_reverse_and_starts_together(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "b", "x");
    expect_events(&w, "0 b attempt-ended #1 failed 'x'", "0 b backing-off 10ms k1 'x'",
                  "0 c cancel-delivered #1");
    advance_to(&w, 3 * MS);
    succeed(&w, "c");
    expect_events(&w, "3ms c attempt-ended #1 cancelled exit succeeded",
                  "3ms a cancel-delivered #1");
    expect_state(&w, "c", "idle");
    advance_to(&w, 4 * MS);
    fail_with(&w, "a", "y"); /* being stopped: not a failure */
    expect_events(&w, "4ms a attempt-ended #1 cancelled exit failed 'y'");
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
                  "10ms b attempt-started #2", "10ms c attempt-started #2");
    assert_int_equal(look(&w, "a").failures, 0);
    assert_int_equal(look(&w, "a").streak, 0);
    assert_int_equal(look(&w, "a").restarts, 1);
    assert_int_equal(look(&w, "b").streak, 1);
    assert_int_equal(metrics(&w).restarts_total, 3);
    world_close(&w);
}

static void one_for_all__starts_when_the_last_has_ended_after_the_delay(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "c", "x");
    succeed(&w, "b");
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "50ms a stop-deadline #1", "50ms a abort-requested #1");
    advance_to(&w, 55 * MS);
    was_aborted(&w, "a");
    expect_events(&w, "55ms a attempt-ended #1 aborted", "55ms runtime.g group-restart",
                  "55ms a attempt-started #2", "55ms b attempt-started #2",
                  "55ms c attempt-started #2");
    world_close(&w);
}

static void rest_for_one__stops_those_registered_after(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_REST_FOR_ONE);
    fail_with(&w, "b", "x");
    succeed(&w, "c");
    run_to(&w, 10 * MS);
    expect_events(&w, "0 b attempt-ended #1 failed 'x'", "0 b backing-off 10ms k1 'x'",
                  "0 c cancel-delivered #1", "0 c attempt-ended #1 cancelled exit succeeded",
                  "10ms runtime.g group-restart", "10ms b attempt-started #2",
                  "10ms c attempt-started #2");
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").attempt, 1);
    world_close(&w);
}

/* One that is not in the set fails meanwhile: it joins, and waits its delay too. */
static void rest_for_one__failure_before_the_source_joins_the_incident(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_REST_FOR_ONE);
    fail_with(&w, "b", "x");
    advance_to(&w, 5 * MS);
    fail_with(&w, "a", "y");
    succeed(&w, "c");
    run_to(&w, 14 * MS);
    expect_events(&w, "0 b attempt-ended #1 failed 'x'", "0 b backing-off 10ms k1 'x'",
                  "0 c cancel-delivered #1", "5ms a attempt-ended #1 failed 'y'",
                  "5ms a backing-off 10ms k1 'y'",
                  "5ms c attempt-ended #1 cancelled exit succeeded");
    run_to(&w, 15 * MS);
    expect_events(&w, "15ms runtime.g group-restart", "15ms a attempt-started #2",
                  "15ms b attempt-started #2", "15ms c attempt-started #2");
    world_close(&w);
}

static void group__second_failure_makes_no_second_restart(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "a", "x");
    fail_with(&w, "b", "y"); /* before its turn; c is the one being stopped */
    expect_events(&w, "0 a attempt-ended #1 failed 'x'", "0 a backing-off 10ms k1 'x'",
                  "0 c cancel-delivered #1", "0 b attempt-ended #1 failed 'y'");
    expect_state(&w, "b", "idle");
    succeed(&w, "c");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
                  "10ms b attempt-started #2", "10ms c attempt-started #2");
    assert_int_equal(look(&w, "b").failures, 0);
    world_close(&w);
}

static void group__idle_and_terminated_are_left_alone(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    succeed(&w, "a");
    command(&w, SUP_COMMAND_PAUSE, "c");
    succeed(&w, "c");
    forget_events(&w);
    fail_with(&w, "b", "x");
    run_to(&w, 10 * MS);
    expect_events(&w, "0 b attempt-ended #1 failed 'x'", "0 b backing-off 10ms k1 'x'",
                  "10ms runtime.g group-restart", "10ms b attempt-started #2");
    expect_state(&w, "a", "terminated completed");
    expect_state(&w, "c", "idle paused");
    world_close(&w);
}

static void group__waiting_sibling_starts_with_the_others(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy slow = policy_backoff(1000, 1000);
    world_open(&w);
    spawn_in(&w, "a", "g", &slow);
    fail_with(&w, "a", "x"); /* until 1 s, by itself */
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    struct sup_policy policy = brief();
    spawn_in(&w, "b", "g", &policy);
    forget_events(&w);
    fail_with(&w, "b", "y");
    expect_state(&w, "a", "idle");
    run_to(&w, 10 * MS);
    expect_events(&w, "0 b attempt-ended #1 failed 'y'", "0 b backing-off 10ms k1 'y'",
                  "10ms runtime.g group-restart", "10ms a attempt-started #2",
                  "10ms b attempt-started #2");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void group__sibling_of_class_never_ends_terminated(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    struct sup_policy never = brief();
    never.restart = SUP_RESTART_NEVER;
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &never);
    forget_events(&w);
    fail_with(&w, "a", "x");
    succeed(&w, "b");
    run_to(&w, 10 * MS);
    expect_events(&w, "0 a attempt-ended #1 failed 'x'", "0 a backing-off 10ms k1 'x'",
                  "0 b cancel-delivered #1", "0 b attempt-ended #1 cancelled exit succeeded",
                  "0 b terminated cancelled 'cancelled'", "10ms runtime.g group-restart",
                  "10ms a attempt-started #2");
    world_close(&w);
}

static void group__clean_exit_of_always_restarts_the_group_too(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    policy.restart = SUP_RESTART_ALWAYS;
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ALL, 0, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    forget_events(&w);
    succeed(&w, "a");
    succeed(&w, "b");
    run_to(&w, 100 * MS);
    expect_events(&w, "0 a attempt-ended #1 succeeded", "0 a backing-off 100ms k0 'clean exit'",
                  "0 b cancel-delivered #1", "0 b attempt-ended #1 cancelled exit succeeded",
                  "100ms runtime.g group-restart", "100ms a attempt-started #2",
                  "100ms b attempt-started #2");
    world_close(&w);
}

/* The siblings start first; what the executor refused ends when all have. */
static void group__refused_start_waits_for_the_others(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "c", "x");
    succeed(&w, "b");
    succeed(&w, "a");
    forget_events(&w);
    w.refusals = 1;
    w.refusal_text = "full";
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
                  "10ms b attempt-started #2", "10ms c attempt-started #2",
                  "10ms a attempt-ended #2 refused 'full'", "10ms a backing-off 10ms k1 'full'",
                  "10ms c cancel-delivered #2");
    world_close(&w);
}

static void group__all_starts_refused_is_one_incident(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "c", "x");
    succeed(&w, "b");
    succeed(&w, "a");
    forget_events(&w);
    w.refusals = 3;
    run_to(&w, 10 * MS);
    expect_events(
        &w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
        "10ms b attempt-started #2", "10ms c attempt-started #2",
        "10ms a attempt-ended #2 refused 'refused'", "10ms a backing-off 10ms k1 'refused'",
        "10ms b attempt-ended #2 refused 'refused'", "10ms c attempt-ended #2 refused 'refused'");
    run_to(&w, 20 * MS);
    expect_events(&w, "20ms runtime.g group-restart", "20ms a attempt-started #3",
                  "20ms b attempt-started #3", "20ms c attempt-started #3");
    world_close(&w);
}

/* ---- operators and other hands in the middle of an incident ---- */

static void incident__cancelled_member_does_not_start(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "b", "x");
    command(&w, SUP_COMMAND_CANCEL, "a"); /* not its turn yet */
    command(&w, SUP_COMMAND_CANCEL, "c"); /* stopping for the group */
    forget_events(&w);
    succeed(&w, "c");
    succeed(&w, "a");
    run_to(&w, 10 * MS);
    expect_events(
        &w, "0 c attempt-ended #1 cancelled exit succeeded", "0 c terminated cancelled 'cancelled'",
        "0 a attempt-ended #1 cancelled exit succeeded", "0 a terminated cancelled 'cancelled'",
        "10ms runtime.g group-restart", "10ms b attempt-started #2");
    world_close(&w);
}

static void incident__paused_source_leaves_the_others_to_start(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "b", "x");
    command(&w, SUP_COMMAND_PAUSE, "b");
    succeed(&w, "c");
    succeed(&w, "a");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
                  "10ms c attempt-started #2");
    expect_state(&w, "b", "idle paused");
    world_close(&w);
}

static void incident__restart_of_the_source_shortens_the_wait(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "b", "x");
    command(&w, SUP_COMMAND_RESTART, "b");
    advance_to(&w, 2 * MS);
    succeed(&w, "c");
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "2ms a attempt-ended #1 cancelled exit succeeded",
                  "2ms runtime.g group-restart", "2ms a attempt-started #2", "2ms b restarted",
                  "2ms b attempt-started #2", "2ms c attempt-started #2");
    assert_int_equal(look(&w, "b").streak, 0);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void incident__removed_and_abandoned_members_do_not_hold_it_up(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "b", "x");
    command(&w, SUP_COMMAND_REMOVE, "c");
    succeed(&w, "c");
    forget_events(&w);
    run_to(&w, 70 * MS);
    expect_events(&w, "50ms a stop-deadline #1", "50ms a abort-requested #1", "70ms a abandoned #1",
                  "70ms a terminated abandoned 'abandoned'", "70ms runtime.g group-restart",
                  "70ms b attempt-started #2");
    assert_false(exists(&w, "c"));
    world_close(&w);
}

static void incident__without_members_is_over(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_REST_FOR_ONE);
    fail_with(&w, "c", "x");
    command(&w, SUP_COMMAND_CANCEL, "c");
    forget_events(&w);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    fail_with(&w, "b", "y"); /* an incident of its own */
    run_to(&w, 10 * MS);
    expect_events(&w, "0 b attempt-ended #1 failed 'y'", "0 b backing-off 10ms k1 'y'",
                  "10ms runtime.g group-restart", "10ms b attempt-started #2");
    world_close(&w);
}

static void incident__cancelled_group_starts_nobody(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "b", "x");
    succeed(&w, "c");
    cancel_group(&w, "g");
    succeed(&w, "a");
    run_to(&w, SECOND);
    expect_state(&w, "a", "terminated cancelled");
    expect_state(&w, "b", "terminated cancelled");
    expect_state(&w, "c", "terminated cancelled");
    assert_int_equal(count_events(&w, "group-restart"), 0);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void incident__replacement_of_a_member_starts_when_the_old_has_ended(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_prepare(&w);
    w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    fail_with(&w, "a", "x");
    spawn_in(&w, "b", "g", &policy);
    forget_events(&w);
    advance_to(&w, 5 * MS);
    succeed(&w, "b");
    run_to(&w, 10 * MS);
    expect_events(&w, "5ms b attempt-ended #1 cancelled exit succeeded", "5ms b replaced",
                  "5ms b registered in runtime.g g1", "5ms b attempt-started #1",
                  "10ms runtime.g group-restart", "10ms a attempt-started #2");
    world_close(&w);
}

/* A sibling that a heartbeat stopped is part of the incident: no failure. */
static void incident__stale_sibling_counts_no_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    struct sup_policy stale = brief();
    stale.stale_after = SUP_MS(1);
    stale.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &stale);
    beat(&w, "b");
    run_to(&w, MS);
    fail_with(&w, "a", "x");
    forget_events(&w);
    succeed(&w, "b");
    expect_events(&w, "1ms b attempt-ended #1 unhealthy exit succeeded 'heartbeat stale'");
    expect_state(&w, "b", "idle");
    assert_int_equal(look(&w, "b").failures, 0);
    world_close(&w);
}

/* A refusal that was put off leaves no mark: the service is stopped as any other. */
static void group__refused_once_is_cancelled_like_any_other(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_ONE_FOR_ALL);
    fail_with(&w, "c", "x");
    succeed(&w, "b");
    succeed(&w, "a");
    w.refusals = 3;
    run_to(&w, 10 * MS);
    run_to(&w, 20 * MS);
    forget_events(&w);
    cancel_group(&w, "g");
    expect_calls(&w, "20ms cancel c#3", "20ms cancel b#3", "20ms cancel a#3");
    world_close(&w);
}

/* A sibling's own wait is over: only the group's delay counts. */
static void group__waiting_sibling_forgets_its_own_timer(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy quick = policy_backoff(5, 5);
    struct sup_policy policy = brief();
    world_open(&w);
    spawn_in(&w, "a", "g", &quick);
    fail_with(&w, "a", "x");
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "b", "g", &policy);
    fail_with(&w, "b", "y");
    assert_true(deadline(&w) == 10 * MS);
    run_to(&w, 9 * MS);
    expect_state(&w, "a", "idle");
    world_close(&w);
}

/* The group waits for the longest of its delays, whoever failed first. */
static void incident__shorter_delay_that_joins_does_not_hasten(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy slow = policy_backoff(100, 100);
    struct sup_policy quick = policy_backoff(10, 10);
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_REST_FOR_ONE);
    spawn_in(&w, "a", "g", &quick);
    spawn_in(&w, "b", "g", &slow);
    fail_with(&w, "b", "x");
    run_to(&w, 5 * MS);
    fail_with(&w, "a", "x");
    assert_true(deadline(&w) == 100 * MS);
    run_to(&w, 99 * MS);
    forget_events(&w);
    run_to(&w, 100 * MS);
    expect_events(&w, "100ms runtime.g group-restart", "100ms a attempt-started #2",
                  "100ms b attempt-started #2");
    world_close(&w);
}

/* The first delay has passed, but a member still ends; a new failure adds its own. */
static void incident__failure_after_the_delay_adds_its_own(void **state)
{
    (void)state;
    struct world w;
    open_group(&w, SUP_STRATEGY_REST_FOR_ONE);
    fail_with(&w, "b", "x");
    run_to(&w, 20 * MS);
    fail_with(&w, "a", "y");
    advance_to(&w, 25 * MS);
    forget_events(&w);
    succeed(&w, "c");
    expect_events(&w, "25ms c attempt-ended #1 cancelled exit succeeded");
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms runtime.g group-restart", "30ms a attempt-started #2",
                  "30ms b attempt-started #2", "30ms c attempt-started #2");
    world_close(&w);
}

/* A later failure whose delay ends with that of the incident leaves its timer where it
 * is in the order of timers: before one that was set in between. */
static void incident__same_end_again_keeps_its_place_in_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy waits[] = {policy_backoff(50, 50), policy_backoff(80, 80),
                                 policy_backoff(100, 100)};
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_REST_FOR_ONE);
    spawn_in(&w, "early", "g", &waits[0]);
    spawn_in(&w, "late", "g", &waits[2]);
    spawn(&w, "other", &waits[1]);
    fail_with(&w, "late", "x"); /* due at 100 ms */
    run_to(&w, 20 * MS);
    fail_with(&w, "other", "x"); /* the same, set later */
    run_to(&w, 50 * MS);
    fail_with(&w, "early", "x"); /* the same again */
    forget_events(&w);
    run_to(&w, 100 * MS);
    expect_events(&w, "100ms runtime.g group-restart", "100ms early attempt-started #2",
                  "100ms late attempt-started #2", "100ms other attempt-started #2");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_for_one__touches_nobody_else),
        cmocka_unit_test(one_for_all__stops_in_reverse_and_starts_together),
        cmocka_unit_test(one_for_all__starts_when_the_last_has_ended_after_the_delay),
        cmocka_unit_test(rest_for_one__stops_those_registered_after),
        cmocka_unit_test(rest_for_one__failure_before_the_source_joins_the_incident),
        cmocka_unit_test(group__second_failure_makes_no_second_restart),
        cmocka_unit_test(group__idle_and_terminated_are_left_alone),
        cmocka_unit_test(group__waiting_sibling_starts_with_the_others),
        cmocka_unit_test(group__sibling_of_class_never_ends_terminated),
        cmocka_unit_test(group__clean_exit_of_always_restarts_the_group_too),
        cmocka_unit_test(group__refused_start_waits_for_the_others),
        cmocka_unit_test(group__all_starts_refused_is_one_incident),
        cmocka_unit_test(incident__cancelled_member_does_not_start),
        cmocka_unit_test(incident__paused_source_leaves_the_others_to_start),
        cmocka_unit_test(incident__restart_of_the_source_shortens_the_wait),
        cmocka_unit_test(incident__removed_and_abandoned_members_do_not_hold_it_up),
        cmocka_unit_test(incident__without_members_is_over),
        cmocka_unit_test(incident__cancelled_group_starts_nobody),
        cmocka_unit_test(incident__replacement_of_a_member_starts_when_the_old_has_ended),
        cmocka_unit_test(incident__stale_sibling_counts_no_failure),
        cmocka_unit_test(group__refused_once_is_cancelled_like_any_other),
        cmocka_unit_test(group__waiting_sibling_forgets_its_own_timer),
        cmocka_unit_test(incident__shorter_delay_that_joins_does_not_hasten),
        cmocka_unit_test(incident__failure_after_the_delay_adds_its_own),
        cmocka_unit_test(incident__same_end_again_keeps_its_place_in_time),
    };
    return cmocka_run_group_tests_name("strategy", tests, NULL, NULL);
}
