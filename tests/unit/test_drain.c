/* Draining: what is refused, what ends at once, the order of cancellations, the
 * overall timeout, and the report that leaves nobody out. */
#include "core_world.h"

static struct sup_policy brief(void)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

static void open_ordered(struct world *w, enum sup_order order, bool abort_stragglers)
{
    world_prepare(w);
    w->config.shutdown_order = order;
    w->config.shutdown_abort = abort_stragglers;
    world_create(w);
}

static void drain__of_nothing_is_immediate(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    shut_down(&w, SECOND);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 1s",
                  "0 - drained took 0 exited 0 graceful 0 aborted 0 abandoned 0");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void drain__parallel_cancels_all_in_reverse_order_at_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn_in(&w, "b", "g", &policy);
    spawn(&w, "c", &policy);
    forget_events(&w);
    shut_down(&w, SECOND);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 1s",
                  "0 c cancel-delivered #1", "0 b cancel-delivered #1", "0 a cancel-delivered #1");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINING);
    advance_to(&w, 7 * MS);
    succeed(&w, "b");
    succeed(&w, "a");
    fail_with(&w, "c", "boom");
    expect_events(&w, "7ms b attempt-ended #1 cancelled exit succeeded",
                  "7ms b terminated cancelled 'cancelled'",
                  "7ms a attempt-ended #1 cancelled exit succeeded",
                  "7ms a terminated cancelled 'cancelled'",
                  "7ms c attempt-ended #1 cancelled exit failed 'boom'",
                  "7ms c terminated cancelled 'cancelled'",
                  "7ms - drained took 7ms exited 0 graceful 3 aborted 0 abandoned 0");
    assert_int_equal(metrics(&w).failures_total, 0);
    world_close(&w);
}

static void drain__reverse_cancels_each_when_the_one_before_has_ended(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    forget_events(&w);
    shut_down(&w, SECOND);
    expect_calls(&w, "0 cancel c#1");
    expect_state(&w, "b", "running");
    advance_to(&w, 5 * MS);
    succeed(&w, "c");
    expect_calls(&w, "5ms cancel b#1");
    advance_to(&w, 6 * MS);
    fail_with(&w, "a", "boom"); /* by itself, before its turn: no restart any more */
    forget_events(&w);
    expect_state(&w, "a", "terminated cancelled");
    run_to(&w, 55 * MS);
    expect_events(&w, "55ms b stop-deadline #1", "55ms b abort-requested #1");
    was_aborted(&w, "b");
    expect_events(&w, "55ms b attempt-ended #1 aborted", "55ms b terminated aborted 'aborted'",
                  "55ms - drained took 55ms exited 0 graceful 2 aborted 1 abandoned 0");
    world_close(&w);
}

static void drain__reverse_waits_for_what_was_stopping_already(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    command(&w, SUP_COMMAND_PAUSE, "b");
    command(&w, SUP_COMMAND_PAUSE, "a");
    forget_events(&w);
    shut_down(&w, SECOND);
    expect_calls(&w, "0 cancel c#1");
    succeed(&w, "c");
    expect_no_calls(&w);
    succeed(&w, "b");
    expect_state(&w, "b", "terminated cancelled paused");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINING);
    succeed(&w, "a");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    world_close(&w);
}

static void drain__reverse_goes_on_after_an_abandoned_one(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    shut_down(&w, SECOND);
    forget_events(&w);
    run_to(&w, 70 * MS);
    expect_events(&w, "50ms b stop-deadline #1", "50ms b abort-requested #1", "70ms b abandoned #1",
                  "70ms b terminated abandoned 'abandoned'", "70ms a cancel-delivered #1");
    succeed(&w, "a");
    expect_events(&w, "70ms a attempt-ended #1 cancelled exit succeeded",
                  "70ms a terminated cancelled 'cancelled'",
                  "70ms - drained took 70ms exited 0 graceful 1 aborted 0 abandoned 1");
    world_close(&w);
}

