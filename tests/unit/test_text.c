/* Text put together piece by piece, UTF-8, what each reader gets escaped, and JSON
 * objects read back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/escape.h"
#include "sim/base/json_object.h"
#include "sim/base/utf8.h"

/* ---- text ---- */

static void text__grows_as_it_is_written(void **state)
{
    (void)state;
    struct sim__text text = {0};
    assert_string_equal(sim__text_string(&text), "");
    sim__text_clear(&text);
    for (int i = 0; i < 1000; i++) {
        sim__text_put(&text, "ab");
        sim__text_char(&text, 'c');
        sim__text_format(&text, "%d", 7);
    }
    assert_int_equal(text.length, 4000);
    assert_int_equal(strlen(sim__text_string(&text)), 4000);
    assert_memory_equal(text.bytes + 3996, "abc7", 5);
    sim__text_clear(&text);
    assert_string_equal(sim__text_string(&text), "");
    sim__text_release(&text);
}

static void text__nothing_written_is_an_empty_text(void **state)
{
    (void)state;
    struct sim__text text = {0};
    sim__text_put(&text, "");
    assert_non_null(text.bytes);
    assert_int_equal(text.bytes[0], '\0');
    sim__text_release(&text);
}

static void text__in_a_buffer_counts_what_did_not_fit(void **state)
{
    (void)state;
    char buffer[8] = "before";
    struct sim__text text;
    sim__text_init_fixed(&text, buffer, sizeof(buffer));
    assert_string_equal(buffer, "");
    sim__text_put(&text, "12345");
    sim__text_format(&text, "%s", "6789");
    sim__text_char(&text, 'x');
    assert_int_equal(text.length, 10);
    assert_string_equal(buffer, "1234567");
    assert_false(text.failed);
    sim__text_release(&text);
    sim__text_init_fixed(&text, NULL, 0);
    sim__text_put(&text, "12345");
    sim__text_format(&text, "%d", 6);
    assert_int_equal(text.length, 6);
    assert_string_equal(sim__text_string(&text), "");
}

static void text__without_memory_stays_as_it_was(void **state)
{
    (void)state;
    struct sim__text text = {0};
    sim__text_put(&text, "kept");
    sim__text_putn(&text, "", SIZE_MAX / 2);
    assert_true(text.failed);
    sim__text_put(&text, "more");
    assert_string_equal(sim__text_string(&text), "kept");
    sim__text_release(&text);
    assert_false(text.failed);
}

static void text__numbers_durations_and_columns(void **state)
{
    (void)state;
    char buffer[128];
    struct sim__text text;
    sim__text_init_fixed(&text, buffer, sizeof(buffer));
    sim__text_u64(&text, UINT64_MAX);
    sim__text_char(&text, ' ');
    sim__text_i64(&text, INT64_MIN);
    sim__text_char(&text, ' ');
    sim__text_hex16(&text, UINT64_C(0xabc));
    assert_string_equal(buffer, "18446744073709551615 -9223372036854775808 0000000000000abc");
    sim__text_clear(&text);
    sim__text_duration(&text, SUP_NS(90000000001));
    sim__text_pad(&text, 2);
    sim__text_duration(&text, SUP_DURATION_NEVER);
    assert_string_equal(buffer, "1m30.000000001s  never");
    sim__text_clear(&text);
    sim__text_put(&text, "- \xC3\xA9");
    sim__text_column(&text, 2, 4);
    sim__text_char(&text, '|');
    size_t from = text.length;
    sim__text_put(&text, "too long");
    sim__text_column(&text, from, 4);
    sim__text_char(&text, '|');
    assert_string_equal(buffer, "- \xC3\xA9   |too long |");
}

/* ---- UTF-8 ---- */

