/* The clock of the operating system, as it is and scaled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "sup/random.h"
#include "sup/time.h"

__extension__ typedef unsigned __int128 wide;

static uint64_t reach(const struct sup__clock *clock, uint64_t at_ns)
{
    return sup__clock_reach(clock, (struct sup_instant){at_ns}).ns;
}

static void clock__plain_one_is_the_systems(void **state)
{
    const struct sup__clock clock = {.origin = {0}, .speed_billionths = SUP__SPEED_ONE};
    (void)state;
    uint64_t before = sup__os_now().ns;
    uint64_t now = sup__clock_now(&clock).ns;
    uint64_t after = sup__os_now().ns;
    assert_true(before <= now && now <= after);
    assert_int_equal(reach(&clock, 12345), 12345);
    assert_int_equal(reach(&clock, SUP_NEVER_NS), SUP_NEVER_NS);
}

static void clock__begins_at_zero_and_never_goes_back(void **state)
{
    const struct sup__clock clock = {.origin = sup__os_now(),
                                     .speed_billionths = 7 * SUP__SPEED_ONE / 2};
    uint64_t last = 0;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        uint64_t now = sup__clock_now(&clock).ns;
        assert_true(now >= last);
        last = now;
    }
    const struct sup__clock tomorrow = {.origin = {UINT64_MAX / 2},
                                        .speed_billionths = SUP__SPEED_ONE};
    assert_int_equal(sup__clock_now(&tomorrow).ns, 0);
}

/* The first instant that is late enough, whatever the speed. */
static void clock__reaching_an_instant_is_exact(void **state)
{
    struct sup_random random = {1};
    (void)state;
    for (int i = 0; i < 100000; i++) {
        struct sup__clock clock = {
            .origin = {0},
            .speed_billionths = 1 + (sup_random_next(&random) >> (sup_random_next(&random) % 63)),
        };
        uint64_t at = sup_random_next(&random) >> (20 + sup_random_next(&random) % 40);
        uint64_t reached = reach(&clock, at);
        if (reached == SUP_NEVER_NS) {
            continue;
        }
        assert_true((wide)reached * clock.speed_billionths / SUP__SPEED_ONE >= at);
        if (reached > 0) {
            assert_true((wide)(reached - 1) * clock.speed_billionths / SUP__SPEED_ONE < at);
        }
    }
}

static void clock__what_cannot_be_reached_is_never(void **state)
{
    const struct sup__clock slow = {.origin = {0}, .speed_billionths = 1};
    const struct sup__clock late = {.origin = {UINT64_MAX - 5}, .speed_billionths = SUP__SPEED_ONE};
    (void)state;
    assert_int_equal(reach(&slow, UINT64_MAX - 1), SUP_NEVER_NS);
    assert_int_equal(reach(&late, 10), SUP_NEVER_NS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock__plain_one_is_the_systems),
        cmocka_unit_test(clock__begins_at_zero_and_never_goes_back),
        cmocka_unit_test(clock__reaching_an_instant_is_exact),
        cmocka_unit_test(clock__what_cannot_be_reached_is_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
