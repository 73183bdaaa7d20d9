/* How long a child may work: of the clock on the wall only the time in which somebody looks. The
 * clock is the test's own, and the child this process, which works next to nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "sim/trial/patience.h"

/* Of the processor's time that the test itself may take, on the slowest machine. */
#define LONG SUP_SEC(1000)
#define HOUR UINT64_C(3600000000000)

static struct sim__patience begin(struct sup_duration most)
{
    struct sim__patience patience;
    sim__patience_begin(&patience, getpid(), most, (struct sup_instant){7});
    return patience;
}

static bool is_over(struct sim__patience *patience, uint64_t now)
{
    return sim__patience_is_over(patience, getpid(), (struct sup_instant){7 + now});
}

/* Looked at every second, it is over after twenty times the patience, and not before. */
static void patience__wall_is_over_after_so_many_times_as_long(void **state)
{
    struct sim__patience patience = begin(LONG);
    const uint64_t end = SIM__PATIENCE_WALL * LONG.ns;
    (void)state;
    for (uint64_t now = 0; now < end; now += SUP_SEC(1).ns) {
        assert_false(is_over(&patience, now));
    }
    assert_false(is_over(&patience, end - 1));
    assert_true(is_over(&patience, end));
    assert_true(is_over(&patience, end));
}

/* A shell that stopped both for a year: a second of it counts. */
static void patience__who_was_stopped_is_not_over(void **state)
{
    struct sim__patience patience = begin(LONG);
    const uint64_t away = 10000 * HOUR;
    const uint64_t end = away + SIM__PATIENCE_WALL * LONG.ns - SUP_SEC(1).ns;
    (void)state;
    assert_false(is_over(&patience, away));
    for (uint64_t now = away; now < end; now += SUP_SEC(1).ns) {
        assert_false(is_over(&patience, now));
    }
    assert_false(is_over(&patience, end - 1));
    assert_true(is_over(&patience, end));
}

/* Of a patience below a second the same, with a twentieth of what there is for each time. */
static void patience__stop_counts_no_more_than_the_patience(void **state)
{
    (void)state;
    for (uint32_t stops = 1; stops <= 3; stops++) {
        struct sim__patience patience = begin(SUP_MS(900));
        for (uint32_t i = 1; i <= stops; i++) {
            assert_false(is_over(&patience, i * HOUR));
        }
        assert_int_equal(patience.waited.ns, stops * SUP_MS(900).ns);
    }
}

/* It has to be asked in time, or what passes would not count. */
static void patience__is_asked_again_within_what_counts(void **state)
{
    struct sim__patience patience = begin(LONG);
    const uint64_t end = SIM__PATIENCE_WALL * LONG.ns;
    (void)state;
    assert_int_equal(sim__patience_left(&patience, getpid()).ns, SUP_SEC(1).ns);
    patience.waited.ns = end - 5;
    assert_int_equal(sim__patience_left(&patience, getpid()).ns, 5);
    assert_false(is_over(&patience, 4));
    assert_int_equal(sim__patience_left(&patience, getpid()).ns, 1);
    assert_true(is_over(&patience, 5));
    assert_int_equal(sim__patience_left(&patience, getpid()).ns, 0);
}

static void patience__nothing_is_for_ever(void **state)
{
    struct sim__patience patience = begin(SUP_NS(0));
    (void)state;
    assert_false(is_over(&patience, UINT64_MAX - 7));
    assert_int_equal(sim__patience_left(&patience, getpid()).ns, SUP_NEVER_NS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patience__wall_is_over_after_so_many_times_as_long),
        cmocka_unit_test(patience__who_was_stopped_is_not_over),
        cmocka_unit_test(patience__stop_counts_no_more_than_the_patience),
        cmocka_unit_test(patience__is_asked_again_within_what_counts),
        cmocka_unit_test(patience__nothing_is_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
