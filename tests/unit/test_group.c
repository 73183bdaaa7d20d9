/* Groups: paths, cancelling, force-abort, waiting for idleness, capacity. */
#include "core_world.h"

#include <string.h>

static struct sup_group_info info(const struct world *w, const char *path)
{
    struct sup_group_info read;
    assert_int_equal(sup_group_info_of(w->sup, path, &read), SUP_OK);
    return read;
}

static void path__makes_its_ancestors_and_is_one_with_its_full_form(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn_in(&w, "a", "x.y.z", NULL);
    expect_events(&w, "0 a registered in runtime.x.y.z g0", "0 a attempt-started #1");
    static const char *const paths[] = {"runtime", "x", "x.y", "runtime.x.y.z"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(info(&w, paths[i]).active, 1);
        assert_int_equal(info(&w, paths[i]).services, 1);
    }
    assert_string_equal(info(&w, "x.y").path, "runtime.x.y");
    assert_string_equal(info(&w, "runtime.x.y").path, "runtime.x.y");
    assert_string_equal(info(&w, NULL).path, "runtime");
    struct sup_group_info none;
    assert_int_equal(sup_group_info_of(w.sup, "y", &none), SUP_EUNKNOWN);
    world_close(&w);
}

static void path__impossible_ones_are_refused(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    char part[SUP_NAME_MAX + 2];
    memset(part, 'p', sizeof(part) - 1);
    part[sizeof(part) - 1] = '\0';
    static const char *const bad[] = {".",   "a.",       ".a",  "a..b",
                                      "a b", "runtime.", "a/b", "\xC3\xA9"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(try_spawn(&w, "a", bad[i], NULL), SUP_EINVAL);
    }
    assert_int_equal(try_spawn(&w, "a", part, NULL), SUP_EINVAL);
    part[SUP_NAME_MAX] = '\0';
    assert_int_equal(try_spawn(&w, "a", part, NULL), SUP_OK);
    world_close(&w);
}

static void path__deeper_than_the_longest_is_refused(void **state)
{
    (void)state;
    struct world w;
    char path[2000];
    for (size_t i = 0; i < sizeof(path); i++) {
        path[i] = i % 2 ? '.' : 'a';
    }
    path[sizeof(path) - 1] = '\0';
    world_open(&w);
    assert_int_equal(try_spawn(&w, "a", path, NULL), SUP_EINVAL);
    path[1001] = '\0';
    assert_int_equal(try_spawn(&w, "a", path, NULL), SUP_OK);
    struct sup_actor actor = {"ops", "test"};
    path[1001] = '.';
    path[1015] = 'a';
    path[1016] = '\0';
    assert_int_equal(try_spawn(&w, "b", path, NULL), SUP_EINVAL);
    path[1015] = '\0';
    assert_int_equal(try_spawn(&w, "b", path, NULL), SUP_OK);
    path[1015] = path[1016] = 'a';
    assert_int_equal(sup_cancel_group(w.sup, path, &actor, NULL), SUP_EINVAL);
    world_close(&w);
}

static void cancel__reaches_the_subtree_and_never_the_parent(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn_in(&w, "top", "x", NULL);
    spawn_in(&w, "mid", "x.y", NULL);
    spawn_in(&w, "low", "x.y.z", NULL);
    spawn_in(&w, "side", "x.q", NULL);
    fail_with(&w, "low", "x");
    forget_events(&w);
    assert_int_equal(cancel_group(&w, "x.y"), SUP_OK);
    assert_int_equal(w.outcome.affected, 2);
    expect_events(&w, "0 runtime.x.y command cancel-group ok", "0 runtime.x.y group-cancelled",
                  "0 low terminated cancelled 'cancelled'", "0 mid cancel-delivered #1");
    assert_true(info(&w, "x.y.z").cancelled);
    assert_false(info(&w, "x").cancelled);
    expect_state(&w, "top", "running");
    expect_state(&w, "side", "running");
    world_close(&w);
}

static void cancel__sticks_also_on_an_empty_group(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    group(&w, "x", SUP_STRATEGY_ONE_FOR_ONE);
    cancel_group(&w, "x");
    assert_int_equal(try_spawn(&w, "a", "x", NULL), SUP_ECANCELLED);
    assert_int_equal(try_spawn(&w, "a", "x.new.below", NULL), SUP_ECANCELLED);
    assert_int_equal(try_spawn(&w, "a", "beside", NULL), SUP_OK);
    assert_int_equal(info(&w, "x").services, 0);
    world_close(&w);
}

