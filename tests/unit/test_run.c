/* Whole runs of small scenarios: order, time, faults, verdicts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/run/faultpoints.h"
#include "sup/error.h"
#include "unit/told.h"

/* The contract's own example */

static void example__passes_twice_with_one_hash(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD
             "seed: 7\n"
             "until: 10m\n"
             "supervisor: {shutdown: {timeout: 5s}}\n"
             "defaults:\n"
             "  restart: on-failure\n"
             "  backoff: {base: 10ms, max: 100ms}\n"
             "  breaker: {failures: 3, within: 60s}\n"
             "services:\n"
             "  - {name: healthy-api, script: [run]}\n"
             "  - {name: bad-data, script: [fail]}\n"
             "  - {name: flaky-cns, script: [{fail: {}, times: 2}, run]}\n"
             "timeline: [{at: 2s, shutdown: {}}]\n"
             "expect:\n"
             "  - {at: 1s, service: bad-data, is: {phase: terminated, starts: 3,\n"
             "     reason: circuit-breaker-open}}\n"
             "  - {at: 1s, service: flaky-cns, is: {phase: running, starts: 3}}\n"
             "  - {delays: {bad-data: [10ms, 20ms]}}\n"
             "  - {at: end, metrics: {active_services: 0, spawned_total: 3, terminated_total: 3}}\n"
             "  - {drain: {took: 0s, timed-out: false}}\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    assert_int_equal(told.result.status, SIM_EXIT_PASS);
    assert_true(told.result.ran_twice);
    assert_int_equal(told.result.end_ns, UINT64_C(2000000000));
    assert_int_equal(told.result.attempts, 7);
    assert_int_equal(told.result.metrics.spawned_total, 3);
    assert_int_equal(told.result.unreached_count, 0);
    told_forget(&told);
}

/* Order inside one instant */

static void instant__services_start_one_by_one_in_file_order(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "services:\n"
                  "  - {name: a, restart: never, script: [fail]}\n"
                  "  - {name: b, count: 2, restart: never, script: [refuse]}\n"
                  "  - {name: c, restart: never, script: [succeed]}\n",
             &told);
    told_assert(&told, "0s registered a\n0s attempt-started a\n"
                       "0s registered b-0\n0s attempt-started b-0\n0s attempt-ended b-0\n"
                       "0s terminated b-0\n"
                       "0s registered b-1\n0s attempt-started b-1\n0s attempt-ended b-1\n"
                       "0s terminated b-1\n"
                       "0s registered c\n0s attempt-started c\n"
                       "0s attempt-ended a\n0s terminated a\n"
                       "0s attempt-ended c\n0s terminated c\n");
    told_forget(&told);
}

/* a's report comes before the action on b, and b's end, which the action
 * causes, before the timer that restarts d. */
static void instant__reports_then_actions_then_timers(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "until: 20s\n"
                  "services:\n"
                  "  - {name: d, script: [{fail: {after: 9900ms}}, run]}\n"
                  "  - {name: a, restart: never, script: [{fail: {after: 10s}}]}\n"
                  "  - {name: b, script: [run]}\n"
                  "  - {name: c, restart: never, script: [run]}\n"
                  "timeline:\n"
                  "  - {at: 10s, pause: b}\n"
                  "  - {at: 10s, fail: c}\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "10s attempt-ended a\n10s terminated a\n"
                       "10s command b\n10s paused b\n10s cancel-delivered b\n"
                       "10s attempt-ended c\n10s terminated c\n"
                       "10s attempt-started d\n"
                       "10s attempt-ended b\n");
    told_forget(&told);
}

static void instant__a_beat_at_its_deadline_saves(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "until: 10s\n"
                  "services:\n"
                  "  - {name: a, heartbeat: {stale-after: 2s},\n"
                  "     script: [{run: {}, beat: {every: 2s, for: 4s}}]}\n",
             &told);
    told_assert(&told, "0s attempt-started a\n6s stale a\n");
    told_forget(&told);
}