static void utf8__length_and_code(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        size_t size;
        uint32_t code;
    } cases[] = {
        {"", 0, 0, 0},
        {"\0", 1, 1, 0},
        {"a", 1, 1, 'a'},
        {"\x7f", 1, 1, 0x7F},
        {"\x80", 1, 0, 0},
        {"\xC1\xBF", 2, 0, 0}, /* overlong */
        {"\xC2\x80", 2, 2, 0x80},
        {"\xDF\xBF", 2, 2, 0x7FF},
        {"\xDF", 1, 0, 0}, /* cut short */
        {"\xDF\xBF", 1, 0, 0},
        {"\xE0\x9F\xBF", 3, 0, 0}, /* overlong */
        {"\xE0\xA0\x80", 3, 3, 0x800},
        {"\xED\x9F\xBF", 3, 3, 0xD7FF},
        {"\xED\xA0\x80", 3, 0, 0}, /* a surrogate */
        {"\xEE\x80\x80", 3, 3, 0xE000},
        {"\xE2\x80", 2, 0, 0},
        {"\xE2\x80\x41", 3, 0, 0},
        {"\xF0\x8F\xBF\xBF", 4, 0, 0}, /* overlong */
        {"\xF0\x90\x80\x80", 4, 4, 0x10000},
        {"\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF},
        {"\xF4\x90\x80\x80", 4, 0, 0}, /* above the last */
        {"\xF5\x80\x80\x80", 4, 0, 0},
        {"\xFF", 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(sim__utf8_length(cases[i].bytes, cases[i].length), cases[i].size);
        if (cases[i].size > 0) {
            assert_int_equal(sim__utf8_code(cases[i].bytes, cases[i].size), cases[i].code);
        }
    }
    /* A NUL ends a text whatever length is claimed. */
    assert_int_equal(sim__utf8_length("\xE2", SIM__UTF8_MAX), 0);
    assert_int_equal(sim__utf8_columns("a\xC3\xA9\xE2\x82\xAC", 6), 3);
}

static void utf8__a_cut_lies_between_characters(void **state)
{
    (void)state;
    const char *text = "a\xC3\xA9\xE2\x82\xAC"
                       "b";
    assert_int_equal(sim__utf8_cut(text, 7, 0), 0);
    assert_int_equal(sim__utf8_cut(text, 7, 1), 1);
    assert_int_equal(sim__utf8_cut(text, 7, 2), 3);
    assert_int_equal(sim__utf8_cut(text, 7, 3), 6);
    assert_int_equal(sim__utf8_cut(text, 7, 9), 7);
    assert_int_equal(sim__utf8_cut(text, 3, 9), 3);
    assert_int_equal(sim__utf8_cut("", 0, 1), 0);
}

static void utf8__what_steers_a_terminal(void **state)
{
    (void)state;
    static const uint32_t steer[] = {0,      0x1F,   0x7F,   0x80,   0x9B,   0x9F,   0x061C, 0x200E,
                                     0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069};
    static const uint32_t show[] = {' ',    '~',    0xA0,   0x061B, 0x061D, 0x200D, 0x2010,
                                    0x2027, 0x202F, 0x2065, 0x206A, 0xE9,   0x1F600};
    for (size_t i = 0; i < sizeof(steer) / sizeof(steer[0]); i++) {
        assert_true(sim__utf8_steers(steer[i]));
    }
    for (size_t i = 0; i < sizeof(show) / sizeof(show[0]); i++) {
        assert_false(sim__utf8_steers(show[i]));
    }
}

/* ---- escapes ---- */

#define HOSTILE "a\x1b[31m\n\t\x7f\xC2\x9B\xE2\x80\xAE\xFF\xC3\xA9\"\\<&>'"

static void escape__the_same_text_for_each_reader(void **state)
{
    (void)state;
    char buffer[256];
    struct sim__text text;
    sim__text_init_fixed(&text, buffer, sizeof(buffer));
    sim__text_show(&text, HOSTILE);
    assert_string_equal(buffer, "a\\x1b[31m\\n\\t\\x7f\\x9b\\u202e\\xff\xC3\xA9\"\\<&>'");
    sim__text_clear(&text);
    sim__text_json(&text, HOSTILE);
    assert_string_equal(buffer, "\"a\\u001b[31m\\n\\t\\u007f\\u009b\\u202e\xEF\xBF\xBD\xC3\xA9"
                                "\\\"\\\\<&>'\"");
    sim__text_clear(&text);
    sim__text_xml(&text, HOSTILE "\xEF\xBF\xBE", strlen(HOSTILE) + 3);
    assert_string_equal(buffer, "a\\x1b[31m&#10;\\t\\x7f\\x9b\\u202e\\xff\xC3\xA9&quot;\\&lt;&amp;"
                                "&gt;'\\ufffe");
    sim__text_clear(&text);
    sim__text_label(&text, HOSTILE);
    assert_string_equal(buffer, "a\\\\x1b[31m\\n\\\\t\\\\x7f\\\\x9b\\\\u202e\\\\xff\xC3\xA9\\\"\\\\"
                                "<&>'");
    sim__text_clear(&text);
    sim__text_shell(&text, HOSTILE);
    assert_string_equal(buffer, "$'a\\033[31m\\012\\011\\177\\302\\233\\342\\200\\256\\377\xC3\xA9"
                                "\"\\\\<&>\\''");
}

static void escape__words_of_a_shell(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        const char *quoted;
    } cases[] = {
        {"", "''"},
        {"plain/file-1.yaml", "plain/file-1.yaml"},
        {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},
        {"~user", "'~user'"},
        {"$HOME", "'$HOME'"},
        {"back\\slash", "'back\\slash'"},
        {"\xC3\xA9", "'\xC3\xA9'"},
        {"a\x01"
         "1",
         "$'a\\0011'"}, /* the digit does not join the escape */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sim__text text = {0};
        sim__text_shell(&text, cases[i].word);
        assert_string_equal(sim__text_string(&text), cases[i].quoted);
        sim__text_release(&text);
    }
}

