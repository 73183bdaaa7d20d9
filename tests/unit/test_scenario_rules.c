/* The rules of a policy as the reader makes them: sets of ends, how layers are merged, and what
 * excludes what. */
#include "reading.h"
#include "sup/rules.h"

static const struct sup_rules *rules_of(const struct sim_scenario *scenario, uint32_t service)
{
    assert_true(service < scenario->service_count);
    return scenario->services[service].policy.rules;
}

static void rules__that_say_nothing_are_none(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "services:\n"
                       "  - {name: a}\n"
                       "  - {name: b, clean-exits: free, exit: {success: [0], prevent: []}}\n");
    assert_null(rules_of(scenario, 0));
    assert_null(rules_of(scenario, 1));
    sim_scenario_free(scenario);
}

static void sets__hold_what_is_written(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(
        HEAD "services:\n"
             "  - name: a\n"
             "    restart: {on: [clean, failed, crashed, refused, timed-out, unhealthy, unready,\n"
             "                   protocol]}\n"
             "    exit: {success: [0, 63-64, 255], prevent: [HUP, SIGSYS], force: [finish:0,\n"
             "           'finish:255', 3]}\n"
             "    clean-exits: count\n");
    const struct sup_rules *rules = rules_of(scenario, 0);
    assert_true(rules->size == sizeof(*rules) && rules->has_restart_on);
    assert_int_equal(rules->clean_exits, SUP_CLEAN_EXITS_COUNT);
    assert_int_equal(rules->restart_on.classes, 255);
    assert_true(rules->success.codes[0] == (UINT64_C(1) << 63 | 1) && rules->success.codes[1] == 1);
    assert_true(rules->success.codes[2] == 0 && rules->success.codes[3] == UINT64_C(1) << 63);
    assert_true(rules->prevent.signals == (UINT64_C(1) << 30 | 1));
    assert_true(rules->prevent.classes == 0 && rules->prevent.codes[0] == 0);
    assert_true(rules->force.finish[0] == 1 && rules->force.finish[3] == UINT64_C(1) << 63);
    assert_true(rules->force.codes[0] == 8);
    sim_scenario_free(scenario);
}

/* Many services with the same rules have them once. */
static void rules__that_are_equal_are_kept_once(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_good(HEAD "defaults: {restart: {on: [3]}}\n"
                                                   "services:\n"
                                                   "  - {name: a}\n"
                                                   "  - {name: b}\n"
                                                   "  - {name: c, restart: {on: [4]}}\n"
                                                   "  - {name: d, restart: always}\n");
    assert_ptr_equal(rules_of(scenario, 0), rules_of(scenario, 1));
    assert_true(rules_of(scenario, 0)->restart_on.codes[0] == 8);
    assert_true(rules_of(scenario, 2)->restart_on.codes[0] == 16);
    assert_null(rules_of(scenario, 3));
    assert_int_equal(scenario->services[3].policy.restart, SUP_RESTART_ALWAYS);
    sim_scenario_free(scenario);
}

static void layers__are_merged_key_by_key(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "defaults: {exit: {success: [0, 9], prevent: [8]}, restart: {on: [1]}}\n"
                       "policies: {p: {exit: {prevent: [7]}}}\n"
                       "services:\n"
                       "  - {name: a, policy: p, exit: {force: [6]}}\n");
    const struct sup_rules *rules = rules_of(scenario, 0);
    assert_true(rules->success.codes[0] == 513 && rules->prevent.codes[0] == 128);
    assert_true(rules->force.codes[0] == 64 && rules->restart_on.codes[0] == 2);
    assert_true(scenario->policies[0].policy.rules->prevent.codes[0] == 128);
    assert_true(scenario->policies[0].policy.rules->success.codes[0] == 1);
    sim_scenario_free(scenario);
}

/* The upper one's key drops what it excludes from the lower. */
static void layers__what_a_key_excludes_is_dropped(void **state)
{
    (void)state;
    struct sim_scenario *scenario =
        read_good(HEAD "defaults: {clean-exit-delay: 3s, policy: counts}\n"
                       "policies: {counts: {clean-exits: count}, waits: {clean-exit-delay: 4s}}\n"
                       "services:\n"
                       "  - {name: defaults-win}\n"
                       "  - {name: own, clean-exits: count}\n"
                       "  - {name: of-a-policy, policy: counts}\n"
                       "  - {name: of-another, policy: waits}\n"
                       "  - {name: both-below, policy: waits, clean-exits: count}\n"
                       "  - {name: free, clean-exits: free}\n");
    static const bool counts[] = {false, true, true, false, true, false};
    static const uint64_t delays[] = {3 * SECOND, 100 * MS, 100 * MS,
                                      4 * SECOND, 100 * MS, 3 * SECOND};
    for (uint32_t i = 0; i < COUNT(counts); i++) {
        assert_int_equal(rules_of(scenario, i) != NULL, counts[i]);
        assert_true(scenario->services[i].policy.clean_exit_delay.ns == delays[i]);
    }
    sim_scenario_free(scenario);
}

