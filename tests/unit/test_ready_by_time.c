/* Readiness by time: when an attempt is ready, what comes first at that instant, and what ends
 * before. */
#include "ruled.h"

static struct sup_rules after(uint64_t ms)
{
    struct sup_rules rules = rules_default();
    rules.ready_after = SUP_MS(ms);
    return rules;
}

static void ready__when_it_has_lived_so_long(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    assert_true(deadline(&w) == 30 * MS);
    run_to(&w, 30 * MS - 1);
    expect_no_events(&w);
    expect_state(&w, "a", "starting");
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_UNREPORTED);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a ready #1");
    expect_state(&w, "a", "running");
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_READY);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    not_ready(&w, "a");
    ready(&w, "a");
    expect_events(&w, "30ms a not-ready #1", "30ms a ready #1");
    world_close(&w);
}

static void ready__later_than_there_is_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    rules.ready_after = SUP_NS(SUP_NEVER_NS - 1);
    world_open(&w);
    advance_to(&w, 5);
    spawn(&w, "a", &policy);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    advance_to(&w, SUP_NEVER_NS - 1);
    fail_with(&w, "a", "x");
    assert_int_equal(count_events(&w, "ready"), 0);
    world_close(&w);
}

/* Nor is it put off, whatever the attempt before had to be done by. */
static void ready__no_later_when_it_asks_for_time(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 5 * MS);
    extend(&w, "a", 100 * MS);
    assert_true(deadline(&w) == 30 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    advance_to(&w, 6 * MS);
    succeed(&w, "a");
    forget_events(&w);
    advance_to(&w, 10 * MS);
    extend(&w, "a", 60 * SECOND);
    assert_true(deadline(&w) == 36 * MS);
    run_to(&w, 36 * MS);
    expect_events(&w, "36ms a ready #2");
    world_close(&w);
}

/* What it says of itself changes neither the time nor the phase. */
static void ready__not_by_a_report(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    ready(&w, "a");
    expect_no_events(&w);
    not_ready(&w, "a");
    expect_events(&w, "0 a not-ready #1");
    ready(&w, "a");
    expect_no_events(&w);
    expect_state(&w, "a", "starting");
    extend(&w, "a", SUP_MS(90).ns);
    assert_true(deadline(&w) == 30 * MS);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a ready #1");
    extend(&w, "a", SUP_MS(90).ns);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    world_close(&w);
}

/* An end at that very instant is one of a ready attempt; `unready` is any before. */
static void end__at_its_instant_and_before(void **state)
{
    (void)state;
    for (uint32_t early = 0; early <= 1; early++) {
        struct world w;
        struct sup_rules rules = after(30);
        struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
        rules.has_restart_on = true;
        rules.restart_on = CLASSES(SUP_EXIT_UNREADY);
        world_open(&w);
        spawn(&w, "a", &policy);
        forget_events(&w);
        advance_to(&w, 30 * MS - early);
        fail_with(&w, "a", "x");
        if (early != 0) {
            expect_state(&w, "a", "backing-off");
            assert_int_equal(count_events(&w, "ready"), 0);
        } else {
            expect_events(&w, "30ms a ready #1", "30ms a attempt-ended #1 failed 'x'",
                          "30ms a terminated unrecoverable 'unrecoverable: x'");
        }
        world_close(&w);
    }
}

/* What it is called when it ends cleanly before: it owed no report. */
static void end__clean_before_is_no_broken_word(void **state)
{
    (void)state;
    static const struct {
        enum sup_exit_class which;
        const char *wanted;
    } cases[] = {{SUP_EXIT_PROTOCOL, "terminated completed"},
                 {SUP_EXIT_CLEAN, "backing-off"},
                 {SUP_EXIT_UNREADY, "backing-off"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        struct sup_rules rules = after(30);
        struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
        rules.has_restart_on = true;
        rules.restart_on = CLASSES(cases[i].which);
        world_open(&w);
        spawn(&w, "a", &policy);
        succeed(&w, "a");
        expect_state(&w, "a", cases[i].wanted);
        world_close(&w);
    }
}

/* Of one attempt the next one knows nothing. */
static void end__of_each_attempt_by_itself(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.prevent = CLASSES(SUP_EXIT_UNREADY);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 31 * MS);
    fail_with(&w, "a", "x");
    run_to(&w, 41 * MS);
    expect_state(&w, "a", "starting");
    fail_with(&w, "a", "y");
    expect_state(&w, "a", "terminated unrecoverable");
    world_close(&w);
}