static void instant__a_shutdown_wins_over_a_restart(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "services: [{name: a, script: [{fail: {after: 1s}}]}]\n"
                  "timeline: [{at: 1100ms, shutdown: {}}]\n"
                  "expect: [{at: end, service: a, is: {starts: 1, reason: cancelled}}]\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
}

static void until__is_inclusive_and_releases_the_rest(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD
             "until: 5s\n"
             "services: [{name: a, script: [{fail: {after: 5s}}]}, {name: b, script: [run]}]\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "5s attempt-ended a\n5s backing-off a\n");
    assert_int_equal(told.result.events, 6);
    told_forget(&told);
}

/* The whole fleet fails in one instant and is no livelock for that. */
static void instant__a_large_fleet_is_no_livelock(void **state)
{
    (void)state;
    struct told told;
    told_read(HEAD "until: 1s\n"
                   "services: [{name: a, count: 60000, script: [{fail: {after: 1s}}, run]}]\n",
              &told);
    const struct sim_run_options options = {.once = true};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_PASS);
    assert_int_equal(told.result.events, 240000);
    assert_false(told.result.ran_twice);
    told_forget(&told);
}

/* Verdicts */

static void cause__is_the_kind_of_the_first_failure(void **state)
{
    (void)state;
    static const struct {
        const char *text, *cause;
    } list[] = {
        {"expect: [{at: 1s, service: a, is: {phase: idle}}]\n", "service"},
        {"expect: [{starts: {a: [1s]}}]\n", "starts"},
        {"expect: [{drain: {took: 1s}}]\ntimeline: [{at: 1s, shutdown: {}}]\n", "drain"},
        {"expect: [{never: all, service: 'b*', is: {phase: idle}}]\n"
         "timeline:\n"
         "  - {at: 0s, cancel-group: g}\n"
         "  - {at: 1s, spawn: {name: b, group: g}, expect: {result: cancelled}}\n",
         "unevaluated"},
        {"timeline: [{at: 1s, pause: a, expect: {result: cancelled}}]\n", "answer"},
    };
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text), HEAD "until: 10s\nservices: [{name: a, group: g}]\n%s",
                       list[i].text);
        struct told told;
        told_run(text, &told);
        told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
        assert_string_equal(told.result.cause, list[i].cause);
        told_forget(&told);
    }
}

static void verdict__that_was_asked_for_is_a_pass(void **state)
{
    (void)state;
    struct told told;
    const struct sim_run_options soon = {.keep_trace = true, .max_events_an_instant = 1000};
    told_read(HEAD "verdict: stalled\n"
                   "services: [{name: a, script: [fail], backoff: {base: 0, max: 0}}]\n",
              &told);
    told_run_with(&told, &soon);
    told_assert_verdict(&told, SIM_STALLED);
    assert_int_equal(told.result.status, SIM_EXIT_PASS);
    told_forget(&told);
    told_run(HEAD "verdict: stalled\nservices: [{name: a}]\n", &told);
    told_assert_verdict(&told, SIM_PASS);
    assert_int_equal(told.result.status, SIM_EXIT_EXPECTATION);
    told_forget(&told);
}

/* Determinism */

static const char draws_text[] = HEAD
    "until: 1h\n"
    "services:\n"
    "  - name: a\n"
    "    count: 5\n"
    "    backoff: {base: 10ms, jitter: full}\n"
    "    script:\n"
    "      - steps:\n"
    "          - sleep: {exp: 10s}\n"
    "          - choose: [{weight: 2, steps: [{fail: no}]}, {weight: 1, steps: [{crash: SEGV}]}]\n";

static void seeds__decide_and_repeat(void **state)
{
    (void)state;
    struct told told;
    struct sim_run_options options = {.has_seed = true, .seed = 1};
    told_read(draws_text, &told);
    told_run_with(&told, &options);
    uint64_t hash = told.result.hash;
    assert_true(told.result.ran_twice && told.result.draws > 100);
    told_run_with(&told, &options);
    assert_int_equal(told.result.hash, hash);
    options.seed = 2;
    told_run_with(&told, &options);
    assert_true(told.result.hash != hash);
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
}

