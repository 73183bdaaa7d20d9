/* Spans of time as other programs write them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/span.h"

static uint64_t span(const char *text, uint64_t unit)
{
    struct sup_duration length = {77};
    assert_true(sim__span_parse(text, strlen(text), SUP_NS(unit), &length));
    return length.ns;
}

static void refused(const char *text)
{
    struct sup_duration length = {77};
    assert_false(sim__span_parse(text, strlen(text), SUP_SEC(1), &length));
    assert_int_equal(length.ns, 77);
}

static void span__adds_up_its_parts(void **state)
{
    (void)state;
    assert_int_equal(span("1min 30s", 1), 90000000000);
    assert_int_equal(span("1min30s", 1), 90000000000);
    assert_int_equal(span(" 2 h\t5 m ", 1), 7500000000000);
    assert_int_equal(span("1s 1ms 1us 1ns", 1), 1001001001);
    assert_int_equal(span("1\xC2\xB5s 1\xCE\xBCs", 1), 2000);
    assert_int_equal(span("1w 1d", 1), UINT64_C(691200000000000));
    assert_int_equal(span("1M", 1), UINT64_C(2629800000000000));
    assert_int_equal(span("1y", 1), UINT64_C(31557600000000000));
}

static void span__a_bare_number_has_the_unit_of_its_setting(void **state)
{
    (void)state;
    assert_int_equal(span("5", 1000000000), 5000000000);
    assert_int_equal(span("5", 1000000), 5000000);
    assert_int_equal(span("0", 1000000000), 0);
    assert_int_equal(span("5 10", 1000000000), 15000000000);
}

static void span__decimals_are_exact_to_the_nanosecond(void **state)
{
    (void)state;
    assert_int_equal(span("0.5", 1000000000), 500000000);
    assert_int_equal(span(".25s", 1), 250000000);
    assert_int_equal(span("1.5h", 1), UINT64_C(5400000000000));
    assert_int_equal(span("1.0000000019s", 1), 1000000001);
    assert_int_equal(span("0.9999999999999999999999s", 1), 999999999);
    assert_int_equal(span("3.ms", 1), 3000000);
}

static void span__infinity_is_never(void **state)
{
    (void)state;
    assert_int_equal(span("infinity", 1), SUP_NEVER_NS);
    assert_int_equal(span(" never ", 1), SUP_NEVER_NS);
}

static void span__what_is_no_length_is_refused(void **state)
{
    (void)state;
    refused("");
    refused("  ");
    refused("s");
    refused(".");
    refused("5 parsecs");
    refused("-1s");
    refused("1,5s");
    refused("infinity 5s");
    refused("5s infinity");
    refused("18446744073709551616ns");
    refused("600y");
    refused("584y 200d");
    refused("18446744073709551615ns");
    refused("1e3s");
    assert_int_equal(span("18446744073709551614ns", 1), UINT64_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(span__adds_up_its_parts),
        cmocka_unit_test(span__a_bare_number_has_the_unit_of_its_setting),
        cmocka_unit_test(span__decimals_are_exact_to_the_nanosecond),
        cmocka_unit_test(span__infinity_is_never),
        cmocka_unit_test(span__what_is_no_length_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
