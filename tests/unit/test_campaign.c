/* The runs of a campaign as sheets: figures and their seeds, parts of a spread, ways of failing,
 * squares of two keys, and what is longest. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "sim/report/campaign.h"
#include "sim/report/forms.h"
#include "sup/sup.h"

static const struct sim__yardstick yardsticks[] = {
    {.name = "events of a run", .unasked = true},
    {.name = "recovery", .is_length = true},
};

static void put_replay(const struct sim__campaign *campaign, const struct sim__variant *variant,
                       uint64_t seed, struct sim__text *text)
{
    (void)campaign;
    sim__text_format(text, "again %s %u", variant->variant, (unsigned)seed);
}

struct fixture {
    struct sim__book book;
    struct sim__campaign campaign;
    struct sim__text csv;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    assert_int_equal(sim__book_init(&fixture.book), SUP_OK);
    fixture.campaign = (struct sim__campaign){
        .book = &fixture.book, .number = 1, .command = "it", .seeded = true, .replay = put_replay};
    sim__campaign_init(&fixture.campaign);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    sim__campaign_release(&fixture->campaign);
    sim__book_release(&fixture->book);
    sim__text_release(&fixture->csv);
    return 0;
}

static uint32_t add_variant(struct fixture *fixture, const char *name,
                            const struct sim_varied *varied)
{
    const struct sim__variant variant = {
        .file = "f",
        .scenario = "s",
        .variant = name,
        .varied = varied,
        .varied_count = varied != NULL ? 2 : 0,
        .measures = yardsticks,
        .measure_count = 2,
    };
    return sim__campaign_variant(&fixture->campaign, &variant);
}

static void add_run(struct fixture *fixture, uint32_t variant, uint64_t seed, uint64_t recovery)
{
    const uint64_t figures[] = {5, recovery};
    const struct sim__outcome outcome = {
        .seed = seed, .events = 5, .end_ns = seed, .word = "pass", .whole = true};
    sim__campaign_run(&fixture->campaign, variant, &outcome, figures);
}

static const char *csv_of(struct fixture *fixture, enum sim__sheet_id id)
{
    sim__text_clear(&fixture->csv);
    sim__sheet_put_csv(&fixture->csv, &fixture->book.sheets[id]);
    assert_false(fixture->csv.failed || fixture->book.failed);
    return strchr(sim__text_string(&fixture->csv), '\n') + 1;
}

static void campaign__figures_have_the_first_seed_that_gave_them(void **state)
{
    struct fixture *fixture = *state;
    uint32_t variant = add_variant(fixture, "", NULL);
    const uint64_t figures[] = {30, 10, SUP_NEVER_NS, 10, 20};
    for (uint32_t i = 0; i < 5; i++) {
        add_run(fixture, variant, i + 1, figures[i]);
    }
    sim__campaign_put(&fixture->campaign);
    /* Nobody asked for the events, which are all five. */
    assert_string_equal(csv_of(fixture, SIM__SHEET_MEASURES),
                        "1,f,s,,recovery,ns,5,1,10,2,20,5,never,3,never,3,never,3\n");
    assert_string_equal(csv_of(fixture, SIM__SHEET_SPREAD), "1,f,s,,recovery,ns,linear,10,10,2\n"
                                                            "1,f,s,,recovery,ns,linear,20,20,1\n"
                                                            "1,f,s,,recovery,ns,linear,30,30,1\n");
}

static void campaign__parts_of_equal_width_are_those_of_all_variants(void **state)
{
    struct fixture *fixture = *state;
    uint32_t a = add_variant(fixture, "a", NULL), b = add_variant(fixture, "b", NULL);
    add_run(fixture, a, 1, 100);
    add_run(fixture, a, 2, 102);
    add_run(fixture, a, 3, 103);
    add_run(fixture, b, 1, 219);
    add_run(fixture, b, 2, 101);
    sim__campaign_put(&fixture->campaign);
    /* 119 numbers apart: three in each part. */
    assert_string_equal(csv_of(fixture, SIM__SHEET_SPREAD),
                        "1,f,s,a,recovery,ns,linear,100,102,2\n"
                        "1,f,s,a,recovery,ns,linear,103,105,1\n"
                        "1,f,s,b,recovery,ns,linear,100,102,1\n"
                        "1,f,s,b,recovery,ns,linear,217,219,1\n");
}

