/* Lines of a trace as they are read: what is an object, where it stops to be one, and values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/base/json_object.h"

static struct sim__json read_good(const char *line)
{
    struct sim__json json;
    if (!sim__json_read(line, strlen(line), &json)) {
        fail_msg("%s: %s at %zu", line, json.error, json.error_at);
    }
    assert_null(json.error);
    return json;
}

static void object__is_read_whole(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint32_t count;
    } lines[] = {
        {"{}", 0},
        {" \t\r{ \t } \r", 0},
        {"{\"a\":1}", 1},
        {" { \"a\" : 1 , \"b\" : \"x\" } ", 2},
        {"{\"a\":[],\"b\":{},\"c\":[ ],\"d\":{ }}", 4},
        {"{\"a\":[1,[2,\"]\"],{\"b\":[true]}],\"c\":null}", 2},
        {"{\"a\":-0,\"b\":0,\"c\":-10.50,\"d\":1e5,\"e\":1E+5,\"f\":1.0e-05}", 6},
        {"{\"a\":true,\"b\":false,\"c\":null}", 3},
        {"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uABCD\"}", 1},
        {"{\"\xC3\xA9\":\"\xE2\x82\xAC\xF0\x9F\x98\x80\"}", 1},
        {"{\"\":\"\"}", 1},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_int_equal(read_good(lines[i].line).count, lines[i].count);
    }
}

static void object__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        const char *error;
        size_t at;
    } lines[] = {
        {"", "expected an object", 0},
        {" [1]", "expected an object", 1},
        {"{", "expected a string", 1},
        {"{a:1}", "expected a string", 1},
        {"{\"a\"}", "expected ':'", 4},
        {"{\"a\" 1}", "expected ':'", 5},
        {"{\"a\":}", "expected a value", 5},
        {"{\"a\":", "expected a value", 5},
        {"{\"a\":tru}", "expected a value", 5},
        {"{\"a\":nul", "expected a value", 5},
        {"{\"a\":1", "expected ',' or '}'", 6},
        {"{\"a\":1;}", "expected ',' or '}'", 6},
        {"{\"a\":1,}", "expected a string", 7},
        {"{\"a\":1}}", "text after the object", 7},
        {"{\"a\":1} x", "text after the object", 8},
        {"{\"a\":1,\"b\":2,\"a\":3}", "the key is there twice", 13},
        {"{\"a\":01}", "not a number", 7},
        {"{\"a\":-}", "not a number", 6},
        {"{\"a\":1.}", "a number needs digits after its point", 7},
        {"{\"a\":1.e5}", "a number needs digits after its point", 7},
        {"{\"a\":1e}", "a number needs digits in its exponent", 7},
        {"{\"a\":1E+}", "a number needs digits in its exponent", 8},
        {"{\"a\":1e+-1}", "a number needs digits in its exponent", 8},
        {"{\"a\":[1 2]}", "expected ',' or ']'", 8},
        {"{\"a\":[1,]}", "expected a value", 8},
        {"{\"a\":{\"b\" 1}}", "expected ':'", 10},
        {"{\"a\":{\"b\":1 ]}", "expected ',' or '}'", 12},
        {"{\"a\":{1}}", "expected a string", 6},
        {"{\"a\":\"b", "the string has no end", 7},
        {"{\"a\":\"b\\", "the string has no end", 8},
        {"{\"a\":\"\\x\"}", "an unknown escape", 8},
        {"{\"a\":\"\\u12g4\"}", "\\u needs four hexadecimal digits", 10},
        {"{\"a\":\"\\u123", "\\u needs four hexadecimal digits", 11},
        {"{\"a\":\"b\nc\"}", "a control character in a string", 7},
        {"{\"a\":\"b\x1f\"}", "a control character in a string", 7},
        {"{\"a\":\"b\xff\"}", "a byte that is not UTF-8 in a string", 7},
        {"{\"a\":\"b\xC3", "a byte that is not UTF-8 in a string", 7},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct sim__json json;
        assert_false(sim__json_read(lines[i].line, strlen(lines[i].line), &json));
        assert_string_equal(json.error, lines[i].error);
        if (json.error_at != lines[i].at) {
            fail_msg("%s: %s at %zu", lines[i].line, json.error, json.error_at);
        }
    }
}

/* Also in the middle of a text, whose next bytes would make it good. */
static void object__ends_where_its_length_says(void **state)
{
    (void)state;
    static const char line[] = "{\"a\":\"\\u00e9\",\"b\":true,\"c\":[1.5e3]}";
    struct sim__json json;
    for (size_t length = 0; length < sizeof(line) - 1; length++) {
        assert_false(sim__json_read(line, length, &json));
        assert_true(json.error_at <= length);
    }
    assert_true(sim__json_read(line, sizeof(line) - 1, &json));
    assert_int_equal(json.count, 3);
}

static void object__is_bounded_in_depth_and_members(void **state)
{
    (void)state;
    char line[2048];
    struct sim__json json;
    for (uint32_t depth = SIM__JSON_DEPTH_MAX - 2; depth <= SIM__JSON_DEPTH_MAX; depth++) {
        char *at = line + sprintf(line, "{\"a\":");
        memset(at, '[', depth);
        memset(at + depth, ']', depth);
        strcpy(at + 2 * depth, "}");
        bool fits = depth < SIM__JSON_DEPTH_MAX;
        assert_int_equal(sim__json_read(line, strlen(line), &json), fits);
        if (!fits) {
            assert_string_equal(json.error, "nested too deeply");
        }
    }
    for (uint32_t count = SIM__JSON_MEMBERS_MAX - 1; count <= SIM__JSON_MEMBERS_MAX + 1; count++) {
        char *at = line;
        for (uint32_t i = 0; i < count; i++) {
            at += sprintf(at, "%c\"k%u\":%u", i == 0 ? '{' : ',', i, i);
        }
        strcpy(at, "}");
        bool fits = count <= SIM__JSON_MEMBERS_MAX;
        assert_int_equal(sim__json_read(line, strlen(line), &json), fits);
        if (fits) {
            assert_int_equal(json.count, count);
        } else {
            assert_string_equal(json.error, "too many members");
        }
    }
}

