/* The life of one service: registered, started, ended, restarted, terminated; and
 * what an end brings for each restart class. */
#include "core_world.h"

#include <stdio.h>
#include <string.h>

static void spawn__healthy_service_runs_until_cancelled(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    expect_events(&w, "0 a registered g0", "0 a attempt-started #1");
    expect_calls(&w, "0 start a#1");
    expect_state(&w, "a", "running");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    run_to(&w, 3 * SECOND);
    expect_no_events(&w);
    command(&w, SUP_COMMAND_CANCEL, "a");
    expect_events(&w, "3s a command cancel ok", "3s a cancel-delivered #1");
    expect_calls(&w, "3s cancel a#1");
    expect_state(&w, "a", "stopping");
    advance_to(&w, 4 * SECOND);
    succeed(&w, "a");
    expect_events(&w, "4s a attempt-ended #1 cancelled exit succeeded",
                  "4s a terminated cancelled 'cancelled'");
    expect_state(&w, "a", "terminated cancelled");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void end__clean_exit_of_on_failure_completes(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    run_to(&w, SECOND);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "1s a attempt-ended #1 succeeded", "1s a terminated completed 'completed'");
    assert_int_equal(look(&w, "a").failures, 0);
    world_close(&w);
}

static void end__failures_back_off_exponentially(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_backoff(10, 100);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "boom");
    expect_events(&w, "0 a registered g0", "0 a attempt-started #1",
                  "0 a attempt-ended #1 failed 'boom'", "0 a backing-off 10ms k1 'boom'");
    expect_state(&w, "a", "backing-off");
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms a attempt-started #2");
    crash(&w, "a");
    run_to(&w, 30 * MS);
    expect_events(&w, "10ms a attempt-ended #2 crashed 'panicked'",
                  "10ms a backing-off 20ms k2 'panicked'", "30ms a attempt-started #3");
    struct sup_snapshot shot = look(&w, "a");
    assert_int_equal(shot.restarts, 2);
    assert_int_equal(shot.failures, 2);
    assert_int_equal(shot.streak, 2);
    assert_string_equal(shot.last_error, "panicked");
    world_close(&w);
}

struct class_case {
    enum sup_restart restart;
    enum sup_outcome outcome;
    const char *ended;
    const char *then;
};

