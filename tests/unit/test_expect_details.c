/* What of an expectation did not fit is named by its failure: over and under, each part of a
 * drain, each fact and counter. Whoever makes a file smaller tells failures apart by it. */
#include "reading.h"

#include "sim/run.h"
#include "sup/error.h"

/* a starts at 0 and, having failed at once, at 100 ms; w-0 and w-1 start at 0 and run. */
#define FILE_HEAD \
    HEAD "services:\n" \
         "  - {name: a, script: [fail, run]}\n" \
         "  - {name: w, count: 2, group: g}\n"
#define SHUTDOWN "timeline: [{at: 1s, shutdown: {}}]\n"

struct row {
    const char *text;
    const char *details; /* of all failures, one after the other */
};

static void assert_details(const struct row *row)
{
    char text[2048];
    struct sim_result result;
    const struct sim_run_options options = {.once = true};
    (void)snprintf(text, sizeof(text), FILE_HEAD "%s\n", row->text);
    struct sim_scenario *scenario = read_good(text);
    assert_int_equal(sim_run(scenario, &options, &result), SUP_OK);
    char found[256] = "";
    size_t length = 0;
    for (uint32_t i = 0; i < result.failure_count; i++) {
        length += (size_t)snprintf(found + length, sizeof(found) - length, "%s%s",
                                   i > 0 ? ", " : "", result.failures[i].detail);
        assert_true(length < sizeof(found));
    }
    if (result.failure_count == 0 || strcmp(found, row->details) != 0) {
        fail_msg("%s\n%u failures, of '%s', not '%s'", row->text, result.failure_count, found,
                 row->details);
    }
    sim_result_release(&result);
    sim_scenario_free(scenario);
}

static void assert_all(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_details(&rows[i]);
    }
}

