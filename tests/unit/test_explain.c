/* Where a failure became likely: which choices are looked at, what is found, and the words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/explain/explain.h"
#include "sim/explain/hands.h"
#include "sim/explain/witness.h"
#include "sim/scenario/read.h"
#include "sup/error.h"
#include "sup/task.h"
#include "unit/told.h"

struct failure {
    struct told told; /* for the scenario */
    struct sim_tape tape;
    struct sim__trial trial;
    uint64_t most_runs; /* 0: any number */
    uint32_t jobs;
};

/* The first seed from there on with which it fails. */
static void find_from(struct failure *failure, const char *text, uint64_t seed)
{
    *failure = (struct failure){.tape = {.keeps = true}};
    told_read(text, &failure->told);
    for (; seed < 2000; seed++) {
        const struct sim__trial_how how = {
            .has_seed = true, .seed = seed, .once = true, .tape = &failure->tape};
        sim__tape_rewind(&failure->tape);
        assert_int_equal(sim__trial_scenario(failure->told.scenario, &how, &failure->trial),
                         SUP_OK);
        if (sim__trial_failed(&failure->trial)) {
            return;
        }
    }
    fail_msg("no seed fails");
}

static void find(struct failure *failure, const char *text)
{
    find_from(failure, text, 1);
}

static bool more(void *context, uint64_t runs)
{
    const struct failure *failure = context;
    return failure->most_runs == 0 || runs < failure->most_runs;
}

static int explain(struct failure *failure, uint32_t continuations,
                   struct sim__explained *ret_explained)
{
    const struct sim__explaining explaining = {
        .scenario = failure->told.scenario,
        .choices = &failure->tape.kept,
        .failure = &failure->trial,
        .continuations = continuations,
        .jobs = failure->jobs,
        .more = more,
        .context = failure,
    };
    *ret_explained = (struct sim__explained){0};
    return sim__explain(&explaining, ret_explained);
}

static void forget(struct failure *failure, struct sim__explained *explained)
{
    sim__explained_release(explained);
    sim__tape_release(&failure->tape);
    told_forget(&failure->told);
}

static void assert_choice(const struct failure *failure, const struct sim__jump *jump,
                          const char *label)
{
    assert_int_equal(jump->count, 1);
    assert_string_equal(sim__choices_label(&failure->tape.kept, jump->first), label);
    assert_int_equal(jump->before.choices, jump->first);
    assert_int_equal(jump->after.choices, jump->first + 1);
}

#define NOISE \
    "  - {name: noise, count: 4, backoff: {base: 1s, jitter: full}, script: [{fail: {}, times: " \
    "5}, run]}\n"
#define CRASHES "expect: [{tally: {event: attempt-ended, outcome: crashed}, is: 0}]\n"

static void explain__one_choice_that_decides(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure, HEAD "services:\n" NOISE
                        "  - {name: a, script: [{any: [run, run, run, run, {crash: {after: "
                        "1s}}]}, run]}\n" CRASHES);
    assert_int_equal(explain(&failure, 200, &explained), SUP_OK);
    assert_true(explained.whole);
    assert_int_equal(explained.count, failure.tape.kept.count + 1); /* few enough for each */
    assert_int_equal(explained.jump_count, 1);
    assert_choice(&failure, &explained.jumps[0], "any:a");
    assert_in_range(sim__look_percent(&explained.jumps[0].before), 12, 28);
    assert_int_equal(sim__look_percent(&explained.jumps[0].after), 100);
    for (uint32_t i = 0; i < explained.count; i++) {
        const struct sim__look *look = &explained.points[i];
        assert_int_equal(look->choices, i);
        assert_int_equal(look->runs, i + 1 < explained.count ? 200 : 1);
        /* What comes before decides nothing, and what comes after neither. */
        uint32_t before = explained.points[0].same;
        assert_int_equal(look->same, i <= explained.jumps[0].first ? before : look->runs);
    }
    forget(&failure, &explained);
}

