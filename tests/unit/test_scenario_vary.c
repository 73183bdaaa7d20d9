/* What is laid over a file: paths, combinations, and what stays as it is. */
#include "reading.h"
#include "sim/scenario/read.h"
#include "sup/error.h"

struct taken {
    struct sim_scenario *list[16];
    uint32_t count;
};

static bool take(void *context, struct sim_scenario *scenario)
{
    struct taken *taken = context;
    assert_true(taken->count < COUNT(taken->list));
    taken->list[taken->count++] = scenario;
    return true;
}

/* All combinations of a text that is good. */
static struct taken take_all(const char *text, const struct sim__set *sets, uint32_t set_count)
{
    struct taken taken = {.count = 0};
    struct sim_diagnostics diagnostics = {0};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc,
        .bytes = text,
        .length = strlen(text),
        .file = "test.yaml",
        .sets = sets,
        .set_count = set_count,
        .take = take,
        .context = &taken,
    };
    assert_int_equal(sim__scenario_read(&reading, &diagnostics, NULL), SUP_OK);
    return taken;
}

static void release(struct taken *taken)
{
    for (uint32_t i = 0; i < taken->count; i++) {
        sim_scenario_free(taken->list[i]);
    }
}

static uint64_t base_of(const struct sim_scenario *scenario, uint32_t service)
{
    return scenario->services[service].policy.backoff.base.ns / MS;
}

static void vary__the_first_key_varies_slowest(void **state)
{
    (void)state;
    struct taken taken =
        take_all(HEAD "vary: {services.a.backoff.base: [1ms, 2ms], services.b.count: [3, 4, 5]}\n"
                      "services: [{name: a}, {name: b}]\n",
                 NULL, 0);
    assert_int_equal(taken.count, 6);
    for (uint32_t i = 0; i < 6; i++) {
        assert_int_equal(base_of(taken.list[i], 0), 1 + i / 3);
        assert_int_equal(base_of(taken.list[i], 1), 100);
        assert_int_equal(taken.list[i]->services[1].count, 3 + i % 3);
        assert_string_equal(taken.list[i]->title, "x");
        assert_int_equal(taken.list[i]->varied_count, 2);
    }
    assert_string_equal(taken.list[4]->name, "x [services.a.backoff.base=2ms, services.b.count=4]");
    assert_string_equal(taken.list[4]->variant, "services.a.backoff.base=2ms, services.b.count=4");
    assert_string_equal(taken.list[4]->varied[1].key, "services.b.count");
    assert_string_equal(taken.list[4]->varied[1].value, "4");
    release(&taken);
}

/* A map that is varied and a key in it: the key counts after the map, whoever stands first. */
static void vary__the_longer_path_counts_after_the_shorter(void **state)
{
    (void)state;
    struct taken taken = take_all(HEAD "vary:\n"
                                       "  defaults.backoff.base: [1ms]\n"
                                       "  defaults.backoff: [{base: 9ms, factor: 1}, {base: 8ms}]\n"
                                       "services: [{name: a}]\n",
                                  NULL, 0);
    assert_int_equal(taken.count, 2);
    assert_int_equal(base_of(taken.list[0], 0), 1);
    assert_int_equal(base_of(taken.list[1], 0), 1);
    assert_int_equal(taken.list[0]->services[0].policy.backoff.factor_billionths, SUP_FACTOR_ONE);
    assert_int_equal(taken.list[1]->services[0].policy.backoff.factor_billionths,
                     2 * SUP_FACTOR_ONE);
    release(&taken);
}

/* A whole map may be what varies, and a value that is one is named as it is written. */
static void vary__a_value_that_is_a_map_is_its_own_name(void **state)
{
    (void)state;
    struct taken taken = take_all(
        HEAD "vary:\n"
             "  policies: [{fast: {backoff: {base: 5ms}}}, {fast: {backoff: {base: 6ms}}}]\n"
             "  services.a.script: [[run], [{fail: {after: 1s}}, run]]\n"
             "services: [{name: a, policy: fast}]\n",
        NULL, 0);
    assert_int_equal(taken.count, 4);
    assert_int_equal(base_of(taken.list[0], 0), 5);
    assert_int_equal(base_of(taken.list[3], 0), 6);
    assert_string_equal(taken.list[3]->variant, "policies={fast: {backoff: {base: 6ms}}}, "
                                                "services.a.script=[{fail: {after: 1s}}, run]");
    release(&taken);
}

