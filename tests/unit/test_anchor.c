/* Waits that are measured from the start or the readiness, and what is waited after an attempt
 * that had been ready. */
#include "ruled.h"

#include "policy.h"
#include "supervisor.h"

/* Waits of 10 ms, without end. */
static struct sup_policy from(enum sup_from from, struct sup_rules *rules)
{
    *rules = rules_default();
    rules->from = from;
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, rules);
    policy.backoff.factor_billionths = SUP_FACTOR_ONE;
    return policy;
}

/* The wait after an attempt that ran for so long. */
static void expect_wait(const struct sup_policy *policy, uint64_t ran, uint64_t wanted)
{
    struct world w;
    world_open(&w);
    spawn(&w, "a", policy);
    advance_to(&w, ran);
    fail_with(&w, "a", "x");
    assert_true(look(&w, "a").delay.ns == wanted);
    world_close(&w);
}

static void from__the_start(void **state)
{
    (void)state;
    struct sup_rules rules;
    struct sup_policy policy = from(SUP_FROM_START, &rules);
    expect_wait(&policy, 0, 10 * MS);
    expect_wait(&policy, 4 * MS, 6 * MS);
    expect_wait(&policy, 10 * MS - 1, 1);
    expect_wait(&policy, 10 * MS, 0);
    expect_wait(&policy, 10 * MS + 1, 0);
    expect_wait(&policy, 3600 * SECOND, 0);
    policy = from(SUP_FROM_END, &rules);
    expect_wait(&policy, 4 * MS, 10 * MS);
}

/* Who is ready by its start waits from there. */
static void from__the_readiness(void **state)
{
    (void)state;
    struct sup_rules rules;
    struct sup_policy policy = from(SUP_FROM_READY, &rules);
    expect_wait(&policy, 4 * MS, 6 * MS);
    rules.ready_after = SUP_MS(3);
    expect_wait(&policy, 3 * MS - 1, 10 * MS);
    expect_wait(&policy, 3 * MS, 10 * MS);
    expect_wait(&policy, 4 * MS, 9 * MS);
    expect_wait(&policy, 13 * MS, 0);
    expect_wait(&policy, 14 * MS, 0);
}

/* What an earlier attempt was is nothing to the next one. */
static void from__the_readiness_that_is_reported(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules;
    struct sup_policy policy = from(SUP_FROM_READY, &rules);
    policy.ready_explicit = true;
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 5 * MS);
    ready(&w, "a");
    advance_to(&w, 8 * MS);
    not_ready(&w, "a");
    ready(&w, "a");
    fail_with(&w, "a", "x");
    assert_true(look(&w, "a").delay.ns == 7 * MS);
    run_to(&w, 15 * MS);
    w.refusals = 0;
    fail_with(&w, "a", "y"); /* in the instant of its start, never ready */
    assert_true(look(&w, "a").delay.ns == 10 * MS);
    w.refusals = 1;
    run_to(&w, 25 * MS);
    assert_true(look(&w, "a").delay.ns == 10 * MS); /* refused */
    run_to(&w, 35 * MS);
    ready(&w, "a");
    advance_to(&w, 39 * MS);
    command(&w, SUP_COMMAND_RESTART, "a");
    succeed(&w, "a"); /* as was asked for: it starts again */
    advance_to(&w, 41 * MS);
    fail_with(&w, "a", "z");
    assert_true(look(&w, "a").delay.ns == 10 * MS);
    world_close(&w);
}

/* An attempt that its supervisor stops is over when it has ended. */
static void from__before_a_stop(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules;
    struct sup_policy policy = from(SUP_FROM_READY, &rules);
    rules.ready_after = SUP_MS(2);
    policy.stale_after = SUP_MS(3);
    policy.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    run_to(&w, 5 * MS);
    succeed(&w, "a");
    expect_state(&w, "a", "backing-off");
    assert_true(look(&w, "a").delay.ns == 7 * MS);
    world_close(&w);
}

