/* What is no scenario by its bytes or its YAML. */
#include "reading.h"

#include <stdlib.h>

static void bytes__broken_encodings_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *part;
    } list[] = {
        {"", 0, "test.yaml:1:1: error: the file is empty"},
        {"\0", 1, "test.yaml:1:1: error: a NUL byte"},
        {HEAD "a\0b", sizeof(HEAD) + 2, "test.yaml:3:2: error: a NUL byte"},
        {HEAD "\x01", sizeof(HEAD), "3:1: error: control character 0x01"},
        {HEAD "x\x7F", sizeof(HEAD) + 1, "3:2: error: control character 0x7f"},
        {HEAD "\xC2\x9B", sizeof(HEAD) + 1, "3:1: error: control character 0x9b"},
        {HEAD "\xFF", sizeof(HEAD), "3:1: error: this is not UTF-8"},
        {HEAD "\xC3", sizeof(HEAD), "3:1: error: this is not UTF-8"},
        {HEAD "\xC0\xAF", sizeof(HEAD) + 1, "3:1: error: this is not UTF-8"},
        {HEAD "\xED\xA0\x80", sizeof(HEAD) + 2, "3:1: error: this is not UTF-8"},
        {HEAD "\xF4\x90\x80\x80", sizeof(HEAD) + 3, "3:1: error: this is not UTF-8"},
        {"\xFF\xFE"
         "a\0",
         4, "1:1: error: this is not UTF-8"},
        {"# nothing\n", 10, "1:1: error: there is no scenario in the file"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct reading reading = reading_of(list[i].bytes, list[i].length);
        assert_int_equal(reading.result, SUP_EINVAL);
        assert_int_equal(reading.diagnostics.errors, 1);
        if (strstr(reading.diagnostics.text, list[i].part) == NULL) {
            fail_msg("no `%s` in %s", list[i].part, reading.diagnostics.text);
        }
        reading_release(&reading);
    }
}

static void bytes__good_unusual_ones_are_read(void **state)
{
    (void)state;
    static const char *const list[] = {
        "\xEF\xBB\xBF" HEAD,
        "scenario: 1\r\nname: x\r\n",
        "scenario: 1\rname: x\r",
        "---\n" HEAD "...\n",
        "%YAML 1.2\n---\n" HEAD,
        "{\"scenario\": 1, \"name\": \"\\u00e9\", \"services\": [{\"name\": \"a\"}]}",
        "\n\n  {scenario: 1, name: x}\n",
        HEAD "about: |\n  [[[[[[ {{{{{ several\n  lines\n",
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        sim_scenario_free(read_good(list[i]));
    }
}

static void syntax__errors_end_the_reading(void **state)
{
    (void)state;
    assert_refused_once("sed: 1\nfoo: [1\n", "2:6: error: this is not closed");
    assert_refused_once("sed: 1\nfoo: {a: [1]\n", "2:6: error: this is not closed");
    assert_refused_once("a:\n\tb: 1\n", "2:1: error: indentation is made of spaces");
    assert_refused_once("sed: 1\nname: a: b\n", "2:8: error:");
    assert_refused_once("{\"sed\": 1,\n \"x\" 2}", "error:");
    assert_refused_once("a: \"unclosed\n", "error:");
}

static void syntax__a_duplicate_key_ends_the_reading_at_the_second(void **state)
{
    (void)state;
    assert_refused_once("sed: 1\nname: x\nname: y\n",
                        "test.yaml:3:1: error: duplicate key `name`; the first is in line 2\n"
                        "name: y\n^\n");
    assert_refused_once(HEAD "services: [{name: a, \"name\": b}]\n",
                        "3:22: error: duplicate key `name`");
    assert_refused_once("{\"scenario\": 1, \"scenario\": 1}",
                        "1:17: error: duplicate key `scenario`");
}

/* Small maps compare their keys, large ones look them up: both find every pair. */
static void syntax__duplicates_are_found_among_any_number_of_keys(void **state)
{
    (void)state;
    for (int count = 2; count < 30; count++) {
        for (int first = 0; first < count - 1; first++) {
            char text[1024] = "";
            for (int i = 0; i < count; i++) {
                char line[32];
                snprintf(line, sizeof(line), "k%d: {k0: 1}\n", i == count - 1 ? first : i);
                strcat(text, line);
            }
            char part[96];
            snprintf(part, sizeof(part),
                     "%d:1: error: duplicate key `k%d`; the first is in line %d", count, first,
                     first + 1);
            assert_refused_once(text, part);
        }
    }
}

static void syntax__one_document_a_file(void **state)
{
    (void)state;
    assert_refused_once(HEAD "---\n" HEAD, "3:1: error: a second document");
    assert_refused_once(HEAD "...\n---\n{}\n", "error: a second document");
}

