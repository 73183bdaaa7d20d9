/* What ended an attempt, and what its sets make of that: who decides whether another one
 * follows, and clean ends that count. */
#include "ruled.h"

#include "supervisor.h"

/* ---- sets ---- */

/* How the first attempt ends. */
static void end_with(struct world *w, enum sup_outcome outcome, int32_t code, int32_t signal)
{
    const struct sup_end end = {
        .outcome = outcome, .has_code = code >= 0, .code = code, .signal = signal};
    assert_int_equal(end_attempt(w, live_attempt(w, "a"), &end), SUP_OK);
}

#define CLEAN SUP_OUTCOME_SUCCEEDED, -1, 0
#define CODE(n) SUP_OUTCOME_FAILED, n, 0
#define FAILED SUP_OUTCOME_FAILED, -1, 0
#define SIGNAL(n) SUP_OUTCOME_CRASHED, -1, n
#define CRASHED SUP_OUTCOME_CRASHED, -1, 0

/* What becomes of a service whose first attempt ends so. */
static void expect_after(const struct sup_policy *policy, enum sup_outcome outcome, int32_t code,
                         int32_t signal, const char *wanted)
{
    struct world w;
    world_open(&w);
    spawn(&w, "a", policy);
    end_with(&w, outcome, code, signal);
    expect_state(&w, "a", wanted);
    world_close(&w);
}

#define WAITS "backing-off"
#define FAILS "terminated unrecoverable"
#define COMPLETES "terminated completed"

static void restart__on_a_set(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    rules.has_restart_on = true;
    rules.restart_on = codes(3, 5);
    expect_after(&policy, CODE(2), FAILS);
    expect_after(&policy, CODE(3), WAITS);
    expect_after(&policy, CODE(5), WAITS);
    expect_after(&policy, CODE(6), FAILS);
    expect_after(&policy, CODE(259), FAILS);
    expect_after(&policy, SIGNAL(3), FAILS);
    expect_after(&policy, CLEAN, COMPLETES);
    rules.restart_on = by_signal(15);
    expect_after(&policy, SIGNAL(15), WAITS);
    expect_after(&policy, SIGNAL(14), FAILS);
    expect_after(&policy, SIGNAL(65), FAILS);
    expect_after(&policy, CODE(15), FAILS);
    expect_after(&policy, CRASHED, FAILS);
    rules.restart_on = by_signal(1); /* the first there is, and the last */
    expect_after(&policy, SIGNAL(1), WAITS);
    expect_after(&policy, SIGNAL(2), FAILS);
    rules.restart_on = by_signal(64);
    expect_after(&policy, SIGNAL(64), WAITS);
    expect_after(&policy, SIGNAL(63), FAILS);
    rules.restart_on = codes(1, 1);
    expect_after(&policy, FAILED, WAITS);
    expect_after(&policy, CRASHED, WAITS);
    rules.restart_on = codes(0, 0);
    expect_after(&policy, CLEAN, WAITS);
    expect_after(&policy, CODE(0), FAILS); /* a failure, whatever it calls itself */
    rules.restart_on = CLASSES(SUP_EXIT_CLEAN, SUP_EXIT_FAILED);
    expect_after(&policy, CLEAN, WAITS);
    expect_after(&policy, CODE(9), WAITS);
    expect_after(&policy, SIGNAL(9), FAILS);
    rules.restart_on = CLASSES(SUP_EXIT_UNREADY, SUP_EXIT_PROTOCOL);
    expect_after(&policy, CLEAN, COMPLETES);
    expect_after(&policy, FAILED, FAILS);
}

static void restart__by_the_code_of_what_cleaned_up(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    assert_int_equal(sup_exit_set_add_finish(&rules.prevent, 125, 125), SUP_OK);
    world_open(&w);
    spawn(&w, "a", &policy);
    for (int32_t finish = 124; finish <= 125; finish++) {
        struct sup_end end = {
            .outcome = SUP_OUTCOME_SUCCEEDED, .has_finish = true, .finish = finish};
        assert_int_equal(end_attempt(&w, live_attempt(&w, "a"), &end), SUP_OK);
        expect_state(&w, "a", finish == 124 ? WAITS : COMPLETES);
        run_to(&w, w.now + MS);
    }
    world_close(&w);
}

