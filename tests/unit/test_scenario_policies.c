/* What a program takes from a scenario file: <sim/policies.h>. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/policies.h"
#include "sup/sup.h"

static const char text[] =
    "scenario: 1\n"
    "name: policies\n"
    "supervisor:\n"
    "  shutdown: {timeout: 7s, order: reverse}\n"
    "  blocking-pool: 3\n"
    "  restart-limit: {max: 5, within: 1m}\n"
    "  groups:\n"
    "    - {name: web.front, restart-limit: {max: 2, within: 1m, then: terminate}}\n"
    "defaults:\n"
    "  stop: {grace: 2s}\n"
    "services:\n"
    "  - {name: api, group: web.front, backoff: {base: 3s}, script: [run]}\n"
    "  - {name: job, count: 12, restart: always, script: [run]}\n"
    "  - {name: lone, script: [run]}\n";

static struct sim_scenario *read_file(void)
{
    struct sim_scenario *scenario = NULL;
    struct sim_diagnostics said = {0};
    int error = sim_scenario_read(text, sizeof(text) - 1, "policies.yaml", &said, &scenario);
    if (error != SUP_OK) {
        fail_msg("%s", said.text);
    }
    sim_diagnostics_release(&said);
    return scenario;
}

static void policies__service_has_what_the_file_says(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_file();
    struct sup_policy policy;
    assert_int_equal(sim_policies_service(scenario, "api", &policy), SUP_OK);
    assert_true(policy.backoff.base.ns == SUP_SEC(3).ns && policy.stop_grace.ns == SUP_SEC(2).ns);
    assert_string_equal(sim_policies_group_of(scenario, "api"), "web.front");
    assert_null(sim_policies_group_of(scenario, "lone"));
    sim_scenario_free(scenario);
}

static void policies__counted_service_has_each_of_its_names_and_no_other(void **state)
{
    (void)state;
    static const char *const others[] = {"job",    "job-",  "job-12", "job-012", "job-00",
                                         "job-1x", "job-x", "jo",     "",        "job-99999999999",
                                         "lone-0", "nobody"};
    struct sim_scenario *scenario = read_file();
    struct sup_policy policy;
    assert_int_equal(sim_policies_service(scenario, "job-0", &policy), SUP_OK);
    assert_int_equal(policy.restart, SUP_RESTART_ALWAYS);
    assert_int_equal(sim_policies_service(scenario, "job-11", &policy), SUP_OK);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(sim_policies_service(scenario, others[i], &policy), SUP_EUNKNOWN);
        assert_null(sim_policies_group_of(scenario, others[i]));
    }
    assert_int_equal(sim_policies_service(scenario, NULL, &policy), SUP_EUNKNOWN);
    sim_scenario_free(scenario);
}

static struct sup_instant read_clock(void *context)
{
    return *(struct sup_instant *)context;
}

static int no_start(void *context, const struct sup_start *start, const char **ret_error)
{
    (void)context, (void)start, (void)ret_error;
    return SUP_EREFUSED;
}

static void no_stop(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id, (void)work;
}

static void policies__supervisor_and_groups_are_made_as_the_file_says(void **state)
{
    (void)state;
    struct sim_scenario *scenario = read_file();
    struct sup_config config;
    struct sup *sup;
    struct sup_group_info info;
    sup_config_default(&config);
    config.seed = 77; /* the program's own settings stay */
    config.journal_entries = 5;
    struct sup_instant now = sup_instant_at(sup_duration_ns(0));
    config.clock = (struct sup_clock){read_clock, &now};
    config.executor = (struct sup_executor){no_start, no_stop, no_stop, NULL, NULL};
    config.alloc = sup_allocator_libc;
    assert_int_equal(sim_policies_config(scenario, &config), SUP_OK);
    assert_true(config.seed == 77 && config.journal_entries == 5);
    assert_true(config.shutdown_timeout.ns == SUP_SEC(7).ns);
    assert_int_equal(config.shutdown_order, SUP_ORDER_REVERSE);
    assert_int_equal(config.blocking_pool, 3);
    assert_true(config.root.limit.enabled && config.root.limit.max == 5);
    assert_int_equal(sup_create(&config, &sup), SUP_OK);
    assert_int_equal(sup_group_info_of(sup, "web.front", &info), SUP_EUNKNOWN);
    assert_int_equal(sim_policies_groups(scenario, sup), SUP_OK);
    assert_int_equal(sup_group_info_of(sup, "web.front", &info), SUP_OK);
    /* Every start is refused, and the group's limit is two restarts. */
    struct sup_spec spec = {.name = "api", .group = "web.front"};
    struct sup_snapshot snapshot;
    assert_int_equal(sup_spawn(sup, &spec), SUP_OK);
    for (int i = 0; i < 2; i++) {
        now = sup_deadline(sup);
        assert_int_equal(sup_step(sup), 1);
    }
    assert_int_equal(sup_snapshot_of(sup, "api", &snapshot), SUP_OK);
    assert_int_equal(snapshot.attempt, 3);
    assert_int_equal(snapshot.reason, SUP_REASON_RESTART_LIMIT);
    sup_free(sup);
    sim_scenario_free(scenario);
}

static void policies__nothing_to_take_from_is_refused(void **state)
{
    (void)state;
    struct sup_config config;
    sup_config_default(&config);
    assert_int_equal(sim_policies_config(NULL, &config), SUP_EINVAL);
    struct sim_scenario *scenario = read_file();
    assert_int_equal(sim_policies_config(scenario, NULL), SUP_EINVAL);
    assert_int_equal(sim_policies_config_sized(scenario, &config, 8, 8), SUP_EINVAL);
    sim_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies__service_has_what_the_file_says),
        cmocka_unit_test(policies__counted_service_has_each_of_its_names_and_no_other),
        cmocka_unit_test(policies__supervisor_and_groups_are_made_as_the_file_says),
        cmocka_unit_test(policies__nothing_to_take_from_is_refused),
    };
    return cmocka_run_group_tests_name("scenario_policies", tests, NULL, NULL);
}
