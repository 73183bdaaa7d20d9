/* Budgets: runs that do not end by themselves. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sup/error.h"
#include "unit/told.h"

static void livelock__names_the_service_and_the_cause(void **state)
{
    (void)state;
    static const struct {
        const char *services;
        const char *cause;
    } table[] = {
        {"[{name: z}, {name: a, script: [fail], backoff: {base: 0, max: 0}}]",
         "service `a` is re-armed by a restart delay of 0"},
        {"[{name: b, script: [{steps: [{repeat: {times: 1000000000000,\n"
         "   steps: [{sleep: 0}]}}]}]}]",
         "service `b` is re-armed by its own script"},
        {"[{name: c, script: [{steps: [{repeat: {times: 1000000000,\n"
         "   steps: [beat]}}]}]}]",
         "service `c` is re-armed by its own script"},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text), HEAD "services: %s\n", table[i].services);
        struct told told;
        told_read(text, &told);
        const struct sim_run_options options = {0};
        assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
        told_assert_verdict(&told, SIM_STALLED);
        assert_int_equal(told.result.status, SIM_EXIT_STALLED);
        if (strstr(told.result.message, table[i].cause) == NULL) {
            told_show(&told);
        }
        assert_non_null(strstr(told.result.message, table[i].cause));
        told_forget(&told);
    }
}

static void budget__of_events_stalls_the_run(void **state)
{
    (void)state;
    struct told told;
    told_read(HEAD "services: [{name: a, script: [{fail: {after: 1s}}]}]\n", &told);
    const struct sim_run_options options = {.max_events = 500};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_STALLED);
    assert_int_equal(told.result.events, 500);
    assert_non_null(strstr(told.result.message, "500 events"));
    assert_non_null(strstr(told.result.message, "`a` is re-armed by its restarts"));
    told_forget(&told);
}

static void budget__of_events_that_suffices_is_not_noticed(void **state)
{
    (void)state;
    struct told told;
    /* registered, attempt-started, attempt-ended, terminated */
    told_read(HEAD "services: [{name: a, restart: never, script: [succeed]}]\n", &told);
    const struct sim_run_options enough = {.max_events = 4};
    assert_int_equal(sim_run(told.scenario, &enough, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_PASS);
    assert_int_equal(told.result.events, 4);
    sim_result_release(&told.result);
    const struct sim_run_options less = {.max_events = 3};
    assert_int_equal(sim_run(told.scenario, &less, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_STALLED);
    assert_int_equal(told.result.events, 3);
    told_forget(&told);
}

/* What makes no event has a budget all the same. */
static void budget__of_steps_counts_what_makes_no_event(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *cause;
        const char *at;
    } cases[] = {
        {HEAD "services: [{name: a, script: [{run: {}, beat: {every: 1ns}}]}]\n",
         "kept going by the beats of service `a`", "at 1.001us"},
        {HEAD "services: [{name: a, script: [{steps: [{repeat: {times: 4000000000, "
              "steps: [{sleep: 1ns}]}}]}]}]\n",
         "kept going by the script of service `a`", "at 1us"},
        {HEAD "services: [{name: a}]\ntimeline: [{every: 1ns, beat: a}]\n",
         "kept going by the `beat` of line 4", "at 1.001us"},
        {HEAD "services: [{name: a, script: [{steps: [ready, {repeat: {times: 4000000000, "
              "steps: [{sleep: 1ns}, {do: {beat: a}}]}}]}]}]\n",
         "kept going by the `beat` of line 3", "at 500ns"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct told told;
        told_read(cases[i].file, &told);
        const struct sim_run_options options = {.max_steps = 1000};
        assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
        told_assert_verdict(&told, SIM_STALLED);
        assert_non_null(strstr(told.result.message, "budget of 1000 steps ran out"));
        assert_non_null(strstr(told.result.message, cases[i].at));
        assert_non_null(strstr(told.result.message, cases[i].cause));
        told_forget(&told);
    }
}

static void budget__of_steps_counts_the_silent_steps_of_a_script(void **state)
{
    (void)state;
    struct told told;
    /* Rounds of an empty wait: 64 silent steps are told at a time. */
    told_read(HEAD "services: [{name: a, script: [{steps: [{repeat: {times: 1000000, "
                   "steps: [{sleep: 0}]}}]}]}]\n",
              &told);
    const struct sim_run_options options = {.max_steps = 6400};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_STALLED);
    assert_non_null(strstr(told.result.message, "budget of 6400 steps ran out"));
    told_forget(&told);
}

static bool stop_now(void *context, struct sup_instant now, uint64_t events)
{
    (void)now;
    assert_true(events > 0);
    ++*(int *)context;
    return true;
}

static void progress__may_stop_the_run(void **state)
{
    (void)state;
    struct told told;
    int calls = 0;
    told_read(HEAD "services: [{name: a, script: [{fail: {after: 1s}}]}]\n", &told);
    const struct sim_run_options options = {.progress = stop_now, .progress_context = &calls};
    assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
    told_assert_verdict(&told, SIM_STALLED);
    assert_int_equal(calls, 1);
    told_forget(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(livelock__names_the_service_and_the_cause),
        cmocka_unit_test(budget__of_events_stalls_the_run),
        cmocka_unit_test(budget__of_events_that_suffices_is_not_noticed),
        cmocka_unit_test(budget__of_steps_counts_what_makes_no_event),
        cmocka_unit_test(budget__of_steps_counts_the_silent_steps_of_a_script),
        cmocka_unit_test(progress__may_stop_the_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