/* Rules 5 and 6 as a table: what each class makes of each end. */
static void end__each_class_and_each_outcome(void **state)
{
    (void)state;
    static const struct class_case cases[] = {
        {SUP_RESTART_ALWAYS, SUP_OUTCOME_SUCCEEDED, "succeeded",
         "backing-off 100ms k0 'clean exit'"},
        {SUP_RESTART_ALWAYS, SUP_OUTCOME_FAILED, "failed 'failed'",
         "backing-off 100ms k1 'failed'"},
        {SUP_RESTART_ALWAYS, SUP_OUTCOME_CRASHED, "crashed 'panicked'",
         "backing-off 100ms k1 'panicked'"},
        {SUP_RESTART_ON_FAILURE, SUP_OUTCOME_SUCCEEDED, "succeeded",
         "terminated completed 'completed'"},
        {SUP_RESTART_ON_FAILURE, SUP_OUTCOME_FAILED, "failed 'failed'",
         "backing-off 100ms k1 'failed'"},
        {SUP_RESTART_ON_FAILURE, SUP_OUTCOME_CRASHED, "crashed 'panicked'",
         "backing-off 100ms k1 'panicked'"},
        {SUP_RESTART_ON_CRASH, SUP_OUTCOME_SUCCEEDED, "succeeded",
         "terminated completed 'completed'"},
        {SUP_RESTART_ON_CRASH, SUP_OUTCOME_FAILED, "failed 'failed'",
         "terminated unrecoverable 'unrecoverable: failed'"},
        {SUP_RESTART_ON_CRASH, SUP_OUTCOME_CRASHED, "crashed 'panicked'",
         "backing-off 100ms k1 'panicked'"},
        {SUP_RESTART_NEVER, SUP_OUTCOME_SUCCEEDED, "succeeded", "terminated completed 'completed'"},
        {SUP_RESTART_NEVER, SUP_OUTCOME_FAILED, "failed 'failed'",
         "terminated unrecoverable 'unrecoverable: failed'"},
        {SUP_RESTART_NEVER, SUP_OUTCOME_CRASHED, "crashed 'panicked'",
         "terminated unrecoverable 'unrecoverable: panicked'"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct class_case *c = &cases[i];
        struct world w;
        world_open(&w);
        struct sup_policy policy = policy_default();
        policy.restart = c->restart;
        spawn(&w, "a", &policy);
        forget_events(&w);
        end_attempt(&w, live_attempt(&w, "a"), &(struct sup_end){.outcome = c->outcome});
        char ended[128];
        char then[128];
        snprintf(ended, sizeof(ended), "0 a attempt-ended #1 %s", c->ended);
        snprintf(then, sizeof(then), "0 a %s", c->then);
        expect_events(&w, ended, then);
        bool failed = c->outcome != SUP_OUTCOME_SUCCEEDED;
        assert_int_equal(look(&w, "a").failures, failed);
        assert_int_equal(metrics(&w).failures_total, failed);
        world_close(&w);
    }
}

static void end__texts_of_codes_and_signals(void **state)
{
    (void)state;
    static const struct {
        struct sup_end end;
        const char *line;
    } cases[] = {
        {{.outcome = SUP_OUTCOME_FAILED}, "0 a attempt-ended #1 failed 'failed'"},
        {{.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 3},
         "0 a attempt-ended #1 failed code 3 'exit code 3'"},
        {{.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = INT32_MIN},
         "0 a attempt-ended #1 failed code -2147483648 'exit code -2147483648'"},
        {{.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 3, .error = "disk"},
         "0 a attempt-ended #1 failed code 3 'disk'"},
        {{.outcome = SUP_OUTCOME_CRASHED, .signal = 0}, "0 a attempt-ended #1 crashed 'panicked'"},
        {{.outcome = SUP_OUTCOME_CRASHED, .signal = 11, .error = "killed by SIGSEGV"},
         "0 a attempt-ended #1 crashed signal 11 'killed by SIGSEGV'"},
        {{.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = -5},
         "0 a attempt-ended #1 failed code -5 'exit code -5'"},
        {{.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = INT32_MIN},
         "0 a attempt-ended #1 failed code -2147483648 'exit code -2147483648'"},
        {{.outcome = SUP_OUTCOME_CRASHED, .signal = 1},
         "0 a attempt-ended #1 crashed signal 1 'killed by signal 1'"},
        {{.outcome = SUP_OUTCOME_CRASHED, .signal = 34},
         "0 a attempt-ended #1 crashed signal 34 'killed by signal 34'"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        world_open(&w);
        struct sup_policy policy = policy_default();
        policy.backoff.max = SUP_NS(0);
        spawn(&w, "a", &policy);
        forget_events(&w);
        end_attempt(&w, live_attempt(&w, "a"), &cases[i].end);
        char first[160];
        assert_non_null(memchr(w.events.text, '\n', w.events.length));
        size_t length =
            (size_t)((char *)memchr(w.events.text, '\n', w.events.length) - w.events.text);
        assert_true(length < sizeof(first));
        memcpy(first, w.events.text, length);
        first[length] = '\0';
        assert_string_equal(first, cases[i].line);
        world_close(&w);
    }
}

static void error__is_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct world w;
    world_prepare(&w);
    w.config.error_bytes_max = 8;
    world_create(&w);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", "abcde\xE2\x82\xAC");
    assert_string_equal(look(&w, "a").last_error, "abcde");
    run_to(&w, SECOND);
    fail_with(&w, "a", "abcd\xE2\x82\xAC");
    assert_string_equal(look(&w, "a").last_error, "abcd\xE2\x82\xAC");
    world_close(&w);
}

static void start__refused_by_the_executor_is_an_ended_attempt(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    w.refusals = 2;
    spawn(&w, "a", NULL);
    expect_events(&w, "0 a registered g0", "0 a attempt-started #1",
                  "0 a attempt-ended #1 refused 'refused'", "0 a backing-off 100ms k1 'refused'");
    w.refusal_text = "no more processes";
    run_to(&w, 100 * MS);
    expect_events(&w, "100ms a attempt-started #2",
                  "100ms a attempt-ended #2 refused 'no more processes'",
                  "100ms a backing-off 200ms k2 'no more processes'");
    run_to(&w, 300 * MS);
    expect_events(&w, "300ms a attempt-started #3");
    assert_int_equal(look(&w, "a").failures, 2);
    world_close(&w);
}

static void delay__of_zero_waits_for_the_next_step(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_backoff(0, 100);
    spawn(&w, "a", &policy);
    forget_events(&w);
    fail_with(&w, "a", "boom");
    expect_events(&w, "0 a attempt-ended #1 failed 'boom'", "0 a backing-off 0 k1 'boom'");
    expect_state(&w, "a", "backing-off");
    assert_true(deadline(&w) == 0);
    assert_int_equal(step(&w), 1);
    expect_events(&w, "0 a attempt-started #2");
    world_close(&w);
}

/* A start that is refused inside a step must not be tried again in that step. */
static void delay__of_zero_never_recurses_in_one_step(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_backoff(0, 100);
    w.refusals = 1000;
    spawn(&w, "a", &policy);
    for (uint32_t i = 0; i < 100; i++) {
        assert_int_equal(look(&w, "a").attempt, i + 1);
        assert_int_equal(step(&w), 1);
    }
    world_close(&w);
}

static void forgive__run_of_exactly_reset_after(void **state)
{
    (void)state;
    static const struct {
        enum sup_forgive reset;
        uint64_t ran;
        uint32_t streak; /* after the fourth failure */
    } cases[] = {
        {SUP_FORGIVE_ZERO, SECOND - 1, 4},      {SUP_FORGIVE_ZERO, SECOND, 1},
        {SUP_FORGIVE_HALVE, SECOND - 1, 4},     {SUP_FORGIVE_HALVE, SECOND, 2},
        {SUP_FORGIVE_MINUS_ONE, SECOND - 1, 4}, {SUP_FORGIVE_MINUS_ONE, SECOND, 3},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        world_open(&w);
        struct sup_policy policy = policy_backoff(10, 1000);
        policy.backoff.reset = cases[i].reset;
        policy.backoff.reset_after = SUP_SEC(1);
        spawn(&w, "a", &policy);
        for (uint32_t k = 0; k < 3; k++) {
            fail_with(&w, "a", "boom");
            run_to(&w, deadline(&w));
        }
        run_to(&w, w.now + cases[i].ran);
        fail_with(&w, "a", "boom");
        assert_int_equal(look(&w, "a").streak, cases[i].streak);
        world_close(&w);
    }
}

static void forgive__clean_exit_of_always_clears_the_streak(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy policy = policy_backoff(10, 1000);
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = SUP_MS(7);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "boom");
    run_to(&w, 10 * MS);
    forget_events(&w);
    succeed(&w, "a");
    run_to(&w, 17 * MS);
    fail_with(&w, "a", "boom");
    expect_events(&w, "10ms a attempt-ended #2 succeeded", "10ms a backing-off 7ms k0 'clean exit'",
                  "17ms a attempt-started #3", "17ms a attempt-ended #3 failed 'boom'",
                  "17ms a backing-off 10ms k1 'boom'");
    world_close(&w);
}