static void drain__ends_every_wait_at_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    struct sup_policy once = policy_default();
    once.restart = SUP_RESTART_NEVER;
    world_open(&w);
    spawn(&w, "waiting", &policy);
    spawn(&w, "paused", &policy);
    spawn(&w, "over", &once);
    fail_with(&w, "waiting", "x");
    command(&w, SUP_COMMAND_PAUSE, "paused");
    succeed(&w, "paused");
    succeed(&w, "over");
    forget_events(&w);
    shut_down(&w, SECOND);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 1s",
                  "0 paused terminated cancelled 'cancelled'",
                  "0 waiting terminated cancelled 'cancelled'",
                  "0 - drained took 0 exited 3 graceful 0 aborted 0 abandoned 0");
    run_to(&w, SECOND);
    expect_no_events(&w);
    world_close(&w);
}

static void timeout__aborts_the_stragglers_together(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    forget_events(&w);
    shut_down(&w, 30 * MS);
    run_to(&w, 30 * MS);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 30ms",
                  "0 b cancel-delivered #1", "0 a cancel-delivered #1", "30ms b abort-requested #1",
                  "30ms a abort-requested #1");
    was_aborted(&w, "a");
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "50ms b abandoned #1", "50ms b terminated abandoned 'abandoned'",
                  "50ms - drained took 50ms timed-out exited 0 graceful 0 aborted 1 abandoned 1");
    world_close(&w);
}

/* At the same instant the overall timeout wins: no stop-deadline is told. */
static void timeout__wins_over_a_grace_that_ends_at_the_same_instant(void **state)
{
    (void)state;
    for (uint64_t before = 0; before < 2; before++) {
        struct world w;
        struct sup_policy policy = brief();
        world_open(&w);
        spawn(&w, "a", &policy);
        shut_down(&w, 50 * MS + before);
        forget_events(&w);
        run_to(&w, 50 * MS);
        if (before) {
            expect_events(&w, "50ms a stop-deadline #1", "50ms a abort-requested #1");
        } else {
            expect_events(&w, "50ms a abort-requested #1");
        }
        world_close(&w);
    }
}

/* The same when the grace was armed first, by a command before the shutdown. */
static void timeout__wins_over_a_grace_that_was_armed_earlier(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    run_to(&w, 10 * MS);
    shut_down(&w, 40 * MS);
    forget_events(&w);
    run_to(&w, 50 * MS);
    expect_events(&w, "50ms b abort-requested #1", "50ms a abort-requested #1");
    world_close(&w);
}

/* A late step handles what fell due in its order: the grace ended first. */
static void timeout__after_a_stall_comes_in_order(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    shut_down(&w, 60 * MS);
    forget_events(&w);
    w.now = SECOND;
    step(&w);
    expect_events(&w, "1s a stop-deadline #1", "1s a abort-requested #1");
    world_close(&w);
}

static void timeout__without_abort_abandons_at_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    struct sup_policy patient = brief();
    patient.stop_grace = SUP_SEC(5);
    open_ordered(&w, SUP_ORDER_PARALLEL, false);
    spawn(&w, "a", &patient);
    spawn(&w, "b", &policy); /* its own grace still aborts, and that wait goes on */
    forget_events(&w);
    shut_down(&w, 60 * MS);
    run_to(&w, 60 * MS);
    forget_events(&w);
    expect_state(&w, "a", "terminated abandoned");
    expect_state(&w, "b", "stopping");
    run_to(&w, 70 * MS);
    expect_events(&w, "70ms b abandoned #1", "70ms b terminated abandoned 'abandoned'",
                  "70ms - drained took 70ms timed-out exited 0 graceful 0 aborted 0 abandoned 2");
    world_close(&w);
}

/* In reverse order those whose turn had not come are cancelled and aborted. */
static void timeout__cancels_first_where_that_has_not_happened(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    shut_down(&w, 30 * MS);
    forget_events(&w);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a cancel-delivered #1", "30ms b abort-requested #1",
                  "30ms a abort-requested #1");
    world_close(&w);
}

