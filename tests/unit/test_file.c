/* Files as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/scenario/file.h"

static void read__a_directory_leaves_nothing_to_free(void **state)
{
    struct sim__file file = {0};
    const char *why = NULL;
    (void)state;
    assert_int_equal(sim__file_read("/", &file, &why), SUP_EINVAL);
    assert_string_equal(why, "this is a directory");
    assert_null(file.bytes);
}

static void read__an_empty_file_is_no_mistake(void **state)
{
    struct sim__file file = {0};
    const char *why = NULL;
    (void)state;
    assert_int_equal(sim__file_read("/dev/null", &file, &why), SUP_OK);
    assert_int_equal(file.length, 0);
    assert_true(file.identity.known);
    free(file.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read__a_directory_leaves_nothing_to_free),
        cmocka_unit_test(read__an_empty_file_is_no_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