static void order__prevent_before_force_before_the_class(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    rules.prevent = codes(3, 4);
    expect_after(&policy, CODE(3), FAILS);
    expect_after(&policy, CODE(5), WAITS);
    rules.prevent = CLASSES(SUP_EXIT_CLEAN);
    expect_after(&policy, CLEAN, COMPLETES);
    policy.restart = SUP_RESTART_NEVER;
    rules.prevent = codes(4, 4);
    rules.force = codes(3, 4);
    expect_after(&policy, CODE(3), WAITS);
    expect_after(&policy, CODE(4), FAILS);
    expect_after(&policy, CODE(5), FAILS);
    rules.force = CLASSES(SUP_EXIT_CLEAN, SUP_EXIT_CRASHED);
    expect_after(&policy, CLEAN, WAITS);
    expect_after(&policy, SIGNAL(9), WAITS);
}

/* The wish of whoever stopped it comes first, and what it returned then matches nothing. */
static void order__a_command_before_all(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    rules.force = codes(0, 255);
    rules.force.classes = 255;
    rules.success = codes(0, 9);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    command(&w, SUP_COMMAND_CANCEL, "a");
    forget_events(&w);
    end_with(&w, CODE(9));
    expect_events(&w, "0 a attempt-ended #1 cancelled exit failed code 9 'exit code 9'",
                  "0 a terminated cancelled 'cancelled'");
    /* Nor is a clean end of it a failure. */
    rules.success = codes(3, 3);
    spawn(&w, "b", &policy);
    command(&w, SUP_COMMAND_CANCEL, "b");
    forget_events(&w);
    succeed(&w, "b");
    expect_events(&w, "0 b attempt-ended #1 cancelled exit succeeded",
                  "0 b terminated cancelled 'cancelled'");
    assert_string_equal(look(&w, "b").last_error, "");
    world_close(&w);
}

static void force__does_not_make_a_clean_end_a_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    rules.force = codes(0, 0);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 succeeded", "0 a backing-off 1ms k0 'clean exit'");
    assert_int_equal(look(&w, "a").failures, 0);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    policy.rules = &rules;
    spawn(&w, "b", &policy);
    forget_events(&w);
    succeed(&w, "b");
    expect_events(&w, "0 b attempt-ended #1 succeeded", "0 b backing-off 10ms k1 'clean exit'");
    world_close(&w);
}

/* ---- success ---- */

static void success__makes_an_end_clean(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.success = codes(0, 0);
    rules.success.codes[143 / 64] |= UINT64_C(1) << 143 % 64;
    rules.success.signals = UINT64_C(1) << (15 - 1);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "before");
    run_to(&w, 10 * MS);
    forget_events(&w);
    end_with(&w, CODE(143));
    expect_events(&w, "10ms a attempt-ended #2 succeeded exit failed code 143",
                  "10ms a terminated completed 'completed'");
    assert_int_equal(look(&w, "a").failures, 1);
    assert_string_equal(look(&w, "a").last_error, "before");
    assert_int_equal(metrics(&w).failures_total, 1);
    world_close(&w);
    expect_after(&policy, SIGNAL(15), COMPLETES);
    expect_after(&policy, SIGNAL(9), WAITS);
    expect_after(&policy, CODE(15), WAITS);
    policy.kind = SUP_KIND_TASK;
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    end_with(&w, SIGNAL(15));
    expect_events(&w, "0 a attempt-ended #1 succeeded exit crashed signal 15",
                  "0 a terminated completed 'completed'");
    world_close(&w);
}

static void success__without_code_0_makes_a_clean_end_a_failure(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.success = codes(3, 3);
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 failed exit succeeded 'exit code 0'",
                  "0 a backing-off 10ms k1 'exit code 0'");
    assert_int_equal(look(&w, "a").failures, 1);
    world_close(&w);
    /* Classes are those that are left, codes those that were returned. */
    rules.prevent = CLASSES(SUP_EXIT_CLEAN);
    expect_after(&policy, CLEAN, WAITS);
    rules.prevent = codes(0, 0);
    expect_after(&policy, CLEAN, FAILS);
    rules.prevent = CLASSES(SUP_EXIT_FAILED);
    expect_after(&policy, CODE(3), COMPLETES);
    rules.force = codes(3, 3);
    expect_after(&policy, CODE(3), WAITS);
}

