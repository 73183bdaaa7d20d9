/* A trial of a tree, and what its signature is. */
#include "reading.h"
#include "sim/run.h"
#include "sim/scenario/tree.h"
#include "sim/trial/trial.h"
#include "sup/error.h"

static struct sim__trial try_with(const char *text, const struct sim__trial_how *how)
{
    struct sim__trial trial;
    assert_int_equal(sim__trial_text(text, strlen(text), how, &trial), SUP_OK);
    return trial;
}

static struct sim__trial try_text(const char *text)
{
    return try_with(text, &(struct sim__trial_how){0});
}

static void assert_signature(const struct sim__trial *trial, const char *wanted)
{
    struct sim__text text = {0};
    sim__trial_signature(trial, &text);
    assert_string_equal(sim__text_string(&text), wanted);
    sim__text_release(&text);
}

#define ONE HEAD "services:\n  - {name: a, script: [fail, run]}\n"

static void trial__passing_file_has_its_figures(void **state)
{
    (void)state;
    struct sim__trial trial = try_text(HEAD "seed: 9\nservices:\n"
                                            "  - {name: a, script: [fail, run]}\n"
                                            "  - {name: b, count: 4}\nuntil: 1s\n");
    assert_signature(&trial, "passed");
    assert_false(sim__trial_failed(&trial));
    assert_int_equal(trial.seed, 9);
    assert_int_equal(trial.services, 5);
    assert_int_equal(trial.attempts, 6);
    assert_int_equal(trial.end_ns, 100000000);
    assert_true(trial.events > 0 && trial.hash != 0);
    assert_string_equal(trial.message, "");
}

/* Each kind of what an expectation asks, and of what else may fail. */
static void trial__kind_of_what_failed_is_in_its_signature(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *signature;
    } rows[] = {
        {"expect:\n  - {at: end, service: a, is: {starts: 3}}\n", "expectation service"},
        {"expect:\n  - {at: end, group: runtime, is: {cancelled: true}}\n", "expectation group"},
        {"expect:\n  - {at: end, supervisor: {phase: drained}}\n", "expectation supervisor"},
        {"expect:\n  - {at: end, metrics: {restarts_total: 7}}\n", "expectation metrics"},
        {"expect:\n  - {starts: {a: [0s]}}\n", "expectation starts"},
        {"expect:\n  - {delays: {a: [1ms]}}\n", "expectation delays"},
        {"expect:\n  - {events: [{event: drained}]}\n", "expectation events"},
        {"expect:\n  - {drain: {took: 0s}}\n", "expectation drain"},
        {"expect:\n  - {tally: {event: attempt-started}, is: 3}\n", "expectation tally"},
        {"expect:\n  - {peak: {event: attempt-started, within: 1s}, is: 3}\n", "expectation peak"},
        {"expect:\n  - {follows: {event: attempt-started}, then: {event: ready}, within: 1s}\n",
         "expectation follows"},
        {"measures:\n  m: {tally: {event: ready}}\nexpect:\n  - {measure: m, is: 1}\n",
         "expectation measure"},
        {"conditions: {db: up}\nexpect:\n  - {at: end, conditions: {db: down}}\n",
         "expectation conditions"},
        {"expect:\n  - {same-story: {services: [a, a], of: [starts]}}\n", "refused"},
        {"expect:\n  - {by: 1s, service: a, is: {starts: 3}}\n", "expectation service"},
        {"expect:\n  - {always: all, service: a, is: {starts: 3}}\n", "expectation service"},
        {"expect:\n  - {at: 1h, service: a, is: {starts: 3}}\n", "expectation service"},
        {"timeline:\n  - {at: 1s, restart: a, expect: {result: limit}}\n", "expectation answer"},
        {"timeline:\n  - {at: 50ms, fail: a}\n", "expectation fault"},
        {"timeline:\n  - {at: 1s, refuse-starts: {service: a, times: 3}}\n", "expectation fault"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "%s%s", ONE, rows[i].text);
        struct sim__trial trial = try_text(text);
        assert_signature(&trial, rows[i].signature);
        assert_true(trial.message[0] != '\0');
    }
}

