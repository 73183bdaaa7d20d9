/* What a run lights, and the inputs that are kept for it. */
#include <stdlib.h>

#include "reading.h"
#include "sim/fuzz/campaign.h"
#include "sim/fuzz/corpus.h"
#include "sup/error.h"
#include "sup/sup.h"

#define POINTS_OF_FAILS UINT64_C(0x2002f8d154)

static struct sim__lights lights;

static enum sim__hearing heard(const char *text)
{
    const struct sim__trial_how how = {.max_events = 1000};
    const struct sim__reading reading = {
        .alloc = &sup_allocator_libc, .bytes = text, .length = strlen(text), .file = "corpus"};
    struct sim_diagnostics diagnostics;
    struct sim__node *root;
    struct sim_arena *arena;
    enum sim__hearing hearing;
    memset(&lights, 0, sizeof lights);
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    assert_int_equal(sim__tree_load(&reading, SIM__AS_WRITTEN, arena, &diagnostics, &root), SUP_OK);
    assert_int_equal(sim__lights_hear(root, &how, &lights, &hearing), SUP_OK);
    sim__arena_free(arena);
    return hearing;
}

static uint32_t points(const char *services)
{
    char text[1024];
    snprintf(text, sizeof text, HEAD "until: 60s\nservices:\n%s", services);
    assert_int_equal(heard(text), SIM__HEARING_WHOLE);
    return sim__lights_count(&lights);
}

#define FAILS "  - {name: a, backoff: {base: 1s, max: 1s}, script: [{fail: {after: 1s}}, run]}\n"

/* ---- what is lit ---- */

static void lights__each_kind_of_point_is_one(void **state)
{
    (void)state;
    /* Registered and started: one right after the other, and in one instant. */
    assert_int_equal(points("  - {name: a, script: [run]}\n"), 2);
    /* Started, ended, backing off at the instant of the end, started: 3 pairs more, 1 instant. */
    assert_int_equal(points(FAILS), 6);
    /* The two of each, and with the other's in one instant: registered twice, started and
     * registered, registered and started, started twice. */
    assert_int_equal(points("  - {name: a, script: [run]}\n  - {name: b, script: [run]}\n"), 6);
    /* What is of a thousand is of three. */
    uint32_t three = points("  - {name: a, count: 3, script: [run]}\n");
    assert_int_equal(points("  - {name: a, count: 1000, script: [run]}\n"), three);
    /* How an attempt ends is a part of what happened. */
    assert_int_equal(points(FAILS), 6);
    struct sim__lights failed = lights;
    assert_int_equal(points("  - {name: a, backoff: {base: 1s, max: 1s}, script: [{crash: {after: "
                            "1s}}, run]}\n"),
                     6);
    assert_memory_not_equal(&failed, &lights, sizeof lights);
}

/* The same numbers everywhere: where they come to change, every corpus is worth less. */
static void lights__points_are_the_same_everywhere(void **state)
{
    (void)state;
    uint64_t sum = 0;
    (void)points(FAILS);
    for (uint32_t i = 0; i < SIM__LIGHTS; i++) {
        sum = sim__lights_has(&lights, i) ? 31 * sum + i : sum;
    }
    assert_true(sum == POINTS_OF_FAILS);
}

static void lights__what_cannot_be_heard_is_said(void **state)
{
    (void)state;
    assert_int_equal(heard(HEAD "services: 7\n"), SIM__HEARING_REFUSED);
    assert_int_equal(sim__lights_count(&lights), 0);
    assert_int_equal(heard(HEAD "until: 60s\nservices:\n  - {name: a, restart: always, backoff: "
                                "{base: 1ms, max: 1ms}, script: [fail]}\n"),
                     SIM__HEARING_STOPPED);
}

/* ---- inputs ---- */

static void corpus__an_input_is_kept_once_and_within_bounds(void **state)
{
    (void)state;
    static char large[SIM__CORPUS_INPUT_BYTES + 1];
    struct sim__corpus *corpus = calloc(1, sizeof *corpus);
    assert_non_null(corpus);
    assert_int_equal(sim__corpus_add(corpus, "one", 3), SUP_OK);
    assert_int_equal(sim__corpus_add(corpus, "one", 3), SUP_EEXISTS);
    assert_int_equal(sim__corpus_add(corpus, "other", 5), SUP_OK);
    assert_int_equal(corpus->count, 2);
    assert_int_equal(corpus->bytes, 8);
    assert_true(corpus->inputs[0].hash == sim__corpus_hash("one", 3));
    assert_int_equal(sim__corpus_add(corpus, large, sizeof large), SUP_ELIMIT);
    assert_int_equal(sim__corpus_add(corpus, large, sizeof large - 1), SUP_OK);
    char name[16];
    int error = SUP_OK;
    for (uint32_t i = 3; i < SIM__CORPUS_INPUTS; i++) {
        error = sim__corpus_add(corpus, name, (size_t)snprintf(name, sizeof name, "%u", i));
        assert_int_equal(error, SUP_OK);
    }
    assert_int_equal(sim__corpus_add(corpus, "last", 4), SUP_ELIMIT);
    assert_int_equal(corpus->count, SIM__CORPUS_INPUTS);
    sim__corpus_release(corpus);
    free(corpus);
}

