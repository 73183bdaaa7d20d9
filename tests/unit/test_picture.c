/* Pictures: from the lines of a run to the bars of its lanes, what the world was, and the plots, at
 * exact instants. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/text.h"
#include "sim/picture/page.h"
#include "sim/picture/picture.h"
#include "sim/picture/scale.h"
#include "sim/picture/strip.h"
#include "sim/run.h"
#include "sup/error.h"
#include "unit/reading.h"

struct reel {
    struct sim_scenario *scenario;
    struct sim__picture *picture;
};

/* A file that has this behind its head. */
static struct sim_scenario *read_text(const char *text)
{
    char whole[2048];
    snprintf(whole, sizeof whole, HEAD "%s\n", text);
    return read_good(whole);
}

static void hear(void *context, const char *line, size_t length)
{
    struct sim__json json;
    struct reel *reel = context;
    length -= length > 0 && line[length - 1] == '\n';
    if (sim__json_read(line, length, &json) && sim__json_find(&json, "event") != NULL) {
        sim__picture_line(reel->picture, &json, "");
    }
}

/* The picture of a run of this text, behind its head. */
static struct reel picture_of(const char *text, const struct sup_instant *marked, uint32_t count)
{
    struct reel reel = {.scenario = read_text(text)};
    struct sim_result result;
    assert_int_equal(sim__picture_create(reel.scenario, &reel.picture), SUP_OK);
    const struct sim_run_options options = {
        .once = true, .trace_sink = hear, .trace_context = &reel};
    assert_int_equal(sim_run(reel.scenario, &options, &result), SUP_OK);
    sim_result_release(&result);
    const struct sim__picture_closing closing = {true, marked, count};
    sim__picture_complete(reel.picture, &closing);
    assert_false(reel.picture->failed);
    return reel;
}

static void release(struct reel *reel)
{
    sim__picture_free(reel->picture);
    sim_scenario_free(reel->scenario);
}

static void put_instant(struct sim__text *text, const struct sim__picture *picture, uint32_t number)
{
    sim__text_duration(text, SUP_NS(picture->instants[number].ns));
}

/* "running#1 0s-1s, waiting 1s-1.1s" of the lane. */
static void put_bars(struct sim__text *text, const struct sim__picture *picture, const char *name)
{
    uint32_t lane = sim__picture_lane(picture, name);
    assert_int_not_equal(lane, SIM__PICTURE_NONE);
    for (uint32_t i = 0; i < picture->bar_count; i++) {
        const struct sim__bar *bar = &picture->bars[i];
        if (bar->service != lane) {
            continue;
        }
        sim__text_put(text, text->length > 0 ? ", " : "");
        sim__text_put(text, sim__bar_name(bar->kind));
        if (bar->attempt > 0) {
            sim__text_format(text, "#%u", bar->attempt);
        }
        sim__text_char(text, ' ');
        put_instant(text, picture, bar->from);
        sim__text_char(text, '-');
        put_instant(text, picture, bar->to);
    }
}

struct row {
    const char *what;
    const char *text;
    const char *bars; /* of the service `a` */
};

