/* Expectations as they are asked in real time: what may come late, and by how much. */
#include "reading.h"

#include "sim/measure.h"
#include "sim/real/internal.h"
#include "sup/error.h"

#define TOLERANCE_NS (100 * MS)

static const struct sim_match *match_of(const struct sim_scenario *scenario, uint32_t entry,
                                        uint32_t fact)
{
    return &scenario->expectations[entry].facts[fact].match;
}

static void assert_range(struct sim_range range, uint64_t min, uint64_t max)
{
    assert_int_equal(range.min, min);
    assert_int_equal(range.max, max);
}

static void assert_nothing(struct sim_range range)
{
    assert_true(range.min > range.max);
}

static void widen__several_values_each_by_the_tolerance(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD
        "services: [{name: a}]\n"
        "expect:\n"
        "  - {at: 1s, service: a, is: {running-time: [1s, {min: 2s, max: 3s}], starts: [1, 2]}}\n"
        "  - {events: [{event: ready, at: [1s, {min: 2s, max: 3s}]}]}\n"
        "  - {starts: {a: {max: 1s}}}\n");
    struct sim_scenario *widened;
    assert_int_equal(sim__widen(scenario, SUP_NS(TOLERANCE_NS), &widened), SUP_OK);
    const struct sim_match *starts = match_of(widened, 0, 0);
    const struct sim_match *time = match_of(widened, 0, 1);
    assert_range(starts->range, 1, 1);
    assert_range(starts->others[0].range, 2, 2);
    assert_range(time->range, 900 * MS, 1100 * MS);
    assert_range(time->others[0].range, 1900 * MS, 3100 * MS);
    const struct sim_match *at = &widened->expectations[1].patterns[0].keys[0].match;
    assert_range(at->range, SECOND, 1100 * MS);
    assert_range(at->others[0].range, 2 * SECOND, 3100 * MS);
    assert_int_equal(widened->expectations[2].series[0].late_each.ns, TOLERANCE_NS);
    assert_range(match_of(scenario, 0, 1)->others[0].range, 2 * SECOND, 3 * SECOND);
    sim__widen_free(widened);
    sim_scenario_free(scenario);
}

/* Lateness may lead into what must not be: only what it cannot lead into is left. */
static void widen__what_must_not_be_gets_less(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD "services: [{name: a}]\n"
             "expect:\n"
             "  - at: 1s\n"
             "    service: a\n"
             "    is: {running-time: {not: [{min: 2s, max: 3s}, 5s, {max: 1s}, {min: 9s}, "
             "{max: 1ms}]}}\n"
             "  - {events: [{event: ready, at: {not: [{min: 2s, max: 3s}, 5s]}}]}\n");
    struct sim_scenario *widened;
    assert_int_equal(sim__widen(scenario, SUP_NS(TOLERANCE_NS), &widened), SUP_OK);
    const struct sim_match *time = match_of(widened, 0, 0);
    assert_range(time->range, 2100 * MS, 2900 * MS);
    assert_nothing(time->others[0].range);
    assert_range(time->others[1].range, 0, 900 * MS);
    assert_range(time->others[2].range, 9100 * MS, UINT64_MAX);
    assert_nothing(time->others[3].range);
    const struct sim_match *at = &widened->expectations[1].patterns[0].keys[0].match;
    assert_range(at->range, 2100 * MS, 3 * SECOND);
    assert_nothing(at->others[0].range);
    sim__widen_free(widened);
    sim_scenario_free(scenario);
}

/* How many there are stays exact; when they count, and how long it took, does not. */
static void widen__what_is_counted_and_measured(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "services: [{name: a}]\n"
                       "measures:\n"
                       "  back: {from: {at: 1s}, until: {event: ready}}\n"
                       "  ends: {tally: {event: attempt-ended}}\n"
                       "expect:\n"
                       "  - {tally: {event: ready, from: 1s, to: 2s}, is: 3}\n"
                       "  - {follows: {event: ready}, then: {event: stale, to: 5s}, within: 1s}\n"
                       "  - {measure: back, is: {min: 1s, max: 2s}}\n"
                       "  - {measure: ends, is: 3}\n");
    struct sim_scenario *widened;
    assert_int_equal(sim__widen(scenario, SUP_NS(TOLERANCE_NS), &widened), SUP_OK);
    const struct sim_expectation *e = widened->expectations;
    assert_int_equal(e[0].counted->filter.from.ns, SECOND);
    assert_int_equal(e[0].counted->filter.to.ns, 2100 * MS);
    assert_range(e[0].counted->is, 3, 3);
    assert_int_equal(e[1].counted->within.ns, 1100 * MS);
    assert_int_equal(e[1].counted->then.to.ns, 5100 * MS);
    assert_range(e[2].measured->is, 900 * MS, 2100 * MS);
    assert_range(e[3].measured->is, 3, 3);
    sim__widen_free(widened);
    sim_scenario_free(scenario);
}

/* What cannot be asked there gives way to something that can be looked at, and holds. */
static void unask__leaves_what_holds(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(HEAD "until: 10s\nservices: [{name: a}]\n"
                                                   "expect:\n"
                                                   "  - {at: 1s, service: a, is: {phase: idle}}\n"
                                                   "  - {at: end, service: a, is: {attempt: 1}}\n");
    struct sim_scenario *widened = NULL;
    assert_int_equal(sim__widen(scenario, SUP_NS(TOLERANCE_NS), &widened), SUP_OK);
    struct sim_result result;
    assert_int_equal(sim_run(widened, NULL, &result), SUP_OK);
    assert_int_equal(result.verdict, SIM_EXPECTATION_FAILED);
    struct sim__unasked unasked = {0};
    assert_true(sim__unask(widened, &result, &unasked, "so"));
    assert_int_equal(unasked.count, 1);
    sim_result_release(&result);
    assert_int_equal(sim_run(widened, NULL, &result), SUP_OK);
    assert_int_equal(result.verdict, SIM_PASS);
    sim_result_release(&result);
    sim__widen_free(widened);
    sim_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unask__leaves_what_holds),
        cmocka_unit_test(widen__several_values_each_by_the_tolerance),
        cmocka_unit_test(widen__what_must_not_be_gets_less),
        cmocka_unit_test(widen__what_is_counted_and_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