static void late__report_of_an_old_attempt_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", "boom");
    forget_events(&w);
    struct sup_attempt old = attempt_of(&w, "a", 0, 1);
    struct sup_end end = {.outcome = SUP_OUTCOME_CRASHED};
    assert_int_equal(sup_report_end(w.sup, old, &end), SUP_ESTALE);
    assert_int_equal(sup_report_ready(w.sup, old, true), SUP_ESTALE);
    assert_int_equal(sup_report_ready(w.sup, old, false), SUP_ESTALE);
    assert_int_equal(sup_report_beat(w.sup, old), SUP_ESTALE);
    assert_int_equal(sup_report_extend(w.sup, old, SUP_SEC(9)), SUP_ESTALE);
    expect_events(&w, "0 a late-report g0 #1 exit crashed 'end'", "0 a late-report g0 #1 'ready'",
                  "0 a late-report g0 #1 'not-ready'", "0 a late-report g0 #1 'beat'",
                  "0 a late-report g0 #1 'extend'");
    assert_int_equal(metrics(&w).late_reports_total, 5);
    assert_int_equal(look(&w, "a").failures, 1);
    assert_string_equal(look(&w, "a").last_error, "boom");
    expect_state(&w, "a", "backing-off");
    assert_true(deadline(&w) == 100 * MS);
    world_close(&w);
}