static void from__what_never_comes(void **state)
{
    (void)state;
    struct sup_rules rules;
    struct sup_policy policy = from(SUP_FROM_START, &rules);
    policy.backoff.base = SUP_NS(SUP_NEVER_NS - 1);
    policy.backoff.max = SUP_DURATION_NEVER;
    expect_wait(&policy, 4 * MS, SUP_NEVER_NS - 1 - 4 * MS);
    policy.backoff.base = SUP_DURATION_NEVER;
    expect_wait(&policy, 4 * MS, SUP_NEVER_NS);
}

/* The wait before is the one that was drawn, not what was left of it. */
static void from__decorrelated_of_what_was_drawn(void **state)
{
    (void)state;
    struct world w[2];
    struct sup_rules rules;
    struct sup_policy policy = from(SUP_FROM_START, &rules);
    struct sup_policy plain = policy;
    policy.backoff.jitter = plain.backoff.jitter = SUP_JITTER_DECORRELATED;
    policy.backoff.max = plain.backoff.max = SUP_SEC(3600);
    plain.rules = NULL;
    world_open(&w[0]);
    world_open(&w[1]);
    spawn(&w[0], "a", &plain);
    spawn(&w[1], "a", &policy);
    for (uint32_t i = 0; i < 8; i++) {
        const uint64_t ran = i % 2 == 0 ? 3 * MS : 0;
        for (uint32_t k = 0; k < 2; k++) {
            advance_to(&w[k], w[k].now + ran);
            fail_with(&w[k], "a", "x");
        }
        uint64_t whole = look(&w[0], "a").delay.ns;
        uint64_t left = look(&w[1], "a").delay.ns;
        assert_true(whole > 3 * MS && left == whole - ran);
        run_to(&w[0], w[0].now + whole);
        run_to(&w[1], w[1].now + left);
    }
    world_close(&w[0]);
    world_close(&w[1]);
}

/* ---- after an attempt that had been ready ---- */

static void settled__waits_that_and_has_no_streak(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.ready_after = SUP_MS(5);
    rules.after_ready = SUP_MS(2);
    rules.from = SUP_FROM_START;
    policy.backoff.jitter = SUP_JITTER_FULL;
    policy.max_restarts = 2;
    policy.limit = (struct sup_limit_policy){true, 2, SUP_SEC(9), SUP_LIMIT_TERMINATE};
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, 20 * MS);
    advance_to(&w, 40 * MS);
    forget_events(&w);
    fail_with(&w, "a", "y");
    expect_events(&w, "40ms a attempt-ended #2 failed 'y'", "40ms a backing-off 2ms k0 'y'");
    assert_int_equal(look(&w, "a").failures, 2);
    assert_int_equal(look(&w, "a").limit_used, 1);
    run_to(&w, 42 * MS);
    run_to(&w, 47 * MS);
    forget_events(&w);
    crash(&w, "a");
    expect_events(&w, "47ms a attempt-ended #3 crashed 'panicked'",
                  "47ms a backing-off 2ms k0 'panicked'");
    run_to(&w, 49 * MS);
    fail_with(&w, "a", "z"); /* it had not lived long enough: the second that counts */
    expect_state(&w, "a", "backing-off");
    assert_int_equal(look(&w, "a").limit_used, 2);
    run_to(&w, 99 * MS);
    advance_to(&w, 104 * MS - 1);
    world_close(&w);
}

/* A breaker sees failures all the same; and what ends a service does. */
static void settled__failures_are_failures(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    rules.after_ready = SUP_NS(0);
    policy.breaker.failures = 2;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, 0);
    forget_events(&w);
    fail_with(&w, "a", "y");
    expect_events(&w, "0 a attempt-ended #2 failed 'y'", "0 a breaker-opened 2/2",
                  "0 a terminated circuit-breaker-open 'circuit breaker open (2/2 failures)'");
    world_close(&w);
    policy.restart = SUP_RESTART_ON_CRASH;
    world_open(&w);
    spawn(&w, "a", &policy);
    crash(&w, "a");
    run_to(&w, 0);
    fail_with(&w, "a", "y");
    expect_state(&w, "a", "terminated unrecoverable");
    world_close(&w);
}

