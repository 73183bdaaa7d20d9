/* Exit statuses by their names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/statuses.h"

static void status__has_the_code_of_its_name(void **state)
{
    (void)state;
    uint32_t code = 7;
    assert_true(sim__status_named("TEMPFAIL", &code));
    assert_int_equal(code, 75);
    assert_true(sim__status_named("SUCCESS", &code));
    assert_int_equal(code, 0);
    assert_true(sim__status_named("APPARMOR", &code));
    assert_int_equal(code, 231);
    assert_true(sim__status_named("CONFIG", &code));
    assert_int_equal(code, 78);
    assert_true(sim__status_named("EXEC", &code));
    assert_int_equal(code, 203);
    assert_true(sim__status_named("USER", &code));
    assert_int_equal(code, 217);
    assert_true(sim__status_named("CHDIR", &code));
    assert_int_equal(code, 200);
    assert_true(sim__status_named("USAGE", &code));
    assert_int_equal(code, 64);
    assert_true(sim__status_named("EXCEPTION", &code));
    assert_int_equal(code, 255);
}

static void status__of_another_name_is_none(void **state)
{
    (void)state;
    uint32_t code = 7;
    assert_false(sim__status_named("TEMPFAI", &code));
    assert_false(sim__status_named("tempfail", &code));
    assert_false(sim__status_named("", &code));
    assert_int_equal(code, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status__has_the_code_of_its_name),
        cmocka_unit_test(status__of_another_name_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
