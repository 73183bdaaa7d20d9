/* Expectations that count events: tally, peak and follows, at their edges. */
#include "reading.h"

#include <stdlib.h>

#include "sim/run.h"
#include "sup/error.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* one starts at 0, 2, 4 ... s and ends a second later each time, 20 times; ten w-* start at
 * 0, end at 30 s together and start again at 40 s. */
#define FLEET \
    "until: 1m\n" \
    "services:\n" \
    "  - {name: one, group: g.h, backoff: {base: 1s, factor: 1, max: 1s}, " \
    "script: [{fail: {after: 1s}, times: 20}, run]}\n" \
    "  - {name: w, count: 10, group: g, backoff: {base: 10s}, " \
    "script: [{fail: {after: 30s, error: lost}}, run]}\n" \
    "timeline:\n" \
    "  - {at: 50s, remove: w-9}\n" \
    "  - {at: 51s, spawn: {name: w-9, group: other}}\n" \
    "  - {at: 55s, pause: ghost, expect: {result: unknown}}\n" \
    "  - {at: 56s, pause: late, expect: {result: unknown}}\n" \
    "  - {at: 57s, spawn: {name: late, kind: task, script: [succeed]}}\n" \
    "  - {at: 59s, cancel-group: other}\n" \
    "  - {at: 59500ms, spawn: {name: ghost, group: other}, expect: {result: cancelled}}\n" \
    "expect:\n"

struct run {
    struct sim_scenario *scenario;
    struct sim_result result;
};

static struct run run_text(const char *expect)
{
    char text[4096];
    snprintf(text, sizeof(text), HEAD FLEET "  - %s\n", expect);
    struct run run = {.scenario = read_good(text)};
    struct sim_run_options options = {.once = true};
    assert_int_equal(sim_run(run.scenario, &options, &run.result), SUP_OK);
    return run;
}

static void release(struct run *run)
{
    sim_result_release(&run->result);
    sim_scenario_free(run->scenario);
}

static void counted__holds(void **state)
{
    static const char *const texts[] = {
        "{tally: {event: attempt-ended, service: one}, is: 20}",
        "{tally: {event: attempt-ended, service: one, to: 39s}, is: 20}",
        "{tally: {event: attempt-ended, service: one, from: 39s}, is: 1}",
        "{tally: {event: attempt-started, service: 'w-?'}, is: 21}",
        "{tally: {event: attempt-started, service: [w-0, w-1, w-0]}, is: 2, each: true}",
        /* Of the generation of w-9 that was in the group, and of the other. */
        "{tally: {event: attempt-started, group: g}, is: 41}",
        "{tally: {event: attempt-started, group: other, service: '*'}, is: 1, each: true}",
        "{tally: {event: removed, group: g}, is: 1}",
        "{tally: {event: registered, service: 'w-*'}, is: 11}",
        /* What is about the group itself. */
        "{tally: {event: group-cancelled, group: other}, is: 1}",
        "{tally: {event: group-cancelled, group: g}, is: 0}",
        "{tally: {event: group-cancelled, service: '*'}, is: 0}",
        "{peak: {event: attempt-started, service: 'w-*', within: 0}, is: 10}",
        "{peak: {event: attempt-started, within: 2s}, is: 12}",
        /* The window that is fullest lies behind many others. */
        "{peak: {event: attempt-started, service: one, within: 6s}, is: 4}",
        "{peak: {event: attempt-started, from: 1s, within: 0}, is: 11}",
        /* What is left of a window is part of the next one. */
        "{peak: {event: attempt-started, from: 3s, within: 3s}, is: 12}",
        "{peak: {event: attempt-started, service: one, within: 1h}, is: 21}",
        /* More wait than the ring first has room for. */
        "{follows: {event: attempt-started, service: one, to: 39s}, then: {event: attempt-started, "
        "service: w-3, attempt: 2}, within: 40s, any-service: true}",
        "{follows: {event: attempt-ended, outcome: failed}, then: {event: attempt-started}, "
        "within: 10s}",
        "{follows: {event: attempt-started, service: one}, then: {event: attempt-ended}, "
        "within: 21s, open: true}",
        "{follows: {event: removed}, then: {event: registered}, within: 1s}",
        /* A command names who is registered only then: he is the same. */
        "{follows: {event: command, service: late}, then: {event: registered}, within: 1s}",
        "{follows: {event: command, service: late, to: 56s}, then: {event: attempt-ended}, "
        "within: 1s}",
        "{tally: {event: command, service: ['l*', 'g*']}, is: {min: 2}, each: true}",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct run run = run_text(texts[i]);
        if (run.result.verdict != SIM_PASS) {
            const struct sim_failure *f = run.result.failures;
            fail_msg("%s\nexpected %s, found %s %s", texts[i], f != NULL ? f->expected : "",
                     f != NULL ? f->found : "", run.result.message);
        }
        release(&run);
    }
}

struct failing {
    const char *text;
    uint64_t at_ns;
    const char *found;
    uint32_t services;
};

