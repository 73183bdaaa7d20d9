/* Comparing the stories that two traces tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "sim/real/conform.h"
#include "sup/error.h"

#define EVENT(t, n, what) "{\"t\":" #t ",\"n\":" #n ",\"event\":" what "}\n"
#define STARTED(name) "\"attempt-started\",\"service\":\"" name "\",\"attempt\":1"
#define ENDED(name) "\"attempt-ended\",\"service\":\"" name "\",\"outcome\":\"succeeded\""
#define HEADER "{\"rehearse\":1,\"scenario\":\"x\",\"seed\":1,\"executor\":\"sim\"}\n"
#define END "{\"end\":true,\"t\":9,\"events\":2,\"hash\":\"0\",\"verdict\":\"pass\"}\n"

static struct sim__conformance told; /* of the comparison at hand */

static const struct sim__conformance *compare_until(const char *a, const char *b,
                                                    struct sup_instant tail)
{
    struct sim__story wanted = {a, strlen(a), "simulated"};
    struct sim__story found = {b, strlen(b), "threads"};
    sim__conformance_release(&told);
    assert_int_equal(sim__conform(&wanted, &found, tail, &told), SUP_OK);
    return &told;
}

static const struct sim__conformance *compare(const char *a, const char *b)
{
    return compare_until(a, b, SUP_INSTANT_NEVER);
}

static int release(void **state)
{
    (void)state;
    sim__conformance_release(&told);
    return 0;
}

static void conform__times_numbers_and_other_services_do_not_matter(void **state)
{
    (void)state;
    const struct sim__conformance *c = compare(
        HEADER EVENT(0, 1, STARTED("a")) EVENT(0, 2, STARTED("b")) EVENT(5, 3, ENDED("a")) END,
        HEADER EVENT(7, 1, STARTED("b")) EVENT(8, 2, STARTED("a")) EVENT(9, 3, ENDED("a")) END);
    assert_true(c->same);
    assert_int_equal(c->services, 2);
    assert_int_equal(c->events, 3);
    assert_int_equal(c->late_ns, 8);
}

static void conform__order_within_a_service_matters(void **state)
{
    (void)state;
    const struct sim__conformance *c = compare(EVENT(0, 1, STARTED("a")) EVENT(0, 2, ENDED("a")),
                                               EVENT(0, 1, ENDED("a")) EVENT(0, 2, STARTED("a")));
    assert_false(c->same);
    assert_non_null(strstr(c->text, "service a, event 1: simulated it is attempt-started"));
    assert_non_null(strstr(c->text, "threads attempt-ended (outcome succeeded) at 0s"));
}

static void conform__fields_matter_but_how_long_a_drain_took_does_not(void **state)
{
    (void)state;
    assert_true(compare(EVENT(0, 1, "\"drained\",\"took\":0,\"timed-out\":false,\"aborted\":0"),
                        EVENT(3, 1, "\"drained\",\"took\":37,\"timed-out\":false,\"aborted\":0"))
                    ->same);
    const struct sim__conformance *c =
        compare(EVENT(0, 1, "\"drained\",\"took\":0,\"timed-out\":false,\"aborted\":0"),
                EVENT(3, 1, "\"drained\",\"took\":0,\"timed-out\":true,\"aborted\":0"));
    assert_false(c->same);
    assert_non_null(strstr(c->text, "the supervisor, event 1"));
}

static void conform__missing_and_additional_events_are_named(void **state)
{
    (void)state;
    const struct sim__conformance *c =
        compare(EVENT(0, 1, STARTED("a")) EVENT(4, 2, ENDED("a")), EVENT(0, 1, STARTED("a")));
    assert_false(c->same);
    assert_non_null(strstr(c->text, "threads nothing"));
    c = compare(EVENT(0, 1, STARTED("a")), EVENT(0, 1, STARTED("a")) EVENT(4, 2, STARTED("b")));
    assert_false(c->same);
    assert_non_null(strstr(c->text, "service b, event 1: simulated it is nothing"));
}

static void conform__end_of_a_story_may_be_cut_off(void **state)
{
    (void)state;
    const char *shorter = EVENT(0, 1, STARTED("a"));
    const char *longer = EVENT(0, 1, STARTED("a")) EVENT(90, 2, ENDED("a"));
    assert_true(compare_until(shorter, longer, (struct sup_instant){90})->same);
    assert_true(compare_until(longer, shorter, (struct sup_instant){90})->same);
    assert_false(compare_until(longer, shorter, (struct sup_instant){91})->same);
}

