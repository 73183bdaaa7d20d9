/* The other kinds of work: tasks that run once, blocking work on a capped pool,
 * interval services. */
#include "core_world.h"

#include <stdio.h>

static struct sup_policy of_kind(enum sup_kind kind)
{
    struct sup_policy policy = policy_backoff(10, 100);
    policy.kind = kind;
    policy.stop_grace = SUP_MS(50);
    policy.stop_abort_wait = SUP_MS(20);
    return policy;
}

/* ---- tasks ---- */

static void task__leaves_the_registry_at_its_end(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_TASK);
    world_open(&w);
    spawn(&w, "t", &policy);
    succeed(&w, "t");
    expect_events(&w, "0 t registered g0", "0 t attempt-started #1",
                  "0 t attempt-ended #1 succeeded", "0 t terminated completed 'completed'");
    assert_false(exists(&w, "t"));
    assert_int_equal(metrics(&w).terminated_total, 1);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "t"), SUP_EUNKNOWN);
    spawn(&w, "t", &policy); /* the name is free again, its generation counts on */
    assert_int_equal(look(&w, "t").generation, 1);
    world_close(&w);
}

/* Whatever its policy says: a task runs once. */
static void task__failure_is_unrecoverable_for_every_class(void **state)
{
    (void)state;
    for (uint32_t class_ = SUP_RESTART_ON_FAILURE; class_ <= SUP_RESTART_NEVER; class_++) {
        struct world w;
        struct sup_policy policy = of_kind(SUP_KIND_TASK);
        policy.restart = (enum sup_restart)class_;
        world_open(&w);
        spawn(&w, "t", &policy);
        forget_events(&w);
        crash(&w, "t");
        expect_events(&w, "0 t attempt-ended #1 crashed 'panicked'",
                      "0 t terminated unrecoverable 'unrecoverable: panicked'");
        assert_false(exists(&w, "t"));
        world_close(&w);
    }
}

static void task__refused_cancelled_paused_and_removed(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_TASK);
    world_open(&w);
    w.refusals = 1;
    spawn(&w, "refused", &policy);
    assert_false(exists(&w, "refused"));
    spawn(&w, "cancelled", &policy);
    command(&w, SUP_COMMAND_CANCEL, "cancelled");
    succeed(&w, "cancelled");
    assert_false(exists(&w, "cancelled"));
    spawn(&w, "paused", &policy);
    command(&w, SUP_COMMAND_PAUSE, "paused");
    succeed(&w, "paused");
    expect_state(&w, "paused", "idle paused");
    spawn(&w, "removed", &policy);
    command(&w, SUP_COMMAND_REMOVE, "removed");
    forget_events(&w);
    succeed(&w, "removed");
    expect_events(&w, "0 removed attempt-ended #1 cancelled exit succeeded", "0 removed removed");
    cancel_group(&w, "runtime"); /* takes the idle one with it */
    assert_false(exists(&w, "paused"));
    world_close(&w);
}

/* Tasks that leave the registry while a whole group is gone through. */
static void task__many_end_while_their_group_is_stopped(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_TASK);
    world_open(&w);
    char name[16];
    for (uint32_t i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "t%u", i);
        spawn_in(&w, name, i % 2 ? "g.sub" : "g", &policy);
        command(&w, SUP_COMMAND_PAUSE, name);
        succeed(&w, name);
    }
    forget_events(&w);
    force_abort(&w, "g");
    assert_int_equal(w.outcome.affected, 20);
    assert_int_equal(count_events(&w, "terminated aborted"), 20);
    struct sup_snapshot shot;
    uint64_t cursor = 0;
    assert_false(sup_snapshot_next(w.sup, &cursor, &shot));
    world_close(&w);
}

static void task__in_a_group_restart_ends_terminated(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 100);
    struct sup_policy task = of_kind(SUP_KIND_TASK);
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "t", "g", &task);
    fail_with(&w, "a", "x");
    forget_events(&w);
    succeed(&w, "t");
    run_to(&w, 10 * MS);
    expect_events(&w, "0 t attempt-ended #1 cancelled exit succeeded",
                  "0 t terminated cancelled 'cancelled'", "10ms runtime.g group-restart",
                  "10ms a attempt-started #2");
    assert_false(exists(&w, "t"));
    world_close(&w);
}

