/* The timeline and its targets. */
#include "reading.h"

#define SERVICES \
    "services: [{name: a, group: g.h}, {name: w, count: 12}]\n" \
    "until: 1m\n"

/* Each action once, in the order of enum sim_action_kind. */
#define EACH_ACTION \
    HEAD SERVICES \
        "timeline:\n" \
        "  - {at: 1s, spawn: {name: b, group: late}}\n" \
        "  - {at: 2s, pause: a, who: ops, why: 'a drill', expect: {result: not-active}}\n" \
        "  - {every: 5s, from: 1s, to: 30s, resume: [a, w-1]}\n" \
        "  - {every: 5s, quarantine: 'w-*'}\n" \
        "  - {at: 0, remove: b}\n" \
        "  - {at: 0s, restart: a}\n" \
        "  - {at: 0s, cancel: a}\n" \
        "  - {at: 0s, abort: a}\n" \
        "  - {at: 0s, cancel-group: g}\n" \
        "  - {at: 0s, force-abort: runtime.g.h, expect: {active: [a]}}\n" \
        "  - {at: 0s, wait-idle: {group: late, timeout: 3s}, expect: {result: timeout}}\n" \
        "  - {at: 0s, shutdown: {timeout: never}}\n" \
        "  - {at: 0s, fail: a, error: boom, code: 4}\n" \
        "  - {at: 0s, crash: {service: a, signal: KILL, error: x}}\n" \
        "  - {at: 0s, succeed: a}\n" \
        "  - {at: 0s, ready: a}\n" \
        "  - {at: 0s, not-ready: a}\n" \
        "  - {at: 0s, beat: a}\n" \
        "  - {at: 0s, refuse-starts: {service: a, times: 3}}\n" \
        "  - {at: 1m, stall: 2s}\n" \
        "  - {at: 0s, join: a}\n" \
        "  - {at: 0s, set: {db: down}}\n" \
        "  - {at: 30s, calm: {}}\n" \
        "  - {at: 0s, forget: a}\n" \
        "conditions: {db: up}\n"

#define ONE(id, name, sort) +1
enum { ACTIONS = 0 SIM_ACTION_LIST(ONE) };
#undef ONE

static void timeline__every_action_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(EACH_ACTION);
    const struct sim_action *t = scenario->timeline;
    assert_int_equal(scenario->timeline_count, ACTIONS);
    for (int i = 0; i < ACTIONS; i++) {
        assert_int_equal(t[i].kind, i);
        assert_int_equal(t[i].place.line, 6 + i);
        assert_int_equal(t[i].place.column, 5);
        assert_string_equal(t[i].who, i == 1 ? "ops" : "scenario");
    }
    sim_scenario_free(scenario);
}

static void timeline__what_each_action_says_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(EACH_ACTION);
    const struct sim_action *t = scenario->timeline;
    assert_string_equal(t[0].service->name, "b");
    assert_string_equal(t[1].why, "a drill");
    assert_int_equal(t[1].at.ns, 2 * SECOND);
    assert_true(t[1].has_expect && t[1].expect.has_result);
    assert_int_equal(t[1].expect.result, SUP_ENOTACTIVE);
    assert_true(t[2].repeats);
    assert_int_equal(t[2].at.ns, SECOND);
    assert_int_equal(t[2].every.ns, 5 * SECOND);
    assert_int_equal(t[2].to.ns, 30 * SECOND);
    assert_int_equal(t[2].target.count, 2);
    assert_string_equal(t[2].target.patterns[1], "w-1");
    assert_int_equal(t[3].at.ns, 5 * SECOND);
    assert_int_equal(t[3].to.ns, UINT64_MAX);
    assert_string_equal(t[8].group, "g");
    assert_true(t[9].expect.has_active);
    assert_int_equal(t[9].expect.active_count, 1);
    assert_int_equal(t[10].timeout.ns, 3 * SECOND);
    assert_true(t[11].has_timeout);
    assert_int_equal(t[11].timeout.ns, UINT64_MAX);
    assert_string_equal(t[12].error, "boom");
    assert_int_equal(t[12].code, 4);
    assert_int_equal(t[13].signal, 9);
    assert_string_equal(t[13].error, "x");
    assert_string_equal(t[13].target.patterns[0], "a");
    assert_int_equal(t[18].times, 3);
    assert_int_equal(t[19].stall.ns, 2 * SECOND);
    sim_scenario_free(scenario);
}

static void timeline__what_a_join_is_told_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD SERVICES
        "timeline: [{at: 0s, join: a, expect: {result: failed, error: no luck, value: ''}}]\n");
    const struct sim_action *t = scenario->timeline;
    assert_int_equal(t->kind, SIM_ACT_JOIN);
    assert_int_equal(t->expect.result, SUP_EFAILED);
    assert_string_equal(t->expect.error, "no luck");
    assert_string_equal(t->expect.value, "");
    sim_scenario_free(scenario);
}

