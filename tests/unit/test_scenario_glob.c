/* Globs. */
#include "reading.h"
#include "sim/base/glob.h"

static void glob_match__stars_and_question_marks(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        const char *name;
        bool matches;
    } list[] = {
        {"", "", true},           {"", "a", false},       {"a", "a", true},
        {"a", "b", false},        {"a", "", false},       {"*", "", true},
        {"*", "anything", true},  {"**", "x", true},      {"?", "a", true},
        {"?", "", false},         {"?", "ab", false},     {"w-*", "w-1", true},
        {"w-*", "w-", true},      {"w-*", "w", false},    {"*-1", "w-1", true},
        {"*-1", "w-11", false},   {"a*b*c", "abc", true}, {"a*b*c", "aXbYbZc", true},
        {"a*b*c", "acb", false},  {"*a*", "bab", true},   {"*a?", "aaab", true},
        {"*a?", "aaaba", false},  {"w-?", "w-10", false}, {"w-??", "w-10", true},
        {"*.db", "a.b.db", true}, {"ab*", "a", false},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        if (sim_glob_match(list[i].pattern, list[i].name) != list[i].matches) {
            fail_msg("%s on %s", list[i].pattern, list[i].name);
        }
    }
}

static void globs_meet__false_of_what_has_no_name_in_common(void **state)
{
    (void)state;
    static const struct {
        const char *one;
        const char *other;
        bool meet;
    } list[] = {
        {"a", "a", true},        {"a", "b", false},     {"a", "ab", false},
        {"a*", "a", true},       {"a*", "b", false},    {"w-?", "w-1", true},
        {"w-?", "w-11", false},  {"w-*", "v-*", false}, {"w-*", "w-?", true},
        {"*", "a*", true},       {"?a", "b*", true},    {"w*", "w-1*", true},
        {"w-1*", "w-2*", false},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        if (sim__globs_meet(list[i].one, list[i].other) != list[i].meet ||
            sim__globs_meet(list[i].other, list[i].one) != list[i].meet) {
            fail_msg("%s and %s", list[i].one, list[i].other);
        }
    }
}

static void glob_match__many_stars_take_no_exponential_time(void **state)
{
    (void)state;
    char pattern[129];
    char name[129];
    memset(name, 'a', 128);
    name[128] = '\0';
    for (int i = 0; i < 126; i += 2) {
        memcpy(pattern + i, "*a", 2);
    }
    memcpy(pattern + 126, "*b", 3);
    assert_false(sim_glob_match(pattern, name));
}

static void glob_is__only_with_a_wildcard(void **state)
{
    (void)state;
    assert_true(sim_glob_is("a*"));
    assert_true(sim_glob_is("?"));
    assert_false(sim_glob_is("a-b.c_d"));
    assert_false(sim_glob_is(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glob_match__stars_and_question_marks),
        cmocka_unit_test(globs_meet__false_of_what_has_no_name_in_common),
        cmocka_unit_test(glob_match__many_stars_take_no_exponential_time),
        cmocka_unit_test(glob_is__only_with_a_wildcard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