static void late__reports_of_other_generations_and_future_attempts(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    forget_events(&w);
    struct sup_end end = {.outcome = SUP_OUTCOME_FAILED};
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "a", 0, 2), &end), SUP_ESTALE);
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "a", 1, 1), &end), SUP_ESTALE);
    struct sup_attempt nobody = {1, 0, 1}; /* the first slot there is not */
    assert_int_equal(sup_report_end(w.sup, nobody, &end), SUP_EINVAL);
    assert_int_equal(sup_report_beat(w.sup, nobody), SUP_EINVAL);
    assert_int_equal(sup_report_end(w.sup, live_attempt(&w, "a"), NULL), SUP_EINVAL);
    end.outcome = SUP_OUTCOMES;
    assert_int_equal(sup_report_end(w.sup, live_attempt(&w, "a"), &end), SUP_EINVAL);
    expect_events(&w, "0 a late-report g0 #2 exit failed 'end'",
                  "0 a late-report g1 #1 exit failed 'end'");
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void clock__that_goes_back_is_held(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    run_to(&w, SECOND);
    assert_int_equal(sup_unsubscribe(w.sup, NULL, NULL), SUP_EUNKNOWN);
    forget_events(&w);
    fail_with(&w, "a", "boom");
    assert_true(deadline(&w) == SECOND + 100 * MS);
    uint64_t now = w.now;
    w.now = SECOND / 2;
    assert_int_equal(sup_step(w.sup), 0);
    assert_true(look(&w, "a").age.ns == SECOND);
    w.now = now;
    run_to(&w, SECOND + 100 * MS);
    expect_state(&w, "a", "running");
    world_close(&w);
}

/* Due timers fire in the order of their deadlines, and of arming where those are
 * equal, also when the step comes late. */
static void step__late_fires_in_order_of_deadlines(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_policy slow = policy_backoff(30, 1000);
    struct sup_policy fast = policy_backoff(10, 1000);
    spawn(&w, "a", &slow);
    spawn(&w, "b", &fast);
    spawn(&w, "c", &slow);
    spawn(&w, "d", &fast);
    fail_with(&w, "c", "x");
    fail_with(&w, "d", "x");
    fail_with(&w, "b", "x");
    fail_with(&w, "a", "x");
    forget_events(&w);
    w.now = SECOND;
    assert_int_equal(step(&w), 4);
    expect_events(&w, "1s d attempt-started #2", "1s b attempt-started #2",
                  "1s c attempt-started #2", "1s a attempt-started #2");
    world_close(&w);
}

static void metrics__spawned_is_active_plus_terminated(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    spawn(&w, "b", NULL);
    spawn(&w, "c", NULL);
    succeed(&w, "a");
    fail_with(&w, "b", "x");
    struct sup_metrics m = metrics(&w);
    assert_int_equal(m.spawned_total, 3);
    assert_int_equal(m.active_services, 2);
    assert_int_equal(m.terminated_total, 1);
    assert_int_equal(m.attempts_total, 3);
    assert_int_equal(m.restarts_total, 0);
    run_to(&w, SECOND);
    assert_int_equal(metrics(&w).restarts_total, 1);
    command(&w, SUP_COMMAND_REMOVE, "a");
    assert_int_equal(metrics(&w).terminated_total, 1);
    assert_int_equal(metrics(&w).commands_total, 1);
    world_close(&w);
}

static void note_sequence(void *context, const struct sup_event *event)
{
    *(uint64_t *)context = event->sequence;
}