static void task__abandoned_stays_to_be_seen(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_TASK);
    world_open(&w);
    spawn(&w, "t", &policy);
    command(&w, SUP_COMMAND_ABORT, "t");
    run_to(&w, SECOND);
    expect_state(&w, "t", "terminated abandoned");
    world_close(&w);
}

/* ---- blocking ---- */

static void open_pool(struct world *w, uint32_t size)
{
    world_prepare(w);
    w->config.blocking_pool = size;
    world_create(w);
}

static void blocking__waits_for_a_slot_first_come_first_served(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 2);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    spawn(&w, "d", &policy);
    expect_events(&w, "0 a registered g0", "0 a attempt-started #1", "0 b registered g0",
                  "0 b attempt-started #1", "0 c registered g0", "0 d registered g0");
    expect_state(&w, "c", "idle");
    assert_true(look(&w, "c").queued);
    advance_to(&w, 5 * MS);
    succeed(&w, "b");
    expect_events(&w, "5ms b attempt-ended #1 succeeded", "5ms b terminated completed 'completed'",
                  "5ms c attempt-started #1");
    succeed(&w, "a");
    succeed(&w, "c");
    expect_events(&w, "5ms a attempt-ended #1 succeeded", "5ms a terminated completed 'completed'",
                  "5ms d attempt-started #1", "5ms c attempt-ended #1 succeeded",
                  "5ms c terminated completed 'completed'");
    world_close(&w);
}

static void blocking__restart_queues_behind_those_who_wait(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    fail_with(&w, "a", "x");
    forget_events(&w);
    expect_state(&w, "b", "running");
    run_to(&w, 10 * MS);
    expect_no_events(&w);
    expect_state(&w, "a", "idle");
    assert_true(look(&w, "a").queued);
    succeed(&w, "b");
    expect_events(&w, "10ms b attempt-ended #1 succeeded",
                  "10ms b terminated completed 'completed'", "10ms a attempt-started #2");
    world_close(&w);
}

static void blocking__commands_on_a_queued_one(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    static const char *const names[] = {"b", "c", "d", "e", "f"};
    for (size_t i = 0; i < 5; i++) {
        spawn(&w, names[i], &policy);
    }
    command(&w, SUP_COMMAND_ABORT, "c");  /* from the middle */
    command(&w, SUP_COMMAND_PAUSE, "b");  /* the first */
    command(&w, SUP_COMMAND_REMOVE, "f"); /* the last */
    command(&w, SUP_COMMAND_RESTART, "e");
    command(&w, SUP_COMMAND_RESUME, "b"); /* last now */
    forget_events(&w);
    expect_state(&w, "c", "terminated aborted");
    succeed(&w, "a");
    succeed(&w, "d");
    succeed(&w, "e");
    expect_events(&w, "0 a attempt-ended #1 succeeded", "0 a terminated completed 'completed'",
                  "0 d attempt-started #1", "0 d attempt-ended #1 succeeded",
                  "0 d terminated completed 'completed'", "0 e restarted", "0 e attempt-started #1",
                  "0 e attempt-ended #1 succeeded", "0 e terminated completed 'completed'",
                  "0 b attempt-started #1");
    world_close(&w);
}

/* The work of an abandoned attempt still runs, so its slot is not free. */
static void blocking__slot_is_held_until_the_end_is_reported(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    command(&w, SUP_COMMAND_ABORT, "a");
    run_to(&w, SECOND);
    expect_state(&w, "a", "terminated abandoned");
    expect_state(&w, "b", "idle");
    command(&w, SUP_COMMAND_RESTART, "a"); /* queues behind b */
    forget_events(&w);
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    assert_int_equal(end_attempt(&w, attempt_of(&w, "a", 0, 1), &end), SUP_ESTALE);
    expect_events(&w, "1s a late-report g0 #1 exit succeeded 'end'", "1s b attempt-started #1");
    succeed(&w, "b");
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void blocking__refused_attempt_gives_its_slot_back(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    w.refusals = 1;
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    expect_state(&w, "a", "backing-off");
    expect_state(&w, "b", "running");
    world_close(&w);
}

static void blocking__other_kinds_need_no_slot(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    spawn(&w, "b", NULL);
    expect_state(&w, "b", "running");
    world_close(&w);
}

/* ---- interval ---- */

static struct sup_policy every(uint64_t ms, enum sup_interval_mode mode)
{
    struct sup_policy policy = of_kind(SUP_KIND_INTERVAL);
    policy.interval_every = SUP_MS(ms);
    policy.interval_mode = mode;
    return policy;
}

static void interval__fixed_delay_counts_from_the_end_of_a_call(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_DELAY);
    world_open(&w);
    spawn(&w, "i", &policy);
    run_to(&w, 3 * MS);
    forget_events(&w);
    succeed(&w, "i");
    expect_events(&w, "3ms i attempt-ended #1 succeeded"); /* and no backing-off */
    expect_state(&w, "i", "backing-off");
    assert_true(look(&w, "i").delay.ns == 10 * MS);
    run_to(&w, 13 * MS);
    succeed(&w, "i");
    run_to(&w, 23 * MS);
    expect_events(&w, "13ms i attempt-started #2", "13ms i attempt-ended #2 succeeded",
                  "23ms i attempt-started #3");
    assert_int_equal(look(&w, "i").restarts, 0);
    assert_int_equal(metrics(&w).restarts_total, 0);
    world_close(&w);
}