static void timeout__leaves_an_abort_wait_alone(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    command(&w, SUP_COMMAND_ABORT, "a"); /* abandoned at 20 ms */
    run_to(&w, 5 * MS);
    shut_down(&w, 10 * MS);
    forget_events(&w);
    run_to(&w, 20 * MS);
    expect_events(&w, "20ms a abandoned #1", "20ms a terminated abandoned 'abandoned'",
                  "20ms - drained took 15ms timed-out exited 0 graceful 0 aborted 0 abandoned 1");
    world_close(&w);
}

static void timeout__of_zero_aborts_in_the_next_step(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    shut_down(&w, 0);
    step(&w);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 0",
                  "0 a cancel-delivered #1", "0 a abort-requested #1");
    world_close(&w);
}

static void drain__second_shutdown_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    shut_down(&w, SECOND);
    assert_false(w.outcome.idempotent);
    assert_int_equal(w.outcome.affected, 1);
    forget_events(&w);
    uint64_t due = deadline(&w);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(shut_down(&w, 1), SUP_OK);
        assert_true(w.outcome.idempotent);
        expect_events(&w, "0 - command shutdown ok idempotent");
    }
    assert_true(deadline(&w) == due);
    succeed(&w, "a");
    forget_events(&w);
    assert_int_equal(shut_down(&w, 1), SUP_OK);
    expect_events(&w, "0 - command shutdown ok idempotent");
    struct sup_drain_report report;
    sup_drain_report_read(w.sup, &report);
    assert_string_equal(report.who, "ops");
    assert_string_equal(report.why, "test");
    world_close(&w);
}

static void drain__refuses_spawns_and_starts(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "a", &policy);
    shut_down(&w, SECOND);
    assert_int_equal(try_spawn(&w, "b", NULL, &policy), SUP_EDRAINING);
    assert_int_equal(try_spawn(&w, "a", NULL, &policy), SUP_EDRAINING);
    succeed(&w, "a");
    assert_int_equal(try_spawn(&w, "b", NULL, &policy), SUP_EDRAINING);
    assert_false(exists(&w, "b"));
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_EDRAINING);
    assert_int_equal(command(&w, SUP_COMMAND_RESUME, "a"), SUP_EDRAINING);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "b"), SUP_EUNKNOWN);
    world_close(&w);
}

/* A drain takes over from every command but a removal. */
static void drain__takes_over_from_commands_but_not_from_remove(void **state)
{
    (void)state;
    static const struct {
        enum sup_command command;
        const char *state;
    } cases[] = {{SUP_COMMAND_RESTART, "terminated cancelled"},
                 {SUP_COMMAND_PAUSE, "terminated cancelled paused"},
                 {SUP_COMMAND_QUARANTINE, "terminated cancelled quarantined"},
                 {SUP_COMMAND_CANCEL, "terminated cancelled"},
                 {SUP_COMMAND_REMOVE, NULL}};
    for (size_t i = 0; i < 5; i++) {
        struct world w;
        struct sup_policy policy = brief();
        world_open(&w);
        spawn(&w, "a", &policy);
        command(&w, cases[i].command, "a");
        forget_events(&w);
        shut_down(&w, SECOND);
        expect_no_calls(&w); /* cancelled it is already */
        succeed(&w, "a");
        if (cases[i].state == NULL) {
            assert_false(exists(&w, "a"));
        } else {
            expect_state(&w, "a", cases[i].state);
        }
        assert_int_equal(count_events(&w, "graceful 1"), 1);
        world_close(&w);
    }
}

static void drain__drops_a_replacement_that_waits(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_prepare(&w);
    w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "a", &policy);
    shut_down(&w, SECOND);
    succeed(&w, "a");
    expect_state(&w, "a", "terminated cancelled");
    assert_int_equal(look(&w, "a").generation, 0);
    world_close(&w);
}

static void drain__in_the_middle_of_a_group_restart(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    spawn_in(&w, "c", "g", &policy);
    fail_with(&w, "b", "x");
    succeed(&w, "c"); /* idle now, a is being stopped */
    forget_events(&w);
    shut_down(&w, SECOND);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 1s",
                  "0 c terminated cancelled 'cancelled'", "0 b terminated cancelled 'cancelled'");
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 cancelled exit succeeded",
                  "0 a terminated cancelled 'cancelled'",
                  "0 - drained took 0 exited 2 graceful 1 aborted 0 abandoned 0");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