/* Nobody listening changes nothing but the telling. */
static void events__are_counted_when_nobody_listens(void **state)
{
    (void)state;
    struct world worlds[2];
    uint64_t sequences[2] = {0, 0};
    struct sup_policy policy = policy_backoff(10, 100);
    policy.breaker.failures = 3;
    for (size_t i = 0; i < 2; i++) {
        struct world *w = &worlds[i];
        world_open(w);
        if (i == 1) {
            world_deafen(w);
        }
        spawn(w, "a", &policy);
        for (uint32_t k = 0; k < 3; k++) {
            fail_with(w, "a", "boom");
            run_to(w, SECOND * (k + 1));
        }
        spawn(w, "b", NULL);
        command(w, SUP_COMMAND_PAUSE, "b");
        shut_down(w, SECOND);
        run_to(w, 20 * SECOND);
        assert_int_equal(sup_subscribe(w->sup, note_sequence, &sequences[i]), SUP_OK);
        shut_down(w, SECOND);
    }
    assert_int_equal(worlds[1].events.length, 0);
    assert_true(sequences[0] > 20 && sequences[0] == sequences[1]);
    struct sup_metrics a = metrics(&worlds[0]);
    struct sup_metrics b = metrics(&worlds[1]);
    assert_memory_equal(&a, &b, sizeof(a));
    world_close(&worlds[0]);
    world_close(&worlds[1]);
}

/* An executor that says `aborted` where nobody asked for it tells of a failure. */
static void end__aborted_by_nobody_is_a_failure(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    forget_events(&w);
    was_aborted(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 aborted 'aborted'",
                  "0 a backing-off 100ms k1 'aborted'");
    run_to(&w, 100 * MS);
    command(&w, SUP_COMMAND_CANCEL, "a");
    forget_events(&w);
    was_aborted(&w, "a"); /* sooner than the grace would have asked for it */
    expect_events(&w, "100ms a attempt-ended #2 cancelled",
                  "100ms a terminated cancelled 'cancelled'");
    assert_int_equal(look(&w, "a").failures, 1);
    world_close(&w);
}

/* Bytes that only continue a character are no character to be cut at. */
static void error__of_nothing_but_continuations_is_cut_to_nothing(void **state)
{
    (void)state;
    struct world w;
    world_prepare(&w);
    w.config.error_bytes_max = 4;
    world_create(&w);
    spawn(&w, "a", NULL);
    fail_with(&w, "a", "\x80\x81\x82\x83\x84\x85");
    assert_string_equal(look(&w, "a").last_error, "");
    run_to(&w, SECOND);
    fail_with(&w, "a", "abc");
    assert_string_equal(look(&w, "a").last_error, "abc");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spawn__healthy_service_runs_until_cancelled),
        cmocka_unit_test(end__clean_exit_of_on_failure_completes),
        cmocka_unit_test(end__failures_back_off_exponentially),
        cmocka_unit_test(end__each_class_and_each_outcome),
        cmocka_unit_test(end__texts_of_codes_and_signals),
        cmocka_unit_test(error__is_cut_at_a_whole_character),
        cmocka_unit_test(start__refused_by_the_executor_is_an_ended_attempt),
        cmocka_unit_test(delay__of_zero_waits_for_the_next_step),
        cmocka_unit_test(delay__of_zero_never_recurses_in_one_step),
        cmocka_unit_test(forgive__run_of_exactly_reset_after),
        cmocka_unit_test(forgive__clean_exit_of_always_clears_the_streak),
        cmocka_unit_test(late__report_of_an_old_attempt_changes_nothing),
        cmocka_unit_test(late__reports_of_other_generations_and_future_attempts),
        cmocka_unit_test(clock__that_goes_back_is_held),
        cmocka_unit_test(step__late_fires_in_order_of_deadlines),
        cmocka_unit_test(metrics__spawned_is_active_plus_terminated),
        cmocka_unit_test(events__are_counted_when_nobody_listens),
        cmocka_unit_test(end__aborted_by_nobody_is_a_failure),
        cmocka_unit_test(error__of_nothing_but_continuations_is_cut_to_nothing),
    };
    return cmocka_run_group_tests_name("lifecycle", tests, NULL, NULL);
}
