/* The tape: what is kept of a run, and what is answered; files of recorded runs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/recorded.h"
#include "sim/base/tape.h"
#include "sim/scenario/read.h"
#include "sup/task.h"
#include "unit/told.h"

/* Everything that is left to chance. */
#define ALL \
    HEAD \
        "supervisor: {order: random}\n" \
        "services:\n" \
        "  - {name: a, backoff: {base: 1s, jitter: full}, script: [{fail: {after: {uniform: [0s, " \
        "3s]}}, times: 5}, run]}\n" \
        "  - {name: b, backoff: {base: 1s, jitter: decorrelated}, script: [{fail: {after: {exp: " \
        "1s}}}, {any: [fail, crash, run], times: 4}, run]}\n" \
        "  - {name: c, count: 3, backoff: {base: 1s, jitter: ±30%}, script: [{steps: [{sleep: " \
        "{pick: [1s, 2s, 4s]}}, {choose: [{steps: [fail]}, {steps: [crash]}]}]}, run]}\n" \
        "  - {name: d}\n" \
        "timeline:\n" \
        "  - {at: {uniform: [1s, 9s]}, restart: {one-of: [a, b, c-*]}}\n" \
        "  - {every: {uniform: [2s, 4s]}, to: 30s, fail: {some: 2, of: c-*}}\n" \
        "  - {at: {any: [3s, 4s, 5s]}, crash: {one-of: [c-*, d]}}\n" \
        "  - any: [{at: 6s, pause: a}, {at: 7s, pause: b}]\n" \
        "  - {at: 20s, resume: a}\n  - {at: 20s, resume: b}\n" \
        "until: 40s\n"

static void run(struct told *told, uint64_t seed, struct sim_tape *tape)
{
    told_read(ALL, told);
    const struct sim_run_options options = {
        .has_seed = true, .seed = seed, .keep_trace = true, .tape = tape};
    told_run_with(told, &options);
    told_assert_verdict(told, SIM_PASS);
}

/* The trace without its first line, which has the seed. */
static const char *behind_heading(const struct told *told)
{
    const char *end = strchr(told->result.trace, '\n');
    assert_non_null(end);
    return end;
}

static bool has_label(const struct sim__choices *choices, const char *begin)
{
    for (uint32_t i = 0; i < choices->label_count; i++) {
        if (strncmp(choices->labels[i].text, begin, strlen(begin)) == 0) {
            return true;
        }
    }
    return false;
}

static void run__a_tape_that_only_keeps_changes_nothing(void **state)
{
    static const char *const labels[] = {
        "jitter:a",   "jitter:b",  "jitter:c-2", "script:a", "script:b",   "script:c-0",   "any:b",
        "choose:c-1", "timeline:", "target:",    "any:at:",  "any:entry:", "order:action",
    };
    struct sim_tape tape = {.keeps = true};
    struct told with, without;
    (void)state;
    run(&without, 3, NULL);
    run(&with, 3, &tape);
    assert_true(with.result.ran_twice);
    assert_int_equal(with.result.hash, without.result.hash);
    assert_int_equal(tape.error, SUP_OK);
    assert_int_equal(tape.asked, tape.kept.count); /* the second run is not kept */
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (!has_label(&tape.kept, labels[i])) {
            fail_msg("no choice is labelled %s", labels[i]);
        }
    }
    sim__tape_release(&tape);
    told_forget(&with);
    told_forget(&without);
}

/* All of what a run leaves to chance passes by the tape: with the same answers any seed
 * tells the same story. */
static void run__answers_are_all_that_a_seed_decides(void **state)
{
    struct sim_tape kept = {.keeps = true};
    struct told first, other, again;
    (void)state;
    run(&first, 3, &kept);
    run(&other, 77, NULL);
    assert_string_not_equal(first.story, other.story);
    struct sim_tape strict = {
        .way = SIM__TAPE_STRICT, .answers = &kept.kept, .answer_count = kept.kept.count};
    run(&again, 77, &strict);
    assert_false(strict.difference.differs);
    assert_int_equal(strict.asked, kept.kept.count);
    assert_string_equal(behind_heading(&first), behind_heading(&again));
    told_forget(&again);
    run(&again, 3, &strict);
    assert_int_equal(again.result.hash, first.result.hash);
    sim__tape_release(&kept);
    sim__tape_release(&strict);
    told_forget(&first);
    told_forget(&other);
    told_forget(&again);
}