static void conform__groups_have_stories_of_their_own(void **state)
{
    (void)state;
    const struct sim__conformance *c =
        compare(EVENT(0, 1, "\"group-cancelled\",\"group\":\"runtime.a\""),
                EVENT(0, 1, "\"group-cancelled\",\"group\":\"runtime.b\""));
    assert_false(c->same);
    assert_non_null(strstr(c->text, "group runtime.a, event 1"));
    assert_int_equal(c->services, 0);
}

static void conform__texts_that_look_like_keys_are_texts(void **state)
{
    (void)state;
    const char *line = EVENT(0, 1, "\"command\",\"service\":\"a\",\"why\":\"\\\"took\\\":1,\\\"\"");
    assert_true(compare(line, line)->same);
    assert_true(compare("", "")->same);
    assert_true(compare("no trace at all", "\n\n{\"t\":\n")->same);
}

#define WORDS(what) "{\"t\":1250000000,\"n\":7,\"event\":\"x\",\"service\":\"a\"" what "}\n"

static const char *words_of(const char *text)
{
    static char words[SIM__WORDS_BYTES];
    struct sim__story story = {text, strlen(text), "simulated"};
    struct sim__lines lines;
    assert_int_equal(sim__lines_cut(&story, &lines), SUP_OK);
    assert_int_equal(lines.count, 1);
    sim__line_words(&lines.items[0], words);
    sim__lines_free(&lines);
    return words;
}

static void story__lines_are_put_in_words(void **state)
{
    (void)state;
    assert_string_equal(words_of(WORDS("")), "x at 1.25s");
    assert_string_equal(words_of(WORDS(",\"attempt\":2,\"error\":\"a, b}: c\",\"code\":3")),
                        "x (attempt 2, error a, b}: c, code 3) at 1.25s");
    assert_string_equal(words_of(WORDS(",\"delay\":150000000,\"timed-out\":false")),
                        "x (delay 150ms, timed-out false) at 1.25s");
}

static void story__what_was_reported_is_told_from_what_happened(void **state)
{
    (void)state;
    const struct {
        const char *a, *b;
        enum sim__sameness sameness;
    } cases[] = {
        {WORDS(",\"code\":3"), WORDS(",\"code\":3"), SIM__SAME},
        {WORDS(",\"code\":3"), WORDS(",\"code\":4"), SIM__OTHER_REPORT},
        {WORDS(",\"code\":3"), WORDS(""), SIM__OTHER_REPORT},
        {WORDS(",\"error\":\"x\""), WORDS(",\"error\":\"y\""), SIM__OTHER_REPORT},
        {WORDS(",\"signal\":9"), WORDS(",\"signal\":15"), SIM__OTHER_REPORT},
        {WORDS(",\"attempt\":1,\"code\":3"), WORDS(",\"attempt\":2,\"code\":4"), SIM__OTHER},
        {WORDS(",\"attempt\":1"), WORDS(""), SIM__OTHER},
        {WORDS(",\"attempt\":1"), WORDS(",\"attempt\":1,\"took\":5"), SIM__SAME},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sim__story a = {cases[i].a, strlen(cases[i].a), "a"};
        struct sim__story b = {cases[i].b, strlen(cases[i].b), "b"};
        struct sim__lines left, right;
        assert_int_equal(sim__lines_cut(&a, &left), SUP_OK);
        assert_int_equal(sim__lines_cut(&b, &right), SUP_OK);
        assert_int_equal(sim__line_compare(left.items, right.items), cases[i].sameness);
        assert_int_equal(sim__line_compare(right.items, left.items), cases[i].sameness);
        sim__lines_free(&left);
        sim__lines_free(&right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conform__times_numbers_and_other_services_do_not_matter),
        cmocka_unit_test(conform__order_within_a_service_matters),
        cmocka_unit_test(conform__fields_matter_but_how_long_a_drain_took_does_not),
        cmocka_unit_test(conform__missing_and_additional_events_are_named),
        cmocka_unit_test(conform__end_of_a_story_may_be_cut_off),
        cmocka_unit_test(conform__groups_have_stories_of_their_own),
        cmocka_unit_test(story__lines_are_put_in_words),
        cmocka_unit_test(story__what_was_reported_is_told_from_what_happened),
        cmocka_unit_test(conform__texts_that_look_like_keys_are_texts),
    };
    return cmocka_run_group_tests(tests, NULL, release);
}
