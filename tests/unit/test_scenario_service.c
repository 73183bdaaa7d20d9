/* Services: their policies, defaults, counts and names. */
#include "reading.h"

static void service__defaults_are_the_documented_ones(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(HEAD "services: [{name: a}]\n");
    const struct sim_service *a = &scenario->services[0];
    const struct sup_policy *p = &a->policy;
    assert_string_equal(a->name, "a");
    assert_false(a->counted);
    assert_int_equal(a->count, 1);
    assert_null(a->group);
    assert_null(a->exec);
    assert_int_equal(a->script_count, 1);
    assert_int_equal(a->script[0].kind, SIM_RUN);
    assert_int_equal(a->script[0].times, 1);
    assert_int_equal(a->place.line, 3);
    assert_int_equal(a->place.column, 12);
    assert_int_equal(p->restart, SUP_RESTART_ON_FAILURE);
    assert_int_equal(p->max_restarts, SUP_UNLIMITED);
    assert_int_equal(p->backoff.base.ns, 100 * MS);
    assert_int_equal(p->backoff.max.ns, 60 * SECOND);
    assert_int_equal(p->backoff.factor_billionths, 2 * SUP_FACTOR_ONE);
    assert_int_equal(p->backoff.reset_after.ns, 300 * SECOND);
    assert_int_equal(p->clean_exit_delay.ns, 100 * MS);
    assert_int_equal(p->breaker.failures, 0);
    assert_false(p->limit.enabled);
    assert_false(p->ready_explicit);
    assert_int_equal(p->stale_after.ns, SUP_NEVER_NS);
    assert_int_equal(p->stop_grace.ns, 5 * SECOND);
    assert_int_equal(p->stop_abort_wait.ns, SECOND);
    assert_int_equal(p->kind, SUP_KIND_SERVICE);
    assert_int_equal(scenario->seed, 1);
    assert_int_equal(scenario->until.ns, UINT64_MAX);
    assert_int_equal(scenario->error_bytes_max, 128);
    sim_scenario_free(scenario);
}

static void service__every_policy_key_is_read(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "services:\n"
                       "  - name: a\n"
                       "    count: 3\n"
                       "    group: db.primary\n"
                       "    restart: permanent\n"
                       "    max-restarts: 7\n"
                       "    backoff: {base: 1ms, max: never, factor: 1.5, jitter: ±10%,\n"
                       "              reset-after: 1m, reset: minus-one}\n"
                       "    clean-exit-delay: 0\n"
                       "    breaker: {failures: 4, within: 9s, then: half-open, cooldown: 8s,\n"
                       "              probe-for: 7s}\n"
                       "    restart-limit: {max: 0, within: 5s, then: quarantine}\n"
                       "    ready: {explicit: {timeout: 10s}}\n"
                       "    heartbeat: {stale-after: 3s, then: restart}\n"
                       "    stop: {grace: never, abort-wait: 0s}\n"
                       "    kind: interval\n"
                       "    interval: {every: 2s, mode: fixed-rate}\n"
                       "    exec: [sleep, 5]\n");
    const struct sim_service *a = &scenario->services[0];
    const struct sup_policy *p = &a->policy;
    assert_true(a->counted);
    assert_int_equal(a->count, 3);
    assert_string_equal(a->group, "db.primary");
    assert_int_equal(p->restart, SUP_RESTART_ALWAYS);
    assert_int_equal(p->max_restarts, 7);
    assert_int_equal(p->backoff.base.ns, MS);
    assert_int_equal(p->backoff.max.ns, SUP_NEVER_NS);
    assert_int_equal(p->backoff.factor_billionths, 1500000000);
    assert_int_equal(p->backoff.jitter, SUP_JITTER_PERCENT);
    assert_int_equal(p->backoff.jitter_percent, 10);
    assert_int_equal(p->backoff.reset_after.ns, 60 * SECOND);
    assert_int_equal(p->backoff.reset, SUP_FORGIVE_MINUS_ONE);
    assert_int_equal(p->clean_exit_delay.ns, 0);
    assert_int_equal(p->breaker.failures, 4);
    assert_int_equal(p->breaker.within.ns, 9 * SECOND);
    assert_int_equal(p->breaker.then, SUP_BREAKER_THEN_HALF_OPEN);
    assert_int_equal(p->breaker.cooldown.ns, 8 * SECOND);
    assert_int_equal(p->breaker.probe_for.ns, 7 * SECOND);
    assert_true(p->limit.enabled);
    assert_int_equal(p->limit.max, 0);
    assert_int_equal(p->limit.within.ns, 5 * SECOND);
    assert_int_equal(p->limit.then, SUP_LIMIT_QUARANTINE);
    assert_true(p->ready_explicit);
    assert_int_equal(p->ready_timeout.ns, 10 * SECOND);
    assert_int_equal(p->stale_after.ns, 3 * SECOND);
    assert_int_equal(p->stale_then, SUP_STALE_RESTART);
    assert_int_equal(p->stop_grace.ns, SUP_NEVER_NS);
    assert_int_equal(p->stop_abort_wait.ns, 0);
    assert_int_equal(p->kind, SUP_KIND_INTERVAL);
    assert_int_equal(p->interval_every.ns, 2 * SECOND);
    assert_int_equal(p->interval_mode, SUP_INTERVAL_FIXED_RATE);
    assert_string_equal(a->exec[0], "sleep");
    assert_string_equal(a->exec[1], "5");
    assert_null(a->exec[2]);
    sim_scenario_free(scenario);
}