static void timeline__the_result_of_a_command_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD SERVICES "timeline:\n"
                      "  - at: 1s\n"
                      "    restart: a\n"
                      "    expect: {idempotent: true, cancel-delivered: false, attempt: {min: 2},\n"
                      "             operation-before: paused, operation-after: active,\n"
                      "             stop-state: cancel-delivered}\n");
    const struct sim_action_expect *e = &scenario->timeline[0].expect;
    assert_true(e->has_idempotent && e->idempotent);
    assert_true(e->has_cancel_delivered && !e->cancel_delivered);
    assert_true(e->has_attempt);
    assert_int_equal(e->attempt.min, 2);
    assert_int_equal(e->attempt.max, UINT64_MAX);
    assert_int_equal(e->operation_before, SUP_OPERATION_PAUSED);
    assert_int_equal(e->operation_after, SUP_OPERATION_ACTIVE);
    assert_int_equal(e->stop_state, SUP_STOP_STATE_CANCEL_DELIVERED);
    assert_false(e->has_result || e->has_active);
    assert_int_equal(e->place.line, 8);
    sim_scenario_free(scenario);
}

static void assert_each_refused(const struct refusal *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1024];
        snprintf(text, sizeof(text), HEAD SERVICES "timeline: %s\n", list[i].text);
        assert_refused_once(text, list[i].part);
    }
}

static void timeline__mistakes_in_an_entry_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"[{pause: a}]", "neither `at` nor `every`"},
        {"[{at: 1s}]", "has no action; known: spawn"},
        {"[{at: 1s, every: 1s, pause: a}]", "`at` and `every` in one entry"},
        {"[{at: 1s, to: 2s, pause: a}]", "`to` belongs to `every`"},
        {"[{every: 0s, pause: a}]", "above 0"},
        {"[{every: 1s, from: 5s, to: 4s, pause: a}]", "`to` is before the first time"},
        {"[{at: 61s, pause: a}]", "is after the end of the scenario, `until: 1m`"},
        {"[{every: 61s, pause: a}]", "is after the end"},
        {"[{every: 1s, from: 2m, pause: a}]", "is after the end"},
        {"[{at: never, pause: a}]", "`never` is not possible here"},
        {"[{at: 1, pause: a}]", "needs a unit"},
        {"[{at: end, pause: a}]", "a number and a unit"},
        {"[{at: 1s, pause: a, resume: a}]", "`pause` and `resume` in one entry"},
        {"[{at: 1s, paus: a}]", "unknown key `paus`, did you mean `pause`?"},
        {"[{at: 1s, pause: }]", "`pause`: expected text, found nothing"},
        {"[{at: 1s, pause: {a: b}}]", "unknown key `a`; known: one-of, some, of"},
        {"[{at: 1s, pause: []}]", "the list of targets is empty"},
        {"[{at: 1s, pause: [a, [b]]}]", "expected text, found a list"},
        {"[{at: 1s, pause: \"a b\"}]", "may hold only letters"},
        {"[{at: 1s, cancel-group: [g]}]", "expected text, found a list"},
        {"[{at: 1s, wait-idle: g}]", "expected a map, found text `g`"},
        {"[{at: 1s, shutdown: 5s}]", "expected a map"},
        {"[{at: 1s, shutdown: }]", "expected a map, found nothing"},
        {"[{at: 1s, stall: 0}]", "above 0"},
        {"{}", "`timeline`: expected a list"},
        {"[x]", "expected a map, found text `x`"},
    };
    assert_each_refused(list, COUNT(list));
}

static void timeline__mistakes_in_what_an_action_says_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"[{at: 1s, refuse-starts: {times: 1}}]", "key `service` is missing"},
        {"[{at: 1s, refuse-starts: {service: a, times: 0}}]", "at least 1"},
        {"[{at: 1s, pause: a, error: x}]", "`error` has no effect with `pause`"},
        {"[{at: 1s, crash: a, code: 3}]", "`code` has no effect with `crash`"},
        {"[{at: 1s, fail: a, signal: TERM}]", "`signal` has no effect with `fail`"},
        {"[{at: 1s, fail: {error: x}}]", "key `service` is missing"},
        {"[{at: 1s, fail: {service: a, error: x}, error: y}]", "`error` is given twice"},
        {"[{at: 1s, beat: a, who: me}]", "recorded with commands, which `beat` is not"},
        {"[{at: 1s, pause: a, who: }]", "`who`: expected text, found nothing"},
        {"[{at: 1s, join: b}]", "no service is called"},
        {"[{at: 1s, join: {}}]", "a drawn target is"},
        {"[{at: 1s, join: a, who: me}]", "which `join` is not"},
        {"[{at: 1s, spawn: b}]", "expected a service, which is a map"},
        {"[{at: 1s, spawn: {name: b, scrip: [run]}}]", "did you mean `script`?"},
    };
    assert_each_refused(list, COUNT(list));
}

