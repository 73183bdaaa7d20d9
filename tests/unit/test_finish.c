/* Finish scripts: an attempt whose work is over is down, and its name is taken until what cleans
 * up after it has ended. */
#include "ruled.h"

static const struct sup_end failed = {
    .outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 7, .error = "x"};
static const struct sup_end segv = {.outcome = SUP_OUTCOME_CRASHED, .signal = 11};
static const struct sup_end clean = {.outcome = SUP_OUTCOME_SUCCEEDED};

static void finish(struct world *w, const char *name, const struct sup_end *end)
{
    assert_int_equal(finishing(w, live_attempt(w, name), end), SUP_OK);
}

/* The end that follows, with the code of the script; below 0: it has none. */
static void over(struct world *w, const char *name, const struct sup_end *end, int32_t code)
{
    struct sup_end all = *end;
    all.has_finish = code >= 0;
    all.finish = code;
    assert_int_equal(end_attempt(w, live_attempt(w, name), &all), SUP_OK);
}

static struct sup_rules at_most(uint64_t ms)
{
    struct sup_rules rules = rules_default();
    rules.stop_finish = SUP_MS(ms);
    return rules;
}

static void down__until_it_is_over(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 20 * MS);
    forget_events(&w);
    finish(&w, "a", &failed);
    expect_events(&w, "20ms a finishing #1 exit failed code 7");
    expect_state(&w, "a", "stopping");
    assert_true(look(&w, "a").active);
    assert_int_equal(look(&w, "a").readiness, SUP_READINESS_UNREPORTED);
    assert_true(deadline(&w) == SUP_NEVER_NS);
    finish(&w, "a", &clean); /* which changes nothing */
    expect_no_events(&w);
    advance_to(&w, 50 * MS);
    over(&w, "a", &failed, 3);
    expect_events(&w, "50ms a attempt-ended #1 failed code 7 finish 3 'x'",
                  "50ms a backing-off 10ms k1 'x'");
    run_to(&w, 60 * MS);
    expect_events(&w, "60ms a attempt-started #2");
    assert_true(look(&w, "a").running_time.ns == 50 * MS);
    world_close(&w);
}

struct heard {
    const struct sup *sup;
    uint64_t deadline;
};

static void hear_finishing(void *context, const struct sup_event *event)
{
    struct heard *heard = context;
    if (event->type == SUP_EVENT_FINISHING) {
        heard->deadline = sup_deadline(heard->sup).ns;
    }
}

/* Who hears of it may ask how long it can take. */
static void down__its_deadline_stands_when_it_is_told(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    struct sup_rules rules = at_most(30);
    policy.rules = &rules;
    world_open(&w);
    struct heard heard = {.sup = w.sup};
    assert_int_equal(sup_subscribe(w.sup, hear_finishing, &heard), SUP_OK);
    spawn(&w, "a", &policy);
    advance_to(&w, 20 * MS);
    finish(&w, "a", &failed);
    assert_int_equal(heard.deadline, 50 * MS);
    over(&w, "a", &failed, 0);
    world_close(&w);
}

static void down__tells_what_was_returned(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    spawn(&w, "c", &policy);
    forget_events(&w);
    finish(&w, "a", &segv);
    finish(&w, "b", &clean);
    finish(&w, "c", &(struct sup_end){.outcome = SUP_OUTCOME_FAILED, .code = 7});
    expect_events(&w, "0 a finishing #1 exit crashed signal 11", "0 b finishing #1 exit succeeded",
                  "0 c finishing #1 exit failed");
    over(&w, "b", &clean, 0);
    expect_state(&w, "b", "terminated completed");
    world_deafen(&w);
    uint64_t before = w.sequence;
    over(&w, "a", &segv, -1);
    run_to(&w, 10 * MS);
    finish(&w, "a", &segv);
    assert_true(w.sequence == before);
    world_close(&w);
}

/* Neither its readiness nor its beats are awaited. */
static void down__owes_nothing(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.ready_explicit = true;
    policy.ready_timeout = SUP_MS(30);
    policy.stale_after = SUP_MS(20);
    policy.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    finish(&w, "a", &failed);
    forget_events(&w);
    assert_int_equal(look(&w, "a").heartbeat, SUP_HEARTBEAT_NONE);
    run_to(&w, 100 * MS);
    expect_no_events(&w);
    over(&w, "a", &failed, 0);
    expect_state(&w, "a", "backing-off");
    world_close(&w);
}

