/* Whether lateness decides what a scenario tells: what few late runs do not show, many do,
 * and what none of them shows stays a difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "sim/real/crew.h"
#include "sim/real/internal.h"
#include "unit/reading.h"

#define TOLERANCE_NS (550 * MS)

/* The beat of the first attempt comes half a second before its end, and is stale a second
 * after it: who is late by a little more than half a second may see that first, if seldom. */
static const char beats[] =
    HEAD "until: 5m\n"
         "defaults: {heartbeat: {stale-after: 1s, then: restart}, backoff: {base: 100ms}}\n"
         "services:\n"
         "  - {name: silent, script: [run]}\n"
         "  - {name: beat-once, script: [{steps: [{sleep: 500ms}, beat, {sleep: 500ms},\n"
         "     {fail: other}]}, run]}\n";

struct stage {
    struct sim_scenario *scenario;
    struct sim_real_options options;
    struct sim_run_options run;
    struct sim__analysed analysed;
    struct sim__analysis analysis;
};

static int set_up_with(void **state, const char *text, uint64_t tolerance_ns, uint64_t speed)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    assert_non_null(stage);
    stage->scenario = read_good(text);
    stage->options.crew = &sim__crew_threads;
    stage->options.speed_billionths = speed * SECOND;
    stage->analysed = (struct sim__analysed){.scenario = stage->scenario,
                                             .run = &stage->run,
                                             .options = &stage->options,
                                             .tolerance_ns = tolerance_ns};
    assert_int_equal(sim__widen(stage->scenario, SUP_NS(tolerance_ns), &stage->analysed.widened),
                     0);
    assert_int_equal(sim__analyse(&stage->analysed, &stage->analysis), 0);
    assert_int_equal(stage->analysis.skip.kind, SIM__NO_SKIP);
    *state = stage;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, beats, TOLERANCE_NS, 11);
}

/* The drain ends `first` within the same instant in which the end of `second` lets it: who
 * looks a little late sees it gone. */
static const char chain[] = HEAD "supervisor: {shutdown: {order: reverse}}\n"
                                 "services:\n"
                                 "  - {name: first, script: [run]}\n"
                                 "  - {name: second, script: [{run: {}, stop-after: 100ms}]}\n"
                                 "timeline:\n"
                                 "  - {at: 950ms, pause: second}\n"
                                 "  - {at: 1s, shutdown: {}}\n"
                                 "expect:\n"
                                 "  - {at: 1049999999ns, service: first, is: {phase: running}}\n"
                                 "  - {at: 990ms, service: first, is: {phase: running}}\n";

static int set_up_chain(void **state)
{
    return set_up_with(state, chain, 50 * MS, 1);
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    sim__analysis_release(&stage->analysis);
    sim__widen_free(stage->analysed.widened);
    sim_scenario_free(stage->scenario);
    free(stage);
    return 0;
}

/* The run tells the reference's story but for the one event, and is analysed again. */
static enum sim__skip_kind told_instead(struct stage *stage, const char *instead)
{
    static const char ended[] = "\"attempt-ended\",\"service\":\"beat-once\",\"attempt\":1,"
                                "\"outcome\":\"failed\",\"error\":\"other\"";
    const struct sim_result *reference = &stage->analysis.reference;
    const char *at = strstr(reference->trace, ended);
    assert_non_null(at);
    size_t size = reference->trace_length + strlen(instead) + 1;
    char *trace = calloc(1, size);
    assert_non_null(trace);
    (void)snprintf(trace, size, "%.*s%s%s", (int)(at - reference->trace), reference->trace, instead,
                   at + strlen(ended));
    struct sim__story wanted = {reference->trace, reference->trace_length, "simulated"};
    struct sim__story found = {trace, strlen(trace), "threads"};
    struct sim__conformance conformance;
    assert_int_equal(sim__conform(&wanted, &found, SUP_INSTANT_NEVER, &conformance), 0);
    assert_false(conformance.same);
    const struct sim__doubt doubt = {.difference = &conformance};
    assert_int_equal(sim__analyse_again(&stage->analysed, &doubt, &stage->analysis), 0);
    sim__conformance_release(&conformance);
    free(trace);
    return stage->analysis.skip.kind;
}

