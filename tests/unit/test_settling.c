/* What a file says of how it comes to rest, which a smaller one has to say, too. */
#include <inttypes.h>
#include <string.h>

#include "reading.h"
#include "sim/fuzz/generate.h"
#include "sim/scenario/tree.h"
#include "sim/trial/settling.h"
#include "sup/error.h"

#define SEEDS 1000u

/* What the generator asks of its scenarios is foretold by what they say. */
static void settling__is_foretold_of_every_generated_scenario(void **state)
{
    (void)state;
    uint32_t settled = 0, drained = 0;
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        struct sim_arena *arena = NULL;
        struct sim__fuzz_drawn drawn;
        struct sim_diagnostics diagnostics = {0};
        struct sim_scenario *scenario = NULL;
        assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
        struct sim__node *root = sim__fuzz_generate(arena, seed, &drawn);
        assert_non_null(root);
        assert_int_equal(sim__tree_read(root, "made", &diagnostics, &scenario), SUP_OK);
        for (uint32_t i = 0; i < scenario->expectation_count; i++) {
            const struct sim_expectation *expectation = &scenario->expectations[i];
            struct sim__settling settling = sim__settling_of(scenario, expectation->place.line);
            if (settling.rest != SIM__REST_FORETOLD) {
                fail_msg("seed %" PRIu32 ", entry %" PRIu32, seed, i);
            }
            settled += expectation->what == SIM_WHAT_SERVICE;
            drained += expectation->what == SIM_WHAT_SUPERVISOR;
        }
        sim_scenario_free(scenario);
        sim__arena_free(arena);
    }
    assert_true(settled > SEEDS / 4 && drained > SEEDS / 4);
}

#define SETTLED "expect:\n  - {at: 10s, service: a, is: {settled: true}}\n"
#define CALM "timeline:\n  - {at: 1s, calm: {}}\n"
/* Its wait is at most 2s, so everything has settled 4s and a nanosecond later. */
#define QUICK "services:\n  - {name: a, backoff: {max: 2s}"

static struct sim__settling settling_of(const char *text, enum sim_what_kind what)
{
    char whole[1024];
    (void)snprintf(whole, sizeof(whole), HEAD "until: 1m\n%s", text);
    struct sim_scenario *scenario = read_good(whole);
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        if (scenario->expectations[i].what == what) {
            struct sim__settling settling =
                sim__settling_of(scenario, scenario->expectations[i].place.line);
            assert_int_equal(sim__settling_of(scenario, 1).rest, SIM__REST_UNSAID);
            sim_scenario_free(scenario);
            return settling;
        }
    }
    fail_msg("nothing is expected: %s", text);
    return (struct sim__settling){.rest = SIM__REST_UNSAID};
}

struct row {
    const char *text;
    enum sim__rest rest;
};

static void check_rows(const struct row *rows, size_t count, enum sim_what_kind what)
{
    for (size_t i = 0; i < count; i++) {
        if (settling_of(rows[i].text, what).rest != rows[i].rest) {
            fail_msg("not %d: %s", (int)rows[i].rest, rows[i].text);
        }
    }
}

