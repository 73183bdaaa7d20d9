/* What a run tells while it goes on, and what a failed one keeps to show. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/trace/tail.h"
#include "sup/error.h"
#include "unit/told.h"

#define FLAKY \
    "services:\n" \
    "  - {name: other, backoff: {base: 1s, max: 1s}, script: [{fail: {error: other's}}]}\n" \
    "  - {name: flaky, backoff: {base: 1s, max: 1s}, script: [{fail: {error: mine}}]}\n" \
    "until: 100s\n"

/* ---- the trace as it is made ---- */

struct sink {
    char text[1 << 17];
    size_t length;
    uint32_t lines;
};

static void take_line(void *context, const char *line, size_t length)
{
    struct sink *sink = context;
    assert_true(length > 1 && line[length - 1] == '\n');
    assert_null(memchr(line, '\n', length - 1));
    assert_true(sink->length + length < sizeof(sink->text));
    memcpy(sink->text + sink->length, line, length);
    sink->length += length;
    sink->text[sink->length] = '\0';
    sink->lines++;
}

static void sink__is_given_what_would_be_kept_once(void **state)
{
    (void)state;
    struct told kept, told;
    struct sink *sink = calloc(1, sizeof(*sink));
    assert_non_null(sink);
    told_read(HEAD FLAKY, &kept);
    const struct sim_run_options keep = {.keep_trace = true};
    assert_int_equal(sim_run(kept.scenario, &keep, &kept.result), SUP_OK);
    told_read(HEAD FLAKY, &told);
    const struct sim_run_options stream = {.trace_sink = take_line, .trace_context = sink};
    assert_int_equal(sim_run(told.scenario, &stream, &told.result), SUP_OK);
    assert_true(told.result.ran_twice);
    assert_int_equal(told.result.trace_length, 0);
    assert_string_equal(told.result.trace, "");
    assert_int_equal(sink->length, kept.result.trace_length);
    assert_string_equal(sink->text, kept.result.trace);
    assert_int_equal(sink->lines, told.result.events + 2);
    told_forget(&told);
    told_forget(&kept);
    free(sink);
}

/* ---- how often a run is executed ---- */

struct clock {
    uint64_t last_ns;
    uint32_t restarts;
};

static bool watch_time(void *context, struct sup_instant now, uint64_t events)
{
    struct clock *clock = context;
    (void)events;
    clock->restarts += now.ns < clock->last_ns;
    clock->last_ns = now.ns;
    return false;
}

#define LONG \
    "services: [{name: a, backoff: {base: 1s, max: 1s}, script: [{fail: {error: again}}]}]\n" \
    "until: 30000s\n"

static void run(const char *text, struct sim_run_options options, struct clock *clock,
                struct told *told)
{
    told_read(text, told);
    options.evidence = true;
    options.progress = watch_time;
    options.progress_context = clock;
    assert_int_equal(sim_run(told->scenario, &options, &told->result), SUP_OK);
}

