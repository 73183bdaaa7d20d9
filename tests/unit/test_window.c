/* The sliding window: what leaves at which age, and what a full one forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "window.h"

static void prune__entry_exactly_within_old_stays(void **state)
{
    (void)state;
    uint64_t at[4];
    struct sup__window window = {at, 4, 0, 0};
    sup__window_push(&window, 100);
    assert_int_equal(sup__window_prune(&window, 110, 10), 1);
    assert_int_equal(sup__window_prune(&window, 111, 10), 0);
}

static void prune__of_nothing_and_at_the_same_instant(void **state)
{
    (void)state;
    uint64_t at[2];
    struct sup__window window = {at, 2, 0, 0};
    assert_int_equal(sup__window_prune(&window, 5, 0), 0);
    sup__window_push(&window, 5);
    assert_int_equal(sup__window_prune(&window, 5, 0), 1);
    assert_int_equal(sup__window_prune(&window, 6, 0), 0);
}

static void prune__window_that_never_forgets(void **state)
{
    (void)state;
    uint64_t at[2];
    struct sup__window window = {at, 2, 0, 0};
    sup__window_push(&window, 0);
    assert_int_equal(sup__window_prune(&window, UINT64_MAX, UINT64_MAX), 1);
}

static void push__into_a_full_one_forgets_the_oldest(void **state)
{
    (void)state;
    uint64_t at[3];
    struct sup__window window = {at, 3, 0, 0};
    for (uint64_t now = 1; now <= 5; now++) {
        sup__window_push(&window, now);
    }
    assert_int_equal(window.count, 3);
    assert_int_equal(sup__window_prune(&window, 5, 2), 3); /* 3, 4, 5 */
    assert_int_equal(sup__window_prune(&window, 5, 1), 2);
    assert_int_equal(sup__window_prune(&window, 5, 0), 1);
}

static void push__without_capacity_is_nothing(void **state)
{
    (void)state;
    struct sup__window window = {NULL, 0, 0, 0};
    sup__window_push(&window, 1);
    assert_int_equal(window.count, 0);
}

static void clear__empties(void **state)
{
    (void)state;
    uint64_t at[2];
    struct sup__window window = {at, 2, 0, 0};
    sup__window_push(&window, 1);
    sup__window_push(&window, 2);
    sup__window_push(&window, 3);
    sup__window_clear(&window);
    assert_int_equal(sup__window_prune(&window, 3, 100), 0);
    sup__window_push(&window, 4);
    assert_int_equal(sup__window_prune(&window, 4, 100), 1);
}

/* Against a list that never forgets but by age, for every small capacity. */
static void window__agrees_with_a_plain_list(void **state)
{
    (void)state;
    for (uint32_t capacity = 1; capacity <= 5; capacity++) {
        uint64_t at[5];
        uint64_t all[400];
        struct sup__window window = {at, capacity, 0, 0};
        uint32_t pushed = 0;
        uint64_t now = 0;
        for (uint32_t i = 0; i < 400; i++) {
            now += i * 7 % 5;
            if (i % 3 != 0) {
                sup__window_push(&window, now);
                all[pushed++] = now;
            }
            uint32_t wanted = 0;
            for (uint32_t k = pushed; k > 0 && wanted < capacity && now - all[k - 1] <= 9; k--) {
                wanted++;
            }
            assert_int_equal(sup__window_prune(&window, now, 9), wanted);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prune__entry_exactly_within_old_stays),
        cmocka_unit_test(prune__of_nothing_and_at_the_same_instant),
        cmocka_unit_test(prune__window_that_never_forgets),
        cmocka_unit_test(push__into_a_full_one_forgets_the_oldest),
        cmocka_unit_test(push__without_capacity_is_nothing),
        cmocka_unit_test(clear__empties),
        cmocka_unit_test(window__agrees_with_a_plain_list),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