/* Refusals of a group's start that drains the supervisor: nobody is cancelled who
 * was never started. */
static void drain__by_a_refusal_among_members_that_start_together(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_prepare(&w);
    w.config.root.limit = (struct sup_limit_policy){true, 0, {SECOND}, SUP_LIMIT_ESCALATE};
    world_create(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ALL, 1, SECOND, SUP_LIMIT_ESCALATE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    fail_with(&w, "a", "x");
    succeed(&w, "b");
    forget_events(&w);
    w.refusals = 2;
    run_to(&w, 10 * MS);
    expect_events(
        &w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
        "10ms b attempt-started #2", "10ms a attempt-ended #2 refused 'refused'",
        "10ms runtime.g limit-exhausted 1/1 then escalate",
        "10ms runtime limit-exhausted 0/0 then escalate",
        "10ms a terminated restart-limit 'restart limit exhausted (0 restarts)'",
        "10ms - shutdown-requested timeout 30s", "10ms b attempt-ended #2 refused 'refused'",
        "10ms b terminated cancelled 'cancelled'",
        "10ms - drained 'restart-limit' took 0 exited 1 graceful 1 aborted 0 abandoned 0");
    expect_calls(&w, "10ms start a#2", "10ms start b#2");
    world_close(&w);
}

static void drain__group_commands_still_apply(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    spawn_in(&w, "a", "g", &policy);
    spawn(&w, "b", &policy);
    shut_down(&w, SECOND);
    forget_events(&w);
    assert_int_equal(cancel_group(&w, "g"), SUP_OK);
    expect_events(&w, "0 runtime.g command cancel-group ok", "0 runtime.g group-cancelled",
                  "0 a cancel-delivered #1");
    assert_int_equal(force_abort(&w, "runtime"), SUP_OK);
    expect_events(&w, "0 runtime command force-abort ok", "0 b abort-requested #1",
                  "0 a abort-requested #1");
    world_close(&w);
}

static void drain__removal_during_the_drain(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    shut_down(&w, SECOND);
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "b"), SUP_OK);
    forget_events(&w);
    succeed(&w, "b");
    assert_false(exists(&w, "b"));
    expect_no_calls(&w); /* the chain still waits for c */
    succeed(&w, "c");
    expect_calls(&w, "0 cancel a#1");
    succeed(&w, "a");
    assert_int_equal(count_events(&w, "exited 0 graceful 3"), 1);
    world_close(&w);
}

static void drain__names_what_became_of_each(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    world_open(&w);
    spawn(&w, "gone", &policy);
    succeed(&w, "gone");
    spawn(&w, "good", &policy);
    spawn(&w, "slow", &policy);
    spawn(&w, "deaf", &policy);
    shut_down(&w, SECOND);
    succeed(&w, "good");
    run_to(&w, 50 * MS);
    was_aborted(&w, "slow");
    run_to(&w, SECOND);
    static const struct {
        const char *name;
        enum sup_drain_class class_;
    } wanted[] = {{"gone", SUP_DRAIN_ALREADY_EXITED},
                  {"good", SUP_DRAIN_GRACEFUL},
                  {"slow", SUP_DRAIN_ABORTED},
                  {"deaf", SUP_DRAIN_ABANDONED}};
    for (size_t i = 0; i < 4; i++) {
        uint32_t slot = look(&w, wanted[i].name).slot;
        assert_int_equal(sup_drain_class_of(w.sup, slot), wanted[i].class_);
    }
    assert_int_equal(sup_drain_class_of(w.sup, 4), SUP_DRAIN_NONE); /* there is no such slot */
    struct sup_drain_report report;
    sup_drain_report_read(w.sup, &report);
    assert_true(report.requested && report.drained && !report.timed_out && !report.by_limit);
    assert_true(report.requested_at.ns == 0 && report.took.ns == 70 * MS);
    assert_int_equal(report.counts.already_exited, 1);
    assert_int_equal(report.counts.graceful, 1);
    assert_int_equal(report.counts.aborted, 1);
    assert_int_equal(report.counts.abandoned, 1);
    struct sup_metrics m = metrics(&w);
    assert_int_equal(m.active_services, 0);
    assert_int_equal(m.terminated_total, 4);
    world_close(&w);
}