/* With none of the answers it is the other seed's run; with the first ones it begins as the
 * first run did. */
static void run__goes_on_from_another_seed(void **state)
{
    struct sim_tape kept = {.keeps = true};
    struct told first, other, again;
    (void)state;
    run(&first, 3, &kept);
    run(&other, 77, NULL);
    struct sim_tape tape = {
        .way = SIM__TAPE_STRICT, .answers = &kept.kept, .open_ended = true, .keeps = true};
    run(&again, 77, &tape);
    assert_int_equal(again.result.hash, other.result.hash);
    told_forget(&again);
    uint32_t half = kept.kept.count / 2;
    sim__tape_rewind(&tape);
    tape.answer_count = half;
    run(&again, 77, &tape);
    assert_false(tape.difference.differs);
    uint64_t at_ns = kept.kept.items[half].at_ns;
    assert_true(at_ns > 0);
    for (uint32_t i = 0; i < half; i++) {
        assert_string_equal(sim__choices_label(&kept.kept, i), sim__choices_label(&tape.kept, i));
        assert_int_equal(kept.kept.items[i].answer, tape.kept.items[i].answer);
        assert_int_equal(kept.kept.items[i].at_ns, tape.kept.items[i].at_ns);
    }
    assert_string_not_equal(first.story, again.story);
    sim__tape_release(&kept);
    sim__tape_release(&tape);
    told_forget(&first);
    told_forget(&other);
    told_forget(&again);
}

/* An answer in one place shifts no other. */
static void run__one_other_answer_changes_one_draw(void **state)
{
    static const char text[] =
        HEAD "services:\n"
             "  - {name: a, backoff: {base: 10s, jitter: full}, script: [{fail: {}}, run]}\n"
             "  - {name: b, backoff: {base: 10s, jitter: full}, script: [{fail: {}}, run]}\n";
    struct sim_tape kept = {.keeps = true};
    struct told told;
    (void)state;
    told_read(text, &told);
    struct sim_run_options options = {.keep_trace = true, .tape = &kept};
    told_run_with(&told, &options);
    assert_int_equal(kept.kept.count, 2);
    assert_string_equal(sim__choices_label(&kept.kept, 0), "jitter:a");
    assert_int_equal(kept.kept.items[1].most, UINT64_C(10000000000));
    uint64_t b_ns = kept.kept.items[1].answer;
    kept.kept.items[0].answer = 5;
    struct sim_tape tape = {
        .way = SIM__TAPE_STRICT, .answers = &kept.kept, .answer_count = 1, .open_ended = true};
    told_forget(&told);
    told_read(text, &told);
    options.tape = &tape;
    told_run_with(&told, &options);
    char wanted[64];
    assert_non_null(strstr(told.story, "5ns attempt-started a"));
    char at[48];
    (void)snprintf(wanted, sizeof(wanted), "%s attempt-started b", sim_duration_format(b_ns, at));
    assert_non_null(strstr(told.story, wanted));
    sim__tape_release(&kept);
    sim__tape_release(&tape);
    told_forget(&told);
}

/* Each of those that are drawn is one of those that are left. */
static void run__who_is_drawn_is_a_choice(void **state)
{
    static const char text[] = HEAD "services: [{name: w, count: 4}]\nuntil: 5s\n"
                                    "timeline: [{at: 1s, pause: {some: 2, of: \"w-*\"}}]\n";
    struct sim_tape kept = {.keeps = true};
    struct told told;
    (void)state;
    told_read(text, &told);
    const struct sim_run_options options = {.keep_trace = true, .tape = &kept};
    told_run_with(&told, &options);
    assert_int_equal(kept.kept.count, 2);
    assert_int_equal(kept.kept.items[0].most, 3);
    assert_int_equal(kept.kept.items[1].most, 2);
    sim__tape_release(&kept);
    told_forget(&told);
}