/* Of one that ends by itself while the supervisor drains. */
static void success__counts_while_draining_too(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    rules.success = codes(0, 3);
    world_prepare(&w);
    w.config.shutdown_order = SUP_ORDER_REVERSE;
    world_create(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "last", &policy);
    shut_down(&w, SECOND);
    forget_events(&w);
    end_with(&w, CODE(3));
    expect_events(&w, "0 a attempt-ended #1 succeeded exit failed code 3",
                  "0 a terminated cancelled 'cancelled'");
    was_aborted(&w, "last");
    world_close(&w);
}

/* ---- readiness ---- */

static void unready__is_any_end_before_it_was_ready(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(5);
    rules.has_restart_on = true;
    rules.restart_on = CLASSES(SUP_EXIT_UNREADY);
    expect_after(&policy, CLEAN, WAITS);
    expect_after(&policy, CODE(9), WAITS);
    world_open(&w);
    spawn(&w, "a", &policy);
    run_to(&w, 5 * MS);
    ready(&w, "a"); /* too late: it is being stopped */
    end_with(&w, CODE(9));
    expect_state(&w, "a", WAITS);
    run_to(&w, 15 * MS);
    ready(&w, "a");
    not_ready(&w, "a"); /* it has been ready */
    end_with(&w, CODE(9));
    expect_state(&w, "a", FAILS);
    world_close(&w);
}

/* That an earlier attempt was ready says nothing of this one, refused ones included. */
static void unready__is_said_of_each_attempt(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    policy.ready_explicit = true;
    rules.has_restart_on = true;
    rules.restart_on = CLASSES(SUP_EXIT_UNREADY, SUP_EXIT_CRASHED);
    world_open(&w);
    spawn(&w, "a", &policy);
    ready(&w, "a");
    w.refusals = 1;
    crash(&w, "a");
    run_to(&w, 10 * MS);
    expect_state(&w, "a", WAITS);
    run_to(&w, 30 * MS);
    end_with(&w, FAILED);
    expect_state(&w, "a", WAITS);
    world_close(&w);
}

/* What was given up never ended; a new registration owes nothing to it. */
static void unready__after_one_that_was_abandoned(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    policy.ready_explicit = true;
    policy.stop_grace = policy.stop_abort_wait = SUP_MS(1);
    rules.has_restart_on = true;
    rules.restart_on = CLASSES(SUP_EXIT_UNREADY);
    world_open(&w);
    spawn(&w, "a", &policy);
    ready(&w, "a");
    command(&w, SUP_COMMAND_CANCEL, "a");
    run_to(&w, 2 * MS);
    expect_state(&w, "a", "terminated abandoned");
    command(&w, SUP_COMMAND_RESTART, "a");
    fail_with(&w, "a", "x");
    expect_state(&w, "a", WAITS);
    world_close(&w);
}

static void protocol__is_a_clean_end_before_its_readiness(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    policy.ready_explicit = true;
    rules.has_restart_on = true;
    rules.restart_on = CLASSES(SUP_EXIT_CLEAN);
    expect_after(&policy, CLEAN, COMPLETES);
    rules.restart_on = CLASSES(SUP_EXIT_PROTOCOL);
    expect_after(&policy, CLEAN, WAITS);
    expect_after(&policy, CODE(1), FAILS);
    rules.success = codes(0, 1);
    expect_after(&policy, CODE(1), WAITS);
    rules.success = codes(2, 2);
    expect_after(&policy, CLEAN, FAILS);
    rules.success = codes(0, 0);
    world_open(&w);
    spawn(&w, "a", &policy);
    ready(&w, "a");
    succeed(&w, "a");
    expect_state(&w, "a", COMPLETES);
    world_close(&w);
}

static void classes__of_what_the_supervisor_stopped(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
        policy.ready_explicit = which == 0;
        policy.ready_timeout = SUP_MS(5);
        policy.stale_after = SUP_MS(5);
        policy.stale_then = SUP_STALE_RESTART;
        rules.has_restart_on = true;
        rules.restart_on = CLASSES(which == 0 ? SUP_EXIT_TIMED_OUT : SUP_EXIT_UNHEALTHY);
        rules.prevent = codes(0, 255); /* it matches no code */
        rules.success = codes(0, 255);
        world_open(&w);
        spawn(&w, "a", &policy);
        beat(&w, "a");
        run_to(&w, 5 * MS);
        end_with(&w, CODE(3));
        expect_state(&w, "a", WAITS);
        assert_int_equal(look(&w, "a").failures, 1);
        world_close(&w);
    }
}