static void campaign__parts_grow_where_figures_do(void **state)
{
    struct fixture *fixture = *state;
    uint32_t variant = add_variant(fixture, "", NULL);
    const uint64_t figures[] = {0, 1, 2, 3, 1000, UINT64_MAX - 2, UINT64_MAX - 1};
    for (uint32_t i = 0; i < 7; i++) {
        add_run(fixture, variant, i + 1, figures[i]);
    }
    sim__campaign_put(&fixture->campaign);
    /* 64 octaves, each one part. */
    assert_string_equal(csv_of(fixture, SIM__SHEET_SPREAD),
                        "1,f,s,,recovery,ns,octaves,0,0,1\n"
                        "1,f,s,,recovery,ns,octaves,1,1,1\n"
                        "1,f,s,,recovery,ns,octaves,2,3,2\n"
                        "1,f,s,,recovery,ns,octaves,512,1023,1\n"
                        "1,f,s,,recovery,ns,octaves,9223372036854775808,18446744073709551614,2\n");
}

static void campaign__octaves_are_cut_at_the_ends(void **state)
{
    struct fixture *fixture = *state;
    uint32_t variant = add_variant(fixture, "", NULL);
    const uint64_t figures[] = {1001, 1100, 1101, 64064};
    for (uint32_t i = 0; i < 4; i++) {
        add_run(fixture, variant, i + 1, figures[i]);
    }
    sim__campaign_put(&fixture->campaign);
    /* 64 times as much: seven octaves of four parts. */
    assert_string_equal(csv_of(fixture, SIM__SHEET_SPREAD),
                        "1,f,s,,recovery,ns,octaves,1001,1023,1\n"
                        "1,f,s,,recovery,ns,octaves,1024,1279,2\n"
                        "1,f,s,,recovery,ns,octaves,57344,64064,1\n");
}

static void campaign__failures_of_one_place_are_one_way(void **state)
{
    struct fixture *fixture = *state;
    struct sim__campaign *campaign = &fixture->campaign;
    struct sim__campaign_failure failure = {
        .place = "f:1:2", .word = "w", .expected = "e", .found = "first"};
    (void)add_variant(fixture, "a", NULL);
    (void)add_variant(fixture, "b", NULL);
    for (uint32_t seed = 1; seed <= 3; seed++) {
        failure.seed = seed;
        sim__campaign_fail(campaign, &failure);
        sim__campaign_fail(campaign, &failure); /* twice in a run */
        failure.found = "another";
    }
    failure.variant = 1;
    sim__campaign_fail(campaign, &failure);
    failure.place = ""; /* of the run as a whole: by what is found, but for digits */
    for (uint32_t seed = 7; seed <= 8; seed++) {
        char found[] = "lost 10 of 12";
        found[5] = (char)('0' + seed);
        failure.found = found;
        failure.seed = seed;
        sim__campaign_fail(campaign, &failure);
    }
    failure.found = "lost none";
    sim__campaign_fail(campaign, &failure);
    sim__campaign_put(campaign);
    assert_string_equal(csv_of(fixture, SIM__SHEET_FAILURES),
                        "1,f,s,a,f:1:2,w,e,first,4,2,1,again a 1\n"
                        "1,f,s,b,,w,e,lost 70 of 12,2,1,7,again b 7\n"
                        "1,f,s,b,,w,e,lost none,1,1,8,again b 8\n");
}

static void campaign__a_thousand_ways_are_listed_and_the_rest_counted(void **state)
{
    struct fixture *fixture = *state;
    char place[16];
    struct sim__campaign_failure failure = {.word = "w", .expected = "e", .found = ""};
    (void)add_variant(fixture, "", NULL);
    failure.place = place;
    for (uint32_t i = 0; i < SIM__FAILURES_MAX + 5; i++) {
        (void)snprintf(place, sizeof place, "f:%u", (unsigned)i);
        sim__campaign_fail(&fixture->campaign, &failure);
    }
    (void)snprintf(place, sizeof place, "f:3"); /* which is known */
    failure.seed = 1;
    sim__campaign_fail(&fixture->campaign, &failure);
    sim__campaign_put(&fixture->campaign);
    const char *rows = csv_of(fixture, SIM__SHEET_FAILURES);
    assert_int_equal(sim__sheet_rows(&fixture->book.sheets[SIM__SHEET_FAILURES]),
                     SIM__FAILURES_MAX + 1);
    assert_memory_equal(rows, "1,f,s,,f:3,w,e,,2,1,0,again  0\n", 31);
    assert_non_null(strstr(rows, "\n1,,,,,,,further ways of failing,5,,,\n"));
}