static void service__both_spellings_of_restart_classes(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        enum sup_restart restart;
    } list[] = {
        {"always", SUP_RESTART_ALWAYS},         {"permanent", SUP_RESTART_ALWAYS},
        {"on-failure", SUP_RESTART_ON_FAILURE}, {"transient", SUP_RESTART_ON_FAILURE},
        {"on-crash", SUP_RESTART_ON_CRASH},     {"never", SUP_RESTART_NEVER},
        {"temporary", SUP_RESTART_NEVER},
    };
    for (size_t i = 0; i < COUNT(list); i++) {
        char text[128];
        snprintf(text, sizeof(text), HEAD "services: [{name: a, restart: %s}]\n", list[i].word);
        struct sim_scenario *scenario = read_good(text);
        assert_int_equal(scenario->services[0].policy.restart, list[i].restart);
        sim_scenario_free(scenario);
    }
}

static void defaults__maps_merge_words_and_lists_replace(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD "defaults:\n"
             "  restart: always\n"
             "  backoff: {base: 10ms, max: 1s, jitter: full}\n"
             "  breaker: {within: 5s}\n"
             "  heartbeat: {stale-after: 3s}\n"
             "  script: [fail, {crash: {}, times: 2}]\n"
             "services:\n"
             "  - {name: a, backoff: {base: 20ms}, breaker: {failures: 2}}\n"
             "  - {name: b, breaker: none, heartbeat: none, script: [run], restart: never}\n"
             "  - {name: c, breaker: {failures: 3, within: 1s}}\n"
             "timeline:\n"
             "  - {at: 1s, spawn: {name: d, breaker: none}}\n");
    const struct sup_policy *a = &scenario->services[0].policy;
    assert_int_equal(a->restart, SUP_RESTART_ALWAYS);
    assert_int_equal(a->backoff.base.ns, 20 * MS);
    assert_int_equal(a->backoff.max.ns, SECOND);
    assert_int_equal(a->backoff.jitter, SUP_JITTER_FULL);
    assert_int_equal(a->breaker.failures, 2);
    assert_int_equal(a->breaker.within.ns, 5 * SECOND);
    assert_int_equal(scenario->services[0].script_count, 2);
    const struct sup_policy *b = &scenario->services[1].policy;
    assert_int_equal(b->restart, SUP_RESTART_NEVER);
    assert_int_equal(b->breaker.failures, 0);
    assert_int_equal(b->stale_after.ns, SUP_NEVER_NS);
    assert_int_equal(scenario->services[1].script_count, 1);
    assert_int_equal(scenario->services[2].policy.breaker.within.ns, SECOND);
    /* One list, read once. */
    assert_ptr_equal(scenario->services[0].script, scenario->services[2].script);
    const struct sim_service *d = scenario->timeline[0].service;
    assert_int_equal(d->policy.restart, SUP_RESTART_ALWAYS);
    assert_int_equal(d->policy.backoff.base.ns, 10 * MS);
    assert_int_equal(d->script_count, 2);
    sim_scenario_free(scenario);
}

static void defaults__a_mistake_in_them_shows_once(void **state)
{
    (void)state;
    assert_refused_once(HEAD "defaults: {backof: {base: 1s}}\n"
                             "services: [{name: a}, {name: b}, {name: c}]\n",
                        "3:12: error: unknown key `backof`, did you mean `backoff`?");
    assert_refused_once(HEAD "defaults: {backoff: {base: 1}}\n", "3:22: error: `base`");
    assert_refused_once(HEAD "defaults: {name: a}\n", "`name` cannot have a default");
    assert_refused_once(HEAD "defaults: {breaker: {within: 5s}}\nservices: [{name: a}]\n",
                        "3:12: error: `breaker`: key `failures` is missing");
    sim_scenario_free(read_good(HEAD "defaults: {breaker: {within: 5s}}\n"));
}

