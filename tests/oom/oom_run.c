/* Fails the n-th allocation that our own code makes while a scenario is read and
 * while it runs, n = 1, 2, … until there is none left to fail: the answer is
 * SUP_ENOMEM, not a block is lost, and afterwards the same call works (heap.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oom/heap.h"
#include "sim/run.h"
#include "sim/run/faultpoints.h"
#include "sim/scenario/read.h"
#include "sup/task.h"

/* One of everything that needs memory of its own. */
static const char rich[] =
    "scenario: 1\n"
    "name: everything that allocates\n"
    "about: groups, globs, steps, draws, injected faults and every kind of expectation\n"
    "seed: 3\n"
    "until: 1m\n"
    "supervisor:\n"
    "  shutdown: {timeout: 5s, order: reverse}\n"
    "  groups:\n"
    "    - {name: a.b, strategy: one-for-all, restart-limit: {max: 5, within: 10s}}\n"
    "conditions: {db: up, disk: up}\n"
    "policies: {patient: {restart: always, backoff: {base: 10ms}}}\n"
    "defaults: {policy: patient, backoff: {max: 1s, jitter: full}, needs: {disk: {run: {}, live: "
    "not-ready}}}\n"
    "services:\n"
    "  - {name: needy, needs: {db: {steps: [{sleep: 1s}, {fail: down}], live: fail, error: "
    "lost}}}\n"
    "  - {name: worker, count: 3, group: a.b, script: [{fail: {after: 1s}, times: 2}, run]}\n"
    "  - {name: broken, breaker: {failures: 3, within: 60s}, script: [{fail: {error: \"no\"}}]}\n"
    "  - name: stepper\n"
    "    ready: {explicit: {timeout: 10s}}\n"
    "    heartbeat: {stale-after: 3s}\n"
    "    script:\n"
    "      - steps:\n"
    "          - sleep: {uniform: [1ms, 5ms]}\n"
    "          - ready\n"
    "          - repeat: {times: 3, steps: [beat, {sleep: {pick: [1s, 2s]}}]}\n"
    "          - choose: [{weight: 2, steps: [{fail: again}]}, {weight: 1, steps: [run]}]\n"
    "      - {run: {}, ready: {after: 1s}, beat: {every: 1s}}\n"
    "  - {name: open, group: o, script: [{any: [fail, {steps: [{sleep: 1s}]}], times: 2}, run]}\n"
    "measures:\n"
    "  starts: {tally: {event: attempt-started, service: \"w*\", group: a}}\n"
    "  busiest: {metric: attempts_total, service: \"w*\", take: max}\n"
    "  herd: {peak: {event: attempt-started, group: a, within: 1m}}\n"
    "  back: {from: {event: paused, group: a}, until: {service: \"w*\", is: {phase: running}}}\n"
    "  down: {time: {service: [late, \"w*\"], is: {phase: {not: running}}}}\n"
    "timeline:\n"
    "  - {at: 2s, spawn: {name: late, group: a.c, script: [{hang: {}, ignore-abort: true}]}}\n"
    "  - {at: 3s, pause: worker-1}\n"
    "  - {at: 4s, resume: worker-1}\n"
    "  - {at: 5s, wait-idle: {group: a, timeout: 1s}, expect: {result: timeout}}\n"
    "  - {at: 1s, join: \"worker-*\", expect: {result: aborted}}\n"
    "  - {at: 5s, pause: \"worker-*\", each: 1s}\n"
    "  - {at: 5s, resume: \"worker-*\", each: 1s}\n"
    "  - {at: 6s, set: {db: down, disk: full}}\n"
    "  - {at: 9s, set: {db: up, disk: up}}\n"
    "  - {every: {uniform: [8s, 9s]}, to: {any: [20s, {pick: [21s, 22s]}]}, beat: stepper}\n"
    "  - {at: 3s, beat: {some: 2, of: \"worker-*\"}}\n"
    "  - {any: [{at: 1s, beat: open}, {any: [nothing, {at: {any: [2s, 3s]}, beat: open}]}]}\n"
    "  - {at: 50s, shutdown: {timeout: 4s}}\n"
    "expect:\n"
    "  - {at: 1s, service: broken, is: {phase: terminated, reason: circuit-breaker-open}}\n"
    "  - {by: 40s, service: \"worker-*\", is: {phase: running}}\n"
    "  - {always: all, supervisor: {phase: running}}\n"
    "  - {at: end, metrics: {spawned_total: 9}}\n"
    "  - {at: 7s, conditions: {db: down, disk: full}}\n"
    "  - {never: [1s, 40s], service: \"worker-*\", is: {running-time: 30h}}\n"
    "  - {drain: {abandoned: [late]}}\n"
    "  - {starts: {late: [2s]}}\n"
    "  - {events: [{event: paused, service: worker-1}, {event: drained}]}\n"
    "  - {tally: {event: stale, service: [late, \"worker-*\"], group: a}, is: 0, each: true}\n"
    "  - {tally: {event: attempt-started, service: \"worker-*\"}, is: {min: 1}, each: true}\n"
    "  - {peak: {event: attempt-started, service: \"w*\", group: a, within: 1m}, is: {min: 1}}\n"
    "  - {follows: {event: paused, from: 1s}, then: {event: resumed, group: a}, within: 1s}\n"
    "  - {measure: starts, is: {min: 1}}\n"
    "  - {service: [late, \"worker-*\"], events: [{event: registered}]}\n"
    "  - {service: worker-0, exactly: true, events: [{event: registered}]}\n"
    "  - {same-story: {services: \"worker-*\", of: [starts], within: 10s}}\n";