static void analyse__what_lateness_tells_seldom_is_found_when_asked_again(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(told_instead(stage, "\"stale\",\"service\":\"beat-once\",\"attempt\":1"),
                     SIM__SKIP_DECIDED);
    assert_non_null(strstr(stage->analysis.skip.why, "less than 550ms decides what happens, if "
                                                     "seldom: service beat-once, event 3: in time "
                                                     "it is attempt-ended (attempt 1"));
}

static void analyse__what_no_lateness_tells_stays_a_difference(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(told_instead(stage, "\"attempt-started\",\"service\":\"beat-once\","
                                         "\"attempt\":1"),
                     SIM__NO_SKIP);
}

/* A run in which the expectation of this line failed, and nothing else. */
static enum sim__skip_kind failed_in_line(struct stage *stage, uint32_t line)
{
    struct sim_failure failure = {.expected = "this", .found = "that"};
    const struct sim_result result = {.failures = &failure, .failure_count = 1};
    const struct sim__doubt doubt = {.failed = &result};
    for (uint32_t i = 0; i < stage->scenario->expectation_count; i++) {
        if (stage->scenario->expectations[i].place.line == line) {
            failure.place = stage->scenario->expectations[i].place;
        }
    }
    assert_int_equal(failure.place.line, line);
    assert_int_equal(sim__analyse_again(&stage->analysed, &doubt, &stage->analysis), 0);
    return stage->analysis.skip.kind;
}

static void analyse__what_seldom_fails_is_found_when_asked_again(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(failed_in_line(stage, 12), SIM__NO_SKIP);
    assert_int_equal(failed_in_line(stage, 11), SIM__SKIP_DECIDED);
    assert_string_equal(stage->analysis.skip.why, "less than 50ms decides whether it passes, if "
                                                  "seldom (line 11: expected this, found that)");
}

/* What a sweep asks of figures that lateness moves, and of what held in some run. */
#define SWEPT(expected) \
    HEAD "verdict: expectation-failed\n" \
         "services:\n" \
         "  - {name: a, backoff: {base: 1s, max: 1s},\n" \
         "     script: [{fail: {after: 1s}, times: 2}, run]}\n" \
         "timeline: [{at: 10s, shutdown: {}}]\n" \
         "measures:\n" \
         "  ends: {tally: {event: attempt-ended}}\n" \
         "  up: {from: {at: 0}, until: {event: attempt-started, attempt: 3}}\n" \
         "expect: [{" expected "}]\n"

/* Why the file is skipped with a tolerance of 50 ms; NULL: it is not. */
static const char *skipped_for(const char *text)
{
    static char why[SIM__REAL_TEXT_BYTES];
    struct sim_scenario *scenario = read_good(text);
    const struct sim_run_options run = {0};
    const struct sim_real_options options = {.crew = &sim__crew_threads,
                                             .speed_billionths = SECOND};
    struct sim__analysed analysed = {
        .scenario = scenario, .run = &run, .options = &options, .tolerance_ns = 50 * MS};
    struct sim__analysis analysis;
    assert_int_equal(sim__widen(scenario, SUP_NS(50 * MS), &analysed.widened), 0);
    assert_int_equal(sim__analyse(&analysed, &analysis), 0);
    (void)snprintf(why, sizeof(why), "%s", analysis.skip.why);
    bool skipped = analysis.skip.kind != SIM__NO_SKIP;
    sim__analysis_release(&analysis);
    sim__widen_free(analysed.widened);
    sim_scenario_free(scenario);
    return skipped ? why : NULL;
}

