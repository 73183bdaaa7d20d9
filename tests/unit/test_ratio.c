/* Products of two numbers by a third, at the edges and against a wider type where the compiler
 * has one; by halves as elsewhere, which is looked at whatever it has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ratio.h"
#include "sup/random.h"

static void ratio__at_the_edges(void **state)
{
    (void)state;
    assert_int_equal(sup__ratio(0, 7, 3), 0);
    assert_int_equal(sup__ratio(7, 3, 2), 10);
    assert_int_equal(sup__ratio_up(7, 3, 2), 11);
    assert_int_equal(sup__ratio_up(8, 3, 2), 12);
    assert_int_equal(sup__ratio(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_MAX);
    assert_int_equal(sup__ratio(UINT64_MAX, 2, 1), UINT64_MAX);
    assert_int_equal(sup__ratio_up(UINT64_MAX, 2, 1), UINT64_MAX);
    assert_int_equal(sup__ratio_up(UINT64_MAX - 1, UINT64_MAX, UINT64_MAX - 1), UINT64_MAX);
    assert_int_equal(sup__ratio(UINT64_MAX, 1000000000u, 1000000000u), UINT64_MAX);
    assert_int_equal(sup__ratio(UINT64_C(1) << 63, 4, UINT64_C(1) << 63), 4);
    /* The largest that fits, with a rest: one more does not. */
    assert_int_equal(sup__ratio_up(UINT64_MAX, 3, 2), UINT64_MAX);
    assert_int_equal(sup__ratio_up(UINT64_MAX - 1, 5, 5), UINT64_MAX - 1);
}

static void ratio__halves_are_put_together(void **state)
{
    (void)state;
    struct sup__wide most = sup__wide_product(UINT64_MAX, UINT64_MAX);
    assert_int_equal(most.high, UINT64_MAX - 1);
    assert_int_equal(most.low, 1);
    uint64_t rest = 1;
    assert_int_equal(sup__wide_quotient(most, UINT64_MAX, &rest), UINT64_MAX);
    assert_int_equal(rest, 0);
    assert_int_equal(sup__wide_quotient((struct sup__wide){1, 5}, 2, &rest),
                     (UINT64_C(1) << 63) + 2);
    assert_int_equal(rest, 1);
    assert_int_equal(sup__wide_quotient((struct sup__wide){2, 0}, 2, &rest), UINT64_MAX);
}

/* Numbers of all lengths: quotient * by + rest is the product, and the rest is smaller. */
static void ratio__undone_is_what_it_was(void **state)
{
    (void)state;
    struct sup_random random = {1};
    for (int i = 0; i < 20000; i++) {
        uint64_t number[3];
        for (int k = 0; k < 3; k++) {
            uint64_t length = sup_random_next(&random) % 64;
            number[k] = sup_random_next(&random) >> length;
        }
        uint64_t by = number[2] | 1, rest;
        struct sup__wide product = sup__wide_product(number[0], number[1]);
        uint64_t quotient = sup__wide_quotient(product, by, &rest);
        assert_int_equal(sup__ratio(number[0], number[1], by), quotient);
        assert_int_equal(sup__ratio_up(number[0], number[1], by),
                         quotient + (rest > 0 && quotient < UINT64_MAX));
        if (product.high >= by) {
            assert_int_equal(quotient, UINT64_MAX);
            continue;
        }
        assert_true(rest < by);
        struct sup__wide back = sup__wide_product(quotient, by);
        back.high += back.low > UINT64_MAX - rest;
        back.low += rest;
        assert_int_equal(back.high, product.high);
        assert_int_equal(back.low, product.low);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratio__at_the_edges),
        cmocka_unit_test(ratio__halves_are_put_together),
        cmocka_unit_test(ratio__undone_is_what_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
