/* Restart limits: of a service's window, of its life, of its group, and what each
 * `then` brings, upwards through three levels of groups. */
#include "core_world.h"

#include "supervisor.h"
#include "service.h"

static struct sup_policy limited(uint32_t max, uint64_t within_ms, enum sup_limit_then then)
{
    struct sup_policy policy = policy_backoff(10, 10);
    policy.limit.enabled = true;
    policy.limit.max = max;
    policy.limit.within = SUP_MS(within_ms);
    policy.limit.then = then;
    return policy;
}

/* Fails now and waits 10 ms. */
static void fail_once(struct world *w, const char *name)
{
    fail_with(w, name, "x");
    run_to(w, w->now + 10 * MS);
}

static void limit__one_restart_too_many_terminates(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(2, 100, SUP_LIMIT_TERMINATE);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_once(&w, "a");
    assert_true(look(&w, "a").limit_enabled);
    assert_int_equal(look(&w, "a").limit_used, 1);
    assert_int_equal(look(&w, "a").limit_remaining, 1);
    fail_once(&w, "a");
    assert_int_equal(look(&w, "a").limit_remaining, 0);
    assert_false(look(&w, "a").limit_exhausted);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "20ms a attempt-ended #3 failed 'x'",
                  "20ms a limit-exhausted 2/2 then terminate",
                  "20ms a terminated restart-limit 'restart limit exhausted (2 restarts)'");
    assert_true(look(&w, "a").limit_exhausted);
    world_close(&w);
}

static void limit__of_zero_allows_no_restart(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(0, 100, SUP_LIMIT_TERMINATE);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_string_equal(look(&w, "a").reason_text, "restart limit exhausted (0 restarts)");
    world_close(&w);
}

static void limit__window_edge_to_the_nanosecond(void **state)
{
    (void)state;
    for (uint64_t late = 0; late < 2; late++) {
        struct world w;
        struct sup_policy policy = limited(1, 100, SUP_LIMIT_TERMINATE);
        world_open(&w);
        spawn(&w, "a", &policy);
        run_to(&w, 3);
        fail_with(&w, "a", "x");
        run_to(&w, 3 + 100 * MS + late);
        assert_int_equal(look(&w, "a").limit_used, 1 - late);
        fail_with(&w, "a", "x");
        expect_state(&w, "a", late ? "backing-off" : "terminated restart-limit");
        world_close(&w);
    }
}

static void limit__clean_exits_and_operators_are_free(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(1, 1000, SUP_LIMIT_TERMINATE);
    policy.restart = SUP_RESTART_ALWAYS;
    policy.clean_exit_delay = SUP_MS(1);
    policy.max_restarts = 1;
    world_open(&w);
    spawn(&w, "a", &policy);
    for (uint32_t i = 0; i < 5; i++) {
        succeed(&w, "a");
        run_to(&w, w.now + MS);
        command(&w, SUP_COMMAND_RESTART, "a");
        succeed(&w, "a");
    }
    assert_int_equal(look(&w, "a").limit_used, 0);
    assert_int_equal(look(&w, "a").restarts, 10);
    fail_once(&w, "a");
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void limit__quarantine_keeps_the_service_idle(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(0, 100, SUP_LIMIT_QUARANTINE);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "0 a attempt-ended #1 failed 'x'", "0 a limit-exhausted 0/0 then quarantine",
                  "0 a quarantined");
    expect_state(&w, "a", "idle quarantined");
    assert_int_equal(metrics(&w).active_services, 1);
    command(&w, SUP_COMMAND_RESUME, "a");
    expect_state(&w, "a", "running");
    assert_false(look(&w, "a").limit_exhausted);
    world_close(&w);
}

static void life__limit_terminates_and_a_fresh_start_keeps_its_count(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.max_restarts = 2;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_once(&w, "a");
    fail_once(&w, "a");
    command(&w, SUP_COMMAND_RESTART, "a");
    succeed(&w, "a");
    expect_state(&w, "a", "running");
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "20ms a attempt-ended #4 failed 'x'",
                  "20ms a limit-exhausted 2/2 then terminate",
                  "20ms a terminated restart-limit 'restart limit exhausted (2 restarts)'");
    command(&w, SUP_COMMAND_RESTART, "a"); /* a new registration has a life of its own */
    fail_once(&w, "a");
    expect_state(&w, "a", "running");
    world_close(&w);
}

