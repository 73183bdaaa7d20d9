/* The claim that a file breaks a relation: how it is written, what its trial comes to, and
 * that what breaks one is made small. */
#include "reading.h"
#include "sim/relation/claim.h"
#include "sim/shrink/shrink.h"
#include "sup/error.h"
#include "sup/sup.h"

/* ---- as text ---- */

static void claim__is_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        enum sim__relation relation;
        uint64_t draw;
        const char *written;
    } rows[] = {
        {"unrelated-service", SIM__RELATION_UNRELATED_SERVICE, 1, "unrelated-service"},
        {"unrelated-service:917", SIM__RELATION_UNRELATED_SERVICE, 917, "unrelated-service:917"},
        {"unrelated-service:0", SIM__RELATION_UNRELATED_SERVICE, 0, "unrelated-service:0"},
        {"unrelated-service:18446744073709551615", SIM__RELATION_UNRELATED_SERVICE, UINT64_MAX,
         "unrelated-service:18446744073709551615"},
        {"doubled-times", SIM__RELATION_DOUBLED_TIMES, 1, "doubled-times"},
        /* Nothing is drawn for it. */
        {"doubled-times:7", SIM__RELATION_DOUBLED_TIMES, 7, "doubled-times"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct sim__claim claim;
        struct sim__text text = {0};
        assert_null(sim__claim_read(rows[i].value, &claim));
        assert_int_equal(claim.relation, rows[i].relation);
        assert_true(claim.draw == rows[i].draw);
        sim__claim_put(&claim, &text);
        assert_string_equal(sim__text_string(&text), rows[i].written);
        sim__text_release(&text);
    }
}

static void claim__what_is_none_says_why(void **state)
{
    (void)state;
    static const char *const names[] = {"", "x", "unrelated", "unrelated-services", ":1"};
    static const char *const draws[] = {
        "unrelated-service:",   "unrelated-service:x", "unrelated-service:1 ",
        "unrelated-service:-1", "doubled-times:1:1",   "unrelated-service:18446744073709551616"};
    struct sim__claim claim;
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_string_equal(sim__claim_read(names[i], &claim),
                            "unrelated-service or doubled-times");
    }
    for (size_t i = 0; i < COUNT(draws); i++) {
        assert_string_equal(sim__claim_read(draws[i], &claim),
                            "a number comes behind the colon: unrelated-service:917");
    }
}

/* ---- its trial ---- */

/* A function that takes another time in each run: what no relation may find in our own code. */
static uint64_t calls;
static uint64_t steady; /* so many take the same */

static int longer(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_sleep(task, SUP_MS(++calls <= steady ? 1 : calls));
}

static const struct sim_task tasks[] = {{.name = "longer", .fn = longer}, {0}};

static struct sim__trial claimed(enum sim__relation relation, const char *text)
{
    const struct sim__trial_how how = {.once = true, .tasks = tasks};
    const struct sim__claim claim = {.relation = relation, .draw = 3};
    const struct sim__trial_file file = {text, strlen(text)};
    struct sim__trial trial;
    calls = 0;
    assert_int_equal(sim__claim_trial(&claim, &file, &how, &trial), SUP_OK);
    return trial;
}

static void assert_sign(const struct sim__trial *trial, enum sim__sign sign, const char *word)
{
    if (trial->sign != sign || strcmp(trial->word, word) != 0) {
        fail_msg("%s %s: %s", sim__sign_name(trial->sign), trial->word, trial->message);
    }
}

#define LONGER HEAD "until: 9s\nservices:\n  - {name: a, task: longer, restart: never}\n"

static void trial__what_breaks_is_the_relation(void **state)
{
    (void)state;
    struct sim__trial trial = claimed(SIM__RELATION_UNRELATED_SERVICE, LONGER);
    assert_sign(&trial, SIM__SIGN_RELATION, "unrelated-service");
    assert_string_equal(trial.detail, "");
    assert_int_equal(trial.line, 0);
    assert_non_null(strstr(trial.message, "event 3 is `4ms a attempt-ended"));
    /* What it expects makes no difference, and where it stood is not where this does. */
    trial = claimed(SIM__RELATION_UNRELATED_SERVICE,
                    LONGER "expect:\n  - {at: end, service: a, is: {starts: 9}}\n");
    assert_sign(&trial, SIM__SIGN_RELATION, "unrelated-service");
    assert_string_equal(trial.detail, "");
    assert_int_equal(trial.line, 0);
}

/* The trial itself is a call, and each draw is two. */
static void trial__each_of_eight_draws_is_asked(void **state)
{
    (void)state;
    for (steady = 0; steady <= 2 * SIM__CLAIM_DRAWS + 1; steady++) {
        struct sim__trial trial = claimed(SIM__RELATION_UNRELATED_SERVICE, LONGER);
        bool broken = steady <= 2 * SIM__CLAIM_DRAWS;
        assert_sign(&trial, broken ? SIM__SIGN_RELATION : SIM__SIGN_PASSED,
                    broken ? "unrelated-service" : "");
    }
    steady = 0;
}