static uint32_t lines_in(const char *text)
{
    uint32_t lines = 0;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static void budget__that_ran_out_shows_the_last_events_and_why_they_came(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct told told;
    run(HEAD LONG, (struct sim_run_options){.max_events = 50000}, &clock, &told);
    told_assert_verdict(&told, SIM_STALLED);
    assert_int_equal(told.result.events, 50000);
    assert_true(clock.last_ns > 0);
    assert_int_equal(clock.restarts, 1);
    assert_int_equal(lines_in(told.result.tail), SIM_TAIL_EVENTS);
    assert_non_null(strstr(told.result.tail, "\"n\":49991,"));
    assert_non_null(strstr(told.result.tail, "\"n\":50000,"));
    assert_non_null(strstr(told.result.tail, "\"service\":\"a\""));
    assert_non_null(strstr(told.result.tail, "\"error\":\"again\""));
    assert_non_null(strstr(told.result.tail, ",\"because\":\"backoff: failure 16666 in a row, "
                                             "exponential f(16666) = 1s, its max\"}\n"));
    told_forget(&told);
}

/* Nobody asks for it, or it cannot be had again. */
static void budget__that_ran_out_is_not_spent_again_for_nothing(void **state)
{
    (void)state;
    const struct sim_run_options ways[] = {
        {.max_events = 5000},
        {.max_events = 5000, .evidence = true, .no_tail = true},
        {.max_events = 5000, .evidence = true, .lateness_ns = 1, .once = true},
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct clock clock = {0};
        struct told told;
        struct sim_run_options options = ways[i];
        told_read(HEAD LONG, &told);
        options.progress = watch_time;
        options.progress_context = &clock;
        assert_int_equal(sim_run(told.scenario, &options, &told.result), SUP_OK);
        told_assert_verdict(&told, SIM_STALLED);
        assert_int_equal(clock.restarts, 0);
        assert_int_equal(lines_in(told.result.tail), options.no_tail ? 0 : SIM_TAIL_EVENTS);
        assert_null(strstr(told.result.tail, "because"));
        told_forget(&told);
    }
}

static void wall_time__that_ran_out_is_not_spent_a_second_time(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct told told;
    run(HEAD LONG, (struct sim_run_options){.max_wall_ns = 1}, &clock, &told);
    told_assert_verdict(&told, SIM_STALLED);
    assert_int_equal(clock.restarts, 0);
    assert_int_equal(lines_in(told.result.tail), SIM_TAIL_EVENTS);
    told_forget(&told);
}

static void failure__is_executed_twice_at_most(void **state)
{
    (void)state;
    for (int once = 0; once <= 1; once++) {
        struct clock clock = {0};
        struct told told;
        run(HEAD LONG "expect: [{at: end, service: a, is: {phase: terminated}}]\n",
            (struct sim_run_options){.once = once != 0}, &clock, &told);
        told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
        assert_int_equal(told.result.ran_twice, once == 0);
        assert_int_equal(clock.restarts, 1);
        assert_int_equal(told.result.evidence_count, 1);
        assert_int_equal(lines_in(told.result.evidence[0]), SIM_TAIL_EVENTS);
        told_forget(&told);
    }
}

static void failure__that_was_meant_costs_nothing(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct told told;
    run(HEAD "verdict: expectation-failed\n" LONG
             "expect: [{at: end, service: a, is: {phase: terminated}}]\n",
        (struct sim_run_options){.once = true}, &clock, &told);
    assert_int_equal(told.result.status, SIM_EXIT_PASS);
    assert_int_equal(clock.restarts, 0);
    assert_int_equal(told.result.evidence_count, 0);
    told_forget(&told);
}

/* ---- what is shown ---- */

static void evidence__is_about_the_services_up_to_the_instant(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct told told;
    run(HEAD FLAKY "expect:\n"
                   "  - {at: 1s, service: flaky, is: {phase: terminated}}\n"
                   "  - {at: 2s, service: [flaky, other], is: {phase: terminated}}\n",
        (struct sim_run_options){0}, &clock, &told);
    told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
    assert_int_equal(told.result.evidence_count, told.result.failure_count);
    const char *first = told.result.evidence[0];
    assert_null(strstr(first, "\"other\""));
    assert_null(strstr(first, "\"t\":2000000000"));
    assert_int_equal(lines_in(first), 7);
    assert_non_null(strstr(first, "\"event\":\"registered\",\"service\":\"flaky\""));
    assert_non_null(strstr(first, "{\"t\":1000000000,\"n\":14,\"event\":\"backing-off\","
                                  "\"service\":\"flaky\",\"delay\":1000000000,\"streak\":2,"
                                  "\"reason\":\"mine\",\"because\":\"backoff: failure 2 in a "
                                  "row, exponential f(2) = 1s, its max\"}\n"));
    assert_non_null(
        strstr(first, "\"event\":\"attempt-started\",\"service\":\"flaky\",\"attempt\":1}\n"));
    const char *second = told.result.evidence[1];
    assert_non_null(strstr(second, "\"t\":2000000000"));
    assert_non_null(strstr(second, "\"service\":\"flaky\""));
    told_forget(&told);
}

static void evidence__has_removed_names_commands_and_groups(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct told told;
    run(HEAD "services: [{name: a, group: g.h}]\n"
             "timeline:\n"
             "  - {at: 1s, pause: a, who: somebody, why: \"a reason\"}\n"
             "  - {at: 2s, remove: a}\n"
             "  - {at: 3s, pause: a, expect: {result: unknown}}\n"
             "until: 4s\n"
             "expect: [{at: 4s, service: a, is: {exists: true}}]\n",
        (struct sim_run_options){0}, &clock, &told);
    told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
    const char *events = told.result.evidence[0];
    assert_non_null(strstr(events, "\"service\":\"a\",\"group\":\"runtime.g.h\""));
    assert_non_null(strstr(events, "\"who\":\"somebody\",\"why\":\"a reason\""));
    assert_non_null(strstr(events, "\"event\":\"removed\",\"service\":\"a\""));
    assert_non_null(strstr(events, "{\"t\":3000000000,"));
    told_forget(&told);
}

static void assert_found(const struct told *told, uint32_t failure, const char *found)
{
    assert_true(failure < told->result.failure_count);
    assert_string_equal(told->result.failures[failure].found, found);
}

static void counted__names_those_that_do_not_fit_and_shows_their_events(void **state)
{
    (void)state;
    struct clock clock = {0};
    struct told told;
    run(HEAD "services:\n"
             "  - {name: w, count: 3}\n"
             "  - {name: bad, restart: never, script: [{fail: {after: 1s}}]}\n"
             "until: 5s\n"
             "expect:\n"
             "  - {at: 2s, service: '*', count: 4, is: {phase: running}}\n"
             "  - {at: 2s, service: '*', count: 2, is: {phase: running}}\n"
             "  - {at: 2s, service: [bad, gone], count: 1, is: {phase: running}}\n"
             "  - {at: 2s, service: 'w-*', count: 4, is: {phase: running}}\n"
             "timeline: [{at: 3s, spawn: {name: gone}}]\n",
        (struct sim_run_options){0}, &clock, &told);
    told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
    assert_int_equal(told.result.failure_count, 4);
    assert_found(&told, 0, "3; not bad: phase terminated");
    assert_int_equal(told.result.failures[0].service_count, 1);
    assert_string_equal(told.result.failures[0].services[0], "bad");
    assert_non_null(strstr(told.result.evidence[0], "\"event\":\"terminated\""));
    assert_null(strstr(told.result.evidence[0], "w-0"));
    assert_found(&told, 1, "3: w-0; w-1; w-2");
    assert_found(&told, 2, "0; not bad: phase terminated; gone: not registered");
    assert_found(&told, 3, "3; not one more, since no other service matches");
    told_forget(&told);
}

static void event__that_came_at_another_instant_is_shown(void **state)
{
    (void)state;
    static const struct {
        const char *events;
        const char *found;
        uint64_t at_ns;
    } cases[] = {
        {"{event: attempt-ended, service: a, at: 500ms}", "it came at 1s", 1000000000u},
        {"{event: backing-off, at: 1999999999ns}", "it came at 2s", 2000000000u},
        {"{event: attempt-started, at: {min: 10ms, max: 20ms}}", "it came at 1s", 1000000000u},
        {"{event: attempt-started, at: 3499ms}", "it came at 3s", 3000000000u},
        {"{event: terminated, at: 1s}", "it did not come", 3500000000u},
        {"{event: attempt-ended, at: 1s, outcome: crashed}", "it did not come", 3500000000u},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct clock clock = {0};
        struct told told;
        char text[512];
        (void)snprintf(text, sizeof(text),
                       HEAD
                       "services: [{name: a, backoff: {base: 0}, script: [{fail: {after: 1s}}]}]\n"
                       "until: 3500ms\n"
                       "expect: [{events: [%s]}]\n",
                       cases[i].events);
        run(text, (struct sim_run_options){0}, &clock, &told);
        told_assert_verdict(&told, SIM_EXPECTATION_FAILED);
        assert_found(&told, 0, cases[i].found);
        assert_int_equal(told.result.failures[0].at_ns, cases[i].at_ns);
        told_forget(&told);
    }
}

static void tail__keeps_long_strings_whole(void **state)
{
    (void)state;
    static struct sim_tail tail;
    struct sim__text lines = {0};
    char text[3000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    for (uint64_t i = 1; i <= 25; i++) {
        struct sup_event event = {.type = SUP_EVENT_COMMAND,
                                  .fields = SUP_FIELD_COMMAND | SUP_FIELD_ERROR | SUP_FIELD_TEXT,
                                  .sequence = i,
                                  .slot = UINT32_MAX,
                                  .service = "name",
                                  .group = "group",
                                  .error = text,
                                  .text = text + i,
                                  .who = "who",
                                  .why = text};
        sim__tail_push(&tail, &event);
    }
    memset(text, 'y', sizeof(text) - 1);
    sim__tail_put(&tail, &lines);
    assert_int_equal(lines_in(lines.bytes), SIM_TAIL_EVENTS);
    assert_null(strstr(lines.bytes, "yyy"));
    assert_non_null(strstr(lines.bytes, "\"n\":16,"));
    assert_null(strstr(lines.bytes, "\"n\":15,"));
    assert_true(lines.length > 10 * 3 * 2900);
    sim__text_release(&lines);
    sim__tail_release(&tail);
}

static struct sup_instant no_time(void *context)
{
    (void)context;
    return (struct sup_instant){0};
}

static int starts(void *context, const struct sup_start *start, const char **ret_error)
{
    (void)context;
    (void)start;
    (void)ret_error;
    return SUP_OK;
}

static void lets_be(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    (void)id;
    (void)work;
}

static void hear_tail(void *context, const struct sup_event *event)
{
    sim__tail_push(context, event);
}

/* Names are those of the supervisor, which goes before its last events are shown. */
static void tail__settled_has_names_of_its_own(void **state)
{
    (void)state;
    static struct sim_tail tail;
    struct sup_config config;
    struct sup *sup;
    struct sup_spec spec = {.name = "a"};
    sup_config_default(&config);
    config.alloc = sup_allocator_libc;
    config.clock.now = no_time;
    config.executor = (struct sup_executor){.start = starts, .cancel = lets_be, .abort = lets_be};
    assert_int_equal(sup_create(&config, &sup), SUP_OK);
    assert_int_equal(sup_subscribe(sup, hear_tail, &tail), SUP_OK);
    assert_int_equal(sup_spawn(sup, &spec), SUP_OK);
    assert_true(tail.count >= 2);
    sim__tail_settle(&tail, sup);
    for (uint32_t i = 0; i < tail.count; i++) {
        assert_ptr_equal(tail.slots[i].event.service, tail.slots[i].name);
        assert_string_equal(tail.slots[i].name, "a");
    }
    sup_free(sup);
    sim__tail_release(&tail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sink__is_given_what_would_be_kept_once),
        cmocka_unit_test(budget__that_ran_out_shows_the_last_events_and_why_they_came),
        cmocka_unit_test(budget__that_ran_out_is_not_spent_again_for_nothing),
        cmocka_unit_test(wall_time__that_ran_out_is_not_spent_a_second_time),
        cmocka_unit_test(failure__is_executed_twice_at_most),
        cmocka_unit_test(failure__that_was_meant_costs_nothing),
        cmocka_unit_test(evidence__is_about_the_services_up_to_the_instant),
        cmocka_unit_test(evidence__has_removed_names_commands_and_groups),
        cmocka_unit_test(counted__names_those_that_do_not_fit_and_shows_their_events),
        cmocka_unit_test(event__that_came_at_another_instant_is_shown),
        cmocka_unit_test(tail__keeps_long_strings_whole),
        cmocka_unit_test(tail__settled_has_names_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