static void settling__is_foretold_by_the_longest_wait(void **state)
{
    (void)state;
#define AT(time) "expect:\n  - {" time ", service: a, is: {settled: true}}\n"
    static const struct row rows[] = {
        {QUICK "}\n" CALM SETTLED, SIM__REST_FORETOLD},
        {QUICK "}\n" CALM AT("at: 5000000001ns"), SIM__REST_FORETOLD},
        {QUICK "}\n" CALM AT("at: 5s"), SIM__REST_CALM},
        {QUICK "}\n" CALM AT("by: 6s"), SIM__REST_FORETOLD},
        {QUICK "}\n" CALM AT("at: end"), SIM__REST_FORETOLD},
        {QUICK "}\n" SETTLED, SIM__REST_UNSAID},
        {QUICK "}\n" CALM AT("at: 500ms"), SIM__REST_UNSAID},
        {QUICK "}\n" CALM "expect:\n  - {at: 10s, service: a, is: {phase: running}}\n",
         SIM__REST_UNSAID},
        {QUICK "}\n" CALM "expect:\n  - {at: 10s, service: a, is: {settled: false}}\n",
         SIM__REST_UNSAID},
        /* Each of the others waits for longer, or for ever. */
        {"services:\n  - {name: a}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", clean-exit-delay: 5s}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", ready: {explicit: {}}}\n" CALM SETTLED, SIM__REST_FORETOLD},
        {QUICK ", ready: {explicit: {timeout: 5s}}}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", ready: {after: 5s}}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", breaker: {failures: 1, cooldown: 5s, probe-for: 1s}}\n" CALM SETTLED,
         SIM__REST_FORETOLD},
        {QUICK
         ", breaker: {failures: 1, then: half-open, cooldown: 3s, probe-for: 2s}}\n" CALM SETTLED,
         SIM__REST_CALM},
        {QUICK ", restart-limit: {max: 1, within: 5s, window: fixed, then: wait}}\n" CALM SETTLED,
         SIM__REST_CALM},
        {QUICK ", restart-limit: {max: 1, within: 1s, then: {pause: 5s}}}\n" CALM SETTLED,
         SIM__REST_CALM},
        {QUICK ", kind: interval, interval: {every: 5s}}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", kind: blocking}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", run-for: 20s}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", lag: {end: 1s}}\n" CALM SETTLED, SIM__REST_FORETOLD},
        {QUICK ", lag: {start: 3s}}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", lag: {start: {exp: 1ms}}}\n" CALM SETTLED, SIM__REST_CALM},
        {QUICK ", script: [{any: [{fail: {}, finish: {takes: 3s}}, run]}]}\n" CALM SETTLED,
         SIM__REST_CALM},
        {QUICK "}\ntimeline:\n  - {at: 0s, spawn: {name: b}}\n  - {at: 1s, calm: {}}\n" SETTLED,
         SIM__REST_CALM},
        {"supervisor: {groups: [{name: g, restart-limit: {max: 1, within: 1s, then: {pause: "
         "5s}}}]}\n" QUICK ", group: g}\n" CALM SETTLED,
         SIM__REST_CALM},
    };
    check_rows(rows, COUNT(rows), SIM_WHAT_SERVICE);
#undef AT
}

/* What is done after the calm is no less a fault than what was done before. */
static void settling__is_foretold_of_what_stays_calm(void **state)
{
    (void)state;
#define TIMELINE(entries) QUICK "}\ntimeline:\n" entries SETTLED
    static const struct row rows[] = {
        {TIMELINE("  - {at: 1s, fail: a}\n  - {at: 1s, calm: {}}\n"), SIM__REST_FORETOLD},
        {TIMELINE("  - {at: 1s, calm: {}}\n  - {at: 1s, fail: a}\n"), SIM__REST_CALM},
        {TIMELINE("  - {at: 1s, calm: {}}\n  - {at: 10s, fail: a}\n"), SIM__REST_CALM},
        {TIMELINE("  - {at: 1s, calm: {}}\n  - {at: 11s, fail: a}\n"), SIM__REST_FORETOLD},
        {TIMELINE("  - {at: 1s, calm: {}}\n  - {at: 2s, calm: {}}\n"), SIM__REST_FORETOLD},
        {TIMELINE("  - {at: 1s, calm: {}}\n  - {at: 7s, calm: {}}\n"), SIM__REST_CALM},
        {TIMELINE("  - {at: 1s, calm: {}}\n  - {at: 9s, shutdown: {}}\n"), SIM__REST_FORETOLD},
        {QUICK ", lag: {end: 1s}}\ntimeline:\n  - {at: 1s, calm: {}}\n  - {at: 3s, shutdown: "
               "{}}\n" SETTLED,
         SIM__REST_CALM},
        {TIMELINE("  - {at: 2s, calm: {}}\n  - {every: 1s, to: 2s, fail: a}\n"), SIM__REST_CALM},
        {TIMELINE("  - {every: 1s, to: 2s, fail: a}\n  - {at: 2s, calm: {}}\n"),
         SIM__REST_FORETOLD},
        {TIMELINE("  - {every: 1s, fail: a}\n  - {at: 2s, calm: {}}\n"), SIM__REST_CALM},
        {TIMELINE("  - {at: 0s, each: 3s, fail: \"*\"}\n  - {at: 1s, calm: {}}\n"), SIM__REST_CALM},
        {TIMELINE("  - {at: {uniform: [0s, 1s]}, fail: a}\n  - {at: 1s, calm: {}}\n"),
         SIM__REST_FORETOLD},
        {TIMELINE("  - {at: {pick: [0s, 2s]}, fail: a}\n  - {at: 1s, calm: {}}\n"), SIM__REST_CALM},
        {TIMELINE("  - {at: {pick: [0s, 1s]}, calm: {}}\n"), SIM__REST_UNSAID},
        {TIMELINE("  - {any: [nothing, {at: 1s, calm: {}}]}\n"), SIM__REST_UNSAID},
        {TIMELINE("  - {at: 0s, stall: 3s}\n  - {at: 1s, calm: {}}\n"), SIM__REST_FORETOLD},
        {TIMELINE("  - {at: 0s, stall: 7s}\n  - {at: 1s, calm: {}}\n"), SIM__REST_CALM},
    };
    check_rows(rows, COUNT(rows), SIM_WHAT_SERVICE);
    assert_int_equal(settling_of(QUICK "}\n" CALM SETTLED, SIM_WHAT_SERVICE).room.ns, 9 * SECOND);
#undef TIMELINE
}