static void analyse__what_a_sweep_is_to_fail_must_fail_late_too(void **state)
{
    static const char *const hidden[] = {
        SWEPT("measure: up, over: seeds, min: {min: 4000000001ns}"),
        SWEPT("measure: up, over: seeds, max: {max: 3900ms}"),
        SWEPT("sometimes: {starts: {a: [0s, 2s, 4000000001ns]}}"),
        SWEPT("sometimes: {follows: {event: backing-off}, then: {event: attempt-started},"
              " within: 999ms}"),
    };
    static const char *const plain[] = {
        SWEPT("measure: up, over: seeds, min: {min: 6s}"),
        SWEPT("measure: up, over: seeds, max: {max: 3s}"),
        SWEPT("measure: ends, over: seeds, max: {max: 2}"),
        SWEPT("sometimes: {starts: {a: [0s, 2s, 3s]}}"),
        SWEPT("sometimes: {tally: {event: attempt-ended}, is: 4}"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        const char *why = skipped_for(hidden[i]);
        assert_non_null(why);
        assert_string_equal(why, "what it expects to fail is within the tolerance");
    }
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        assert_null(skipped_for(plain[i]));
    }
}

/* Two that start at once may start too far apart, when both are a little late: they are
 * seen together in the reference alone. */
static const char together[] = HEAD "services: [{name: a}, {name: b}]\n"
                                    "timeline:\n"
                                    "  - {at: 1s, pause: a}\n"
                                    "  - {at: 2s, shutdown: {}}\n"
                                    "measures:\n"
                                    "  both: {peak: {event: attempt-started, within: 1ns}}\n"
                                    "  up: {from: {at: 0}, until: {event: paused}}\n"
                                    "expect:\n"
                                    "  - {sometimes: {measure: both, is: 2}}\n"
                                    "  - {measure: up, over: seeds, max: {max: 1s}}\n";

static int set_up_together(void **state)
{
    return set_up_with(state, together, 50 * MS, 1);
}

static void analyse__what_lateness_takes_from_a_sweep_is_not_asked(void **state)
{
    struct stage *stage = *state;
    const struct sim__analysis *analysis = &stage->analysis;
    assert_int_equal(analysis->unasked.count, 1);
    assert_string_equal(analysis->unasked.text, "line 11 (less than 50ms decides it)");
    assert_int_equal(analysis->moved[0], 1);
    assert_true(analysis->moved[1] > 0 && analysis->moved[1] < SECOND);
    stage->analysis.behind_ns = SECOND;
    assert_int_equal(sim__sweep_moved(stage->scenario, analysis, 0), 1); /* a number */
    assert_int_equal(sim__sweep_moved(stage->scenario, analysis, 1), SECOND);
}

/* The reference meets it; a run's figure may miss it by what lateness does, and no more. */
static void analyse__what_a_run_loses_of_a_sweep(void **state)
{
    struct stage *stage = *state;
    const bool sometimes[2] = {true, true};
    const uint32_t none = stage->scenario->expectation_count;
    uint64_t figures[2] = {2, SECOND};
    struct sim_result result = {.sometimes = sometimes, .measures = figures, .measure_count = 2};
    stage->analysis.behind_ns = 2 * SECOND;
    figures[1] = 3 * SECOND;
    assert_int_equal(sim__sweep_lost(stage->scenario, &stage->analysis, &result), none);
    figures[1]++;
    assert_int_equal(sim__sweep_lost(stage->scenario, &stage->analysis, &result), 1);
    const struct sim__doubt doubt = {.failed = &result};
    assert_int_equal(sim__analyse_again(&stage->analysed, &doubt, &stage->analysis), 0);
    assert_int_equal(stage->analysis.skip.kind, SIM__NO_SKIP);
    stage->analysis.behind_ns = 0;
    stage->analysis.moved[1] = 0;
    assert_int_equal(sim__analyse_again(&stage->analysed, &doubt, &stage->analysis), 0);
    assert_string_equal(stage->analysis.skip.why,
                        "less than 50ms decides whether line 12 holds, if seldom");
}