static void explain__two_choices_share_it(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure,
         HEAD "services:\n" NOISE
              "  - {name: a, script: [{any: [run, run, {fail: {after: 5s}}]}, run]}\n"
              "  - {name: b, backoff: {base: 9s, max: 9s}, script: [fail, {any: [run, run, {fail: "
              "{after: 5s}}]}, run]}\n"
              "expect: [{tally: {event: attempt-ended, from: 4s, to: 15s, service: [a, b]}, is: "
              "{max: 1}}]\n");
    assert_int_equal(explain(&failure, 200, &explained), SUP_OK);
    assert_int_equal(explained.jump_count, 2);
    assert_choice(&failure, &explained.jumps[0], "any:b"); /* from a third to all */
    assert_choice(&failure, &explained.jumps[1], "any:a"); /* from a ninth to a third */
    assert_int_equal(sim__look_percent(&explained.jumps[0].after), 100);
    forget(&failure, &explained);
}

/* The greater rises are told, the greatest first, wherever they lie. */
static void explain__the_greatest_rises_come_first(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure,
         HEAD "services:\n"
              "  - {name: a, script: [{any: [run, run, run, run, run, run, {fail: {after: 5s}}]}, "
              "run]}\n"
              "  - {name: b, backoff: {base: 9s, max: 9s}, script: [fail, {any: [run, {fail: "
              "{after: 5s}}, {fail: {after: 5s}}, {fail: {after: 5s}}]}, run]}\n"
              "expect: [{tally: {event: attempt-ended, from: 4s, to: 15s, service: [a, b]}, is: "
              "{max: 1}}]\n");
    assert_int_equal(explain(&failure, 200, &explained), SUP_OK);
    assert_int_equal(explained.jump_count, 2);
    assert_choice(&failure, &explained.jumps[0], "any:a"); /* from a ninth to three quarters */
    assert_choice(&failure, &explained.jumps[1], "any:b");
    forget(&failure, &explained);
    find(&failure,
         HEAD "services:\n"
              "  - {name: a, script: [{steps: [{choose: [{weight: 7, steps: [run]}, {weight: 3, "
              "steps: [{sleep: 5s}, fail]}]}]}, run]}\n"
              "  - {name: b, backoff: {base: 9s, max: 9s}, script: [fail, {steps: [{choose: "
              "[{weight: 4, steps: [run]}, {weight: 6, steps: [{sleep: 5s}, fail]}]}]}, run]}\n"
              "  - {name: c, backoff: {base: 10s, max: 10s}, script: [fail, {steps: [{choose: "
              "[{weight: 5, steps: [run]}, {weight: 5, steps: [{sleep: 4s}, fail]}]}]}, run]}\n"
              "expect: [{tally: {event: attempt-ended, from: 4s, to: 15s}, is: {max: 2}}]\n");
    assert_int_equal(explain(&failure, 200, &explained), SUP_OK);
    assert_int_equal(explained.jump_count, SIM__EXPLAIN_JUMPS_MAX);
    assert_choice(&failure, &explained.jumps[0], "choose:c");
    assert_choice(&failure, &explained.jumps[1], "choose:b");
    forget(&failure, &explained);
}

static void explain__among_many_few_are_looked_at(void **state)
{
    struct failure failure;
    struct sim__explained explained, again;
    (void)state;
    find(&failure, HEAD "services:\n"
                        "  - {name: noise, count: 2, backoff: {base: 1s, max: 1s, jitter: full}, "
                        "script: [fail]}\n"
                        "  - {name: a, backoff: {base: 20s, max: 20s}, script: [fail, {any: [run, "
                        "run, run, run, {crash: {after: 1s}}]}, run]}\n"
                        "until: 1m\n" CRASHES);
    assert_true(failure.tape.kept.count > 120);
    assert_int_equal(explain(&failure, 40, &explained), SUP_OK);
    assert_true(explained.count < 60);
    assert_int_equal(explained.jump_count, 1);
    assert_choice(&failure, &explained.jumps[0], "any:a");
    assert_int_equal(explain(&failure, 40, &again), SUP_OK);
    assert_int_equal(explained.count, again.count);
    assert_memory_equal(explained.points, again.points,
                        explained.count * sizeof(*explained.points));
    sim__explained_release(&again);
    forget(&failure, &explained);
}