static const struct failing failing[] = {
    {"{tally: {event: attempt-ended, service: one}, is: 19}", 39 * SECOND,
     "20, one too many at 39s (one)", 1},
    {"{tally: {event: attempt-ended, service: one}, is: {max: 18}}", 37 * SECOND,
     "20, one too many at 37s (one)", 1},
    {"{tally: {event: attempt-ended, service: one}, is: {min: 21}}", 60 * SECOND, "20", 0},
    {"{tally: {event: group-cancelled}, is: 0}", 59 * SECOND, "1, the first at 59s", 0},
    {"{tally: {event: attempt-started, service: 'w-*'}, is: 1, each: true}", 60 * SECOND,
     "w-0: 2; w-1: 2; w-2: 2; w-3: 2; and 6 more", 4},
    {"{tally: {event: attempt-started, service: 'w-*', attempt: 3}, is: {min: 1}, each: true}",
     60 * SECOND, "w-0: 0; w-1: 0; w-2: 0; w-3: 0; and 6 more", 4},
    /* A name that never was registered, and one that had a command before it was. */
    {"{tally: {event: attempt-started, service: [one, ghost], to: 1s}, is: 1, each: true}",
     60 * SECOND, "ghost: 0", 1},
    {"{tally: {event: command, service: [late, ghost]}, is: 1, each: true}", 60 * SECOND,
     "late: 2; ghost: 2", 2},
    {"{tally: {event: attempt-started, service: [w-0, w-1, w-2, w-3]}, is: 1, each: true}",
     60 * SECOND, "w-0: 2; w-1: 2; w-2: 2; w-3: 2", 4},
    {"{tally: {event: attempt-started, service: one, group: other}, is: 0, each: true}",
     60 * SECOND, "no service matches", 0},
    {"{peak: {event: attempt-started, service: 'w-*', within: 1s}, is: 9}", 0,
     "10, from 0s to 0s: w-0, w-1, w-2, w-3 and others", 8},
    {"{peak: {event: attempt-started, service: 'w-*', from: 1s, within: 12s}, is: 10}", 51 * SECOND,
     "11, from 40s to 51s: w-0, w-1, w-2, w-3 and others", 8},
    {"{peak: {event: attempt-started, service: one, within: 6s}, is: 3}", 6 * SECOND,
     "4, from 0s to 6s: one", 1},
    {"{peak: {event: attempt-started, service: one, within: 6s}, is: {min: 5}}", 60 * SECOND,
     "4, from 0s to 6s: one", 1},
    {"{peak: {event: group-cancelled, within: 1s}, is: 0}", 59 * SECOND, "1, from 59s to 59s", 0},
    /* Not those of a window that was the fullest before. */
    {"{peak: {event: attempt-ended, outcome: failed, within: 0}, is: 9}", 30 * SECOND,
     "10, from 30s to 30s: w-0, w-1, w-2, w-3 and others", 8},
    {"{follows: {event: attempt-ended, service: 'w-*', outcome: failed}, "
     "then: {event: attempt-started}, within: 9999999999ns}",
     40 * SECOND - 1,
     "10 of 10 were not: w-0 at 30s, w-1 at 30s, w-2 at 30s, w-3 at 30s and 6 more", 4},
    {"{follows: {event: attempt-started, service: one}, then: {event: attempt-ended}, "
     "within: 20s}",
     60 * SECOND, "1 of 21 was not: one at 40s", 1},
    {"{follows: {event: attempt-started, service: one}, then: {event: attempt-ended}, "
     "within: 20000000001ns}",
     60 * SECOND, "1 of 21 undecided at `until`: one at 40s", 1},
    /* Two that never were registered are two. */
    {"{follows: {event: command, command: pause}, then: {event: command, command: pause}, "
     "within: 2s}",
     57 * SECOND, "2 of 2 were not: ghost at 55s, late at 56s", 2},
    {"{tally: {event: command, service: ['l*', ghost]}, is: 1, each: true}", 60 * SECOND,
     "late: 2; ghost: 2", 2},
    {"{follows: {event: group-cancelled}, then: {event: drained}, within: 1s, "
     "any-service: true}",
     60 * SECOND, "1 of 1 was not: at 59s", 0},
};

static void counted__failures_say_when_and_of_whom(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(failing); i++) {
        struct run run = run_text(failing[i].text);
        if (run.result.failure_count != 1) {
            fail_msg("%s: %u failures", failing[i].text, run.result.failure_count);
        }
        const struct sim_failure *failure = run.result.failures;
        assert_string_equal(failure->found, failing[i].found);
        if (failure->at_ns != failing[i].at_ns || failure->service_count != failing[i].services) {
            fail_msg("%s: at %llu ns, %u services", failing[i].text,
                     (unsigned long long)failure->at_ns, failure->service_count);
        }
        release(&run);
    }
}

/* What a failure expected is the entry in words. */
static void counted__expected_is_the_entry(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"{tally: {event: attempt-ended, outcome: crashed, service: [one, 'w-*'], group: g, "
         "from: 1s, to: 2s}, is: {min: 1, max: 3}}",
         "tally of attempt-ended, outcome crashed, service one, w-*, group runtime.g, from 1s, "
         "to 2s: 1 to 3"},
        {"{follows: {event: stale}, then: {event: ready}, within: 1s, any-service: true}",
         "each stale to be followed by ready, of any service, within 1s"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct run run = run_text(cases[i].text);
        assert_int_equal(run.result.failure_count, 1);
        assert_string_equal(run.result.failures[0].expected, cases[i].expected);
        release(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted__holds),
        cmocka_unit_test(counted__failures_say_when_and_of_whom),
        cmocka_unit_test(counted__expected_is_the_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
