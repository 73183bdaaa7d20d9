/* Arrays within a line of JSON: their items as they stand there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/base/json_items.h"

static void items__are_as_they_stand(void **state)
{
    static const struct {
        const char *line;
        const char *items[5]; /* NULL: no more */
    } cases[] = {
        {"{\"a\":[]}", {NULL}},
        {"{\"a\":[ ]}", {NULL}},
        {"{\"a\":[1]}", {"1"}},
        {"{\"a\":[1,-2.5e+3, null ,\ttrue]}", {"1", "-2.5e+3", "null", "true"}},
        {"{\"a\":[\"\",\"],[\",\"\\\\\",\"\\\"\"]}", {"\"\"", "\"],[\"", "\"\\\\\"", "\"\\\"\""}},
        {"{\"a\":[[],[1,[2]],{},{\"b\":[\"]\"],\"c\":{}}]}",
         {"[]", "[1,[2]]", "{}", "{\"b\":[\"]\"],\"c\":{}}"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sim__json json;
        struct sim__json_items items;
        struct sim__json_member item;
        assert_true(sim__json_read(cases[i].line, strlen(cases[i].line), &json));
        assert_true(sim__json_items(sim__json_find(&json, "a"), &items));
        for (size_t k = 0; cases[i].items[k] != NULL; k++) {
            assert_true(sim__json_item(&items, &item));
            assert_int_equal(item.value_length, strlen(cases[i].items[k]));
            assert_memory_equal(item.value, cases[i].items[k], item.value_length);
        }
        assert_false(sim__json_item(&items, &item));
        assert_false(sim__json_item(&items, &item));
    }
}

static void items__of_no_array_are_refused(void **state)
{
    static const char *const lines[] = {"{\"a\":1}", "{\"a\":\"[1]\"}", "{\"a\":{\"b\":[1]}}"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct sim__json json;
        struct sim__json_items items;
        assert_true(sim__json_read(lines[i], strlen(lines[i]), &json));
        assert_false(sim__json_items(sim__json_find(&json, "a"), &items));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items__are_as_they_stand),
        cmocka_unit_test(items__of_no_array_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