static void life__of_zero(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.max_restarts = 0;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    assert_string_equal(look(&w, "a").reason_text, "restart limit exhausted (0 restarts)");
    world_close(&w);
}

static void life__of_one(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.max_restarts = 1;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_once(&w, "a");
    fail_with(&w, "a", "x");
    assert_string_equal(look(&w, "a").reason_text, "restart limit exhausted (1 restarts)");
    world_close(&w);
}

/* restart-limit is looked at first, also when both are exhausted. */
static void limit__window_comes_before_the_life(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(0, 100, SUP_LIMIT_QUARANTINE);
    policy.max_restarts = 0;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "idle quarantined");
    world_close(&w);
}

/* ---- groups ---- */

static void group_limit__counts_the_restarts_of_its_services(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 2, 100 * MS, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    spawn_in(&w, "c", "g", &policy);
    spawn(&w, "d", &policy);
    fail_once(&w, "a");
    fail_once(&w, "b");
    fail_once(&w, "d");
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "30ms a attempt-ended #2 failed 'x'",
                  "30ms runtime.g limit-exhausted 2/2 then terminate",
                  "30ms a terminated restart-limit 'restart limit exhausted (2 restarts)'",
                  "30ms c cancel-delivered #1");
    succeed(&w, "c");
    expect_events(&w, "30ms c attempt-ended #1 cancelled exit succeeded",
                  "30ms c terminated restart-limit 'restart limit exhausted (2 restarts)'",
                  "30ms b cancel-delivered #2");
    succeed(&w, "b");
    expect_state(&w, "b", "terminated restart-limit");
    expect_state(&w, "d", "running");
    world_close(&w);
}

static void group_limit__quarantine_makes_all_of_it_idle(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 0, 100 * MS, SUP_LIMIT_QUARANTINE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g.sub", &policy);
    spawn_in(&w, "c", "g", &policy);
    command(&w, SUP_COMMAND_PAUSE, "c");
    succeed(&w, "c");
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "0 a attempt-ended #1 failed 'x'",
                  "0 runtime.g limit-exhausted 0/0 then quarantine", "0 a quarantined",
                  "0 c quarantined", "0 b cancel-delivered #1");
    succeed(&w, "b");
    expect_state(&w, "a", "idle quarantined");
    expect_state(&w, "b", "idle quarantined");
    expect_state(&w, "c", "idle quarantined");
    command(&w, SUP_COMMAND_RESUME, "b");
    expect_state(&w, "b", "running");
    world_close(&w);
}

static void escalate__parent_with_room_starts_the_group_again(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "p", SUP_STRATEGY_ONE_FOR_ONE, 1, SECOND, SUP_LIMIT_ESCALATE);
    group_limited(&w, "p.g", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_ESCALATE);
    spawn_in(&w, "a", "p.g", &policy);
    spawn_in(&w, "b", "p.g", &policy);
    spawn_in(&w, "c", "p", &policy);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "0 a attempt-ended #1 failed 'x'",
                  "0 runtime.p.g limit-exhausted 0/0 then escalate", "0 a backing-off 10ms k1 'x'",
                  "0 b cancel-delivered #1");
    advance_to(&w, 4 * MS);
    succeed(&w, "b");
    run_to(&w, 10 * MS);
    expect_events(&w, "4ms b attempt-ended #1 cancelled exit succeeded",
                  "10ms runtime.p.g group-restart", "10ms a attempt-started #2",
                  "10ms b attempt-started #2");
    fail_with(&w, "b", "y");
    expect_events(&w, "10ms b attempt-ended #2 failed 'y'",
                  "10ms runtime.p.g limit-exhausted 0/0 then escalate",
                  "10ms runtime.p limit-exhausted 1/1 then escalate",
                  "10ms b backing-off 10ms k1 'y'", "10ms c cancel-delivered #1");
    world_close(&w);
}