static void explain__ends_when_it_may_do_no_more(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure,
         HEAD "services:\n" NOISE
              "  - {name: a, script: [{any: [run, {crash: {after: 1s}}]}, run]}\n" CRASHES);
    failure.most_runs = 25;
    assert_int_equal(explain(&failure, 10, &explained), SUP_OK);
    assert_false(explained.whole);
    assert_int_equal(explained.runs, 25);
    /* The end, the beginning, one; what was begun then is not told. */
    assert_int_equal(explained.count, 3);
    assert_int_equal(explained.points[0].runs, 10);
    assert_int_equal(explained.points[1].choices, 1);
    assert_int_equal(explained.points[2].choices, failure.tape.kept.count);
    sim__explained_release(&explained);
    failure.most_runs = UINT64_MAX;
    told_forget(&failure.told);
    told_read(HEAD "services:\n" NOISE "  - {name: b}\n" CRASHES, &failure.told);
    assert_int_equal(explain(&failure, 10, &explained), SUP_EINVAL); /* it is another run */
    forget(&failure, &explained);
}

/* Also when it ends before everything was done, in the middle of a point. */
static void explain__several_jobs_find_the_same(void **state)
{
    struct failure failure;
    struct sim__explained one, several;
    (void)state;
    find(&failure,
         HEAD "services:\n" NOISE
              "  - {name: a, script: [{any: [run, run, {crash: {after: 1s}}]}, run]}\n" CRASHES);
    for (uint64_t most = 0; most <= 55; most += 55) {
        failure.most_runs = most;
        failure.jobs = 1;
        assert_int_equal(explain(&failure, 10, &one), SUP_OK);
        for (uint32_t jobs = 2; jobs < 20; jobs += 9) {
            failure.jobs = jobs;
            assert_int_equal(explain(&failure, 10, &several), SUP_OK);
            assert_int_equal(several.whole, one.whole);
            assert_int_equal(several.runs, one.runs);
            assert_int_equal(several.count, one.count);
            assert_memory_equal(several.points, one.points, one.count * sizeof(*one.points));
            sim__explained_release(&several);
        }
        assert_int_equal(one.whole, most == 0);
        sim__explained_release(&one);
    }
    sim__tape_release(&failure.tape);
    told_forget(&failure.told);
}

static bool at_once(void)
{
    return true;
}

static bool always(void *context, uint64_t runs)
{
    (void)context;
    (void)runs;
    return true;
}

/* What is at work is given up, and no child is left. */
static void explain__is_over_while_it_waits(void **state)
{
    struct failure failure;
    struct sim__explained explained = {0};
    (void)state;
    find(&failure,
         HEAD "services:\n" NOISE
              "  - {name: a, script: [{any: [run, {crash: {after: 1s}}]}, run]}\n" CRASHES);
    const struct sim__explaining explaining = {
        .scenario = failure.told.scenario,
        .choices = &failure.tape.kept,
        .failure = &failure.trial,
        .continuations = 100,
        .jobs = 3,
        .more = always,
        .is_over = at_once,
    };
    assert_int_equal(sim__explain(&explaining, &explained), SUP_OK);
    assert_false(explained.whole);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    forget(&failure, &explained);
}

/* Who was given up may begin anew. */
static void hands__that_were_given_up_are_idle(void **state)
{
    struct failure failure;
    struct sim__hands *hands;
    (void)state;
    find(&failure,
         HEAD "services:\n" NOISE
              "  - {name: a, script: [{any: [run, {crash: {after: 1s}}]}, run]}\n" CRASHES);
    const struct sim__explaining explaining = {
        .scenario = failure.told.scenario,
        .choices = &failure.tape.kept,
        .failure = &failure.trial,
        .continuations = 100,
        .jobs = 2,
        .is_over = at_once,
    };
    assert_int_equal(sim__hands_create(&explaining, &hands), SUP_OK);
    for (int round = 0; round < 3; round++) {
        struct sim__look look = {0};
        assert_int_equal(sim__hands_idle(hands), 2);
        for (uint32_t i = 1; i <= 2; i++) {
            assert_int_equal(sim__hands_begin(hands, 0, i), SUP_OK);
            assert_int_equal(sim__hands_busy(hands), i);
        }
        assert_int_equal(sim__hands_wait(hands, &look), 1);
        assert_int_equal(look.runs, 0);
    }
    sim__hands_free(hands);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    sim__tape_release(&failure.tape);
    told_forget(&failure.told);
}

