/* Scenarios that are made of a file: within what it declares, and at large. */
#include <stdlib.h>

#include "reading.h"
#include "sim/fuzz/campaign.h"
#include "sup/error.h"

struct file {
    struct sim__fuzz_variant variants[6];
    struct sim__set chosen[6];
    struct sim__fuzz_from from;
};

static struct sim__fuzz_from *open_file(struct file *file, const char *text,
                                        enum sim__fuzz_reach reach)
{
    *file = (struct file){.from = {.reach = reach}};
    file->from.reading = (struct sim__reading){
        .alloc = &sup_allocator_libc, .bytes = text, .length = strlen(text), .file = "from.yaml"};
    file->from.variants = file->variants;
    file->from.variant_count = 1;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &file->from.arena), SUP_OK);
    return &file->from;
}

static struct sim__fuzz_try try_one(struct sim__fuzz_from *from, uint64_t seed)
{
    const struct sim__fuzz_how how = {.relations = SIM__FUZZ_RELATIONS_ALL, .from = from};
    struct sim__fuzz_try one;
    assert_int_equal(sim__fuzz_try(seed, &how, &one), SUP_OK);
    return one;
}

static void put_tree(struct sim__fuzz_from *from, uint64_t seed, struct sim__text *text)
{
    struct sim_arena *arena;
    struct sim__node *root;
    uint32_t variant;
    sim__text_clear(text);
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    assert_int_equal(sim__fuzz_from_make(from, seed, arena, &variant, &root), SUP_OK);
    sim__tree_write(root, text);
    assert_false(text->failed);
    sim__arena_free(arena);
}

/* ---- within what the file declares ---- */

#define VARIES \
    HEAD "vary: {services.a.count: [1, 2, 3]}\nuntil: 9s\n" \
         "services: [{name: a, count: 1, script: [{any: [{fail: {after: 1s}}, run]}, run]}]\n" \
         "expect: [{at: 500ms, service: a-0, is: {starts: 1}}," \
         " {at: 2s, service: a-0, is: {starts: 1}}]\n"

static void declared__every_variant_and_every_choice_is_met(void **state)
{
    (void)state;
    static const char *const counts[] = {"1", "2", "3"};
    struct file file;
    struct sim__fuzz_from *from = open_file(&file, VARIES, SIM__FUZZ_DECLARED);
    from->variant_count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        file.chosen[i] = (struct sim__set){"services.a.count", counts[i]};
        file.variants[i] = (struct sim__fuzz_variant){
            .label = counts[i], .chosen = &file.chosen[i], .chosen_count = 1};
    }
    uint32_t met[3] = {0}, failed = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct sim__fuzz_try one = try_one(from, seed);
        assert_in_range(one.variant, 0, 2);
        assert_int_equal(one.drawn.services, one.variant + 1);
        assert_int_equal(one.trial.seed, seed);
        met[one.variant]++;
        failed += sim__trial_failed(&one.trial) ? 1 : 0;
        if (sim__trial_failed(&one.trial)) {
            assert_int_equal(one.trial.sign, SIM__SIGN_EXPECTATION);
            assert_string_equal(one.trial.word, "service");
        }
    }
    assert_true(met[0] > 30 && met[1] > 30 && met[2] > 30);
    assert_in_range(failed, 60, 140); /* one way of two */
    sim__arena_free(file.from.arena);
}

static void declared__nothing_changes_but_the_seed(void **state)
{
    (void)state;
    struct file file;
    struct sim__text text = {0};
    struct sim__fuzz_from *from =
        open_file(&file, HEAD "seed: 5\nuntil: 9s\nservices: [{name: a}]\n", SIM__FUZZ_DECLARED);
    put_tree(from, 123456789012345678, &text);
    assert_string_equal(text.bytes, "scenario: 1\nname: x\nseed: 123456789012345678\nuntil: 9s\n"
                                    "services:\n  - {name: a}\n");
    sim__text_release(&text);
    sim__arena_free(file.from.arena);
}