static void interval__fixed_rate_keeps_the_grid_and_skips_what_was_missed(void **state)
{
    (void)state;
    static const struct {
        uint64_t ends_at; /* ms; the call started at 0 */
        uint64_t next;
    } cases[] = {{0, 10}, {1, 10}, {9, 10}, {10, 10}, {11, 20}, {19, 20}, {20, 20}, {25, 30}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_RATE);
        world_open(&w);
        spawn(&w, "i", &policy);
        advance_to(&w, cases[i].ends_at * MS);
        succeed(&w, "i");
        assert_true(deadline(&w) == cases[i].next * MS);
        run_to(&w, cases[i].next * MS);
        assert_int_equal(look(&w, "i").attempt, 2);
        world_close(&w);
    }
}

/* The grid is that of the first start, whatever came between. */
static void interval__fixed_rate_returns_to_its_grid_after_a_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_RATE);
    policy.backoff.base = SUP_MS(3);
    world_open(&w);
    run_to(&w, MS);
    spawn(&w, "i", &policy);
    forget_events(&w);
    advance_to(&w, 2 * MS);
    fail_with(&w, "i", "x");
    run_to(&w, 5 * MS);
    expect_events(&w, "2ms i attempt-ended #1 failed 'x'", "2ms i backing-off 3ms k1 'x'",
                  "5ms i attempt-started #2");
    assert_int_equal(look(&w, "i").restarts, 1);
    succeed(&w, "i");
    assert_true(deadline(&w) == 11 * MS);
    assert_int_equal(look(&w, "i").streak, 0);
    command(&w, SUP_COMMAND_RESTART, "i"); /* a fresh start makes a grid of its own */
    succeed(&w, "i");
    assert_true(deadline(&w) == 15 * MS);
    assert_int_equal(look(&w, "i").restarts, 2);
    world_close(&w);
}

static void interval__done_ends_it(void **state)
{
    (void)state;
    for (uint32_t class_ = SUP_RESTART_ON_FAILURE; class_ <= SUP_RESTART_NEVER; class_++) {
        struct world w;
        struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_DELAY);
        policy.restart = (enum sup_restart)class_;
        world_open(&w);
        spawn(&w, "i", &policy);
        succeed(&w, "i");
        run_to(&w, 10 * MS);
        done(&w, "i");
        expect_state(&w, "i", "terminated completed");
        world_close(&w);
    }
}

/* For other kinds `done` is a clean end like any other. */
static void interval__done_means_nothing_to_a_service(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_SERVICE);
    policy.restart = SUP_RESTART_ALWAYS;
    world_open(&w);
    spawn(&w, "s", &policy);
    done(&w, "s");
    expect_state(&w, "s", "backing-off");
    world_close(&w);
}

static void interval__failure_follows_the_class(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_DELAY);
    policy.restart = SUP_RESTART_NEVER;
    world_open(&w);
    spawn(&w, "i", &policy);
    succeed(&w, "i");
    run_to(&w, 10 * MS);
    fail_with(&w, "i", "x");
    expect_state(&w, "i", "terminated unrecoverable");
    world_close(&w);
}

static void interval__clean_call_empties_the_breaker(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_DELAY);
    policy.breaker.failures = 2;
    world_open(&w);
    spawn(&w, "i", &policy);
    for (uint32_t i = 0; i < 3; i++) {
        fail_with(&w, "i", "x");
        run_to(&w, deadline(&w));
        succeed(&w, "i");
        run_to(&w, deadline(&w));
    }
    expect_state(&w, "i", "running");
    world_close(&w);
}