/* An oracle that is given the same seed answers as the run's own would. */
static void oracle__given_with_the_same_seed_changes_nothing(void **state)
{
    (void)state;
    struct told told;
    struct sim_run_options options = {.has_seed = true, .seed = 11};
    told_read(draws_text, &told);
    told_run_with(&told, &options);
    uint64_t hash = told.result.hash;
    assert_int_equal(sim_oracle_create_seeded(11, &options.oracle), SUP_OK);
    told_run_with(&told, &options);
    assert_int_equal(told.result.hash, hash);
    assert_false(told.result.ran_twice);
    sim_oracle_free(options.oracle);
    told_forget(&told);
}

/* A hidden input: the scenario itself changes while it runs. */
static bool meddle(void *context, struct sup_instant now, uint64_t events)
{
    (void)now;
    (void)events;
    struct sim_scenario *scenario = context;
    scenario->services[0].script[0].error = "something else";
    return false;
}

static void second_run__names_the_first_event_that_differs(void **state)
{
    (void)state;
    struct told told;
    told_read(HEAD "until: 2h\n"
                   "services: [{name: a, script: [{fail: {after: 1s, error: something}}],\n"
                   "            backoff: {max: 1s}}]\n",
              &told);
    const struct sim_run_options options = {.progress = meddle, .progress_context = told.scenario};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_NONDETERMINISTIC);
    assert_int_equal(told.result.status, SIM_EXIT_NONDETERMINISTIC);
    if (strstr(told.result.message, "at event 3: {\"t\":1000000000,\"n\":3") == NULL) {
        told_show(&told);
    }
    assert_non_null(strstr(told.result.message, "at event 3: {\"t\":1000000000,\"n\":3"));
    assert_non_null(strstr(told.result.message, "something else"));
    told_forget(&told);
}

/* Nobody knows of the first run that it is to be compared, of the second what it is to say. */
static bool meddle_with_waits(void *context, struct sup_instant now, uint64_t events)
{
    (void)now;
    (void)events;
    struct sim_scenario *scenario = context;
    scenario->services[0].policy.backoff.max = SUP_SEC(2);
    return false;
}

#define WAITING \
    HEAD "until: 2h\n" \
         "services: [{name: a, script: [{fail: {after: 1s}}], backoff: {base: 1s, max: 1s}}]\n"

static void second_run__says_why_the_event_that_differs_came(void **state)
{
    (void)state;
    struct told told;
    told_read(WAITING, &told);
    const struct sim_run_options options = {
        .evidence = true, .progress = meddle_with_waits, .progress_context = told.scenario};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_NONDETERMINISTIC);
    assert_non_null(strstr(told.result.message, "failure 2 in a row, exponential f(2) = 2s"));
    told_forget(&told);
}

static void last_events__have_no_words_of_others(void **state)
{
    (void)state;
    struct told told;
    told_read(WAITING, &told);
    struct sim_run_options options = {.evidence = true, .max_events = 5000};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_STALLED);
    assert_non_null(strstr(told.result.tail, "\"because\":\"backoff: failure 1666 in a row"));
    sim_result_release(&told.result);
    options.progress = meddle_with_waits;
    options.progress_context = told.scenario;
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_STALLED);
    assert_non_null(strstr(told.result.tail, "\"event\":\"backing-off\""));
    assert_null(strstr(told.result.tail, "because"));
    told_forget(&told);
}

/* order: random */

static const char race_text[] =
    HEAD "until: 10s\n"
         "supervisor: {order: random}\n"
         "services:\n"
         "  - {name: a, restart: never, script: [{fail: {after: 1s}}]}\n"
         "  - {name: b, restart: never, script: [{fail: {after: 1s}}]}\n"
         "  - {name: c, restart: never, script: [{fail: {after: 1s}}]}\n"
         "timeline: [{at: 1s, cancel: a, expect: {attempt: {min: 0, max: 1}}}]\n";

