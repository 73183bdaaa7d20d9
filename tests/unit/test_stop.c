/* Stopping one service: cancel, grace, abort, abort-wait, abandonment, and the
 * fence around what was abandoned. */
#include "core_world.h"

#include <stdio.h>

static struct sup_policy brief(void)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

static void stop__within_the_grace_is_graceful(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    command(&w, SUP_COMMAND_CANCEL, "a");
    assert_true(w.outcome.cancel_delivered);
    assert_int_equal(w.outcome.stop_state, SUP_STOP_STATE_CANCEL_DELIVERED);
    assert_true(deadline(&w) == 50 * MS);
    advance_to(&w, 50 * MS);
    succeed(&w, "a");
    assert_int_equal(step(&w), 0);
    expect_events(&w, "0 a command cancel ok", "0 a cancel-delivered #1",
                  "50ms a attempt-ended #1 cancelled exit succeeded",
                  "50ms a terminated cancelled 'cancelled'");
    world_close(&w);
}

static void stop__after_the_grace_is_aborted(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "50ms a stop-deadline #1", "50ms a abort-requested #1");
    expect_calls(&w, "50ms abort a#1");
    assert_int_equal(look(&w, "a").stop_state, SUP_STOP_STATE_FAILED);
    assert_true(deadline(&w) == 70 * MS);
    was_aborted(&w, "a");
    expect_events(&w, "50ms a attempt-ended #1 aborted", "50ms a terminated aborted 'aborted'");
    assert_int_equal(look(&w, "a").failures, 0);
    world_close(&w);
}

static void stop__end_between_abort_and_its_wait_tells_its_exit(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    run_to(&w, 60 * MS);
    forget_events(&w);
    fail_with(&w, "a", "boom");
    expect_events(&w, "60ms a attempt-ended #1 aborted exit failed 'boom'",
                  "60ms a terminated aborted 'aborted'");
    assert_string_equal(look(&w, "a").last_error, "boom");
    assert_int_equal(look(&w, "a").failures, 0);
    world_close(&w);
}

static void stop__after_the_abort_wait_is_abandoned_and_fenced(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    run_to(&w, 69999999);
    forget_events(&w);
    run_to(&w, 70 * MS);
    expect_events(&w, "70ms a abandoned #1", "70ms a terminated abandoned 'abandoned'");
    expect_calls(&w, "70ms abandon a#1");
    assert_int_equal(metrics(&w).abandoned_total, 1);
    assert_int_equal(look(&w, "a").stop_state, SUP_STOP_STATE_NO_ACTIVE_ATTEMPT);
    assert_true(look(&w, "a").running_time.ns == 70 * MS);
    run_to(&w, SECOND);
    struct sup_end end = {.outcome = SUP_OUTCOME_FAILED, .error = "at last"};
    assert_int_equal(end_attempt(&w, attempt_of(&w, "a", 0, 1), &end), SUP_ESTALE);
    expect_events(&w, "1s a late-report g0 #1 exit failed 'end'");
    expect_state(&w, "a", "terminated abandoned");
    assert_string_equal(look(&w, "a").last_error, "");
    world_close(&w);
}

struct wanted_case {
    enum sup_command command;
    const char *state; /* NULL: gone */
    const char *last;  /* event when it has ended */
};

/* What the command wanted is done when the attempt has ended, gracefully or not. */
static void stop__settles_as_the_command_wants(void **state)
{
    (void)state;
    static const struct wanted_case cases[] = {
        {SUP_COMMAND_PAUSE, "idle paused", NULL},
        {SUP_COMMAND_QUARANTINE, "idle quarantined", NULL},
        {SUP_COMMAND_CANCEL, "terminated", "terminated"},
        {SUP_COMMAND_REMOVE, NULL, "removed"},
        {SUP_COMMAND_RESTART, "running", "attempt-started #2"},
    };
    for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
        const struct wanted_case *c = &cases[i / 2];
        bool aborted = i % 2;
        struct world w;
        struct sup_policy policy = brief();
        world_open(&w);
        spawn(&w, "a", &policy);
        command(&w, c->command, "a");
        run_to(&w, aborted ? 50 * MS : 49 * MS);
        forget_events(&w);
        aborted ? was_aborted(&w, "a") : succeed(&w, "a");
        assert_int_equal(exists(&w, "a"), c->state != NULL);
        if (c->command == SUP_COMMAND_CANCEL) {
            expect_state(&w, "a", aborted ? "terminated aborted" : "terminated cancelled");
        } else if (c->state != NULL) {
            expect_state(&w, "a", c->state);
        }
        if (c->last != NULL) {
            assert_int_equal(count_events(&w, c->last), 1);
        }
        assert_int_equal(count_events(&w, "backing-off"), 0);
        world_close(&w);
    }
}

/* Whatever the command wanted, an abandoned attempt ends it: two could live. */
static void abandoned__overrides_every_wish(void **state)
{
    (void)state;
    static const enum sup_command commands[] = {SUP_COMMAND_PAUSE,   SUP_COMMAND_QUARANTINE,
                                                SUP_COMMAND_CANCEL,  SUP_COMMAND_REMOVE,
                                                SUP_COMMAND_RESTART, SUP_COMMAND_ABORT};
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        struct world w;
        struct sup_policy policy = brief();
        world_open(&w);
        spawn(&w, "a", &policy);
        command(&w, commands[i], "a");
        run_to(&w, SECOND);
        struct sup_snapshot shot = look(&w, "a");
        assert_int_equal(shot.phase, SUP_PHASE_TERMINATED);
        assert_int_equal(shot.reason, SUP_REASON_ABANDONED);
        assert_int_equal(count_events(&w, "attempt-started"), 1);
        assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
        assert_false(w.outcome.idempotent);
        assert_false(exists(&w, "a"));
        world_close(&w);
    }
}