static uint64_t task_drew;

static int draw(struct sup_task *task, void *argument)
{
    (void)argument;
    task_drew = sup_task_random(task, 999);
    return sup_task_sleep(task, SUP_NS(task_drew));
}

static void run__what_a_task_asks_for_is_a_choice(void **state)
{
    static const struct sim_task tasks[] = {{.name = "draw", .fn = draw}, {.name = NULL}};
    static const char text[] = HEAD "services: [{name: a, task: draw}]\n";
    const struct sim_limits limits = {.tasks = tasks};
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = text,
                                         .length = sizeof(text) - 1,
                                         .file = "test.yaml",
                                         .limits = &limits};
    struct sim_diagnostics diagnostics = {0};
    struct told told = {0};
    struct sim_tape kept = {.keeps = true};
    (void)state;
    assert_int_equal(sim__scenario_read(&reading, &diagnostics, &told.scenario), SUP_OK);
    struct sim_run_options options = {.keep_trace = true, .once = true, .tape = &kept};
    told_run_with(&told, &options);
    assert_int_equal(kept.kept.count, 1);
    assert_string_equal(sim__choices_label(&kept.kept, 0), "task:a");
    assert_int_equal(kept.kept.items[0].most, 999);
    assert_int_equal(kept.kept.items[0].answer, task_drew);
    kept.kept.items[0].answer = 1000 - task_drew - 1;
    struct sim_tape strict = {
        .way = SIM__TAPE_STRICT, .answers = &kept.kept, .answer_count = kept.kept.count};
    options.tape = &strict;
    told_run_with(&told, &options);
    assert_int_equal(task_drew, kept.kept.items[0].answer);
    assert_false(strict.difference.differs);
    sim__tape_release(&kept);
    sim__tape_release(&strict);
    sim_diagnostics_release(&diagnostics);
    told_forget(&told);
}

/* ---- the tape alone ---- */

static uint64_t now_ns;

static uint64_t ask(struct sim_tape *tape, const char *label, uint64_t most, uint64_t drawn)
{
    const struct sim__asked asked = {.label = label, .most = most, .drawn = drawn};
    return sim__tape_ask(tape, &asked);
}

static void add(struct sim__choices *choices, const char *label, uint64_t answer, uint64_t most)
{
    const struct sim__choice choice = {.answer = answer, .most = most};
    assert_int_equal(sim__choices_add(choices, label, &choice), SUP_OK);
}

static void strict__another_label_is_a_difference(void **state)
{
    struct sim__choices choices = {0};
    struct sim_tape tape = {.way = SIM__TAPE_STRICT, .answers = &choices};
    (void)state;
    add(&choices, "a", 3, 9);
    add(&choices, "b", 3, 9);
    tape.answer_count = choices.count;
    assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
    assert_int_equal(ask(&tape, "a", 9, 1), 3);
    now_ns = 12;
    assert_int_equal(ask(&tape, "c", 9, 1), 1);
    now_ns = 13;
    assert_int_equal(ask(&tape, "b", 9, 1), 1); /* nothing is answered any more */
    assert_true(tape.difference.differs);
    assert_int_equal(tape.difference.index, 1);
    assert_int_equal(tape.difference.at_ns, 12);
    assert_string_equal(tape.difference.label, "c");
    sim__tape_rewind(&tape);
    assert_false(tape.difference.differs);
    assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
    assert_int_equal(ask(&tape, "a", 8, 1), 1); /* another bound */
    assert_true(tape.difference.differs);
    assert_int_equal(tape.difference.index, 0);
    assert_int_equal(tape.difference.most, 8);
    sim__tape_release(&tape);
    sim__choices_release(&choices);
}