/* Three levels, none of which has room: the root drains the supervisor. */
static void escalate__through_three_levels_to_the_root_drains(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_prepare(&w);
    w.config.root.limit = (struct sup_limit_policy){true, 0, {SECOND}, SUP_LIMIT_ESCALATE};
    world_create(&w);
    group_limited(&w, "a", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_ESCALATE);
    group_limited(&w, "a.b", SUP_STRATEGY_ONE_FOR_ALL, 0, SECOND, SUP_LIMIT_ESCALATE);
    spawn_in(&w, "x", "a.b", &policy);
    spawn_in(&w, "y", "a", &policy);
    spawn(&w, "z", &policy);
    forget_events(&w);
    fail_with(&w, "x", "boom");
    expect_events(
        &w, "0 x attempt-ended #1 failed 'boom'", "0 runtime.a.b limit-exhausted 0/0 then escalate",
        "0 runtime.a limit-exhausted 0/0 then escalate",
        "0 runtime limit-exhausted 0/0 then escalate",
        "0 x terminated restart-limit 'restart limit exhausted (0 restarts)'",
        "0 - shutdown-requested timeout 30s", "0 z cancel-delivered #1", "0 y cancel-delivered #1");
    succeed(&w, "y");
    succeed(&w, "z");
    expect_events(
        &w, "0 y attempt-ended #1 cancelled exit succeeded", "0 y terminated cancelled 'cancelled'",
        "0 z attempt-ended #1 cancelled exit succeeded", "0 z terminated cancelled 'cancelled'",
        "0 - drained 'restart-limit' took 0 exited 1 graceful 2 aborted 0 abandoned 0");
    struct sup_drain_report report;
    sup_drain_report_read(w.sup, &report);
    assert_true(report.by_limit);
    world_close(&w);
}

static void escalate__of_a_service_goes_to_its_group(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(0, 1000, SUP_LIMIT_ESCALATE);
    struct sup_policy calm = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ALL, 1, SECOND, SUP_LIMIT_QUARANTINE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &calm);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "0 a attempt-ended #1 failed 'x'", "0 a limit-exhausted 0/0 then escalate",
                  "0 a backing-off 10ms k1 'x'", "0 b cancel-delivered #1");
    succeed(&w, "b");
    run_to(&w, 10 * MS);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_events(&w, "10ms a attempt-ended #2 failed 'x'",
                  "10ms a limit-exhausted 0/0 then escalate",
                  "10ms runtime.g limit-exhausted 1/1 then quarantine", "10ms a quarantined",
                  "10ms b cancel-delivered #2");
    world_close(&w);
}

/* max-restarts always terminates: it is not overruled by an escalation. */
static void escalate__with_no_life_left_terminates(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = limited(0, 1000, SUP_LIMIT_ESCALATE);
    policy.max_restarts = 1;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_once(&w, "a");
    expect_state(&w, "a", "running");
    fail_once(&w, "a");
    expect_state(&w, "a", "terminated restart-limit");
    world_close(&w);
}

/* A pending restart or pause of a member does not outlive its group's end. */
static void group_limit__end_of_the_group_overrules_weaker_stops(void **state)
{
    (void)state;
    static const enum sup_command commands[] = {SUP_COMMAND_RESTART, SUP_COMMAND_PAUSE,
                                                SUP_COMMAND_QUARANTINE};
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        struct sup_policy policy = policy_backoff(10, 10);
        world_open(&w);
        group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_TERMINATE);
        spawn_in(&w, "a", "g", &policy);
        spawn_in(&w, "b", "g", &policy);
        command(&w, commands[i], "b");
        fail_with(&w, "a", "x");
        succeed(&w, "b");
        assert_int_equal(look(&w, "b").reason, SUP_REASON_RESTART_LIMIT);
        assert_int_equal(count_events(&w, "restarted"), 0);
        world_close(&w);
    }
}

/* A stop of the group within takes a member from the incident around, which goes
 * on without it. */
