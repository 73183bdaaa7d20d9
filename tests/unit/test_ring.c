/* The invariants' own windows, against a plain list of instants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/invariant/internal.h"
#include "sup/error.h"

#define CAPACITY_MAX 70u
#define STEPS 3000u

static void ring__agrees_with_a_plain_list(void **state)
{
    (void)state;
    static uint64_t all[STEPS];
    for (uint32_t capacity = 1; capacity <= CAPACITY_MAX; capacity++) {
        struct sim__ring ring = {0};
        assert_int_equal(sim__ring_make(&ring, capacity, SUP_NS(9)), SUP_OK);
        uint32_t pushed = 0;
        uint64_t now = 0;
        for (uint32_t i = 0; i < STEPS; i++) {
            bool crowded = i % 200 < 20 + capacity % 37;
            now += crowded ? i % 17 == 0 : i * 7 % 5;
            if (i % 3 != 0) {
                (void)sim__ring_prune(&ring, (struct sup_instant){now}, SUP_NS(9));
                sim__ring_push(&ring, (struct sup_instant){now});
                all[pushed++] = now;
            }
            uint32_t wanted = 0;
            for (uint32_t k = pushed; k > 0 && wanted < capacity && now - all[k - 1] <= 9; k--) {
                wanted++;
            }
            assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){now}, SUP_NS(9)), wanted);
        }
        free(ring.at);
    }
}

/* A ring that was for one policy serves another. */
static void ring__is_made_anew(void **state)
{
    (void)state;
    struct sim__ring ring = {0};
    assert_int_equal(sim__ring_make(&ring, 100000, SUP_DURATION_NEVER), SUP_OK);
    assert_null(ring.at);
    for (uint32_t i = 0; i < 3; i++) {
        sim__ring_push(&ring, (struct sup_instant){i});
    }
    assert_int_equal(
        sim__ring_prune(&ring, (struct sup_instant){UINT64_MAX - 1}, SUP_DURATION_NEVER), 3);
    assert_int_equal(sim__ring_make(&ring, 100000, SUP_NS(1)), SUP_OK);
    assert_non_null(ring.at);
    assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){5}, SUP_NS(1)), 0);
    sim__ring_push(&ring, (struct sup_instant){5});
    assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){6}, SUP_NS(1)), 1);
    assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){7}, SUP_NS(1)), 0);
    assert_int_equal(sim__ring_make(&ring, 2, SUP_DURATION_NEVER), SUP_OK);
    assert_null(ring.at);
    for (uint32_t i = 0; i < 3; i++) {
        sim__ring_push(&ring, (struct sup_instant){i});
    }
    assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){9}, SUP_DURATION_NEVER), 2);
    assert_int_equal(sim__ring_make(&ring, 0, SUP_NS(1)), SUP_OK);
    sim__ring_push(&ring, (struct sup_instant){1});
    assert_int_equal(sim__ring_prune(&ring, (struct sup_instant){1}, SUP_NS(1)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ring__agrees_with_a_plain_list),
        cmocka_unit_test(ring__is_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
