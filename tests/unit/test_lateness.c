/* Lateness as late runs draw it: what is told one after the other, and what takes its time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/attempt/lateness.h"
#include "sim/run.h"
#include "unit/reading.h"

static struct sup_instant at(uint64_t ns)
{
    return (struct sup_instant){ns};
}

static void apart__what_happens_at_one_instant_is_told_one_after_the_other(void **state)
{
    const struct sim_lateness lateness = {.apart = SUP_NS(1000), .seed = 7};
    struct sim_apart apart = {.told = false};
    uint64_t last_ns = 0;
    (void)state;
    assert_int_equal(sim__late_apart(lateness, &apart, at(0)).ns, 0);
    for (int i = 0; i < 100; i++) {
        uint64_t told_ns = sim__late_apart(lateness, &apart, at(0)).ns;
        assert_true(told_ns > last_ns);
        last_ns = told_ns;
    }
    /* Within so much, but for those that there is no room for. */
    assert_in_range(last_ns, 500, 1100);
    /* A later instant that has come meanwhile waits; one that has not is told when it is. */
    assert_int_equal(sim__late_apart(lateness, &apart, at(400)).ns, last_ns + 1);
    assert_int_equal(sim__late_apart(lateness, &apart, at(5000)).ns, 5000);
    assert_in_range(sim__late_apart(lateness, &apart, at(5000)).ns, 5001, 6000);
}

static void apart__time_that_has_no_end_does_not_turn_over(void **state)
{
    const struct sim_lateness lateness = {.apart = SUP_NS(UINT64_MAX), .seed = 7};
    struct sim_apart apart = {.told = false};
    uint64_t last_ns = SUP_NEVER_NS - 10;
    (void)state;
    for (int i = 0; i < 20; i++) {
        uint64_t told_ns = sim__late_apart(lateness, &apart, at(SUP_NEVER_NS - 10)).ns;
        assert_true(told_ns >= last_ns);
        last_ns = told_ns;
    }
}

/* ---- whole runs ---- */

/* When the event of the service was told, in microseconds: what is late is so by a few
 * nanoseconds. */
static uint64_t us_of(const char *trace, const char *event)
{
    const char *found = strstr(trace, event);
    assert_non_null(found);
    while (found > trace && found[-1] != '\n') {
        found--;
    }
    uint64_t ns = 0;
    assert_int_equal(sscanf(found, "{\"t\":%" SCNu64, &ns), 1);
    return ns / 1000;
}

/* Two are ended at 500 ms, and each end takes 10 ms; so do the starts of `c`, due then, and of
 * `b`, which was to be started anew meanwhile. What is due meanwhile keeps its order: `d` is
 * paused before it would start. Each has started 10 ms after the one before. */
static const char ends[] = HEAD "until: 1s\n"
                                "services:\n"
                                "  - {name: a, count: 2, restart: never}\n"
                                "  - {name: b, script: [run, {fail: {after: 50ms}}, run]}\n"
                                "  - {name: c, script: [{fail: {after: 370ms}}, run]}\n"
                                "  - {name: d, script: [{fail: {after: 365ms}}, run]}\n"
                                "timeline:\n"
                                "  - {at: 500ms, fail: a-*}\n"
                                "  - {at: 503ms, pause: d}\n"
                                "  - {at: 505ms, restart: b}\n"
                                "expect: [{peak: {event: terminated, within: 9ms}, is: 1}]\n";

static void each__what_is_done_takes_its_time_and_the_clock_does_not_go_back(void **state)
{
    struct sim_scenario *scenario = read_good(ends);
    const struct sim_run_options options = {
        .once = true, .keep_trace = true, .lateness_ns = 1, .lateness_each_ns = 10 * MS};
    struct sim_result result;
    (void)state;
    assert_int_equal(sim_run(scenario, &options, &result), 0);
    assert_int_equal(result.verdict, SIM_PASS);
    const char *trace = result.trace;
    assert_int_equal(us_of(trace, "\"attempt-ended\",\"service\":\"a-0\""), 510000);
    assert_int_equal(us_of(trace, "\"attempt-ended\",\"service\":\"a-1\""), 520000);
    assert_int_equal(us_of(trace, "\"attempt-started\",\"service\":\"c\",\"attempt\":2"), 520000);
    assert_int_equal(us_of(trace, "\"paused\",\"service\":\"d\""), 530000);
    assert_null(strstr(trace, "\"attempt-started\",\"service\":\"d\",\"attempt\":2"));
    assert_int_equal(us_of(trace, "\"attempt-started\",\"service\":\"b\",\"attempt\":2"), 530000);
    assert_int_equal(us_of(trace, "\"attempt-ended\",\"service\":\"b\",\"attempt\":2"), 580000);
    sim_result_release(&result);
    sim_scenario_free(scenario);
}

/* Commands take no time, but a system reads its clock for each. */
static void apart__expectations_see_no_two_events_at_one_instant(void **state)
{
    static const char text[] = HEAD "until: 1s\n"
                                    "services: [{name: a, count: 3}]\n"
                                    "timeline: [{at: 500ms, pause: a-*}]\n"
                                    "expect:\n"
                                    "  - {peak: {event: command, within: 0s}, is: 1}\n"
                                    "  - {peak: {event: command, within: 1ms}, is: 3}\n";
    struct sim_scenario *scenario = read_good(text);
    struct sim_run_options options = {.once = true, .lateness_ns = 1};
    struct sim_result result;
    (void)state;
    assert_int_equal(sim_run(scenario, &options, &result), 0);
    assert_int_equal(result.failure_count, 1);
    uint64_t hash = result.hash;
    sim_result_release(&result);
    options.lateness_apart_ns = 1 * MS;
    assert_int_equal(sim_run(scenario, &options, &result), 0);
    assert_int_equal(result.failure_count, 0);
    assert_int_equal(result.hash, hash); /* what happens is the same */
    sim_result_release(&result);
    sim_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(apart__what_happens_at_one_instant_is_told_one_after_the_other),
        cmocka_unit_test(apart__time_that_has_no_end_does_not_turn_over),
        cmocka_unit_test(each__what_is_done_takes_its_time_and_the_clock_does_not_go_back),
        cmocka_unit_test(apart__expectations_see_no_two_events_at_one_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
