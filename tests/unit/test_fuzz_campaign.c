/* The sum of many seeds: medians, signatures, the fastest of each. */
#include <stdlib.h>

#include "reading.h"
#include "sim/fuzz/campaign.h"
#include "sim/run/faultpoints.h"
#include "sup/error.h"

static struct sim__fuzz_tally *new_tally(void)
{
    struct sim__fuzz_tally *tally = calloc(1, sizeof *tally);
    assert_non_null(tally);
    return tally;
}

static struct sim__fuzz_try passed(uint64_t seed, uint32_t services, uint64_t events)
{
    return (struct sim__fuzz_try){.drawn = {.seed = seed, .services = services, .features = {1}},
                                  .trial = {.seed = seed, .events = events}};
}

static struct sim__fuzz_try failed(uint64_t seed, const char *word, uint64_t events)
{
    struct sim__fuzz_try one = passed(seed, 3, events);
    sim__trial_sign(&one.trial, SIM__SIGN_INVARIANT, word, "says why");
    return one;
}

static void count(struct sim__fuzz_tally *tally, struct sim__fuzz_try one)
{
    (void)sim__fuzz_count(tally, &one);
}

static void campaign__medians_are_those_of_all_runs(void **state)
{
    (void)state;
    struct sim__fuzz_tally *tally = new_tally();
    assert_int_equal(sim__fuzz_median_events(tally), 0);
    count(tally, passed(1, 9, 100));
    count(tally, passed(2, 3, 7));
    count(tally, passed(3, 5, 50));
    assert_int_equal(sim__fuzz_median_services(tally), 5);
    assert_int_equal(sim__fuzz_median_events(tally), 50);
    count(tally, passed(4, 2, 8)); /* of an even number the lower one */
    assert_int_equal(sim__fuzz_median_services(tally), 3);
    assert_int_equal(sim__fuzz_median_events(tally), 8);
    assert_int_equal(tally->events, 165);
    assert_int_equal(tally->on[0], 4);
    assert_int_equal(tally->on[1], 0);
    count(tally, passed(5, 100000, UINT64_C(1) << 40)); /* beyond what is counted one by one */
    assert_int_equal(sim__fuzz_median_services(tally), 5);
    free(tally);
}

static void campaign__each_signature_once_with_its_fastest(void **state)
{
    (void)state;
    struct sim__fuzz_tally *tally = new_tally();
    count(tally, failed(1, "delays", 30));
    count(tally, passed(2, 3, 1));
    count(tally, failed(3, "delays", 20));
    count(tally, failed(4, "delays", 20)); /* of equals the first */
    count(tally, failed(5, "phases", 90));
    assert_int_equal(tally->runs, 5);
    assert_int_equal(tally->failed, 4);
    assert_int_equal(tally->finding_count, 2);
    assert_int_equal(tally->findings[0].count, 3);
    assert_int_equal(tally->findings[0].fastest.drawn.seed, 3);
    assert_string_equal(tally->findings[1].fastest.trial.word, "phases");
    assert_int_equal(tally->on_failed[0], 4);
    free(tally);
}

static void campaign__further_signatures_are_counted_only(void **state)
{
    (void)state;
    struct sim__fuzz_tally *tally = new_tally();
    for (unsigned i = 0; i < SIM__FUZZ_SIGNATURES + 3; i++) {
        char word[16];
        snprintf(word, sizeof word, "word-%u", i);
        count(tally, failed(i, word, 1));
    }
    assert_int_equal(tally->finding_count, SIM__FUZZ_SIGNATURES);
    assert_int_equal(tally->unkept, 3);
    free(tally);
}

static void campaign__a_seed_is_tried_and_written(void **state)
{
    (void)state;
    const struct sim__fuzz_how how = {0};
    const struct sim__fuzz_origin origin = {"rehearse fuzz", "1.2.3"};
    struct sim__fuzz_try one, again;
    struct sim__text text = {0};
    assert_int_equal(sim__fuzz_try(17, &how, &one), SUP_OK);
    assert_int_equal(sim__fuzz_try(17, &how, &again), SUP_OK);
    assert_memory_equal(&one, &again, sizeof one);
    assert_false(sim__trial_failed(&one.trial));
    assert_int_equal(sim__fuzz_write(&one, &how, &origin, &text), SUP_OK);
    assert_non_null(strstr(text.bytes, "# found by rehearse fuzz: passed\n# seed: 17\n# hash: "));
    assert_non_null(strstr(text.bytes, "# replay: rehearse fuzz --seeds 17..17\nscenario: 1\n"));
    /* The file alone is the same run. */
    struct sim__trial read;
    assert_int_equal(sim__trial_text(text.bytes, text.length, &how.trial, &read), SUP_OK);
    assert_int_equal(read.hash, one.trial.hash);
    sim__text_release(&text);
}

