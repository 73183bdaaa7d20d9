/* Trees: groups that shut down for a significant end, and groups that are as they were declared
 * when their parent starts them again. */
#include "ruled.h"

#include "rebirth.h"
#include "significant.h"
#include "supervisor.h"

static void make(struct world *w, const char *path, const struct sup_group_policy *policy)
{
    w->may_allocate = true;
    assert_int_equal(sup_group_create(w->sup, path, policy), SUP_OK);
    w->may_allocate = false;
}

static void shutting(struct world *w, const char *path, enum sup_auto_shutdown how)
{
    const struct sup_group_policy policy = {.auto_shutdown = how};
    make(w, path, &policy);
}

static struct sup_rules significant(void)
{
    struct sup_rules rules = rules_default();
    rules.significant = true;
    return rules;
}

static void any__stops_the_rest_in_reverse_order(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = significant();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    shutting(&w, "g", SUP_AUTO_SHUTDOWN_ANY);
    spawn_in(&w, "first", "g", NULL);
    spawn_in(&w, "last", "g.below", NULL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "other", "h", NULL);
    fail_with(&w, "a", "x"); /* which is started again */
    run_to(&w, 10 * MS);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "10ms a attempt-ended #2 succeeded",
                  "10ms a terminated completed 'completed'", "10ms runtime.g group-shutdown",
                  "10ms last cancel-delivered #1");
    was_aborted(&w, "last");
    was_aborted(&w, "first");
    expect_events(&w, "10ms last attempt-ended #1 cancelled",
                  "10ms last terminated cancelled 'cancelled'", "10ms first cancel-delivered #1",
                  "10ms first attempt-ended #1 cancelled",
                  "10ms first terminated cancelled 'cancelled'");
    expect_state(&w, "other", "running");
    spawn_in(&w, "later", "g", NULL);
    expect_state(&w, "later", "running");
    world_close(&w);
}

static void any__what_is_no_end_of_its_own(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = significant();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    shutting(&w, "g", SUP_AUTO_SHUTDOWN_ANY);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    policy.limit.enabled = true;
    policy.limit.then = SUP_LIMIT_QUARANTINE;
    policy.limit.within = SUP_SEC(1);
    spawn_in(&w, "c", "g", &policy);
    command(&w, SUP_COMMAND_CANCEL, "a");
    was_aborted(&w, "a");
    command(&w, SUP_COMMAND_ABORT, "b");
    was_aborted(&w, "b");
    fail_with(&w, "c", "x");
    expect_state(&w, "c", "idle quarantined");
    assert_int_equal(count_events(&w, "group-shutdown"), 0);
    spawn_in(&w, "none", "plain", &policy); /* nor in a group that takes no notice */
    world_close(&w);
}

static void all__waits_for_the_last(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = significant();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    struct sup_policy task = policy;
    task.kind = SUP_KIND_TASK;
    world_open(&w);
    shutting(&w, "g", SUP_AUTO_SHUTDOWN_ALL);
    const struct sup_group_policy below = {.significant = true};
    make(&w, "g.below", &below);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    spawn_in(&w, "c", "g", &policy);
    spawn_in(&w, "t", "g", &task);
    spawn_in(&w, "deep", "g.below.deeper", NULL);
    succeed(&w, "a");
    fail_with(&w, "b", "x"); /* it waits */
    command(&w, SUP_COMMAND_PAUSE, "c");
    was_aborted(&w, "c"); /* it does not live */
    fail_with(&w, "t", "x");
    assert_int_equal(count_events(&w, "group-shutdown"), 0);
    run_to(&w, 10 * MS);
    succeed(&w, "b");
    assert_int_equal(count_events(&w, "group-shutdown"), 0); /* what is below lives */
    command(&w, SUP_COMMAND_CANCEL, "deep");
    was_aborted(&w, "deep");
    assert_int_equal(count_events(&w, "group-shutdown"), 0); /* and has not ended by itself */
    spawn_in(&w, "d", "g", &task);
    succeed(&w, "d");
    assert_int_equal(count_events(&w, "runtime.g group-shutdown"), 1);
    expect_state(&w, "c", "terminated cancelled paused");
    world_close(&w);
}