/* Or the second run of two would not be the first one's equal. */
static void strict__each_run_is_answered_up_to_the_difference(void **state)
{
    struct sim__choices choices = {0};
    struct sim_tape tape = {.way = SIM__TAPE_STRICT, .answers = &choices};
    (void)state;
    add(&choices, "a", 3, 9);
    add(&choices, "b", 3, 9);
    add(&choices, "c", 3, 9);
    tape.answer_count = choices.count;
    for (int run = 0; run < 2; run++) {
        now_ns = 20 + (uint64_t)run;
        assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
        assert_int_equal(ask(&tape, "a", 9, 1), 3);
        assert_int_equal(ask(&tape, "x", 9, 1), 1);
        assert_int_equal(ask(&tape, "c", 9, 1), 1);
        sim__tape_end(&tape);
        assert_true(tape.difference.differs);
        assert_int_equal(tape.difference.index, 1);
        assert_int_equal(tape.difference.at_ns, 20);
        assert_string_equal(tape.difference.label, "x");
    }
    sim__tape_release(&tape);
    sim__choices_release(&choices);
}

static void strict__more_or_fewer_choices_are_a_difference(void **state)
{
    struct sim__choices choices = {0};
    struct sim_tape tape = {.way = SIM__TAPE_STRICT, .answers = &choices};
    (void)state;
    add(&choices, "a", 3, 9);
    tape.answer_count = 1;
    assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
    sim__tape_end(&tape);
    assert_true(tape.difference.differs);
    assert_int_equal(tape.difference.index, 0);
    assert_string_equal(tape.difference.label, "");
    assert_int_equal(ask(&tape, "late", 9, 4), 4); /* what is drawn after the end is nothing */
    assert_int_equal(tape.asked, 0);
    sim__tape_rewind(&tape);
    assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
    assert_int_equal(ask(&tape, "a", 9, 4), 3);
    assert_false(tape.difference.differs);
    assert_int_equal(ask(&tape, "a", 9, 4), 4);
    assert_true(tape.difference.differs);
    assert_int_equal(tape.difference.index, 1);
    sim__tape_release(&tape);
    sim__choices_release(&choices);
}

static void tolerant__the_next_of_the_label_within_its_bounds(void **state)
{
    struct sim__choices choices = {0};
    struct sim_tape tape = {.way = SIM__TAPE_TOLERANT, .answers = &choices};
    (void)state;
    add(&choices, "a", 7, 9);
    add(&choices, "b", 1, 9);
    add(&choices, "a", 8, 9);
    add(&choices, "a", UINT64_MAX, UINT64_MAX);
    tape.answer_count = choices.count;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
        assert_int_equal(ask(&tape, "new", 9, 4), 4);
        assert_int_equal(ask(&tape, "b", 9, 4), 1);
        assert_int_equal(ask(&tape, "a", 4, 4), 2); /* 7 of 0 … 4 */
        assert_int_equal(ask(&tape, "a", 9, 4), 8);
        assert_int_equal(ask(&tape, "a", UINT64_MAX, 4), UINT64_MAX);
        assert_int_equal(ask(&tape, "a", 9, 4), 4); /* there is none left */
        sim__tape_end(&tape);
        assert_int_equal(tape.asked, 6);
        assert_int_equal(tape.missed, 2);
        assert_false(tape.difference.differs);
    }
    sim__tape_release(&tape);
    sim__choices_release(&choices);
}

static void kept__choices_have_an_end(void **state)
{
    struct sim_tape tape = {.keeps = true};
    (void)state;
    now_ns = 0;
    assert_int_equal(sim__tape_begin(&tape, &now_ns), SUP_OK);
    for (uint32_t i = 0; i < SIM__CHOICES_MAX; i++) {
        assert_int_equal(ask(&tape, "a", 9, 4), 4);
    }
    assert_int_equal(tape.error, SUP_OK);
    assert_int_equal(ask(&tape, "a", 9, 4), 4);
    assert_int_equal(tape.error, SUP_ELIMIT);
    assert_int_equal(tape.kept.count, SIM__CHOICES_MAX);
    sim__tape_release(&tape);
}