/* The code of the script is looked at when it is over. */
static void code__prevents(void **state)
{
    (void)state;
    for (int32_t code = 124; code <= 125; code++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
        assert_int_equal(sup_exit_set_add_finish(&rules.prevent, 125, 125), SUP_OK);
        world_open(&w);
        spawn(&w, "a", &policy);
        finish(&w, "a", &failed);
        over(&w, "a", &failed, code);
        expect_state(&w, "a", code == 125 ? "terminated unrecoverable" : "backing-off");
        world_close(&w);
    }
}

static void long__is_ended_by_force(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = at_most(30);
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    advance_to(&w, 5 * MS);
    finish(&w, "a", &failed);
    forget_events(&w);
    w.calls.length = 0;
    assert_true(deadline(&w) == 35 * MS);
    run_to(&w, 35 * MS);
    expect_events(&w, "35ms a stop-deadline #1", "35ms a abort-requested #1");
    expect_calls(&w, "35ms abort a#1");
    over(&w, "a", &failed, -1);
    expect_events(&w, "35ms a attempt-ended #1 failed code 7 'x'",
                  "35ms a backing-off 10ms k1 'x'");
    run_to(&w, 45 * MS);
    finish(&w, "a", &failed);
    run_to(&w, 45 * MS + SUP_MS(30).ns + policy.stop_abort_wait.ns);
    expect_state(&w, "a", "terminated abandoned");
    world_close(&w);
}

/* What was told to stop has its own time for that, and its script another one. */
static void stopped__before(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = at_most(30);
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    policy.stop_grace = SUP_MS(20);
    policy.stop_abort_wait = SUP_MS(20);
    rules.prevent = codes(7, 7);
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "b"), SUP_OK);
    run_to(&w, 20 * MS); /* both are aborted */
    advance_to(&w, 39 * MS);
    forget_events(&w);
    finish(&w, "a", &failed);
    finish(&w, "b", &failed);
    run_to(&w, 68 * MS);
    expect_events(&w, "39ms a finishing #1 exit failed code 7",
                  "39ms b finishing #1 exit failed code 7");
    over(&w, "a", &failed, 0);
    expect_events(&w, "68ms a attempt-ended #1 aborted exit failed code 7 finish 0 'x'",
                  "68ms a restarted", "68ms a attempt-started #2");
    run_to(&w, 69 * MS);
    expect_events(&w, "69ms b stop-deadline #1", "69ms b abort-requested #1");
    over(&w, "b", &failed, -1);
    expect_events(&w, "69ms b attempt-ended #1 aborted exit failed code 7 'x'",
                  "69ms b terminated aborted 'aborted'");
    world_close(&w);
}