/* What of it failed first: so that a smaller file does not fail in another part of the same. */
static void trial__part_that_failed_is_its_detail(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *detail;
    } rows[] = {
        {"expect:\n  - {at: end, service: a, is: {phase: running, starts: 3}}\n", "starts"},
        {"expect:\n  - {at: 0s, service: a, is: {settled: true}}\n", "backing-off"},
        {"expect:\n  - {at: end, supervisor: {phase: drained}}\n", "running"},
        {"expect:\n  - {at: end, group: runtime, is: {cancelled: true}}\n", "cancelled"},
        {"expect:\n  - {at: end, group: runtime, is: {active: 7}}\n", "active"},
        {"timeline:\n  - {at: 2s, spawn: {name: b, group: late}}\nexpect:\n"
         "  - {at: 1s, group: late, is: {active: 7}}\n",
         "exists"},
        {"expect:\n  - {at: end, metrics: {restarts_total: 7}}\n", "restarts_total"},
        {"expect:\n  - {at: end, metrics: {spawned_total: 1, attempts_total: 7}}\n",
         "attempts_total"},
        {"expect:\n  - {starts: {a: [0s]}}\n", "more"},
        {"expect:\n  - {starts: {a: [0s, 100ms, 7s]}}\n", "fewer"},
        {"expect:\n  - {starts: {a: [0s, 7s]}}\n", "value"},
        {"expect:\n  - {delays: {a: [1ms]}}\n", "value"},
        {"expect:\n  - {delays: {a*: [1ms]}}\n", "value"},
        {"expect:\n  - {delays: {a: {count: 7}}}\n", "count"},
        {"expect:\n  - {events: [{event: drained}]}\n", "drained"},
        {"expect:\n  - {events: [{event: ready}], service: a, exactly: true}\n", "ready"},
        {"expect:\n  - {drain: {took: 0s}}\n", "finished"},
        {"timeline:\n  - {at: 1s, shutdown: {}}\nexpect:\n  - {drain: {took: 7s}}\n", "took"},
        {"timeline:\n  - {at: 1s, shutdown: {}}\nexpect:\n  - {drain: {timed-out: true}}\n",
         "timed-out"},
        {"timeline:\n  - {at: 1s, shutdown: {}}\nexpect:\n  - {drain: {graceful: 7}}\n",
         "graceful"},
        {"timeline:\n  - {at: 1s, shutdown: {}}\nexpect:\n  - {drain: {aborted: [a]}}\n",
         "aborted"},
        {"expect:\n  - {tally: {event: attempt-started}, is: 3}\n", "under"},
        {"expect:\n  - {tally: {event: attempt-started}, is: 1}\n", "over"},
        {"expect:\n  - {tally: {event: attempt-started, service: a}, is: 1, each: true}\n", "over"},
        {"expect:\n  - {peak: {event: attempt-started, within: 1s}, is: 3}\n", "under"},
        {"measures:\n  m: {tally: {event: ready}}\nexpect:\n  - {measure: m, is: 7}\n", "under"},
        {"timeline:\n  - {at: 1s, restart: a, expect: {result: limit}}\n", "result"},
        {"timeline:\n  - {at: 1s, restart: a, expect: {attempt: 9}}\n", "attempt"},
        {"timeline:\n  - {at: 50ms, fail: a}\n", "met"},
        {"timeline:\n  - {every: 30ms, from: 10ms, to: 50ms, fail: a*}\n", "met"},
        {"timeline:\n  - {at: 1s, refuse-starts: {service: a, times: 3}}\n", "refusals"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "%s%s", ONE, rows[i].text);
        struct sim__trial trial = try_text(text);
        if (strcmp(trial.detail, rows[i].detail) != 0) {
            fail_msg("%s%s: '%s', not '%s' (%s)", text, sim__sign_name(trial.sign), trial.detail,
                     rows[i].detail, trial.message);
        }
    }
}

/* What an expectation finds comes before what its run was left without. */
static void trial__expectation_that_is_never_evaluated(void **state)
{
    (void)state;
    struct sim__trial trial =
        try_text(ONE "supervisor: {groups: [{name: g}]}\nexpect:\n"
                     "  - {never: all, service: gho*, is: {starts: 3}}\ntimeline:\n"
                     "  - {at: 1s, cancel-group: g}\n"
                     "  - {at: 2s, spawn: {name: ghost, group: g}, expect: {result: cancelled}}\n");
    assert_signature(&trial, "expectation unevaluated");
    assert_string_equal(trial.detail, "unmatched");
}

static void trial__verdict_of_the_file_makes_no_difference(void **state)
{
    (void)state;
    struct sim__trial trial = try_text(
        ONE "verdict: expectation-failed\nexpect:\n  - {at: end, service: a, is: {starts: 3}}\n");
    assert_signature(&trial, "expectation service");
    trial = try_text(ONE "verdict: stalled\n");
    assert_signature(&trial, "passed");
}

