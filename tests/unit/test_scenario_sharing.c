/* What scenarios share: policies by name, and files that they include. */
#include "reading.h"
#include "sup/error.h"

/* The base of the first service's waits, in milliseconds. */
static uint64_t base_of(const char *text)
{
    struct sim_scenario *scenario = read_good(text);
    uint64_t base = scenario->services[0].policy.backoff.base.ns / MS;
    sim_scenario_free(scenario);
    return base;
}

static void policy__the_nearest_key_wins(void **state)
{
    (void)state;
#define POLICIES \
    HEAD "policies: {p: {backoff: {base: 2ms}}, d: {backoff: {base: 3ms}}, e: {restart: " \
         "always}}\n"
    static const struct {
        const char *text;
        uint64_t base_ms;
    } list[] = {
        {POLICIES "services: [{name: a}]\n", 100},
        {POLICIES "defaults: {policy: d}\nservices: [{name: a}]\n", 3},
        {POLICIES "defaults: {policy: d, backoff: {base: 4ms}}\nservices: [{name: a}]\n", 4},
        {POLICIES "defaults: {policy: d, backoff: {base: 4ms}}\n"
                  "services: [{name: a, policy: p}]\n",
         2},
        {POLICIES "defaults: {policy: d, backoff: {base: 4ms}}\n"
                  "services: [{name: a, policy: p, backoff: {base: 1ms}}]\n",
         1},
        {POLICIES "defaults: {policy: d}\nservices: [{name: a, policy: e}]\n", 3},
        {POLICIES "defaults: {policy: d, backoff: {max: 9ms}}\n"
                  "services: [{name: a, backoff: {factor: 3}}]\n",
         3},
    };
#undef POLICIES
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_int_equal(base_of(list[i].text), list[i].base_ms);
    }
}

static void policy__a_spawned_service_takes_one(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "policies: {p: {max-restarts: 7}, d: {backoff: {base: 3ms}}}\n"
                       "defaults: {policy: d}\n"
                       "timeline: [{at: 1s, spawn: {name: a, policy: p}}]\n");
    const struct sup_policy *policy = &scenario->timeline[0].service->policy;
    assert_int_equal(policy->max_restarts, 7);
    assert_int_equal(policy->backoff.base.ns, 3 * MS);
    sim_scenario_free(scenario);
}

/* `restart: always` of a policy and a map in its place: words and lists replace. */
static void policy__words_replace_and_maps_merge(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "policies: {p: {breaker: {failures: 3, within: 9s}, restart: always}}\n"
                       "services:\n"
                       "  - {name: a, policy: p, breaker: none}\n"
                       "  - {name: b, policy: p, breaker: {failures: 4}, restart: never}\n");
    assert_int_equal(scenario->services[0].policy.breaker.failures, 0);
    assert_int_equal(scenario->services[0].policy.restart, SUP_RESTART_ALWAYS);
    assert_int_equal(scenario->services[1].policy.breaker.failures, 4);
    assert_int_equal(scenario->services[1].policy.breaker.within.ns, 9 * SECOND);
    assert_int_equal(scenario->services[1].policy.restart, SUP_RESTART_NEVER);
    sim_scenario_free(scenario);
}

static void policy__mistakes_have_their_places(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"policies: {p: {backoff: {base: 1}}}\n", "3:26: error: `base`"},
        {"policies: {p: {name: a}}\n",
         "3:16: error: `name` cannot stand in a policy; it belongs to a service\n"},
        {"policies: {p: {count: 2}}\n", "3:16: error: `count` cannot stand in a policy"},
        {"policies: {p: {group: g}}\n", "3:16: error: `group` cannot stand in a policy"},
        {"policies: {p: {exec: [a]}}\n", "3:16: error: `exec` cannot stand in a policy"},
        {"policies: {p: {restart: always}}\nservices: [{name: a, policy: }]\n",
         "4:22: error: `policy`: expected the name of one of `policies`"},
        {"policies: {p: {restart: always}}\nservices: [{name: a, policy: P}]\n",
         "4:22: error: no policy is called `P`"},
    };
    assert_all_refused(list, COUNT(list));
    sim_scenario_free(read_good(HEAD "policies: {p: {interval: {every: 1s}}}\n"
                                     "services: [{name: a, policy: p, kind: interval}]\n"));
}

static void include__needs_a_file_to_be_relative_to(void **state)
{
    (void)state;
    assert_refused_once(HEAD "include: [/dev/null]\nservices: [{name: a}]\n",
                        "3:1: error: `include` is relative to a file, and this text does not");
}

/* What a program is told apart by: such a file is none of a directory's scenarios. */
static void shared__a_file_that_only_shares_is_no_scenario(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool shares_only;
    } list[] = {
        {"policies: {p: {}}\n", true},
        {"scenario: 1\ninclude: [x.yaml]\n", true},
        {"{defaults: {}, conditions: {}, measures: {}, groups: []}\n", true},
        {"scenario: 1\n", false},
        {"policies: {p: {}}\nservices: []\n", false},
        {"policies: {p: {}}\nname: x\n", false},
        {"polices: {p: {}}\n", false},
        {"[policies]\n", false},
        {"{}\n", false},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        struct reading reading = reading_of(list[i].text, strlen(list[i].text));
        assert_int_equal(reading.result, SUP_EINVAL);
        assert_int_equal(reading.diagnostics.shares_only, list[i].shares_only);
        reading_release(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy__the_nearest_key_wins),
        cmocka_unit_test(policy__a_spawned_service_takes_one),
        cmocka_unit_test(policy__words_replace_and_maps_merge),
        cmocka_unit_test(policy__mistakes_have_their_places),
        cmocka_unit_test(include__needs_a_file_to_be_relative_to),
        cmocka_unit_test(shared__a_file_that_only_shares_is_no_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