/* ---- what only an exact instant meets, and what takes its time ---- */

#define TOGETHER \
    HEAD "until: 1s\n" \
         "services: [{name: a, count: 40, restart: never,\n" \
         "            script: [{run: {}}]}]\n" \
         "timeline: [{at: 500ms, fail: a-*}]\n" \
         "measures: {most: {peak: {event: attempt-ended, within: 0s}}}\n" \
         "expect:\n" \
         "  - {tally: {event: attempt-ended}, is: 40}\n"

/* The lines that are not asked of the crew, in the text of the note; "" when the file is not
 * skipped, and all is asked. */
static const char *unasked_of(const struct sim_crew_kind *crew, const char *text)
{
    static char unasked[2 * SIM__REAL_TEXT_BYTES];
    struct sim_scenario *scenario = read_good(text);
    const struct sim_run_options run = {0};
    const struct sim_real_options options = {.crew = crew, .speed_billionths = SECOND};
    struct sim__analysed analysed = {
        .scenario = scenario, .run = &run, .options = &options, .tolerance_ns = 50 * MS};
    struct sim__analysis analysis;
    assert_int_equal(sim__widen(scenario, SUP_NS(50 * MS), &analysed.widened), 0);
    assert_int_equal(sim__analyse(&analysed, &analysis), 0);
    (void)snprintf(unasked, sizeof(unasked), "%s%s", analysis.skip.why, analysis.unasked.text);
    sim__analysis_release(&analysis);
    sim__widen_free(analysed.widened);
    sim_scenario_free(scenario);
    return unasked;
}

static const struct sim_crew_kind *const crews[] = {&sim__crew_threads, &sim__crew_processes};

static void analyse__what_only_one_instant_meets_is_not_asked(void **state)
{
    static const char *const exact[] = {
        TOGETHER "  - {peak: {event: attempt-ended, within: 0s}, is: 40}\n",
        TOGETHER "  - {peak: {event: attempt-ended, within: 0s}, is: {min: 2}}\n",
        TOGETHER "  - {peak: {event: attempt-started, within: 0s}, is: {min: 2}}\n",
        TOGETHER "  - {measure: most, is: {min: 2}}\n",
        TOGETHER "  - {sometimes: {measure: most, is: {min: 2}}}\n",
    };
    static const char *const near[] = {
        TOGETHER "  - {peak: {event: attempt-ended, within: 0s}, is: {max: 40}}\n",
        TOGETHER "  - {peak: {event: attempt-ended, within: 60ms}, is: 40}\n",
        TOGETHER "  - {measure: most, is: {max: 40}}\n",
        /* the tolerance has a meaning for these */
        TOGETHER "  - {follows: {event: attempt-ended}, then: {event: terminated}, within: 0s}\n",
        TOGETHER "  - {same-story: {services: a-*, of: [starts, events], within: 0s}}\n",
        TOGETHER "  - {tally: {event: attempt-ended, from: 500ms, to: 500ms}, is: 40}\n",
        TOGETHER "  - {starts: {a-39: [0s]}}\n",
        TOGETHER "  - {events: [{event: attempt-ended, at: 500ms}], service: a-39}\n",
    };
    (void)state;
    for (size_t k = 0; k < sizeof(crews) / sizeof(crews[0]); k++) {
        for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++) {
            assert_string_equal(unasked_of(crews[k], exact[i]),
                                "line 10 (less than 50ms decides it)");
        }
        for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
            assert_string_equal(unasked_of(crews[k], near[i]), "");
        }
    }
}

/* A file that is to fail by more than one in an instant does not, there. */
static void analyse__what_fails_in_one_instant_only_is_skipped(void **state)
{
    (void)state;
    assert_non_null(strstr(unasked_of(&sim__crew_threads,
                                      HEAD "verdict: expectation-failed\n"
                                           "until: 1s\n"
                                           "services: [{name: a, count: 2, restart: never}]\n"
                                           "timeline: [{at: 500ms, fail: a-*}]\n"
                                           "expect: [{peak: {event: attempt-ended, within: 0s},"
                                           " is: {max: 1}}]\n"),
                           "less than 50ms decides whether it passes: late, it comes to pass"));
}