/* Alone the file of a seed is the same run. */
static void declared__a_file_that_was_written_is_the_same_run(void **state)
{
    (void)state;
    struct file file;
    struct sim__text text = {0};
    struct sim__fuzz_from *from = open_file(&file, VARIES, SIM__FUZZ_DECLARED);
    const struct sim__fuzz_how how = {.from = from};
    const struct sim__fuzz_origin origin = {"rehearse fuzz --from 'a b'", "1.2.3"};
    struct sim__fuzz_try one = try_one(from, 77);
    assert_int_equal(sim__fuzz_write(&one, &how, &origin, &text), SUP_OK);
    assert_non_null(strstr(text.bytes, "# replay: rehearse fuzz --from 'a b' --seeds 77..77\n"));
    struct sim__trial again;
    assert_int_equal(sim__trial_text(text.bytes, text.length, &how.trial, &again), SUP_OK);
    assert_int_equal(again.hash, one.trial.hash);
    assert_int_equal(again.seed, 77);
    sim__text_release(&text);
    sim__arena_free(file.from.arena);
}

static void declared__a_verdict_is_heeded(void **state)
{
    (void)state;
    struct file file;
#define FAILS \
    HEAD "verdict: expectation-failed\nuntil: 9s\nservices: [{name: a}]\n" \
         "expect: [{at: 1s, service: a, is: {starts: 2}}]\n"
#define PASSES \
    HEAD "verdict: expectation-failed\nuntil: 9s\nservices: [{name: a}]\n" \
         "expect: [{at: 1s, service: a, is: {starts: 1}}]\n"
    struct sim__fuzz_try one = try_one(open_file(&file, FAILS, SIM__FUZZ_DECLARED), 1);
    assert_false(sim__trial_failed(&one.trial));
    sim__arena_free(file.from.arena);
    one = try_one(open_file(&file, PASSES, SIM__FUZZ_DECLARED), 1);
    assert_int_equal(one.trial.sign, SIM__SIGN_EXPECTATION);
    assert_string_equal(one.trial.word, "verdict");
    sim__arena_free(file.from.arena);
}

static void declared__a_file_that_has_changed_is_refused(void **state)
{
    (void)state;
    struct file file;
    struct sim__fuzz_try one = try_one(open_file(&file, "scenario: [", SIM__FUZZ_DECLARED), 1);
    assert_int_equal(one.trial.sign, SIM__SIGN_REFUSED);
    assert_int_equal(one.fate, SIM__FUZZ_JUDGED);
    sim__arena_free(file.from.arena);
}

/* ---- at large ---- */

#define RICH \
    HEAD \
        "seed: 1\nuntil: 30s\nsupervisor: {groups: [{name: g, strategy: one-for-all}]}\n" \
        "conditions: {disk: up}\n" \
        "services:\n" \
        "  - {name: a, group: g, count: 3, restart: always, script: [{fail: {after: 1s}}, run]}\n" \
        "  - {name: b, backoff: {base: 2s, jitter: full}, script: [{crash: {after: 3s}, times: " \
        "2}, " \
        "run]}\n" \
        "timeline:\n" \
        "  - {at: 4s, pause: b}\n" \
        "  - {at: 6s, resume: b}\n" \
        "  - {at: 8s, set: {disk: down}}\n" \
        "expect: [{at: 1s, service: a-0, is: {starts: 7}}]\n"

static void large__a_seed_is_the_same_mutant_and_seeds_differ(void **state)
{
    (void)state;
    struct file file;
    struct sim__text one = {0}, again = {0};
    struct sim__fuzz_from *from = open_file(&file, RICH, SIM__FUZZ_AT_LARGE);
    uint32_t same = 0;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        put_tree(from, seed, &one);
        put_tree(from, seed, &again);
        assert_string_equal(one.bytes, again.bytes);
        assert_null(strstr(one.bytes, "\nexpect:"));
        put_tree(from, seed + 1, &again);
        /* All but the seed itself. */
        const char *rest = strstr(one.bytes, "seed:"), *other = strstr(again.bytes, "seed:");
        assert_true(rest != NULL && other != NULL);
        same += strcmp(strchr(rest, '\n'), strchr(other, '\n')) == 0 ? 1 : 0;
    }
    assert_int_equal(same, 0);
    sim__text_release(&one);
    sim__text_release(&again);
    sim__arena_free(file.from.arena);
}