/* Reports were first; the timers of whoever has some come after. */
static void instant__before_all_other_timers(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(20);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    struct sup_policy other = policy_backoff(30, 30);
    policy.stale_after = SUP_MS(10);
    policy.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    spawn(&w, "b", &other);
    fail_with(&w, "b", "x"); /* starts again at 30 */
    advance_to(&w, 10 * MS);
    spawn(&w, "a", &policy); /* ready at 30 */
    advance_to(&w, 20 * MS);
    beat(&w, "a"); /* stale at 30 */
    forget_events(&w);
    run_to(&w, 30 * MS);
    expect_events(&w, "30ms a ready #1", "30ms b attempt-started #2", "30ms a stale #1",
                  "30ms a cancel-delivered #1");
    world_close(&w);
}

static void instant__a_stop_wins(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 30 * MS);
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    run_to(&w, 30 * MS);
    succeed(&w, "a");
    assert_int_equal(count_events(&w, "ready"), 0);
    expect_state(&w, "a", "terminated cancelled");
    world_close(&w);
}

/* A supervisor that was held up finds the end before its own timer. */
static void instant__that_was_missed_comes_before_the_end(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    w.now = 45 * MS;
    fail_with(&w, "a", "x");
    expect_events(&w, "45ms a ready #1", "45ms a attempt-ended #1 failed 'x'",
                  "45ms a terminated unrecoverable 'unrecoverable: x'");
    world_close(&w);
}

/* Its probe runs from the attempt's start, and may be over before it is ready. */
static void probe__runs_from_the_start(void **state)
{
    (void)state;
    for (uint64_t probe = 20; probe <= 30; probe += 10) {
        struct world w;
        struct sup_rules rules = after(30);
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        policy.breaker.failures = 1;
        policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
        policy.breaker.cooldown = SUP_MS(100);
        policy.breaker.probe_for = SUP_MS(probe);
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "x");
        run_to(&w, 100 * MS);
        forget_events(&w);
        run_to(&w, 130 * MS);
        if (probe < 30) {
            expect_events(&w, "120ms a breaker-closed", "130ms a ready #2");
        } else {
            expect_events(&w, "130ms a ready #2", "130ms a breaker-closed");
        }
        world_close(&w);
    }
}

static void refused__is_never_ready(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = after(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.prevent = CLASSES(SUP_EXIT_UNREADY);
    world_open(&w);
    w.refusals = 1;
    w.refusal_text = "no";
    spawn(&w, "a", &policy);
    expect_state(&w, "a", "terminated unrecoverable");
    world_close(&w);
}

static void rules__that_cannot_be(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    const char *why = NULL;
    assert_true(rules.ready_after.ns == 0);
    rules.ready_after = SUP_DURATION_NEVER;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.ready_after is never");
    rules.ready_after = SUP_NS(1);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
    policy.ready_explicit = true;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.ready_after stands beside ready_explicit");
    rules.ready_after = SUP_NS(0);
    assert_int_equal(sup_policy_check(&policy, &why), SUP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ready__when_it_has_lived_so_long),
        cmocka_unit_test(ready__later_than_there_is_time),
        cmocka_unit_test(ready__no_later_when_it_asks_for_time),
        cmocka_unit_test(ready__not_by_a_report),
        cmocka_unit_test(end__at_its_instant_and_before),
        cmocka_unit_test(end__clean_before_is_no_broken_word),
        cmocka_unit_test(end__of_each_attempt_by_itself),
        cmocka_unit_test(instant__before_all_other_timers),
        cmocka_unit_test(instant__a_stop_wins),
        cmocka_unit_test(instant__that_was_missed_comes_before_the_end),
        cmocka_unit_test(probe__runs_from_the_start),
        cmocka_unit_test(refused__is_never_ready),
        cmocka_unit_test(rules__that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
