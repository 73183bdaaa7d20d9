/* Durations as text, both ways. */
#include "reading.h"

static void duration_parse__good_texts_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t ns;
    } list[] = {
        {"0", 0},
        {"0s", 0},
        {"1ns", 1},
        {"1us", 1000},
        {"10ms", 10 * MS},
        {"1m30s", 90 * SECOND},
        {"1h", 3600 * SECOND},
        {"1d", 86400 * SECOND},
        {"1.5s", 1500 * MS},
        {"0.000000001s", 1},
        {"0.0000000010s", 1},
        {"1.000s", SECOND},
        {"0.0001220703125ms", 0},
        {"2d3h4m5s6ms7us8ns", UINT64_C(183845006007008)},
        {"30s1m", 90 * SECOND},
        {"18446744073709551614ns", UINT64_MAX - 1},
        {"never", UINT64_MAX},
        {"0.5d", 43200 * SECOND},
        {"0.00000000001157407407407407407407d", 0},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        uint64_t ns = 7;
        const char *why = NULL;
        int result = sim_duration_parse(list[i].text, &ns, &why);
        if (list[i].ns == 0 && list[i].text[0] == '0' && strlen(list[i].text) > 3) {
            assert_int_equal(result, SUP_EINVAL); /* not whole nanoseconds */
            assert_int_equal(ns, 7);
            continue;
        }
        assert_int_equal(result, SUP_OK);
        assert_int_equal(ns, list[i].ns);
    }
}

static void duration_parse__bad_texts_say_why(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"", "missing"},
        {"5", "needs a unit"},
        {"1m30", "needs a unit"},
        {"5.", "a digit has to follow"},
        {"5.s", "a digit has to follow"},
        {".5s", "a number and a unit"},
        {"s", "a number and a unit"},
        {"-5s", "negative"},
        {"+5s", "a number and a unit"},
        {"5sec", "this unit is unknown"},
        {"5S", "this unit is unknown"},
        {"5 s", "no spaces"},
        {" 5s", "a number and a unit"},
        {"5s ", "a number and a unit"},
        {"1e3s", "this unit is unknown"},
        {"0.1ns", "whole number of nanoseconds"},
        {"0.0000000001s", "whole number of nanoseconds"},
        {"1.00000000000000000000000000001s", "whole number of nanoseconds"},
        {"18446744073709551615ns", "longer than 584 years"},
        {"18446744073709551616ns", "longer than 584 years"},
        {"99999999999999999999999d", "longer than 584 years"},
        {"213504d", "longer than 584 years"},
        {"213503d213503d", "longer than 584 years"},
        {"Never", "a number and a unit"},
        {"00", "needs a unit"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        uint64_t ns = 7;
        const char *why = NULL;
        assert_int_equal(sim_duration_parse(list[i].text, &ns, &why), SUP_EINVAL);
        assert_int_equal(ns, 7);
        assert_non_null(why);
        if (strstr(why, list[i].part) == NULL) {
            fail_msg("`%s`: %s", list[i].text, why);
        }
        assert_int_equal(sim_duration_parse(list[i].text, &ns, NULL), SUP_EINVAL);
    }
}

static void duration_format__is_short_and_exact(void **state)
{
    (void)state;
    static const struct {
        uint64_t ns;
        const char *text;
    } list[] = {
        {0, "0s"},
        {1, "1ns"},
        {1500, "1.5us"},
        {10 * MS, "10ms"},
        {1500 * MS, "1.5s"},
        {90 * SECOND, "1m30s"},
        {90 * SECOND + 1, "1m30.000000001s"},
        {300 * SECOND, "5m"},
        {86400 * SECOND, "1d"},
        {86401 * SECOND, "1d1s"},
        {86400 * SECOND + 5 * MS, "1d5ms"},
        {UINT64_MAX, "never"},
        {UINT64_MAX - 1, "213503d23h34m33.709551614s"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        char buffer[48];
        assert_ptr_equal(sim_duration_format(list[i].ns, buffer), buffer);
        assert_string_equal(buffer, list[i].text);
    }
}

static void duration_format__reads_back(void **state)
{
    (void)state;
    uint64_t ns = 1;
    for (int i = 0; i < 20000; i++) {
        char buffer[48];
        uint64_t back = 0;
        uint64_t value = ns >> (i % 64);
        assert_int_equal(sim_duration_parse(sim_duration_format(value, buffer), &back, NULL),
                         SUP_OK);
        assert_int_equal(back, value);
        ns = ns * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duration_parse__good_texts_are_exact),
        cmocka_unit_test(duration_parse__bad_texts_say_why),
        cmocka_unit_test(duration_format__is_short_and_exact),
        cmocka_unit_test(duration_format__reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