/* A stop that comes meanwhile tells nobody, and decides what the end means. */
static void stopped__meanwhile(void **state)
{
    (void)state;
    static const struct {
        enum sup_command command;
        const char *wanted;
    } cases[] = {{SUP_COMMAND_PAUSE, "idle paused"},
                 {SUP_COMMAND_QUARANTINE, "idle quarantined"},
                 {SUP_COMMAND_CANCEL, "terminated cancelled"},
                 {SUP_COMMAND_RESTART, "running"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world w;
        struct sup_policy policy = policy_backoff(10, 10);
        world_open(&w);
        spawn(&w, "a", &policy);
        finish(&w, "a", &failed);
        w.calls.length = 0;
        assert_int_equal(command(&w, cases[i].command, "a"), SUP_OK);
        assert_false(w.outcome.cancel_delivered);
        assert_int_equal(count_events(&w, "cancel-delivered"), 0);
        expect_no_calls(&w);
        run_to(&w, 10 * SECOND);
        expect_state(&w, "a",
                     i < 2 ? (i == 0 ? "stopping paused" : "stopping quarantined") : "stopping");
        over(&w, "a", &failed, 0);
        assert_int_equal(count_events(&w, "attempt-ended #1 failed code 7"), 1);
        expect_state(&w, "a", cases[i].wanted);
        assert_int_equal(metrics(&w).failures_total, 0);
        world_close(&w);
    }
}

static void stopped__by_force(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = at_most(1000);
    struct sup_policy policy = ruled(SUP_RESTART_ALWAYS, &rules);
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    finish(&w, "a", &failed);
    finish(&w, "b", &failed);
    forget_events(&w);
    assert_int_equal(command(&w, SUP_COMMAND_ABORT, "a"), SUP_OK);
    assert_true(w.outcome.abort_requested);
    over(&w, "a", &failed, -1);
    expect_events(&w, "0 a command abort ok", "0 a abort-requested #1",
                  "0 a attempt-ended #1 aborted exit failed code 7 'x'",
                  "0 a terminated aborted 'aborted'");
    assert_int_equal(shut_down(&w, 50 * MS), SUP_OK);
    assert_int_equal(count_events(&w, "cancel-delivered"), 0);
    run_to(&w, 50 * MS);
    assert_int_equal(count_events(&w, "b abort-requested #1"), 1);
    over(&w, "b", &failed, -1);
    expect_state(&w, "b", "terminated aborted");
    world_close(&w);
}

/* Its siblings wait for it. */
static void group__waits_for_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    group(&w, "g", SUP_STRATEGY_ONE_FOR_ALL);
    spawn_in(&w, "a", "g", &policy);
    spawn_in(&w, "b", "g", &policy);
    finish(&w, "a", &failed);
    fail_with(&w, "b", "y");
    run_to(&w, 40 * MS);
    expect_state(&w, "a", "stopping");
    forget_events(&w);
    over(&w, "a", &failed, 0);
    expect_events(&w, "40ms a attempt-ended #1 failed code 7 finish 0 'x'",
                  "40ms runtime.g group-restart", "40ms a attempt-started #2",
                  "40ms b attempt-started #2");
    world_close(&w);
}

static void abandoned__in_a_drain_that_aborts_nobody(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_prepare(&w);
    w.config.shutdown_abort = false;
    world_create(&w);
    spawn(&w, "a", &policy);
    finish(&w, "a", &failed);
    struct sup_attempt id = live_attempt(&w, "a");
    assert_int_equal(shut_down(&w, 50 * MS), SUP_OK);
    run_to(&w, 50 * MS);
    expect_state(&w, "a", "terminated abandoned");
    forget_events(&w);
    assert_int_equal(finishing(&w, id, &failed), SUP_ESTALE);
    assert_int_equal(end_attempt(&w, id, &failed), SUP_ESTALE);
    expect_events(&w, "50ms a late-report g0 #1 'finishing'",
                  "50ms a late-report g0 #1 exit failed 'end'");
    world_close(&w);
}

static void ready__by_what_it_and_its_script_have_lived(void **state)
{
    (void)state;
    for (uint32_t early = 0; early <= 1; early++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        rules.ready_after = SUP_MS(30);
        rules.after_ready = SUP_MS(3);
        world_open(&w);
        spawn(&w, "a", &policy);
        advance_to(&w, 20 * MS);
        finish(&w, "a", &failed);
        forget_events(&w);
        run_to(&w, 30 * MS - early);
        expect_no_events(&w);
        over(&w, "a", &failed, 0);
        assert_int_equal(
            count_events(&w, early != 0 ? "backing-off 10ms k1" : "backing-off 3ms k0"), 1);
        world_close(&w);
    }
}

/* Waits and forgiveness reckon with that instant, too. */
static void ready__is_where_they_reckon_from(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    policy.backoff.reset_after = SUP_MS(20);
    rules.ready_after = SUP_MS(30);
    rules.from = SUP_FROM_READY;
    rules.reset_from = SUP_RESET_FROM_READY;
    world_open(&w);
    spawn(&w, "a", &policy);
    finish(&w, "a", &failed);
    advance_to(&w, 36 * MS);
    over(&w, "a", &failed, 0);
    assert_int_equal(count_events(&w, "backing-off 4ms k1"), 1); /* 10 from 30 */
    run_to(&w, 40 * MS);
    finish(&w, "a", &failed);
    advance_to(&w, 90 * MS - 1);
    forget_events(&w);
    over(&w, "a", &failed, 0);
    expect_events(&w, "89999999ns a attempt-ended #2 failed code 7 finish 0 'x'",
                  "89999999ns a backing-off 1ns k2 'x'");
    run_to(&w, 90 * MS);
    finish(&w, "a", &failed);
    advance_to(&w, 140 * MS);
    over(&w, "a", &failed, 0);
    assert_int_equal(count_events(&w, "k1"), 1);
    world_close(&w);
}

