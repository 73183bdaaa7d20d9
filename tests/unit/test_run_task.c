/* Services whose attempts are functions of the program's own: when they run, what their
 * calls do, and how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/scenario/read.h"
#include "sup/error.h"
#include "sup/sup.h"
#include "unit/told.h"

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* What the tasks leave behind, and `prepare` takes away. */
static struct {
    unsigned prepared;
    unsigned calls;
    uint64_t drawn[4];
    char said[256];
} left;

static void prepare(void)
{
    unsigned prepared = left.prepared + 1;
    memset(&left, 0, sizeof(left));
    left.prepared = prepared;
}

static void say(void *text)
{
    strcat(left.said, text);
}

/* Fails twice, saying what it was given; then works until it is cancelled, and tidies up
 * for a second. */
static int flush(struct sup_task *task, void *argument)
{
    char text[64];
    unsigned call = ++left.calls;
    if (sup_task_sleep(task, SUP_MS(100)) != SUP_OK) {
        return 0;
    }
    if (call <= 2) {
        (void)snprintf(text, sizeof(text), "%s %u", argument != NULL ? (char *)argument : "-",
                       call);
        sup_task_error(task, text);
        return -1;
    }
    sup_task_ready(task, true);
    sup_task_beat(task);
    sup_task_ready(task, false);
    sup_task_wait_cancel(task);
    return sup_task_sleep_through(task, SUP_SEC(1));
}

/* Deaf to everything but force. */
static int deaf(struct sup_task *task, void *argument)
{
    (void)argument;
    assert_int_equal(sup_task_cleanup_push(task, say, "cleaned "), SUP_OK);
    while (sup_task_sleep_through(task, SUP_SEC(3600)) == SUP_OK) {
    }
    return 0;
}

static int draw(struct sup_task *task, void *argument)
{
    (void)argument;
    for (int i = 0; i < 4; i++) {
        left.drawn[i] = sup_task_random(task, 999);
    }
    return sup_task_sleep(task, (struct sup_duration){left.drawn[0] * MS});
}

static int spin(struct sup_task *task, void *argument)
{
    (void)argument;
    while (sup_task_now(task).ns < SECOND) {
    }
    return 0;
}

static int panic_at_once(struct sup_task *task, void *argument)
{
    sup_task_panic(task, argument);
}

static const struct sim_task tasks[] = {
    {.name = "flush", .fn = flush, .prepare = prepare},
    {.name = "deaf", .fn = deaf, .prepare = prepare},
    {.name = "draw", .fn = draw},
    {.name = "spin", .fn = spin},
    {.name = "panic", .fn = panic_at_once, .stack_bytes = 256u << 10},
    {.name = NULL},
};
static const struct sim_limits with_tasks = {.tasks = tasks};

static struct sim_scenario *read_with(const char *text, const struct sim_limits *limits,
                                      struct sim_diagnostics *diagnostics)
{
    struct sim_scenario *scenario = NULL;
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = text,
                                         .length = strlen(text),
                                         .file = "test.yaml",
                                         .limits = limits};
    *diagnostics = (struct sim_diagnostics){0};
    int error = sim__scenario_read(&reading, diagnostics, &scenario);
    assert_true(error == SUP_OK || error == SUP_EINVAL);
    return error == SUP_OK ? scenario : NULL;
}

static struct told run(const char *text)
{
    struct told told = {0};
    struct sim_diagnostics diagnostics;
    told.scenario = read_with(text, &with_tasks, &diagnostics);
    if (told.scenario == NULL) {
        print_message("%s\n", diagnostics.text);
    }
    assert_non_null(told.scenario);
    told_run_with(&told, &(struct sim_run_options){.keep_trace = true});
    return told;
}

/* ---- running ---- */

