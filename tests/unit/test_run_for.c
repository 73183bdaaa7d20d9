/* How long an attempt may run: when it is stopped, what comes first at that instant, what it is
 * called then, and who may have more time. */
#include "ruled.h"

static struct sup_rules for_ms(uint64_t ms)
{
    struct sup_rules rules = rules_default();
    rules.run_for = SUP_MS(ms);
    return rules;
}

static struct sup_policy for_rules(const struct sup_rules *rules)
{
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, rules);
    policy.stop_grace = SUP_MS(20);
    policy.stop_abort_wait = SUP_MS(5);
    return policy;
}

static void over__it_is_stopped_and_has_timed_out(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    assert_true(deadline(&w) == 30 * MS);
    run_to(&w, 30 * MS - 1);
    expect_no_events(&w);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a cancel-delivered #1");
    advance_to(&w, 33 * MS);
    succeed(&w, "a");
    expect_events(&w, "33ms a attempt-ended #1 timed-out exit succeeded 'ran for too long'",
                  "33ms a backing-off 10ms k1 'ran for too long'");
    assert_int_equal(look(&w, "a").failures, 1);
    run_to(&w, 43 * MS);
    assert_true(deadline(&w) == 73 * MS);
    world_close(&w);
}

static void over__and_it_takes_an_abort(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 50 * MS);
    forget_events(&w);
    was_aborted(&w, "a");
    expect_events(&w, "50ms a attempt-ended #1 aborted 'ran for too long'",
                  "50ms a backing-off 10ms k1 'ran for too long'");
    world_close(&w);
}

static void over__of_each_attempt_by_itself(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(20);
    world_open(&w);
    spawn(&w, "a", &policy);
    ready(&w, "a");
    run_to(&w, 30 * MS);
    succeed(&w, "a");
    run_to(&w, 40 * MS);
    forget_events(&w);
    run_to(&w, 60 * MS);
    fail_with(&w, "a", "x");
    expect_events(&w, "60ms a cancel-delivered #2",
                  "60ms a attempt-ended #2 timed-out exit failed 'not ready in time'",
                  "60ms a backing-off 20ms k2 'not ready in time'");
    world_close(&w);
}

static void over__its_own_end_comes_first(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    advance_to(&w, 30 * MS);
    fail_with(&w, "a", "x");
    expect_events(&w, "30ms a attempt-ended #1 failed 'x'", "30ms a backing-off 10ms k1 'x'");
    run_to(&w, 39 * MS);
    expect_no_events(&w);
    world_close(&w);
}

static void over__later_than_there_is_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = for_rules(&rules);
    rules.run_for = SUP_NS(SUP_NEVER_NS - 1);
    world_open(&w);
    advance_to(&w, 5);
    spawn(&w, "a", &policy);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

/* ---- readiness ---- */

static void starting__whichever_comes_first(void **state)
{
    (void)state;
    static const struct {
        uint64_t timeout;
        uint64_t at;
        const char *error;
    } cases[] = {
        {29, 29, "not ready in time"}, {30, 30, "not ready in time"}, {31, 30, "ran for too long"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        struct sup_rules rules = for_ms(30);
        struct sup_policy policy = for_rules(&rules);
        policy.ready_explicit = true;
        policy.ready_timeout = SUP_MS(cases[i].timeout);
        world_open(&w);
        spawn(&w, "a", &policy);
        assert_true(deadline(&w) == cases[i].at * MS);
        run_to(&w, cases[i].at * MS);
        expect_state(&w, "a", "stopping");
        succeed(&w, "a");
        assert_string_equal(look(&w, "a").last_error, cases[i].error);
        world_close(&w);
    }
}

static void starting__and_no_timeout(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    policy.ready_explicit = true;
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 10 * MS);
    ready(&w, "a");
    assert_true(deadline(&w) == 30 * MS);
    not_ready(&w, "a");
    forget_events(&w);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a cancel-delivered #1");
    world_close(&w);
}