static int dies(struct sup_task *task, void *argument)
{
    (void)argument;
    if (sup_task_random(task, 3) == 0) {
        (void)raise(SIGKILL);
    }
    return sup_task_wait_cancel(task);
}

/* So that nothing is left of what another said before. */
static __attribute__((noinline)) void soil_the_stack(void)
{
    volatile unsigned char bytes[32768];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = 0xA5;
    }
}

/* Of a run that passed, said to have ended as its continuations do. */
static void explain__a_continuation_that_ends_its_process_is_counted(void **state)
{
    static const struct sim_task tasks[] = {{.name = "dies", .fn = dies}, {.name = NULL}};
    static const char text[] = HEAD "services: [{name: a, task: dies}]\nuntil: 1s\n";
    const struct sim_limits limits = {.tasks = tasks};
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = text,
                                         .length = sizeof(text) - 1,
                                         .file = "test.yaml",
                                         .limits = &limits};
    struct sim_diagnostics diagnostics = {0};
    struct failure failure = {.tape = {.keeps = true}};
    struct sim__trial_how how = {
        .has_seed = true, .once = true, .tasks = tasks, .tape = &failure.tape};
    (void)state;
    assert_int_equal(sim__scenario_read(&reading, &diagnostics, &failure.told.scenario), SUP_OK);
    how.seed = 1;
    assert_int_equal(sim__trial_scenario(failure.told.scenario, &how, &failure.trial), SUP_OK);
    assert_false(sim__trial_failed(&failure.trial));
    for (unsigned other = 0; other < 2; other++) {
        struct sim__explained explained = {0};
        struct sim__explaining explaining = {
            .scenario = failure.told.scenario,
            .how = {.tasks = tasks},
            .choices = &failure.tape.kept,
            .failure = &failure.trial,
            .continuations = 40,
            .jobs = 2,
            .more = always,
        };
        sim__trial_sign(&failure.trial, SIM__SIGN_CRASHED, other ? "SIGSEGV" : "SIGKILL", "");
        soil_the_stack();
        assert_int_equal(sim__explain(&explaining, &explained), SUP_OK);
        assert_int_equal(explained.count, 2);
        const struct sim__look *first = &explained.points[0], *last = &explained.points[1];
        assert_int_equal(first->runs, 40);
        assert_int_equal(first->same + first->other, 7); /* of four draws one */
        assert_int_equal(other ? first->same : first->other, 0);
        assert_int_equal(last->same + last->other, 0);
        sim__explained_release(&explained);
    }
    sim__tape_release(&failure.tape);
    told_forget(&failure.told);
}

/* ---- what a process had decided ---- */

static void witness__tells_what_was_kept(void **state)
{
    struct told told;
    struct sim__witness witness;
    struct sim_tape tape = {.keeps = true};
    struct sim__choices heard = {0};
    (void)state;
    told_read(HEAD "services:\n" NOISE
                   "  - {name: a, script: [{fail: {after: {exp: 1s}}}, {fail: {after: {pick: [1s, "
                   "2s]}}}, run]}\n",
              &told);
    assert_int_equal(sim__witness_open(&witness), SUP_OK);
    sim__witness_listen(&witness, &tape);
    const struct sim_run_options options = {.keep_trace = true, .tape = &tape};
    told_run_with(&told, &options);
    assert_int_equal(sim__witness_read(&witness, &heard), SUP_OK);
    assert_int_equal(heard.count, tape.kept.count);
    assert_true(heard.count > 5);
    bool shaped = false;
    for (uint32_t i = 0; i < heard.count; i++) {
        const struct sim__choice *a = &heard.items[i], *b = &tape.kept.items[i];
        assert_string_equal(sim__choices_label(&heard, i), sim__choices_label(&tape.kept, i));
        assert_true(a->answer == b->answer && a->most == b->most && a->at_ns == b->at_ns);
        assert_true(a->low == b->low && a->value == b->value && a->unit == b->unit);
        shaped |= b->unit == SIM__UNIT_SHAPE && b->value != b->answer;
    }
    assert_true(shaped); /* told when it is made, and when it is known */
    sim__witness_close(&witness);
    assert_int_equal(witness.file, -1); /* and is no other's */
    sim__choices_release(&heard);
    sim__tape_release(&tape);
    told_forget(&told);
}