static const char malformed[] = "scenario: 1\n"
                                "name: full of mistakes\n"
                                "services:\n"
                                "  - {name: a, skript: [run], stop: {grace: 5}}\n"
                                "  - {name: \"a b\", script: [{fial: {}}]}\n"
                                "expect:\n"
                                "  - {at: 1x, service: nobody, is: {phase: sleeping}}\n";

/* A task that is left where it waits, and one that ends. */
static int nap(struct sup_task *task, void *argument)
{
    return sup_task_sleep(task, argument != NULL ? SUP_SEC(1) : SUP_SEC(1000)) == 0 ? -1 : 0;
}

static const struct sim_task tasks[] = {{.name = "nap", .fn = nap}, {.name = NULL}};

static int read_text(const char *text, struct sim_scenario **ret_scenario)
{
    struct sim_diagnostics diagnostics = {0};
    const struct sim_limits limits = {.tasks = tasks};
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = text,
                                         .length = strlen(text),
                                         .file = "test.yaml",
                                         .limits = &limits};
    int result = sim__scenario_read(&reading, &diagnostics, ret_scenario);
    if (result != 0 && heap.refused == 0 && text == rich && diagnostics.text != NULL) {
        fputs(diagnostics.text, stderr);
    }
    sim_diagnostics_release(&diagnostics);
    return result;
}

static int read_and_free(const char *text)
{
    struct sim_scenario *scenario = NULL;
    int result = read_text(text, &scenario);
    if (result == 0) {
        sim_scenario_free(scenario);
    }
    return result;
}

/* What one call of a sweep left behind, and what it said when its n-th request
 * failed. To see where that was: a breakpoint on refused_here. */
static void judge(size_t n, int result, int want, long live)
{
    if (heap.live != live) {
        fail_msg("with request %zu refused, %ld blocks are left", n, heap.live - live);
    }
    if (result != want) {
        fail_msg("with request %zu refused, the answer is %s", n, sup_error_name(result));
    }
}

/* In a sweep `want` is the answer of a call that had all the memory it wanted. */
static void sweep_read(const char *text, int want, bool for_good)
{
    assert_int_equal(read_and_free(text), want);
    for (size_t n = 1;; n++) {
        long live = heap.live;
        arm(n, for_good);
        int result = read_and_free(text);
        size_t refused = heap.refused;
        arm(0, false);
        judge(n, result, refused != 0 ? SUP_ENOMEM : want, live);
        if (refused == 0) {
            assert_true(n > 3);
            return;
        }
    }
}

static void read__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_read(rich, 0, false);
    sweep_read(rich, 0, true);
}

static void read__of_malformed_file_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_read(malformed, SUP_EINVAL, false);
    sweep_read(malformed, SUP_EINVAL, true);
}

/* ---- files that include others ---- */

static int load_and_free(const char *path)
{
    struct sim_scenario *scenario = NULL;
    struct sim_diagnostics diagnostics = {0};
    int result = sim_scenario_load(path, &diagnostics, &scenario);
    if (result == 0) {
        sim_scenario_free(scenario);
    }
    sim_diagnostics_release(&diagnostics);
    return result;
}

static void sweep_load(const char *path, int want)
{
    assert_int_equal(load_and_free(path), want);
    for (size_t n = 1;; n++) {
        long live = heap.live;
        arm(n, false);
        int result = load_and_free(path);
        size_t refused = heap.refused;
        arm(0, false);
        judge(n, result, refused != 0 ? SUP_ENOMEM : want, live);
        if (refused == 0) {
            assert_true(n > 3);
            return;
        }
    }
}

static void load__of_files_that_include_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_load("scenarios/sharing/included.yaml", 0);
    sweep_load("tests/malformed/include-itself.yaml", SUP_EINVAL);
}

/* A run that fails gathers the last events of the services concerned. */
static const char failing[] = "scenario: 1\n"
                              "name: fails\n"
                              "until: 100s\n"
                              "services:\n"
                              "  - {name: a, count: 12, script: [{fail: {error: no}}]}\n"
                              "expect:\n"
                              "  - {at: 50s, service: a-7, is: {phase: terminated}}\n"
                              "  - {at: 60s, service: \"a-*\", is: {starts: 1}}\n"
                              "  - {at: end, metrics: {spawned_total: 7}}\n";

