/* Scripts and steps. */
#include "reading.h"

static struct sim_scenario *with_script(const char *script)
{
    char text[2048];
    snprintf(text, sizeof(text), HEAD "services:\n  - name: a\n    script: %s\n", script);
    return read_good(text);
}

static void script__every_behaviour_and_modifier_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        with_script("[run, {succeed: {after: 1s}}, {fail: {after: 2s, error: boom, code: 3}},"
                    " {crash: {signal: SEGV}, times: 4}, {hang: {for: 5s}}, hang,"
                    " {refuse: {error: full}}, {done: {}, ready: {after: 1s}},"
                    " {run: {}, beat: {every: 1s, for: 3s}, stop-after: 2s},"
                    " {run: {}, ignore-cancel: true, ignore-abort: true, ready: never}]");
    const struct sim_behaviour *item = scenario->services[0].script;
    assert_int_equal(scenario->services[0].script_count, 10);
    assert_int_equal(item[0].kind, SIM_RUN);
    assert_int_equal(item[1].kind, SIM_SUCCEED);
    assert_int_equal(item[1].after.low.ns, SECOND);
    assert_int_equal(item[2].kind, SIM_FAIL);
    assert_string_equal(item[2].error, "boom");
    assert_true(item[2].has_code);
    assert_int_equal(item[2].code, 3);
    assert_int_equal(item[3].kind, SIM_CRASH);
    assert_int_equal(item[3].signal, 11);
    assert_int_equal(item[3].times, 4);
    assert_int_equal(item[4].kind, SIM_HANG);
    assert_true(item[4].has_for);
    assert_int_equal(item[4].after.low.ns, 5 * SECOND);
    assert_false(item[5].has_for);
    assert_int_equal(item[6].kind, SIM_REFUSE);
    assert_string_equal(item[6].error, "full");
    assert_int_equal(item[7].kind, SIM_DONE);
    assert_int_equal(item[7].ready, SIM_READY_AFTER);
    assert_int_equal(item[7].ready_after.low.ns, SECOND);
    assert_true(item[8].has_beat && item[8].has_beat_for && item[8].has_stop_after);
    assert_int_equal(item[8].beat_every.low.ns, SECOND);
    assert_int_equal(item[8].beat_for.low.ns, 3 * SECOND);
    assert_int_equal(item[8].stop_after.low.ns, 2 * SECOND);
    assert_true(item[9].ignore_cancel && item[9].ignore_abort);
    assert_int_equal(item[9].ready, SIM_READY_NEVER);
    sim_scenario_free(scenario);
}

static void script__durations_may_be_drawn(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        with_script("[{fail: {after: {uniform: [1s, 2s]}}}, {fail: {after: {exp: 3s}}},"
                    " {fail: {after: {pick: [1s, 5s, 9s]}}}]");
    const struct sim_behaviour *item = scenario->services[0].script;
    assert_int_equal(item[0].after.kind, SIM_DRAW_UNIFORM);
    assert_int_equal(item[0].after.low.ns, SECOND);
    assert_int_equal(item[0].after.high.ns, 2 * SECOND);
    assert_int_equal(item[1].after.kind, SIM_DRAW_EXP);
    assert_int_equal(item[1].after.low.ns, 3 * SECOND);
    assert_int_equal(item[2].after.kind, SIM_DRAW_PICK);
    assert_int_equal(item[2].after.pick_count, 3);
    assert_int_equal(item[2].after.picks[2].ns, 9 * SECOND);
    sim_scenario_free(scenario);
}

static void steps__every_step_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = with_script(
        "[{steps: [{sleep: 1s}, ready, not-ready, {beat: {}}, {on-cancel: [{sleep: 2s}, succeed]},"
        " {repeat: {times: 3, steps: [beat]}},"
        " {choose: [{weight: 3, steps: [run]}, {steps: [hang]}]},"
        " {do: {pause: a, who: me}}, {fail: \"no luck\"}, {crash: SIGABRT}, fail, crash, done,"
        " {crash: 9}]}]");
    const struct sim_block *block = &scenario->services[0].script[0].steps;
    static const enum sim_step_kind kinds[] = {
        SIM_STEP_SLEEP,  SIM_STEP_READY,  SIM_STEP_NOT_READY, SIM_STEP_BEAT,  SIM_STEP_ON_CANCEL,
        SIM_STEP_REPEAT, SIM_STEP_CHOOSE, SIM_STEP_DO,        SIM_STEP_FAIL,  SIM_STEP_CRASH,
        SIM_STEP_FAIL,   SIM_STEP_CRASH,  SIM_STEP_DONE,      SIM_STEP_CRASH,
    };
    assert_int_equal(block->count, COUNT(kinds));
    for (size_t i = 0; i < COUNT(kinds); i++) {
        assert_int_equal(block->steps[i].kind, kinds[i]);
        assert_int_equal(block->steps[i].place.line, 5);
    }
    assert_int_equal(block->steps[0].draw.low.ns, SECOND);
    assert_int_equal(block->steps[4].body.count, 2);
    assert_int_equal(block->steps[5].times, 3);
    assert_int_equal(block->steps[5].body.steps[0].kind, SIM_STEP_BEAT);
    assert_int_equal(block->steps[6].choice_count, 2);
    assert_int_equal(block->steps[6].choices[0].weight, 3);
    assert_int_equal(block->steps[6].choices[1].weight, 1);
    assert_int_equal(block->steps[7].action->kind, SIM_ACT_PAUSE);
    assert_string_equal(block->steps[7].action->who, "me");
    assert_string_equal(block->steps[8].text, "no luck");
    assert_int_equal(block->steps[9].signal, 6);
    assert_null(block->steps[10].text);
    assert_int_equal(block->steps[13].signal, 9);
    sim_scenario_free(scenario);
}