/* C ends, B with it, and then A. */
static void group__that_is_significant_itself(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = significant();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    const struct sup_group_policy b = {.auto_shutdown = SUP_AUTO_SHUTDOWN_ANY, .significant = true};
    world_prepare(&w);
    w.config.root.auto_shutdown = SUP_AUTO_SHUTDOWN_ANY;
    world_create(&w);
    make(&w, "a", &b);
    make(&w, "a.b", &b);
    spawn_in(&w, "in-a", "a", NULL);
    spawn_in(&w, "in-b", "a.b", NULL);
    spawn_in(&w, "c", "a.b", &policy);
    spawn_in(&w, "last", NULL, NULL);
    forget_events(&w);
    succeed(&w, "c");
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "in-b"), SUP_OK); /* which takes over */
    was_aborted(&w, "in-b");
    was_aborted(&w, "in-a");
    expect_events(&w, "0 c attempt-ended #1 succeeded", "0 c terminated completed 'completed'",
                  "0 runtime.a.b group-shutdown", "0 in-b cancel-delivered #1",
                  "0 in-b command remove ok", "0 in-b attempt-ended #1 cancelled", "0 in-b removed",
                  "0 runtime.a group-shutdown", "0 in-a cancel-delivered #1",
                  "0 in-a attempt-ended #1 cancelled", "0 in-a terminated cancelled 'cancelled'",
                  "0 runtime group-shutdown", "0 - shutdown-requested timeout 30s",
                  "0 last cancel-delivered #1");
    was_aborted(&w, "last");
    assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
    world_close(&w);
}

/* Its start is refused by its limit while the group starts: all of it starts first. */
static void start__of_a_group_that_shuts_down(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = significant();
    rules.limit.counts = SUP_LIMIT_COUNTS_STARTS;
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    policy.limit.enabled = true;
    policy.limit.max = 1;
    policy.limit.within = SUP_SEC(1);
    const struct sup_group_policy g = {.auto_shutdown = SUP_AUTO_SHUTDOWN_ANY,
                                       .strategy = SUP_STRATEGY_ONE_FOR_ALL};
    world_open(&w);
    make(&w, "g", &g);
    spawn_in(&w, "a", "g", &policy);
    struct sup_policy plain = policy_backoff(10, 1000);
    spawn_in(&w, "b", "g", &plain);
    fail_with(&w, "b", "x");
    was_aborted(&w, "a");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.g group-restart", "10ms a limit-exhausted 1/1 then terminate",
                  "10ms a terminated restart-limit 'restart limit exhausted (1 restarts)'",
                  "10ms b attempt-started #2", "10ms runtime.g group-shutdown",
                  "10ms b cancel-delivered #2");
    world_close(&w);
}

/* Groups that are to shut down together: the one above takes over, those beside each other are
 * told one after the other. */
