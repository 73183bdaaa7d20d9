/* The oracle: streams of their own for each site, replay, enumeration. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/oracle.h"
#include "sup/error.h"
#include "sup/random.h"

static struct sim_oracle *seeded(uint64_t seed)
{
    struct sim_oracle *oracle = NULL;
    assert_int_equal(sim_oracle_create_seeded(seed, &oracle), SUP_OK);
    return oracle;
}

static void seeded__same_seed_same_answers(void **state)
{
    (void)state;
    struct sim_oracle *a = seeded(9);
    struct sim_oracle *b = seeded(9);
    for (uint32_t i = 0; i < 200; i++) {
        assert_int_equal(sim_oracle_choose(a, "x", 7), sim_oracle_choose(b, "x", 7));
    }
    assert_int_equal(sim_oracle_draws(a), 200);
    sim_oracle_free(a);
    sim_oracle_free(b);
}

static void seeded__a_site_is_the_stream_of_its_label(void **state)
{
    (void)state;
    struct sim_oracle *oracle = seeded(3);
    struct sup_random stream = sup_random_derive(3, "site", 4);
    for (uint32_t i = 0; i < 50; i++) {
        assert_int_equal(sim_oracle_choose(oracle, "site", 10), sup_random_upto(&stream, 9, NULL));
    }
    sim_oracle_free(oracle);
}

static void seeded__another_site_shifts_no_other(void **state)
{
    (void)state;
    struct sim_oracle *alone = seeded(5);
    struct sim_oracle *mixed = seeded(5);
    char label[] = "site-?";
    for (uint32_t i = 0; i < 300; i++) {
        label[5] = (char)('a' + i % 26);
        (void)sim_oracle_choose(mixed, label, 4);
        assert_int_equal(sim_oracle_choose(alone, "mine", 1000),
                         sim_oracle_choose(mixed, "mine", 1000));
    }
    sim_oracle_free(alone);
    sim_oracle_free(mixed);
}

static void choose__one_possibility_takes_no_draw(void **state)
{
    (void)state;
    struct sim_oracle *oracle = seeded(1);
    assert_int_equal(sim_oracle_choose(oracle, "x", 1), 0);
    assert_int_equal(sim_oracle_choose(oracle, "x", 0), 0);
    assert_int_equal(sim_oracle_draws(oracle), 0);
    sim_oracle_free(oracle);
}

static void replay__follows_the_list_then_the_seed(void **state)
{
    (void)state;
    const uint32_t answers[] = {3, 0, 9};
    struct sim_oracle *oracle = NULL;
    assert_int_equal(sim_oracle_create_replay(8, answers, 3, &oracle), SUP_OK);
    struct sim_oracle *original = seeded(8);
    for (uint32_t i = 0; i < 3; i++) {
        (void)sim_oracle_choose(original, "x", 4);
    }
    assert_int_equal(sim_oracle_choose(oracle, "x", 4), 3);
    assert_int_equal(sim_oracle_choose(oracle, "x", 4), 0);
    assert_int_equal(sim_oracle_choose(oracle, "x", 4), 9 % 4);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(sim_oracle_choose(oracle, "x", 4), sim_oracle_choose(original, "x", 4));
    }
    assert_int_equal(sim_oracle_draws(oracle), sim_oracle_draws(original));
    sim_oracle_free(oracle);
    sim_oracle_free(original);
    assert_int_equal(sim_oracle_create_replay(8, answers, 1, &oracle), SUP_OK);
    assert_int_equal(sim_oracle_choose(oracle, "x", 4), 3);
    sim_oracle_free(oracle);
}

/* The second question depends on the first answer: 0 asks for 3, 1 asks for 2,
 * 2 asks nothing more. */
static uint32_t path(struct sim_oracle *oracle)
{
    uint32_t first = sim_oracle_choose(oracle, "first", 3);
    uint32_t second = 0;
    if (first < 2) {
        second = sim_oracle_choose(oracle, "second", 3 - first);
    }
    return first * 10 + second;
}

static void enumerate__visits_every_combination_depth_first(void **state)
{
    (void)state;
    static const uint32_t wanted[] = {0, 1, 2, 10, 11, 20};
    struct sim_oracle *oracle = NULL;
    assert_int_equal(sim_oracle_create_enumerate(&oracle), SUP_OK);
    uint32_t count = 0;
    do {
        assert_in_range(count, 0, 5);
        assert_int_equal(path(oracle), wanted[count]);
        count++;
    } while (sim_oracle_next(oracle));
    assert_int_equal(count, 6);
    assert_int_equal(sim_oracle_visited(oracle), 6);
    sim_oracle_free(oracle);
}

static void enumerate__nothing_to_choose_is_one_combination(void **state)
{
    (void)state;
    struct sim_oracle *oracle = NULL;
    assert_int_equal(sim_oracle_create_enumerate(&oracle), SUP_OK);
    assert_false(sim_oracle_next(oracle));
    assert_int_equal(sim_oracle_visited(oracle), 1);
    sim_oracle_free(oracle);
    sim_oracle_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeded__same_seed_same_answers),
        cmocka_unit_test(seeded__a_site_is_the_stream_of_its_label),
        cmocka_unit_test(seeded__another_site_shifts_no_other),
        cmocka_unit_test(choose__one_possibility_takes_no_draw),
        cmocka_unit_test(replay__follows_the_list_then_the_seed),
        cmocka_unit_test(enumerate__visits_every_combination_depth_first),
        cmocka_unit_test(enumerate__nothing_to_choose_is_one_combination),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
