/* Fails the n-th allocation while the choices of a run are kept, answered, read, written and
 * explained, n = 1, 2, … until there is none left to fail: the answer is SUP_ENOMEM, and not a
 * block is lost (heap.h). Continuations are run in processes apart: what is refused there
 * counts, too. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "oom/heap.h"
#include "oom/shared.h"
#include "sim/base/recorded.h"
#include "sim/base/tape.h"
#include "sim/explain/explain.h"
#include "sim/run.h"

static const char chancy[] =
    "scenario: 1\n"
    "name: left to chance\n"
    "supervisor: {order: random}\n"
    "services:\n"
    "  - {name: a, backoff: {base: 1s, jitter: full}, script: [{fail: {after: {uniform: [0s, "
    "3s]}}, times: 3}, run]}\n"
    "  - {name: b, count: 3, script: [{any: [fail, {fail: {after: {exp: 1s}}}], times: 2}, run]}\n"
    "timeline: [{at: {uniform: [1s, 2s]}, restart: {one-of: b-*}}]\n"
    "until: 20s\n"
    "expect: [{at: 1ns, service: a, is: {exists: false}}]\n";

/* The digests that place a difference between two runs may do without their memory; a
 * single refusal is then answered by a complete run, once for each run. */
struct sweep {
    int (*call)(void *context);
    void *context;
    uint64_t benign_max;
};

static void sweep(const struct sweep *sweep)
{
    uint64_t benign = 0;
    size_t refused = 1;
    assert_int_equal(sweep->call(sweep->context), SUP_OK);
    for (size_t n = 1; refused != 0; n++) {
        long live = heap.live;
        arm_all(n, false);
        int result = sweep->call(sweep->context);
        refused = *heap.refused_by_all;
        arm(0, false);
        if (heap.live != live) {
            fail_msg("with request %zu refused, %ld blocks are left", n, heap.live - live);
        }
        bool well = refused == 0 || (result == SUP_OK && benign++ < sweep->benign_max);
        if (result != (well ? SUP_OK : SUP_ENOMEM)) {
            fail_msg("with request %zu refused, the answer is %s", n, sup_error_name(result));
        }
        assert_true(refused != 0 || n > 5);
    }
}

/* Kept, then answered by label. */
static int run_taped(void *context)
{
    struct sim_tape kept = {.keeps = true};
    struct sim_run_options options = {.once = true, .tape = &kept};
    struct sim_result result = {0};
    int code = sim_run(context, &options, &result);
    if (code == SUP_OK) {
        sim_result_release(&result);
        struct sim_tape again = {
            .way = SIM__TAPE_TOLERANT, .answers = &kept.kept, .answer_count = kept.kept.count};
        options.tape = &again;
        code = sim_run(context, &options, &result);
        sim__tape_release(&again);
    }
    sim__tape_release(&kept);
    if (code == SUP_OK) {
        sim_result_release(&result);
    }
    return code;
}

static int read_and_write(void *context)
{
    static const char bytes[] =
        "# rehearse choices 1\nversion 0.1.0\nscenario a.yaml\ndigest 00000000000000ff\n"
        "variant a=1\nset b=2\nseed 7\nhash 0123456789abcdef\nsignature passed\nchoices 3\n"
        "0 jitter:a 1 2\n0 jitter:b 1 2\n5 jitter:a 1 2\nend\n";
    struct sim__recorded recorded;
    struct sim__recorded_mistake mistake;
    struct sim__text text = {0};
    (void)context;
    int result = sim__recorded_read(bytes, strlen(bytes), &recorded, &mistake);
    if (result == SUP_OK) {
        sim__recorded_write(&recorded, &text);
        result = text.failed ? SUP_ENOMEM : SUP_OK;
    }
    sim__text_release(&text);
    sim__recorded_release(&recorded);
    return result;
}

/* A search, and how many continuations it ran. */
struct search {
    struct sim_scenario *scenario;
    uint32_t jobs;
    uint64_t runs;
};

static bool always(void *context, uint64_t runs)
{
    *(uint64_t *)context = runs + 1;
    return true;
}

static int explain(void *context)
{
    struct search *search = context;
    struct sim_tape tape = {.keeps = true};
    struct sim__explained explained = {0};
    struct sim__trial trial;
    const struct sim__trial_how how = {.once = true, .tape = &tape};
    const struct sim__explaining explaining = {
        .scenario = search->scenario,
        .choices = &tape.kept,
        .failure = &trial,
        .continuations = search->jobs,
        .jobs = search->jobs,
        .more = always,
        .context = &search->runs,
    };
    int result = sim__trial_scenario(search->scenario, &how, &trial);
    if (result == SUP_OK) {
        result = sim__explain(&explaining, &explained);
    }
    sim__explained_release(&explained);
    sim__tape_release(&tape);
    return result;
}

static struct sim_scenario *read_chancy(void)
{
    struct sim_scenario *scenario = NULL;
    struct sim_diagnostics diagnostics = {0};
    int result = sim_scenario_read(chancy, strlen(chancy), "test.yaml", &diagnostics, &scenario);
    if (result != SUP_OK) {
        print_message("%s\n", diagnostics.text != NULL ? diagnostics.text : "");
    }
    sim_diagnostics_release(&diagnostics);
    assert_int_equal(result, SUP_OK);
    return scenario;
}

static void tape__nth_allocation_fails_nothing_is_left(void **state)
{
    struct sim_scenario *scenario = read_chancy();
    (void)state;
    sweep(&(struct sweep){run_taped, scenario, 2});
    sim_scenario_free(scenario);
}

static void file__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep(&(struct sweep){read_and_write, NULL, 0});
}

static void explain__nth_allocation_fails_nothing_is_left(void **state)
{
    struct search search = {.scenario = read_chancy()};
    (void)state;
    for (search.jobs = 1; search.jobs <= 2; search.jobs++) {
        assert_int_equal(explain(&search), SUP_OK);
        assert_true(search.runs > 10);
        sweep(&(struct sweep){explain, &search, search.runs + 1});
    }
    sim_scenario_free(search.scenario);
}

int main(void)
{
    if (!share_refusals()) {
        return EXIT_FAILURE;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tape__nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(file__nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(explain__nth_allocation_fails_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
