/* Expectations. */
#include "reading.h"

#define SERVICES \
    "services: [{name: a, group: g}, {name: w, count: 3}]\n" \
    "until: 1m\n"

static struct sim_scenario *with_expect(const char *expect)
{
    char text[4096];
    snprintf(text, sizeof(text), HEAD SERVICES "expect:\n%s", expect);
    return read_good(text);
}

static void expect__every_when_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        with_expect("  - {at: 1s, service: a, is: {active: true}}\n"
                    "  - {at: end, service: a, is: {active: true}}\n"
                    "  - {by: 2s, service: a, is: {active: true}}\n"
                    "  - {always: all, service: a, is: {active: true}}\n"
                    "  - {never: [1s, 1m], service: a, is: {active: true}}\n"
                    "  - {starts: {a: [0]}}\n"
                    "  - {sometimes: {service: a, is: {active: true}}}\n");
    static const struct {
        enum sim_when_kind when;
        uint64_t from_ns;
        uint64_t to_ns;
    } list[] = {
        {SIM_WHEN_AT, SECOND, 0},
        {SIM_WHEN_END, 0, 0},
        {SIM_WHEN_BY, 0, 2 * SECOND},
        {SIM_WHEN_ALWAYS, 0, UINT64_MAX},
        {SIM_WHEN_NEVER, SECOND, 60 * SECOND},
        {SIM_WHEN_RUN, 0, 0},
        {SIM_WHEN_SOMETIMES, 0, 0},
    };
    assert_int_equal(scenario->expectation_count, COUNT(list));
    for (size_t i = 0; i < COUNT(list); i++) {
        const struct sim_expectation *e = &scenario->expectations[i];
        assert_int_equal(e->when, list[i].when);
        assert_int_equal(e->from.ns, list[i].from_ns);
        assert_int_equal(e->to.ns, list[i].to_ns);
        assert_int_equal(e->place.line, 6 + i);
        assert_int_equal(e->place.column, 5);
    }
    sim_scenario_free(scenario);
}

static void expect__every_fact_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = with_expect(
        "  - at: 1s\n"
        "    service: [a, 'w-*']\n"
        "    count: {min: 1, max: 2}\n"
        "    is: {exists: true, phase: backing-off, operation: paused, active: false, attempt: 2,\n"
        "         generation: 0, starts: {min: 3}, restarts: {max: 4}, failures: 5,\n"
        "         reason: circuit-breaker-open, reason-text: 'a b', last-error: boom,\n"
        "         readiness: not-ready, heartbeat: stale, breaker: half-open, delay: 10ms,\n"
        "         limit-used: 1, limit-remaining: 2, limit-exhausted: true,\n"
        "         running-time: {min: 1s, max: never}, available: true,\n"
        "         settled: true}\n");
    const struct sim_expectation *e = &scenario->expectations[0];
    assert_int_equal(e->what, SIM_WHAT_SERVICE);
    assert_int_equal(e->target.count, 2);
    assert_true(e->has_count);
    assert_int_equal(e->count.max, 2);
    assert_int_equal(e->fact_count, SIM_FACTS);
    for (uint32_t i = 0; i < SIM_FACTS; i++) {
        assert_int_equal(e->facts[i].id, i);
    }
    assert_int_equal(e->facts[SIM_FACT_EXISTS].match.kind, SIM_MATCH_BOOL);
    assert_string_equal(e->facts[SIM_FACT_PHASE].match.text, "backing-off");
    assert_int_equal(e->facts[SIM_FACT_STARTS].match.range.min, 3);
    assert_int_equal(e->facts[SIM_FACT_STARTS].match.range.max, UINT64_MAX);
    assert_int_equal(e->facts[SIM_FACT_RESTARTS].match.range.min, 0);
    assert_int_equal(e->facts[SIM_FACT_RESTARTS].match.range.max, 4);
    assert_int_equal(e->facts[SIM_FACT_DELAY].match.kind, SIM_MATCH_DURATION);
    assert_int_equal(e->facts[SIM_FACT_DELAY].match.range.max, 10 * MS);
    assert_int_equal(e->facts[SIM_FACT_RUNNING_TIME].match.range.max, UINT64_MAX);
    assert_int_equal(e->facts[SIM_FACT_LAST_ERROR].match.place.line, 11);
    sim_scenario_free(scenario);
}

