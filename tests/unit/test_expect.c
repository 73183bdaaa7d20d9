/* Expectations against whole runs: what holds, what fails, and in which words. */
#include "reading.h"

#include <stdlib.h>

#include "sim/expect.h"
#include "sim/run.h"
#include "sup/error.h"

/* flaky: runs 0-1s, 2-3s, 5s-…; bad: ended at 0; w-*: run; late: from 20s; at 30s
 * everything is drained, hung by abandoning it at 33s. */
#define FLEET \
    "until: 1m\n" \
    "services:\n" \
    "  - {name: flaky, group: g, backoff: {base: 1s, max: 10s}, " \
    "restart-limit: {max: 5, within: 10s}, script: [{fail: {after: 1s}, times: 2}, run]}\n" \
    "  - {name: bad, restart: never, script: [{fail: {error: 'no luck'}}]}\n" \
    "  - {name: w, count: 3}\n" \
    "  - {name: hung, stop: {grace: 2s, abort-wait: 1s}, " \
    "script: [{hang: {}, ignore-abort: true}]}\n" \
    "timeline:\n" \
    "  - {at: 10s, pause: w-1}\n" \
    "  - {at: 11s, resume: w-1}\n" \
    "  - {at: 20s, spawn: {name: late}}\n" \
    "  - {at: 30s, shutdown: {}}\n" \
    "expect:\n"

struct outcome {
    struct sim_scenario *scenario;
    struct sim_result result;
};

static struct outcome run_text(const char *expect)
{
    char text[8192];
    snprintf(text, sizeof(text), HEAD FLEET "  - %s\n", expect);
    struct outcome outcome = {.scenario = read_good(text)};
    struct sim_run_options options = {.once = true};
    assert_int_equal(sim_run(outcome.scenario, &options, &outcome.result), SUP_OK);
    return outcome;
}

static void release(struct outcome *outcome)
{
    sim_result_release(&outcome->result);
    sim_scenario_free(outcome->scenario);
}

static void assert_holds(const char *expect)
{
    struct outcome outcome = run_text(expect);
    if (outcome.result.verdict != SIM_PASS) {
        const struct sim_failure *f = outcome.result.failures;
        fail_msg("%s\nexpected %s, found %s %s", expect, f != NULL ? f->expected : "",
                 f != NULL ? f->found : "", outcome.result.message);
    }
    release(&outcome);
}

struct failing {
    const char *text;
    uint64_t at_ns;
    const char *expected;
    const char *found;
    const char *service; /* the first concerned; NULL: none */
};

static void assert_fails(const struct failing *f)
{
    struct outcome outcome = run_text(f->text);
    const struct sim_result *result = &outcome.result;
    if (result->verdict != SIM_EXPECTATION_FAILED || result->failure_count == 0) {
        fail_msg("it did not fail: %s", f->text);
    }
    const struct sim_failure *failure = &result->failures[0];
    assert_string_equal(failure->expected, f->expected);
    assert_string_equal(failure->found, f->found);
    assert_int_equal(failure->at_ns, f->at_ns);
    assert_int_equal(failure->place.line, 15);
    if (f->service != NULL) {
        assert_true(failure->service_count > 0);
        assert_string_equal(failure->services[0], f->service);
    } else {
        assert_int_equal(failure->service_count, 0);
    }
    release(&outcome);
}