static void cancel__repeated_is_idempotent(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn_in(&w, "a", "x", NULL);
    cancel_group(&w, "x");
    assert_false(w.outcome.idempotent);
    for (uint32_t i = 0; i < 10; i++) {
        forget_events(&w);
        assert_int_equal(cancel_group(&w, "x"), SUP_OK);
        assert_true(w.outcome.idempotent);
        expect_events(&w, "0 runtime.x command cancel-group ok idempotent");
    }
    forget_events(&w);
    cancel_group(&w, "runtime"); /* the path named was not cancelled before */
    expect_events(&w, "0 runtime command cancel-group ok", "0 runtime group-cancelled");
    assert_int_equal(try_spawn(&w, "b", NULL, NULL), SUP_ECANCELLED);
    world_close(&w);
}

static void cancel__takes_over_weaker_stops_only(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn_in(&w, "paused", "x", NULL);
    spawn_in(&w, "removed", "x", NULL);
    spawn_in(&w, "restarted", "x", NULL);
    spawn_in(&w, "cancelled", "x", NULL); /* as strong: nothing that it would change */
    command(&w, SUP_COMMAND_CANCEL, "cancelled");
    command(&w, SUP_COMMAND_PAUSE, "paused");
    command(&w, SUP_COMMAND_REMOVE, "removed");
    command(&w, SUP_COMMAND_RESTART, "restarted");
    forget_events(&w);
    cancel_group(&w, "x");
    assert_int_equal(w.outcome.affected, 2);
    expect_no_calls(&w);
    succeed(&w, "paused");
    succeed(&w, "removed");
    succeed(&w, "restarted");
    expect_state(&w, "paused", "terminated cancelled paused");
    succeed(&w, "cancelled");
    expect_state(&w, "cancelled", "terminated cancelled");
    expect_state(&w, "restarted", "terminated cancelled");
    assert_false(exists(&w, "removed"));
    world_close(&w);
}

static void cancel__of_a_group_with_a_waiting_replacement(void **state)
{
    (void)state;
    struct world w;
    world_prepare(&w);
    w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(&w);
    spawn_in(&w, "stays", "x", NULL);
    spawn_in(&w, "stays", "x", NULL); /* its replacement is of the cancelled group */
    spawn_in(&w, "moves", "x", NULL);
    spawn_in(&w, "moves", "y", NULL); /* its replacement is not */
    cancel_group(&w, "x");
    succeed(&w, "stays");
    succeed(&w, "moves");
    expect_state(&w, "stays", "terminated cancelled");
    expect_state(&w, "moves", "running");
    assert_string_equal(look(&w, "moves").group, "runtime.y");
    world_close(&w);
}

static void force_abort__reaches_everything_that_is_not_terminated(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn_in(&w, "run", "x", NULL);
    spawn_in(&w, "wait", "x.y", NULL);
    spawn_in(&w, "over", "x", NULL);
    spawn_in(&w, "gone", "x", NULL);
    fail_with(&w, "wait", "x");
    succeed(&w, "over");
    command(&w, SUP_COMMAND_REMOVE, "gone");
    forget_events(&w);
    assert_int_equal(force_abort(&w, "x"), SUP_OK);
    assert_int_equal(w.outcome.affected, 3);
    assert_false(w.outcome.idempotent);
    expect_events(&w, "0 runtime.x command force-abort ok", "0 gone abort-requested #1",
                  "0 wait terminated aborted 'aborted'", "0 run cancel-delivered #1",
                  "0 run abort-requested #1");
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(force_abort(&w, "x"), SUP_OK);
        assert_true(w.outcome.idempotent);
        assert_int_equal(w.outcome.affected, 0);
        expect_events(&w, "0 runtime.x command force-abort ok idempotent");
    }
    was_aborted(&w, "gone");
    was_aborted(&w, "run");
    assert_false(exists(&w, "gone"));
    expect_state(&w, "run", "terminated aborted");
    assert_int_equal(try_spawn(&w, "new", "x", NULL), SUP_OK); /* nothing is cancelled */
    world_close(&w);
}

/* ---- idleness ---- */

struct idle {
    uint32_t calls;
    int result;
};

static void idle_now(void *context, int result)
{
    struct idle *idle = context;
    idle->calls++;
    idle->result = result;
}