static const char *why_not(const char *text)
{
    const struct sim__corpus corpus = {.how = {.max_events = 1000}};
    struct sim__lit *lit = calloc(1, sizeof *lit);
    int error;
    assert_non_null(lit);
    const char *why = sim__corpus_read(&corpus, text, strlen(text), lit, &error);
    assert_int_equal(error, SUP_OK);
    assert_true(why != NULL || (lit->count > 0 && lit->text.length > 0));
    sim__text_release(&lit->text);
    free(lit);
    return why;
}

static void corpus__what_is_no_input_says_why(void **state)
{
    (void)state;
    static const char no[] = "it is no scenario that stands alone and varies nothing";
    assert_null(why_not(HEAD "until: 60s\nservices:\n" FAILS));
    assert_string_equal(why_not(""), no);
    assert_string_equal(why_not("\xff\xfe"), no);
    assert_string_equal(why_not("services: 7\n"), no);
    assert_string_equal(why_not(HEAD "include: [other.yaml]\nservices:\n" FAILS), no);
    assert_string_equal(why_not(HEAD "vary: {services.a.max-restarts: [1, 2]}\nservices:\n" FAILS),
                        no);
    assert_string_equal(why_not(HEAD "until: 60s\nservices:\n  - {name: a, restart: always, "
                                     "backoff: {base: 1ms, max: 1ms}, script: [fail]}\n"),
                        "its run does not come to its end");
}

/* A seed of a campaign with a corpus. */
static struct sim__fuzz_try tried(struct sim__corpus *corpus, uint64_t seed, struct sim__lit *lit)
{
    const struct sim__fuzz_how how = {
        .relations = SIM__FUZZ_RELATIONS_NONE, .corpus = corpus, .lit = lit};
    struct sim__fuzz_try one;
    assert_int_equal(sim__fuzz_try(seed, &how, &one), SUP_OK);
    return one;
}

static void corpus__half_of_the_seeds_change_an_input(void **state)
{
    (void)state;
    static const char input[] = HEAD "until: 60s\nservices:\n" FAILS;
    struct sim__corpus *corpus = calloc(1, sizeof *corpus);
    struct sim__lit *lit = calloc(1, sizeof *lit), *again = calloc(1, sizeof *again);
    assert_true(corpus != NULL && lit != NULL && again != NULL);
    corpus->how.max_events = 100000;
    uint32_t mutants = 0, lit_some = 0;
    assert_int_equal(tried(corpus, 1, lit).input, 0); /* there is none yet */
    assert_true(lit->count > 0);
    assert_int_equal(sim__corpus_add(corpus, input, strlen(input)), SUP_OK);
    assert_int_equal(tried(corpus, 1, lit).input, 0); /* nor is it used yet */
    corpus->used = corpus->count;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        uint32_t drawn = sim__corpus_draw(corpus, seed);
        struct sim__fuzz_try one = tried(corpus, seed, lit);
        mutants += one.input;
        assert_int_equal(one.input, drawn);
        lit_some += lit->count > 0 ? 1 : 0;
        /* The same corpus and the same seed are the same. */
        struct sim__fuzz_try other = tried(corpus, seed, again);
        assert_true(one.trial.hash == other.trial.hash && one.input == other.input);
        assert_memory_equal(&lit->lights, &again->lights, sizeof lit->lights);
    }
    assert_in_range(mutants, 30, 70);
    assert_true(lit_some > 50);
    /* What all of them have lit is nothing new. */
    memset(&corpus->lights, 0xff, sizeof corpus->lights);
    (void)tried(corpus, 1, lit);
    assert_int_equal(lit->count, 0);
    assert_int_equal(lit->text.length, 0);
    sim__text_release(&lit->text);
    sim__text_release(&again->text);
    free(lit);
    free(again);
    sim__corpus_release(corpus);
    free(corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lights__each_kind_of_point_is_one),
        cmocka_unit_test(lights__points_are_the_same_everywhere),
        cmocka_unit_test(lights__what_cannot_be_heard_is_said),
        cmocka_unit_test(corpus__an_input_is_kept_once_and_within_bounds),
        cmocka_unit_test(corpus__what_is_no_input_says_why),
        cmocka_unit_test(corpus__half_of_the_seeds_change_an_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