#define ON(set) "services: [{name: a, restart: {on: " set "}}]\n"
#define PREVENT(set) "services: [{name: a, exit: {prevent: " set "}}]\n"
static const struct refusal refusals[] = {
    {ON("[256]"), "3:37: error: `on`: `256` is out of range"},
    {ON("[99999999999999999999]"), "`on`: `99999999999999999999` is out of range"},
    {ON("[0-99999999999999999999]"), "`on`: `0-99999999999999999999` is out of range"},
    {ON("[9-3]"), "`on`: `9-3` ends before it begins; did you mean `3-9`?"},
    {ON("[3-]"), "`on`: `3-` is no exit code"},
    {ON("[+3]"), "`on`: `+3` is no exit code"},
    {ON("['finish:']"), "`on`: `finish:` is no exit code"},
    {ON("['finish:1-2']"), "`on`: `finish:1-2` is no exit code"},
    {ON("['finish:256']"), "`on`: `finish:256` is out of range"},
    {ON("['']"), "`on`: expected a class, an exit code"},
    {ON("[[3]]"), "`on`: expected a class, an exit code"},
    {ON("[CHLD]"), "`on`: signal CHLD ends no process"},
    {ON("[clan]"), "unknown end `clan`, did you mean `clean`?"},
    {ON("[RTMIN]"), "unknown end `RTMIN`"},
    {PREVENT("[3, 3]"), "3:42: error: `prevent`: `3` and `3`: one of them is enough"},
    {PREVENT("[3, 2-4]"), "`prevent`: `3` and `2-4`: one of them is enough"},
    {PREVENT("[2-4, 4]"), "`prevent`: `2-4` and `4`: one of them is enough"},
    {PREVENT("[clean, clean]"), "`prevent`: `clean` and `clean`: one of them is enough"},
    {PREVENT("[KILL, SIGKILL]"), "`prevent`: `KILL` and `SIGKILL`: one of them is enough"},
    {PREVENT("['finish:3', 'finish:3']"), "`prevent`: `finish:3` and `finish:3`: one of them"},
    {"services: [{name: a, exit: {success: [failed]}}]\n", "`success`: `failed` is a class"},
    {"services: [{name: a, restart: {}}]\n", "3:22: error: `restart`: key `on` is missing"},
    {"services: [{name: a, clean-exits: count, clean-exit-delay: 1s}]\n",
     "3:42: error: `clean-exit-delay`: with `clean-exits: count`"},
    {"services: [{name: a}]\ndefaults: {clean-exits: count, clean-exit-delay: 1s}\n",
     "4:32: error: `clean-exit-delay`: with `clean-exits: count`"},
    {"services: [{name: a}]\npolicies: {p: {clean-exits: count, clean-exit-delay: 1s}}\n",
     "4:36: error: `clean-exit-delay`: with `clean-exits: count`"},
    {"services: [{name: a}]\ntimeline: [{at: 1s, spawn: {name: b, restart: {on: [x]}}}]\n",
     "unknown end `x`"},
};

static const char *const good[] = {
    ON("[]"),
    ON("[3, 4-5, 5-6]"),         /* neither covers the other */
    ON("[3, 'finish:3', QUIT]"), /* not one thing */
    ON("[003]"),
    ON("[clean]") "defaults: {restart: never}\n",
};

static void mistakes__have_their_place(void **state)
{
    (void)state;
    assert_all_refused(refusals, COUNT(refusals));
    assert_all_good(good, COUNT(good));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules__that_say_nothing_are_none),
        cmocka_unit_test(sets__hold_what_is_written),
        cmocka_unit_test(rules__that_are_equal_are_kept_once),
        cmocka_unit_test(layers__are_merged_key_by_key),
        cmocka_unit_test(layers__what_a_key_excludes_is_dropped),
        cmocka_unit_test(mistakes__have_their_place),
    };
    return cmocka_run_group_tests_name("scenario_rules", tests, NULL, NULL);
}
