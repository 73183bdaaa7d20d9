/* Expectations of plans: each of their fields, at its edge, and what a failure says. */
#include "reading.h"

#include "sim/run.h"
#include "sup/error.h"

/* flat gives up after 3 s, with its fourth failure; loops never does; down stays down at once;
 * drawn waits 500 ms to 1 s each time; f0 to f4 give up after 1 s; of asks alone readiness is
 * asked. */
#define FILE_HEAD \
    HEAD "until: 7s\n" \
         "defaults: {backoff: {base: 1s, factor: 1, reset-after: never}, script: [run]}\n" \
         "services:\n" \
         "  - {name: flat, restart-limit: {max: 3, within: 10s}}\n" \
         "  - {name: loops}\n" \
         "  - {name: down, restart: never}\n" \
         "  - {name: drawn, backoff: {base: 1s, factor: 1, jitter: equal, reset-after: never}, " \
         "restart-limit: {max: 3, within: 10s}}\n" \
         "  - {name: f0, max-restarts: 1}\n" \
         "  - {name: f1, max-restarts: 1}\n" \
         "  - {name: f2, max-restarts: 1}\n" \
         "  - {name: f3, max-restarts: 1}\n" \
         "  - {name: f4, max-restarts: 1}\n" \
         "  - {name: asks, ready: {explicit: {timeout: 2s}}, " \
         "script: [{run: {}, ready: {after: 0s}}]}\n" \
         "expect:\n"

struct run {
    struct sim_scenario *scenario;
    struct sim_result result;
};

static struct run run_text(const char *plan)
{
    char text[2048];
    struct run run;
    const struct sim_run_options options = {.once = true};
    int length = snprintf(text, sizeof(text), FILE_HEAD "  - {plan: {%s}}\n", plan);
    assert_in_range(length, 1, sizeof(text) - 1);
    run.scenario = read_good(text);
    assert_int_equal(sim_run(run.scenario, &options, &run.result), SUP_OK);
    return run;
}

static void release(struct run *run)
{
    sim_result_release(&run->result);
    sim_scenario_free(run->scenario);
}