static void trial__what_holds_or_cannot_be_asked_is_what_the_file_does(void **state)
{
    (void)state;
#define PLAIN "services:\n  - {name: a, script: [fail, run]}\n"
    struct sim__trial trial = claimed(SIM__RELATION_UNRELATED_SERVICE, HEAD "until: 9s\n" PLAIN);
    assert_sign(&trial, SIM__SIGN_PASSED, "");
    trial = claimed(SIM__RELATION_DOUBLED_TIMES, HEAD "until: 9s\n" PLAIN);
    assert_sign(&trial, SIM__SIGN_PASSED, "");
    trial = claimed(SIM__RELATION_DOUBLED_TIMES, LONGER); /* nobody knows a function's times */
    assert_sign(&trial, SIM__SIGN_PASSED, "");
    trial = claimed(SIM__RELATION_UNRELATED_SERVICE, HEAD
                    "until: 9s\n" PLAIN "expect:\n  - {at: end, service: a, is: {starts: 9}}\n");
    assert_sign(&trial, SIM__SIGN_EXPECTATION, "service");
    trial = claimed(SIM__RELATION_UNRELATED_SERVICE, "services: 7\n");
    assert_sign(&trial, SIM__SIGN_REFUSED, "");
}

static void trial__apart_is_the_one_that_was_asked_for(void **state)
{
    (void)state;
    const struct sim__trial_how how = {.once = true, .tasks = tasks};
    const struct sim__claim claim = {.relation = SIM__RELATION_UNRELATED_SERVICE, .draw = 3};
    struct sim__apart *apart;
    struct sim__trial trial;
    assert_int_equal(sim__apart_create(&how, SUP_DURATION_NEVER, &apart), SUP_OK);
    sim__apart_ask(apart, sim__claim_trial, &claim);
    assert_int_equal(sim__apart_text(apart, LONGER, strlen(LONGER), &trial), SUP_OK);
    assert_sign(&trial, SIM__SIGN_RELATION, "unrelated-service");
    sim__apart_free(apart);
}

/* ---- made small ---- */

static enum sim__judgement judge(void *context, const struct sim__candidate *candidate)
{
    const struct sim__claim *claim = context;
    const struct sim__trial_how how = {.once = true, .tasks = tasks};
    const struct sim__trial_file file = {candidate->bytes, candidate->length};
    struct sim__trial trial;
    calls = 0;
    assert_int_equal(sim__claim_trial(claim, &file, &how, &trial), SUP_OK);
    return trial.sign == SIM__SIGN_RELATION ? SIM__SAME : SIM__OTHER;
}

static void claim__what_breaks_is_made_small(void **state)
{
    (void)state;
    static const char large[] =
        HEAD "seed: 7\nuntil: 19s\nsupervisor: {shutdown: {timeout: 5s}}\nservices:\n"
             "  - {name: b, count: 3, script: [{fail: {after: 1s}, times: 3}, run]}\n"
             "  - {name: a, task: longer, restart: never, stop: {grace: 3s}}\n"
             "  - {name: c, script: [run]}\n"
             "timeline:\n  - {at: 9s, restart: c}\n  - {at: 12s, shutdown: {}}\n"
             "expect:\n  - {at: end, service: a, is: {starts: 1}}\n";
    struct sim__claim claim = {.relation = SIM__RELATION_UNRELATED_SERVICE, .draw = 3};
    const struct sim__reading reading = {.alloc = &sup_allocator_libc,
                                         .bytes = large,
                                         .length = strlen(large),
                                         .file = "large.yaml"};
    struct sim_diagnostics diagnostics;
    struct sim__shrinking shrinking = {.keeps_until = true, .judge = judge, .context = &claim};
    struct sim__shrunk shrunk;
    struct sim__text text = {0};
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &shrinking.arena), SUP_OK);
    assert_int_equal(
        sim__tree_load(&reading, SIM__AS_WRITTEN, shrinking.arena, &diagnostics, &shrinking.root),
        SUP_OK);
    sim__tree_settle(shrinking.root);
    assert_int_equal(sim__shrink(&shrinking, &shrunk), SUP_OK);
    assert_true(shrunk.whole);
    sim__tree_write(shrinking.root, &text);
    assert_non_null(strstr(sim__text_string(&text), "services:\n  - {name: a, task: longer}\n"));
    assert_null(strstr(sim__text_string(&text), "timeline"));
    assert_null(strstr(sim__text_string(&text), "expect"));
    sim__text_release(&text);
    sim__arena_free(shrinking.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claim__is_read_and_written),
        cmocka_unit_test(claim__what_is_none_says_why),
        cmocka_unit_test(trial__what_breaks_is_the_relation),
        cmocka_unit_test(trial__each_of_eight_draws_is_asked),
        cmocka_unit_test(trial__what_holds_or_cannot_be_asked_is_what_the_file_does),
        cmocka_unit_test(trial__apart_is_the_one_that_was_asked_for),
        cmocka_unit_test(claim__what_breaks_is_made_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
