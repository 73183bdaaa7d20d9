/* Fails the n-th allocation while a scenario is made of a file, tried, and asked for its
 * relations, n = 1, 2, … until there is none left to fail: the answer is SUP_ENOMEM, not a
 * block is lost, and afterwards the same call works (heap.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oom/heap.h"
#include "sim/fuzz/campaign.h"
#include "sup/error.h"

/* The digests that place a difference between the two runs may do without their memory. */
#define BENIGN_MAX 1u

static const char little[] = "scenario: 1\n"
                             "name: little\n"
                             "until: 9s\n"
                             "services: [{name: a, script: [{fail: {after: 1s}}, run]}]\n"
                             "timeline: [{at: 5s, restart: a}]\n";

static int try_one(enum sim__fuzz_reach reach, uint64_t *ret_hash)
{
    struct sim__fuzz_variant variant = {.tree = NULL};
    struct sim__fuzz_from from = {
        .reach = reach,
        .reading = {.alloc = &sup_allocator_libc,
                    .bytes = little,
                    .length = sizeof(little) - 1,
                    .file = "little"},
        .variants = &variant,
        .variant_count = 1,
    };
    const struct sim__fuzz_how how = {.relations = SIM__FUZZ_RELATIONS_ALL, .from = &from};
    struct sim__fuzz_try one;
    int result = sim__arena_create(&sup_allocator_libc, &from.arena);
    if (result == SUP_OK) {
        result = sim__fuzz_try(4, &how, &one);
        sim__arena_free(from.arena);
    }
    if (result == SUP_OK) {
        *ret_hash = one.trial.hash;
        if (sim__trial_failed(&one.trial)) {
            fail_msg("%s: %s", sim__sign_name(one.trial.sign), one.trial.message);
        }
        assert_int_equal(one.relations[SIM__RELATION_UNRELATED_SERVICE], SIM__RELATION_HOLDS);
        assert_int_equal(one.relations[SIM__RELATION_DOUBLED_TIMES], SIM__RELATION_HOLDS);
    }
    return result;
}

static void sweep_try(enum sim__fuzz_reach reach, bool for_good)
{
    uint64_t whole = 0;
    unsigned benign = 0;
    assert_int_equal(try_one(reach, &whole), 0);
    for (size_t n = 1;; n++) {
        uint64_t hash = 0;
        long live = heap.live;
        arm(n, for_good);
        int result = try_one(reach, &hash);
        size_t refused = heap.refused;
        arm(0, false);
        bool complete = refused != 0 && result == 0 && hash == whole && benign++ < BENIGN_MAX;
        int want = refused != 0 && !complete ? SUP_ENOMEM : SUP_OK;
        if (result != want || heap.live != live) {
            fail_msg("with request %zu refused, the answer is %s, %ld blocks are left", n,
                     sup_error_name(result), heap.live - live);
        }
        if (refused == 0) {
            assert_true(n > 50);
            return;
        }
    }
}

static void fuzz__nth_allocation_fails_nothing_is_left(void **state)
{
    (void)state;
    sweep_try(SIM__FUZZ_DECLARED, false);
    sweep_try(SIM__FUZZ_AT_LARGE, false);
    sweep_try(SIM__FUZZ_AT_LARGE, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzz__nth_allocation_fails_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
