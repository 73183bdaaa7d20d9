/* A planted wrong expectation beside a right one, in a unit test.
 *
 * Found by run-tests: 1 passed, 1 failed
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void planted__right_expectation_passes(void **state)
{
    (void)state;
    assert_int_equal(1 + 1, 2);
}

static void planted__wrong_expectation_fails(void **state)
{
    (void)state;
    assert_int_equal(1 + 1, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted__right_expectation_passes),
        cmocka_unit_test(planted__wrong_expectation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
