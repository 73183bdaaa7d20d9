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

#define TOLERANCE_NS (30050 * MS)

/* The beat of the first attempt comes half a second before its end, and is stale a second
 * after it: who is late by 30 s may well see that first, if seldom. */
static const char beats[] =
    HEAD "until: 1h\n"
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
    return set_up_with(state, beats, TOLERANCE_NS, 601);
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
    assert_non_null(strstr(stage->analysis.skip.why, "less than 30.05s decides what happens, if "
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            analyse__what_lateness_tells_seldom_is_found_when_asked_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(analyse__what_no_lateness_tells_stays_a_difference, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(analyse__what_seldom_fails_is_found_when_asked_again,
                                        set_up_chain, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
