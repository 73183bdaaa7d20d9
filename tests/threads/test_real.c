/* Scenarios on real threads: the same story as simulated, what is skipped and why,
 * and a world that loses something, which must be noticed. */
#define _GNU_SOURCE
#include "thread_world.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/real/crew.h"
#include "sim/real/real.h"
#include "sup/error.h"

static void run(const char *text, const struct sim_real_options *given, struct sim_result *result)
{
    struct sim_diagnostics diagnostics;
    struct sim_scenario *scenario = NULL;
    struct sim_real_options options = {.crew = &sim__crew_threads};
    const struct sim_run_options plain = {0};
    if (given != NULL) {
        options = *given;
    }
    int error = sim_scenario_read(text, strlen(text), "test.yaml", &diagnostics, &scenario);
    if (error != SUP_OK) {
        fail_msg("%s", diagnostics.text != NULL ? diagnostics.text : "out of memory");
    }
    assert_int_equal(sim__run_real(scenario, &plain, &options, result), SUP_OK);
    sim_scenario_free(scenario);
}

/* A machine that was too late to tell is asked again, until it has the time. */
static void run_in_time(const char *text, const struct sim_real_options *given,
                        struct sim_result *result)
{
    time_t limit = time(NULL) + PATIENCE_SECONDS;
    run(text, given, result);
    while (result->verdict == SIM_LATE && time(NULL) < limit) {
        sim_result_release(result);
        run(text, given, result);
    }
}

static void assert_passes(const char *text, const struct sim_real_options *given)
{
    const struct sim_real_options patient = {
        .crew = &sim__crew_threads,
        .speed_billionths = given != NULL ? given->speed_billionths : 0,
        .has_tolerance = true,
        .tolerance_ns = UINT64_C(400000000),
    };
    struct sim_result result;
    run_in_time(text, &patient, &result);
    if (result.status != SIM_EXIT_PASS || result.skipped) {
        fail_msg("%s %s %s", result.note, result.message,
                 result.failure_count > 0 ? result.failures[0].found : "");
    }
    assert_non_null(strstr(result.note, "the same story as simulated"));
    sim_result_release(&result);
}

static void assert_skipped(const char *text, const char *why)
{
    struct sim_result result;
    run(text, NULL, &result);
    assert_int_equal(result.status, SIM_EXIT_PASS);
    assert_true(result.skipped);
    if (strstr(result.note, why) == NULL) {
        fail_msg("'%s' instead of '%s'", result.note, why);
    }
    assert_int_equal(result.events, 0);
    sim_result_release(&result);
}

#define HEAD "scenario: 1\nname: test\n"

/* ---- what passes ---- */

static void real__failures_and_a_drain_tell_the_simulated_story(void **state)
{
    (void)state;
    assert_passes(HEAD "defaults: {backoff: {base: 10ms}, breaker: {failures: 3}}\n"
                       "services:\n"
                       "  - {name: healthy}\n"
                       "  - {name: bad, script: [{fail: {error: no luck, code: 3}}]}\n"
                       "  - {name: worse, script: [{crash: {signal: SEGV}}]}\n"
                       "  - {name: flaky, script: [{crash: {}, times: 2}, run]}\n"
                       "  - {name: refused, script: [{refuse: {error: not today}}]}\n"
                       "timeline:\n"
                       "  - {at: 2s, shutdown: {}}\n"
                       "expect:\n"
                       "  - {at: 1s, service: [bad, worse, refused],\n"
                       "     is: {phase: terminated, reason: circuit-breaker-open, starts: 3}}\n"
                       "  - {at: 1s, service: flaky, is: {phase: running, starts: 3}}\n"
                       "  - {drain: {graceful: [healthy, flaky], aborted: 0}}\n",
                  NULL);
}