/* ---- JSON objects ---- */

static void json__members_are_found_and_decoded(void **state)
{
    (void)state;
    static const char line[] =
        " {\"t\" : 12, \"name\":\"a\\u00e9\\ud83d\\ude00\\n\\\"\", \"x\":[1,{}],"
        "\"raw\":\"\x7f\xC2\x9B\"} ";
    struct sim__json json;
    struct sim__text text = {0};
    uint64_t number = 0;
    assert_true(sim__json_read(line, strlen(line), &json));
    assert_int_equal(json.count, 4);
    assert_true(sim__json_number(&json, "t", &number));
    assert_int_equal(number, 12);
    assert_false(sim__json_number(&json, "name", &number));
    assert_true(sim__json_decode(sim__json_find(&json, "name"), &text));
    assert_string_equal(sim__text_string(&text), "a\xC3\xA9\xF0\x9F\x98\x80\n\"");
    sim__text_clear(&text);
    /* JSON lets them stand as they are; a terminal must not see them. */
    sim__json_show(sim__json_find(&json, "raw"), &text);
    assert_string_equal(sim__text_string(&text), "\\x7f\\x9b");
    assert_null(sim__json_find(&json, "y"));
    sim__text_release(&text);
}

static void json__what_is_none_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *error;
        size_t at;
    } cases[] = {
        {"", "expected an object", 0},
        {"{", "expected a string", 1},
        {"{\"a\":1", "expected ',' or '}'", 6},
        {"{\"a\":1,\"a\":2}", "the key is there twice", 7},
        {"{\"a\":01}", "not a number", 7},
        {"{\"a\":\"\x01\"}", "a control character in a string", 6},
        {"{\"a\":\"\\q\"}", "an unknown escape", 8},
        {"{\"a\":\"\\u12g4\"}", "\\u needs four hexadecimal digits", 10},
        {"{\"a\":\"", "the string has no end", 6},
        {"{\"a\":\"\xFF\"}", "a byte that is not UTF-8 in a string", 6},
        {"{\"a\":1} x", "text after the object", 8},
        {"{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}", "nested too deeply", 20},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sim__json json;
        assert_false(sim__json_read(cases[i].line, strlen(cases[i].line), &json));
        assert_string_equal(json.error, cases[i].error);
        assert_int_equal(json.error_at, cases[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text__grows_as_it_is_written),
        cmocka_unit_test(text__nothing_written_is_an_empty_text),
        cmocka_unit_test(text__in_a_buffer_counts_what_did_not_fit),
        cmocka_unit_test(text__without_memory_stays_as_it_was),
        cmocka_unit_test(text__numbers_durations_and_columns),
        cmocka_unit_test(utf8__length_and_code),
        cmocka_unit_test(utf8__a_cut_lies_between_characters),
        cmocka_unit_test(utf8__what_steers_a_terminal),
        cmocka_unit_test(escape__the_same_text_for_each_reader),
        cmocka_unit_test(escape__words_of_a_shell),
        cmocka_unit_test(json__members_are_found_and_decoded),
        cmocka_unit_test(json__what_is_none_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