static void at__holds_at_its_instant(void **state)
{
    (void)state;
    static const char *const list[] = {
        "{at: 0s, service: bad, is: {phase: terminated, reason: unrecoverable, starts: 1}}",
        "{at: 0s, service: bad, is: {reason-text: 'unrecoverable: no luck', last-error: no luck}}",
        "{at: 1s, service: flaky, is: {phase: backing-off, delay: 1s, attempt: 1, active: false}}",
        "{at: 1999ms, service: flaky, is: {phase: backing-off, failures: 1, limit-used: 1}}",
        "{at: 2s, service: flaky, is: {phase: running, restarts: 1, generation: 0, delay: 0}}",
        "{at: 20s, service: flaky, is: {running-time: 17s, limit-used: 0, limit-remaining: 5}}",
        "{at: 4s, service: flaky, is: {limit-used: {min: 1, max: 2}, limit-exhausted: false}}",
        "{at: 19s, service: late, is: {exists: false}}",
        "{at: 20s, service: late, is: {exists: true, readiness: ready, heartbeat: none}}",
        "{at: 10500ms, service: w-1, is: {phase: idle, operation: paused}}",
        "{at: 10500ms, service: 'w-*', count: 2, is: {operation: active, breaker: closed}}",
        "{at: 19s, service: 'w-*', is: {active: true}}",
        "{at: 1999ms, service: flaky, is: {available: false}}",
        "{at: 2s, service: flaky, is: {available: true}}",
        "{at: 10500ms, service: 'w-*', count: 2, is: {available: true}}",
        "{at: 19s, service: late, count: 0, is: {available: false}}",
        "{at: 5s, service: [w-0, 'w-*', flaky, w-0], count: 4, is: {phase: running}}",
        "{at: 5s, group: g, is: {cancelled: false, active: 1}}",
        "{at: 5s, group: runtime, is: {active: {min: 5, max: 5}}}",
        "{at: 29s, supervisor: {phase: running}}",
        "{at: 30s, supervisor: {phase: draining}}",
        "{at: 33s, supervisor: {phase: drained}}",
        "{at: 1m, supervisor: {phase: drained}}",
        "{at: 5s, metrics: {restarts_total: 2, spawned_total: {min: 1, max: 9}}}",
        "{at: end, metrics: {active_services: 0, abandoned_total: 1}}",
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_holds(list[i]);
    }
}