static void real__steps_actions_and_injections_tell_the_simulated_story(void **state)
{
    (void)state;
    assert_passes(HEAD
                  "services:\n"
                  "  - {name: other, restart: never}\n"
                  "  - name: worker\n"
                  "    ready: {explicit: {timeout: 10s}}\n"
                  "    script:\n"
                  "      - steps: [ready, {repeat: {times: 3, steps: [beat, not-ready, ready]}},\n"
                  "                {sleep: 500ms}, {do: {fail: other, error: pushed}},\n"
                  "                {on-cancel: [not-ready, {sleep: 100ms}, {fail: late}]}, run]\n"
                  "  - {name: stubborn, stop: {grace: 500ms, abort-wait: 500ms},\n"
                  "     script: [{run: {}, ignore-cancel: true, ignore-abort: true}]}\n"
                  "  - {name: slow, script: [{run: {}, stop-after: 50ms}]}\n"
                  "  - {name: drawn, backoff: {jitter: full}, breaker: {failures: 2},\n"
                  "     script: [{fail: {after: {uniform: [1ms, 50ms]}}}]}\n"
                  "timeline:\n"
                  "  - {at: 2s, refuse-starts: {service: slow, times: 1}}\n"
                  "  - {at: 2s, restart: slow}\n"
                  "  - {at: 2s, cancel: [worker, stubborn]}\n"
                  "expect:\n"
                  "  - {at: 4s, service: stubborn, is: {reason: abandoned}}\n"
                  "  - {at: 4s, service: worker, is: {reason: cancelled, last-error: late}}\n"
                  "  - {at: 4s, service: other, is: {last-error: pushed}}\n"
                  "  - {at: 4s, service: slow, is: {phase: running, attempt: 3}}\n",
                  NULL);
}

static void real__speed_takes_minutes_in_no_time(void **state)
{
    const struct sim_real_options fast = {.speed_billionths = UINT64_C(100000000000)};
    (void)state;
    if (thread_under_faketime()) {
        skip(); /* a thousand times as fast is too fast */
    }
    assert_passes(HEAD "until: 8m\n"
                       "services:\n"
                       "  - {name: a, backoff: {base: 3m, max: 9m},\n"
                       "     script: [{fail: {after: 2m}}, run]}\n"
                       "expect:\n"
                       "  - {starts: {a: [0s, 5m]}}\n"
                       "  - {delays: {a: [3m]}}\n",
                  &fast);
}

/* A file of an hour, in a second. */
static void real__run_that_would_be_too_long_is_taken_faster(void **state)
{
    static const char text[] =
        HEAD "services: [{name: a, backoff: {base: 20m, max: 20m}, stop: {grace: 20m},\n"
             "  script: [{fail: {after: 20m}}, run]}]\n"
             "timeline: [{at: 1h, shutdown: {timeout: 30m}}]\n"
             "expect: [{starts: {a: [0s, 40m]}}]\n";
    struct sim_diagnostics diagnostics;
    struct sim_scenario *scenario;
    struct sim_result result;
    const struct sim_run_options run = {.max_wall_ns = UINT64_C(4000000000)};
    const struct sim_real_options options = {.crew = &sim__crew_threads};
    (void)state;
    if (thread_under_faketime()) {
        skip(); /* thousands of times as fast is too fast */
    }
    assert_int_equal(sim_scenario_read(text, strlen(text), "test.yaml", &diagnostics, &scenario),
                     SUP_OK);
    assert_int_equal(sim__run_real(scenario, &run, &options, &result), SUP_OK);
    sim_scenario_free(scenario);
    assert_int_equal(result.status, SIM_EXIT_PASS);
    assert_false(result.skipped);
    if (result.verdict != SIM_LATE) {
        assert_non_null(strstr(result.note, ", 9001 times as fast)"));
    }
    sim_result_release(&result);
}

static const struct sim_real_options lenient = {
    .crew = &sim__crew_threads, .has_tolerance = true, .tolerance_ns = UINT64_C(100000000)};

/* Whether b fails before it is cancelled is decided by 400 ms: too little for a run that is
 * taken faster. */
#define HURRIED "  - {name: b, restart: never, script: [{fail: {after: 800ms}}]}\n"
#define HURRY "  - {at: 400ms, cancel: b}\n"
#define QUIET(expected) \
    HEAD "until: 1h\n" \
         "services:\n" \
         "  - {name: a, backoff: {base: 200ms}, script: [fail, run]}\n" HURRIED \
         "timeline:\n" HURRY "  - {at: 500ms, not-ready: a}\n" \
         "expect:\n" \
         "  - {always: [1s, 1h], service: a, is: {phase: running, readiness: not-ready}}\n" \
         "  - {" expected "}\n"

static void assert_in(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' has no '%s'", text, part);
    }
}

/* What is expected of the rest is looked at all the same, and what changes with time alone
 * is what it will be. */