static void member__is_found_by_its_whole_key(void **state)
{
    (void)state;
    struct sim__json json = read_good("{ \"ab\" : 7 ,\"a\":\"x\",\"abc\":[1, 2] }");
    const struct sim__json_member *member = sim__json_find(&json, "abc");
    assert_non_null(member);
    assert_int_equal(member->value_length, 6);
    assert_memory_equal(member->value, "[1, 2]", 6);
    assert_non_null(sim__json_find(&json, "a"));
    assert_null(sim__json_find(&json, "b"));
    assert_null(sim__json_find(&json, ""));
    assert_null(sim__json_find(&json, "abcd"));
    assert_true(sim__json_is(&json, "a", "x"));
    assert_false(sim__json_is(&json, "a", ""));
    assert_false(sim__json_is(&json, "a", "xy"));
    assert_false(sim__json_is(&json, "a", "y"));
    assert_false(sim__json_is(&json, "ab", ""));
    assert_false(sim__json_is(&json, "b", "x"));
    json = read_good("{\"n\":123}");
    assert_false(sim__json_is(&json, "n", "2"));
}

static void number__is_whole_and_fits(void **state)
{
    (void)state;
    struct sim__json json = read_good(
        "{\"zero\":0,\"most\":18446744073709551615,\"more\":18446744073709551616,"
        "\"ten\":184467440737095516150,\"low\":-1,\"part\":1.5,\"text\":\"1\",\"n\":907}");
    uint64_t number = 42;
    static const char *const none[] = {"more", "ten", "low", "part", "text", "nobody"};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_false(sim__json_number(&json, none[i], &number));
        assert_int_equal(number, 42);
    }
    assert_true(sim__json_number(&json, "zero", &number) && number == 0);
    assert_true(sim__json_number(&json, "most", &number) && number == UINT64_MAX);
    assert_true(sim__json_number(&json, "n", &number) && number == 907);
}

static struct sim__json_member value_of(const char *value)
{
    return (struct sim__json_member){.value = value, .value_length = strlen(value)};
}

static void string__is_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *wanted;
    } values[] = {
        {"\"\"", ""},
        {"\"plain\"", "plain"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
        {"\"\\u0041\\u007f\\u0080\\u00e9\"", "A\x7f\xC2\x80\xC3\xA9"},
        {"\"\\u07FF\\u0800\\uffff\"", "\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"},
        {"\"\\ud83d\\ude00!\"", "\xF0\x9F\x98\x80!"},
        {"\"\\ud800\\udc00\\udbff\\udfff\"", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
        {"\"\\ud83d\"", "\xEF\xBF\xBD"},
        {"\"\\ude00x\"", "\xEF\xBF\xBDx"},
        {"\"\\ud83dabcdef\"", "\xEF\xBF\xBD"
                              "abcdef"},
        {"\"\\ud83d\\u0041\"", "\xEF\xBF\xBD"
                               "A"},
        {"\"\\ud83d\\ue000\"", "\xEF\xBF\xBD\xEE\x80\x80"},
        {"\"\\ud7ff\\ue000\"", "\xED\x9F\xBF\xEE\x80\x80"},
    };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct sim__text text = {0};
        struct sim__json_member member = value_of(values[i].value);
        assert_true(sim__json_decode(&member, &text));
        assert_string_equal(sim__text_string(&text), values[i].wanted);
        sim__text_release(&text);
    }
    static const char *const none[] = {"1", "\"", "true", "[\"a\"]", ""};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct sim__text text = {0};
        struct sim__json_member member = value_of(none[i]);
        assert_false(sim__json_decode(&member, &text));
        sim__text_release(&text);
    }
}

static void value__is_the_same_however_it_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } pairs[] = {
        {"1", "1", true},
        {"1", "10", false},
        {"\"a\"", "\"a\"", true},
        {"\"a\"", "\"b\"", false},
        {"\"a\"", "\"\\u0061\"", true},
        {"\"\\u0061\"", "\"a\"", true},
        {"\"\\u0061\"", "\"\\u0062\"", false},
        {"\"\\u0061\"", "\"ab\"", false},
        {"\"ab\"", "\"\\u0061\"", false},
        {"\"\\u0061b\"", "\"\\u0061\"", false},
        {"\"\\/\"", "\"/\"", true},
        {"\"\\n\"", "1", false},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct sim__json_member a = value_of(pairs[i].a), b = value_of(pairs[i].b);
        assert_int_equal(sim__json_same(&a, &b), pairs[i].same);
        assert_int_equal(sim__json_same(&b, &a), pairs[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object__is_read_whole),
        cmocka_unit_test(object__says_what_is_wrong_and_where),
        cmocka_unit_test(object__ends_where_its_length_says),
        cmocka_unit_test(object__is_bounded_in_depth_and_members),
        cmocka_unit_test(member__is_found_by_its_whole_key),
        cmocka_unit_test(number__is_whole_and_fits),
        cmocka_unit_test(string__is_decoded),
        cmocka_unit_test(value__is_the_same_however_it_is_written),
    };
    return cmocka_run_group_tests_name("json object", tests, NULL, NULL);
}