static void expect__several_values_are_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = with_expect(
        "  - at: 1s\n"
        "    service: a\n"
        "    is: {phase: [idle, running, stopping], starts: {not: [1, {min: 3, max: 4}]},\n"
        "         last-error: {not: x}}\n"
        "  - {at: 1s, group: g, is: {active: [0, 2]}}\n"
        "  - {at: 1s, supervisor: {phase: {not: drained}}}\n");
    const struct sim_expectation *e = scenario->expectations;
    const struct sim_match *phase = &e[0].facts[0].match;
    assert_false(phase->none);
    assert_string_equal(phase->text, "idle");
    assert_int_equal(phase->other_count, 2);
    assert_string_equal(phase->others[1].text, "stopping");
    assert_int_equal(phase->place.line, 8);
    const struct sim_match *starts = &e[0].facts[1].match;
    assert_true(starts->none);
    assert_int_equal(starts->range.max, 1);
    assert_int_equal(starts->other_count, 1);
    assert_int_equal(starts->others[0].range.max, 4);
    assert_true(e[0].facts[2].match.none);
    assert_int_equal(e[0].facts[2].match.other_count, 0);
    assert_int_equal(e[1].active.others[0].range.min, 2);
    assert_true(e[2].supervisor.none);
    sim_scenario_free(scenario);
}

static void expect__other_whats_are_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = with_expect(
        "  - {at: end, group: g, is: {cancelled: true, active: 0}}\n"
        "  - {at: end, supervisor: {phase: drained}}\n"
        "  - {at: end, metrics: {restarts_total: 3, late_reports_total: {min: 1}}}\n"
        "  - {starts: {a: [0, 1s, 2s], w-0: []}}\n"
        "  - {delays: {a: [10ms, {min: 1ms, max: 20ms}]}}\n"
        "  - {drain: {took: {max: 1s}, timed-out: false, graceful: 2, aborted: [a, w-0],\n"
        "             abandoned: [], already-exited: {min: 1}}}\n");
    const struct sim_expectation *e = scenario->expectations;
    assert_int_equal(e[0].what, SIM_WHAT_GROUP);
    assert_string_equal(e[0].group, "g");
    assert_true(e[0].has_cancelled && e[0].cancelled && e[0].has_active);
    assert_string_equal(e[1].supervisor.text, "drained");
    assert_int_equal(e[2].metric_count, 2);
    assert_string_equal(e[2].metrics[0].name, "restarts_total");
    assert_int_equal(e[2].metrics[0].range.min, 3);
    assert_int_equal(e[3].series_count, 2);
    assert_int_equal(e[3].series[0].count, 3);
    assert_int_equal(e[3].series[0].values_ns[2].max, 2 * SECOND);
    assert_int_equal(e[3].series[1].count, 0);
    assert_int_equal(e[4].series[0].values_ns[1].min, MS);
    assert_int_equal(e[5].took_ns.max, SECOND);
    assert_true(e[5].has_timed_out && !e[5].timed_out);
    assert_false(e[5].graceful.names_given);
    assert_int_equal(e[5].graceful.count.min, 2);
    assert_true(e[5].aborted.names_given);
    assert_int_equal(e[5].aborted.names.count, 2);
    assert_true(e[5].abandoned.given && e[5].abandoned.names_given);
    sim_scenario_free(scenario);
}

static void expect__bounds_of_series_are_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        with_expect("  - {starts: {'w-*': {min: 1s, max: 2s}, a: {count: 0}, w-0: [0]}}\n"
                    "  - {delays: {a: {max: 1s, count: {min: 1}}}}\n");
    const struct sim_series *s = scenario->expectations[0].series;
    assert_string_equal(s[0].name, "w-*");
    assert_true(s[0].bounded && s[0].has_bound && !s[0].has_total);
    assert_int_equal(s[0].bound_ns.min, SECOND);
    assert_int_equal(s[0].bound_ns.max, 2 * SECOND);
    assert_true(s[1].bounded && !s[1].has_bound && s[1].has_total);
    assert_int_equal(s[1].total.max, 0);
    assert_false(s[2].bounded);
    assert_int_equal(s[2].place.line, 6);
    const struct sim_series *d = scenario->expectations[1].series;
    assert_true(d[0].has_bound && d[0].has_total);
    assert_int_equal(d[0].bound_ns.min, 0);
    assert_int_equal(d[0].total.min, 1);
    assert_int_equal(d[0].total.max, UINT64_MAX);
    sim_scenario_free(scenario);
}

