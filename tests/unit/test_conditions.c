/* Conditions: what a file says of them, which item attempts follow, who was asked what, and
 * the event of the world among the supervisor's. */
#include "reading.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/attempt/follow.h"
#include "sim/run.h"
#include "sim/run/conditions.h"
#include "sim/trace.h"
#include "sim/trace/event_values.h"
#include "sup/error.h"

/* ---- the model ---- */

static void model__conditions_and_needs_are_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD "conditions: {db: up, disk: full}\n"
             "defaults: {needs: {disk: {fail: {after: 1s}, live: not-ready}}}\n"
             "services:\n"
             "  - {name: a}\n"
             "  - {name: b, needs: {db: {crash: {}, beat: {every: 1s}, live: fail, error: x, code: "
             "3}}}\n"
             "  - {name: c, needs: {disk: {run: {}}}}\n"
             "  - {name: d, needs: {disk: none}}\n"
             "  - {name: e, needs: {db: {refuse: {}, live: {crash: {signal: SEGV, error: y}}}}}\n"
             "timeline: [{at: 1s, set: {disk: up, db: down}}, {at: 2s, set: {db: up}}]\n"
             "expect: [{at: 1s, conditions: {db: down}}]\n");
    assert_int_equal(scenario->condition_count, 2);
    assert_string_equal(scenario->conditions[0].name, "db");
    assert_string_equal(scenario->conditions[0].state, "up");
    assert_string_equal(scenario->conditions[1].state, "full");
    const struct sim_service *s = scenario->services;
    assert_int_equal(s[0].need_count, 1);
    assert_int_equal(s[0].needs[0].condition, 1);
    assert_int_equal(s[0].needs[0].behaviour->kind, SIM_FAIL);
    assert_int_equal(s[0].needs[0].live, SIM_LIVE_NOT_READY);
    /* Its own first, then the inherited one. */
    assert_int_equal(s[1].need_count, 2);
    assert_int_equal(s[1].needs[0].condition, 0);
    assert_true(s[1].needs[0].behaviour->has_beat);
    assert_int_equal(s[1].needs[0].live, SIM_LIVE_FAIL);
    assert_string_equal(s[1].needs[0].error, "x");
    assert_int_equal(s[1].needs[0].code, 3);
    assert_int_equal(s[1].needs[1].condition, 1);
    assert_ptr_equal(s[1].needs[1].behaviour, s[0].needs[0].behaviour); /* read once */
    /* A behaviour of its own, and the rest as inherited. */
    assert_int_equal(s[2].need_count, 1);
    assert_int_equal(s[2].needs[0].behaviour->kind, SIM_RUN);
    assert_int_equal(s[2].needs[0].live, SIM_LIVE_NOT_READY);
    assert_int_equal(s[3].need_count, 0);
    assert_int_equal(s[4].needs[0].live, SIM_LIVE_CRASH);
    assert_int_equal(s[4].needs[0].signal, 11);
    assert_string_equal(s[4].needs[0].error, "y");
    const struct sim_action *t = scenario->timeline;
    assert_int_equal(t[0].setting_count, 2);
    assert_int_equal(t[0].settings[0].condition, 1);
    assert_string_equal(t[0].settings[0].state, "up");
    assert_int_equal(t[1].settings[0].index, 2);
    assert_int_equal(scenario->setting_count, 3);
    assert_int_equal(scenario->expectations[0].what, SIM_WHAT_CONDITIONS);
    assert_string_equal(scenario->expectations[0].conditions[0].match.text, "down");
    sim_scenario_free(scenario);
}

/* ---- following a script ---- */

static void follow__what_follows_nothing_uses_no_item(void **state)
{
    (void)state;
    struct sim_behaviour items[] = {{.kind = SIM_FAIL, .times = 2}, {.kind = SIM_RUN, .times = 1}};
    const struct sim_service service = {.script = items, .script_count = 2};
    struct sim__follower follower = {.first = 1};
    sim__follow_nothing(&follower, (struct sup_attempt){.attempt = 1});
    assert_int_equal(follower.reached, 0);
    assert_ptr_equal(sim__follow(&follower, &service, (struct sup_attempt){.attempt = 2}), items);
    sim__follow_nothing(&follower, (struct sup_attempt){.attempt = 3});
    assert_ptr_equal(sim__follow(&follower, &service, (struct sup_attempt){.attempt = 4}), items);
    assert_ptr_equal(sim__follow(&follower, &service, (struct sup_attempt){.attempt = 5}),
                     items + 1);
    /* A new generation begins anew, also when its first attempt follows nothing. */
    sim__follow_nothing(&follower, (struct sup_attempt){.generation = 1, .attempt = 1});
    assert_ptr_equal(
        sim__follow(&follower, &service, (struct sup_attempt){.generation = 1, .attempt = 2}),
        items);
}

/* ---- who was asked ---- */