static void start__of_groups_that_shut_down_together(void **state)
{
    (void)state;
    for (int within = 0; within < 2; within++) {
        struct world w;
        struct sup_rules rules = significant();
        rules.limit.counts = SUP_LIMIT_COUNTS_STARTS;
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        policy.limit.enabled = true;
        policy.limit.max = 1;
        policy.limit.within = SUP_SEC(1);
        const struct sup_group_policy p = {
            .auto_shutdown = within ? SUP_AUTO_SHUTDOWN_ANY : SUP_AUTO_SHUTDOWN_NEVER,
            .limit = {.enabled = true, .within = SUP_SEC(1), .then = SUP_LIMIT_ESCALATE}};
        world_open(&w);
        make(&w, "p", &p);
        shutting(&w, "p.g", SUP_AUTO_SHUTDOWN_ANY);
        shutting(&w, "p.h", SUP_AUTO_SHUTDOWN_ANY);
        spawn_in(&w, "a", within ? "p" : "p.h", &policy);
        spawn_in(&w, "b", "p.g", &policy);
        struct sup_policy plain = policy_backoff(10, 1000);
        spawn_in(&w, "c", "p", &plain);
        fail_with(&w, "c", "x");
        was_aborted(&w, "b");
        was_aborted(&w, "a");
        forget_events(&w);
        run_to(&w, 10 * MS);
        if (within) {
            expect_events(&w, "10ms runtime.p group-restart",
                          "10ms a limit-exhausted 1/1 then terminate",
                          "10ms a terminated restart-limit 'restart limit exhausted (1 restarts)'",
                          "10ms b limit-exhausted 1/1 then terminate",
                          "10ms b terminated restart-limit 'restart limit exhausted (1 restarts)'",
                          "10ms c attempt-started #2", "10ms runtime.p group-shutdown",
                          "10ms c cancel-delivered #2");
        } else {
            expect_events(&w, "10ms runtime.p group-restart",
                          "10ms a limit-exhausted 1/1 then terminate",
                          "10ms a terminated restart-limit 'restart limit exhausted (1 restarts)'",
                          "10ms b limit-exhausted 1/1 then terminate",
                          "10ms b terminated restart-limit 'restart limit exhausted (1 restarts)'",
                          "10ms c attempt-started #2", "10ms runtime.p.g group-shutdown",
                          "10ms runtime.p.h group-shutdown");
        }
        world_close(&w);
    }
}

/* All of it is refused: the group is down at once, its parent drains, and nothing is left to do
 * for the one below. */
static void start__of_groups_that_all_shut_down(void **state)
{
    (void)state;
    for (int deaf = 0; deaf < 2; deaf++) {
        struct world w;
        struct sup_rules rules = significant();
        rules.limit.counts = SUP_LIMIT_COUNTS_STARTS;
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        policy.limit.enabled = true;
        policy.limit.max = 1;
        policy.limit.within = SUP_SEC(1);
        const struct sup_group_policy p = {
            .auto_shutdown = SUP_AUTO_SHUTDOWN_ANY,
            .significant = true,
            .limit = {.enabled = true, .within = SUP_SEC(1), .then = SUP_LIMIT_ESCALATE}};
        world_prepare(&w);
        w.config.root.auto_shutdown = SUP_AUTO_SHUTDOWN_ANY;
        world_create(&w);
        make(&w, "p", &p);
        shutting(&w, "p.g", SUP_AUTO_SHUTDOWN_ANY);
        spawn_in(&w, "a", "p", &policy);
        spawn_in(&w, "b", "p.g", &policy);
        if (deaf == 1) {
            world_deafen(&w);
        }
        fail_with(&w, "a", "x");
        was_aborted(&w, "b");
        run_to(&w, 10 * MS);
        assert_int_equal(sup_supervisor_phase_of(w.sup), SUP_SUPERVISOR_DRAINED);
        world_close(&w);
    }
}

/* ---- rebirth ---- */

static void limited(struct world *w, const char *path, uint32_t max, enum sup_rebirth rebirth)
{
    const struct sup_group_policy policy = {
        .limit = {.enabled = true, .max = max, .within = SUP_SEC(3600), .then = SUP_LIMIT_ESCALATE},
        .rebirth = rebirth};
    make(w, path, &policy);
}

static uint32_t starts_with(enum sup_rebirth rebirth)
{
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_prepare(&w);
    w.config.root.limit = (struct sup_limit_policy){
        .enabled = true, .max = 1, .within = SUP_SEC(3600), .then = SUP_LIMIT_QUARANTINE};
    world_create(&w);
    limited(&w, "c", 1, rebirth);
    spawn_in(&w, "a", "c", &policy);
    while (look(&w, "a").phase == SUP_PHASE_RUNNING) {
        fail_with(&w, "a", "x");
        run_to(&w, w.now + 10 * MS);
    }
    uint32_t starts = look(&w, "a").attempt;
    world_close(&w);
    return starts;
}