static void task__runs_as_a_script_would(void **state)
{
    (void)state;
    left.prepared = 0;
    struct told told = run(HEAD "services:\n"
                                "  - {name: a, task: {flush: no}, backoff: {base: 1s},\n"
                                "     ready: {explicit: {timeout: 5s}}}\n"
                                "timeline: [{at: 10s, shutdown: {}}]\n"
                                "expect:\n"
                                "  - {at: 1s, service: a, is: {last-error: no 1}}\n"
                                "  - {at: 2s, service: a, is: {last-error: no 2}}\n"
                                "  - {drain: {took: 1s, graceful: [a]}}\n");
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "0s registered a\n"
                       "0s attempt-started a\n"
                       "100ms attempt-ended a\n"
                       "100ms backing-off a\n"
                       "1.1s attempt-started a\n"
                       "1.2s attempt-ended a\n"
                       "1.2s backing-off a\n"
                       "3.2s attempt-started a\n"
                       "3.3s ready a\n"
                       "3.3s not-ready a\n"
                       "10s command\n"
                       "10s shutdown-requested\n"
                       "10s cancel-delivered a\n"
                       "11s attempt-ended a\n"
                       "11s terminated a\n"
                       "11s drained\n");
    assert_true(told.result.ran_twice); /* and told the same, since it was prepared twice */
    assert_int_equal(left.prepared, 2);
    told_forget(&told);
}

static void task__abort_ends_it_where_it_waits(void **state)
{
    (void)state;
    struct told told = run(HEAD "services: [{name: a, task: deaf, stop: {grace: 5s}}]\n"
                                "timeline: [{at: 1s, cancel: a}]\n"
                                "expect: [{at: 6s, service: a, is: {reason: aborted}}]\n");
    told_assert_verdict(&told, SIM_PASS);
    assert_string_equal(left.said, "cleaned ");
    told_forget(&told);
}

/* On threads nothing ends by force: simulated so, it is abandoned, and its clean-up runs
 * when the run is over. */
static void task__abort_that_is_ignored_abandons_it(void **state)
{
    (void)state;
    struct told told = {0};
    struct sim_diagnostics diagnostics;
    told.scenario = read_with(HEAD "services: [{name: a, task: deaf, restart: never}]\n"
                                   "timeline: [{at: 1s, abort: a}]\n"
                                   "expect: [{at: 2s, service: a, is: {reason: abandoned}}]\n"
                                   "until: 3s\n",
                              &with_tasks, &diagnostics);
    assert_non_null(told.scenario);
    told_run_with(&told, &(struct sim_run_options){
                             .keep_trace = true, .once = true, .aborts = SIM_ABORTS_IGNORED});
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
    assert_string_equal(left.said, "cleaned ");
}

static void task__injected_end_leaves_it_where_it_waits(void **state)
{
    (void)state;
    struct told told =
        run(HEAD "services: [{name: a, task: deaf, backoff: {base: 1s}, max-restarts: 1}]\n"
                 "timeline: [{at: 1s, fail: a, error: cut}, {at: 5s, crash: a}]\n"
                 "expect:\n"
                 "  - {at: 1s, service: a, is: {phase: backing-off, last-error: cut}}\n"
                 "  - {at: 2s, service: a, is: {phase: running}}\n"
                 "  - {at: 5s, service: a, is: {phase: terminated, starts: 2}}\n");
    told_assert_verdict(&told, SIM_PASS);
    assert_string_equal(left.said, "cleaned cleaned ");
    told_forget(&told);
}

static void task__refused_starts_come_before_it(void **state)
{
    (void)state;
    struct told told = run(HEAD "services: [{name: a, task: flush, backoff: {base: 1s}}]\n"
                                "timeline:\n"
                                "  - {at: 0s, refuse-starts: {service: a, times: 1}}\n"
                                "  - {at: 20s, cancel: a}\n"
                                "expect:\n"
                                "  - {at: 2s, service: a, is: {starts: 2, last-error: refused}}\n"
                                "  - {at: 4s, service: a, is: {starts: 3, last-error: '- 2'}}\n");
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
}

/* The function is not called while a condition is down: its first call is the first attempt
 * that starts while it is up. One that lives is ended where it waits, and cleans up. */