static void labels__are_found_however_many(void **state)
{
    struct sim__choices choices = {0};
    char label[32];
    (void)state;
    for (uint32_t i = 0; i < 3000; i++) {
        (void)snprintf(label, sizeof(label), "jitter:s-%u", i % 1500);
        add(&choices, label, i, UINT64_MAX);
    }
    assert_int_equal(choices.label_count, 1500);
    for (uint32_t i = 0; i < 1500; i++) {
        (void)snprintf(label, sizeof(label), "jitter:s-%u", i);
        uint32_t number = sim__choices_find(&choices, label);
        assert_true(number < 1500);
        uint32_t first = choices.labels[number].first;
        assert_int_equal(choices.items[first].answer, i);
        assert_int_equal(choices.items[choices.items[first].after].answer, i + 1500);
    }
    assert_int_equal(sim__choices_find(&choices, "jitter:s-1500"), SIM__NO_CHOICE);
    sim__choices_clear(&choices);
    add(&choices, "jitter:s-3", 5, 9);
    assert_int_equal(choices.labels[sim__choices_find(&choices, "jitter:s-3")].first, 0);
    sim__choices_release(&choices);
}

/* ---- files ---- */

#define TITLE "# rehearse choices 1\nversion 0.1.0\nscenario a b.yaml\ndigest 00000000000000ff\n"
#define OUTCOME "seed 7\nhash 0123456789abcdef\nsignature expectation service\n"

static void file__is_read_as_it_was_written(void **state)
{
    static const char text[] =
        TITLE "variant a=1\nset b.c=[1, 2]\nset d=x\nmax-events 10\nmax-steps 20\n" OUTCOME
              "choices 3\n0 jitter:a 0 9\n5 order:next 1 1\n"
              "5 jitter:a 18446744073709551615 18446744073709551615\nend\n";
    struct sim__recorded recorded;
    struct sim__recorded_mistake mistake;
    struct sim__text written = {0};
    (void)state;
    assert_true(sim__recorded_is(text, strlen(text)));
    assert_int_equal(sim__recorded_read(text, strlen(text), &recorded, &mistake), SUP_OK);
    assert_string_equal(recorded.scenario, "a b.yaml");
    assert_int_equal(recorded.digest, 255);
    assert_int_equal(recorded.variants.count, 1);
    assert_int_equal(recorded.sets.count, 2);
    assert_int_equal(recorded.max_events, 10);
    assert_int_equal(recorded.seed, 7);
    assert_string_equal(recorded.signature, "expectation service");
    assert_int_equal(recorded.choices.count, 3);
    assert_int_equal(recorded.first_line, 14);
    assert_int_equal(recorded.choices.items[2].answer, UINT64_MAX);
    sim__recorded_write(&recorded, &written);
    assert_string_equal(sim__text_string(&written), text);
    /* Cut anywhere it is refused. */
    for (size_t length = 0; length < strlen(text); length++) {
        sim__recorded_release(&recorded);
        char *cut = malloc(length + 1);
        assert_non_null(cut);
        memcpy(cut, text, length);
        assert_int_equal(sim__recorded_read(cut, length, &recorded, &mistake), SUP_EINVAL);
        assert_non_null(mistake.why);
        free(cut);
    }
    sim__recorded_release(&recorded);
    sim__text_release(&written);
}