static void random_order__depends_on_the_seed_alone(void **state)
{
    (void)state;
    struct told told;
    told_read(race_text, &told);
    uint64_t hashes[40];
    uint32_t different = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        const struct sim_run_options options = {.has_seed = true, .seed = seed, .keep_trace = true};
        told_run_with(&told, &options);
        told_assert_verdict(&told, SIM_PASS);
        hashes[seed] = told.result.hash;
        bool known = false;
        for (uint64_t i = 0; i < seed; i++) {
            known = known || hashes[i] == hashes[seed];
        }
        different += !known;
    }
    assert_in_range(different, 4, 40);
    told_forget(&told);
}

/* a, b, c and the cancellation of a in every order: 4! = 24; the cancellation,
 * when it comes before a's end, makes it a clean one. */
static void random_order__can_be_enumerated(void **state)
{
    (void)state;
    struct told told;
    struct sim_oracle *oracle = NULL;
    uint64_t hashes[64];
    uint32_t runs = 0;
    told_read(race_text, &told);
    assert_int_equal(sim_oracle_create_enumerate(&oracle), SUP_OK);
    do {
        const struct sim_run_options options = {.oracle = oracle, .keep_trace = true};
        told_run_with(&told, &options);
        assert_in_range(runs, 0, 63);
        hashes[runs] = told.result.hash;
        for (uint32_t i = 0; i < runs; i++) {
            assert_true(strcmp(told.story, "") != 0 && hashes[i] != hashes[runs]);
        }
        runs++;
    } while (sim_oracle_next(oracle));
    assert_int_equal(runs, 24);
    sim_oracle_free(oracle);
    told_forget(&told);
}

/* stall */

static void stall__handles_late_what_fell_due(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "until: 30s\n"
                  "services:\n"
                  "  - {name: b, restart: never, script: [{fail: {after: 8s}}]}\n"
                  "  - {name: a, restart: never, script: [{fail: {after: 6s}}]}\n"
                  "  - {name: c, script: [run]}\n"
                  "  - {name: d, backoff: {base: 3s}, script: [{fail: {after: 4s}}, run]}\n"
                  "timeline:\n"
                  "  - {at: 5s, stall: 10s}\n"
                  "  - {at: 5s, cancel: c}\n"
                  "expect:\n"
                  "  - {at: 14s, service: a, is: {phase: running}}\n"
                  "  - {at: 15s, service: a, is: {phase: terminated}}\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "4s backing-off d\n"
                       "15s attempt-ended a\n15s terminated a\n"
                       "15s attempt-ended b\n15s terminated b\n"
                       "15s command c\n15s cancel-delivered c\n"
                       "15s attempt-started d\n"
                       "15s attempt-ended c\n15s terminated c\n");
    told_forget(&told);
}

/* Faults and commands */

static void fault__that_meets_nobody_fails_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *timeline;
        enum sim_verdict verdict;
    } table[] = {
        {"[{at: 1s, fail: a}]", SIM_PASS},
        {"[{at: 1s, fail: [a, b]}]", SIM_EXPECTATION_FAILED},
        {"[{at: 1s, beat: b}]", SIM_EXPECTATION_FAILED},
        {"[{every: 1s, from: 1s, to: 3s, fail: b}]", SIM_EXPECTATION_FAILED},
        {"[{every: 1s, from: 1s, to: 3s, fail: '*'}]", SIM_PASS},
        {"[{at: 1s, refuse-starts: {service: a, times: 2}}, {at: 2s, fail: a}]", SIM_PASS},
        {"[{at: 1s, refuse-starts: {service: a, times: 1}}]", SIM_EXPECTATION_FAILED},
        {"[{every: 1s, from: 1s, to: 3s, refuse-starts: {service: a, times: 9}},\n"
         "  {at: 2s, fail: a}]",
         SIM_PASS},
        {"[{at: 1s, pause: b}]", SIM_PASS},
        {"[{at: 1s, restart: b}, {at: 2s, cancel: gone}]", SIM_EXPECTATION_FAILED},
        {"[{at: 2s, cancel: gone, expect: {result: unknown}}]", SIM_PASS},
        {"[{at: 2s, cancel: 'gon*', expect: {result: unknown}}]", SIM_PASS},
        {"[{at: 2s, fail: 'gon*', expect: {result: unknown}}]", SIM_PASS},
        {"[{at: 1s, pause: a}, {at: 2s, pause: a, expect: {idempotent: true}}]", SIM_PASS},
        {"[{at: 1s, pause: a, expect: {idempotent: true}}]", SIM_EXPECTATION_FAILED},
        {"[{at: 1s, pause: a, expect: {cancel-delivered: true, operation-before: active,\n"
         "  operation-after: paused, stop-state: cancel-delivered, attempt: 1}}]",
         SIM_PASS},
        {"[{at: 1s, pause: a, expect: {attempt: 2}}]", SIM_EXPECTATION_FAILED},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[768];
        (void)snprintf(text, sizeof(text),
                       HEAD "until: 1m\n"
                            "services:\n"
                            "  - {name: a, backoff: {base: 100ms}, script: [run]}\n"
                            "  - {name: b, restart: never, script: [succeed]}\n"
                            "  - {name: gone, kind: task, script: [succeed]}\n"
                            "timeline: %s\n",
                       table[i].timeline);
        struct told told;
        told_run(text, &told);
        if (told.result.verdict != table[i].verdict) {
            print_message("%s\n", table[i].timeline);
        }
        told_assert_verdict(&told, table[i].verdict);
        told_forget(&told);
    }
}

