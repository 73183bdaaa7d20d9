/* Fails the n-th allocation while a file is made smaller, and while files are tried in a process
 * apart, there too, n = 1, 2, … until there is none left to fail: the answer is SUP_ENOMEM,
 * not a block is lost, and afterwards the same call works (heap.h).
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oom/heap.h"
#include "oom/shared.h"
#include "sim/scenario/tree.h"
#include "sim/shrink/shrink.h"
#include "sim/trial/apart.h"

/* Something for every pass: what can be dropped, hoisted, inlined, rounded, renamed. */
static const char large[] =
    "scenario: 1\n"
    "name: large\n"
    "seed: 77\n"
    "supervisor: {order: random, groups: [{name: front.end, strategy: one-for-all}]}\n"
    "conditions: {database: up}\n"
    "policies: {patient: {backoff: {base: 7s, factor: 2.5}}}\n"
    "defaults: {restart: always}\n"
    "services:\n"
    "  - {name: keep, policy: patient, group: front.end, script: [{any: [{fail: {after: 3725ms}}, "
    "run]}, run]}\n"
    "  - {name: gone, count: 3, needs: {database: {fail: {}}}}\n"
    "  - {name: other, count: 12, script: [{steps: [{repeat: {times: 4, steps: [beat]}}, hang]}]}\n"
    "timeline:\n"
    "  - {at: 3725ms, pause: [keep, gone-1]}\n"
    "  - {every: 1s, from: 2s, to: 9s, beat: {one-of: [gone-0, keep]}}\n"
    "  - {at: 3725ms, restart: keep}\n"
    "expect:\n"
    "  - {at: 9s, service: keep, is: {phase: terminated, starts: 3}}\n"
    "  - {at: 9s, service: gone-2, is: {phase: running}}\n";

static int load(struct sim_arena *arena, struct sim__node **ret_root)
{
    struct sim_diagnostics diagnostics = {0};
    const struct sim__reading how = {.alloc = &sup_allocator_libc,
                                     .bytes = large,
                                     .length = strlen(large),
                                     .file = "large.yaml"};
    int error = sim__tree_load(&how, SIM__AS_WRITTEN, arena, &diagnostics, ret_root);
    sim_diagnostics_release(&diagnostics);
    return error;
}

/* A failure that needs the service, its group, its policy and the instant of both actions. */
static enum sim__judgement judge(void *context, const struct sim__candidate *candidate)
{
    (void)context;
    bool same =
        strstr(candidate->bytes, "restart: ") != NULL && strstr(candidate->bytes, "fail") != NULL &&
        strstr(candidate->bytes, "group: ") != NULL &&
        strstr(candidate->bytes, "factor: ") != NULL && strstr(candidate->bytes, "expect:") != NULL;
    return same ? SIM__SAME : SIM__OTHER;
}

static int shrink(struct sim_arena *arena, struct sim__node *root, struct sim__text *text)
{
    struct sim__shrunk shrunk;
    const struct sim__shrinking shrinking = {
        .arena = arena, .root = root, .line = 17, .judge = judge};
    int error = sim__shrink(&shrinking, &shrunk);
    if (error == SUP_OK) {
        sim__tree_write(root, text);
        error = text->failed ? SUP_ENOMEM : SUP_OK;
    }
    return error;
}

/* One shrinking with the n-th request refused: what it answers, and what was refused. */
static int shrink_once(size_t n, bool for_good, size_t *ret_refused, struct sim__text *text)
{
    struct sim_arena *arena;
    struct sim__node *root = NULL;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    assert_int_equal(load(arena, &root), SUP_OK);
    sim__tree_settle(root);
    arm(n, for_good);
    int error = shrink(arena, root, text);
    *ret_refused = heap.refused;
    arm(0, false);
    sim__arena_free(arena);
    return error;
}

static void sweep_shrink(bool for_good)
{
    struct sim__text whole = {0};
    size_t refused = 0;
    assert_int_equal(shrink_once(0, false, &refused, &whole), SUP_OK);
    for (size_t n = 1;; n++) {
        struct sim__text text = {0};
        long live = heap.live;
        int error = shrink_once(n, for_good, &refused, &text);
        if (error != (refused != 0 ? SUP_ENOMEM : SUP_OK)) {
            fail_msg("with request %zu refused, the answer is %s", n, sup_error_name(error));
        }
        if (refused == 0) {
            assert_string_equal(text.bytes, whole.bytes);
            assert_true(n > 5);
        }
        sim__text_release(&text);
        if (heap.live != live) {
            fail_msg("with request %zu refused, %ld blocks are left", n, heap.live - live);
        }
        if (refused == 0) {
            break;
        }
    }
    sim__text_release(&whole);
}

static void shrink__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_shrink(false);
}

static void shrink__all_allocations_from_the_nth_fail_nothing_is_left(void **state)
{
    (void)state;
    sweep_shrink(true);
}

/* ---- in a process apart ---- */

static int try_apart(const char *text, struct sim__trial *ret_trial)
{
    struct sim__apart *apart = NULL;
    const struct sim__trial_how how = {.once = true};
    int error = sim__apart_create(&how, SUP_NS(0), &apart);
    /* Twice: the second time with the room of the first. */
    for (int i = 0; i < 2 && error == SUP_OK; i++) {
        error = sim__apart_text(apart, text, strlen(text), ret_trial);
    }
    sim__apart_free(apart);
    return error;
}

/* The digests that place a difference between two runs may do without their memory: a single
 * refusal in each of two trials is then answered by a complete run. Nothing else may. */
#define BENIGN_MAX 2u

/* What came of a child that was refused something is the same, or SUP_ENOMEM: never another
 * verdict, and never a child that died. */
static void sweep_apart(const char *text, bool for_good)
{
    struct sim__trial whole, trial;
    unsigned benign = 0;
    assert_int_equal(try_apart(text, &whole), SUP_OK);
    assert_int_equal(whole.sign, SIM__SIGN_EXPECTATION);
    for (size_t n = 1;; n++) {
        long live = heap.live;
        arm_all(n, for_good);
        int error = try_apart(text, &trial);
        size_t refused = *heap.refused_by_all;
        arm(0, false);
        if (heap.live != live) {
            fail_msg("with request %zu refused, %ld blocks are left", n, heap.live - live);
        }
        bool complete = error == SUP_OK && memcmp(&trial, &whole, sizeof trial) == 0;
        if (refused != 0 && complete && benign++ < BENIGN_MAX) {
            continue;
        }
        if (error != (refused != 0 ? SUP_ENOMEM : SUP_OK)) {
            fail_msg("with request %zu refused, the answer is %s", n, sup_error_name(error));
        }
        if (refused == 0) {
            assert_memory_equal(&trial, &whole, sizeof trial);
            assert_true(n > 20);
            break;
        }
    }
}

static const char small[] = "scenario: 1\n"
                            "name: small\n"
                            "services:\n"
                            "  - {name: a, script: [fail, run]}\n"
                            "expect:\n"
                            "  - {at: 1s, service: a, is: {starts: 3}}\n";

static void apart__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_apart(small, false);
    sweep_apart(small, true);
}

int main(void)
{
    if (!share_refusals()) {
        return EXIT_FAILURE;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shrink__nth_allocation_fails_nothing_is_left),
        cmocka_unit_test(shrink__all_allocations_from_the_nth_fail_nothing_is_left),
        cmocka_unit_test(apart__nth_allocation_fails_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