static void rebirth__two_levels_of_one(void **state)
{
    (void)state;
    assert_int_equal(starts_with(SUP_REBIRTH_KEPT), 3);
    assert_int_equal(starts_with(SUP_REBIRTH_FRESH), 4);
}

static void rebirth__is_as_it_was_declared(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    struct sup_policy never = policy;
    const struct sup_spec added = {.name = "added", .group = "c", .dynamic = true};
    const struct sup_spec gone = {.name = "gone", .group = "c.below", .dynamic = true};
    const struct sup_spec paused = {.name = "paused", .group = "c", .paused = true};
    never.restart = SUP_RESTART_NEVER;
    world_open(&w);
    limited(&w, "c", 0, SUP_REBIRTH_FRESH);
    limited(&w, "c.below", 0, SUP_REBIRTH_FRESH);
    limited(&w, "c.kept", 0, SUP_REBIRTH_KEPT);
    spawn_in(&w, "over", "c", &never);
    spawn_in(&w, "a", "c", &policy);
    spawn_in(&w, "held", "c", &policy);
    spawn_in(&w, "kept", "c.kept", &never);
    spawn_in(&w, "cancelled", "c.below.no", &never);
    assert_int_equal(spawn_spec(&w, &added), SUP_OK);
    assert_int_equal(spawn_spec(&w, &gone), SUP_OK);
    assert_int_equal(spawn_spec(&w, &paused), SUP_OK);
    succeed(&w, "over");
    succeed(&w, "kept");
    command(&w, SUP_COMMAND_QUARANTINE, "held");
    was_aborted(&w, "held");
    command(&w, SUP_COMMAND_RESUME, "paused");
    command(&w, SUP_COMMAND_CANCEL, "gone");
    was_aborted(&w, "gone");
    fail_with(&w, "a", "x");
    was_aborted(&w, "paused");
    was_aborted(&w, "added");
    was_aborted(&w, "cancelled");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.c group-restart", "10ms over registered in runtime.c g1",
                  "10ms held resumed", "10ms added removed", "10ms gone removed",
                  "10ms paused paused", "10ms over attempt-started #1", "10ms a attempt-started #2",
                  "10ms held attempt-started #2");
    expect_state(&w, "kept", "terminated completed");
    assert_false(exists(&w, "added"));
    world_close(&w);
}

/* The order is that of before, in the group and in all. */
static void rebirth__keeps_the_order(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    for (uint32_t over = 0; over < 32; over++) {
        struct world w;
        struct sup_policy policy = policy_backoff(10, 10);
        uint64_t cursor = 0;
        struct sup_snapshot shot;
        world_open(&w);
        limited(&w, "g", 0, SUP_REBIRTH_FRESH);
        spawn_in(&w, "source", "g", &policy);
        for (size_t i = 0; i < 5; i++) {
            spawn_in(&w, names[i], i == 2 ? NULL : "g", &policy);
        }
        for (size_t i = 0; i < 5; i++) {
            if ((over >> i & 1u) != 0) {
                succeed(&w, names[i]);
            }
        }
        fail_with(&w, "source", "x");
        for (size_t i = 5; i-- > 0;) {
            if (i != 2 && (over >> i & 1u) == 0) {
                was_aborted(&w, names[i]);
            }
        }
        run_to(&w, 10 * MS);
        assert_true(sup_snapshot_next(w.sup, &cursor, &shot));
        for (size_t i = 0; i < 5; i++) {
            assert_true(sup_snapshot_next(w.sup, &cursor, &shot));
            assert_string_equal(shot.service, names[i]);
            assert_int_equal(shot.active, i != 2 || (over & 4u) == 0);
        }
        world_close(&w);
    }
}