static void ready__not_of_one_that_was_told_to_stop(void **state)
{
    (void)state;
    struct world w;
    struct sup_rules rules = rules_default();
    struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
    rules.ready_after = SUP_MS(30);
    rules.prevent = CLASSES(SUP_EXIT_UNREADY);
    policy.stale_after = SUP_MS(10);
    policy.stale_then = SUP_STALE_RESTART;
    world_open(&w);
    spawn(&w, "a", &policy);
    beat(&w, "a");
    run_to(&w, 10 * MS); /* stale, so it is cancelled */
    finish(&w, "a", &clean);
    advance_to(&w, 60 * MS);
    over(&w, "a", &clean, 0);
    expect_state(&w, "a", "terminated unrecoverable");
    world_close(&w);
}

/* An end at that very instant would have been one of a ready attempt, and of a probe that has
 * proved itself. */
static void instant__of_what_is_due(void **state)
{
    (void)state;
    for (uint32_t early = 0; early <= 1; early++) {
        struct world w;
        struct sup_rules rules = rules_default();
        struct sup_policy policy = ruled(SUP_RESTART_ON_FAILURE, &rules);
        rules.ready_after = SUP_MS(30);
        policy.breaker.failures = 1;
        policy.breaker.then = SUP_BREAKER_THEN_HALF_OPEN;
        policy.breaker.cooldown = SUP_MS(100);
        policy.breaker.probe_for = SUP_MS(30);
        world_open(&w);
        spawn(&w, "a", &policy);
        fail_with(&w, "a", "x");
        run_to(&w, 100 * MS);
        advance_to(&w, 130 * MS - early);
        forget_events(&w);
        finish(&w, "a", &failed);
        if (early == 0) {
            expect_events(&w, "130ms a ready #2", "130ms a breaker-closed",
                          "130ms a finishing #2 exit failed code 7");
        } else {
            expect_events(&w, "129999999ns a finishing #2 exit failed code 7");
        }
        run_to(&w, 200 * MS);
        over(&w, "a", &failed, 0);
        assert_int_equal(count_events(&w, "breaker-opened"), 1);
        assert_int_equal(count_events(&w, "breaker-closed"), 0);
        world_close(&w);
    }
}

static void report__of_what_is_none(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn(&w, "a", &policy);
    struct sup_attempt id = live_attempt(&w, "a");
    struct sup_end end = failed;
    assert_int_equal(sup_report_finishing(w.sup, id, NULL), SUP_EINVAL);
    end.outcome = SUP_OUTCOME_CANCELLED;
    assert_int_equal(sup_report_finishing(w.sup, id, &end), SUP_EINVAL);
    id.slot = 1;
    assert_int_equal(sup_report_finishing(w.sup, id, &failed), SUP_EINVAL);
    struct {
        struct sup_end end;
        uint64_t later;
    } newer = {.end = failed, .later = 1};
    id.slot = 0;
    assert_int_equal(sup_report_finishing_sized(w.sup, id, &newer.end, sizeof(newer)), SUP_ENEWER);
    forget_events(&w);
    assert_int_equal(
        sup_report_finishing_sized(w.sup, id, &failed, offsetof(struct sup_end, has_code)), SUP_OK);
    expect_events(&w, "0 a finishing #1 exit failed");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(down__until_it_is_over),
        cmocka_unit_test(down__its_deadline_stands_when_it_is_told),
        cmocka_unit_test(down__tells_what_was_returned),
        cmocka_unit_test(down__owes_nothing),
        cmocka_unit_test(code__prevents),
        cmocka_unit_test(long__is_ended_by_force),
        cmocka_unit_test(stopped__before),
        cmocka_unit_test(stopped__meanwhile),
        cmocka_unit_test(stopped__by_force),
        cmocka_unit_test(group__waits_for_it),
        cmocka_unit_test(abandoned__in_a_drain_that_aborts_nobody),
        cmocka_unit_test(ready__by_what_it_and_its_script_have_lived),
        cmocka_unit_test(ready__is_where_they_reckon_from),
        cmocka_unit_test(ready__not_of_one_that_was_told_to_stop),
        cmocka_unit_test(instant__of_what_is_due),
        cmocka_unit_test(report__of_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
