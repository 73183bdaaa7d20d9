/* The words of keys as numbers. */
#include "reading.h"
#include "sim/scenario/keys.h"

static void key__each_word_is_found_in_its_order(void **state)
{
    (void)state;
    for (uint32_t i = SIM__KEY_NONE + 1; i < SIM__KEYS; i++) {
        const char *word = sim__key_word((enum sim__key)i);
        const char *before = sim__key_word((enum sim__key)(i - 1));
        assert_int_equal(sim__key_of(word, strlen(word)), i);
        assert_true(strlen(before) < strlen(word) ||
                    (strlen(before) == strlen(word) && strcmp(before, word) < 0));
    }
}

static void key__other_words_are_none(void **state)
{
    (void)state;
    static const char *const others[] = {"",      "a",      "zz",    "At",
                                         "names", "s-name", "max\n", "a-word-longer-than-any"};
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_int_equal(sim__key_of(others[i], strlen(others[i])), SIM__KEY_NONE);
    }
    for (uint32_t i = SIM__KEY_NONE + 1; i < SIM__KEYS; i++) {
        char word[64];
        size_t length = strlen(sim__key_word((enum sim__key)i));
        memcpy(word, sim__key_word((enum sim__key)i), length + 1);
        word[length - 1] = '~';
        assert_int_equal(sim__key_of(word, length), SIM__KEY_NONE);
        assert_int_equal(sim__key_of(sim__key_word((enum sim__key)i), length + 1), SIM__KEY_NONE);
    }
}

#define FIRST(name, ...) name
#define SPELLED(id, ...) {SIM__KEY_##id, FIRST(__VA_ARGS__, 0)},

static void key__lists_spell_it_alike(void **state)
{
    (void)state;
    static const struct {
        enum sim__key key;
        const char *name;
    } list[] = {SIM__ROOT_KEYS(SPELLED) SIM__SERVICE_KEYS(SPELLED) SIM__BACKOFF_KEYS(SPELLED)
                    SIM__LIMIT_KEYS(SPELLED) SIM__STOP_KEYS(SPELLED) SIM__EXPECT_KEYS(SPELLED)
                        SIM__RESULT_KEYS(SPELLED) SIM__SUPERVISOR_KEYS(SPELLED)
                            SIM__GROUP_KEYS(SPELLED) SIM__ENTRY_KEYS(SPELLED)
                                SIM__MODIFIER_KEYS(SPELLED) SIM__PLAN_KEYS(SPELLED)
                                    SIM__MEASURE_KEYS(SPELLED) SIM__OPERATOR_KEYS(SPELLED)
                                        SIM_ACTION_LIST(SPELLED) SIM_STEP_LIST(SPELLED)
                                            SIM_BEHAVIOUR_LIST(SPELLED) SIM_DRAW_LIST(SPELLED)};
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_string_equal(sim__key_word(list[i].key), list[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key__each_word_is_found_in_its_order),
        cmocka_unit_test(key__other_words_are_none),
        cmocka_unit_test(key__lists_spell_it_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