static void abandoned__may_be_restarted_as_the_next_generation(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_ABORT, "a");
    run_to(&w, SECOND);
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    expect_events(&w, "1s a command restart ok", "1s a registered g1", "1s a restarted",
                  "1s a attempt-started #1");
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "a", 0, 1), &end), SUP_ESTALE);
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").generation, 1);
    world_close(&w);
}

static void abort__of_a_running_service_is_cancel_and_abort_at_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    command(&w, SUP_COMMAND_ABORT, "a");
    assert_true(w.outcome.cancel_delivered && w.outcome.abort_requested);
    assert_int_equal(w.outcome.stop_state, SUP_STOP_STATE_ABORT_REQUESTED);
    expect_events(&w, "0 a command abort ok", "0 a cancel-delivered #1", "0 a abort-requested #1");
    expect_calls(&w, "0 cancel a#1", "0 abort a#1");
    assert_true(deadline(&w) == 20 * MS);
    was_aborted(&w, "a");
    expect_state(&w, "a", "terminated aborted");
    world_close(&w);
}

static void abort__hastens_a_stop_under_way_and_terminates(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_PAUSE, "a");
    run_to(&w, 10 * MS);
    forget_events(&w);
    command(&w, SUP_COMMAND_ABORT, "a");
    assert_false(w.outcome.cancel_delivered);
    expect_events(&w, "10ms a command abort ok", "10ms a abort-requested #1");
    was_aborted(&w, "a");
    expect_state(&w, "a", "terminated aborted paused");
    world_close(&w);
}

static void abort__only_hastens_a_removal(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_REMOVE, "a");
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    assert_false(w.outcome.idempotent);
    assert_true(w.outcome.abort_requested);
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    assert_true(w.outcome.idempotent);
    forget_events(&w);
    was_aborted(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 aborted", "0 a removed");
    world_close(&w);
}

static void grace__of_zero_aborts_in_the_next_step(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    policy.stop_grace = policy.stop_abort_wait = SUP_NS(0);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    command(&w, SUP_COMMAND_CANCEL, "a");
    expect_events(&w, "0 a command cancel ok", "0 a cancel-delivered #1");
    assert_int_equal(step(&w), 1);
    expect_events(&w, "0 a stop-deadline #1", "0 a abort-requested #1");
    assert_int_equal(step(&w), 1);
    expect_events(&w, "0 a abandoned #1", "0 a terminated abandoned 'abandoned'");
    world_close(&w);
}

static void grace__that_never_ends_waits_for_ever(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    policy.stop_grace = SUP_DURATION_NEVER;
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    run_to(&w, 1000 * SECOND);
    expect_state(&w, "a", "stopping");
    world_close(&w);
}

static void grace__is_extended_by_the_attempt_never_shortened(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    advance_to(&w, 20 * MS);
    extend(&w, "a", 10 * MS);
    assert_true(deadline(&w) == 50 * MS);
    extend(&w, "a", 31 * MS);
    assert_true(deadline(&w) == 51 * MS);
    extend(&w, "a", 30 * MS);
    assert_true(deadline(&w) == 51 * MS);
    run_to(&w, 51 * MS);
    extend(&w, "a", SECOND); /* too late: the abort's own wait is not its to move */
    assert_true(deadline(&w) == 71 * MS);
    world_close(&w);
}

/* A stop does not end readiness reports, and they do not end a stop. */
static void stop__readiness_and_beats_still_count_while_stopping(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    policy.stale_after = SUP_MS(5);
    policy.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    command(&w, SUP_COMMAND_CANCEL, "a");
    forget_events(&w);
    not_ready(&w, "a");
    not_ready(&w, "a");
    beat(&w, "a");
    assert_true(deadline(&w) == 50 * MS); /* of the grace; the heartbeat has none now */
    expect_events(&w, "0 a not-ready #1");
    run_to(&w, 49 * MS);
    expect_no_events(&w);
    expect_state(&w, "a", "stopping");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop__within_the_grace_is_graceful),
        cmocka_unit_test(stop__after_the_grace_is_aborted),
        cmocka_unit_test(stop__end_between_abort_and_its_wait_tells_its_exit),
        cmocka_unit_test(stop__after_the_abort_wait_is_abandoned_and_fenced),
        cmocka_unit_test(stop__settles_as_the_command_wants),
        cmocka_unit_test(abandoned__overrides_every_wish),
        cmocka_unit_test(abandoned__may_be_restarted_as_the_next_generation),
        cmocka_unit_test(abort__of_a_running_service_is_cancel_and_abort_at_once),
        cmocka_unit_test(abort__hastens_a_stop_under_way_and_terminates),
        cmocka_unit_test(abort__only_hastens_a_removal),
        cmocka_unit_test(grace__of_zero_aborts_in_the_next_step),
        cmocka_unit_test(grace__that_never_ends_waits_for_ever),
        cmocka_unit_test(grace__is_extended_by_the_attempt_never_shortened),
        cmocka_unit_test(stop__readiness_and_beats_still_count_while_stopping),
    };
    return cmocka_run_group_tests_name("stop", tests, NULL, NULL);
}