/* Of one that fails it is told where, as of the file that it is. */
static void campaign__what_fails_has_its_line(void **state)
{
    (void)state;
    const struct sim_faults lost = {.first = {SIM__POINT_REPORT_LOST, 1, true}, .late = SUP_NS(1)};
    const struct sim__fuzz_how how = {.trial = {.faults = &lost}};
    uint32_t told = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct sim__fuzz_try one;
        struct sim__fuzz_drawn drawn;
        struct sim__trial alone;
        struct sim_arena *arena;
        assert_int_equal(sim__fuzz_try(seed, &how, &one), SUP_OK);
        assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
        const struct sim__node *root = sim__fuzz_generate(arena, seed, &drawn);
        assert_non_null(root);
        assert_int_equal(sim__trial_tree(root, &how.trial, &alone), SUP_OK);
        assert_memory_equal(&one.trial, &alone, sizeof alone);
        told += one.trial.sign == SIM__SIGN_EXPECTATION && one.trial.line > 0 ? 1 : 0;
        sim__arena_free(arena);
    }
    assert_true(told >= 2);
}

static struct sim__fuzz_tally *tally_of(enum sim__fuzz_relations relations, uint64_t seeds)
{
    const struct sim__fuzz_how how = {.relations = relations};
    struct sim__fuzz_tally *tally = new_tally();
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        struct sim__fuzz_try one;
        assert_int_equal(sim__fuzz_try(seed, &how, &one), SUP_OK);
        if (sim__trial_failed(&one.trial)) {
            fail_msg("seed %u: %s", (unsigned)seed, one.trial.message);
        }
        uint32_t wanted = 0;
        for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
            wanted += one.relations[i] != SIM__RELATION_LEFT_OUT ? 1 : 0;
        }
        assert_true(relations == SIM__FUZZ_RELATIONS_ALL ? wanted == SIM__RELATIONS : wanted <= 1);
        count(tally, one);
    }
    return tally;
}

static void campaign__relations_are_asked_of_a_sample_or_of_all(void **state)
{
    (void)state;
    struct sim__fuzz_tally *all = tally_of(SIM__FUZZ_RELATIONS_ALL, 60);
    struct sim__fuzz_tally *sample = tally_of(SIM__FUZZ_RELATIONS_SAMPLE, 400);
    struct sim__fuzz_tally *none = tally_of(SIM__FUZZ_RELATIONS_NONE, 20);
    for (uint32_t i = 0; i < SIM__RELATIONS; i++) {
        assert_int_equal(all->relations[i].wanted, 60);
        assert_true(all->relations[i].asked >= 30);
        assert_in_range(sample->relations[i].wanted, 12, 50); /* 25 of them, more or less */
        assert_true(sample->relations[i].asked * 2 >= sample->relations[i].wanted);
        assert_int_equal(sample->relations[i].broken, 0);
        assert_int_equal(none->relations[i].wanted, 0);
    }
    free(all);
    free(sample);
    free(none);
}

/* One that broke is a failure of the campaign, and its file says which. */
static void campaign__a_broken_relation_is_a_failure(void **state)
{
    (void)state;
    const struct sim__fuzz_how how = {0};
    const struct sim__fuzz_origin origin = {"rehearse fuzz", "1.2.3"};
    struct sim__fuzz_tally *tally = new_tally();
    struct sim__fuzz_try one = passed(17, 2, 9);
    struct sim__text text = {0};
    one.relations[SIM__RELATION_DOUBLED_TIMES] = SIM__RELATION_BROKEN;
    sim__trial_sign(&one.trial, SIM__SIGN_RELATION, sim__relation_name(SIM__RELATION_DOUBLED_TIMES),
                    "event 3 is another");
    count(tally, one);
    assert_int_equal(tally->failed, 1);
    assert_int_equal(tally->relations[SIM__RELATION_DOUBLED_TIMES].wanted, 1);
    assert_int_equal(tally->relations[SIM__RELATION_DOUBLED_TIMES].asked, 1);
    assert_int_equal(tally->relations[SIM__RELATION_DOUBLED_TIMES].broken, 1);
    assert_int_equal(tally->relations[SIM__RELATION_UNRELATED_SERVICE].wanted, 0);
    assert_int_equal(sim__fuzz_write(&one, &how, &origin, &text), SUP_OK);
    assert_non_null(strstr(text.bytes, "# found by rehearse fuzz: relation doubled-times\n"));
    assert_non_null(strstr(
        text.bytes,
        "# the file alone passes; the relation doubled-times "
        "breaks:\n# event 3 is another\n"
        "# of this file: rehearse shrink --relation doubled-times THIS-FILE\nscenario: 1\n"));
    sim__text_release(&text);
    free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(campaign__medians_are_those_of_all_runs),
        cmocka_unit_test(campaign__each_signature_once_with_its_fastest),
        cmocka_unit_test(campaign__further_signatures_are_counted_only),
        cmocka_unit_test(campaign__a_seed_is_tried_and_written),
        cmocka_unit_test(campaign__what_fails_has_its_line),
        cmocka_unit_test(campaign__relations_are_asked_of_a_sample_or_of_all),
        cmocka_unit_test(campaign__a_broken_relation_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