static void classes__of_a_refused_start(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    rules.has_restart_on = true;
    rules.restart_on = CLASSES(SUP_EXIT_REFUSED);
    rules.prevent = codes(0, 255);
    world_open(&w);
    w.refusals = 1;
    spawn(&w, "a", &policy);
    expect_state(&w, "a", WAITS);
    world_close(&w);
}

/* An end by an abort that nobody here asked for is a failure without a code. */
static void classes__of_an_abort_by_nobody(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    rules.has_restart_on = true;
    rules.restart_on = CLASSES(SUP_EXIT_FAILED);
    rules.prevent = codes(0, 255);
    world_open(&w);
    spawn(&w, "a", &policy);
    end_with(&w, SUP_OUTCOME_ABORTED, -1, 0);
    expect_state(&w, "a", WAITS);
    world_close(&w);
}

/* ---- clean exits that count ---- */

static struct sup_policy counting(const struct sup_rules *rules)
{
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, rules);
    policy.backoff.reset_after = SUP_DURATION_NEVER;
    return policy;
}

static void count__a_clean_exit_raises_the_streak(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = counting(&rules);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    policy.breaker.failures = 2;
    world_open(&w);
    spawn(&w, "a", &policy);
    forget_events(&w);
    succeed(&w, "a");
    run_to(&w, 10 * MS);
    succeed(&w, "a");
    run_to(&w, 30 * MS);
    forget_events(&w);
    fail_with(&w, "a", "x"); /* the first of the breaker's window, the third of the streak */
    expect_events(&w, "30ms a attempt-ended #3 failed 'x'", "30ms a backing-off 40ms k3 'x'");
    run_to(&w, 70 * MS);
    succeed(&w, "a"); /* which does not empty the breaker's window */
    run_to(&w, 150 * MS);
    forget_events(&w);
    fail_with(&w, "a", "x");
    expect_state(&w, "a", "terminated circuit-breaker-open");
    assert_int_equal(look(&w, "a").failures, 2);
    world_close(&w);
}

static void count__a_clean_exit_enters_the_limits(void **state)
{
    (void)state;
    for (int which = 0; which < 2; which++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = counting(&rules);
        rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
        policy.limit.enabled = which == 0;
        policy.limit.max = 1;
        policy.limit.within = SUP_SEC(1);
        policy.max_restarts = which == 0 ? SUP_UNLIMITED : 1;
        world_open(&w);
        spawn(&w, "a", &policy);
        succeed(&w, "a");
        run_to(&w, 10 * MS);
        forget_events(&w);
        succeed(&w, "a");
        expect_events(&w, "10ms a attempt-ended #2 succeeded",
                      "10ms a limit-exhausted 1/1 then terminate",
                      "10ms a terminated restart-limit 'restart limit exhausted (1 restarts)'");
        world_close(&w);
    }
}

static void count__a_clean_exit_is_counted_by_its_group(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = counting(&rules);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    world_open(&w);
    group_limited(&w, "g", SUP_STRATEGY_ONE_FOR_ONE, 1, SECOND, SUP_LIMIT_TERMINATE);
    spawn_in(&w, "a", "g", &policy);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "0 a attempt-ended #1 succeeded", "0 a backing-off 10ms k1 'clean exit'");
    run_to(&w, 10 * MS);
    succeed(&w, "a");
    expect_state(&w, "a", "terminated restart-limit");
    world_close(&w);
}

static void count__a_run_that_is_long_enough_is_forgiven(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = counting(&rules);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    policy.backoff.reset_after = SUP_MS(50);
    world_open(&w);
    spawn(&w, "a", &policy);
    succeed(&w, "a");
    run_to(&w, 10 * MS);
    succeed(&w, "a");
    run_to(&w, 80 * MS);
    assert_int_equal(look(&w, "a").streak, 2);
    succeed(&w, "a");
    assert_int_equal(look(&w, "a").streak, 1);
    world_close(&w);
}