static void escalate__member_taken_by_an_inner_group_frees_the_outer_one(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "x", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_ESCALATE);
    group_limited(&w, "x.y", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "x", &policy);
    spawn_in(&w, "m", "x.y", &policy);
    fail_with(&w, "a", "boom"); /* x restarts as a whole, and waits for m */
    run_to(&w, 20 * MS);
    spawn_in(&w, "late", "x.y", &policy);
    forget_events(&w);
    fail_with(&w, "late", "boom"); /* x.y ends; m is its member now */
    expect_events(&w, "20ms late attempt-ended #1 failed 'boom'",
                  "20ms runtime.x.y limit-exhausted 0/0 then terminate",
                  "20ms late terminated restart-limit 'restart limit exhausted (0 restarts)'",
                  "20ms runtime.x group-restart", "20ms a attempt-started #2");
    succeed(&w, "m");
    expect_state(&w, "m", "terminated restart-limit");
    expect_state(&w, "a", "running");
    world_close(&w);
}

/* Stronger stops keep what they wanted; who has ended already is left alone. */
static void group_limit__end_of_the_group_respects_stronger_stops(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "over", "g", &policy);
    spawn_in(&w, "cancelled", "g", &policy);
    spawn_in(&w, "removed", "g", &policy);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "aborted", "g", &policy);
    succeed(&w, "over");
    command(&w, SUP_COMMAND_CANCEL, "cancelled");
    command(&w, SUP_COMMAND_REMOVE, "removed");
    command(&w, SUP_COMMAND_ABORT, "aborted");
    fail_with(&w, "a", "x");
    succeed(&w, "aborted");
    succeed(&w, "removed");
    succeed(&w, "cancelled");
    expect_state(&w, "over", "terminated completed");
    expect_state(&w, "cancelled", "terminated cancelled");
    expect_state(&w, "aborted", "terminated aborted");
    expect_state(&w, "a", "terminated restart-limit");
    assert_false(exists(&w, "removed"));
    world_close(&w);
}

/* The end of a group is the end of the restarts that were under way inside it. */
static void group_limit__end_of_the_group_ends_incidents_inside(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_TERMINATE);
    group(&w, "g.sub", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "p", "g.sub", &policy);
    spawn_in(&w, "q", "g.sub", &policy);
    spawn_in(&w, "r", "g.sub", &policy);
    fail_with(&w, "q", "x");
    succeed(&w, "r"); /* r idle, q waiting, p being stopped */
    forget_events(&w);
    fail_with(&w, "a", "y");
    expect_state(&w, "r", "terminated restart-limit");
    expect_state(&w, "q", "terminated restart-limit");
    succeed(&w, "p");
    expect_state(&w, "p", "terminated restart-limit");
    run_to(&w, SECOND);
    assert_int_equal(count_events(&w, "attempt-started"), 0);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

/* A parent that starts a group again takes all of it, whatever it was waiting for. */
static void escalate__takes_over_waits_and_incidents_inside(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    struct sup_policy slow = policy_backoff(5, 5);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 1, SECOND, SUP_LIMIT_ESCALATE);
    group(&w, "g.sub", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "waiting", "g", &slow);
    spawn_in(&w, "p", "g.sub", &policy);
    spawn_in(&w, "q", "g.sub", &policy);
    spawn_in(&w, "r", "g.sub", &policy);
    fail_with(&w, "q", "x");
    succeed(&w, "r");
    fail_with(&w, "waiting", "x"); /* the one restart of g */
    forget_events(&w);
    fail_with(&w, "a", "y");
    expect_state(&w, "waiting", "idle");
    assert_int_equal(count_events(&w, "cancel-delivered"), 0); /* p is stopping already */
    succeed(&w, "p");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms a attempt-started #2",
                  "10ms waiting attempt-started #2", "10ms p attempt-started #2",
                  "10ms q attempt-started #2", "10ms r attempt-started #2");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

/* While a group is being ended, what is spawned into it lives by itself. */
static void group_limit__newcomer_during_the_end(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    struct sup_policy always = policy_backoff(10, 10);
    always.restart = SUP_RESTART_ALWAYS;
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ALL, 0, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    fail_with(&w, "a", "x");
    spawn_in(&w, "new", "g", &always);
    succeed(&w, "new");
    expect_state(&w, "new", "backing-off");
    succeed(&w, "b");
    expect_state(&w, "b", "terminated restart-limit");
    run_to(&w, 100 * MS);
    expect_state(&w, "new", "running");
    world_close(&w);
}