static void asked__belongs_to_one_attempt(void **state)
{
    (void)state;
    const struct sim_scenario scenario = {0};
    struct sim_conditions conditions;
    struct sup_attempt id = {.slot = 40, .generation = 1, .attempt = 2};
    assert_int_equal(sim__conditions_init(&conditions, &scenario), SUP_OK);
    assert_null(sim__conditions_asked(&conditions, id));
    struct sim_asked *asked = sim__conditions_ask(&conditions, id);
    assert_non_null(asked);
    assert_null(sim__conditions_asked(&conditions, id)); /* nothing was asked yet */
    asked->needs = 1;
    assert_ptr_equal(sim__conditions_asked(&conditions, id), asked);
    id.attempt = 3;
    assert_null(sim__conditions_asked(&conditions, id));
    id = (struct sup_attempt){.slot = 40, .generation = 2, .attempt = 2};
    assert_null(sim__conditions_asked(&conditions, id));
    assert_int_equal(sim__conditions_ask(&conditions, id)->needs, 0);
    sim__conditions_release(&conditions);
}

/* ---- the event ---- */

static void event__is_written_with_name_and_state(void **state)
{
    (void)state;
    struct sup_event event;
    char line[200];
    sim__event_condition(&event, (struct sup_instant){1500}, "db", "down");
    event.sequence = 7;
    size_t length = sim_event_json(&event, line, sizeof(line));
    assert_string_equal(line, "{\"t\":1500,\"n\":7,\"event\":\"condition\",\"name\":\"db\","
                              "\"state\":\"down\"}");
    assert_int_equal(length, strlen(line));
    (void)sim_event_line(&event, line, sizeof(line));
    assert_string_equal(line, "1.5us       db                condition          down");
}

static void event__is_hashed_as_documented(void **state)
{
    (void)state;
    static const unsigned char bytes[] = {
        0xdc, 5, 0, 0, 0,    0,    0,    0,    /* t */
        0x40, 4, 0, 0, 0xff, 0xff, 0xff, 0xff, /* fields, slot */
        0,    0, 0, 0, 31,   0,    0,    2,    /* number, type, outcomes, an error follows */
        2,    0, 0, 0, 'd',  'b',              /* name */
        4,    0, 0, 0, 'd',  'o',  'w',  'n',  /* state */
    };
    const struct sim_trace_options options = {.hash = true};
    struct sim_trace *trace;
    struct sup_event event;
    sim__event_condition(&event, (struct sup_instant){1500}, "db", "down");
    event.sequence = 7;
    assert_int_equal(sim_trace_create(&options, &trace), SUP_OK);
    sim_trace_event(trace, &event);
    assert_int_equal(sim_trace_hash(trace), XXH3_64bits(bytes, sizeof(bytes)));
    sim_trace_free(trace);
}

/* Events are counted without a gap, the world's among the supervisor's, also after the
 * supervisor has drained. */
static void event__takes_its_place_among_the_others(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "conditions: {db: up}\n"
                       "services: [{name: a, needs: {db: {run: {}, live: not-ready}}}]\n"
                       "timeline:\n"
                       "  - {at: 1s, set: {db: down}}\n"
                       "  - {at: 2s, set: {db: up}}\n"
                       "  - {at: 3s, shutdown: {}}\n"
                       "  - {at: 4s, set: {db: down}}\n"
                       "expect: [{at: end, supervisor: {phase: drained}}]\n");
    const struct sim_run_options options = {.keep_trace = true};
    struct sim_result result;
    assert_int_equal(sim_run(scenario, &options, &result), SUP_OK);
    assert_int_equal(result.verdict, SIM_PASS);
    uint64_t n = 0;
    for (const char *at = result.trace; (at = strstr(at, "\"n\":")) != NULL; at++) {
        assert_int_equal(strtoull(at + 4, NULL, 10), ++n);
    }
    assert_int_equal(n, result.events);
    assert_non_null(strstr(result.trace, "\"n\":3,\"event\":\"condition\""));
    assert_non_null(strstr(result.trace, "\"n\":4,\"event\":\"not-ready\",\"service\":\"a\""));
    sim_result_release(&result);
    sim_scenario_free(scenario);
}

/* What comes after the last event that a run may have is part of nothing. */
static void event__counts_for_the_budget(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "conditions: {db: up}\n"
                       "services: [{name: a}]\n"
                       "timeline: [{at: 1s, set: {db: down}}, {at: 2s, set: {db: up}}]\n"
                       "expect: [{at: 1s, conditions: {db: down}}]\n");
    struct sim_run_options options = {.max_events = 3};
    struct sim_result result;
    assert_int_equal(sim_run(scenario, &options, &result), SUP_OK);
    assert_int_equal(result.verdict, SIM_STALLED);
    assert_int_equal(result.events, 3);
    sim_result_release(&result);
    options.max_events = 4;
    assert_int_equal(sim_run(scenario, &options, &result), SUP_OK);
    assert_int_equal(result.events, 4);
    sim_result_release(&result);
    sim_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model__conditions_and_needs_are_read),
        cmocka_unit_test(follow__what_follows_nothing_uses_no_item),
        cmocka_unit_test(asked__belongs_to_one_attempt),
        cmocka_unit_test(event__is_written_with_name_and_state),
        cmocka_unit_test(event__is_hashed_as_documented),
        cmocka_unit_test(event__takes_its_place_among_the_others),
        cmocka_unit_test(event__counts_for_the_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