static const struct refusal impossible[] = {
    {"services: {}\n", "`services`: expected a list, found a map"},
    {"services:\n", "`services`: expected a list, found nothing"},
    {"services: [a]\n", "expected a service, which is a map, found text `a`"},
    {"services: [{}]\n", "key `name` is missing"},
    {"services: [{name: }]\n", "`name`: expected text, found nothing"},
    {"services: [{name: 7}]\n", "found a number `7`"},
    {"services: [{name: a b}]\n", "may hold only letters"},
    {"services: [{name: \"\"}]\n", "is empty"},
    {"services: [{name: a*}]\n", "cannot be a glob here"},
    {"services: [{name: a, nam: b}]\n", "unknown key `nam`, did you mean `name`?"},
    {"services: [{name: a, count: 0}]\n", "0 is out of range; it has to be from 1"},
    {"services: [{name: a, count: 1000001}]\n", "out of range"},
    {"services: [{name: a, count: two}]\n", "expected a number, found text `two`"},
    {"services: [{name: a, count: \"2\"}]\n", "expected a number, found text in quotes"},
    {"services: [{name: a, count: 1.0}]\n", "expected a whole number"},
    {"services: [{name: a, group: a..b}]\n", "has an empty part"},
    {"services: [{name: a, group: .a}]\n", "has an empty part"},
    {"services: [{name: a, restart: alway}]\n", "did you mean `always`?"},
    {"services: [{name: a, restart: true}]\n", "unknown restart class `true`"},
    {"services: [{name: a, max-restarts: unlimitd}]\n", "a number or `unlimited`"},
    {"services: [{name: a, max-restarts: -1}]\n", "-1 is out of range"},
    {"services: [{name: a, max-restarts: 4294967295}]\n", "out of range"},
    {"services: [{name: a, backoff: 1s}]\n", "`backoff`: expected a map, found text `1s`"},
    {"services: [{name: a, backoff: {base: 10}}]\n", "`base`: a duration needs a unit"},
    {"services: [{name: a, backoff: {base: never}}]\n", "`never` is not possible here"},
    {"services: [{name: a, backoff: {base: [1s]}}]\n", "expected a duration, found a list"},
    {"services: [{name: a, backoff: {factor: 0.9}}]\n", "0.9 is out of range"},
    {"services: [{name: a, backoff: {factor: -2}}]\n", "-2 is out of range"},
    {"services: [{name: a, backoff: {factor: 1e1}}]\n", "expected a decimal number"},
    {"services: [{name: a, backoff: {factor: 1.0000000001}}]\n", "at most 9 decimals"},
    {"services: [{name: a, backoff: {factor: 99999999999}}]\n", "out of range"},
    {"services: [{name: a, backoff: {jitter: ±101%}}]\n", "101% is out of range"},
    {"services: [{name: a, backoff: {jitter: ±1.5%}}]\n", "is no percentage"},
    {"services: [{name: a, backoff: {jitter: 10%}}]\n", "is no percentage"},
    {"services: [{name: a, backoff: {jitter: ±10}}]\n", "is no percentage"},
    {"services: [{name: a, backoff: {jitter: ful}}]\n", "did you mean `full`?"},
    {"services: [{name: a, backoff: {jitter: 5}}]\n", "`5` is no percentage"},
    {"services: [{name: a, backoff: {reset: nil}}]\n", "unknown way to reset `nil`"},
    {"services: [{name: a, breaker: {}}]\n", "`breaker`: key `failures` is missing"},
    {"services: [{name: a, breaker: {failures: 0}}]\n", "out of range"},
    {"services: [{name: a, breaker: {failures: 100001}}]\n", "out of range"},
    {"services: [{name: a, breaker: {failures: 1, probe-for: never}}]\n", "`probe-for`"},
    {"services: [{name: a, breaker: {failures: 1, then: half-open, cooldown: never}}]\n",
     "has to be finite"},
    {"services: [{name: a, restart-limit: {within: 1s}}]\n", "key `max` is missing"},
    {"services: [{name: a, restart-limit: {max: 1}}]\n", "key `within` is missing"},
    {"services: [{name: a, ready: explicit}]\n", "is written"},
    {"services: [{name: a, ready: now}]\n", "expected `immediate` or a map, found text `now`"},
    {"services: [{name: a, ready: {explicit: {timeot: 1s}}}]\n", "did you mean `timeout`?"},
    {"services: [{name: a, heartbeat: {then: report}}]\n", "`stale-after` is missing"},
    {"services: [{name: a, heartbeat: {stale-after: 0s}}]\n", "has to be above 0"},
    {"services: [{name: a, kind: interval}]\n", "needs the key `interval`"},
    {"services: [{name: a, kind: interval, interval: {mode: fixed-rate}}]\n",
     "key `every` is missing"},
    {"services: [{name: a, kind: interval, interval: {every: 0s}}]\n", "above 0"},
    {"services: [{name: a, interval: {every: 1s}}]\n", "belongs to `kind: interval`"},
    {"services: [{name: a, exec: sleep}]\n", "expected a list"},
    {"services: [{name: a, exec: []}]\n", "at least the program"},
    {"services: [{name: a, exec: [[x]]}]\n", "expected a word of the command line"},
    {"services: [{name: a, exec: [\"\"]}]\n", "name is empty"},
};