/* Two services that are one node of the file, by an alias, are still two. */
static void vary__an_alias_is_not_varied_with_its_anchor(void **state)
{
    (void)state;
    struct taken taken =
        take_all(HEAD "vary: {services.a.backoff.base: [1ms, 2ms]}\n"
                      "services: [{name: a, backoff: &w {base: 7ms}}, {name: b, backoff: *w}]\n",
                 NULL, 0);
    assert_int_equal(taken.count, 2);
    assert_int_equal(base_of(taken.list[1], 0), 2);
    assert_int_equal(base_of(taken.list[1], 1), 7);
    release(&taken);
}

static void set__wins_over_the_file_and_over_what_it_varies(void **state)
{
    (void)state;
    static const struct sim__set sets[] = {{"services.\"a\".backoff.base", "5ms"}};
    struct taken taken = take_all(HEAD "vary: {services.a.backoff.base: [1ms, 2ms]}\n"
                                       "services: [{name: a}]\n",
                                  sets, 1);
    assert_int_equal(taken.count, 1);
    assert_int_equal(base_of(taken.list[0], 0), 5);
    assert_string_equal(taken.list[0]->name, "x [services.a.backoff.base=5ms]");
    release(&taken);
    taken = take_all(HEAD "services: [{name: a, backoff: {base: 1ms, factor: 1}}]\n", sets, 1);
    assert_int_equal(taken.count, 1);
    assert_int_equal(base_of(taken.list[0], 0), 5);
    assert_string_equal(taken.list[0]->name, "x");
    assert_null(taken.list[0]->variant);
    assert_int_equal(taken.list[0]->services[0].policy.backoff.factor_billionths, SUP_FACTOR_ONE);
    release(&taken);
}

/* A program has the file as it is written. */
static void vary__loading_a_file_varies_nothing(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(HEAD "vary: {services.a.count: [2, 3]}\n"
                                                   "services: [{name: a}]\n");
    assert_string_equal(scenario->name, "x");
    assert_int_equal(scenario->services[0].count, 1);
    sim_scenario_free(scenario);
}

static void path__is_keys_between_dots(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t count; /* 0: it is none */
        const char *last;
    } list[] = {
        {"until", 1, "until"},
        {"a.b", 2, "b"},
        {"a.\"b.c\"", 2, "b.c"},
        {"a.'b.c'.d", 3, "d"},
        {"\"a\"", 1, "a"},
        {"", 0, NULL},
        {".", 0, NULL},
        {"a.", 0, NULL},
        {".a", 0, NULL},
        {"a..b", 0, NULL},
        {"a.\"\"", 0, NULL},
        {"a.\"b", 0, NULL},
        {"a.\"b\"c", 0, NULL},
        {"a.b\"c", 2, "b\"c"},
        {"1.2.3.4.5.6.7.8.9.a.b.c.d.e.f.g", 16, "g"},
        {"1.2.3.4.5.6.7.8.9.a.b.c.d.e.f.g.h", 0, NULL},
    };
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    for (size_t i = 0; i < COUNT(list); i++) {
        struct sim__path path = {.count = 0};
        const char *why = sim__path_take(arena, list[i].text, &path);
        assert_int_equal(why == NULL, list[i].count != 0);
        assert_int_equal(path.count, list[i].count);
        if (list[i].count > 0) {
            assert_string_equal(path.keys[path.count - 1], list[i].last);
        }
    }
    sim__arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vary__the_first_key_varies_slowest),
        cmocka_unit_test(vary__the_longer_path_counts_after_the_shorter),
        cmocka_unit_test(vary__a_value_that_is_a_map_is_its_own_name),
        cmocka_unit_test(vary__an_alias_is_not_varied_with_its_anchor),
        cmocka_unit_test(set__wins_over_the_file_and_over_what_it_varies),
        cmocka_unit_test(vary__loading_a_file_varies_nothing),
        cmocka_unit_test(path__is_keys_between_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