static void real__hour_in_which_nothing_happens_is_not_waited_for(void **state)
{
    static const char *const good[] = {
        QUIET("at: 59m, service: a, is: {phase: running, attempt: 2}"),
        QUIET("at: 30m, service: a, is: {running-time: 29m59.8s}"),
        QUIET("at: end, service: a, is: {running-time: 59m59.8s}"),
        QUIET("by: 50m, service: a, is: {running-time: {min: 49m}}"),
    };
    struct sim_result result;
    (void)state;
    if (thread_under_faketime()) {
        skip(); /* its tolerance is too little of true time */
    }
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        run_in_time(good[i], &lenient, &result);
        assert_string_equal(result.message, "");
        assert_int_equal(result.status, SIM_EXIT_PASS);
        assert_in(result.note, "the same story as simulated");
        assert_in(result.note, "; the last 59m58s, in which nothing happens, were not waited for");
        sim_result_release(&result);
    }
    run_in_time(QUIET("at: 50m, service: a, is: {running-time: {min: 51m}}"), &lenient, &result);
    assert_int_equal(result.status, SIM_EXIT_EXPECTATION);
    assert_int_equal(result.failure_count, 1);
    assert_int_equal(result.failures[0].place.line, 12);
    assert_int_equal(result.failures[0].at_ns, UINT64_C(3000100000000));
    assert_in(result.note, "the last 59m58s, in which nothing happens, were not waited for");
    sim_result_release(&result);
}

/* Two things 20 ms apart, of which real time makes more. */
static void real__run_that_less_than_the_tolerance_decides_is_taken_slower(void **state)
{
    static const char text[] = HEAD "until: 300ms\n"
                                    "services: [{name: a, script: [{fail: {after: 100ms}}],\n"
                                    "            backoff: {base: 1m}}]\n"
                                    "timeline: [{at: 120ms, pause: a}]\n"
                                    "expect: [{at: 110ms, service: a, is: {phase: backing-off}}]\n";
    struct sim_result result;
    (void)state;
    if (thread_under_faketime()) {
        skip();
    }
    run_in_time(text, &lenient, &result);
    assert_int_equal(result.status, SIM_EXIT_PASS);
    assert_in(result.note, " times as slow)");
    sim_result_release(&result);
}

/* What needs force is not asked of threads; the rest is. */
static void real__expectations_that_need_force_are_not_asked(void **state)
{
    static const char text[] = HEAD "services:\n"
                                    "  - {name: a, script: [{run: {}, stop-after: 500ms}],\n"
                                    "     stop: {grace: 200ms, abort-wait: 5s}}\n"
                                    "timeline: [{at: 200ms, cancel: a}]\n"
                                    "expect:\n"
                                    "  - {at: 450ms, service: a, is: {phase: terminated}}\n"
                                    "  - {at: end, service: a, is: {phase: terminated}}\n";
    const struct sim_real_options patient = {
        .crew = &sim__crew_threads, .has_tolerance = true, .tolerance_ns = UINT64_C(100000000)};
    struct sim_result result;
    (void)state;
    run(text, &patient, &result);
    assert_int_equal(result.status, SIM_EXIT_PASS);
    assert_false(result.skipped);
    if (result.verdict != SIM_LATE) {
        assert_non_null(strstr(result.note, "; not asked: line 8 (an executor that can end an "
                                            "attempt by force)"));
    }
    sim_result_release(&result);
}

/* ---- what fails ---- */

static void real__expectation_that_does_not_hold_fails(void **state)
{
    struct sim_result result;
    (void)state;
    run_in_time(HEAD "until: 100ms\nservices: [{name: a}]\n"
                     "expect: [{at: end, service: a, is: {phase: terminated}}]\n",
                NULL, &result);
    assert_int_equal(result.status, SIM_EXIT_EXPECTATION);
    assert_int_equal(result.failure_count, 1);
    assert_string_equal(result.failures[0].found, "running");
    sim_result_release(&result);
}

/* Says that it has said so, and has not. */
static bool say_nothing(void *crew, uint32_t slot, enum sim_say say)
{
    (void)crew;
    (void)slot;
    (void)say;
    return true;
}