static void task__that_needs_what_is_down_is_not_called(void **state)
{
    (void)state;
    struct told told = run(HEAD "conditions: {db: down}\n"
                                "services:\n"
                                "  - {name: a, task: {flush: no}, backoff: {base: 1s, factor: 1},\n"
                                "     needs: {db: {fail: {after: 50ms, error: no db},\n"
                                "                  live: fail, error: lost}}}\n"
                                "  - {name: b, task: deaf, restart: never,\n"
                                "     needs: {db: {run: {}, live: crash}}}\n"
                                "timeline:\n"
                                "  - {at: 1s, set: {db: up}}\n"
                                "  - {at: 1500ms, restart: b, expect: {result: ok}}\n"
                                "  - {at: 5s, set: {db: down}}\n"
                                "  - {at: 5500ms, set: {db: up}}\n"
                                "until: 6s\n"
                                "expect:\n"
                                "  - {at: 50ms, service: a, is: {last-error: no db}}\n"
                                "  - {at: 1150ms, service: a, is: {last-error: no 1}}\n"
                                "  - {at: 5s, service: a, is: {last-error: lost}}\n"
                                "  - {at: 5s, service: b, is: {reason: unrecoverable}}\n");
    told_assert_verdict(&told, SIM_PASS);
    told_assert(&told, "0s registered a\n"
                       "0s attempt-started a\n"
                       "0s registered b\n"
                       "0s attempt-started b\n"
                       "50ms attempt-ended a\n"
                       "50ms backing-off a\n"
                       "1s condition\n"
                       "1.05s attempt-started a\n"
                       "1.15s attempt-ended a\n"
                       "1.15s backing-off a\n"
                       "1.5s command b\n"
                       "1.5s cancel-delivered b\n"
                       "1.5s attempt-ended b\n"
                       "1.5s restarted b\n"
                       "1.5s attempt-started b\n"
                       "2.15s attempt-started a\n"
                       "2.25s attempt-ended a\n"
                       "2.25s backing-off a\n"
                       "3.25s attempt-started a\n"
                       "3.35s not-ready a\n"
                       "5s condition\n"
                       "5s attempt-ended a\n"
                       "5s backing-off a\n"
                       "5s attempt-ended b\n"
                       "5s terminated b\n"
                       "5.5s condition\n"
                       "6s attempt-started a\n");
    assert_int_equal(left.calls, 3 + 1);
    assert_true(told.result.ran_twice);
    told_forget(&told);
}

static void task__draws_are_of_its_service_and_the_seed(void **state)
{
    (void)state;
    uint64_t first[4];
    static const char text[] = HEAD "services: [{name: a, task: draw}, {name: b}]\n"
                                    "timeline: [{at: 5s, shutdown: {}}]\n"
                                    "expect: [{at: 4s, service: a, is: {phase: terminated}}]\n";
    struct told told = run(text);
    uint64_t draws = told.result.draws;
    memcpy(first, left.drawn, sizeof(first));
    assert_true(draws >= 4);
    assert_true(first[0] != first[1] || first[1] != first[2]);
    told_run_with(&told, &(struct sim_run_options){.has_seed = true, .seed = 2});
    assert_memory_not_equal(first, left.drawn, sizeof(first));
    told_forget(&told);
    told = run(text);
    assert_memory_equal(first, left.drawn, sizeof(first));
    told_forget(&told);
}

static void task__that_spins_uses_up_the_steps(void **state)
{
    (void)state;
    struct told told = {0};
    struct sim_diagnostics diagnostics;
    told.scenario =
        read_with(HEAD "services: [{name: a, task: spin}]\n", &with_tasks, &diagnostics);
    assert_non_null(told.scenario);
    told_run_with(&told, &(struct sim_run_options){.keep_trace = true, .max_steps = 10000});
    told_assert_verdict(&told, SIM_STALLED);
    assert_non_null(strstr(told.result.message, "the budget of 10000 steps ran out at 0s"));
    assert_non_null(strstr(told.result.message, "service `a`"));
    told_forget(&told);
}