static void service__impossible_values_are_refused(void **state)
{
    (void)state;
    assert_all_refused(impossible, COUNT(impossible));
}

static void service__percent_may_be_written_in_two_ways(void **state)
{
    (void)state;
    static const char *const list[] = {
        "services: [{name: a, backoff: {jitter: ±0%}}]\n",
        "services: [{name: a, backoff: {jitter: +-100%}}]\n",
        "services: [{name: a, backoff: {jitter: \"±10%\"}}]\n",
        "services: [{name: a, backoff: {factor: 1}}, {name: b, backoff: {factor: 2.5000000000}}]\n",
        "services: [{name: a, max-restarts: unlimited, ready: {explicit: {}}}]\n",
    };
    assert_all_good(list, COUNT(list));
}

static void service__names_are_unique_with_counts_expanded(void **state)
{
    (void)state;
    static const struct refusal list[] = {
        {"services: [{name: a}, {name: a}]\n", "3:24: error: a second service called `a`"},
        {"services: [{name: a, count: 3}, {name: a-2}]\n", "3:34: error: a second service"},
        {"services: [{name: a-2}, {name: a-0}, {name: a, count: 3}]\n", "3:39: error: a second"},
        {"services: [{name: a, count: 2}, {name: a, count: 1}]\n", "a second service"},
    };
    static const char *const good[] = {
        "services: [{name: a, count: 3}, {name: a-3}, {name: a-02}, {name: a}]\n",
        "services: [{name: a-5}, {name: a, count: 5}]\n",
        "supervisor: {on-duplicate: replace}\nservices: [{name: a}, {name: a}]\n",
        "services: [{name: a}]\ntimeline: [{at: 1s, spawn: {name: a}}]\n",
    };
    assert_all_refused(list, COUNT(list));
    assert_all_good(good, COUNT(good));
}

static void service__names_have_a_length(void **state)
{
    (void)state;
    char name[160];
    char text[400];
    memset(name, 'a', sizeof(name));
    name[128] = '\0';
    snprintf(text, sizeof(text), HEAD "services: [{name: %s}]\n", name);
    sim_scenario_free(read_good(text));
    snprintf(text, sizeof(text), HEAD "services: [{name: %sa}]\n", name);
    assert_refused_once(text, "is longer than 128 bytes");
    snprintf(text, sizeof(text), HEAD "services: [{name: %.126s, count: 11}]\n", name);
    assert_refused_once(text, "longer than 128 bytes");
    snprintf(text, sizeof(text), HEAD "services: [{name: %.126s, count: 10}]\n", name);
    sim_scenario_free(read_good(text));
}

static void service__all_together_are_limited(void **state)
{
    (void)state;
    assert_refused_once(HEAD "services: [{name: a, count: 1000000}, {name: b}, {name: c}]\n",
                        "3:40: error: with this there are 1000001 names of services");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service__defaults_are_the_documented_ones),
        cmocka_unit_test(service__every_policy_key_is_read),
        cmocka_unit_test(service__both_spellings_of_restart_classes),
        cmocka_unit_test(defaults__maps_merge_words_and_lists_replace),
        cmocka_unit_test(defaults__a_mistake_in_them_shows_once),
        cmocka_unit_test(service__impossible_values_are_refused),
        cmocka_unit_test(service__percent_may_be_written_in_two_ways),
        cmocka_unit_test(service__names_are_unique_with_counts_expanded),
        cmocka_unit_test(service__names_have_a_length),
        cmocka_unit_test(service__all_together_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