static const struct row rows[] = {
    {"one that runs lasts until the end that the file says",
     "services: [{name: a, script: [run]}]\nuntil: 10s", "running#1 0s-10s"},
    {"one that is done ends with the run",
     "services: [{name: a, kind: task, script: [{succeed: {after: 2s}}]}]", "running#1 0s-2s"},
    {"a failure, its wait, and the restart",
     "services: [{name: a, backoff: {base: 1s}, script: [{fail: {after: 2s}}, run]}]\nuntil: 5s",
     "running#1 0s-2s, waiting 2s-3s, running#2 3s-5s"},
    {"an attempt that ends where it starts is to be seen",
     "services: [{name: a, backoff: {base: 1s}, script: [fail, run]}]\nuntil: 2s",
     "running#1 0s-0s, waiting 0s-1s, running#2 1s-2s"},
    {"who reports that it is ready is starting until then",
     "services: [{name: a, ready: {explicit: {timeout: 5s}}, script: [{run: {}, ready: {after: "
     "1s}}]}]\nuntil: 3s",
     "starting#1 0s-1s, running#1 1s-3s"},
    {"who is ready by time alone likewise",
     "services: [{name: a, ready: {after: 2s}, script: [run]}]\nuntil: 3s",
     "starting#1 0s-2s, running#1 2s-3s"},
    {"who says that it is not ready any more",
     "services: [{name: a, ready: {explicit: {timeout: 5s}}, script: [{steps: [ready, {sleep: 1s}, "
     "not-ready, {sleep: 1s}, ready, {sleep: 1s}, {fail: x}]}, run], backoff: {base: 9s}}]\nuntil: "
     "4s",
     "starting#1 0s-0s, running#1 0s-1s, unready#1 1s-2s, running#1 2s-3s, waiting 3s-4s"},
    {"one that takes its time to stop, and is terminated",
     "services: [{name: a, script: [{run: {}, stop-after: 2s}]}]\ntimeline: [{at: 1s, cancel: "
     "a}]\nuntil: 9s",
     "running#1 0s-1s, stopping#1 1s-3s"},
    {"its finish script",
     "services: [{name: a, script: [{fail: {after: 1s}, finish: {takes: 1s}}, run], backoff: "
     "{base: 1s}}]\nuntil: 4s",
     "running#1 0s-1s, finishing#1 1s-2s, waiting 2s-3s, running#2 3s-4s"},
    {"paused and resumed",
     "services: [{name: a, script: [run, run]}]\ntimeline: [{at: 1s, pause: a}, {at: 3s, resume: "
     "a}]\nuntil: 4s",
     "running#1 0s-1s, stopping#1 1s-1s, held 1s-3s, running#2 3s-4s"},
    {"a breaker and its probe",
     "services: [{name: a, script: [{fail: {}, times: 1}, run], breaker: {failures: 1, then: "
     "half-open, cooldown: 2s, probe-for: 1s}}]\nuntil: 5s",
     "running#1 0s-0s, open 0s-2s, cooling 0s-2s, half-open 2s-3s, running#2 2s-5s"},
    {"one that gives up while another goes on",
     "services: [{name: a, restart: never, script: [{fail: {after: 1s}}]}, {name: b, script: "
     "[run]}]\nuntil: 3s",
     "running#1 0s-1s, ended 1s-3s"},
    {"removed, and registered again",
     "services: [{name: a, script: [run]}, {name: b, script: [run]}]\ntimeline: [{at: 1s, remove: "
     "a}, {at: 3s, spawn: {name: a, script: [run]}}]\nuntil: 4s",
     "running#1 0s-1s, stopping#1 1s-1s, running#1 3s-4s"},
};

static void bars__each_phase_at_its_instants(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reel reel = picture_of(rows[i].text, NULL, 0);
        struct sim__text text = {0};
        put_bars(&text, reel.picture, "a");
        if (strcmp(sim__text_string(&text), rows[i].bars) != 0) {
            print_error("%s\n  wanted %s\n  found  %s\n", rows[i].what, rows[i].bars,
                        sim__text_string(&text));
        }
        assert_string_equal(sim__text_string(&text), rows[i].bars);
        sim__text_release(&text);
        release(&reel);
    }
}

static void world__conditions_and_drains_are_bands(void **state)
{
    (void)state;
    struct reel reel = picture_of("conditions: {db: up, net: slow}\nservices: [{name: a, script: "
                                  "[{run: {}, stop-after: 2s}]}]\n"
                                  "timeline: [{at: 1s, set: {db: down}}, {at: 3s, set: {db: up}}, "
                                  "{at: 4s, shutdown: {timeout: 9s}}]",
                                  NULL, 0);
    const struct sim__picture *picture = reel.picture;
    struct sim__text text = {0};
    for (uint32_t i = 0; i < picture->band_count; i++) {
        const struct sim__band *band = &picture->bands[i];
        sim__text_format(&text, "%s %s ", picture->conditions[band->condition].name,
                         picture->words[band->state]);
        put_instant(&text, picture, band->from);
        sim__text_char(&text, '-');
        put_instant(&text, picture, band->to);
        sim__text_char(&text, ';');
    }
    assert_string_equal(sim__text_string(&text),
                        "db up 0s-1s;db down 1s-3s;db up 3s-6s;net slow 0s-6s;");
    assert_int_equal(picture->drain_count, 1);
    sim__text_clear(&text);
    put_instant(&text, picture, picture->drains[0].from);
    sim__text_char(&text, '-');
    put_instant(&text, picture, picture->drains[0].to);
    assert_string_equal(sim__text_string(&text), "4s-6s");
    sim__text_release(&text);
    release(&reel);
}