static void task__panic_is_a_crash(void **state)
{
    (void)state;
    struct told told =
        run(HEAD "services: [{name: a, count: 3, task: {panic: no way}, restart: on-crash,\n"
                 "            max-restarts: 1, backoff: {base: 1s}}]\n"
                 "expect:\n"
                 "  - {at: 1s, service: a-*, is: {phase: terminated, starts: 2}, count: 3}\n"
                 "  - {events: [{event: attempt-ended, service: a-2, outcome: crashed,\n"
                 "     error: no way}]}\n");
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
}

static void task__lateness_reaches_it_too(void **state)
{
    (void)state;
    struct told told = {0};
    struct sim_diagnostics diagnostics;
    told.scenario = read_with(HEAD "services: [{name: a, task: flush, restart: never}]\n",
                              &with_tasks, &diagnostics);
    assert_non_null(told.scenario);
    told_run_with(&told, &(struct sim_run_options){.keep_trace = true,
                                                   .once = true,
                                                   .lateness_ns = 10 * MS,
                                                   .lateness_least_ns = 10 * MS,
                                                   .lateness_seed = 1});
    /* Started 5 ms late, it goes on 10 ms after that, sleeps, and is woken 10 ms late. */
    told_assert(&told, "5ms registered a\n"
                       "5ms attempt-started a\n"
                       "125ms attempt-ended a\n"
                       "125ms terminated a\n");
    told_forget(&told);
}

/* ---- reading ---- */

static void task__is_looked_up_when_the_file_is_read(void **state)
{
    (void)state;
    static const struct sim_task none[] = {{.name = NULL}};
    static const struct {
        const char *text;
        const char *part;
    } refused[] = {
        {"services: [{name: a, task: flsh}]\n",
         "4:22: error: this program has no task `flsh`, did you mean `flush`?"},
        {"services: [{name: a, task: {}}]\n", "`task` takes one name: `task: NAME` or"},
        {"services: [{name: a, task: {flush: x, draw: y}}]\n", "`task` takes one name"},
        {"services: [{name: a, task: [flush]}]\n", "expected"},
        {"services: [{name: a, task: {flush: 3}}]\n", "expected text (put it in quotes), found"},
        {"services: [{name: a, task: {flush: [x]}}]\n", "expected text, found a list"},
        {"services: [{name: a, task: {'fl ush': x}}]\n", "`fl ush` is no name of a task"},
        {"services: [{name: a, task: 'fl ush'}]\n", "the name"},
        {"services: [{name: a, task: flush, script: [run]}]\n",
         "4:22: error: `script` and `task`: an attempt follows the one or the other"},
        {"defaults: {task: flush, script: [run]}\nservices: [{name: a}]\n",
         "4:12: error: `script` and `task`"},
    };
    struct sim_diagnostics diagnostics;
    char text[256];
    for (size_t i = 0; i < COUNT(refused); i++) {
        (void)snprintf(text, sizeof(text), HEAD "about: x\n%s", refused[i].text);
        assert_null(read_with(text, &with_tasks, &diagnostics));
        if (strstr(diagnostics.text, refused[i].part) == NULL) {
            print_message("%s", diagnostics.text);
            fail();
        }
        sim_diagnostics_release(&diagnostics);
    }
    const struct sim_limits limits = {.tasks = none};
    assert_null(read_with(HEAD "services: [{name: a, task: flush}]\n", &limits, &diagnostics));
    assert_non_null(strstr(diagnostics.text, "this command has none; run the file with the program "
                                             "that has it: one that calls sim_main"));
    sim_diagnostics_release(&diagnostics);
}