static void drain__of_a_queue_and_of_starting_services(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy blocking = brief();
    struct sup_policy shy = brief();
    blocking.kind = SUP_KIND_BLOCKING;
    shy.ready_explicit = true;
    world_prepare(&w);
    w.config.blocking_pool = 1;
    world_create(&w);
    spawn(&w, "one", &blocking);
    spawn(&w, "two", &blocking);
    spawn(&w, "shy", &shy);
    forget_events(&w);
    shut_down(&w, SECOND);
    expect_events(&w, "0 - command shutdown ok", "0 - shutdown-requested timeout 1s",
                  "0 two terminated cancelled 'cancelled'", "0 shy cancel-delivered #1",
                  "0 one cancel-delivered #1");
    succeed(&w, "one");
    succeed(&w, "shy");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    world_close(&w);
}

/* Who was part of a group's incident is not part of the drain's chain. */
static void drain__removal_of_a_former_member_breaks_no_chain(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = brief();
    open_ordered(&w, SUP_ORDER_REVERSE, true);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    spawn_in(&w, "c", "g", &policy);
    spawn(&w, "x", &policy);
    spawn(&w, "y", &policy);
    fail_with(&w, "a", "x");
    succeed(&w, "c");
    succeed(&w, "b");
    shut_down(&w, SECOND);
    command(&w, SUP_COMMAND_REMOVE, "b");
    command(&w, SUP_COMMAND_REMOVE, "a");
    command(&w, SUP_COMMAND_REMOVE, "c");
    forget_events(&w);
    succeed(&w, "y");
    expect_calls(&w, "0 cancel x#1");
    succeed(&w, "x");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drain__of_nothing_is_immediate),
        cmocka_unit_test(drain__parallel_cancels_all_in_reverse_order_at_once),
        cmocka_unit_test(drain__reverse_cancels_each_when_the_one_before_has_ended),
        cmocka_unit_test(drain__reverse_waits_for_what_was_stopping_already),
        cmocka_unit_test(drain__reverse_goes_on_after_an_abandoned_one),
        cmocka_unit_test(drain__ends_every_wait_at_once),
        cmocka_unit_test(timeout__aborts_the_stragglers_together),
        cmocka_unit_test(timeout__wins_over_a_grace_that_ends_at_the_same_instant),
        cmocka_unit_test(timeout__wins_over_a_grace_that_was_armed_earlier),
        cmocka_unit_test(timeout__after_a_stall_comes_in_order),
        cmocka_unit_test(timeout__without_abort_abandons_at_once),
        cmocka_unit_test(timeout__cancels_first_where_that_has_not_happened),
        cmocka_unit_test(timeout__leaves_an_abort_wait_alone),
        cmocka_unit_test(timeout__of_zero_aborts_in_the_next_step),
        cmocka_unit_test(drain__second_shutdown_changes_nothing),
        cmocka_unit_test(drain__refuses_spawns_and_starts),
        cmocka_unit_test(drain__takes_over_from_commands_but_not_from_remove),
        cmocka_unit_test(drain__drops_a_replacement_that_waits),
        cmocka_unit_test(drain__in_the_middle_of_a_group_restart),
        cmocka_unit_test(drain__by_a_refusal_among_members_that_start_together),
        cmocka_unit_test(drain__group_commands_still_apply),
        cmocka_unit_test(drain__removal_during_the_drain),
        cmocka_unit_test(drain__names_what_became_of_each),
        cmocka_unit_test(drain__of_a_queue_and_of_starting_services),
        cmocka_unit_test(drain__removal_of_a_former_member_breaks_no_chain),
    };
    return cmocka_run_group_tests_name("drain", tests, NULL, NULL);
}