static void interval__wait_is_ended_by_pause_and_started_by_resume(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_DELAY);
    world_open(&w);
    spawn(&w, "i", &policy);
    succeed(&w, "i");
    command(&w, SUP_COMMAND_PAUSE, "i");
    run_to(&w, SECOND);
    expect_state(&w, "i", "idle paused");
    command(&w, SUP_COMMAND_RESUME, "i");
    expect_state(&w, "i", "running");
    assert_int_equal(look(&w, "i").restarts, 1); /* an operator's start is no ordinary call */
    world_close(&w);
}

static void interval__restart_after_a_failure_counts_calls_do_not(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(10, SUP_INTERVAL_FIXED_DELAY);
    world_open(&w);
    spawn(&w, "i", &policy);
    for (uint32_t i = 1; i <= 3; i++) {
        succeed(&w, "i");
        run_to(&w, deadline(&w));
        fail_with(&w, "i", "x");
        run_to(&w, deadline(&w));
        assert_int_equal(look(&w, "i").restarts, i);
    }
    assert_int_equal(look(&w, "i").attempt, 7);
    world_close(&w);
}

static void blocking__queued_sibling_starts_with_its_group(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy blocking = of_kind(SUP_KIND_BLOCKING);
    struct sup_policy policy = of_kind(SUP_KIND_SERVICE);
    open_pool(&w, 1);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn(&w, "outside", &blocking);
    spawn_in(&w, "queued", "g", &blocking);
    spawn_in(&w, "a", "g", &policy);
    fail_with(&w, "a", "x");
    assert_false(look(&w, "queued").queued);
    succeed(&w, "outside"); /* its slot is free, but the group is not due */
    expect_state(&w, "queued", "idle");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms queued attempt-started #1",
                  "10ms a attempt-started #2");
    world_close(&w);
}

static void blocking__paused_one_is_passed_over(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    command(&w, SUP_COMMAND_PAUSE, "b");
    succeed(&w, "a");
    expect_state(&w, "b", "idle paused");
    expect_state(&w, "c", "running");
    world_close(&w);
}

/* A group's restart is a restart, also of one that was waiting for its next call. */
static void interval__started_with_its_group_counts_as_a_restart(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = every(50, SUP_INTERVAL_FIXED_DELAY);
    struct sup_policy other = of_kind(SUP_KIND_SERVICE);
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "i", "g", &policy);
    spawn_in(&w, "a", "g", &other);
    succeed(&w, "i");
    fail_with(&w, "a", "x");
    run_to(&w, 10 * MS);
    expect_state(&w, "i", "running");
    assert_int_equal(look(&w, "i").restarts, 1);
    world_close(&w);
}

static void blocking__replacement_queues_behind_those_who_wait(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    world_prepare(&w);
    w.config.blocking_pool = 1;
    w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "a", &policy);
    succeed(&w, "a");
    expect_state(&w, "b", "running");
    assert_true(look(&w, "a").queued);
    succeed(&w, "b");
    expect_state(&w, "a", "running");
    world_close(&w);
}

/* The queue stays a queue, whichever end of it is taken away. */
static void blocking__queue_after_its_ends_have_left(void **state)
{
    (void)state;
    static const char *const leavers[][2] = {{"b", "f"}, {"c", "f"}, {"d", "f"}};
    static const char *const order[][3] = {{"c", "d", "f"}, {"b", "d", "f"}, {"b", "c", "f"}};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
        open_pool(&w, 1);
        spawn(&w, "a", &policy);
        spawn(&w, "b", &policy);
        spawn(&w, "c", &policy);
        spawn(&w, "d", &policy);
        command(&w, SUP_COMMAND_CANCEL, leavers[i][0]);
        spawn(&w, leavers[i][1], &policy);
        const char *running = "a";
        for (size_t k = 0; k < 3; k++) {
            succeed(&w, running);
            running = order[i][k];
            expect_state(&w, running, "running");
        }
        world_close(&w);
    }
}

static void blocking__queued_one_is_busy(void **state)
{
    (void)state;
    struct world w;
    struct sup_group_info info;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    spawn_in(&w, "b", "g", &policy);
    assert_int_equal(sup_group_info_of(w.sup, "g", &info), SUP_OK);
    assert_int_equal(info.busy, 1);
    assert_int_equal(info.active, 0);
    command(&w, SUP_COMMAND_PAUSE, "b");
    assert_int_equal(sup_group_info_of(w.sup, "g", &info), SUP_OK);
    assert_int_equal(info.busy, 0);
    world_close(&w);
}

