/* Growing arrays: room, zeroes, and what cannot be had. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "sim/base/grow.h"

static void grown__has_room_and_zeroes(void **state)
{
    (void)state;
    uint32_t room = 0;
    uint64_t *array = NULL;
    for (uint64_t count = 0; count < 1000; count++) {
        void *grown = sim__grown(array, &room, count + 1, sizeof(*array));
        assert_non_null(grown);
        array = grown;
        assert_true(room > count);
        assert_int_equal(array[room - 1], 0);
        array[count] = count + 1;
    }
    assert_int_equal(room, 1024);
    for (uint64_t i = 0; i < 1000; i++) {
        assert_int_equal(array[i], i + 1);
    }
    free(array);
}

static void grown__takes_what_is_wanted_where_doubling_is_too_little(void **state)
{
    (void)state;
    uint32_t room = 0;
    char *array = sim__grown(NULL, &room, 5000, 1);
    assert_non_null(array);
    assert_int_equal(room, 5000);
    assert_ptr_equal(sim__grown(array, &room, 5000, 1), array);
    array = sim__grown(array, &room, 5001, 1);
    assert_non_null(array);
    assert_int_equal(room, 10000);
    free(array);
}

static void grown__refuses_what_cannot_be_counted(void **state)
{
    (void)state;
    uint32_t room = 0;
    assert_null(sim__grown(NULL, &room, (uint64_t)UINT32_MAX + 1, 1));
    assert_int_equal(room, 0);
    assert_null(sim__grown(NULL, &room, UINT32_MAX, SIZE_MAX / UINT32_MAX + 2));
    assert_int_equal(room, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grown__has_room_and_zeroes),
        cmocka_unit_test(grown__takes_what_is_wanted_where_doubling_is_too_little),
        cmocka_unit_test(grown__refuses_what_cannot_be_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