static void syntax__keys_are_words(void **state)
{
    (void)state;
    assert_refused_once(HEAD "? [a]\n: 1\n", "3:3: error: a key has to be a word");
    assert_refused_once(HEAD "{a: 1}: 1\n", "error: a key has to be a word");
    assert_refused_once(HEAD "x: &a b\n*a : 1\n", "4:1: error: an alias cannot be a key");
    assert_refused_once(HEAD "\"a\\0b\": 1\n", "3:1: error: a key holds a NUL byte");
    assert_refused_once(HEAD "about: \"a\\0b\"\n", "3:8: error: the text holds a NUL byte");
}

static void syntax__tags_and_merge_keys_are_refused(void **state)
{
    (void)state;
    assert_refused_once(HEAD "about: !!str x\n", "3:8: error: tags have no meaning");
    assert_refused_once(HEAD "services: !mine [x]\n", "error: tags have no meaning");
    assert_refused_once(HEAD "defaults: &d {restart: never}\nservices: [{name: a, <<: *d}]\n",
                        "4:22: error: unknown key `<<`");
}

static void alias__stands_for_what_it_names(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "services:\n  - {name: a, backoff: &b {base: 5ms}, script: [&f fail]}\n"
                       "  - {name: b, backoff: *b, script: [*f, run]}\n");
    assert_int_equal(scenario->services[1].policy.backoff.base.ns, 5 * MS);
    assert_int_equal(scenario->services[1].script[0].kind, SIM_FAIL);
    assert_int_equal(scenario->services[1].script[0].place.line, 5);
    sim_scenario_free(scenario);
}

static void alias__bombs_loops_and_strangers_are_refused(void **state)
{
    (void)state;
    char text[4096] = "a: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 20; i++) {
        char line[128];
        snprintf(line, sizeof(line), "k%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
                 i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
        strcat(text, line);
    }
    assert_refused_once(text, "aliases counted in full");
    assert_refused_once("a: &a [*a]\n", "1:8: error: alias `a` names nothing");
    assert_refused_once("a: *b\nb: &b 1\n", "1:4: error: alias `b` names nothing");
}

/* n levels of lists, one a line and indented, or all on one line. */
static char *nested(size_t levels, bool block)
{
    char *text = malloc(block ? levels * (levels + 4) + 1 : levels + 1);
    assert_non_null(text);
    size_t used = 0;
    for (size_t i = 0; i < levels; i++) {
        if (block) {
            memset(text + used, ' ', i);
            memcpy(text + used + i, "a:\n", 3);
            used += i + 3;
        } else {
            text[used++] = '[';
        }
    }
    text[used] = '\0';
    return text;
}

static void depth__is_limited_with_a_place(void **state)
{
    (void)state;
    static const size_t levels[] = {49, 100, 1000, 1001, 10000};
    for (size_t i = 0; i < COUNT(levels); i++) {
        for (int block = 0; block < (levels[i] > 2000 ? 1 : 2); block++) {
            char *text = nested(levels[i], block != 0);
            assert_refused_once(text, "nested too deep; the limit is 48 levels");
            free(text);
        }
    }
}

static void size__too_long_a_file_is_refused(void **state)
{
    (void)state;
    size_t length = (size_t)SIM_FILE_BYTES_MAX + 1;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, '#', length);
    struct reading reading = reading_of(text, length);
    assert_int_equal(reading.result, SUP_EINVAL);
    assert_non_null(strstr(reading.diagnostics.text, "the file is longer than 16 MiB"));
    assert_true(strlen(reading.diagnostics.text) < 1000);
    reading_release(&reading);
    free(text);
}

static void size__many_keys_are_read_in_linear_time(void **state)
{
    (void)state;
    const size_t count = 100000;
    char *text = malloc(count * 16 + sizeof(HEAD));
    assert_non_null(text);
    size_t used = (size_t)sprintf(text, HEAD);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)sprintf(text + used, "key%zu: 1\n", i);
    }
    struct reading reading = reading_of(text, used);
    assert_int_equal(reading.result, SUP_EINVAL);
    assert_int_equal(reading.diagnostics.errors, count);
    assert_non_null(strstr(reading.diagnostics.text, "99900 more errors are not shown"));
    reading_release(&reading);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes__broken_encodings_are_refused_with_their_place),
        cmocka_unit_test(bytes__good_unusual_ones_are_read),
        cmocka_unit_test(syntax__errors_end_the_reading),
        cmocka_unit_test(syntax__a_duplicate_key_ends_the_reading_at_the_second),
        cmocka_unit_test(syntax__duplicates_are_found_among_any_number_of_keys),
        cmocka_unit_test(syntax__one_document_a_file),
        cmocka_unit_test(syntax__keys_are_words),
        cmocka_unit_test(syntax__tags_and_merge_keys_are_refused),
        cmocka_unit_test(alias__stands_for_what_it_names),
        cmocka_unit_test(alias__bombs_loops_and_strangers_are_refused),
        cmocka_unit_test(depth__is_limited_with_a_place),
        cmocka_unit_test(size__too_long_a_file_is_refused),
        cmocka_unit_test(size__many_keys_are_read_in_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