static void real__world_that_loses_a_report_does_not_conform(void **state)
{
    struct sim_crew_kind losing = sim__crew_threads;
    struct sim_real_options options = {.crew = &losing};
    struct sim_result result;
    (void)state;
    losing.say = say_nothing;
    run_in_time(HEAD "until: 2s\nservices: [{name: a}]\ntimeline: [{at: 500ms, not-ready: a}]\n",
                &options, &result);
    assert_int_equal(result.status, SIM_EXIT_EXPECTATION);
    assert_non_null(strstr(result.message, "conformance: service a, event 3: simulated it is "));
    assert_non_null(strstr(result.message, "not-ready (attempt 1) at 500ms"));
    assert_non_null(strstr(result.message, "threads nothing"));
    sim_result_release(&result);
}

/* ---- what fails where nothing is to happen ---- */

/* Crews that do what they are told, and by and by something else. */
static struct meddler {
    const struct sim_crew_kind *kind;
    void *crew;
    struct sup_host *host;
    uint32_t slot;
    struct sup_host_timer timer;
} meddler;

static int bind_meddler(void *crew, struct sup_host *host)
{
    meddler.crew = crew;
    meddler.host = host;
    return sim__crew_threads.bind(crew, host);
}

static void end_it(void *context)
{
    const struct sup_end end = {.outcome = SUP_OUTCOME_FAILED, .error = "out of nothing"};
    (void)context;
    (void)sim__crew_threads.end(meddler.crew, meddler.slot, &end);
}

/* Nine tenths of the margin after the last thing that happens. */
static bool say_and_end_later(void *crew, uint32_t slot, enum sim_say say)
{
    meddler.slot = slot;
    meddler.timer = (struct sup_host_timer){.due = end_it};
    sup_host_timer_set(meddler.host, &meddler.timer,
                       sup_instant_add(sup_host_now(meddler.host), SUP_MS(900)));
    return sim__crew_threads.say(crew, slot, say);
}

/* A beat makes no event, but the next one is waited for. */
static bool say_and_beat(void *crew, uint32_t slot, enum sim_say say)
{
    return sim__crew_threads.say(crew, slot, say) &&
           sim__crew_threads.say(crew, slot, SIM_SAY_BEAT);
}

static void assert_fails(const char *text, bool (*say)(void *, uint32_t, enum sim_say),
                         const char *message)
{
    struct sim_crew_kind meddling = sim__crew_threads;
    struct sim_real_options options = lenient;
    struct sim_result result;
    options.crew = &meddling;
    meddling.bind = bind_meddler;
    meddling.say = say;
    run_in_time(text, &options, &result);
    assert_int_equal(result.status, SIM_EXIT_EXPECTATION);
    assert_in(result.message, message);
    assert_in(result.note, "in which nothing happens, were not waited for");
    sim_result_release(&result);
}

static void real__what_comes_in_the_margin_of_a_quiet_run_is_found(void **state)
{
    static const char text[] = HEAD "until: 1h\n"
                                    "services:\n"
                                    "  - {name: a, heartbeat: {stale-after: 30m}}\n" HURRIED
                                    "timeline:\n" HURRY "  - {at: 500ms, not-ready: a}\n";
    (void)state;
    if (thread_under_faketime()) {
        skip();
    }
    assert_fails(text, say_and_end_later,
                 "conformance: service a, event 4: simulated it is nothing,"
                 " threads attempt-ended (attempt 1, outcome failed,"
                 " error out of nothing) at 1.4");
    assert_fails(text, say_nothing, "threads nothing");
    assert_fails(text, say_and_beat,
                 "conformance: simulated, nothing is due any more, threads something at 30m");
}

/* ---- a machine without time ---- */

#define EATERS 6

static void *eat(void *context)
{
    atomic_bool *over = context;
    while (!atomic_load(over)) {
        ;
    }
    return NULL;
}

/* On one processor, with others that want it all the time and come first. */
static enum sim_verdict run_starved(const char *text)
{
    static atomic_bool over;
    pthread_t eaters[EATERS];
    struct sim_result result;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    for (size_t i = 0; i < EATERS; i++) {
        assert_int_equal(pthread_create(&eaters[i], NULL, eat, &over), 0);
    }
    assert_int_equal(setpriority(PRIO_PROCESS, (id_t)gettid(), 19), 0);
    run(text, NULL, &result);
    atomic_store(&over, true);
    for (size_t i = 0; i < EATERS; i++) {
        assert_int_equal(pthread_join(eaters[i], NULL), 0);
    }
    enum sim_verdict verdict = result.verdict;
    if (verdict == SIM_LATE) {
        assert_int_equal(result.status, SIM_EXIT_PASS);
        assert_true(result.late_ns > 0);
        assert_non_null(strstr(result.note, "the machine kept it waiting for "));
        assert_int_equal(result.failure_count, 0);
    }
    sim_result_release(&result);
    return verdict;
}