/* What has the tolerance allowed for, and then holds no more, is not for the want of a power. */
static void analyse__an_end_that_is_allowed_too_much_is_told_so(void **state)
{
    static const char ends[] =
        HEAD "until: 1s\n"
             "services: [{name: a, count: 2, restart: never}, {name: b, restart: never}]\n"
             "timeline: [{at: 500ms, fail: a-*, each: 10ms}]\n"
             "expect:\n"
             "  - {tally: {event: attempt-ended, to: 509999999ns}, is: 1}\n"
             "  - {tally: {event: attempt-ended}, is: 2}\n";
    (void)state;
    assert_string_equal(unasked_of(&sim__crew_threads, ends), "line 7 (less than 50ms decides it)");
}

/* Forty start at 0 and live for 25 ms: 0.78 ms each take longer than that as processes, so
 * that they never all run, and no time to speak of as threads. */
static void analyse__starts_of_many_in_one_instant_take_their_time(void **state)
{
    static const char forty[] =
        HEAD "until: 1s\n"
             "services: [{name: a, count: 40, restart: never, script: [{fail: {after: 25ms}}]}]\n"
             "expect:\n"
             "  - {by: 20ms, service: a-*, count: 40, is: {phase: running}}\n"
             "  - {at: 500ms, service: a-*, is: {phase: terminated}}\n";
    (void)state;
    assert_string_equal(unasked_of(&sim__crew_threads, forty), "");
    assert_string_equal(unasked_of(&sim__crew_processes, forty),
                        "line 6 (less than 50ms decides it)");
}

/* A wait of a nanosecond is over before a loop's turn is. */
static void analyse__what_lasts_shorter_than_a_turn_is_not_asked(void **state)
{
    static const char text[] =
        HEAD "until: 3s\n"
             "services: [{name: a, backoff: {base: 1ns}, script: [{fail: {after: 1s}}, run]}]\n"
             "expect:\n"
             "  - {delays: {a: [1ns]}}\n"
             "  - {sometimes: {service: a, is: {phase: backing-off}}}\n"
             "  - {by: 2s, service: a, is: {phase: backing-off}}\n";
    (void)state;
    for (size_t k = 0; k < sizeof(crews) / sizeof(crews[0]); k++) {
        const char *unasked = unasked_of(crews[k], text);
        assert_null(strstr(unasked, "line 6"));
        assert_non_null(strstr(unasked, "line 7 (less than 50ms decides it)"));
        assert_non_null(strstr(unasked, "line 8 (less than 50ms decides it)"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            analyse__what_lateness_tells_seldom_is_found_when_asked_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(analyse__what_no_lateness_tells_stays_a_difference, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(analyse__what_seldom_fails_is_found_when_asked_again,
                                        set_up_chain, tear_down),
        cmocka_unit_test(analyse__what_a_sweep_is_to_fail_must_fail_late_too),
        cmocka_unit_test(analyse__what_only_one_instant_meets_is_not_asked),
        cmocka_unit_test(analyse__what_fails_in_one_instant_only_is_skipped),
        cmocka_unit_test(analyse__an_end_that_is_allowed_too_much_is_told_so),
        cmocka_unit_test(analyse__starts_of_many_in_one_instant_take_their_time),
        cmocka_unit_test(analyse__what_lasts_shorter_than_a_turn_is_not_asked),
        cmocka_unit_test_setup_teardown(analyse__what_lateness_takes_from_a_sweep_is_not_asked,
                                        set_up_together, tear_down),
        cmocka_unit_test_setup_teardown(analyse__what_a_run_loses_of_a_sweep, set_up_together,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