static void fault__takes_effect_inside_its_action(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "until: 5s\n"
                  "services:\n"
                  "  - {name: a, script: [run]}\n"
                  "  - {name: b, backoff: {base: 0, max: 0}, script: [run]}\n"
                  "timeline:\n"
                  "  - {at: 1s, cancel: a}\n"
                  "  - {at: 1s, fail: b, error: injected}\n"
                  "  - {at: 1s, refuse-starts: {service: b, times: 1}}\n"
                  "expect: [{at: 1s, service: b, is: {starts: 3, failures: 2, phase: running}}]\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "1s command a\n1s cancel-delivered a\n"
                       "1s attempt-ended b\n1s backing-off b\n"
                       "1s attempt-started b\n1s attempt-ended b\n1s backing-off b\n"
                       "1s attempt-ended a\n1s terminated a\n"
                       "1s attempt-started b\n");
    told_forget(&told);
}

static void target__acts_in_registration_order_and_once(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "services: [{name: c}, {name: a}, {name: b}]\n"
                  "timeline: [{at: 1s, cancel: [b, 'a*', a, c, b]}]\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "1s command c\n1s cancel-delivered c\n1s command a\n1s cancel-delivered a\n"
                       "1s command b\n1s cancel-delivered b\n1s attempt-ended c\n");
    told_forget(&told);
}

static void wait_idle__is_checked_when_it_is_over(void **state)
{
    (void)state;
    static const struct {
        const char *timeline;
        enum sim_verdict verdict;
    } table[] = {
        {"[{at: 1s, wait-idle: {group: g, timeout: 2s}, expect: {result: timeout,\n"
         "  active: [a, b]}}]",
         SIM_PASS},
        {"[{at: 1s, wait-idle: {group: g, timeout: 2s}, expect: {result: timeout,\n"
         "  active: [b]}}]",
         SIM_EXPECTATION_FAILED},
        {"[{at: 1s, wait-idle: {group: g, timeout: 30s}}]", SIM_PASS},
        {"[{at: 1s, wait-idle: {group: g, timeout: 2s}}]", SIM_EXPECTATION_FAILED},
        {"[{at: 1s, wait-idle: {group: runtime, timeout: 2h}}]", SIM_EXPECTATION_FAILED},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[640];
        (void)snprintf(text, sizeof(text),
                       HEAD "until: 1m\n"
                            "services:\n"
                            "  - {name: a, group: g, script: [{succeed: {after: 20s}}]}\n"
                            "  - {name: b, group: g, script: [{succeed: {after: 10s}}]}\n"
                            "  - {name: c}\n"
                            "timeline: %s\n",
                       table[i].timeline);
        struct told told;
        told_run(text, &told);
        told_assert_verdict(&told, table[i].verdict);
        told_forget(&told);
    }
}

/* Attempts */

