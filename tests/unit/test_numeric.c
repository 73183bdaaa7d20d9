/* What YAML's core schema takes for a number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/scenario/reader.h"

static bool is_numeric(const char *text, bool plain)
{
    char padded[32] = "7.5x7.5 "; /* what stands before is not looked at */
    char *own = strcat(padded, text) + 8;
    const struct sim__node node = {
        .kind = SIM__SCALAR, .text = own, .length = (uint32_t)strlen(own), .plain = plain};
    return sim__is_numeric(&node);
}

static void number__of_the_core_schema(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "0",   "7",    "-7",   "+7",     "007",    "1.5",  "1.",    ".5",   "-.5",
        "1e5", "1E-5", "1.e5", "1.5e+5", "-1.5e5", "0x1F", "0xabc", "0o17", "12345678901234567890"};
    static const char *const others[] = {"",     "-",     "+",  ".",   "e5",    "1e", "1e+",
                                         "1.5x", "1.5.5", "1x", "x1",  "0x",    "0o", "0xg",
                                         "1 5",  "--1",   "1-", ".e5", "1.5e5x"};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (!is_numeric(numbers[i], true)) {
            fail_msg("no number: %s", numbers[i]);
        }
        assert_false(is_numeric(numbers[i], false)); /* in quotation marks */
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (is_numeric(others[i], true)) {
            fail_msg("a number: %s", others[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(number__of_the_core_schema)};
    return cmocka_run_group_tests_name("numeric", tests, NULL, NULL);
}