static void groups__parents_come_first_and_names_are_the_files(void **state)
{
    (void)state;
    struct reel reel =
        picture_of("services: [{name: a, group: web.inner, script: [run]}, {name: b, "
                   "group: web, script: [run]}, {name: c, script: [run]}]\nuntil: 1s",
                   NULL, 0);
    const struct sim__picture *picture = reel.picture;
    assert_int_equal(picture->group_count, 2);
    assert_string_equal(picture->groups[0].name, "web");
    assert_string_equal(picture->groups[1].name, "web.inner");
    assert_int_equal(picture->groups[0].parent, SIM__PICTURE_NONE);
    assert_int_equal(picture->groups[1].parent, 0);
    assert_int_equal(picture->lanes[0].group, 1);
    assert_int_equal(picture->lanes[1].group, 0);
    assert_int_equal(picture->lanes[2].group, SIM__PICTURE_NONE);
    release(&reel);
}

/* Every step as "0s:1". */
static void put_plot(struct sim__text *text, const struct sim__picture *picture, uint32_t number)
{
    const struct sim__plot *plot = &picture->plots[number];
    sim__text_format(text, "%s, at most %llu:", plot->name, (unsigned long long)plot->peak);
    for (uint32_t i = 0; i < plot->step_count; i++) {
        sim__text_char(text, ' ');
        put_instant(text, picture, plot->steps[i].instant);
        sim__text_format(text, ":%llu", (unsigned long long)plot->steps[i].value);
    }
}

static void plots__what_the_measures_ask_for(void **state)
{
    (void)state;
    struct reel reel =
        picture_of("services: [{name: a, backoff: {base: 1s, max: 1s}, script: [{fail: {}, times: "
                   "2}, run]}, {name: b, group: g, script: [run]}]\n"
                   "measures:\n"
                   "  starts: {peak: {event: attempt-started, within: 1s}}\n"
                   "  failures: {tally: {event: attempt-ended, service: a, outcome: failed}}\n"
                   "  of-b: {tally: {event: attempt-started, group: g}}\n"
                   "until: 9s",
                   NULL, 0);
    const char *const wanted[] = {
        "live attempts, at most 2: 0s:1 2s:2",
        /* Both ends of the window are in it. */
        "starts: attempt-started within 1s, at most 3: 0s:2 1s:3 1.000000001s:1 2s:2 "
        "2.000000001s:1 "
        "3.000000001s:0",
        "failures: attempt-ended so far, at most 2: 0s:1 1s:2",
        "of-b: attempt-started so far, at most 1: 0s:1",
    };
    assert_int_equal(reel.picture->plot_count, sizeof wanted / sizeof wanted[0]);
    for (uint32_t i = 0; i < reel.picture->plot_count; i++) {
        struct sim__text text = {0};
        put_plot(&text, reel.picture, i);
        assert_string_equal(sim__text_string(&text), wanted[i]);
        sim__text_release(&text);
    }
    release(&reel);
}

static void instants__marks_lie_between_and_nothing_moves(void **state)
{
    (void)state;
    const struct sup_instant marked[] = {
        {2500000000u}, {500000000u}, {2500000000u}, {1000000000u}, {SUP_NEVER_NS}};
    struct reel reel = picture_of(
        "services: [{name: a, backoff: {base: 1s}, script: [{fail: {after: 1s}}, run]}]\nuntil: 4s",
        marked, sizeof marked / sizeof marked[0]);
    const struct sim__picture *picture = reel.picture;
    struct sim__text text = {0};
    for (uint32_t i = 0; i < picture->instant_count; i++) {
        sim__text_put(&text, i > 0 ? " " : "");
        put_instant(&text, picture, i);
    }
    assert_string_equal(sim__text_string(&text), "0s 500ms 1s 2s 2.5s 4s");
    sim__text_clear(&text);
    put_bars(&text, picture, "a");
    assert_string_equal(sim__text_string(&text), "running#1 0s-1s, waiting 1s-2s, running#2 2s-4s");
    assert_int_equal(sim__picture_instant(picture, marked[0]), 4);
    assert_int_equal(sim__picture_instant(picture, (struct sup_instant){2499999999u}), 3);
    assert_int_equal(picture->instants[picture->end].ns, 4000000000u);
    assert_int_equal(picture->instants[picture->events[picture->event_count - 1].instant].ns,
                     2000000000u);
    sim__text_release(&text);
    release(&reel);
}