static void events__every_key_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = with_expect(
        "  - service: a\n"
        "    exactly: true\n"
        "    events:\n"
        "      - {event: registered, at: 0, group: g, generation: 0}\n"
        "      - {event: attempt-ended, at: {min: 1s}, service: a, attempt: 1, outcome: crashed,\n"
        "         exit: succeeded, error: boom, code: 3, signal: SEGV}\n"
        "      - {event: backing-off, delay: 10ms, streak: 1, reason: boom}\n"
        "      - {event: breaker-opened, cooldown: 1s, failures: 3, limit: 3}\n"
        "      - {event: limit-exhausted, restarts: 2, then: escalate}\n"
        "      - {event: terminated, reason: restart-limit, text: some sentence}\n"
        "      - {event: command, command: cancel-group, who: me, why: x, result: not-active,\n"
        "         idempotent: true}\n"
        "      - {event: shutdown-requested, timeout: 5s}\n"
        "      - {event: drained, took: 1s, timed-out: false, already-exited: 0, graceful: 1,\n"
        "         aborted: 2, abandoned: 3}\n");
    const struct sim_expectation *e = &scenario->expectations[0];
    assert_int_equal(e->what, SIM_WHAT_EVENTS);
    assert_int_equal(e->when, SIM_WHEN_RUN);
    assert_true(e->exactly);
    assert_string_equal(e->events_service, "a");
    assert_int_equal(e->pattern_count, 9);
    const struct sim_event_pattern *p = e->patterns;
    assert_int_equal(p[0].type, SUP_EVENT_REGISTERED);
    assert_int_equal(p[0].key_count, 3);
    assert_string_equal(p[0].keys[0].key, "at");
    assert_int_equal(p[0].keys[0].match.kind, SIM_MATCH_DURATION);
    assert_string_equal(p[0].keys[1].match.text, "runtime.g");
    assert_int_equal(p[1].key_count, 8);
    assert_int_equal(p[1].place.line, 10);
    assert_string_equal(p[1].keys[7].key, "signal");
    assert_int_equal(p[1].keys[7].match.range.min, 11);
    assert_string_equal(p[2].keys[2].match.text, "boom");
    assert_int_equal(p[8].key_count, 6);
    sim_scenario_free(scenario);
}