/* A file is one whatever its number is. */
static void witness__where_there_is_no_standard_input(void **state)
{
    struct sim__witness witness;
    int input = dup(STDIN_FILENO);
    (void)state;
    assert_true(input > STDIN_FILENO);
    assert_int_equal(close(STDIN_FILENO), 0);
    int result = sim__witness_open(&witness);
    int file = witness.file;
    if (result == SUP_OK) {
        sim__witness_close(&witness);
    }
    assert_int_equal(dup2(input, STDIN_FILENO), STDIN_FILENO);
    assert_int_equal(close(input), 0);
    assert_int_equal(result, SUP_OK);
    assert_int_equal(file, STDIN_FILENO);
}

/* With few continuations a share may rise by chance. */
static void explain__what_chance_makes_is_no_jump(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure,
         HEAD "services:\n" NOISE
              "  - {name: a, script: [{any: [run, {crash: {after: 1s}}]}, run]}\n" CRASHES);
    assert_int_equal(explain(&failure, 5, &explained), SUP_OK); /* 95 points */
    const struct sim__look *first = &explained.points[0];
    assert_int_equal(explained.jump_count, first->same == 0 ? 1 : 0);
    sim__explained_release(&explained);
    assert_int_equal(explain(&failure, 4, &explained), SUP_OK); /* 106 points */
    assert_int_equal(explained.jump_count, 0);
    forget(&failure, &explained);
}

/* With 200 continuations fifteen points are a jump, and fourteen are none. */
static void explain__a_jump_begins_at_fifteen_points(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    uint64_t seed = 1;
    uint32_t seen = 0; /* a bit for each number of points */
    (void)state;
    while ((seen & (3u << 14)) != 3u << 14) {
        find_from(&failure,
                  HEAD "services: [{name: a, script: [{steps: [{choose: [{weight: 15, steps: "
                       "[run]}, {weight: 85, steps: [crash]}]}]}, run]}]\n" CRASHES,
                  seed);
        seed = failure.trial.seed + 1;
        assert_int_equal(explain(&failure, 200, &explained), SUP_OK);
        assert_int_equal(explained.count, 2);
        uint32_t rise = 100 - sim__look_percent(&explained.points[0]);
        assert_in_range(rise, 5, 25);
        assert_int_equal(explained.jump_count, rise >= 15 ? 1 : 0);
        seen |= 1u << rise;
        forget(&failure, &explained);
    }
}

static void explain__without_choices_there_is_nothing(void **state)
{
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure, HEAD "services: [{name: a, script: [{crash: {after: 1s}}, run]}]\n" CRASHES);
    assert_int_equal(explain(&failure, 10, &explained), SUP_OK);
    assert_int_equal(explained.jump_count, 0);
    assert_int_equal(explained.count, 1);
    forget(&failure, &explained);
}

/* Room for points holds what it may: of what no continuation was made there is no jump. */
static void explain__reads_no_point_behind_the_last(void **state)
{
    enum { ROOM = 1024 };
    struct failure failure;
    struct sim__explained explained;
    (void)state;
    find(&failure, HEAD "services: [{name: a, script: [{crash: {after: 1s}}, run]}]\n" CRASHES);
    const struct sim__explaining explaining = {.scenario = failure.told.scenario,
                                               .choices = &failure.tape.kept,
                                               .failure = &failure.trial,
                                               .continuations = 200,
                                               .more = more,
                                               .context = &failure};
    explained =
        (struct sim__explained){.points = malloc(ROOM * sizeof(struct sim__look)), .room = ROOM};
    assert_non_null(explained.points);
    for (uint32_t i = 0; i < ROOM; i++) {
        explained.points[i] = (struct sim__look){.choices = i + 1, .runs = 1, .same = 2};
    }
    assert_int_equal(sim__explain(&explaining, &explained), SUP_OK);
    assert_int_equal(explained.count, 1);
    assert_int_equal(explained.jump_count, 0);
    forget(&failure, &explained);
}

