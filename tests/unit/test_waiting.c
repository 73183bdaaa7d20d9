/* How long a run in real time is waited for: what is seen of the last thing that is done, and
 * that nothing which is due later is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/real/crew.h"
#include "sim/real/internal.h"
#include "unit/reading.h"

#define HOUR (3600 * SECOND)
#define TOLERANCE (50 * MS)
#define MARGIN SECOND

/* Files of an hour, and when something is done last in them. */
static const struct file {
    const char *text;
    uint64_t done_ns;
} files[] = {
    /* nothing, and what is only looked at */
    {HEAD "until: 1h\nservices: [{name: a}]\n", 0},
    {HEAD "until: 1h\nservices: [{name: a}]\n"
          "expect: [{always: [1s, 40m], service: a, is: {phase: running}},\n"
          "         {at: 50m, service: a, is: {phase: running, running-time: 50m}}]\n",
     0},
    /* what would be done after the end */
    {HEAD "until: 1h\nservices: [{name: a, script: [{succeed: {after: 61m}}]},\n"
          "  {name: b, backoff: {base: 2h, max: 2h}, script: [fail]},\n"
          "  {name: c, heartbeat: {stale-after: 2h}, script: [{steps: [beat, run]}]}]\n",
     0},
    /* the timeline */
    {HEAD "until: 1h\nservices: [{name: a}]\ntimeline: [{at: 3s, pause: a}]\n", 3 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a}]\ntimeline: [{at: 59m, set: {db: up}}]\n"
          "conditions: {db: up}\n",
     3540 * SECOND},
    /* what a script does, with an event or without */
    {HEAD "until: 1h\nservices: [{name: a, restart: never, script: [{succeed: {after: 20m}}]}]\n",
     1200 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, script: [{run: {}, beat: {every: 10m}}]}]\n", HOUR},
    {HEAD "until: 1h\nservices: [{name: a, script: [{steps: [{sleep: 30m}, {sleep: 3h}]}]}]\n",
     1800 * SECOND},
    /* timers of the supervisor, with an event or without */
    {HEAD "until: 1h\nservices: [{name: a, backoff: {base: 50m, max: 50m},\n"
          "  script: [{fail: {after: 1s}}, run]}]\n",
     3001 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, heartbeat: {stale-after: 30m},\n"
          "  script: [{steps: [{sleep: 1s}, beat, run]}]}]\n",
     1801 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, restart: never, ready: {explicit: {timeout: 20m}}}]\n",
     1200 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, restart: never, run-for: 40m}]\n", 2400 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, script: [{run: {}, stop-after: 10m}],\n"
          "  stop: {grace: 20m}}]\n"
          "timeline: [{at: 1s, cancel: a}]\n",
     601 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, breaker: {failures: 1, then: half-open, cooldown: 15m,\n"
          "  probe-for: 5m}, script: [fail, run]}]\n",
     1200 * SECOND},
    {HEAD "until: 1h\nservices: [{name: a, backoff: {base: 1s, reset-after: 20m},\n"
          "  script: [fail, run]}]\n",
     SECOND},
};

static void waiting__the_last_thing_that_is_done_is_known_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        const struct sim_run_options once = {.once = true};
        struct sim_scenario *scenario = read_good(files[i].text);
        struct sim_result result;
        assert_int_equal(sim_run(scenario, &once, &result), 0);
        if (sim__result_done(&result).ns != files[i].done_ns) {
            fail_msg("%s: %llu", files[i].text, (unsigned long long)sim__result_done(&result).ns);
        }
        sim_result_release(&result);
        sim_scenario_free(scenario);
    }
}

struct waited {
    enum sim__skip_kind skip;
    uint64_t end_ns;
    uint64_t wait_ns;
};

static struct waited analysed(const char *text, enum sim__wait wait, uint64_t tolerance_ns,
                              uint64_t speed_billionths)
{
    struct sim_scenario *scenario = read_good(text);
    const struct sim_run_options run = {0};
    const struct sim_real_options options = {.crew = &sim__crew_threads,
                                             .speed_billionths = speed_billionths};
    struct sim__analysed analysed = {.scenario = scenario,
                                     .run = &run,
                                     .options = &options,
                                     .tolerance_ns = tolerance_ns,
                                     .wait = wait};
    struct sim__analysis analysis;
    assert_int_equal(sim__widen(scenario, SUP_NS(tolerance_ns), &analysed.widened), 0);
    assert_int_equal(sim__analyse(&analysed, &analysis), 0);
    struct waited waited = {analysis.skip.kind, analysis.end_ns, analysis.wait_ns};
    sim__analysis_release(&analysis);
    sim__widen_free(analysed.widened);
    sim_scenario_free(scenario);
    return waited;
}

/* What is late is late by some tolerances at most in these; nothing is waited for less than
 * the margin after it. */