static void file__that_is_none_is_refused_with_its_line(void **state)
{
    static const struct {
        uint32_t line;
        const char *text, *why;
    } table[] = {
        {1, "scenario: 1\n", "no file of recorded"},
        {1, "# rehearse choices 2\n", "not known"},
        {1, "# rehearse choices 11\n", "not known"},
        {2, "# rehearse choices 1\nversion \n", "'version'"},
        {3, "# rehearse choices 1\nversion 1\nscen x\n", "'scenario'"},
        {3, "# rehearse choices 1\nversion 1\nscenario \x1b[2J\n", "control"},
        {4, "# rehearse choices 1\nversion 1\nscenario x\ndigest 123\n", "16 digits"},
        {4, "# rehearse choices 1\nversion 1\nscenario x\ndigest 012345678 abcdef\n", "16 digits"},
        {5, TITLE "variant a\n", "KEY=VALUE"},
        {5, TITLE "max-events 0\n", "above 0"},
        {5, TITLE "max-steps x\n", "a number"},
        {5, TITLE "seed 18446744073709551616\n", "'seed'"},
        {5, TITLE "seed 07\n", "'seed'"},
        {5, TITLE "seed 7 \n", "'seed'"},
        {6, TITLE "seed 7\nhash 0123456789ABCDEF\n", "'hash'"},
        {8, TITLE OUTCOME "choices -1\n", "'choices'"},
        {8, TITLE OUTCOME "choices 1000001\n", "a million"},
        {9, TITLE OUTCOME "choices 1\nend\n", "a choice is"},
        {9, TITLE OUTCOME "choices 1\n0 a 1 \n", "a choice is"},
        {9, TITLE OUTCOME "choices 1\n0  a 1 1\n", "a choice is"},
        {9, TITLE OUTCOME "choices 1\n0 a/b 1 1\n", "a choice is"},
        {9, TITLE OUTCOME "choices 1\n0 a 1 1 1\n", "a choice is"},
        {9, TITLE OUTCOME "choices 1\n0 a 01 1\n", "a choice is"},
        {9, TITLE OUTCOME "choices 1\n0 a 2 1\n", "above the greatest"},
        {10, TITLE OUTCOME "choices 2\n5 a 1 1\n4 a 1 1\n", "before"},
        {10, TITLE OUTCOME "choices 1\n0 a 1 1\n0 a 1 1\nend\n", "'end'"},
        {10, TITLE OUTCOME "choices 0\nend\n\n", "follows the end"},
        {10, TITLE OUTCOME "choices 2\n0 a 1 1\nend\n", "a choice is"},
        {9, TITLE OUTCOME "choices 0\nend", "does not end"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim__recorded recorded;
        struct sim__recorded_mistake mistake;
        size_t length = strlen(table[i].text);
        assert_int_equal(sim__recorded_read(table[i].text, length, &recorded, &mistake),
                         SUP_EINVAL);
        if (mistake.line != table[i].line || strstr(mistake.why, table[i].why) == NULL) {
            fail_msg("%zu: line %u: %s", i, (unsigned)mistake.line, mistake.why);
        }
        sim__recorded_release(&recorded);
    }
}

static void label__is_one_word(void **state)
{
    char label[SIM__LABEL_BYTES + 1];
    (void)state;
    assert_true(sim__label_is_good("any:at:00c0ffee"));
    assert_true(sim__label_is_good("jitter:A_b.c-9"));
    assert_false(sim__label_is_good(""));
    assert_false(sim__label_is_good("a b"));
    assert_false(sim__label_is_good("a\n"));
    memset(label, 'a', sizeof(label));
    label[SIM__LABEL_BYTES] = '\0';
    assert_false(sim__label_is_good(label));
    label[SIM__LABEL_BYTES - 1] = '\0';
    assert_true(sim__label_is_good(label));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__a_tape_that_only_keeps_changes_nothing),
        cmocka_unit_test(run__answers_are_all_that_a_seed_decides),
        cmocka_unit_test(run__goes_on_from_another_seed),
        cmocka_unit_test(run__who_is_drawn_is_a_choice),
        cmocka_unit_test(run__what_a_task_asks_for_is_a_choice),
        cmocka_unit_test(run__one_other_answer_changes_one_draw),
        cmocka_unit_test(strict__another_label_is_a_difference),
        cmocka_unit_test(strict__each_run_is_answered_up_to_the_difference),
        cmocka_unit_test(strict__more_or_fewer_choices_are_a_difference),
        cmocka_unit_test(tolerant__the_next_of_the_label_within_its_bounds),
        cmocka_unit_test(kept__choices_have_an_end),
        cmocka_unit_test(labels__are_found_however_many),
        cmocka_unit_test(file__is_read_as_it_was_written),
        cmocka_unit_test(file__that_is_none_is_refused_with_its_line),
        cmocka_unit_test(label__is_one_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