static void trial__budget_that_ran_out_is_named(void **state)
{
    (void)state;
    static const char loop[] = HEAD "services:\n  - {name: a, restart: always, backoff: {base: 1s, "
                                    "max: 1s}, script: [fail]}\n";
    static const char livelock[] =
        HEAD "services:\n  - {name: a, restart: always, clean-exit-delay: 0, script: [succeed]}\n";
    static const char silent[] =
        HEAD "until: 10s\nservices:\n  - {name: a}\ntimeline:\n  - {every: 1ms, beat: a}\n";
    struct sim__trial trial = try_with(loop, &(struct sim__trial_how){.max_events = 1000});
    assert_signature(&trial, "stalled events");
    trial = try_with(livelock, &(struct sim__trial_how){.max_events_an_instant = 100});
    assert_signature(&trial, "stalled instant");
    trial = try_with(silent, &(struct sim__trial_how){.max_steps = 1000});
    assert_signature(&trial, "stalled steps");
}

static void trial__what_is_no_scenario_is_refused(void **state)
{
    (void)state;
    struct sim__trial trial = try_text("scenario: 2\n");
    assert_signature(&trial, "refused");
    assert_non_null(strstr(trial.message, "error: "));
    trial = try_text(HEAD "services: [{name: a, count: 1000}]\ninclude: [other.yaml]\n");
    assert_signature(&trial, "refused");
    trial = try_with(ONE, &(struct sim__trial_how){.memory_bytes = 1});
    assert_signature(&trial, "refused");
}

static void trial__seed_is_the_callers(void **state)
{
    (void)state;
    static const char drawn[] = HEAD "services:\n  - {name: a, script: [{fail: {after: {uniform: "
                                     "[1s, 9s]}}}, run]}\n";
    struct sim__trial first = try_with(drawn, &(struct sim__trial_how){.has_seed = true});
    struct sim__trial own = try_text(drawn);
    struct sim__trial one =
        try_with(drawn, &(struct sim__trial_how){.has_seed = true, .seed = 1, .once = true});
    assert_int_equal(first.seed, 0);
    assert_int_equal(own.seed, 1);
    assert_true(first.hash != own.hash);
    assert_true(one.hash == own.hash);
}

/* A tree is tried as its file is. */
static void trial__tree_and_file_are_one(void **state)
{
    (void)state;
    struct sim_arena *arena;
    assert_int_equal(sim__arena_create(&sup_allocator_libc, &arena), SUP_OK);
    static const char text[] = ONE "expect:\n  - {at: end, service: a, is: {starts: 3}}\n";
    struct sim__node *root = NULL;
    struct sim_diagnostics diagnostics;
    const struct sim__reading how = {
        .alloc = &sup_allocator_libc, .bytes = text, .length = strlen(text), .file = "tree.yaml"};
    assert_int_equal(sim__tree_load(&how, SIM__AS_WRITTEN, arena, &diagnostics, &root), SUP_OK);
    struct sim__trial of_tree, of_text = try_text(text);
    assert_int_equal(sim__trial_tree(root, &(struct sim__trial_how){0}, &of_tree), SUP_OK);
    assert_true(sim__trial_same(&of_tree, &of_text));
    assert_true(of_tree.hash == of_text.hash);
    assert_string_equal(of_tree.message, of_text.message);
    sim__arena_free(arena);
}

static void trial__long_words_and_messages_are_cut_between_characters(void **state)
{
    (void)state;
    char message[2 * SIM__TRIAL_MESSAGE_BYTES];
    for (size_t i = 0; i + 1 < sizeof message; i += 2) {
        memcpy(message + i, "é", 2);
    }
    message[sizeof message - 2] = '\0';
    struct sim__trial trial = {0};
    sim__trial_sign(&trial, SIM__SIGN_RELATION, "unrelated-service", message);
    assert_signature(&trial, "relation unrelated-service");
    assert_int_equal(strlen(trial.message), SIM__TRIAL_MESSAGE_BYTES - 2);
    sim__trial_sign(&trial, SIM__SIGN_RELATION, message, "");
    assert_int_equal(strlen(trial.word), SIM__TRIAL_WORD_BYTES - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trial__passing_file_has_its_figures),
        cmocka_unit_test(trial__kind_of_what_failed_is_in_its_signature),
        cmocka_unit_test(trial__part_that_failed_is_its_detail),
        cmocka_unit_test(trial__expectation_that_is_never_evaluated),
        cmocka_unit_test(trial__verdict_of_the_file_makes_no_difference),
        cmocka_unit_test(trial__budget_that_ran_out_is_named),
        cmocka_unit_test(trial__what_is_no_scenario_is_refused),
        cmocka_unit_test(trial__seed_is_the_callers),
        cmocka_unit_test(trial__tree_and_file_are_one),
        cmocka_unit_test(trial__long_words_and_messages_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