static void waiting__is_over_when_nothing_is_due_any_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct waited waited = analysed(files[i].text, SIM__WAIT_UNTIL_QUIET, TOLERANCE, SECOND);
        bool short_enough = files[i].done_ns < 60 * SECOND;
        assert_int_equal(waited.end_ns, HOUR);
        assert_int_equal(waited.skip, short_enough ? SIM__NO_SKIP : SIM__SKIP_LONG);
        uint64_t least = files[i].done_ns + MARGIN;
        assert_true(waited.wait_ns >= (least < HOUR ? least : HOUR));
        assert_true(waited.wait_ns <= least + 5 * TOLERANCE);
        waited = analysed(files[i].text, SIM__WAIT_FOR_THE_END, TOLERANCE, SECOND);
        assert_int_equal(waited.skip, SIM__SKIP_LONG);
        assert_int_equal(waited.wait_ns, HOUR);
    }
}

/* What comes late is waited for as long. */
static void waiting__counts_from_the_latest_of_the_late_runs(void **state)
{
    static const char text[] =
        HEAD "until: 1h\n"
             "services: [{name: a, restart: never, kind: blocking, script: [{run: {}}]}]\n"
             "timeline: [{at: 10s, cancel: a}]\n";
    (void)state;
    struct waited in_time = analysed(text, SIM__WAIT_UNTIL_QUIET, MS, SECOND);
    struct waited later = analysed(text, SIM__WAIT_UNTIL_QUIET, 20 * MS, SECOND);
    assert_true(in_time.wait_ns > 10 * SECOND + MARGIN);
    assert_true(in_time.wait_ns <= 10 * SECOND + MARGIN + 5 * MS);
    assert_true(later.wait_ns > 10 * SECOND + MARGIN + 10 * MS);
}

static void waiting__has_a_margin_of_real_time_and_of_tolerances(void **state)
{
    static const char text[] = HEAD "until: 1h\nservices: [{name: a}]\n";
    (void)state;
    assert_int_equal(analysed(text, SIM__WAIT_UNTIL_QUIET, MS, SECOND).wait_ns / (10 * MS), 100);
    /* a second is ten of the file's at that speed, and a tenth at this one */
    assert_int_equal(analysed(text, SIM__WAIT_UNTIL_QUIET, MS, 10 * SECOND).wait_ns / (100 * MS),
                     100);
    assert_int_equal(analysed(text, SIM__WAIT_UNTIL_QUIET, MS, SECOND / 10).wait_ns / (10 * MS),
                     10);
    /* ten tolerances, and what is late */
    struct waited wide = analysed(text, SIM__WAIT_UNTIL_QUIET, SECOND, SECOND);
    assert_true(wide.wait_ns >= 10 * SECOND && wide.wait_ns <= 12 * SECOND);
}

/* Nothing is to be gained by stopping a little before the end. */
static void waiting__never_goes_beyond_the_end(void **state)
{
    static const char text[] = HEAD "until: 4s\nservices: [{name: a}]\n"
                                    "timeline: [{at: 3500ms, pause: a}]\n";
    (void)state;
    assert_int_equal(analysed(text, SIM__WAIT_UNTIL_QUIET, TOLERANCE, SECOND).wait_ns, 4 * SECOND);
}

/* Too many for their time, of which there is more when it is taken slower. */
static void waiting__too_many_are_told_from_what_is_decided(void **state)
{
    static const char many[] =
        HEAD "until: 100ms\n"
             "services: [{name: a, count: 150, restart: never, script: [succeed]}]\n";
    static const struct {
        const char *text;
        uint64_t speed_billionths;
        enum sim__skip_kind skip;
    } rows[] = {
        {many, SECOND, SIM__SKIP_MANY},
        {many, SECOND / 2, SIM__SKIP_MANY}, /* 100 a second, in 200 ms and a second more */
        {many, SECOND / 5, SIM__NO_SKIP},
        {HEAD "until: 1s\nservices: [{name: a, script: [{fail: {after: 500ms}}]}]\n"
              "timeline: [{at: 500ms, cancel: a}]\n",
         SECOND, SIM__SKIP_DECIDED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sim_scenario *scenario = read_good(rows[i].text);
        const struct sim_run_options run = {0};
        const struct sim_real_options options = {.crew = &sim__crew_processes,
                                                 .speed_billionths = rows[i].speed_billionths};
        const uint64_t tolerance_ns = sim__scaled(SUP_NS(TOLERANCE), rows[i].speed_billionths).ns;
        struct sim__analysed analysed = {
            .scenario = scenario, .run = &run, .options = &options, .tolerance_ns = tolerance_ns};
        struct sim__analysis analysis;
        assert_int_equal(sim__widen(scenario, SUP_NS(tolerance_ns), &analysed.widened), 0);
        assert_int_equal(sim__analyse(&analysed, &analysis), 0);
        assert_int_equal(analysis.skip.kind, rows[i].skip);
        sim__analysis_release(&analysis);
        sim__widen_free(analysed.widened);
        sim_scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waiting__the_last_thing_that_is_done_is_known_exactly),
        cmocka_unit_test(waiting__is_over_when_nothing_is_due_any_more),
        cmocka_unit_test(waiting__counts_from_the_latest_of_the_late_runs),
        cmocka_unit_test(waiting__has_a_margin_of_real_time_and_of_tolerances),
        cmocka_unit_test(waiting__never_goes_beyond_the_end),
        cmocka_unit_test(waiting__too_many_are_told_from_what_is_decided),
    };
    return cmocka_run_group_tests_name("waiting", tests, NULL, NULL);
}