/* Whatever it makes late, or lets be missing, is not the program's fault. In a process of
 * its own, since who has become nice stays so. */
static void real__starved_run_is_late_or_passes_and_never_fails(void **state)
{
    (void)state;
    if (thread_under_valgrind() || thread_under_faketime()) {
        skip(); /* where nobody waits for a processor */
    }
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        _exit((int)run_starved(HEAD "until: 1s\n"
                                    "services:\n"
                                    "  - {name: a, backoff: {base: 100ms}, script: [{fail: {}}]}\n"
                                    "  - {name: b, script: [{succeed: {after: 850ms}}]}\n"
                                    "expect: [{at: 500ms, service: b, is: {phase: running}}]\n"));
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == SIM_PASS || WEXITSTATUS(status) == SIM_LATE);
}

/* ---- what is skipped ---- */

static void real__what_only_virtual_time_has_is_skipped(void **state)
{
    (void)state;
    assert_skipped(HEAD "services: [{name: a}]\ntimeline: [{at: 1s, stall: 1s}]\n", "stall");
    assert_skipped(HEAD "supervisor: {order: random}\nservices: [{name: a}]\n", "order: random");
    assert_skipped(HEAD "virtual-only: because\nservices: [{name: a}]\n", "because");
    assert_skipped(HEAD "services: [{name: a, count: 1100}]\n", "1100 services");
    assert_skipped(HEAD "verdict: stalled\nservices: [{name: a}]\n", "verdict: stalled");
    assert_skipped(HEAD "services: [{name: a, restart: never, script: [{fail: {after: 2s}}]}]\n"
                        "timeline: [{at: 1s, cancel: a}, {at: 1h, restart: a}]\n",
                   "it takes too long, and 61 times as fast, less than 3.05s decides");
    assert_skipped(HEAD "services: [{name: a, script: [hang]}]\n"
                        "timeline: [{at: 10ms, abort: a}]\n"
                        "expect: [{at: end, service: a, is: {reason: aborted}}]\n",
                   "end an attempt by force");
}

static void real__what_less_than_the_tolerance_decides_is_skipped(void **state)
{
    (void)state;
    /* The end of the run, and its cancellation, at one instant. */
    assert_skipped(HEAD "services: [{name: a, script: [{fail: {after: 1s}}], restart: never}]\n"
                        "timeline: [{at: 1s, cancel: a}]\n",
                   "less than 50ms decides");
    /* A beat just in time. */
    assert_skipped(HEAD "until: 500ms\nservices:\n"
                        "  - {name: a, heartbeat: {stale-after: 100ms},\n"
                        "     script: [{run: {}, beat: {every: 100ms}}]}\n",
                   "less than 50ms decides");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real__failures_and_a_drain_tell_the_simulated_story),
        cmocka_unit_test(real__steps_actions_and_injections_tell_the_simulated_story),
        cmocka_unit_test(real__speed_takes_minutes_in_no_time),
        cmocka_unit_test(real__run_that_would_be_too_long_is_taken_faster),
        cmocka_unit_test(real__hour_in_which_nothing_happens_is_not_waited_for),
        cmocka_unit_test(real__run_that_less_than_the_tolerance_decides_is_taken_slower),
        cmocka_unit_test(real__expectations_that_need_force_are_not_asked),
        cmocka_unit_test(real__expectation_that_does_not_hold_fails),
        cmocka_unit_test(real__world_that_loses_a_report_does_not_conform),
        cmocka_unit_test(real__what_comes_in_the_margin_of_a_quiet_run_is_found),
        cmocka_unit_test(real__starved_run_is_late_or_passes_and_never_fails),
        cmocka_unit_test(real__what_only_virtual_time_has_is_skipped),
        cmocka_unit_test(real__what_less_than_the_tolerance_decides_is_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
