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
    assert_null(sim__span_read(text, strlen(text), SIM__SPAN_OF_PRESETS, SUP_NS(unit), &length));
    return length.ns;
}

static void refused(const char *text)
{
    struct sup_duration length = {77};
    assert_non_null(sim__span_read(text, strlen(text), SIM__SPAN_OF_PRESETS, SUP_SEC(1), &length));
    assert_int_equal(length.ns, 77);
}

static void span__adds_up_its_parts(void **state)
{
    (void)state;
    assert_int_equal(span("1min 30s", 1000), 90000000000);
    assert_int_equal(span("1min30s", 1000), 90000000000);
    assert_int_equal(span(" 2 h\t5 m ", 1000), 7500000000000);
    assert_int_equal(span("1s 1ms 1us 1ns", 1000), 1001001001);
    assert_int_equal(span("1\xC2\xB5s 1\xCE\xBCs", 1000), 2000);
    assert_int_equal(span("1w 1d", 1000), UINT64_C(691200000000000));
    assert_int_equal(span("1M", 1000), UINT64_C(2629800000000000));
    assert_int_equal(span("1y", 1000), UINT64_C(31557600000000000));
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
    assert_int_equal(span(".25s", 1000), 250000000);
    assert_int_equal(span("1.5h", 1000), UINT64_C(5400000000000));
    assert_int_equal(span("1.0000000019s", 1000), 1000000001);
    assert_int_equal(span("0.9999999999999999999999s", 1000), 999999999);
    assert_int_equal(span("0.19ns 0.19ns", 1000), 0);
}

static void span__infinity_is_never(void **state)
{
    (void)state;
    assert_int_equal(span("infinity", 1000), SUP_NEVER_NS);
    assert_int_equal(span(" never ", 1000), SUP_NEVER_NS);
}

static void span__what_is_no_length_is_refused(void **state)
{
    (void)state;
    refused("");
    refused("  ");
    refused("s");
    refused(".");
    refused("3.ms");
    refused("12.34.56");
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
    assert_int_equal(span("18446744073709551614ns", 1000), UINT64_MAX - 1);
}

#define MICRO UINT64_C(1000)
#define S UINT64_C(1000000000)
/* What systemd.time(7) says, and what parse_time() of systemd makes of it. */
static const struct row {
    const char *text;
    uint64_t ns; /* 0: it is none */
} systemd_rows[] = {
    {"2 h", 7200 * S},
    {"2hours", 7200 * S},
    {"48hr", 172800 * S},
    {"1y 12month", 63115200 * S},
    {"55s500ms", UINT64_C(55500) * 1000 * MICRO},
    {"300ms20s 5day", UINT64_C(432020300) * 1000 * MICRO},
    {"1h 30min", 5400 * S},
    {"5.5s", UINT64_C(5500) * 1000 * MICRO},
    {"1y", 31557600 * S},
    {"5", 5 * S},
    {"7us", 7 * MICRO},
    {"7\xC2\xB5s", 7 * MICRO},
    {"7\xCE\xBCs", 7 * MICRO},
    {"1.5 us", MICRO},
    {"0.0000019", MICRO},
    {"0.00000019min", 6 * MICRO}, /* a digit behind a microsecond is worth nothing */
    {"1 month", 2629800 * S},
    {"1M 1m", 2629860 * S},
    {"5 10s", 15 * S},
    {"12.34 .56", UINT64_C(12900) * 1000 * MICRO},
    {"12.34s.56", UINT64_C(12900) * 1000 * MICRO},
    {"\t1s\n", S},
    {"0x10", 0},
    {"1e3", 0},
    {"5ns", 0},
    {"5nsec", 0},
    {"never", 0},
    {"INFINITY", 0},
    {"infinity 5", 0},
    {"5 infinity", 0},
    {"5s,", 0},
    {"5s ;", 0},
    {"5S", 0},
    {"5 Sec", 0},
    {"12.34.56", 0},
    {"1.", 0},
    {"1.s", 0},
    {"3.+1", 0},
    {"0.-0", 0},
    {"3. 1", 0},
    {"--5", 0},
    {"5 -5", 0},
    {"5 minx", 0},
    {"min", 0},
    {"", 0},
    {" ", 0},
    {"9223372036854775808", 0},
    {"18446744073709551616us", 0},
    {"18446744073709551us 1ms", 0},
    {"584y 200d", 0},
};

static void span__systemd_s_grammar(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(systemd_rows) / sizeof(systemd_rows[0]); i++) {
        struct sup_duration length = {0};
        const char *why = sim__span_read(systemd_rows[i].text, strlen(systemd_rows[i].text),
                                         SIM__SPAN_OF_SYSTEMD, SUP_SEC(1), &length);
        if ((why == NULL) != (systemd_rows[i].ns != 0) || length.ns != systemd_rows[i].ns) {
            fail_msg("`%s`: %llu, %s", systemd_rows[i].text, (unsigned long long)length.ns,
                     why == NULL ? "read" : why);
        }
    }
    struct sup_duration length = {0};
    assert_null(sim__span_read("infinity ", 9, SIM__SPAN_OF_SYSTEMD, SUP_SEC(1), &length));
    assert_int_equal(length.ns, SUP_NEVER_NS);
    assert_null(
        sim__span_read("18446744073709551us", 19, SIM__SPAN_OF_SYSTEMD, SUP_SEC(1), &length));
    assert_int_equal(length.ns, UINT64_C(18446744073709551000));
    assert_null(sim__span_read("0", 1, SIM__SPAN_OF_SYSTEMD, SUP_SEC(1), &length));
    assert_int_equal(length.ns, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(span__adds_up_its_parts),
        cmocka_unit_test(span__a_bare_number_has_the_unit_of_its_setting),
        cmocka_unit_test(span__decimals_are_exact_to_the_nanosecond),
        cmocka_unit_test(span__infinity_is_never),
        cmocka_unit_test(span__what_is_no_length_is_refused),
        cmocka_unit_test(span__systemd_s_grammar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