static const struct refusal mistakes[] = {
    {"[{}]", "says nothing to check"},
    {"[{at: 1s}]", "says nothing to check"},
    {"[{service: a, is: {active: true}}]", "needs one of `at`, `by`, `always`, `never`"},
    {"[{at: 1s, by: 2s, service: a, is: {active: true}}]", "`at` and `by` in one entry"},
    {"[{always: [2s, 1s], service: a, is: {active: true}}]", "after the second"},
    {"[{always: 1s, service: a, is: {active: true}}]", "expected `all` or two instants"},
    {"[{never: [1s], service: a, is: {active: true}}]", "expected `all` or two instants"},
    {"[{at: start, service: a, is: {active: true}}]", "`at`: a duration is a number"},
    {"[{at: 1s, service: a}]", "key `is` is missing"},
    {"[{at: 1s, service: a, is: {}}]", "`is` is empty"},
    {"[{at: 1s, service: a, is: {fase: running, active: true}}]", "did you mean `phase`?"},
    {"[{at: 1s, service: a, is: {phase: runing}}]", "did you mean `running`?"},
    {"[{at: 1s, service: a, is: {phase: 3}}]", "unknown phase `3`"},
    {"[{at: 1s, service: a, is: {reason: none}}]", "unknown reason `none`"},
    {"[{at: 1s, service: a, is: {active: 1}}]", "expected true or false, found a number"},
    {"[{at: 1s, service: a, is: {starts: true}}]", "expected a number or {min, max}"},
    {"[{at: 1s, service: a, is: {starts: -1}}]", "-1 is out of range"},
    {"[{at: 1s, service: a, is: {starts: {}}}]", "needs `min`, `max` or both"},
    {"[{at: 1s, service: a, is: {starts: {min: 3, max: 2}}}]", "`min` is above `max`"},
    {"[{at: 1s, service: a, is: {starts: {mn: 3, max: 4}}}]", "did you mean `min`?"},
    {"[{at: 1s, service: a, is: {delay: 5}}]", "needs a unit"},
    {"[{at: 1s, service: a, is: {delay: {min: 5}}}]", "needs a unit"},
    {"[{at: 1s, service: a, is: {last-error: 5}}]", "put it in quotes"},
    {"[{at: 1s, service: a, is: {phase: []}}]", "`phase`: the list is empty"},
    {"[{at: 1s, service: a, is: {phase: {not: []}}}]", "the list is empty"},
    {"[{at: 1s, service: a, is: {phase: {}}}]", "`phase`: key `not` is missing"},
    {"[{at: 1s, service: a, is: {phase: {nto: idle}}}]", "did you mean `not`?"},
    {"[{at: 1s, service: a, is: {phase: {not: idle, min: 3}}}]", "unknown key `min`"},
    {"[{at: 1s, service: a, is: {phase: {not: {not: idle}}}}]", "expected a word, found a map"},
    {"[{at: 1s, service: a, is: {phase: {not: runing}}}]", "did you mean `running`?"},
    {"[{at: 1s, service: a, is: {phase: [idle, runing]}}]", "did you mean `running`?"},
    {"[{at: 1s, service: a, is: {phase: [idle, [running]]}}]", "found a list"},
    {"[{at: 1s, service: a, is: {starts: [1, x]}}]", "expected a number or {min, max}"},
    {"[{at: 1s, service: a, is: {starts: {not: {not: 1, min: 3}}}}]", "unknown key `not`"},
    {"[{at: 1s, service: a, is: {starts: {not: -1}}}]", "-1 is out of range"},
    {"[{at: 1s, service: a, is: {delay: [5]}}]", "needs a unit"},
    {"[{at: 1s, service: a, is: {last-error: [a, 5]}}]", "put it in quotes"},
    {"[{at: 1s, service: a, is: {active: [true, false]}}]", "expected true or false, found a list"},
    {"[{at: 1s, service: a, is: {active: {not: true}}}]", "expected true or false, found a map"},
    {"[{at: 1s, group: g, is: {active: []}}]", "the list is empty"},
    {"[{at: 1s, group: g, is: {cancelled: {not: true}}}]", "expected true or false, found a map"},
    {"[{at: 1s, supervisor: {phase: [running, draned]}}]", "did you mean `drained`?"},
    {"[{at: 1s, service: ghost, is: {active: true}}]", "no service is called `ghost`"},
    {"[{at: 1s, service: 'x*', is: {active: true}}]", "matches no service"},
    {"[{at: 1s, service: a, is: {active: true}, exactly: true}]", "belongs to `events`"},
    {"[{at: 1s, group: g, is: {active: 1}, count: 2}]", "`count` belongs to `service`"},
    {"[{at: 1s, group: g, is: {}}]", "`is` is empty"},
    {"[{at: 1s, group: g, is: {phase: running}}]", "unknown key `phase`"},
    {"[{at: 1s, supervisor: running}]", "expected a map"},
    {"[{at: 1s, supervisor: {phase: draned}}]", "did you mean `drained`?"},
    {"[{at: 1s, supervisor: {}}]", "key `phase` is missing"},
    {"[{at: 1s, metrics: {}}]", "`metrics` is empty"},
    {"[{at: 1s, metrics: {restarts: 1}}]", "unknown key `restarts`"},
    {"[{at: 1s, metrics: {restart_total: 1}}]", "did you mean `restarts_total`?"},
    {"[{at: 1s, metrics: {failures_total: 1}, service: a, group: g}]",
     "`service` and `group` in one entry"},
    {"[{at: 1s, metrics: {failures_total: 1}, supervisor: {phase: running}}]", "in one entry"},
    {"[{at: 1s, metrics: {failures_total: 1}, service: ghost}]", "no service is called `ghost`"},
    {"[{at: 1s, metrics: {failures_total: 1}, service: []}]", "the list of targets is empty"},
    {"[{at: 1s, metrics: {failures_total: 1}, group: h}]", "no group is called `h`"},
    {"[{metrics: {failures_total: 1}, service: a}]", "needs one of `at`"},
    {"[{at: 1s, metrics: {failures_total: 1}, service: a, count: 1}]", "`count` belongs to"},
    {"[{at: 1s, starts: {a: [0]}}]", "`at` has no place here"},
    {"[{starts: {}}]", "the map is empty"},
    {"[{starts: {a: 1s}}]", "expected a list or {min, max, count}"},
    {"[{starts: {a: {}}}]", "needs `min`, `max` or `count`"},
    {"[{starts: {a: {mim: 1s, count: 1}}}]", "did you mean `min`?"},
    {"[{starts: {a: {min: 2s, max: 1s}}}]", "`min` is above `max`"},
    {"[{starts: {a: {max: 61s}}}]", "after the end"},
    {"[{delays: {a: {max: 5}}}]", "needs a unit"},
    {"[{delays: {a: {max: 5s, count: few}}}]", "expected a number or {min, max}"},
    {"[{delays: {a: {count: [1, 2]}}}]", "expected a number or {min, max}"},
    {"[{starts: {a: [2s, 1s]}}]", "before the one above it"},
    {"[{starts: {a: [61s]}}]", "after the end"},
    {"[{starts: {a: [{min: 1s}]}}]", "expected a duration, found a map"},
    {"[{starts: {w: [0]}}]", "its `count` makes `w-0` to `w-2`"},
    {"[{starts: {\"x-*\": [0]}}]", "matches no service"},
    {"[{starts: {\"w 0\": [0]}}]", "may hold only letters"},
    {"[{delays: [10ms]}]", "expected a map of targets and lists"},
    {"[{delays: {a: [10]}}]", "needs a unit"},
    {"[{same-story: {services: [a, w-0]}}]", "key `of` is missing"},
    {"[{same-story: {of: [starts]}}]", "key `services` is missing"},
    {"[{same-story: {services: [a, w-0], of: []}}]", "`of` is empty"},
    {"[{same-story: {services: [a, w-0], of: starts}}]", "expected a list"},
    {"[{same-story: {services: [a, w-0], of: [start]}}]", "did you mean `starts`?"},
    {"[{same-story: {services: [a, w-0], of: [starts, starts]}}]", "stands twice"},
    {"[{same-story: {services: a, of: [starts]}}]", "always the same as itself"},
    {"[{same-story: {services: [a, a], of: [starts]}}]", "always the same as itself"},
    {"[{same-story: {services: [a, ghost], of: [starts]}}]", "no service is called"},
    {"[{same-story: {services: 'w-*', of: [starts], within: 5}}]", "needs a unit"},
    {"[{same-story: {services: 'w-*', of: [starts], withn: 5s}}]", "did you mean `within`?"},
    {"[{at: 1s, same-story: {services: 'w-*', of: [starts]}}]", "`at` has no place here"},
    {"[{same-story: {services: 'w-*', of: [starts]}, count: 1}]", "`count` belongs to"},
    {"[{events: {}}]", "expected a list"},
    {"[{events: []}]", "`events` is empty"},
    {"[{events: [{service: a}]}]", "key `event` is missing"},
    {"[{events: [{event: terminatd}]}]", "did you mean `terminated`?"},
    {"[{events: [{event: ready, servic: a}]}]", "did you mean `service`?"},
    {"[{events: [{event: ready, service: ghost}]}]", "no service is called"},
    {"[{events: [{event: ready, at: 5}]}]", "needs a unit"},
    {"[{events: [{event: ready, at: 2m}]}]", "after the end"},
    {"[{events: [{event: terminated, reason: done}]}]", "unknown reason `done`"},
    {"[{events: [{event: attempt-ended, outcome: faild}]}]", "did you mean `failed`?"},
    {"[{events: [{event: attempt-ended, signal: FOO}]}]", "unknown signal `FOO`"},
    {"[{events: [{event: group-restart, group: x}]}]", "no group is called `x`"},
    {"[{events: [{event: command, command: paus}]}]", "did you mean `pause`?"},
    {"[{events: [{event: ready}], service: 'x-*'}]", "matches no service"},
    {"[{events: [{event: ready}], service: []}]", "the list of targets is empty"},
    {"[{events: [{event: ready}], service: [a, ghost]}]", "no service is called `ghost`"},
    {"[{events: [{event: ready, service: 'x-*'}]}]", "matches no service"},
    {"[{events: [{event: ready, service: []}]}]", "the list is empty"},
    {"[{drain: {graceful: ['x-*']}}]", "matches no service"},
    {"[{events: [{event: ready}], is: {}}]", "`is` belongs to `service`"},
    {"[{drain: {}}]", "`drain` is empty"},
    {"[{drain: {took: 5}}]", "needs a unit"},
    {"[{drain: {graceful: [ghost]}}]", "no service is called"},
    {"[{drain: {graceful: all}}]", "expected a number or {min, max}"},
    {"[{sometimes: {sometimes: {drain: {took: 0}}}}]", "no place inside `sometimes`"},
    {"[{sometimes: {at: 1s, service: a, is: {active: true}}}]", "no place inside `sometimes`"},
    {"[{at: 1s, sometimes: {service: a, is: {active: true}}}]", "no place beside `sometimes`"},
    {"[{sometimes: {}}]", "says nothing to check"},
    {"{}", "`expect`: expected a list"},
};

static void expect__mistakes_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(mistakes); i++) {
        char text[1024];
        snprintf(text, sizeof(text), HEAD SERVICES "expect: %s\n", mistakes[i].text);
        assert_refused_once(text, mistakes[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expect__every_when_is_read),
        cmocka_unit_test(expect__every_fact_is_read),
        cmocka_unit_test(expect__several_values_are_read),
        cmocka_unit_test(expect__other_whats_are_read),
        cmocka_unit_test(expect__bounds_of_series_are_read),
        cmocka_unit_test(events__every_key_is_read),
        cmocka_unit_test(expect__mistakes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
