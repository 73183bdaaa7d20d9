/* Measures: what they come to, and what cannot be told. */
#include "reading.h"

#include <stdlib.h>

#include "sim/measure.h"
#include "sim/run.h"
#include "sup/error.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NEVER SUP_NEVER_NS

/* a: 0-1s, 2-3s, 5s-; w-*: from 0 to 10s and from 20s on; x: from 15s to 25s, silent but for
 * its beats; nothing happens behind 30s. */
#define SERVICES \
    "services:\n" \
    "  - {name: a, backoff: {base: 1s}, script: [{fail: {after: 1s}, times: 2}, run]}\n" \
    "  - {name: w, count: 3, group: g, backoff: {base: 10s}, " \
    "script: [{fail: {after: 10s}}, run]}\n" \
    "timeline:\n" \
    "  - {at: 15s, spawn: {name: x, heartbeat: {stale-after: 1m}, " \
    "script: [{run: {}, beat: {every: 7s, for: 1m}}]}}\n" \
    "  - {at: 25s, remove: x}\n" \
    "  - {at: 30s, pause: a}\n"

struct expected {
    const char *measure;
    uint64_t open;   /* without a horizon */
    uint64_t closed; /* until 40s */
};

static const struct expected measures[] = {
    {"{tally: {event: attempt-ended, outcome: failed}}", 5, 5},
    {"{tally: {event: attempt-ended, outcome: failed, group: g}}", 3, 3},
    {"{peak: {event: attempt-started, within: 2s}}", 5, 5},
    {"{peak: {event: stale, within: 2s}}", 0, 0},
    {"{metric: attempts_total}", 10, 10},
    {"{metric: attempts_total, service: [a, 'w-*']}", 9, 9},
    {"{metric: attempts_total, group: g}", 6, 6},
    {"{metric: commands_total, service: ['w-*', x], take: min}", 0, 0},
    {"{metric: commands_total, service: ['w-*', x, a], take: max}", 2, 2},
    {"{from: {at: 10s}, until: {service: 'w-*', is: {phase: running}}}", 10 * SECOND, 10 * SECOND},
    {"{from: {at: 10s}, until: {service: 'w-*', is: {phase: running}, count: 0}}", 0, 0},
    {"{from: {at: 9s}, until: {service: 'w-*', is: {phase: running}, count: 0}}", SECOND, SECOND},
    /* Looked at where it begins, though nothing happens there. */
    {"{from: {at: 7s}, until: {service: a, is: {phase: running}}}", 0, 0},
    {"{from: {at: 20s}, until: {event: attempt-started}}", 0, 0},
    {"{from: {at: 20000000001ns}, until: {event: attempt-started}}", NEVER, NEVER},
    {"{from: {event: attempt-started, service: w-1}, until: {event: attempt-started}}", 0, 0},
    {"{from: {event: attempt-started, service: w-2}, until: {event: attempt-started}}", 2 * SECOND,
     2 * SECOND},
    {"{from: {event: attempt-ended}, until: {service: a, is: {phase: running}}}", SECOND, SECOND},
    {"{from: {service: a, is: {attempt: 2}}, until: {service: a, is: {attempt: 3}}}", 3 * SECOND,
     3 * SECOND},
    {"{from: {service: a, is: {attempt: 2}}, until: {service: a, is: {attempt: 2}}}", 0, 0},
    {"{from: {service: a, is: {attempt: 2}}, until: {service: a, is: {attempt: 1}}}", NEVER, NEVER},
    {"{from: {service: x, is: {exists: true}}, until: {service: x, is: {exists: false}}}",
     10 * SECOND, 10 * SECOND},
    {"{from: {at: 5s}, until: {at: 12s}}", 7 * SECOND, 7 * SECOND},
    {"{from: {at: 12s}, until: {at: 5s}}", NEVER, NEVER},
    {"{from: {service: a, is: {attempt: 3}}, until: {at: 12s}}", 7 * SECOND, 7 * SECOND},
    {"{from: {service: a, is: {attempt: 9}}, until: {at: 12s}}", NEVER, NEVER},
    {"{from: {event: terminated}, until: {at: 12s}}", NEVER, NEVER},
    /* To the last event, or to the horizon; a is paused at 30s. */
    {"{time: {service: 'w-*', is: {phase: running}}}", 60 * SECOND, 90 * SECOND},
    {"{time: {service: a, is: {phase: running}}}", 27 * SECOND, 27 * SECOND},
    {"{time: {service: a, is: {phase: {not: running}}}}", 3 * SECOND, 13 * SECOND},
    {"{time: {service: x, is: {phase: [running, idle]}}}", 10 * SECOND, 10 * SECOND},
    {"{time: {service: x, is: {exists: false}}}", 0, 0},
    /* Its first beat, at 22s, has no event. */
    {"{time: {service: x, is: {heartbeat: fresh}}}", 3 * SECOND, 3 * SECOND},
    {"{time: {service: [a, x], is: {active: true}}}", 37 * SECOND, 37 * SECOND},
};