static void idle__at_once_when_nothing_runs(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_open(&w);
    spawn_in(&w, "a", "x", NULL);
    succeed(&w, "a");
    assert_int_equal(sup_wait_idle(w.sup, "x", SUP_SEC(1), idle_now, &idle), SUP_OK);
    assert_int_equal(idle.calls, 1);
    assert_int_equal(idle.result, SUP_OK);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void idle__when_the_last_of_the_subtree_has_ended(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_open(&w);
    spawn_in(&w, "a", "x", NULL);
    spawn_in(&w, "b", "x.y", NULL);
    spawn(&w, "outside", NULL);
    assert_int_equal(sup_wait_idle(w.sup, "x", SUP_SEC(1), idle_now, &idle), SUP_OK);
    succeed(&w, "a");
    fail_with(&w, "b", "x"); /* backing off is not idle */
    assert_int_equal(idle.calls, 0);
    run_to(&w, 100 * MS);
    command(&w, SUP_COMMAND_PAUSE, "b");
    assert_int_equal(idle.calls, 0);
    succeed(&w, "b");
    assert_int_equal(idle.calls, 1);
    assert_int_equal(idle.result, SUP_OK);
    run_to(&w, 2 * SECOND);
    assert_int_equal(idle.calls, 1);
    world_close(&w);
}

static void note_name(void *context, const char *service)
{
    strcat(strcat(context, service), " ");
}

static void idle__deadline_names_who_is_still_busy(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    char names[64] = "";
    world_open(&w);
    spawn_in(&w, "a", "x", NULL);
    spawn_in(&w, "b", "x.y", NULL);
    spawn_in(&w, "c", "x", NULL);
    succeed(&w, "a");
    assert_int_equal(sup_wait_idle(w.sup, "x", SUP_SEC(1), idle_now, &idle), SUP_OK);
    run_to(&w, SECOND - 1);
    assert_int_equal(idle.calls, 0);
    run_to(&w, SECOND);
    assert_int_equal(idle.calls, 1);
    assert_int_equal(idle.result, SUP_ETIMEOUT);
    assert_int_equal(sup_group_busy(w.sup, "x", note_name, names), SUP_OK);
    assert_string_equal(names, "b c ");
    assert_int_equal(sup_group_busy(w.sup, "none", note_name, names), SUP_EUNKNOWN);
    assert_int_equal(info(&w, "x").busy, 2);
    world_close(&w);
}

static void idle__members_between_stop_and_group_restart_are_busy(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_open(&w);
    group(&w, "x", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "x", NULL);
    spawn_in(&w, "b", "x", NULL);
    assert_int_equal(sup_wait_idle(w.sup, "x", SUP_SEC(1), idle_now, &idle), SUP_OK);
    fail_with(&w, "a", "x");
    succeed(&w, "b");
    expect_state(&w, "b", "idle");
    command(&w, SUP_COMMAND_CANCEL, "a");
    assert_int_equal(info(&w, "x").busy, 1);
    assert_int_equal(idle.calls, 0);
    world_close(&w);
}

static void idle__waits_are_bounded_and_end_with_a_drain(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_open(&w);
    spawn(&w, "a", NULL);
    for (uint32_t i = 0; i < SUP_IDLE_WAITS_MAX; i++) {
        assert_int_equal(sup_wait_idle(w.sup, NULL, SUP_DURATION_NEVER, idle_now, &idle), SUP_OK);
    }
    assert_int_equal(sup_wait_idle(w.sup, NULL, SUP_SEC(1), idle_now, &idle), SUP_ELIMIT);
    assert_int_equal(sup_wait_idle(w.sup, "none", SUP_SEC(1), idle_now, &idle), SUP_EUNKNOWN);
    assert_int_equal(sup_wait_idle(w.sup, NULL, SUP_SEC(1), NULL, NULL), SUP_EINVAL);
    shut_down(&w, SECOND);
    assert_int_equal(idle.calls, 0);
    succeed(&w, "a");
    assert_int_equal(idle.calls, SUP_IDLE_WAITS_MAX);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void spawn_from_wait(void *context, int result)
{
    struct world *w = context;
    assert_int_equal(result, SUP_OK);
    spawn(w, "next", NULL);
}

/* The callback is outside the step: it may command the supervisor. */
static void idle__callback_may_spawn(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_wait_idle(w.sup, NULL, SUP_SEC(1), spawn_from_wait, &w), SUP_OK);
    succeed(&w, "a");
    expect_state(&w, "next", "running");
    world_close(&w);
}

static void capacity__drops_the_spawn_that_is_one_too_many(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct sup_group_policy policy = {.max_inflight = 2};
    w.may_allocate = true;
    assert_int_equal(sup_group_create(w.sup, "x", &policy), SUP_OK);
    w.may_allocate = false;
    spawn_in(&w, "a", "x", NULL);
    spawn_in(&w, "b", "x", NULL);
    assert_int_equal(try_spawn(&w, "c", "x", NULL), SUP_ELIMIT);
    assert_int_equal(try_spawn(&w, "c", "x.y", NULL), SUP_OK); /* its own services only */
    assert_int_equal(info(&w, "x").inflight, 2);
    assert_int_equal(info(&w, "x").dropped, 1);
    succeed(&w, "a");
    assert_int_equal(try_spawn(&w, "d", "x", NULL), SUP_OK);
    assert_int_equal(info(&w, "x").completed, 1);
    assert_int_equal(info(&w, "x").spawned, 3);
    world_close(&w);
}

static void capacity__groups_and_services_have_a_maximum(void **state)
{
    (void)state;
    struct world w;
    world_prepare(&w);
    w.config.groups_max = 3;
    w.config.services_max = 2;
    world_create(&w);
    spawn_in(&w, "a", "x.y", NULL);
    assert_int_equal(try_spawn(&w, "b", "z", NULL), SUP_ELIMIT);
    spawn_in(&w, "b", "x", NULL);
    assert_int_equal(try_spawn(&w, "c", "x", NULL), SUP_ELIMIT);
    command(&w, SUP_COMMAND_CANCEL, "a");
    succeed(&w, "a");
    command(&w, SUP_COMMAND_REMOVE, "a");
    assert_int_equal(try_spawn(&w, "c", "x", NULL), SUP_ELIMIT); /* names ever registered */
    assert_int_equal(try_spawn(&w, "a", "x", NULL), SUP_OK);
    world_close(&w);
}

/* A member that something else takes from a group restart is busy no longer. */
static void idle__member_taken_from_an_incident_counts_no_more(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_open(&w);
    group(&w, "x", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "x", NULL);
    spawn_in(&w, "b", "x", NULL);
    fail_with(&w, "a", "x");
    succeed(&w, "b");
    assert_int_equal(sup_wait_idle(w.sup, "x", SUP_DURATION_NEVER, idle_now, &idle), SUP_OK);
    command(&w, SUP_COMMAND_CANCEL, "b");
    assert_int_equal(info(&w, "x").busy, 1);
    command(&w, SUP_COMMAND_PAUSE, "a");
    assert_int_equal(info(&w, "x").busy, 0);
    assert_int_equal(idle.calls, 1);
    world_close(&w);
}

static void capacity__replacement_takes_the_place_of_the_old_one(void **state)
{
    (void)state;
    struct world w;
    world_prepare(&w);
    w.config.on_duplicate = SUP_DUPLICATE_REPLACE;
    world_create(&w);
    struct sup_group_policy policy = {.max_inflight = 2};
    w.may_allocate = true;
    assert_int_equal(sup_group_create(w.sup, "x", &policy), SUP_OK);
    w.may_allocate = false;
    spawn_in(&w, "a", "x", NULL);
    spawn_in(&w, "b", "x", NULL);
    spawn(&w, "outside", NULL);
    assert_int_equal(try_spawn(&w, "a", "x", NULL), SUP_OK);
    assert_int_equal(try_spawn(&w, "outside", "x", NULL), SUP_ELIMIT);
    succeed(&w, "b");
    assert_int_equal(try_spawn(&w, "c", "x", NULL), SUP_OK);
    assert_int_equal(try_spawn(&w, "b", "x", NULL), SUP_ELIMIT); /* it had given its place up */
    world_close(&w);
}

/* A subtree is a tree: brothers, cousins, and nobody beside it. */
static void cancel__reaches_every_branch_in_reverse_order(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    static const char *const groups[] = {"x.p.a", "x.q", "y.q", "x.r.b", "x", "x.p.c", "x.p"};
    for (uint32_t i = 0; i < 7; i++) {
        char name[] = {'s', (char)('0' + i), '\0'};
        spawn_in(&w, name, groups[i], NULL);
    }
    forget_events(&w);
    cancel_group(&w, "x");
    assert_int_equal(w.outcome.affected, 6);
    expect_calls(&w, "0 cancel s6#1", "0 cancel s5#1", "0 cancel s4#1", "0 cancel s3#1",
                 "0 cancel s1#1", "0 cancel s0#1");
    assert_true(info(&w, "x.r.b").cancelled && info(&w, "x.q").cancelled);
    assert_false(info(&w, "y").cancelled || info(&w, "y.q").cancelled);
    assert_int_equal(info(&w, "x.p").active, 3);
    world_close(&w);
}

/* Members leave from the middle, the front and the end. */
static void members__leave_in_any_order(void **state)
{
    (void)state;
    static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
    for (size_t i = 0; i < 6; i++) {
        struct world w;
        world_open(&w);
        for (const char *at = "abc"; *at != '\0'; at++) {
            spawn_in(&w, (const char[]){*at, '\0'}, "x", NULL);
        }
        for (const char *at = orders[i]; *at != '\0'; at++) {
            const char name[] = {*at, '\0'};
            command(&w, SUP_COMMAND_REMOVE, name);
            succeed(&w, name);
            uint32_t left = info(&w, "x").services;
            forget_events(&w);
            force_abort(&w, "x");
            assert_int_equal(w.outcome.affected, at == orders[i] ? left : 0);
        }
        world_close(&w);
    }
}

static void idle__answers_once_however_often_it_is_idle(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_open(&w);
    spawn(&w, "a", NULL);
    assert_int_equal(sup_wait_idle(w.sup, NULL, SUP_SEC(1), idle_now, &idle), SUP_OK);
    for (uint32_t i = 0; i < 3; i++) {
        succeed(&w, "a");
        command(&w, SUP_COMMAND_RESTART, "a");
    }
    run_to(&w, 10 * SECOND);
    assert_int_equal(idle.calls, 1);
    world_close(&w);
}

/* What an inner incident had stopped is going to start with the outer one: its group is
 * busy all the time. */
static void idle__members_taken_over_by_an_outer_incident_are_busy(void **state)
{
    (void)state;
    struct world w;
    struct idle idle = {0};
    world_prepare(&w);
    w.config.root.limit = (struct sup_limit_policy){true, 5, {SECOND}, SUP_LIMIT_ESCALATE};
    world_create(&w);
    group_limited(&w, "p", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_ESCALATE);
    group(&w, "p.c", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "y", "p", NULL);
    spawn_in(&w, "a", "p.c", NULL);
    spawn_in(&w, "b", "p.c", NULL);
    fail_with(&w, "a", "x");
    succeed(&w, "b");
    expect_state(&w, "b", "idle");
    run_to(&w, 10 * MS);
    fail_with(&w, "y", "x");
    expect_state(&w, "a", "idle");
    expect_state(&w, "b", "idle");
    assert_int_equal(info(&w, "p.c").busy, 2);
    assert_int_equal(sup_wait_idle(w.sup, "p.c", SUP_SEC(1), idle_now, &idle), SUP_OK);
    step(&w);
    assert_int_equal(idle.calls, 0);
    run_to(&w, 110 * MS);
    expect_state(&w, "a", "running");
    expect_state(&w, "b", "running");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path__makes_its_ancestors_and_is_one_with_its_full_form),
        cmocka_unit_test(path__impossible_ones_are_refused),
        cmocka_unit_test(path__deeper_than_the_longest_is_refused),
        cmocka_unit_test(cancel__reaches_the_subtree_and_never_the_parent),
        cmocka_unit_test(cancel__sticks_also_on_an_empty_group),
        cmocka_unit_test(cancel__repeated_is_idempotent),
        cmocka_unit_test(cancel__takes_over_weaker_stops_only),
        cmocka_unit_test(cancel__of_a_group_with_a_waiting_replacement),
        cmocka_unit_test(force_abort__reaches_everything_that_is_not_terminated),
        cmocka_unit_test(idle__at_once_when_nothing_runs),
        cmocka_unit_test(idle__when_the_last_of_the_subtree_has_ended),
        cmocka_unit_test(idle__deadline_names_who_is_still_busy),
        cmocka_unit_test(idle__members_between_stop_and_group_restart_are_busy),
        cmocka_unit_test(idle__waits_are_bounded_and_end_with_a_drain),
        cmocka_unit_test(idle__callback_may_spawn),
        cmocka_unit_test(capacity__drops_the_spawn_that_is_one_too_many),
        cmocka_unit_test(capacity__groups_and_services_have_a_maximum),
        cmocka_unit_test(idle__member_taken_from_an_incident_counts_no_more),
        cmocka_unit_test(capacity__replacement_takes_the_place_of_the_old_one),
        cmocka_unit_test(cancel__reaches_every_branch_in_reverse_order),
        cmocka_unit_test(members__leave_in_any_order),
        cmocka_unit_test(idle__answers_once_however_often_it_is_idle),
        cmocka_unit_test(idle__members_taken_over_by_an_outer_incident_are_busy),
    };
    return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