/* At one instant it is ready first, and a stop then is one of a ready attempt. */
static void by_time__before_at_and_behind(void **state)
{
    (void)state;
    for (uint64_t after = 29; after <= 31; after++) {
        struct world w;
        struct sup_rules rules = for_ms(30);
        struct sup_policy policy = for_rules(&rules);
        rules.ready_after = SUP_MS(after);
        rules.prevent = CLASSES(SUP_EXIT_UNREADY);
        world_open(&w);
        spawn(&w, "a", &policy);
        forget_events(&w);
        run_to(&w, 30 * MS);
        if (after == 29) {
            expect_events(&w, "29ms a ready #1", "30ms a cancel-delivered #1");
        } else if (after == 30) {
            expect_events(&w, "30ms a ready #1", "30ms a cancel-delivered #1");
        } else {
            expect_events(&w, "30ms a cancel-delivered #1");
        }
        succeed(&w, "a");
        expect_state(&w, "a", after <= 30 ? "backing-off" : "terminated unrecoverable");
        world_close(&w);
    }
}

/* As without: what is due at the same instant, of whatever service, comes after that. */
static void by_time__goes_before_other_timers(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(100);
    struct sup_policy policy = for_rules(&rules);
    struct sup_policy other = policy_backoff(30, 30);
    rules.ready_after = SUP_MS(20);
    world_open(&w);
    spawn(&w, "b", &other);
    fail_with(&w, "b", "x"); /* starts again at 30 */
    advance_to(&w, 10 * MS);
    spawn(&w, "a", &policy); /* ready at 30 */
    forget_events(&w);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a ready #1", "30ms b attempt-started #2");
    world_close(&w);
}

/* A supervisor that was held up finds the end, and then knows what would have come first. */
static void by_time__that_was_missed(void **state)
{
    (void)state;
    for (uint64_t after = 29; after <= 31; after++) {
        struct world w;
        struct sup_rules rules = for_ms(30);
        struct sup_policy policy = for_rules(&rules);
        rules.ready_after = SUP_MS(after);
        rules.prevent = CLASSES(SUP_EXIT_UNREADY);
        world_open(&w);
        spawn(&w, "a", &policy);
        w.now = 50 * MS;
        fail_with(&w, "a", "x");
        assert_int_equal(count_events(&w, "cancel-delivered"), 0);
        assert_int_equal(count_events(&w, "ready"), after <= 30 ? 1 : 0);
        expect_state(&w, "a", after <= 30 ? "backing-off" : "terminated unrecoverable");
        world_close(&w);
    }
}

/* ---- more time ---- */

static void extend__counts_for_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 10 * MS);
    extend(&w, "a", SUP_MS(20).ns);
    assert_true(deadline(&w) == 30 * MS);
    extend(&w, "a", SUP_MS(21).ns);
    assert_true(deadline(&w) == 31 * MS);
    forget_events(&w);
    run_to(&w, 31 * MS);
    expect_events(&w, "31ms a cancel-delivered #1");
    assert_true(deadline(&w) == 51 * MS);
    extend(&w, "a", SUP_MS(40).ns); /* which is its grace */
    assert_true(deadline(&w) == 71 * MS);
    run_to(&w, 71 * MS);
    expect_events(&w, "71ms a stop-deadline #1", "71ms a abort-requested #1");
    world_close(&w);
}

static void extend__of_both_that_run(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(20);
    world_open(&w);
    spawn(&w, "a", &policy);
    extend(&w, "a", SUP_MS(25).ns);
    assert_true(deadline(&w) == 25 * MS);
    extend(&w, "a", SUP_MS(40).ns);
    assert_true(deadline(&w) == 40 * MS);
    advance_to(&w, 30 * MS);
    ready(&w, "a");
    assert_true(deadline(&w) == 40 * MS);
    run_to(&w, 40 * MS);
    succeed(&w, "a");
    assert_string_equal(look(&w, "a").last_error, "ran for too long");
    world_close(&w);
}

/* It may run for longer than it takes to be ready, after all. */
static void extend__until_it_is_ready_by_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    rules.ready_after = SUP_MS(35);
    world_open(&w);
    spawn(&w, "a", &policy);
    assert_true(deadline(&w) == 30 * MS);
    extend(&w, "a", SUP_MS(35).ns);
    assert_true(deadline(&w) == 35 * MS);
    forget_events(&w);
    run_to(&w, 35 * MS);
    expect_events(&w, "35ms a ready #1", "35ms a cancel-delivered #1");
    world_close(&w);
}

static void extend__of_a_heartbeat_too(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    policy.stale_after = SUP_MS(20);
    policy.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    extend(&w, "a", SUP_MS(40).ns);
    forget_events(&w);
    run_to(&w, 40 * MS);
    expect_events(&w, "40ms a cancel-delivered #1");
    assert_string_equal(look(&w, "a").last_error, "");
    world_close(&w);
}

/* ---- with others ---- */