/* One that fails as a whole is done once more, for why its last events came. */
static const char endless[] = "scenario: 1\n"
                              "name: does not stall\n"
                              "until: 20s\n"
                              "verdict: stalled\n"
                              "services:\n"
                              "  - {name: a, count: 3, group: g, script: [{fail: {error: no}}]}\n";

static int run(const struct sim_scenario *scenario, const struct sim_faults *faults,
               uint64_t *ret_hash)
{
    const struct sim_run_options options = {.keep_trace = true, .evidence = true, .faults = faults};
    struct sim_result result;
    int code = sim_run(scenario, &options, &result);
    if (code != 0) {
        return code;
    }
    *ret_hash = result.hash;
    sim_result_release(&result);
    return 0;
}

/* The digests that place a difference between the two runs may do without their
 * memory: a single refusal is then answered by a complete run. Nothing else may. */
#define BENIGN_MAX 1u

static void sweep_with(const char *text, const struct sim_faults *faults, bool for_good)
{
    struct sim_scenario *scenario = NULL;
    uint64_t whole = 0;
    unsigned benign = 0;
    assert_int_equal(read_text(text, &scenario), 0);
    assert_int_equal(run(scenario, faults, &whole), 0);
    for (size_t n = 1;; n++) {
        uint64_t hash = 0;
        long live = heap.live;
        arm(n, for_good);
        int result = run(scenario, faults, &hash);
        size_t refused = heap.refused;
        arm(0, false);
        if (refused != 0 && result == 0 && hash == whole && benign++ < BENIGN_MAX) {
            judge(n, result, 0, live);
        } else {
            judge(n, result, refused != 0 ? SUP_ENOMEM : 0, live);
        }
        if (refused == 0) {
            assert_true(n > 10);
            assert_true(hash == whole);
            break;
        }
    }
    sim_scenario_free(scenario);
}

static void sweep_run(const char *text, bool for_good)
{
    sweep_with(text, NULL, for_good);
}

/* Ends are kept back, more of them than there was room for at first. */
static void run__with_faults_nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    struct sim_faults faults = {.first = {SIM__POINT_REPORT_LATE, 1, true}, .late = {1}};
    sweep_with(failing, &faults, false);
    faults.first.kind = SIM__POINT_REPORT_LOST;
    sweep_with(rich, &faults, false);
    sweep_with(rich, &faults, true);
}

/* Coroutines are kept, and another one is needed beside those that wait. */
static const char acting[] = "scenario: 1\n"
                             "name: tasks\n"
                             "until: 100s\n"
                             "services:\n"
                             "  - {name: a, count: 2, task: {nap: short}, backoff: {base: 3s}}\n"
                             "  - {name: b, task: nap}\n"
                             "timeline: [{at: 1500ms, spawn: {name: c, task: nap}}]\n"
                             "expect: [{at: 50s, service: [b, c], is: {phase: running}}]\n";

/* What a policy will do is found out beside the run, with more starts than there was room for. */
static const char planning[] = "scenario: 1\n"
                               "name: plans\n"
                               "until: 1s\n"
                               "services:\n"
                               "  - {name: a, max-restarts: 17, backoff: {jitter: full}}\n"
                               "  - {name: b, max-restarts: 1}\n"
                               "expect:\n"
                               "  - {plan: {service: \"*\", verdict: gives-up, starts: {min: 2}}}\n"
                               "  - {plan: {service: b, edge: {min: 1d}}}\n";

static void run__nth_allocation_fails_nothing_is_left_and_next_run_is_the_same(void **state)
{
    (void)state;
    sweep_run(rich, false);
    sweep_run(failing, false);
    sweep_run(endless, false);
    sweep_run(acting, false);
    sweep_run(planning, false);
}

static void run__all_allocations_from_the_nth_fail_nothing_is_left(void **state)
{
    (void)state;
    sweep_run(rich, true);
    sweep_run(failing, true);
    sweep_run(endless, true);
    sweep_run(acting, true);
    sweep_run(planning, true);
}

/* The replaced functions must see a leak, and fail when told. */
static void heap__leak_and_failure_are_seen(void **state)
{
    (void)state;
    long live = heap.live;
    char *volatile block = malloc(8);
    assert_non_null(block);
    assert_int_equal(heap.live, live + 1);
    free(block);
    assert_int_equal(heap.live, live);
    arm(1, false);
    char *volatile refused = malloc(8);
    assert_null(refused);
    assert_int_equal(heap.refused, 1);
    arm(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heap__leak_and_failure_are_seen),
        cmocka_unit_test(read__nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(read__of_malformed_file_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(load__of_files_that_include_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(run__nth_allocation_fails_nothing_is_left_and_next_run_is_the_same),
        cmocka_unit_test(run__with_faults_nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(run__all_allocations_from_the_nth_fail_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