static void settling__is_foretold_of_a_drain(void **state)
{
    (void)state;
#define DRAINED(text, entries) \
    "services:\n  - {name: a" text "}\ntimeline:\n" entries \
    "expect:\n  - {at: 20s, supervisor: {phase: drained}}\n"
    static const struct row rows[] = {
        {DRAINED("", "  - {at: 1s, calm: {}}\n"), SIM__REST_UNSAID},
        {DRAINED("", "  - {at: 21s, shutdown: {}}\n"), SIM__REST_UNSAID},
        {DRAINED("", "  - {at: 1s, shutdown: {timeout: 18s}}\n"), SIM__REST_FORETOLD},
        {DRAINED("", "  - {at: 1s, shutdown: {timeout: 19s}}\n"), SIM__REST_CALM},
        {DRAINED("", "  - {at: 1s, shutdown: {}}\n"), SIM__REST_CALM},
        {DRAINED("", "  - {at: 1s, shutdown: {}}\n  - {at: 2s, calm: {}}\n"), SIM__REST_FORETOLD},
        {DRAINED("", "  - {at: 1s, calm: {}}\n  - {at: 20s, shutdown: {}}\n"), SIM__REST_CALM},
        {DRAINED("", "  - {at: 1s, shutdown: {}}\n  - {at: 2s, calm: {}}\n"
                     "  - {at: 3s, fail: a}\n"),
         SIM__REST_CALM},
        {DRAINED(", lag: {end: 1s}", "  - {at: 1s, shutdown: {}}\n  - {at: 2s, calm: {}}\n"),
         SIM__REST_CALM},
        {DRAINED(", lag: {end: 1s}", "  - {at: 1s, shutdown: {timeout: 14s}}\n"),
         SIM__REST_FORETOLD},
        {DRAINED(", lag: {end: 1s}", "  - {at: 1s, shutdown: {timeout: 15s}}\n"), SIM__REST_CALM},
        {DRAINED(", script: [{run: {}, finish: {takes: 18s}}]",
                 "  - {at: 1s, shutdown: {}}\n  - {at: 2s, calm: {}}\n"),
         SIM__REST_CALM},
    };
    check_rows(rows, COUNT(rows), SIM_WHAT_SUPERVISOR);
#undef DRAINED
}

static void settling__is_kept_by_who_says_no_less(void **state)
{
    (void)state;
    const struct sim__settling unsaid = {.rest = SIM__REST_UNSAID},
                               near = {.rest = SIM__REST_CALM, .room = {5}},
                               far = {.rest = SIM__REST_CALM, .room = {6}},
                               foretold = {.rest = SIM__REST_FORETOLD, .room = {1}};
    assert_true(sim__settling_kept(&unsaid, &unsaid) && sim__settling_kept(&unsaid, &near));
    assert_true(sim__settling_kept(&near, &near) && sim__settling_kept(&near, &far));
    assert_true(sim__settling_kept(&far, &foretold) && sim__settling_kept(&foretold, &foretold));
    assert_false(sim__settling_kept(&far, &near));
    assert_false(sim__settling_kept(&near, &unsaid));
    assert_false(sim__settling_kept(&foretold, &far) || sim__settling_kept(&foretold, &unsaid));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settling__is_foretold_of_every_generated_scenario),
        cmocka_unit_test(settling__is_foretold_by_the_longest_wait),
        cmocka_unit_test(settling__is_foretold_of_what_stays_calm),
        cmocka_unit_test(settling__is_foretold_of_a_drain),
        cmocka_unit_test(settling__is_kept_by_who_says_no_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