/* Every change is met: values, entries fewer and more, actions, policies, the supervisor. */
static void large__changes_are_of_every_kind(void **state)
{
    (void)state;
    static const char *const signs[] = {
        "pause: b", "crash: {after: 3s}", "strategy: one-for-all", "count: 3", "base: 2s",
    };
    static const char *const news[] = {
        "stall:", "heartbeat:", "breaker:", "shutdown: {timeout:", "spawn:", "needs:",
    };
    struct file file;
    struct sim__text text = {0};
    struct sim__fuzz_from *from = open_file(&file, RICH, SIM__FUZZ_AT_LARGE);
    uint32_t gone[COUNT(signs)] = {0}, come[COUNT(news)] = {0};
    for (uint64_t seed = 1; seed <= 400; seed++) {
        put_tree(from, seed, &text);
        for (size_t i = 0; i < COUNT(signs); i++) {
            gone[i] += strstr(text.bytes, signs[i]) == NULL ? 1 : 0;
        }
        for (size_t i = 0; i < COUNT(news); i++) {
            come[i] += strstr(text.bytes, news[i]) != NULL ? 1 : 0;
        }
    }
    for (size_t i = 0; i < COUNT(signs); i++) {
        if (gone[i] < 5 || gone[i] > 395) {
            fail_msg("%s is gone %u times", signs[i], gone[i]);
        }
    }
    for (size_t i = 0; i < COUNT(news); i++) {
        if (come[i] < 5) {
            fail_msg("%s has come %u times", news[i], come[i]);
        }
    }
    sim__text_release(&text);
    sim__arena_free(file.from.arena);
}

/* What the file expects is not asked; what is no scenario, and what has no end, is counted. */
static void large__only_what_must_not_be_is_a_failure(void **state)
{
    (void)state;
    struct file file;
    struct sim__fuzz_tally *tally = calloc(1, sizeof *tally);
    struct sim__fuzz_from *from = open_file(&file, RICH, SIM__FUZZ_AT_LARGE);
    assert_non_null(tally);
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct sim__fuzz_try one = try_one(from, seed);
        if (sim__trial_failed(&one.trial)) {
            fail_msg("seed %u: %s", (unsigned)seed, one.trial.message);
        }
        (void)sim__fuzz_count(tally, &one);
    }
    assert_int_equal(tally->failed, 0);
    assert_int_equal(tally->runs + tally->refused + tally->endless, 300);
    assert_true(tally->refused > 0 && tally->runs >= 200);
    assert_true(tally->relations[SIM__RELATION_UNRELATED_SERVICE].asked > tally->runs / 2);
    free(tally);
    sim__arena_free(file.from.arena);
}

static void large__what_has_no_end_is_counted(void **state)
{
    (void)state;
    struct sim__fuzz_tally *tally = calloc(1, sizeof *tally);
    struct file file;
    /* Nothing that a few changes take away. */
    struct sim__fuzz_from *from =
        open_file(&file,
                  HEAD "until: 9s\nservices:\n"
                       "  - {name: a, count: 9, script: [{run: {}, beat: {every: 1ns}}]}\n"
                       "  - {name: b, count: 9, script: [{run: {}, beat: {every: 1ns}}]}\n"
                       "  - {name: c, count: 9, script: [{run: {}, beat: {every: 1ns}}]}\n",
                  SIM__FUZZ_AT_LARGE);
    const struct sim__fuzz_how how = {.trial = {.max_events = 1000, .max_steps = 20000},
                                      .from = from};
    assert_non_null(tally);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct sim__fuzz_try one;
        assert_int_equal(sim__fuzz_try(seed, &how, &one), SUP_OK);
        assert_false(sim__trial_failed(&one.trial));
        (void)sim__fuzz_count(tally, &one);
    }
    assert_true(tally->endless >= 5);
    assert_int_equal(tally->failed, 0);
    free(tally);
    sim__arena_free(file.from.arena);
}