static void planned__holds(void **state)
{
    static const char *const texts[] = {
        "service: flat, verdict: gives-up",
        "service: loops, verdict: for-ever",
        "service: down, verdict: stays-down",
        "service: flat, gives-up: 3s",
        "service: flat, gives-up: {min: 3s, max: 3s}",
        "service: flat, why: restart-limit",
        "service: down, why: unrecoverable",
        "service: down, when: succeed, why: completed",
        "service: flat, starts: 4",
        "service: loops, starts: {min: 1}",
        "service: flat, waits: [1s, 1s, 1s]",
        "service: flat, waits: [1s, 1s]",
        "service: loops, waits: [1s]",
        "service: flat, when: fail after 1s, gives-up: 7s",
        "service: flat, edge: 2333333333ns",
        /* Whatever becomes of the life that is asked for besides. */
        "service: flat, when: fail after 3s, verdict: for-ever, edge: 2333333333ns",
        /* What gives up with every life has no end of it. */
        "service: f0, edge: {min: 1d}",
        "service: flat, when: fail after 1s, verdict: gives-up, gives-up: 7s, why: restart-limit, "
        "starts: 4, waits: [1s, 1s, 1s], edge: 2333333333ns",
        /* Both of what is drawn least and most. */
        "service: drawn, gives-up: {min: 1500ms, max: 3s}",
        /* The edge is that of what is drawn least. */
        "service: drawn, starts: 4, edge: 2833333333ns",
        "service: 'f?', gives-up: 1s, starts: 2",
        "service: [flat, loops], waits: [1s]",
        /* Not of those that cannot live so. */
        "service: '*', when: never-ready, verdict: for-ever, waits: [1s]",
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
    const char *detail;
    const char *found;
    const char *services;
};

static const struct failing failing[] = {
    {"service: flat, verdict: for-ever", "verdict", "flat: gives-up at 3s, restart-limit", "flat"},
    {"service: flat, verdict: stays-down", "verdict", "flat: gives-up at 3s, restart-limit",
     "flat"},
    {"service: loops, verdict: gives-up", "verdict", "loops: for-ever", "loops"},
    {"service: down, when: crash after 2s, verdict: gives-up", "verdict",
     "down: stays-down at 2s, unrecoverable", "down"},
    {"service: flat, gives-up: 2999999999ns", "gives-up", "flat: gives-up at 3s, restart-limit",
     "flat"},
    {"service: flat, gives-up: 3000000001ns", "gives-up", "flat: gives-up at 3s, restart-limit",
     "flat"},
    {"service: loops, gives-up: {min: 0s}", "gives-up", "loops: for-ever", "loops"},
    {"service: down, gives-up: {min: 0s}", "gives-up", "down: stays-down at 0s, unrecoverable",
     "down"},
    {"service: flat, why: circuit-breaker-open", "why", "flat: gives-up at 3s, restart-limit",
     "flat"},
    {"service: loops, why: none", "why", "loops: for-ever", "loops"},
    /* The first of what is asked that does not fit. */
    {"service: flat, starts: 3, why: completed", "why", "flat: gives-up at 3s, restart-limit",
     "flat"},
    {"service: flat, waits: [2s], starts: 3", "starts", "flat: 4 starts", "flat"},
    {"service: flat, starts: 3", "starts", "flat: 4 starts", "flat"},
    {"service: flat, starts: 5", "starts", "flat: 4 starts", "flat"},
    {"service: down, starts: 2", "starts", "down: 1 start", "down"},
    {"service: loops, starts: 1", "starts", "loops: 2 starts, and so on", "loops"},
    {"service: flat, waits: [1s, 999999999ns]", "waits", "flat: wait 2 of 1s", "flat"},
    {"service: flat, waits: [1000000001ns, 1s]", "waits", "flat: wait 1 of 1s", "flat"},
    /* There is no fourth, though it would be as long as the third. */
    {"service: flat, waits: [1s, 1s, 1s, 1s]", "waits", "flat: 3 waits", "flat"},
    {"service: down, waits: [1s]", "waits", "down: 0 waits", "down"},
    {"service: flat, edge: 2333333332ns", "edge", "flat: edge 2.333333333s", "flat"},
    {"service: flat, edge: 2333333334ns", "edge", "flat: edge 2.333333333s", "flat"},
    {"service: f0, edge: {max: 1d}", "edge", "f0: no edge, gives-up with every life", "f0"},
    {"service: loops, edge: {min: 0s}", "edge", "loops: no edge, for-ever with every life",
     "loops"},
    /* Nor is there an end of a life that no file could ask for. */
    {"service: down, edge: {max: 0s}", "edge", "down: no edge, stays-down with every life", "down"},
    /* What is drawn most has to fit, too. */
    {"service: drawn, gives-up: {min: 1500ms, max: 2999999999ns}", "gives-up",
     "drawn: gives-up at 3s, restart-limit", "drawn"},
    {"service: drawn, gives-up: {min: 1500000001ns, max: 3s}", "gives-up",
     "drawn: gives-up at 1.5s, restart-limit", "drawn"},
    {"service: drawn, waits: [500ms]", "waits", "drawn: wait 1 of 1s", "drawn"},
    {"service: drawn, edge: 2333333333ns", "edge", "drawn: edge 2.833333333s", "drawn"},
    /* Each that does not fit, of five four. */
    {"service: [flat, f0, loops], verdict: gives-up", "verdict", "loops: for-ever", "loops"},
    {"service: [flat, f0, loops], verdict: for-ever", "verdict",
     "flat: gives-up at 3s, restart-limit; f0: gives-up at 1s, restart-limit", "flat f0"},
    {"service: [f0, f1, f2, f3], verdict: for-ever", "verdict",
     "f0: gives-up at 1s, restart-limit; f1: gives-up at 1s, restart-limit; "
     "f2: gives-up at 1s, restart-limit; f3: gives-up at 1s, restart-limit",
     "f0 f1 f2 f3"},
    {"service: 'f?', verdict: for-ever", "verdict",
     "f0: gives-up at 1s, restart-limit; f1: gives-up at 1s, restart-limit; "
     "f2: gives-up at 1s, restart-limit; f3: gives-up at 1s, restart-limit; and 1 more",
     "f0 f1 f2 f3"},
    {"service: 'f?', starts: 1", "starts",
     "f0: 2 starts; f1: 2 starts; f2: 2 starts; f3: 2 starts; and 1 more", "f0 f1 f2 f3"},
    {"service: 'f?', waits: [2s]", "waits",
     "f0: wait 1 of 1s; f1: wait 1 of 1s; f2: wait 1 of 1s; f3: wait 1 of 1s; and 1 more",
     "f0 f1 f2 f3"},
    {"service: 'f?', waits: [1s, 1s]", "waits",
     "f0: 1 wait; f1: 1 wait; f2: 1 wait; f3: 1 wait; and 1 more", "f0 f1 f2 f3"},
    {"service: 'f?', edge: {max: 1d}", "edge",
     "f0: no edge, gives-up with every life; f1: no edge, gives-up with every life; "
     "f2: no edge, gives-up with every life; f3: no edge, gives-up with every life; and 1 more",
     "f0 f1 f2 f3"},
    /* The first that is amiss names it, not the last. */
    {"service: [f0, loops], verdict: gives-up, starts: 3", "verdict",
     "loops: for-ever; f0: 2 starts", "loops f0"},
    {"service: '*', when: no-beat, verdict: gives-up", "service", "no service that can live so",
     ""},
    {"service: flat, when: never-ready, verdict: gives-up", "service",
     "no service that can live so", ""},
};

static void planned__failures_say_what_and_of_whom(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(failing); i++) {
        struct run run = run_text(failing[i].text);
        if (run.result.failure_count != 1) {
            fail_msg("%s: %u failures", failing[i].text, run.result.failure_count);
        }
        const struct sim_failure *failure = run.result.failures;
        char services[128] = "";
        size_t length = 0;
        for (uint32_t k = 0; k < failure->service_count; k++) {
            length += (size_t)snprintf(services + length, sizeof(services) - length, "%s%s",
                                       k > 0 ? " " : "", failure->services[k]);
        }
        assert_string_equal(failure->found, failing[i].found);
        if (strcmp(failure->detail, failing[i].detail) != 0 ||
            strcmp(services, failing[i].services) != 0 || failure->check != SIM_CHECK_PLAN) {
            fail_msg("%s: %s of '%s'", failing[i].text, failure->detail, services);
        }
        /* Plans are looked at when the run is over. */
        assert_int_equal(failure->at_ns, 7 * SECOND);
        release(&run);
    }
}

/* What a failure expected is the entry in words. */
static void planned__expected_is_the_entry(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } cases[] = {
        {"service: [flat, 'f?'], verdict: for-ever", "flat, f?: plan when fail: for-ever"},
        {"service: flat, when: crash after 1ns, gives-up: {min: 1s, max: 2s}, why: completed",
         "flat: plan when crash after 1ns: gives-up 1s to 2s completed"},
        {"service: flat, starts: {max: 2}, waits: [2s, 3s], edge: {min: 1s}",
         "flat: plan when fail: starts at most 2 waits 2s, 3s edge at least 1s"},
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
        cmocka_unit_test(planned__holds),
        cmocka_unit_test(planned__failures_say_what_and_of_whom),
        cmocka_unit_test(planned__expected_is_the_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