/* Everybody is gone: there is nothing to start. */
static void rebirth__of_nobody(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    const struct sup_spec added = {.name = "a", .group = "c", .policy = &policy, .dynamic = true};
    world_open(&w);
    limited(&w, "c", 0, SUP_REBIRTH_FRESH);
    assert_int_equal(spawn_spec(&w, &added), SUP_OK);
    fail_with(&w, "a", "x");
    forget_events(&w);
    run_to(&w, 10 * MS);
    expect_events(&w, "10ms runtime.c group-restart", "10ms a removed");
    assert_int_equal(deadline(&w), SUP_NEVER_NS);
    world_close(&w);
}

/* Who an operator starts while the others stop is left alone. */
static void rebirth__leaves_alone_who_lives(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    const struct sup_spec added = {
        .name = "added", .group = "c", .policy = &policy, .dynamic = true};
    world_open(&w);
    limited(&w, "c", 0, SUP_REBIRTH_FRESH);
    spawn_in(&w, "a", "c", &policy);
    assert_int_equal(spawn_spec(&w, &added), SUP_OK);
    fail_with(&w, "a", "x");
    was_aborted(&w, "added");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "added"), SUP_OK);
    run_to(&w, 10 * MS);
    expect_state(&w, "added", "running");
    assert_int_equal(look(&w, "added").generation, 0);
    world_close(&w);
}

/* Nor who waits for the pool, since an operator has taken him out of it. */
static void rebirth__leaves_alone_who_is_queued(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    struct sup_policy blocking = policy;
    blocking.kind = SUP_KIND_BLOCKING;
    world_prepare(&w);
    w.config.blocking_pool = 1;
    world_create(&w);
    limited(&w, "c", 0, SUP_REBIRTH_FRESH);
    spawn_in(&w, "a", "c", &policy);
    spawn(&w, "holds", &blocking);
    spawn_in(&w, "q", "c", &blocking); /* it waits for the pool */
    fail_with(&w, "a", "x");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "q"), SUP_OK);
    run_to(&w, 10 * MS);
    expect_state(&w, "a", "running");
    assert_true(look(&w, "q").queued);
    world_close(&w);
}

static void check__says_what_is_impossible(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = significant();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    const char *why = NULL;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.significant: what is always restarted does not end");
    struct sup_duration grain = rules.grain;
    rules.grain = SUP_NS(0); /* is said after it */
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.significant: what is always restarted does not end");
    rules.grain = grain;
    policy.kind = SUP_KIND_TASK; /* which runs once */
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    policy.kind = SUP_KIND_SERVICE;
    rules.has_restart_on = true;
    rules.restart_on.classes = 254;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    rules.restart_on.classes = 255;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    rules = rules_default();
    rules.unused_significant[6] = true;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.unused_significant is not false");
    world_open(&w);
    struct sup_group_policy group = {.auto_shutdown = (enum sup_auto_shutdown)3};
    assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_EINVAL);
    group = (struct sup_group_policy){.rebirth = (enum sup_rebirth)2};
    assert_int_equal(sup_group_create(w.sup, "g", &group), SUP_EINVAL);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any__stops_the_rest_in_reverse_order),
        cmocka_unit_test(any__what_is_no_end_of_its_own),
        cmocka_unit_test(all__waits_for_the_last),
        cmocka_unit_test(group__that_is_significant_itself),
        cmocka_unit_test(start__of_a_group_that_shuts_down),
        cmocka_unit_test(start__of_groups_that_shut_down_together),
        cmocka_unit_test(start__of_groups_that_all_shut_down),
        cmocka_unit_test(rebirth__leaves_alone_who_is_queued),
        cmocka_unit_test(rebirth__two_levels_of_one),
        cmocka_unit_test(rebirth__is_as_it_was_declared),
        cmocka_unit_test(rebirth__keeps_the_order),
        cmocka_unit_test(rebirth__of_nobody),
        cmocka_unit_test(rebirth__leaves_alone_who_lives),
        cmocka_unit_test(check__says_what_is_impossible),
    };
    return cmocka_run_group_tests_name("trees", tests, NULL, NULL);
}