/* ---- words ---- */

static void words__say_what_was_decided(void **state)
{
    static const struct {
        const char *label, *words;
        struct sim__choice choice;
    } table[] = {
        {"jitter:db",
         "the jitter of `db` was drawn: 3.2s of 1s to 10s",
         {.answer = 2200000000,
          .most = 9000000000,
          .low = 1000000000,
          .value = 3200000000,
          .unit = SIM__UNIT_SPAN}},
        {"script:w-3",
         "a duration in the script of `w-3` was drawn: 2s, the 2nd of 3 of a list",
         {.answer = 1, .most = 2, .value = 2000000000, .unit = SIM__UNIT_PICK}},
        {"script:w-3",
         "a duration in the script of `w-3` was drawn: 7ns, of an exponential distribution with "
         "the mean 2s",
         {.answer = 99,
          .most = UINT64_MAX,
          .low = 2000000000,
          .value = 7,
          .unit = SIM__UNIT_SHAPE}},
        {"any:at",
         "an `any` in the script of `at` was decided: the 3rd of 3",
         {.answer = 2, .most = 2}},
        {"choose:a",
         "a `choose` in the script of `a` was drawn: 4 of 0 to 9",
         {.answer = 4, .most = 9}},
        {"task:a",
         "a number that the task of `a` asks for was drawn: 4 of 0 to 9",
         {.answer = 4, .most = 9}},
        {"order:next",
         "what comes next of the reports, actions and timers that are due was decided: the 11th "
         "of 12",
         {.answer = 10, .most = 11}},
        {"order:action",
         "which action comes next of those that are due was decided: the 1st of 2",
         {.answer = 0, .most = 1}},
        {"any:to:00000000000000ff",
         "the `any` in an instant of an action of a script was decided: the 22nd of 30",
         {.answer = 21, .most = 29}},
        {"any:entry:00000000000000ff",
         "an action of a script was decided: the 1st of 2",
         {.answer = 0, .most = 1}},
        {"news", "news was decided: 1 of 0 to 2", {.answer = 1, .most = 2}},
    };
    struct told told;
    (void)state;
    told_read(HEAD "services: [{name: a}]\n", &told);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim__text text = {0};
        sim__explain_choice(told.scenario, table[i].label, &table[i].choice, &text);
        assert_string_equal(sim__text_string(&text), table[i].words);
        sim__text_release(&text);
    }
    told_forget(&told);
}

static void words__of_labels_that_look_like_others(void **state)
{
    static const struct {
        const char *label, *words;
    } table[] = {
        {"order:report", "which report comes next of those that are due was decided: the 1st of 2"},
        {"order:reports", "order:reports was decided: 0 of 0 to 1"},
        {"any:at:00000000000000fg",
         "the `any` in an instant of an action of a script was decided: the 1st of 2"},
        {"any:b:c", "any:b:c was decided: 0 of 0 to 1"},
        {"jitte:b", "jitte:b was decided: 0 of 0 to 1"},
    };
    const struct sim__choice choice = {.most = 1};
    struct told told;
    (void)state;
    told_read(HEAD "services: [{name: a}]\n", &told);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim__text text = {0};
        sim__explain_choice(told.scenario, table[i].label, &choice, &text);
        assert_string_equal(sim__text_string(&text), table[i].words);
        sim__text_release(&text);
    }
    told_forget(&told);
}