static void details__of_a_tally_is_over_or_under(void **state)
{
    static const struct row rows[] = {
        {"expect: [{tally: {event: attempt-started}, is: 3}]", "over"},
        {"expect: [{tally: {event: attempt-started}, is: 5}]", "under"},
        {"expect: [{tally: {event: attempt-started, service: a}, is: 0}]", "over"},
        {"expect: [{tally: {event: attempt-started, service: '*'}, is: {max: 1}, each: true}]",
         "over"},
        {"expect: [{tally: {event: attempt-started, service: '*'}, is: {min: 2}, each: true}]",
         "under"},
        /* The first that is amiss names it, not the last. */
        {"timeline: [{at: 2s, pause: a}, {at: 3s, resume: a}]\n"
         "expect: [{tally: {event: command, service: '*'}, is: 1, each: true}]",
         "over"},
        {"timeline: [{at: 2s, pause: w-1}, {at: 3s, resume: w-1}]\n"
         "expect: [{tally: {event: command, service: '*'}, is: 1, each: true}]",
         "under"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_a_peak_is_over_or_under(void **state)
{
    static const struct row rows[] = {
        {"expect: [{peak: {event: attempt-started, within: 0}, is: 2}]", "over"},
        {"expect: [{peak: {event: attempt-started, within: 0}, is: 4}]", "under"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_a_measure_is_over_or_under(void **state)
{
    static const struct row rows[] = {
        {"measures: {m: {tally: {event: attempt-started}}}\nexpect: [{measure: m, is: 3}]", "over"},
        {"measures: {m: {tally: {event: attempt-started}}}\nexpect: [{measure: m, is: 5}]",
         "under"},
        {"measures: {m: {from: {at: 1s}, until: {at: 3s}}}\n"
         "expect: [{measure: m, is: {max: 1999999999ns}}]",
         "over"},
        {"measures: {m: {from: {at: 1s}, until: {at: 3s}}}\n"
         "expect: [{measure: m, is: {min: 2000000001ns}}]",
         "under"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_a_drain_are_its_parts(void **state)
{
    static const struct row rows[] = {
        {"expect: [{drain: {took: 0s}}]", "finished"},
        {SHUTDOWN "expect: [{drain: {took: 7s}}]", "took"},
        {SHUTDOWN "expect: [{drain: {timed-out: true}}]", "timed-out"},
        {SHUTDOWN "expect: [{drain: {already-exited: 7}}]", "already-exited"},
        {SHUTDOWN "expect: [{drain: {graceful: 7}}]", "graceful"},
        {SHUTDOWN "expect: [{drain: {aborted: 7}}]", "aborted"},
        {SHUTDOWN "expect: [{drain: {abandoned: 7}}]", "abandoned"},
        {SHUTDOWN "expect: [{drain: {already-exited: [a]}}]", "already-exited"},
        {SHUTDOWN "expect: [{drain: {graceful: [a]}}]", "graceful"},
        {SHUTDOWN "expect: [{drain: {aborted: [a]}}]", "aborted"},
        {SHUTDOWN "expect: [{drain: {abandoned: [a]}}]", "abandoned"},
        {SHUTDOWN "expect: [{drain: {took: 7s, timed-out: true, graceful: 7, aborted: [a]}}]",
         "took, timed-out, graceful, aborted"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_starts_and_delays_are_a_value_or_a_number(void **state)
{
    static const struct row rows[] = {
        {"expect: [{starts: {a: [0s]}}]", "more"},
        {"expect: [{starts: {a: [0s, 100ms, 7s]}}]", "fewer"},
        {"expect: [{starts: {a: [0s, 7s]}}]", "value"},
        {"expect: [{delays: {a: []}}]", "more"},
        {"expect: [{delays: {a: [100ms, 1s]}}]", "fewer"},
        {"expect: [{delays: {a: [1ms]}}]", "value"},
        {"expect: [{starts: {a: {max: 0s}}}]", "value"},
        {"expect: [{starts: {a: {count: 3}}}]", "count"},
        {"expect: [{starts: {'w-*': [7s]}}]", "value"},
        {"expect: [{starts: {'w-*': [0s, 7s]}}]", "count"},
        {"expect: [{delays: {'a*': [1ms]}}]", "value"},
        {"expect: [{delays: {'a*': {count: 7}}}]", "count"},
        /* The first that is amiss names it: of a the second start, of w-* that there is one. */
        {"expect: [{starts: {'*': {max: 50ms, count: 2}}}]", "value"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_a_state_is_the_first_fact_that_does_not_fit(void **state)
{
    static const struct row rows[] = {
        {"expect: [{at: end, service: a, is: {phase: running, starts: 3}}]", "starts"},
        {"expect: [{at: end, service: a, is: {phase: idle, starts: 3}}]", "phase"},
        {"expect: [{at: end, group: g, is: {cancelled: true}}]", "cancelled"},
        {"expect: [{at: end, group: g, is: {active: 7}}]", "active"},
        {"expect: [{at: end, group: g, is: {cancelled: true, active: 7}}]", "cancelled"},
        {"timeline: [{at: 2s, spawn: {name: b, group: late}}]\n"
         "expect: [{at: 1s, group: late, is: {active: 7}}]",
         "exists"},
        /* Who is not registered is on his way nowhere. */
        {"timeline: [{at: 2s, spawn: {name: b}}]\n"
         "expect: [{at: 1s, service: b, is: {settled: true}}]",
         "settled"},
        {"expect: [{at: end, metrics: {restarts_total: 7}}]", "restarts_total"},
        {"expect: [{at: end, metrics: {spawned_total: 3, attempts_total: 7}}]", "attempts_total"},
        {"expect: [{never: all, service: gho*, is: {starts: 3}}]\n"
         "supervisor: {groups: [{name: c}]}\n"
         "timeline: [{at: 1s, cancel-group: c},\n"
         "  {at: 2s, spawn: {name: ghost, group: c}, expect: {result: cancelled}}]",
         "unmatched"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_a_story_is_the_event_that_did_not_come(void **state)
{
    static const struct row rows[] = {
        {"expect: [{events: [{event: drained}]}]", "drained"},
        {"expect: [{events: [{event: attempt-started}, {event: removed}], service: a}]", "removed"},
        {"expect: [{events: [{event: registered}], service: w-0, exactly: true}]", "more"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

static void details__of_what_is_done_are_its_answers(void **state)
{
    static const struct row rows[] = {
        {"timeline: [{at: 1s, restart: a, expect: {result: limit}}]", "result"},
        {"timeline: [{at: 1s, restart: a, expect: {attempt: 9}}]", "attempt"},
        {"timeline: [{at: 50ms, fail: a}]", "met"},
        {"timeline: [{every: 30ms, from: 10ms, to: 50ms, fail: a*}]", "met"},
        {"timeline: [{at: 1s, refuse-starts: {service: a, times: 3}}]", "refusals"},
    };
    (void)state;
    assert_all(rows, COUNT(rows));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(details__of_a_tally_is_over_or_under),
        cmocka_unit_test(details__of_a_peak_is_over_or_under),
        cmocka_unit_test(details__of_a_measure_is_over_or_under),
        cmocka_unit_test(details__of_a_drain_are_its_parts),
        cmocka_unit_test(details__of_starts_and_delays_are_a_value_or_a_number),
        cmocka_unit_test(details__of_a_state_is_the_first_fact_that_does_not_fit),
        cmocka_unit_test(details__of_a_story_is_the_event_that_did_not_come),
        cmocka_unit_test(details__of_what_is_done_are_its_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