/* One incident, one restart: who joins it is not counted again. */
static void group_limit__counts_an_incident_once(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_REST_FOR_ONE, 1, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    spawn_in(&w, "c", "g", &policy);
    fail_with(&w, "b", "x");
    fail_with(&w, "a", "x"); /* registered before b: joins */
    succeed(&w, "c");
    run_to(&w, 10 * MS);
    expect_state(&w, "a", "running");
    fail_with(&w, "c", "x");
    expect_state(&w, "c", "terminated restart-limit");
    world_close(&w);
}

/* In a group of one-for-one each failure is an incident of its own, also while its
 * parent is starting the group again. */
static void group_limit__one_for_one_counts_each(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 0, SECOND, SUP_LIMIT_ESCALATE);
    group_limited(&w, "runtime", SUP_STRATEGY_ONE_FOR_ONE, 1, SECOND, SUP_LIMIT_ESCALATE);
    spawn_in(&w, "a", "g", &policy);
    fail_with(&w, "a", "x"); /* the root's one restart */
    spawn_in(&w, "new", "g", &policy);
    forget_events(&w);
    fail_with(&w, "new", "x");
    assert_int_equal(count_events(&w, "runtime limit-exhausted 1/1"), 1);
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    world_close(&w);
}

/* More restarts than can be counted stay as many as can be. */
static void life__of_uncounted_restarts_does_not_begin_anew(void **state)
{
    (void)state;
    static const uint32_t before[] = {UINT32_MAX - 1, UINT32_MAX};
    for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
        struct world w;
        struct sup_policy policy = policy_backoff(10, 10);
        struct sup_end end = {.outcome = SUP_OUTCOME_FAILED};
        world_open(&w);
        spawn(&w, "a", &policy);
        struct sup__service *s = &w.sup->services[0];
        s->granted = before[i];
        assert_int_equal(sup_report_end(w.sup, live_attempt(&w, "a"), &end), SUP_OK);
        assert_int_equal(s->granted, UINT32_MAX);
        s->granted = 1; /* as the checks of the world will have it */
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limit__one_restart_too_many_terminates),
        cmocka_unit_test(limit__of_zero_allows_no_restart),
        cmocka_unit_test(limit__window_edge_to_the_nanosecond),
        cmocka_unit_test(limit__clean_exits_and_operators_are_free),
        cmocka_unit_test(limit__quarantine_keeps_the_service_idle),
        cmocka_unit_test(life__limit_terminates_and_a_fresh_start_keeps_its_count),
        cmocka_unit_test(life__of_zero),
        cmocka_unit_test(life__of_one),
        cmocka_unit_test(limit__window_comes_before_the_life),
        cmocka_unit_test(group_limit__counts_the_restarts_of_its_services),
        cmocka_unit_test(group_limit__quarantine_makes_all_of_it_idle),
        cmocka_unit_test(escalate__parent_with_room_starts_the_group_again),
        cmocka_unit_test(escalate__through_three_levels_to_the_root_drains),
        cmocka_unit_test(escalate__of_a_service_goes_to_its_group),
        cmocka_unit_test(escalate__with_no_life_left_terminates),
        cmocka_unit_test(group_limit__end_of_the_group_overrules_weaker_stops),
        cmocka_unit_test(escalate__member_taken_by_an_inner_group_frees_the_outer_one),
        cmocka_unit_test(group_limit__end_of_the_group_respects_stronger_stops),
        cmocka_unit_test(group_limit__end_of_the_group_ends_incidents_inside),
        cmocka_unit_test(escalate__takes_over_waits_and_incidents_inside),
        cmocka_unit_test(group_limit__newcomer_during_the_end),
        cmocka_unit_test(group_limit__counts_an_incident_once),
        cmocka_unit_test(group_limit__one_for_one_counts_each),
        cmocka_unit_test(life__of_uncounted_restarts_does_not_begin_anew),
    };
    return cmocka_run_group_tests_name("limit", tests, NULL, NULL);
}