/* Where nothing goes on any more, the last instant that a mark names, up to `until`. */
static void end__of_a_run_that_is_over_is_its_last_mark(void **state)
{
    (void)state;
    const struct {
        uint64_t mark, end;
    } cases[] = {{100, 500}, {500, 500}, {2000, 2000}, {9000, 9000}, {9001, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct sup_instant marked[] = {SUP_INSTANT_NEVER, {cases[i].mark * 1000000}, {0}};
        struct reel reel = picture_of(
            "services: [{name: a, script: [{fail: {after: 500ms}}], restart: never}]\nuntil: 9s",
            marked, 3);
        const struct sim__picture *picture = reel.picture;
        assert_int_equal(picture->instants[picture->end].ns, cases[i].end * 1000000);
        assert_int_equal(picture->bars[picture->bar_count - 1].to, picture->end);
        release(&reel);
    }
}

/* What breaks off has no `until`, and ends at no mark. */
static void end__of_a_run_that_broke_off_is_its_last_event(void **state)
{
    (void)state;
    struct reel reel = {.scenario = read_text("services: [{name: a, script: [run]}]\nuntil: 9s")};
    assert_int_equal(sim__picture_create(reel.scenario, &reel.picture), SUP_OK);
    static const char line[] =
        "{\"t\":1000000000,\"n\":1,\"event\":\"attempt-started\",\"service\":\"a\",\"attempt\":1}";
    hear(&reel, line, sizeof line - 1);
    const struct sup_instant marked[] = {{2000000000u}};
    const struct sim__picture_closing closing = {false, marked, 1};
    sim__picture_complete(reel.picture, &closing);
    assert_int_equal(reel.picture->instants[reel.picture->end].ns, 1000000000u);
    release(&reel);
}

static void page__no_text_can_end_its_element(void **state)
{
    (void)state;
    struct reel reel = picture_of(
        "services: [{name: a, script: [{fail: {error: \"</script><b>&\"}}, run]}]\nuntil: 1s", NULL,
        0);
    const struct sim__picture_frame frame = {.file = "</script>",
                                             .name = "<!--<script>",
                                             .executor = "sim",
                                             .word = "&amp;",
                                             .message = "",
                                             .note = "",
                                             .replay = "",
                                             .fails_at = SIM__PICTURE_NONE};
    struct sim__text page = {0};
    sim__page_run(&page, reel.picture, &frame);
    assert_false(page.failed);
    assert_null(strpbrk(page.bytes, "<>&"));
    assert_non_null(strstr(page.bytes, "\"file\":\"\\u003c/script\\u003e\""));
    assert_non_null(strstr(page.bytes, "\"word\":\"\\u0026amp;\""));
    sim__text_release(&page);
    release(&reel);
}

/* Beyond what a double holds exactly, an instant is text. */
static void page__long_lives_keep_their_nanoseconds(void **state)
{
    (void)state;
    struct reel reel = {.scenario = read_text("services: [{name: a, script: [run]}]")};
    assert_int_equal(sim__picture_create(reel.scenario, &reel.picture), SUP_OK);
    static const char *const lines[] = {
        "{\"t\":9007199254740991,\"n\":1,\"event\":\"attempt-started\",\"service\":\"a\","
        "\"attempt\":1}",
        "{\"t\":9007199254740993,\"n\":2,\"event\":\"attempt-ended\",\"service\":\"a\",\"attempt\":"
        "1}",
    };
    for (int i = 0; i < 2; i++) {
        hear(&reel, lines[i], strlen(lines[i]));
    }
    const struct sim__picture_closing closing = {false, NULL, 0};
    const struct sim__picture_frame frame = {.file = "",
                                             .name = "",
                                             .executor = "",
                                             .word = "",
                                             .message = "",
                                             .note = "",
                                             .replay = "",
                                             .fails_at = SIM__PICTURE_NONE};
    struct sim__text page = {0};
    sim__picture_complete(reel.picture, &closing);
    sim__page_run(&page, reel.picture, &frame);
    assert_non_null(strstr(page.bytes, "\"instants\":[0,9007199254740991,\"9007199254740993\"]"));
    sim__text_release(&page);
    release(&reel);
}

static void scale__ruler_counts_as_people_do(void **state)
{
    (void)state;
    const struct {
        struct sup_duration whole;
        const char *step;
    } cases[] = {{SUP_NS(1), "1ns"},
                 {SUP_MS(2), "500us"},
                 {SUP_MS(10 * UINT64_C(1000)), "2s"},
                 {SUP_MS(50 * UINT64_C(1000)), "10s"},
                 {SUP_MS(300 * UINT64_C(1000)), "1m"},
                 {SUP_MS(3600 * UINT64_C(1000)), "10m"},
                 {SUP_MS(86400 * UINT64_C(1000)), "3h"},
                 {SUP_MS(864000 * UINT64_C(1000)), "2d"},
                 {SUP_MS(31536000 * UINT64_C(1000)), "100d"},
                 {SUP_MS(3153600000 * UINT64_C(1000)), "7300d"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sim__text text = {0};
        sim__text_duration(&text, sim__scale_step(cases[i].whole, 9));
        assert_string_equal(sim__text_string(&text), cases[i].step);
        sim__text_release(&text);
    }
    assert_int_equal(sim__scale((struct sup_instant){5}, SUP_NS(10), 1000), 500);
    assert_int_equal(sim__scale((struct sup_instant){UINT64_MAX - 1}, SUP_NS(UINT64_MAX - 1), 1000),
                     1000);
    assert_int_equal(sim__scale((struct sup_instant){0}, SUP_NS(0), 1000), 0);
}

/* Seventy-two columns: of 36s, two a second. */
static void strip__a_line_for_each_lane(void **state)
{
    (void)state;
    struct reel reel =
        picture_of("services:\n"
                   "  - {name: a, backoff: {base: 4s}, script: [{fail: {after: 8s}}, {run: {}, "
                   "stop-after: 2s}]}\n"
                   "  - {name: long-name, kind: task, ready: {explicit: {timeout: 9s}}, script: "
                   "[{succeed: {after: 6s}, ready: {after: 3s}}]}\n"
                   "timeline: [{at: 20s, pause: a}, {at: 30s, resume: a}]\nuntil: 36s",
                   NULL, 0);
    static const char wanted[] =
        "             0s                  10s                 20s                 30s\n"
        "  a          RRRRRRRRRRRRRRRRxwwwwwwwRRRRRRRRRRRRRRRR////================RRRRRRRRRRRR\n"
        "  long-name  ssssssRRRRRRo-----------------------------------------------------------\n";
    struct sim__text text = {0}, plain = {0};
    sim__strip_put(&text, reel.picture, 2);
    for (size_t i = 0; i < text.length;) {
        static const char *const signs[][2] = {
            {"\xE2\x96\x88", "R"}, {"\xE2\x96\x92", "s"}, {"\xE2\x94\x80", "-"}, {"\xC2\xB7", "w"}};
        size_t k = 0;
        while (k < 4 && strncmp(text.bytes + i, signs[k][0], strlen(signs[k][0])) != 0) {
            k++;
        }
        sim__text_putn(&plain, k < 4 ? signs[k][1] : text.bytes + i, 1);
        i += k < 4 ? strlen(signs[k][0]) : 1;
    }
    assert_string_equal(sim__text_string(&plain), wanted);
    sim__text_release(&text);
    sim__text_release(&plain);
    release(&reel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars__each_phase_at_its_instants),
        cmocka_unit_test(world__conditions_and_drains_are_bands),
        cmocka_unit_test(groups__parents_come_first_and_names_are_the_files),
        cmocka_unit_test(plots__what_the_measures_ask_for),
        cmocka_unit_test(instants__marks_lie_between_and_nothing_moves),
        cmocka_unit_test(end__of_a_run_that_is_over_is_its_last_mark),
        cmocka_unit_test(end__of_a_run_that_broke_off_is_its_last_event),
        cmocka_unit_test(page__no_text_can_end_its_element),
        cmocka_unit_test(page__long_lives_keep_their_nanoseconds),
        cmocka_unit_test(scale__ruler_counts_as_people_do),
        cmocka_unit_test(strip__a_line_for_each_lane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
