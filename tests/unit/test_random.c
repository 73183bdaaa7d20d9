/* Random streams: the exact values that belong to the contract, independence of
 * names, bounds without bias. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sup/random.h"

/* The published test values of SplitMix64. */
static void next__is_splitmix64(void **state)
{
    (void)state;
    static const uint64_t from_zero[] = {UINT64_C(0xE220A8397B1DCDAF), UINT64_C(0x6E789E6AA1B965F4),
                                         UINT64_C(0x06C45D188009454F), UINT64_C(0xF88BB8A8724C81EC),
                                         UINT64_C(0x1B39896A51A8749B)};
    static const uint64_t from_1234567[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973), UINT64_C(9817491932198370423),
        UINT64_C(4593380528125082431), UINT64_C(16408922859458223821)};
    struct sup_random zero = {0};
    struct sup_random other = {1234567};
    for (size_t i = 0; i < 5; i++) {
        assert_true(sup_random_next(&zero) == from_zero[i]);
        assert_true(sup_random_next(&other) == from_1234567[i]);
    }
}

static struct sup_random stream(uint64_t seed, const char *name)
{
    return sup_random_derive(seed, name, strlen(name));
}

/* A change of these breaks every recorded trace with jitter in it. */
static void derive__first_values_are_part_of_the_contract(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        const char *name;
        uint64_t values[3];
    } cases[] = {
        {1,
         "",
         {UINT64_C(0x5C844F68A9643B17), UINT64_C(0x05591FEEB391EC1B),
          UINT64_C(0xDDF247DA3F0E8943)}},
        {1,
         "a",
         {UINT64_C(0x12A61C09A737B3A4), UINT64_C(0xC66098B8FCF70641),
          UINT64_C(0xE4A362FE3B7E4C0C)}},
        {7,
         "flaky-cns",
         {UINT64_C(0xAAF86536286A7D71), UINT64_C(0x4D4923347A24B939),
          UINT64_C(0x40AF972D853CD9EB)}},
        {UINT64_MAX,
         "a.b_c-9",
         {UINT64_C(0x630D431F25BED29E), UINT64_C(0x94BA7B717580A856),
          UINT64_C(0x029E6C42255D2E47)}},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct sup_random random = stream(cases[i].seed, cases[i].name);
        for (size_t k = 0; k < 3; k++) {
            assert_true(sup_random_next(&random) == cases[i].values[k]);
        }
    }
}

static void derive__names_and_seeds_make_streams_of_their_own(void **state)
{
    (void)state;
    static const char *const names[] = {"", "a", "b", "ab", "ba", "a-0", "a-1", "a-10"};
    uint64_t first[3 * 8];
    size_t count = 0;
    for (uint64_t seed = 0; seed < 3; seed++) {
        for (size_t i = 0; i < 8; i++) {
            struct sup_random random = stream(seed, names[i]);
            first[count++] = sup_random_next(&random);
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_true(first[i] != first[k]);
        }
    }
}

/* Only the bytes given count: a name need not end in a NUL. */
static void derive__takes_the_length_given(void **state)
{
    (void)state;
    struct sup_random whole = sup_random_derive(7, "abc", 3);
    struct sup_random part = sup_random_derive(7, "abcdef", 3);
    assert_true(whole.state == part.state);
}

static void upto__stays_in_its_bounds_and_reaches_them(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {0, 1, 2, 6, 9};
    struct sup_random random = stream(1, "bounds");
    for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        uint32_t seen[10] = {0};
        for (uint32_t k = 0; k < 10000; k++) {
            uint64_t value = sup_random_upto(&random, bounds[i], NULL);
            assert_true(value <= bounds[i]);
            seen[value]++;
        }
        for (uint64_t v = 0; v <= bounds[i]; v++) {
            uint64_t even = 10000 / (bounds[i] + 1);
            assert_in_range(seen[v], even - even / 5, even + even / 5);
        }
    }
}

/* A bound just above half of the range rejects nearly every second draw; without
 * the rejection the lower part would come twice as often. */
static void upto__rejects_the_incomplete_interval(void **state)
{
    (void)state;
    struct sup_random random = stream(1, "bias");
    const uint64_t bound = UINT64_C(1) << 63;
    uint64_t draws = 0;
    uint32_t low = 0;
    for (uint32_t i = 0; i < 10000; i++) {
        low += sup_random_upto(&random, bound, &draws) < bound / 2;
    }
    assert_in_range(low, 4800, 5200);
    assert_in_range(draws, 19000, 21000);
}

static void upto__counts_its_draws(void **state)
{
    (void)state;
    struct sup_random random = stream(1, "draws");
    uint64_t draws = 5;
    (void)sup_random_upto(&random, UINT64_MAX, &draws);
    assert_true(draws == 6);
    (void)sup_random_upto(&random, 0, &draws); /* one value is possible, one draw is made */
    assert_true(draws == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(next__is_splitmix64),
        cmocka_unit_test(derive__first_values_are_part_of_the_contract),
        cmocka_unit_test(derive__names_and_seeds_make_streams_of_their_own),
        cmocka_unit_test(derive__takes_the_length_given),
        cmocka_unit_test(upto__stays_in_its_bounds_and_reaches_them),
        cmocka_unit_test(upto__rejects_the_incomplete_interval),
        cmocka_unit_test(upto__counts_its_draws),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