static const struct refusal mistakes[] = {
    {"run", "`script`: expected a list, found text `run`"},
    {"[]", "the script is empty"},
    {"[runn]", "unknown behaviour `runn`, did you mean `run`?"},
    {"[steps]", "`steps` needs a list"},
    {"[[run]]", "expected a word, found a list"},
    {"[{}]", "has no behaviour; known: run, succeed"},
    {"[{times: 2}]", "has no behaviour"},
    {"[{run: }]", "`run`: expected a map, found nothing"},
    {"[{run: {after: 1s}}]", "unknown key `after`"},
    {"[{run: {}, hang: {}}]", "`run` and `hang` in one item"},
    {"[{fail: {after: 5}}]", "needs a unit"},
    {"[{fail: {after: never}}]", "`never` is not possible here"},
    {"[{fail: {code: 0}}]", "from 1 to 255"},
    {"[{fail: {code: 256}}]", "from 1 to 255"},
    {"[{fail: {error: 404}}]", "expected text (put it in quotes), found a number `404`"},
    {"[{fail: {error: [x]}}]", "expected text, found a list"},
    {"[{fail: boom}]", "`fail`: expected a map, found text `boom`"},
    {"[{crash: {signal: SEGF}}]", "did you mean `SEGV`?"},
    {"[{crash: {signal: CHLD}}]", "signal CHLD ends no process"},
    {"[{crash: {signal: 99}}]", "99 is out of range"},
    {"[{hang: {}, stop-after: 1s}]", "`stop-after` has no effect with `hang`"},
    {"[{run: {}, stop-after: 1s, ignore-cancel: true}]",
     "`stop-after` has no effect with `ignore-cancel`"},
    {"[{refuse: {}, beat: {every: 1s}}]", "`beat` has no effect with `refuse`"},
    {"[{run: {}, times: 0}]", "at least 1"},
    {"[{run: {}, beat: {every: 0s}}]", "above 0"},
    {"[{run: {}, beat: {for: 1s}}]", "key `every` is missing"},
    {"[{run: {}, ready: soon}]", "`{after: D}` or `never`"},
    {"[{run: {}, ready: {}}]", "key `after` is missing"},
    {"[{run: {}, ignore-cancel: yes}]", "expected true or false, found text `yes`"},
    {"[{run: {}, ignore-cancel: \"true\"}]", "found text in quotes"},
    {"[{fail: {after: {uniform: [1s]}}}]", "takes two durations"},
    {"[{fail: {after: {uniform: [2s, 1s]}}}]", "the first duration is above the second"},
    {"[{fail: {after: {exp: 0s}}}]", "above 0"},
    {"[{fail: {after: {pick: []}}}]", "at least one"},
    {"[{fail: {after: {pick: [1s, x]}}}]", "a number and a unit"},
    {"[{fail: {after: {exp: 1s, pick: [1s]}}}]", "one of `uniform`, `exp`, `pick`"},
    {"[{fail: {after: {}}}]", "one of `uniform`, `exp`, `pick`"},
    {"[{fail: {after: {gauss: 1s}, code: 1}}]", "unknown key `gauss`"},
    {"[{steps: {}}]", "expected a list"},
    {"[{steps: [slep]}]", "did you mean `sleep`?"},
    {"[{steps: [sleep]}]", "`sleep` needs an argument"},
    {"[{steps: [{sleep: 3}]}]", "needs a unit"},
    {"[{steps: [{}]}]", "this step is empty"},
    {"[{steps: [{run: {}, beat: {}}]}]", "a second key in one step"},
    {"[{steps: [{ready: now}]}]", "`ready`: expected a map"},
    {"[{steps: [{repeat: {steps: []}}]}]", "key `times` is missing"},
    {"[{steps: [{repeat: {times: 2}}]}]", "key `steps` is missing"},
    {"[{steps: [{choose: []}]}]", "at least one choice"},
    {"[{steps: [{choose: [{weight: 0, steps: []}]}]}]", "out of range"},
    {"[{steps: [{do: {pause: ghost}}]}]", "no service is called `ghost`"},
    {"[{steps: [{do: {at: 1s, pause: a}}]}]", "`at` has no place here"},
    {"[{steps: [{do: {}}]}]", "has no action"},
};

static void script__mistakes_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        char text[2048];
        snprintf(text, sizeof(text), HEAD "services:\n  - name: a\n    script: %s\n",
                 mistakes[i].text);
        if (strstr(mistakes[i].text, "gauss") != NULL) {
            assert_refused(text, mistakes[i].part);
        } else {
            assert_refused_once(text, mistakes[i].part);
        }
    }
}

static void script__the_longest_error_is_measured(void **state)
{
    (void)state;
    char text[6000];
    char error[4100];
    memset(error, 'e', sizeof(error));
    error[300] = '\0';
    snprintf(text, sizeof(text), HEAD "services: [{name: a, script: [{fail: {error: %s}}]}]\n",
             error);
    struct sim_scenario *scenario = read_good(text);
    assert_int_equal(scenario->error_bytes_max, 301);
    sim_scenario_free(scenario);
    memset(error, 'e', sizeof(error));
    error[4097] = '\0';
    snprintf(text, sizeof(text), HEAD "services: [{name: a, script: [{fail: {error: %s}}]}]\n",
             error);
    assert_refused_once(text, "longer than 4096 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(script__every_behaviour_and_modifier_is_read),
        cmocka_unit_test(script__durations_may_be_drawn),
        cmocka_unit_test(steps__every_step_is_read),
        cmocka_unit_test(script__mistakes_are_refused),
        cmocka_unit_test(script__the_longest_error_is_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
