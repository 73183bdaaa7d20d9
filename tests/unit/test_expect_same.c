/* The same story of several services: long ones, several entries, who says nothing, and what
 * being late allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/real/internal.h"
#include "unit/told.h"

#define MS UINT64_C(1000000)

static void run_to(struct told *told, const char *text, enum sim_verdict verdict)
{
    told_read(text, told);
    told_run_with(told, &(struct sim_run_options){.keep_trace = true, .once = true});
    told_assert_verdict(told, verdict);
}

static void assert_found(const struct told *told, uint32_t failure, const char *part)
{
    assert_true(failure < told->result.failure_count);
    if (strstr(told->result.failures[failure].found, part) == NULL) {
        print_message("found: %s\n", told->result.failures[failure].found);
        fail();
    }
}

/* What all have told is dropped on the way, and what comes then is still compared. */
#define LONG \
    HEAD "until: 400s\n" \
         "defaults: {backoff: {base: 1s, factor: 1, reset-after: never}}\n" \
         "services:\n" \
         "  - {name: a, script: [fail]}\n" \
         "  - {name: b, script: [fail]}\n" \
         "  - {name: c, script: [{fail: {}, times: 250}, {fail: {after: 1ns}}]}\n" \
         "expect:\n"

static void same__long_story_is_compared_to_its_end(void **state)
{
    struct told told;
    (void)state;
    run_to(&told, LONG "  - {same-story: {services: [a, b], of: [starts, delays, events]}}\n",
           SIM_PASS);
    told_forget(&told);
    run_to(&told, LONG "  - {same-story: {services: [a, b, c], of: [starts]}}\n",
           SIM_EXPECTATION_FAILED);
    assert_int_equal(told.result.failure_count, 1);
    assert_found(&told, 0, "c");
    assert_found(&told, 0, "4m11.000000001s");
    told_forget(&told);
    /* Who went astray is out of it, and the others go on together. */
    run_to(&told, LONG "  - {same-story: {services: [c, a, b], of: [starts], within: 0s}}\n",
           SIM_EXPECTATION_FAILED);
    assert_int_equal(told.result.failures[0].service_count, 1);
    assert_string_equal(told.result.failures[0].services[0], "c");
    told_forget(&told);
}

static void same__each_entry_has_its_own(void **state)
{
    struct told told;
    (void)state;
    run_to(&told,
           LONG "  - {same-story: {services: [a, b], of: [starts]}}\n"
                "  - {same-story: {services: [a, c], of: [starts]}}\n"
                "  - {same-story: {services: [b, a], of: [starts]}}\n",
           SIM_EXPECTATION_FAILED);
    assert_int_equal(told.result.failure_count, 1);
    assert_int_equal(told.result.failures[0].place.line, 11);
    told_forget(&told);
}

/* A run in which `late` never came, by the seed that leaves it out. */
static void run_without_late(struct told *told)
{
    bool met = false;
    for (uint64_t seed = 1; seed <= 20 && !met; seed++) {
        told_run_with(told, &(struct sim_run_options){
                                .keep_trace = true, .once = true, .has_seed = true, .seed = seed});
        met = strstr(told->story, "late") == NULL;
    }
    assert_true(met);
}

/* One that is never registered tells nothing, which is another story. */
static void same__who_never_comes_is_named(void **state)
{
    struct told told;
    (void)state;
    told_read(HEAD "services: [{name: a}]\n"
                   "timeline: [{any: [{at: 1s, spawn: {name: late}}, nothing]}]\n"
                   "expect: [{same-story: {services: [a, late], of: [starts]}}]\n"
                   "until: 2s\n",
              &told);
    run_without_late(&told);
    told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
    assert_found(&told, 0, "late");
    told_forget(&told);
}

/* Whatever is late within 50 ms, with what is expected widened by as much. */
static void passes_late(const char *text)
{
    struct told told;
    struct sim_scenario *widened;
    told_read(text, &told);
    assert_int_equal(sim__widen(told.scenario, SUP_NS(50 * MS), &widened), 0);
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct sim_result result;
        const struct sim_run_options late = {
            .once = true, .lateness_ns = 50 * MS, .lateness_seed = seed};
        assert_int_equal(sim_run(widened, &late, &result), 0);
        assert_int_equal(result.verdict, SIM_PASS);
        sim_result_release(&result);
    }
    sim__widen_free(widened);
    told_forget(&told);
}

/* In real time each of a service's starts may come later by its own lateness. */
static void same__lateness_is_allowed_for_each_that_came_before(void **state)
{
    (void)state;
    passes_late(HEAD "until: 30s\n"
                     "services:\n"
                     "  - {name: a, script: [{fail: {after: 1s}, times: 5}, run]}\n"
                     "  - {name: b, script: [{fail: {after: 1s}, times: 5}, run]}\n"
                     "expect: [{same-story: {services: [a, b], of: [starts]}}]\n");
}

/* The same of bounds. */
static void starts__lateness_is_allowed_for_each_that_came_before(void **state)
{
    (void)state;
    passes_late(HEAD "until: 30s\n"
                     "defaults: {backoff: {base: 1s, factor: 1}}\n"
                     "services: [{name: a, script: [{fail: {after: 1s}, times: 5}, run]}]\n"
                     "expect: [{starts: {a: {max: 10s, count: 6}}}]\n");
}

/* Bounds of one that never comes are bounds of nothing. */
static void starts__of_who_never_comes_fail(void **state)
{
    struct told told;
    (void)state;
    told_read(HEAD "services: [{name: a}]\n"
                   "timeline: [{any: [{at: 1s, spawn: {name: late}}, nothing]}]\n"
                   "expect: [{starts: {late: {max: 1s}}}]\n"
                   "until: 2s\n",
              &told);
    run_without_late(&told);
    told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
    assert_null(strstr(told.result.failures[0].found, "matches"));
    told_forget(&told);
}

/* A story may be a command alone, of one who was not let in. */
static void events__of_who_was_not_let_in_are_a_story(void **state)
{
    struct told told;
    (void)state;
    run_to(&told,
           HEAD "services: [{name: a}]\n"
                "timeline:\n"
                "  - {at: 1s, shutdown: {}}\n"
                "  - {at: 2s, spawn: {name: late}, expect: {result: draining}}\n"
                "  - {at: 2s, spawn: {name: later}, expect: {result: draining}}\n"
                "expect:\n"
                "  - {events: [{event: command, result: draining}], service: [late, later],\n"
                "     exactly: true}\n",
           SIM_PASS);
    told_forget(&told);
}

/* What one entry of a sweep was denied says nothing of the next one. */
static void sometimes__each_is_asked_by_itself(void **state)
{
    struct told told;
    (void)state;
    told_read(LONG "  - {sometimes: {same-story: {services: [a, c], of: [starts]}}}\n"
                   "  - {sometimes: {same-story: {services: [a, b], of: [starts]}}}\n",
              &told);
    told_run_with(&told, &(struct sim_run_options){.keep_trace = true, .once = true});
    assert_false(told.result.sometimes[0]);
    assert_true(told.result.sometimes[1]);
    told_forget(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same__long_story_is_compared_to_its_end),
        cmocka_unit_test(same__each_entry_has_its_own),
        cmocka_unit_test(same__who_never_comes_is_named),
        cmocka_unit_test(same__lateness_is_allowed_for_each_that_came_before),
        cmocka_unit_test(starts__lateness_is_allowed_for_each_that_came_before),
        cmocka_unit_test(starts__of_who_never_comes_fail),
        cmocka_unit_test(events__of_who_was_not_let_in_are_a_story),
        cmocka_unit_test(sometimes__each_is_asked_by_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
