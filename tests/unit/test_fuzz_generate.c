/* Scenarios from seeds: the reader accepts each, runs pass, and a seed says the same for
 * ever.
 *
 * GENERATED_SEEDS is how many the reader is given; 1,000 when it is not set. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "sim/fuzz/generate.h"
#include "sim/run.h"
#include "sup/error.h"

#define SEEDS 1000u
#define RUNS 200u

struct made {
    struct sim_arena *arena;
    struct sim__node *root;
    struct sim__fuzz_drawn drawn;
};

static struct made make(uint64_t seed)
{
    struct made made;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &made.arena), SUP_OK);
    made.root = sim__fuzz_generate(made.arena, seed, &made.drawn);
    assert_non_null(made.root);
    return made;
}

static uint64_t fnv(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static void generate__every_seed_is_a_scenario(void **state)
{
    (void)state;
    uint32_t on[SIM__FUZZ_FEATURE_COUNT] = {0};
    const char *asked = getenv("GENERATED_SEEDS");
    uint32_t seeds = asked == NULL ? SEEDS : (uint32_t)strtoul(asked, NULL, 10);
    assert_true(seeds >= SEEDS);
    for (uint32_t seed = 0; seed < seeds; seed++) {
        struct made made = make(seed);
        struct sim_diagnostics diagnostics = {0};
        struct sim_scenario *scenario = NULL;
        if (sim__tree_read(made.root, "made", &diagnostics, &scenario) != SUP_OK) {
            fail_msg("seed %" PRIu32 ": %s", seed, diagnostics.text);
        }
        uint32_t services = 0;
        for (uint32_t i = 0; i < scenario->service_count; i++) {
            services += scenario->services[i].count;
        }
        assert_int_equal(services, made.drawn.services);
        for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
            on[i] += sim__fuzz_has(&made.drawn, i) ? 1 : 0;
        }
        sim_scenario_free(scenario);
        sim__arena_free(made.arena);
    }
    /* Swarm: nothing is on in all of them, nothing in none. */
    for (uint32_t i = 0; i < SIM__FUZZ_FEATURE_COUNT; i++) {
        assert_in_range(on[i], seeds / 20, seeds - seeds / 20);
    }
}

static void generate__a_seed_is_the_same_bytes_everywhere(void **state)
{
    (void)state;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct made made = make(seed * UINT64_C(0x9e3779b97f4a7c15));
        struct sim__text text = {0};
        sim__tree_write(made.root, &text);
        assert_false(text.failed);
        hash = fnv(hash, text.bytes, text.length);
        sim__text_release(&text);
        sim__arena_free(made.arena);
    }
    /* Changes with every change of the generator, which makes every seed another one. */
    assert_int_equal(hash, UINT64_C(0x06d4c290cd522d55));
}

static const struct sim__node *group_named(const struct sim__node *root, const char *name)
{
    const struct sim__node *groups = sim__node_get(sim__node_get(root, "supervisor"), "groups");
    for (uint32_t i = 0; groups != NULL && i < groups->count; i++) {
        const struct sim__node *group = groups->entries[i].value;
        if (strcmp(sim__node_get(group, "name")->text, name) == 0) {
            return group;
        }
    }
    return NULL;
}

/* By another feature's bit they would come as often, but never without that one. */
static void generate__what_is_on_is_there_and_nothing_else(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < RUNS; seed++) {
        struct made made = make(seed);
        const struct sim__fuzz_drawn *drawn = &made.drawn;
        assert_int_equal(group_named(made.root, "g0") != NULL,
                         sim__fuzz_has(drawn, SIM__FUZZ_GROUPS));
        assert_int_equal(group_named(made.root, "k") != NULL,
                         sim__fuzz_has(drawn, SIM__FUZZ_BRITTLE));
        assert_int_equal(sim__node_get(made.root, "conditions") != NULL,
                         sim__fuzz_has(drawn, SIM__FUZZ_CONDITIONS));
        assert_int_equal(sim__node_get(made.root, "policies") != NULL,
                         sim__fuzz_has(drawn, SIM__FUZZ_POLICIES));
        assert_int_equal(sim__node_get(made.root, "defaults") != NULL,
                         sim__fuzz_has(drawn, SIM__FUZZ_DEFAULTS));
        sim__arena_free(made.arena);
    }
}

static void generate__runs_pass(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < RUNS; seed++) {
        struct made made = make(seed);
        struct sim_diagnostics diagnostics = {0};
        struct sim_scenario *scenario = NULL;
        struct sim_result result;
        assert_int_equal(sim__tree_read(made.root, "made", &diagnostics, &scenario), SUP_OK);
        assert_int_equal(sim_run(scenario, NULL, &result), SUP_OK);
        if (result.status != SIM_EXIT_PASS) {
            fail_msg("seed %" PRIu32 ": status %d: %s", seed, (int)result.status, result.message);
        }
        assert_true(result.ran_twice);
        assert_int_equal(result.seed, seed);
        sim_result_release(&result);
        sim_scenario_free(scenario);
        sim__arena_free(made.arena);
    }
}

/* Memory that ends after so many allocations. */
static uint32_t left;

static void *resize_some(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return left > 0 && left-- > 0 ? realloc(block, new_size) : NULL;
}

static void generate__without_memory_there_is_no_scenario(void **state)
{
    (void)state;
    const struct sup_allocator scarce = {.resize = resize_some};
    uint32_t refused = 0;
    bool whole = false;
    for (uint32_t room = 1; !whole; room++) {
        struct sim_arena *arena;
        struct sim__fuzz_drawn drawn;
        left = room;
        if (sim__arena_create(&scarce, &arena) != SUP_OK) {
            continue;
        }
        whole = sim__fuzz_generate(arena, 4, &drawn) != NULL;
        assert_int_equal(whole, !sim__arena_failed(arena));
        refused += whole ? 0 : 1;
        sim__arena_free(arena);
    }
    assert_true(refused > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generate__every_seed_is_a_scenario),
        cmocka_unit_test(generate__a_seed_is_the_same_bytes_everywhere),
        cmocka_unit_test(generate__what_is_on_is_there_and_nothing_else),
        cmocka_unit_test(generate__runs_pass),
        cmocka_unit_test(generate__without_memory_there_is_no_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