/* Each by itself, so that none is looked at because another wants it. */
static uint64_t value_of(const char *until, const char *measure)
{
    char text[2048];
    struct sim_result result;
    const struct sim_run_options options = {.once = true};
    snprintf(text, sizeof(text), HEAD "%s" SERVICES "measures: {m: %s}\n", until, measure);
    struct sim_scenario *scenario = read_good(text);
    assert_int_equal(sim_run(scenario, &options, &result), SUP_OK);
    assert_int_equal(result.verdict, SIM_PASS);
    assert_int_equal(result.measure_count, 1);
    uint64_t value = result.measures[0];
    sim_result_release(&result);
    sim_scenario_free(scenario);
    return value;
}

static void measures__come_to_their_figures(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(measures); i++) {
        uint64_t open = value_of("", measures[i].measure);
        uint64_t closed = value_of("until: 40s\n", measures[i].measure);
        if (open != measures[i].open || closed != measures[i].closed) {
            fail_msg("%s: %llu and %llu", measures[i].measure, (unsigned long long)open,
                     (unsigned long long)closed);
        }
    }
}

static void measures__of_a_run_without_an_end_are_none(void **state)
{
    static const char text[] =
        HEAD "services: [{name: a, restart: always, clean-exit-delay: 0, script: [succeed]}]\n"
             "measures: {m: {tally: {event: attempt-started}}}\n"
             "verdict: stalled\n";
    struct sim_result result;
    const struct sim_run_options options = {.once = true};
    (void)state;
    struct sim_scenario *scenario = read_good(text);
    assert_int_equal(sim_run(scenario, &options, &result), SUP_OK);
    assert_int_equal(result.verdict, SIM_STALLED);
    assert_int_equal(result.measure_count, 0);
    sim_result_release(&result);
    sim_scenario_free(scenario);
}

static void measures__too_many_are_refused(void **state)
{
    char *text = malloc(1u << 17);
    (void)state;
    assert_non_null(text);
    for (unsigned count = SIM_MEASURES_MAX; count <= SIM_MEASURES_MAX + 1; count++) {
        size_t length = (size_t)snprintf(text, 1u << 17, HEAD "services: [{name: a}]\nmeasures:\n");
        for (unsigned i = 0; i < count; i++) {
            length += (size_t)snprintf(text + length, (1u << 17) - length,
                                       "  m%u: {metric: attempts_total}\n", i);
        }
        if (count > SIM_MEASURES_MAX) {
            assert_refused_once(text, "there are 1001 measures; there can be 1000");
        } else {
            sim_scenario_free(read_good(text));
        }
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures__come_to_their_figures),
        cmocka_unit_test(measures__of_a_run_without_an_end_are_none),
        cmocka_unit_test(measures__too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