static void campaign__squares_have_all_runs_of_two_values(void **state)
{
    static const struct sim_varied varied[][2] = {
        {{"x", "1"}, {"y", "u"}}, {{"x", "1"}, {"y", "v"}}, {{"x", "2"}, {"y", "u"}}};
    struct fixture *fixture = *state;
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t variant = add_variant(fixture, "", varied[i]);
        add_run(fixture, variant, 1, 10 * (i + 1));
        add_run(fixture, variant, 2, 10 * (i + 1) + 2);
    }
    sim__campaign_put(&fixture->campaign);
    assert_string_equal(csv_of(fixture, SIM__SHEET_HEAT),
                        "1,f,s,x,1,y,u,,,2,0,,,,\n"
                        "1,f,s,x,1,y,u,recovery,ns,2,,10,10,12,12\n"
                        "1,f,s,x,1,y,v,,,2,0,,,,\n"
                        "1,f,s,x,1,y,v,recovery,ns,2,,20,20,22,22\n"
                        "1,f,s,x,2,y,u,,,2,0,,,,\n"
                        "1,f,s,x,2,y,u,recovery,ns,2,,30,30,32,32\n");
}

static void campaign__the_largest_are_ten_and_named(void **state)
{
    struct fixture *fixture = *state;
    uint32_t variant = add_variant(fixture, "", NULL);
    for (uint32_t i = 1; i <= 30; i++) {
        add_run(fixture, variant, i, 1);
    }
    sim__campaign_put(&fixture->campaign);
    const char *rows = csv_of(fixture, SIM__SHEET_SLOWEST);
    /* All have as many events, so none is large by these. */
    assert_int_equal(sim__sheet_rows(&fixture->book.sheets[SIM__SHEET_SLOWEST]), 10);
    assert_memory_equal(rows, "1,f,s,,length,30,pass,5,0,30\n", 29);
    assert_non_null(strstr(rows, "1,f,s,,length,21,pass,5,0,21\n"));
    /* These, and the first seed, which gave all figures. */
    assert_int_equal(sim__sheet_rows(&fixture->book.sheets[SIM__SHEET_RUNS]), 11);
}

static void forms__cells_are_quoted_where_they_have_to_be(void **state)
{
    struct fixture *fixture = *state;
    sim__text_clear(&fixture->csv);
    const char *const cells[] = {"plain", "a,b", "\"", "\n", ""};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        sim__put_csv_cell(&fixture->csv, cells[i]);
        sim__text_char(&fixture->csv, '|');
    }
    assert_string_equal(sim__text_string(&fixture->csv), "plain|\"a,b\"|\"\"\"\"|\"\n\"||");
}

static void forms__long_tables_are_cut_for_people(void **state)
{
    struct fixture *fixture = *state;
    struct sim__text text = {0};
    for (uint32_t i = 0; i < 45; i++) {
        sim__put_number(&fixture->book, SIM__SHEET_RELATIONS, 1);
        sim__put_text(&fixture->book, SIM__SHEET_RELATIONS, i == 0 ? "\x1b[2J" : "r");
        sim__put_number(&fixture->book, SIM__SHEET_RELATIONS, i);
        sim__put_none(&fixture->book, SIM__SHEET_RELATIONS);
        sim__put_number(&fixture->book, SIM__SHEET_RELATIONS, 100);
    }
    sim__book_put_table(&text, &fixture->book);
    const char *begin = "Relations between pairs of runs\n"
                        "  campaign  relation  wanted  broken\n"
                        "         1  \\x1b[2J        0     100\n"
                        "         1  r              1     100\n";
    assert_memory_equal(sim__text_string(&text), begin, strlen(begin));
    assert_non_null(strstr(sim__text_string(&text), "39     100\n  and 5 more; --csv DIR"));
    sim__text_release(&text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(campaign__figures_have_the_first_seed_that_gave_them),
        TEST(campaign__parts_of_equal_width_are_those_of_all_variants),
        TEST(campaign__parts_grow_where_figures_do),
        TEST(campaign__octaves_are_cut_at_the_ends),
        TEST(campaign__failures_of_one_place_are_one_way),
        TEST(campaign__a_thousand_ways_are_listed_and_the_rest_counted),
        TEST(campaign__squares_have_all_runs_of_two_values),
        TEST(campaign__the_largest_are_ten_and_named),
        TEST(forms__cells_are_quoted_where_they_have_to_be),
        TEST(forms__long_tables_are_cut_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