static void attempts__follow_items_and_begin_anew_with_a_generation(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "services:\n"
                  "  - name: a\n"
                  "    backoff: {base: 1s, max: 1s}\n"
                  "    script: [{fail: {error: one}, times: 2}, {succeed: {after: 1s}}, run]\n"
                  "timeline: [{at: 10s, restart: a}]\n"
                  "expect:\n"
                  "  - {starts: {a: [0s, 1s, 2s, 10s, 11s, 12s]}}\n"
                  "  - {at: end, service: a, is: {reason: completed, generation: 1, attempt: 3}}\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    assert_int_equal(told.result.unreached_count, 1);
    assert_string_equal(told.result.unreached[0].service, "a");
    assert_int_equal(told.result.unreached[0].place.line, 6);
    told_forget(&told);
}

static void attempts__that_were_abandoned_report_late(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "until: 1m\n"
                  "services:\n"
                  "  - name: a\n"
                  "    stop: {grace: 1s, abort-wait: 1s}\n"
                  "    script: [{hang: {for: 20s}, ignore-abort: true}]\n"
                  "timeline: [{at: 1s, cancel: a}, {at: 5s, restart: a}]\n"
                  "expect: [{at: end, service: a, is: {reason: completed, generation: 1}}]\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "3s abandoned a\n3s terminated a\n5s command a\n");
    told_assert(&told, "5s attempt-started a\n20s late-report a\n25s attempt-ended a\n");
    told_forget(&told);
}

static void attempts__cannot_be_aborted_where_nobody_has_the_power(void **state)
{
    (void)state;
    struct told told;
    told_read(HEAD "services: [{name: a, script: [hang], stop: {grace: 1s, abort-wait: 1s}}]\n"
                   "timeline: [{at: 1s, cancel: a}]\n"
                   "expect: [{at: end, service: a, is: {reason: abandoned}}]\n",
              &told);
    const struct sim_run_options options = {.aborts = SIM_ABORTS_IGNORED, .keep_trace = true};
    told_run_with(&told, &options);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "2s abort-requested a\n3s abandoned a\n");
    told_forget(&told);
}

static void attempts__are_aborted_where_everybody_obeys(void **state)
{
    (void)state;
    struct told told;
    told_read(HEAD "services: [{name: a, script: [{run: {}, ignore-cancel: true, "
                   "ignore-abort: true}], stop: {grace: 1s, abort-wait: 1s}}]\n"
                   "timeline: [{at: 1s, cancel: a}]\n"
                   "expect: [{at: end, service: a, is: {reason: aborted}}]\n",
              &told);
    const struct sim_run_options options = {.aborts = SIM_ABORTS_OBEYED, .keep_trace = true};
    told_run_with(&told, &options);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "2s abort-requested a\n2s attempt-ended a\n");
    told_forget(&told);
}

static void attempts__may_act_on_others(void **state)
{
    (void)state;
    struct told told;
    told_run(HEAD "until: 1m\n"
                  "services:\n"
                  "  - {name: b, script: [run]}\n"
                  "  - name: a\n"
                  "    restart: never\n"
                  "    script:\n"
                  "      - steps:\n"
                  "          - sleep: 1s\n"
                  "          - do: {cancel: b}\n"
                  "          - do: {spawn: {name: c, restart: never, script: [succeed]}}\n"
                  "          - do: {fail: a}\n"
                  "          - sleep: 1s\n"
                  "          - do: {shutdown: {}}\n",
             &told);
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "1s command b\n1s cancel-delivered b\n1s command c\n1s registered c\n"
                       "1s attempt-started c\n1s attempt-ended a\n1s terminated a\n"
                       "1s attempt-ended b\n1s terminated b\n1s attempt-ended c\n"
                       "1s terminated c\n");
    told_forget(&told);
}