static void task__of_the_service_wins_over_the_defaults(void **state)
{
    (void)state;
    struct sim_diagnostics diagnostics;
    struct sim_scenario *scenario = read_with(HEAD "defaults: {task: {flush: x}}\n"
                                                   "services:\n"
                                                   "  - {name: a}\n"
                                                   "  - {name: b, task: draw}\n"
                                                   "  - {name: c, script: [fail]}\n",
                                              &with_tasks, &diagnostics);
    assert_non_null(scenario);
    assert_string_equal(scenario->services[0].script[0].call->name, "flush");
    assert_string_equal(scenario->services[0].script[0].call->text, "x");
    assert_ptr_equal(scenario->services[0].script[0].call->task, &tasks[0]);
    assert_string_equal(scenario->services[1].script[0].call->name, "draw");
    assert_null(scenario->services[1].script[0].call->text);
    assert_null(scenario->services[2].script[0].call);
    /* In the order of the program's list, each once. */
    assert_int_equal(scenario->task_count, 2);
    assert_ptr_equal(scenario->tasks[0], &tasks[0]);
    assert_ptr_equal(scenario->tasks[1], &tasks[2]);
    sim_scenario_free(scenario);
    scenario = read_with(HEAD "defaults: {script: [fail]}\nservices: [{name: a, task: draw}]\n",
                         &with_tasks, &diagnostics);
    assert_non_null(scenario);
    assert_string_equal(scenario->services[0].script[0].call->name, "draw");
    sim_scenario_free(scenario);
}

static void task__without_a_list_its_starts_are_refused(void **state)
{
    (void)state;
    struct told told;
    told_read(HEAD "services: [{name: a, task: flush, restart: never}]\n"
                   "expect: [{at: 0s, service: a, is: {phase: terminated,\n"
                   "  last-error: no function was given for its task}}]\n",
              &told);
    told_run_with(&told, &(struct sim_run_options){.keep_trace = true});
    told_assert_verdict(&told, SIM_PASS);
    told_forget(&told);
}

static void task__stacks_count_as_memory(void **state)
{
    (void)state;
    struct sim_diagnostics diagnostics;
    const struct sim_limits limits = {.tasks = tasks, .memory_bytes = UINT64_C(100) << 20};
    assert_null(
        read_with(HEAD "services: [{name: a, count: 2000, task: draw}]\n", &limits, &diagnostics));
    assert_non_null(strstr(diagnostics.text, "bytes of memory"));
    sim_diagnostics_release(&diagnostics);
    struct sim_scenario *scenario =
        read_with(HEAD "services: [{name: a, count: 2000}]\n", &limits, &diagnostics);
    assert_non_null(scenario);
    sim_scenario_free(scenario);
}

static int begin_anew(void **state)
{
    (void)state;
    prepare();
    return 0;
}

#define TEST(name) cmocka_unit_test_setup(name, begin_anew)

/* Whoever shares it has it called once before each of the two runs. */
static void prepare__is_called_once_a_run(void **state)
{
    (void)state;
    left.prepared = 0;
    struct told told =
        run(HEAD "services: [{name: a, task: flush}, {name: b, task: deaf}]\nuntil: 100ms\n");
    assert_int_equal(told.scenario->task_count, 2);
    assert_int_equal(left.prepared, 2);
    told_forget(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(task__runs_as_a_script_would),
        TEST(task__abort_ends_it_where_it_waits),
        TEST(task__abort_that_is_ignored_abandons_it),
        TEST(task__injected_end_leaves_it_where_it_waits),
        TEST(task__refused_starts_come_before_it),
        TEST(task__that_needs_what_is_down_is_not_called),
        TEST(task__draws_are_of_its_service_and_the_seed),
        TEST(task__that_spins_uses_up_the_steps),
        TEST(task__panic_is_a_crash),
        TEST(task__lateness_reaches_it_too),
        TEST(task__is_looked_up_when_the_file_is_read),
        TEST(task__of_the_service_wins_over_the_defaults),
        TEST(task__without_a_list_its_starts_are_refused),
        TEST(task__stacks_count_as_memory),
        cmocka_unit_test(prepare__is_called_once_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