static void at__failures_say_what_was_found(void **state)
{
    (void)state;
    static const struct failing list[] = {
        {"{at: 1s, service: flaky, is: {phase: running}}", SECOND, "flaky: phase running",
         "backing-off", "flaky"},
        {"{at: 1s, service: flaky, is: {delay: 10ms}}", SECOND, "flaky: delay 10ms", "1s", "flaky"},
        {"{at: 3s, service: flaky, is: {attempt: 3}}", 3 * SECOND, "flaky: attempt 3", "attempt 2",
         "flaky"},
        {"{at: 3s, service: flaky, is: {phase: running, starts: 2, active: true}}", 3 * SECOND,
         "flaky: phase running, active true, starts 2", "phase backing-off, active false", "flaky"},
        {"{at: 3s, service: bad, is: {last-error: luck}}", 3 * SECOND, "bad: last-error \"luck\"",
         "\"no luck\"", "bad"},
        {"{at: 3s, service: bad, is: {limit-remaining: 0}}", 3 * SECOND, "bad: limit-remaining 0",
         "no restart limit", "bad"},
        {"{at: 19s, service: late, is: {phase: running}}", 19 * SECOND, "late: phase running",
         "not registered", "late"},
        {"{at: 19s, service: late, is: {exists: true}}", 19 * SECOND, "late: exists true",
         "not registered", "late"},
        {"{at: 10500ms, service: 'w-*', is: {active: true}}", 10500 * MS, "w-*: active true",
         "w-1: false", "w-1"},
        {"{at: 10500ms, service: 'w-*', count: 3, is: {phase: running}}", 10500 * MS,
         "3 of w-*: phase running", "2; not w-1: phase idle", "w-1"},
        {"{at: 5s, service: [w-0, w-1, w-2, bad, flaky], is: {phase: idle}}", 5 * SECOND,
         "w-0, w-1, w-2, bad, flaky: phase idle",
         "bad: terminated; flaky: running; w-0: running; w-1: running; and 1 more", "bad"},
        {"{at: 19s, service: 'lat*', is: {phase: running}}", 19 * SECOND, "lat*: phase running",
         "no service matches", NULL},
        {"{at: 5s, group: g, is: {cancelled: true, active: 0}}", 5 * SECOND,
         "group g: cancelled true, active 0", "cancelled false, active 1", NULL},
        {"{at: 5s, supervisor: {phase: drained}}", 5 * SECOND, "supervisor: phase drained",
         "running", NULL},
        {"{at: 5s, metrics: {restarts_total: {min: 3}, spawned_total: 6}}", 5 * SECOND,
         "metrics: restarts_total at least 3, spawned_total 6", "restarts_total 2", NULL},
        {"{at: end, service: flaky, is: {reason: completed}}", 60 * SECOND,
         "flaky: reason completed", "cancelled", "flaky"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_fails(&list[i]);
    }
}

/* `late` is spawned at 20s: before that it is a name that is gone. */
static void values__one_of_several_or_none_of_them(void **state)
{
    (void)state;
    static const char *const list[] = {
        "{at: 3s, service: flaky, is: {phase: [running, backing-off]}}",
        "{at: 3s, service: flaky, is: {phase: [backing-off]}}",
        "{at: 3s, service: flaky, is: {phase: {not: running}}}",
        "{at: 3s, service: flaky, is: {phase: {not: [running, terminated]}}}",
        "{at: 3s, service: flaky, is: {attempt: [1, 2], starts: {not: 1}}}",
        "{at: 3s, service: flaky, is: {starts: [9, {min: 1, max: 2}]}}",
        "{at: 3s, service: flaky, is: {starts: {not: [0, 1, {min: 3}]}}}",
        "{at: 1s, service: flaky, is: {delay: [10ms, 1s]}}",
        "{at: 1s, service: flaky, is: {delay: {not: [999999999ns, 1000000001ns]}}}",
        "{at: 3s, service: bad, is: {last-error: [luck, no luck], reason: {not: completed}}}",
        "{at: 3s, service: flaky, is: {reason: {not: completed}, last-error: {not: ''}}}",
        "{at: 19s, service: late, is: {exists: false}}",
        "{at: 19s, service: late, count: 0, is: {phase: {not: terminated}}}",
        "{never: [0s, 19s], service: late, is: {phase: {not: terminated}}}",
        "{at: 3s, service: bad, count: 0, is: {limit-remaining: {not: 7}}}",
        "{at: 5s, group: g, is: {active: [1, 2]}}",
        "{at: 5s, group: g, is: {active: {not: [0, 2]}}}",
        "{at: 30s, supervisor: {phase: [draining, drained]}}",
        "{at: 30s, supervisor: {phase: {not: running}}}",
        "{events: [{event: attempt-ended, outcome: [crashed, failed], at: [0s, 1s]}]}",
        "{events: [{event: attempt-ended, outcome: failed, service: {not: [bad, late]}}]}",
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_holds(list[i]);
    }
}

static void values__failures_name_them_all(void **state)
{
    (void)state;
    static const struct failing list[] = {
        {"{at: 3s, service: flaky, is: {phase: [running, idle]}}", 3 * SECOND,
         "flaky: phase one of running, idle", "backing-off", "flaky"},
        {"{at: 3s, service: flaky, is: {phase: {not: backing-off}}}", 3 * SECOND,
         "flaky: phase not backing-off", "backing-off", "flaky"},
        {"{at: 3s, service: flaky, is: {phase: {not: [idle, backing-off]}}}", 3 * SECOND,
         "flaky: phase none of idle, backing-off", "backing-off", "flaky"},
        {"{at: 3s, service: flaky, is: {starts: [1, {min: 3, max: 4}]}}", 3 * SECOND,
         "flaky: starts one of 1, 3 to 4", "starts 2", "flaky"},
        {"{at: 1s, service: flaky, is: {delay: {not: 1s}}}", SECOND, "flaky: delay not 1s", "1s",
         "flaky"},
        {"{at: 3s, service: bad, is: {last-error: [luck, none]}}", 3 * SECOND,
         "bad: last-error one of \"luck\", \"none\"", "\"no luck\"", "bad"},
        {"{at: 19s, service: late, is: {phase: {not: terminated}}}", 19 * SECOND,
         "late: phase not terminated", "not registered", "late"},
        {"{at: 3s, service: bad, is: {limit-remaining: {not: 7}}}", 3 * SECOND,
         "bad: limit-remaining not 7", "no restart limit", "bad"},
        {"{at: 5s, group: g, is: {active: [0, 2]}}", 5 * SECOND, "group g: active one of 0, 2",
         "active 1", NULL},
        {"{at: 5s, group: g, is: {active: {not: 1}}}", 5 * SECOND, "group g: active not 1",
         "active 1", NULL},
        {"{at: 5s, supervisor: {phase: {not: running}}}", 5 * SECOND,
         "supervisor: phase not running", "running", NULL},
        {"{events: [{event: attempt-ended, outcome: [aborted, refused]}]}", 60 * SECOND,
         "event 1 of 1: attempt-ended, outcome one of aborted, refused", "it did not come", NULL},
        {"{events: [{event: drained, outcome: {not: failed}}]}", 60 * SECOND,
         "event 1 of 1: drained, outcome not failed", "it did not come", NULL},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_fails(&list[i]);
    }
}

static void ranges__hold(void **state)
{
    (void)state;
    static const char *const list[] = {
        "{by: 5s, service: flaky, is: {attempt: 3}}",
        "{by: 40s, supervisor: {phase: drained}}",
        "{by: 10s, service: flaky, is: {running-time: {min: 6s}}}",
        "{always: all, service: 'w-*', count: {min: 2, max: 3}, is: {operation: active}}",
        "{always: [12s, 29s], service: 'w-*', is: {phase: running}}",
        "{always: [6s, 7s], service: flaky, is: {phase: running}}",
        "{always: [1s, 1999ms], service: flaky, is: {phase: backing-off}}",
        "{never: all, service: 'w-*', is: {phase: backing-off}}",
        "{never: [12s, 29s], service: ['w-*', flaky], is: {operation: paused}}",
        "{never: all, service: w-1, is: {operation: paused, active: true, attempt: 2}}",
        "{never: [0s, 19999ms], service: late, is: {exists: true}}",
        "{never: all, group: g, is: {active: 2}}",
        "{always: all, group: g, is: {active: {max: 1}}}",
        "{always: [0s, 29s], supervisor: {phase: running}}",
        "{always: all, metrics: {failures_total: {max: 3}}}",
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_holds(list[i]);
    }
}

static void ranges__fail_at_the_instant_that_breaks_them(void **state)
{
    (void)state;
    static const struct failing list[] = {
        {"{by: 4999ms, service: flaky, is: {attempt: 3}}", 4999 * MS, "by 4.999s: flaky: attempt 3",
         "attempt 2", "flaky"},
        {"{always: all, service: flaky, is: {phase: running}}", SECOND,
         "always flaky: phase running", "backing-off", "flaky"},
        /* Nothing happens within the range: the state at its beginning counts. */
        {"{always: [6s, 7s], service: flaky, is: {phase: idle}}", 6 * SECOND,
         "always flaky: phase idle", "running", "flaky"},
        {"{never: [6s, 7s], service: flaky, is: {phase: running}}", 6 * SECOND,
         "never flaky: phase running", "running", "flaky"},
        {"{never: all, service: 'w-*', is: {operation: paused, active: false}}", 10 * SECOND,
         "never w-*: operation paused, active false", "w-1: operation paused, active false", "w-1"},
        {"{never: all, service: [w-0, w-1], count: 1, is: {phase: running}}", 10 * SECOND,
         "never 1 of w-0, w-1: phase running", "1: w-0", "w-0"},
        {"{always: all, service: 'l*', is: {phase: running}}", 0, "always l*: phase running",
         "no service matches", NULL},
        {"{never: all, supervisor: {phase: draining}}", 30 * SECOND,
         "never supervisor: phase draining", "draining", NULL},
        {"{never: all, metrics: {failures_total: 2}}", SECOND, "never metrics: failures_total 2",
         "failures_total 2", NULL},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_fails(&list[i]);
    }
}

static void run__holds(void **state)
{
    (void)state;
    static const char *const list[] = {
        "{starts: {flaky: [0s, 2s, 5s], bad: [0s], late: [20s], w-1: [0s, 11s]}}",
        "{delays: {flaky: [1s, {min: 1s, max: 2s}], bad: []}}",
        "{events: [{event: attempt-ended, service: flaky, outcome: failed}, {event: paused},"
        " {event: shutdown-requested, at: 30s}, {event: drained}]}",
        "{service: bad, exactly: true, events: [{event: registered, generation: 0}, {event: "
        "attempt-started, attempt: 1}, {event: attempt-ended, error: no luck}, {event: "
        "terminated}]}",
        "{events: [{event: registered, service: flaky, group: g}, {event: registered, group: "
        "runtime.g}]}",
        "{drain: {took: 3s, timed-out: false, already-exited: [bad], graceful: {min: 4, max: 5},"
        " aborted: [], abandoned: 1}}",
        "{drain: {graceful: [late, w-2, w-1, w-0, flaky], abandoned: [hung]}}",
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        if (i != 4) { /* only one service is in the group */
            assert_holds(list[i]);
        }
    }
}

static void run__failures_name_the_first_difference(void **state)
{
    (void)state;
    static const struct failing list[] = {
        {"{starts: {flaky: [0s, 2s, 4s]}}", 60 * SECOND, "flaky: start 3 at 4s",
         "5s (in all: 0s, 2s, 5s)", "flaky"},
        {"{starts: {flaky: [0s]}}", 60 * SECOND, "flaky: 1 start",
         "3 starts (in all: 0s, 2s, and 1 more)", "flaky"},
        {"{starts: {flaky: [0s, 2s, 5s, 6s]}}", 60 * SECOND, "flaky: start 4 at 6s",
         "3 starts (in all: 0s, 2s, 5s)", "flaky"},
        {"{delays: {bad: [{min: 1s, max: 2s}]}}", 60 * SECOND, "bad: delay 1 of 1s to 2s",
         "0 delays (in all: none)", "bad"},
        {"{events: [{event: paused}, {event: attempt-started, service: w-0}]}", 60 * SECOND,
         "event 2 of 2: attempt-started, service w-0", "it did not come after the one before",
         "w-0"},
        {"{service: late, exactly: true, events: [{event: registered}, {event: attempt-started}]}",
         20 * SECOND, "late: event 1 of 2: registered",
         "{\"t\":20000000000,\"n\":28,\"event\":\"command\",\"service\":\"late\",\"command\":"
         "\"spawn\",\"who\":\"scenario\",\"why\":\"scenario\",\"result\":\"ok\"}",
         "late"},
        {"{service: bad, exactly: true, events: [{event: registered}, {event: attempt-started}, "
         "{event: attempt-ended}]}",
         0, "bad: 3 events and no more",
         "{\"t\":0,\"n\":14,\"event\":\"terminated\",\"service\":\"bad\",\"reason\":"
         "\"unrecoverable\",\"text\":\"unrecoverable: no luck\",\"because\":\"restart: never, and "
         "it "
         "ended failed\"}",
         "bad"},
        {"{drain: {took: 2s}}", 60 * SECOND, "drain: took 2s", "3s", NULL},
        {"{drain: {timed-out: true}}", 60 * SECOND, "drain: timed-out true", "false", NULL},
        {"{drain: {abandoned: 0}}", 60 * SECOND, "drain: abandoned 0", "abandoned 1", NULL},
        {"{drain: {abandoned: [w-0]}}", 60 * SECOND, "drain: abandoned w-0", "hung", "hung"},
        {"{drain: {aborted: [hung]}}", 60 * SECOND, "drain: aborted hung", "nobody", "hung"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_fails(&list[i]);
    }
}

/* Of events that did not come, by the name that they were to have. */
static void run__failures_concern_whom_they_name(void **state)
{
    static const struct {
        const char *text;
        const char *service; /* NULL: nobody */
    } list[] = {
        {"{events: [{event: quarantined, service: w-0}]}", "w-0"},
        {"{events: [{event: quarantined, group: g, service: w-0}]}", "w-0"},
        {"{events: [{event: quarantined, service: 'w-*'}]}", NULL},
        {"{events: [{event: quarantined, service: {not: w-0}}]}", NULL},
        {"{events: [{event: quarantined, group: g}]}", NULL},
        {"{service: bad, events: [{event: quarantined}]}", "bad"},
        {"{service: bad, events: [{event: registered}], exactly: true}", "bad"},
        {"{events: [{event: registered, service: flaky}], exactly: true}", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        struct outcome outcome = run_text(list[i].text);
        assert_int_equal(outcome.result.failure_count, 1);
        const struct sim_failure *failure = outcome.result.failures;
        if (failure->service_count != (list[i].service != NULL)) {
            fail_msg("%s: %u services", list[i].text, failure->service_count);
        }
        if (list[i].service != NULL) {
            assert_string_equal(failure->services[0], list[i].service);
        }
        release(&outcome);
    }
}

static void sometimes__is_told_and_never_fails(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool held;
    } list[] = {
        {"{sometimes: {service: flaky, is: {phase: backing-off}}}", true},
        {"{sometimes: {service: flaky, is: {attempt: 4}}}", false},
        {"{sometimes: {metrics: {failures_total: 2}}}", true},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct outcome outcome = run_text(list[i].text);
        assert_int_equal(outcome.result.sometimes[0], list[i].held);
        release(&outcome);
    }
}

/* ---- without a run ---- */

static struct sim_scenario *expecting(const char *expect)
{
    char text[2048];
    snprintf(text, sizeof(text), HEAD "services: [{name: a}]\nexpect:\n  - %s\n", expect);
    return read_good(text);
}

static void deadline__is_the_next_instant_somebody_looks_at(void **state)
{
    (void)state;
    char text[2048];
    snprintf(text, sizeof(text),
             HEAD "services: [{name: a}]\nexpect:\n"
                  "  - {at: 9s, metrics: {spawned_total: 0}}\n"
                  "  - {always: [3s, 5s], metrics: {spawned_total: 0}}\n"
                  "  - {by: 7s, metrics: {spawned_total: 1}}\n"
                  "  - {at: end, metrics: {spawned_total: 0}}\n");
    struct sim_scenario *scenario = read_good(text);
    struct sim_expect *expect;
    assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
    assert_int_equal(sim_expect_deadline(expect).ns, 3 * SECOND);
    sim_expect_free(expect);
    sim_expect_free(NULL);
    sim_scenario_free(scenario);
    /* Where a span begins at once, that is the instant. */
    static const char *const at_once[] = {"{always: [0s, 5s], supervisor: {phase: running}}",
                                          "{never: [0s, 5s], supervisor: {phase: drained}}"};
    for (size_t i = 0; i < COUNT(at_once); i++) {
        scenario = expecting(at_once[i]);
        assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
        assert_int_equal(sim_expect_deadline(expect).ns, 0);
        sim_expect_free(expect);
        sim_scenario_free(scenario);
    }
}

static struct sup_instant no_clock(void *context)
{
    (void)context;
    return (struct sup_instant){SECOND};
}

static int start(void *context, const struct sup_start *asked, const char **ret_error)
{
    (void)context;
    (void)asked;
    (void)ret_error;
    return 0;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

static struct sup *empty_supervisor(void)
{
    struct sup_config config;
    sup_config_default(&config);
    config.clock.now = no_clock;
    config.executor = (struct sup_executor){.start = start, .cancel = stop, .abort = stop};
    config.alloc = sup_allocator_libc;
    struct sup *sup;
    assert_int_equal(sup_create(&config, &sup), SUP_OK);
    return sup;
}

/* Entries that nobody looked at are failures: the run ended too early, or no
 * service was ever there to look at. */
static void end__what_was_never_evaluated_fails(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *expected;
        const char *found;
        const char *detail;
    } list[] = {
        {"{at: 9s, service: a, is: {active: true}}", "at 9s: a: active true",
         "never evaluated: the run ended at 1s", "ended"},
        {"{always: [3s, 5s], service: a, is: {active: true}}", "always a: active true",
         "never evaluated: the run ended at 1s", "ended"},
        {"{never: all, service: 'a*', is: {active: true}}", "never a*: active true",
         "never evaluated: no service matched", "unmatched"},
        {"{by: 9s, service: a, is: {active: true}}", "by 9s: a: active true", "not registered",
         "active"},
        {"{starts: {a: [0s]}}", "a: start 1 at 0s", "0 starts (in all: none)", "fewer"},
        {"{drain: {took: 0s}}", "drain: finished", "no shutdown was requested", "finished"},
    };
    struct sup *sup = empty_supervisor();
    for (size_t i = 0; i < COUNT(list); i++) {
        struct sim_scenario *scenario = expecting(list[i].text);
        struct sim_expect *expect;
        const struct sim_failure *failures;
        assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
        sim_expect_settled(expect, sup, (struct sup_instant){SECOND});
        assert_int_equal(sim_expect_failures(expect, NULL), 0);
        sim_expect_end(expect, sup, (struct sup_instant){SECOND});
        assert_int_equal(sim_expect_failures(expect, &failures), 1);
        assert_string_equal(failures[0].expected, list[i].expected);
        assert_string_equal(failures[0].found, list[i].found);
        assert_string_equal(failures[0].detail, list[i].detail);
        assert_int_equal(sim_expect_evaluated(expect), i > 3 ? 1 : i == 3);
        sim_expect_free(expect);
        sim_scenario_free(scenario);
    }
    sup_free(sup);
}

static bool held(struct sim_expect *expect, struct sup *sup)
{
    sim_expect_end(expect, sup, (struct sup_instant){9 * SECOND});
    bool held = sim_expect_failures(expect, NULL) == 0;
    sim_expect_free(expect);
    return held;
}

/* Where time is real, the instant of an expectation may be met late. */
static void late__what_comes_true_after_its_time_is_too_late(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool holds;
    } list[] = {
        {"{by: 1s, supervisor: {phase: drained}}", false},
        {"{by: 3s, supervisor: {phase: drained}}", true},
        {"{always: [0s, 1s], supervisor: {phase: running}}", true},
        {"{always: [0s, 3s], supervisor: {phase: running}}", false},
        {"{never: [0s, 1s], supervisor: {phase: drained}}", true},
        {"{never: [0s, 3s], supervisor: {phase: drained}}", false},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct sup *sup = empty_supervisor();
        struct sim_scenario *scenario = expecting(list[i].text);
        struct sim_expect *expect;
        assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
        sim_expect_settled(expect, sup, (struct sup_instant){0});
        struct sup_command_outcome outcome;
        struct sup_actor actor = {.who = "test", .why = "test"};
        assert_int_equal(sup_shutdown(sup, NULL, &actor, &outcome), SUP_OK);
        sim_expect_settled(expect, sup, (struct sup_instant){3 * SECOND});
        assert_int_equal(held(expect, sup), list[i].holds);
        sim_scenario_free(scenario);
        sup_free(sup);
    }
}

static void by__begins_where_it_is_told_to(void **state)
{
    (void)state;
    struct sup *sup = empty_supervisor();
    struct sim_scenario *scenario = expecting("{by: 5s, supervisor: {phase: running}}");
    scenario->expectations[0].from.ns = 2 * SECOND;
    struct sim_expect *expect;
    assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
    assert_int_equal(sim_expect_deadline(expect).ns, 2 * SECOND);
    sim_expect_settled(expect, sup, (struct sup_instant){SECOND});
    sim_expect_settled(expect, sup, (struct sup_instant){2 * SECOND});
    struct sup_command_outcome outcome;
    struct sup_actor actor = {.who = "test", .why = "test"};
    assert_int_equal(sup_shutdown(sup, NULL, &actor, &outcome), SUP_OK);
    assert_true(held(expect, sup));
    sim_scenario_free(scenario);
    sup_free(sup);
}

static void sometimes__is_asked_of_its_own_entries_only(void **state)
{
    (void)state;
    struct sup *sup = empty_supervisor();
    struct sim_scenario *scenario = expecting("{by: 5s, supervisor: {phase: running}}");
    struct sim_expect *expect;
    assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
    sim_expect_settled(expect, sup, (struct sup_instant){0});
    assert_false(sim_expect_sometimes(expect, 0)); /* a `by` that held */
    assert_false(sim_expect_sometimes(expect, 1));
    assert_false(sim_expect_sometimes(expect, UINT32_MAX));
    assert_true(held(expect, sup));
    sim_scenario_free(scenario);
    scenario = expecting("{sometimes: {supervisor: {phase: running}}}");
    assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
    sim_expect_settled(expect, sup, (struct sup_instant){0});
    assert_true(sim_expect_sometimes(expect, 0));
    assert_true(held(expect, sup));
    sim_scenario_free(scenario);
    sup_free(sup);
}

/* What only a program's own tasks can return. */
static void events__codes_have_a_sign(void **state)
{
    (void)state;
    static const struct {
        const char *wanted;
        int32_t code;
        bool holds;
    } list[] = {
        {"{max: 3}", -1, false}, {"{max: 3}", 0, true},   {"{max: 3}", 3, true},
        {"{max: 3}", 4, false},  {"{min: 3}", -1, false}, {"{min: 3}", 3, true},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct sup *sup = empty_supervisor();
        char text[80];
        snprintf(text, sizeof(text), "{events: [{event: attempt-ended, code: %s}]}",
                 list[i].wanted);
        struct sim_scenario *scenario = expecting(text);
        struct sim_expect *expect;
        assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
        struct sup_event event = {.type = SUP_EVENT_ATTEMPT_ENDED,
                                  .fields = SUP_FIELD_CODE,
                                  .service = "a",
                                  .code = list[i].code};
        sim_expect_event(expect, &event);
        assert_int_equal(held(expect, sup), list[i].holds);
        sim_scenario_free(scenario);
        sup_free(sup);
    }
}

static void end__counts_what_was_evaluated(void **state)
{
    (void)state;
    struct sup *sup = empty_supervisor();
    struct sim_scenario *scenario =
        expecting("{at: 0s, service: 'a*', count: 0, is: {active: true}}");
    struct sim_expect *expect;
    assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
    sim_expect_settled(expect, sup, (struct sup_instant){0});
    sim_expect_end(expect, sup, (struct sup_instant){0});
    assert_int_equal(sim_expect_evaluated(expect), 1);
    assert_true(held(expect, sup));
    sim_scenario_free(scenario);
    sup_free(sup);
}

static void failures__are_bounded_in_number_and_length(void **state)
{
    (void)state;
    struct sim_scenario *scenario = expecting("{at: end, service: a, is: {exists: true}}");
    struct sim_expect *expect;
    const struct sim_failure *failures;
    assert_int_equal(sim_expect_create(scenario, &expect), SUP_OK);
    char text[3001];
    for (size_t i = 0; i < 3000; i += 2) {
        memcpy(text + i, "\xC3\xA9", 2);
    }
    text[3000] = '\0';
    struct sim_place place = {7, 3, 0};
    for (uint32_t i = 0; i < 1100; i++) {
        const struct sim_finding finding = {.place = place,
                                            .at = {5},
                                            .service = i == 0 ? "a" : NULL,
                                            .expected = text + (i & 1),
                                            .found = "b"};
        sim_expect_fail(expect, &finding);
    }
    assert_int_equal(sim_expect_failures(expect, &failures), 1000);
    assert_int_equal(failures[0].place.line, 7);
    assert_int_equal(failures[0].at_ns, 5);
    assert_string_equal(failures[0].services[0], "a");
    assert_string_equal(failures[0].found, "b");
    size_t length = strlen(failures[0].expected);
    assert_in_range(length, 1000, 1023);
    assert_string_equal(failures[0].expected + length - 5, "\xC3\xA9...");
    assert_false(sim_expect_failed(expect));
    sim_expect_free(expect);
    sim_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at__holds_at_its_instant),
        cmocka_unit_test(at__failures_say_what_was_found),
        cmocka_unit_test(values__one_of_several_or_none_of_them),
        cmocka_unit_test(values__failures_name_them_all),
        cmocka_unit_test(ranges__hold),
        cmocka_unit_test(ranges__fail_at_the_instant_that_breaks_them),
        cmocka_unit_test(run__holds),
        cmocka_unit_test(run__failures_name_the_first_difference),
        cmocka_unit_test(run__failures_concern_whom_they_name),
        cmocka_unit_test(sometimes__is_told_and_never_fails),
        cmocka_unit_test(deadline__is_the_next_instant_somebody_looks_at),
        cmocka_unit_test(end__what_was_never_evaluated_fails),
        cmocka_unit_test(late__what_comes_true_after_its_time_is_too_late),
        cmocka_unit_test(by__begins_where_it_is_told_to),
        cmocka_unit_test(sometimes__is_asked_of_its_own_entries_only),
        cmocka_unit_test(events__codes_have_a_sign),
        cmocka_unit_test(end__counts_what_was_evaluated),
        cmocka_unit_test(failures__are_bounded_in_number_and_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