/* What a script declares has to be come to, unless chance has it otherwise. */
static void attempts__that_never_act_fail_the_run(void **state)
{
    (void)state;
    static const struct {
        const char *steps;
        enum sim_verdict verdict;
    } table[] = {
        {"[{sleep: 1h}, {do: {pause: b, expect: {result: ok}}}]", SIM_EXPECTATION_FAILED},
        {"[{sleep: 1h}, {do: {fail: b}}]", SIM_EXPECTATION_FAILED},
        {"[{sleep: 1h}, {do: {pause: b}}]", SIM_PASS},
        {"[{choose: [{weight: 1, steps: [run]}, {weight: 1, steps: [{sleep: 1h},\n        "
         "       {do: {fail: b}}]}]}]",
         SIM_PASS},
        {"[{sleep: 1s}, {do: {spawn: {name: c, script: [{steps: [{sleep: 1h},\n"
         "       {do: {fail: b}}]}]}}}, run]",
         SIM_EXPECTATION_FAILED},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[640];
        (void)snprintf(text, sizeof(text),
                       HEAD "until: 1m\n"
                            "services:\n"
                            "  - {name: b}\n"
                            "  - {name: a, restart: never, script: [{steps: %s}]}\n",
                       table[i].steps);
        struct told told;
        told_run(text, &told);
        told_assert_verdict(&told, table[i].verdict);
        told_forget(&told);
    }
}

/* What is denied to the supervisor is an answer that a file may expect, and the run goes on. */
static void allocation__that_a_fault_denies_is_answered(void **state)
{
    (void)state;
    struct told told;
    const struct sim_faults faults = {.first = {.kind = SIM__POINT_ALLOCATION, .at = 1},
                                      .late = SUP_NS(1)};
    told_read(HEAD "services: [{name: a}]\n"
                   "timeline:\n"
                   "  - {at: 1s, spawn: {name: b, group: g}, expect: {result: no-memory}}\n"
                   "  - {at: 2s, spawn: {name: b, group: g}}\n"
                   "expect: [{starts: {b: [2s]}}]\n"
                   "until: 3s\n",
              &told);
    told_run_with(&told,
                  &(struct sim_run_options){.keep_trace = true, .once = true, .faults = &faults});
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
}

static void arguments__that_are_missing_are_refused(void **state)
{
    (void)state;
    struct sim_result result;
    assert_int_equal(sim_run(NULL, NULL, &result), SUP_EINVAL);
    sim_result_release(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example__passes_twice_with_one_hash),
        cmocka_unit_test(instant__services_start_one_by_one_in_file_order),
        cmocka_unit_test(instant__reports_then_actions_then_timers),
        cmocka_unit_test(instant__a_beat_at_its_deadline_saves),
        cmocka_unit_test(instant__a_shutdown_wins_over_a_restart),
        cmocka_unit_test(until__is_inclusive_and_releases_the_rest),
        cmocka_unit_test(instant__a_large_fleet_is_no_livelock),
        cmocka_unit_test(cause__is_the_kind_of_the_first_failure),
        cmocka_unit_test(verdict__that_was_asked_for_is_a_pass),
        cmocka_unit_test(seeds__decide_and_repeat),
        cmocka_unit_test(oracle__given_with_the_same_seed_changes_nothing),
        cmocka_unit_test(second_run__names_the_first_event_that_differs),
        cmocka_unit_test(second_run__says_why_the_event_that_differs_came),
        cmocka_unit_test(last_events__have_no_words_of_others),
        cmocka_unit_test(random_order__depends_on_the_seed_alone),
        cmocka_unit_test(random_order__can_be_enumerated),
        cmocka_unit_test(stall__handles_late_what_fell_due),
        cmocka_unit_test(fault__that_meets_nobody_fails_the_run),
        cmocka_unit_test(fault__takes_effect_inside_its_action),
        cmocka_unit_test(target__acts_in_registration_order_and_once),
        cmocka_unit_test(wait_idle__is_checked_when_it_is_over),
        cmocka_unit_test(attempts__follow_items_and_begin_anew_with_a_generation),
        cmocka_unit_test(attempts__that_were_abandoned_report_late),
        cmocka_unit_test(attempts__cannot_be_aborted_where_nobody_has_the_power),
        cmocka_unit_test(attempts__are_aborted_where_everybody_obeys),
        cmocka_unit_test(attempts__may_act_on_others),
        cmocka_unit_test(attempts__that_never_act_fail_the_run),
        cmocka_unit_test(allocation__that_a_fault_denies_is_answered),
        cmocka_unit_test(arguments__that_are_missing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