static void timeline__mistakes_in_what_is_expected_are_refused(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"[{at: 1s, stall: 1s, expect: {result: ok}}]", "no result to expect"},
        {"[{at: 1s, pause: a, expect: {}}]", "`expect` is empty"},
        {"[{at: 1s, pause: a, expect: {result: oke}}]", "unknown result `oke`"},
        {"[{at: 1s, pause: a, expect: {result: okay}}]", "unknown result `okay`"},
        {"[{at: 1s, pause: a, expect: {active: [a]}}]", "`active` belongs to"},
        {"[{at: 1s, beat: a, expect: {idempotent: true}}]", "belongs to operators' commands"},
        {"[{at: 1s, join: a, expect: {idempotent: true}}]", "belongs to operators' commands"},
        {"[{at: 1s, join: a, expect: {active: [a]}}]", "`active` belongs to"},
        {"[{at: 1s, pause: a, expect: {error: x}}]", "`error` belongs to `join`"},
        {"[{at: 1s, wait-idle: {}, expect: {value: x}}]", "`value` belongs to `join`"},
        {"[{at: 1s, pause: a, expect: {stop-state: stoped}}]", "unknown stop state `stoped`"},
        {"[{at: 1s, pause: a, expect: {operation-after: pausd}}]", "did you mean `paused`?"},
    };
    assert_each_refused(list, COUNT(list));
}

static void target__what_matches_nothing_is_refused_at_load(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"ghost", "no service is called `ghost`; known: a, w"},
        {"A", "no service is called `A`"},
        {"w", "no service is called `w`; its `count` makes `w-0` to `w-11`"},
        {"w-12", "no service is called `w-12`"},
        {"w-01", "no service is called `w-01`"},
        {"'x-*'", "the target `x-*` matches no service"},
        {"'w-?2?'", "matches no service"},
        {"[a, 'w-*', ghost]", "no service is called `ghost`"},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        char text[1024];
        snprintf(text, sizeof(text), HEAD SERVICES "timeline: [{at: 1s, pause: %s}]\n",
                 list[i].text);
        assert_refused_once(text, list[i].part);
    }
}

static void target__what_may_be_spawned_is_known(void **state)
{
    (void)state;
    static const char *const list[] = {
        "timeline: [{at: 1s, pause: late}, {at: 2s, spawn: {name: late}}]\n",
        "timeline: [{at: 1s, pause: 'k-?'}, {at: 2s, spawn: {name: k, count: 2}}]\n",
        ("services: [{name: a, script: [{steps: [{do: {spawn: {name: b}}}, run]}]}]\n"
         "timeline: [{at: 1s, pause: b}]\n"),
        "services: [{name: w, count: 1000000}]\ntimeline: [{at: 1s, pause: w-999999}]\n",
        "services: [{name: w, count: 1000000}]\ntimeline: [{at: 1s, pause: 'w-99999?'}]\n",
        "supervisor: {groups: [{name: x.y}]}\ntimeline: [{at: 1s, cancel-group: runtime.x}]\n",
        "timeline: [{at: 1s, cancel-group: runtime}, {at: 2s, wait-idle: {}}]\n",
        "timeline: [{at: 1s, spawn: {name: a, group: p.q}}, {at: 2s, cancel-group: p}]\n",
    };
    assert_all_good(list, COUNT(list));
}

static void target__groups_have_to_exist(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"timeline: [{at: 1s, cancel-group: g}]\n", "3:21: error: no group is called `g`"},
        {"services: [{name: a, group: workers}]\ntimeline: [{at: 1s, force-abort: worker}]\n",
         "no group is called `worker`, did you mean `workers`?"},
        {"timeline: [{at: 1s, wait-idle: {group: runtime.x}}]\n", "no group is called"},
        {"expect: [{at: end, group: g, is: {active: 0}}]\n", "no group is called `g`"},
        {"supervisor: {groups: [{name: a.b}, {name: runtime.a.b}]}\n", "a second group called"},
        {"supervisor: {groups: [{name: runtime}]}\n", "stand directly under `supervisor`"},
        {"supervisor: {groups: [{strategy: one-for-all}]}\n", "key `name` is missing"},
        {"supervisor: {groups: [{name: g, strategy: one-for-al}]}\n", "did you mean"},
    };
    assert_all_refused(list, COUNT(list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeline__every_action_is_read),
        cmocka_unit_test(timeline__what_each_action_says_is_read),
        cmocka_unit_test(timeline__what_a_join_is_told_is_read),
        cmocka_unit_test(timeline__the_result_of_a_command_is_read),
        cmocka_unit_test(timeline__mistakes_in_an_entry_are_refused),
        cmocka_unit_test(timeline__mistakes_in_what_an_action_says_are_refused),
        cmocka_unit_test(timeline__mistakes_in_what_is_expected_are_refused),
        cmocka_unit_test(target__what_matches_nothing_is_refused_at_load),
        cmocka_unit_test(target__what_may_be_spawned_is_known),
        cmocka_unit_test(target__groups_have_to_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
