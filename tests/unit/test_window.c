/* The sliding window: what leaves at which age, and what a full one forgets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "window.h"

/* Finite, so that instants are kept. */
#define WITHIN 10u

static uint32_t reserve(uint32_t capacity, uint64_t within)
{
    return sup__window_reserve(capacity, (struct sup_duration){within});
}

static void init(struct sup__window *window, struct sup_instant *at, uint32_t capacity,
                 uint64_t within)
{
    sup__window_init(window, at, capacity, (struct sup_duration){within});
}

static void push(struct sup__window *window, uint64_t now)
{
    sup__window_push(window, (struct sup_instant){now});
}

static uint32_t prune(struct sup__window *window, uint64_t now, uint64_t within)
{
    return sup__window_prune(window, (struct sup_instant){now}, (struct sup_duration){within});
}

static void prune__entry_exactly_within_old_stays(void **state)
{
    (void)state;
    struct sup_instant at[4];
    struct sup__window window;
    init(&window, at, 4, WITHIN);
    push(&window, 100);
    assert_int_equal(prune(&window, 110, 10), 1);
    assert_int_equal(prune(&window, 111, 10), 0);
}

static void prune__of_nothing_and_at_the_same_instant(void **state)
{
    (void)state;
    struct sup_instant at[2];
    struct sup__window window;
    init(&window, at, 2, WITHIN);
    assert_int_equal(prune(&window, 5, 0), 0);
    push(&window, 5);
    assert_int_equal(prune(&window, 5, 0), 1);
    assert_int_equal(prune(&window, 6, 0), 0);
}

/* Where nothing grows old there is nothing to remember but how many there were. */
static void window__that_never_forgets_only_counts(void **state)
{
    (void)state;
    struct sup_instant at[2] = {{7}, {7}};
    struct sup__window window;
    assert_int_equal(reserve(100000, UINT64_MAX), 0);
    assert_int_equal(reserve(100000, UINT64_MAX - 1), 100000);
    init(&window, at, 3, UINT64_MAX);
    assert_int_equal(prune(&window, 5, UINT64_MAX), 0);
    for (uint32_t i = 1; i <= 5; i++) {
        push(&window, i);
        assert_int_equal(prune(&window, UINT64_MAX, UINT64_MAX), i < 3 ? i : 3);
    }
    assert_int_equal(at[0].ns, 7);
    sup__window_clear(&window);
    assert_int_equal(prune(&window, UINT64_MAX, UINT64_MAX), 0);
}

static void push__into_a_full_one_forgets_the_oldest(void **state)
{
    (void)state;
    struct sup_instant at[3];
    struct sup__window window;
    init(&window, at, 3, WITHIN);
    for (uint64_t now = 1; now <= 5; now++) {
        push(&window, now);
    }
    assert_int_equal(window.count, 3);
    assert_int_equal(prune(&window, 5, 2), 3); /* 3, 4, 5 */
    assert_int_equal(prune(&window, 5, 1), 2);
    assert_int_equal(prune(&window, 5, 0), 1);
}

static void push__without_capacity_is_nothing(void **state)
{
    (void)state;
    struct sup__window window;
    struct sup_instant at[1] = {{7}};
    init(&window, NULL, 0, WITHIN);
    push(&window, 1);
    assert_int_equal(window.count, 0);
    init(&window, at, 0, WITHIN);
    push(&window, 1);
    assert_int_equal(window.count, 0);
    assert_int_equal(at[0].ns, 7);
}

static void clear__empties(void **state)
{
    (void)state;
    struct sup_instant at[2];
    struct sup__window window;
    init(&window, at, 2, WITHIN);
    push(&window, 1);
    push(&window, 2);
    push(&window, 3);
    sup__window_clear(&window);
    assert_int_equal(prune(&window, 3, 100), 0);
    push(&window, 4);
    assert_int_equal(prune(&window, 4, 100), 1);
}