/* A probe that ends cleanly closes its breaker; its end counts like any other. */
static void count__of_a_probe(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = counting(&rules);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT;
    policy.breaker.failures = 1;
    policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
    policy.breaker.cooldown = policy.breaker.probe_for = SUP_MS(100);
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, 100 * MS);
    forget_events(&w);
    succeed(&w, "a");
    expect_events(&w, "100ms a breaker-closed", "100ms a attempt-ended #2 succeeded",
                  "100ms a backing-off 10ms k1 'clean exit'");
    world_close(&w);
}

/* ---- interval services ---- */

static void interval__goes_on_unless_its_end_is_prevented(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_NEVER, &rules);
    policy.kind = SUP_KIND_INTERVAL;
    policy.interval_every = SUP_MS(7);
    rules.clean_exits = SUP_CLEAN_EXITS_COUNT; /* its calls are free */
    rules.success = codes(0, 3);
    rules.prevent = codes(3, 3);
    rules.force = codes(0, 2);
    world_open(&w);
    spawn(&w, "a", &policy);
    succeed(&w, "a");
    run_to(&w, 7 * MS);
    end_with(&w, CODE(2));
    assert_int_equal(look(&w, "a").streak, 0);
    run_to(&w, 14 * MS);
    end_with(&w, CODE(3));
    expect_state(&w, "a", COMPLETES);
    spawn(&w, "b", &policy);
    done(&w, "b");
    expect_state(&w, "b", COMPLETES);
    world_close(&w);
}

/* ---- groups ---- */

static void group__one_that_restarts_on_nothing_ends_with_its_siblings(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    rules.has_restart_on = true;
    rules.prevent = codes(3, 3);
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "never", "g", &policy);
    rules.restart_on = codes(1, 1);
    spawn_in(&w, "a", "g", &policy);
    end_with(&w, CODE(1));
    was_aborted(&w, "never");
    expect_state(&w, "never", "terminated cancelled");
    expect_state(&w, "a", WAITS);
    world_close(&w);
}

/* What is measured of an end, and what nobody hears of, is what it was without rules. */
static void end__is_measured_though_nobody_listens(void **state)
{
    (void)state;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    rules.prevent = codes(9, 9);
    struct world w;
    world_open(&w);
    world_deafen(&w);
    spawn(&w, "a", &policy);
    const struct sup_end end = {.outcome = SUP_OUTCOME_FAILED,
                                .has_code = true,
                                .code = 8,
                                .has_cpu = true,
                                .cpu = SUP_MS(2)};
    assert_int_equal(end_attempt(&w, live_attempt(&w, "a"), &end), SUP_OK);
    assert_int_equal(w.sup->cpu_histogram.count, 1);
    assert_int_equal(w.sup->cpu_histogram.sum_ns, 2000000);
    expect_state(&w, "a", WAITS);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restart__on_a_set),
        cmocka_unit_test(restart__by_the_code_of_what_cleaned_up),
        cmocka_unit_test(order__prevent_before_force_before_the_class),
        cmocka_unit_test(order__a_command_before_all),
        cmocka_unit_test(force__does_not_make_a_clean_end_a_failure),
        cmocka_unit_test(success__makes_an_end_clean),
        cmocka_unit_test(success__without_code_0_makes_a_clean_end_a_failure),
        cmocka_unit_test(success__counts_while_draining_too),
        cmocka_unit_test(unready__is_any_end_before_it_was_ready),
        cmocka_unit_test(unready__is_said_of_each_attempt),
        cmocka_unit_test(unready__after_one_that_was_abandoned),
        cmocka_unit_test(protocol__is_a_clean_end_before_its_readiness),
        cmocka_unit_test(classes__of_what_the_supervisor_stopped),
        cmocka_unit_test(classes__of_a_refused_start),
        cmocka_unit_test(classes__of_an_abort_by_nobody),
        cmocka_unit_test(count__a_clean_exit_raises_the_streak),
        cmocka_unit_test(count__a_clean_exit_enters_the_limits),
        cmocka_unit_test(count__a_clean_exit_is_counted_by_its_group),
        cmocka_unit_test(count__a_run_that_is_long_enough_is_forgiven),
        cmocka_unit_test(count__of_a_probe),
        cmocka_unit_test(interval__goes_on_unless_its_end_is_prevented),
        cmocka_unit_test(group__one_that_restarts_on_nothing_ends_with_its_siblings),
        cmocka_unit_test(end__is_measured_though_nobody_listens),
    };
    return cmocka_run_group_tests_name("exits", tests, NULL, NULL);
}