/* A slot is freed by the very attempt that holds it. */
static void blocking__report_of_a_stranger_frees_no_slot(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    open_pool(&w, 1);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "a", 0, 2), &end), SUP_ESTALE);
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "a", 1, 1), &end), SUP_ESTALE);
    assert_int_equal(sup_report_end(w.sup, attempt_of(&w, "b", 0, 1), &end), SUP_ESTALE);
    expect_state(&w, "b", "idle");
    world_close(&w);
}

/* A restart of one that waits for its turn is a fresh start, not a loss of the turn. */
static void blocking__restarted_in_the_queue_keeps_its_place(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = of_kind(SUP_KIND_BLOCKING);
    open_pool(&w, 1);
    spawn(&w, "b", &policy);
    fail_with(&w, "b", "x"); /* streak 1 */
    spawn(&w, "a", &policy);
    run_to(&w, 10 * MS);
    spawn(&w, "c", &policy);
    command(&w, SUP_COMMAND_RESTART, "b");
    assert_int_equal(look(&w, "b").streak, 0);
    succeed(&w, "a");
    expect_state(&w, "b", "running");
    assert_int_equal(count_events(&w, "restarted"), 1);
    world_close(&w);
}

/* Once and never again, whatever the mode. */
static void interval__every_never_is_called_once(void **state)
{
    (void)state;
    static const enum sup_interval_mode modes[] = {SUP_INTERVAL_FIXED_DELAY,
                                                   SUP_INTERVAL_FIXED_RATE};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        struct sup_policy policy = every(10, modes[i]);
        policy.interval_every = SUP_DURATION_NEVER;
        world_open(&w);
        spawn(&w, "a", &policy);
        run_to(&w, 5 * MS);
        succeed(&w, "a");
        expect_state(&w, "a", "backing-off");
        assert_true(deadline(&w) == SUP_NEVER_NS);
        assert_int_equal(look(&w, "a").attempt, 1);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(task__leaves_the_registry_at_its_end),
        cmocka_unit_test(task__failure_is_unrecoverable_for_every_class),
        cmocka_unit_test(task__refused_cancelled_paused_and_removed),
        cmocka_unit_test(task__many_end_while_their_group_is_stopped),
        cmocka_unit_test(task__in_a_group_restart_ends_terminated),
        cmocka_unit_test(task__abandoned_stays_to_be_seen),
        cmocka_unit_test(blocking__waits_for_a_slot_first_come_first_served),
        cmocka_unit_test(blocking__restart_queues_behind_those_who_wait),
        cmocka_unit_test(blocking__commands_on_a_queued_one),
        cmocka_unit_test(blocking__slot_is_held_until_the_end_is_reported),
        cmocka_unit_test(blocking__refused_attempt_gives_its_slot_back),
        cmocka_unit_test(blocking__other_kinds_need_no_slot),
        cmocka_unit_test(interval__fixed_delay_counts_from_the_end_of_a_call),
        cmocka_unit_test(interval__fixed_rate_keeps_the_grid_and_skips_what_was_missed),
        cmocka_unit_test(interval__fixed_rate_returns_to_its_grid_after_a_failure),
        cmocka_unit_test(interval__done_ends_it),
        cmocka_unit_test(interval__done_means_nothing_to_a_service),
        cmocka_unit_test(interval__failure_follows_the_class),
        cmocka_unit_test(interval__clean_call_empties_the_breaker),
        cmocka_unit_test(interval__wait_is_ended_by_pause_and_started_by_resume),
        cmocka_unit_test(interval__restart_after_a_failure_counts_calls_do_not),
        cmocka_unit_test(blocking__queued_sibling_starts_with_its_group),
        cmocka_unit_test(blocking__paused_one_is_passed_over),
        cmocka_unit_test(interval__started_with_its_group_counts_as_a_restart),
        cmocka_unit_test(blocking__replacement_queues_behind_those_who_wait),
        cmocka_unit_test(blocking__queue_after_its_ends_have_left),
        cmocka_unit_test(blocking__queued_one_is_busy),
        cmocka_unit_test(blocking__report_of_a_stranger_frees_no_slot),
        cmocka_unit_test(blocking__restarted_in_the_queue_keeps_its_place),
        cmocka_unit_test(interval__every_never_is_called_once),
    };
    return cmocka_run_group_tests_name("kinds", tests, NULL, NULL);
}