/* Eight entries are the first ring's size; `head` of them have gone when it grows. */
static void push__into_a_ring_that_grows_keeps_the_order(void **state)
{
    (void)state;
    for (uint64_t head = 0; head < 8; head++) {
        struct sup_instant at[16] = {{0}}; /* too old to stay, where nothing was put */
        struct sup__window window;
        init(&window, at, 16, 100);
        for (uint64_t now = 1; now <= 8; now++) {
            push(&window, now);
        }
        assert_int_equal(prune(&window, 100 + head + 1, 100), 8 - head);
        for (uint64_t more = 0; more <= head; more++) { /* the last of them makes it grow */
            push(&window, 100 + head + 1);
        }
        for (uint64_t left = 8 - head; left > 0; left--) { /* then they go one by one */
            assert_int_equal(prune(&window, 100 + 9 - left, 100), left + head + 1);
        }
        assert_int_equal(prune(&window, 109, 100), head + 1);
    }
}

#define CAPACITY_MAX 70u
#define STEPS 3000u

/* Against a list that never forgets but by age, for every small capacity, with
 * phases of crowding and of quiet, so that rings grow with their head anywhere. */
static void window__agrees_with_a_plain_list(void **state)
{
    (void)state;
    static uint64_t all[STEPS];
    for (uint32_t capacity = 1; capacity <= CAPACITY_MAX; capacity++) {
        struct sup_instant at[CAPACITY_MAX];
        struct sup__window window;
        init(&window, at, capacity, 9);
        uint32_t pushed = 0;
        uint64_t now = 0;
        for (uint32_t i = 0; i < STEPS; i++) {
            bool crowded = i % 200 < 20 + capacity % 37;
            now += crowded ? i % 17 == 0 : i * 7 % 5;
            if (i % 3 != 0) {
                (void)prune(&window, now, 9);
                push(&window, now);
                all[pushed++] = now;
            }
            uint32_t wanted = 0;
            for (uint32_t k = pushed; k > 0 && wanted < capacity && now - all[k - 1] <= 9; k--) {
                wanted++;
            }
            assert_int_equal(prune(&window, now, 9), wanted);
            assert_true(window.size <= capacity);
        }
    }
}

#define ROOM 1000u
#define UNTOUCHED UINT64_C(0xA5A5A5A5A5A5A5A5)

/* Room that no entry ever needed is never touched, however long it goes on. */
static void window__touches_no_more_than_it_needs(void **state)
{
    (void)state;
    static const struct {
        uint64_t within; /* entries come one an instant: one more than that are held */
        uint32_t size;
    } list[] = {{0, 8}, {7, 8}, {8, 16}, {15, 16}, {16, 32}, {400, 512}, {2000, ROOM}};
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct sup_instant at[ROOM];
        for (uint32_t k = 0; k < ROOM; k++) {
            at[k].ns = UNTOUCHED;
        }
        struct sup__window window;
        init(&window, at, ROOM, list[i].within);
        for (uint64_t now = 0; now < 20000; now++) {
            (void)prune(&window, now, list[i].within);
            push(&window, now);
        }
        assert_int_equal(window.size, list[i].size);
        for (uint32_t k = list[i].size; k < ROOM; k++) {
            assert_true(at[k].ns == UNTOUCHED);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prune__entry_exactly_within_old_stays),
        cmocka_unit_test(prune__of_nothing_and_at_the_same_instant),
        cmocka_unit_test(window__that_never_forgets_only_counts),
        cmocka_unit_test(push__into_a_full_one_forgets_the_oldest),
        cmocka_unit_test(push__without_capacity_is_nothing),
        cmocka_unit_test(clear__empties),
        cmocka_unit_test(push__into_a_ring_that_grows_keeps_the_order),
        cmocka_unit_test(window__agrees_with_a_plain_list),
        cmocka_unit_test(window__touches_no_more_than_it_needs),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