static void words__count_ways_as_people_do(void **state)
{
    static const struct {
        uint64_t answer;
        const char *rank;
    } table[] = {
        {0, "1st"},       {1, "2nd"},       {2, "3rd"},       {3, "4th"},       {8, "9th"},
        {9, "10th"},      {10, "11th"},     {11, "12th"},     {12, "13th"},     {13, "14th"},
        {19, "20th"},     {20, "21st"},     {21, "22nd"},     {22, "23rd"},     {23, "24th"},
        {99, "100th"},    {100, "101st"},   {101, "102nd"},   {102, "103rd"},   {103, "104th"},
        {110, "111th"},   {111, "112th"},   {112, "113th"},   {113, "114th"},   {120, "121st"},
        {1009, "1010th"}, {1010, "1011th"}, {1210, "1211th"}, {2012, "2013th"},
    };
    struct told told;
    (void)state;
    told_read(HEAD "services: [{name: a}]\n", &told);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct sim__choice choice = {.answer = table[i].answer, .most = 9999};
        char wanted[64];
        struct sim__text text = {0};
        (void)snprintf(wanted, sizeof(wanted), "was decided: the %s of 10000", table[i].rank);
        sim__explain_choice(told.scenario, "any:a", &choice, &text);
        assert_non_null(strstr(sim__text_string(&text), wanted));
        sim__text_release(&text);
    }
    told_forget(&told);
}

static void words__name_entries_of_the_timeline(void **state)
{
    static const struct {
        const char *begin, *words;
    } table[] = {
        {"timeline:", "an instant of `restart` of the timeline at line 5 was drawn: "},
        {"target:", "the target of `restart` of the timeline at line 5 was drawn: "},
        {"any:entry:", "the `any` of the timeline at line 6 was decided: the "},
        {"any:at:", "the `any` in an instant of `pause` of the timeline at line 7 was decided: "},
    };
    struct told told;
    struct sim_tape tape = {.keeps = true};
    (void)state;
    told_read(HEAD "services: [{name: a, count: 3}]\n"
                   "timeline:\n"
                   "  - {at: {uniform: [1s, 2s]}, restart: {one-of: a-*}}\n"
                   "  - any: [{at: 5s, resume: a-1}, nothing]\n"
                   "  - {at: {any: [1s, 3s]}, pause: a-0}\n",
              &told);
    const struct sim_run_options options = {.keep_trace = true, .tape = &tape};
    told_run_with(&told, &options);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim__text text = {0};
        uint32_t found = 0;
        while (found < tape.kept.count && strncmp(sim__choices_label(&tape.kept, found),
                                                  table[i].begin, strlen(table[i].begin)) != 0) {
            found++;
        }
        assert_true(found < tape.kept.count);
        sim__explain_choice(told.scenario, sim__choices_label(&tape.kept, found),
                            &tape.kept.items[found], &text);
        if (strstr(sim__text_string(&text), table[i].words) != text.bytes) {
            fail_msg("%s", sim__text_string(&text));
        }
        sim__text_release(&text);
    }
    sim__tape_release(&tape);
    told_forget(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explain__one_choice_that_decides),
        cmocka_unit_test(explain__two_choices_share_it),
        cmocka_unit_test(explain__the_greatest_rises_come_first),
        cmocka_unit_test(explain__among_many_few_are_looked_at),
        cmocka_unit_test(explain__ends_when_it_may_do_no_more),
        cmocka_unit_test(explain__several_jobs_find_the_same),
        cmocka_unit_test(explain__is_over_while_it_waits),
        cmocka_unit_test(hands__that_were_given_up_are_idle),
        cmocka_unit_test(explain__a_continuation_that_ends_its_process_is_counted),
        cmocka_unit_test(witness__tells_what_was_kept),
        cmocka_unit_test(witness__where_there_is_no_standard_input),
        cmocka_unit_test(explain__what_chance_makes_is_no_jump),
        cmocka_unit_test(explain__a_jump_begins_at_fifteen_points),
        cmocka_unit_test(explain__without_choices_there_is_nothing),
        cmocka_unit_test(explain__reads_no_point_behind_the_last),
        cmocka_unit_test(words__say_what_was_decided),
        cmocka_unit_test(words__of_labels_that_look_like_others),
        cmocka_unit_test(words__count_ways_as_people_do),
        cmocka_unit_test(words__name_entries_of_the_timeline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