/* Whatever the file: no services that have a name, no list where one is looked for. */
static void large__odd_files_are_changed_too(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEAD "services: [{name: a}]\n",
        HEAD "services: []\n",
        HEAD "services: 7\ntimeline: 8\nsupervisor: 9\nconditions: [1]\n",
        HEAD "services: [[[{name: [a]}]], 3]\nsupervisor: {groups: {name: 1}}\nuntil: never\n",
        HEAD "services: [{name: a, script: [{fail: {after: 100000d}}]}]\nuntil: 200000d\n",
    };
    struct sim__text text = {0};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct file file;
        struct sim__fuzz_from *from = open_file(&file, texts[i], SIM__FUZZ_AT_LARGE);
        for (uint64_t seed = 0; seed < 300; seed++) {
            put_tree(from, seed, &text);
            (void)try_one(from, seed);
        }
        sim__arena_free(file.from.arena);
    }
    sim__text_release(&text);
}

/* ---- a seed is the same bytes everywhere ---- */

/* What a file may have that mutation looks at. */
#define EVERYTHING \
    HEAD "until: 40s\nsupervisor: {order: random, blocking-pool: 2}\n" \
         "defaults: {backoff: {base: 250ms, jitter: full}}\n" \
         "groups: {g: {strategy: one-for-all, limit: {max: 5, within: 20s}}}\n" \
         "services:\n" \
         "  - {name: a, count: 2, group: g, script: [{fail: {after: 1500ms}, times: 3}, run]}\n" \
         "  - {name: b, kind: task, script: [{succeed: {after: 7s}}]}\n" \
         "  - {name: c, breaker: {failures: 3, within: 30s}, script: [{crash: {after: 2s}}]}\n" \
         "timeline:\n" \
         "  - {at: 3s, pause: a-0}\n" \
         "  - {at: 5s, resume: a-0}\n" \
         "  - {at: 20s, shutdown: {timeout: 5s}}\n"

static void large__a_seed_is_the_same_bytes_everywhere(void **state)
{
    (void)state;
    struct file file;
    struct sim__text text = {0};
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    struct sim__fuzz_from *from = open_file(&file, EVERYTHING, SIM__FUZZ_AT_LARGE);
    for (uint64_t seed = 0; seed < 500; seed++) {
        put_tree(from, seed * UINT64_C(0x9e3779b97f4a7c15), &text);
        for (size_t i = 0; i < text.length; i++) {
            hash = (hash ^ (unsigned char)text.bytes[i]) * UINT64_C(0x100000001b3);
        }
    }
    sim__text_release(&text);
    sim__arena_free(file.from.arena);
    /* Changes with every change of mutation and of the generator it draws from. */
    assert_int_equal(hash, UINT64_C(0x0645aa1f2383b3f7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declared__every_variant_and_every_choice_is_met),
        cmocka_unit_test(declared__nothing_changes_but_the_seed),
        cmocka_unit_test(declared__a_file_that_was_written_is_the_same_run),
        cmocka_unit_test(declared__a_verdict_is_heeded),
        cmocka_unit_test(declared__a_file_that_has_changed_is_refused),
        cmocka_unit_test(large__a_seed_is_the_same_mutant_and_seeds_differ),
        cmocka_unit_test(large__changes_are_of_every_kind),
        cmocka_unit_test(large__only_what_must_not_be_is_a_failure),
        cmocka_unit_test(large__what_has_no_end_is_counted),
        cmocka_unit_test(large__odd_files_are_changed_too),
        cmocka_unit_test(large__a_seed_is_the_same_bytes_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