/* Whatever else only some registrations keep stands beside it. */
static void kept__beside_everything_else(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    rules.ready_after = SUP_MS(10);
    rules.from = SUP_FROM_READY;
    rules.reset_from = SUP_RESET_FROM_READY;
    rules.limit.window = SUP_LIMIT_WINDOW_FIXED;
    policy.limit.enabled = true;
    policy.limit.max = 2;
    policy.limit.within = SUP_SEC(10);
    policy.backoff.reset_after = SUP_MS(20);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    run_to(&w, 30 * MS);
    succeed(&w, "a"); /* 20 after it was ready, so forgiven, and 10 are over */
    expect_events(&w, "10ms a ready #1", "30ms a cancel-delivered #1",
                  "30ms a attempt-ended #1 timed-out exit succeeded 'ran for too long'",
                  "30ms a backing-off 0 k1 'ran for too long'");
    run_to(&w, 60 * MS);
    succeed(&w, "a");
    assert_int_equal(look(&w, "a").limit_used, 2);
    run_to(&w, 90 * MS);
    succeed(&w, "a");
    expect_state(&w, "a", "terminated restart-limit");
    world_close(&w);
}

/* A fixed window is open since the first start, however long attempts may run. */
static void kept__beside_a_window(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    rules.limit.window = SUP_LIMIT_WINDOW_FIXED;
    policy.limit.enabled = true;
    policy.limit.max = 1;
    policy.limit.within = SUP_MS(50);
    policy.backoff.base = policy.backoff.max = SUP_NS(0);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 30 * MS);
    succeed(&w, "a");
    run_to(&w, 60 * MS);
    succeed(&w, "a"); /* which opens another one */
    assert_int_equal(look(&w, "a").limit_used, 1);
    run_to(&w, 90 * MS);
    succeed(&w, "a");
    expect_state(&w, "a", "terminated restart-limit");
    world_close(&w);
}

static void task__may_take_so_long(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    policy.kind = SUP_KIND_TASK;
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    run_to(&w, 30 * MS);
    succeed(&w, "a");
    expect_events(&w, "30ms a cancel-delivered #1",
                  "30ms a attempt-ended #1 timed-out exit succeeded 'ran for too long'",
                  "30ms a terminated unrecoverable 'unrecoverable: ran for too long'");
    assert_false(exists(&w, "a"));
    world_close(&w);
}

static void command__ends_the_wait_for_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 30 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    assert_true(deadline(&w) == 50 * MS);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "30ms a attempt-ended #1 cancelled exit succeeded",
                  "30ms a terminated cancelled 'cancelled'");
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

static void refused__has_no_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = for_ms(30);
    struct sup_policy policy = for_rules(&rules);
    world_open(&w);
    w.refusals = 1;
    w.refusal_text = "no";
    spawn(&w, "a", &policy);
    expect_state(&w, "a", "backing-off");
    assert_true(deadline(&w) == 10 * MS);
    run_to(&w, 10 * MS);
    assert_true(deadline(&w) == 40 * MS);
    world_close(&w);
}

static void rules__that_cannot_be(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    const char *why = NULL;
    assert_true(rules.run_for.ns == SUP_NEVER_NS);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    rules.run_for = SUP_NS(0);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.run_for is 0");
    rules.run_for = SUP_NS(1);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over__it_is_stopped_and_has_timed_out),
        cmocka_unit_test(over__and_it_takes_an_abort),
        cmocka_unit_test(over__of_each_attempt_by_itself),
        cmocka_unit_test(over__its_own_end_comes_first),
        cmocka_unit_test(over__later_than_there_is_time),
        cmocka_unit_test(starting__whichever_comes_first),
        cmocka_unit_test(starting__and_no_timeout),
        cmocka_unit_test(by_time__before_at_and_behind),
        cmocka_unit_test(by_time__goes_before_other_timers),
        cmocka_unit_test(by_time__that_was_missed),
        cmocka_unit_test(extend__counts_for_it),
        cmocka_unit_test(extend__of_both_that_run),
        cmocka_unit_test(extend__until_it_is_ready_by_time),
        cmocka_unit_test(extend__of_a_heartbeat_too),
        cmocka_unit_test(kept__beside_everything_else),
        cmocka_unit_test(kept__beside_a_window),
        cmocka_unit_test(task__may_take_so_long),
        cmocka_unit_test(command__ends_the_wait_for_it),
        cmocka_unit_test(refused__has_no_time),
        cmocka_unit_test(rules__that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