/* A clean end empties the breaker's window, unless it counts. */
static void settled__clean_ends(void **state)
{
    (void)state;
    for (uint32_t counts = 0; counts <= 1; counts++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        rules.after_ready = SUP_MS(3);
        rules.clean_exits = counts != 0 ? SUP_CLEAN_EXITS_COUNT : SUP_CLEAN_EXITS_FREE;
        policy.breaker.failures = 2;
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "x");
        run_to(&w, 3 * MS);
        forget_events(&w);
        succeed(&w, "a");
        expect_events(&w, "3ms a attempt-ended #2 succeeded",
                      "3ms a backing-off 3ms k0 'clean exit'");
        run_to(&w, 6 * MS);
        fail_with(&w, "a", "y");
        expect_state(&w, "a", counts != 0 ? "terminated circuit-breaker-open" : "backing-off");
        world_close(&w);
    }
}

/* Who could not be started was never ready, though others are by their start. */
static void settled__not_who_was_refused(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.after_ready = SUP_MS(3);
    world_open(&w);
    w.refusals = 1;
    w.refusal_text = "no";
    spawn(&w, "a", &policy);
    assert_true(look(&w, "a").delay.ns == 10 * MS);
    world_close(&w);
}

/* Its group restarts it as after a clean end: nothing is counted, and the others stop. */
static void settled__in_a_group(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.after_ready = SUP_MS(3);
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ALL, 0, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    fail_with(&w, "a", "x");
    expect_state(&w, "b", "stopping");
    succeed(&w, "b");
    run_to(&w, 3 * MS);
    expect_state(&w, "a", "running");
    expect_state(&w, "b", "running");
    world_close(&w);
}

static void rules__as_documented(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    const char *why = NULL;
    uint32_t index;
    assert_int_equal(rules.from, SUP_FROM_END);
    assert_true(rules.after_ready.ns == SUP_NEVER_NS);
    rules.from = (enum sup_from)3;
    assert_int_equal(sup_policy_check(&policy, &why), SUP_EINVAL);
    assert_string_equal(why, "rules.from is none of end, start, ready");
    world_open(&w);
    w.may_allocate = true;
    rules.from = SUP_FROM_READY; /* which is its start */
    assert_int_equal(sup__policy_intern(w.sup, &policy, &index), SUP_OK);
    assert_int_equal(w.sup->policies[index].policy.rules->from, SUP_FROM_START);
    policy.ready_explicit = true;
    assert_int_equal(sup__policy_intern(w.sup, &policy, &index), SUP_OK);
    assert_int_equal(w.sup->policies[index].policy.rules->from, SUP_FROM_READY);
    policy.kind = SUP_KIND_TASK; /* which is never restarted */
    rules.after_ready = SUP_NS(0);
    assert_int_equal(sup__policy_intern(w.sup, &policy, &index), SUP_OK);
    assert_null(w.sup->policies[index].policy.rules);
    w.may_allocate = false;
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from__the_start),
        cmocka_unit_test(from__the_readiness),
        cmocka_unit_test(from__the_readiness_that_is_reported),
        cmocka_unit_test(from__before_a_stop),
        cmocka_unit_test(from__what_never_comes),
        cmocka_unit_test(from__decorrelated_of_what_was_drawn),
        cmocka_unit_test(settled__waits_that_and_has_no_streak),
        cmocka_unit_test(settled__failures_are_failures),
        cmocka_unit_test(settled__clean_ends),
        cmocka_unit_test(settled__not_who_was_refused),
        cmocka_unit_test(settled__in_a_group),
        cmocka_unit_test(rules__as_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
