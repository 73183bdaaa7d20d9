/* Counters of each service and group: through generations, in every group that a name
 * was registered in, and together exactly the supervisor's. sup_check, which the world
 * calls after every operation, adds them up each time. */
#include <stdlib.h>
#include <string.h>

#include "core_world.h"
#include "sup/report.h"

static struct sup_metrics of_service(const struct world *w, const char *name)
{
    struct sup_metrics metrics;
    assert_int_equal(sup_service_metrics(w->sup, name, &metrics), SUP_OK);
    return metrics;
}

static struct sup_metrics of_group(const struct world *w, const char *path)
{
    struct sup_metrics metrics;
    assert_int_equal(sup_group_metrics(w->sup, path, &metrics), SUP_OK);
    return metrics;
}

/* In the order of SUP_METRIC_LIST. */
static void expect_metrics(const struct sup_metrics *found, const uint64_t *wanted)
{
    static const char *const names[] = {
#define SUP__X(name, type, help) #name,
        SUP_METRIC_LIST(SUP__X)
#undef SUP__X
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        uint64_t value;
        memcpy(&value, (const char *)found + i * sizeof(value), sizeof(value));
        if (value != wanted[i]) {
            fail_msg("%s is %llu, not %llu", names[i], (unsigned long long)value,
                     (unsigned long long)wanted[i]);
        }
    }
}
/* restarts, active, spawned, terminated, trips, failures, late, attempts, abandoned,
 * commands */
#define expect_counts(found, ...) \
    do { \
        const struct sup_metrics found_ = (found); \
        expect_metrics(&found_, (const uint64_t[]){__VA_ARGS__}); \
    } while (0)

static void metrics__unknown_names_are_refused(void **state)
{
    (void)state;
    struct world w;
    struct sup_metrics metrics;
    world_open(&w);
    assert_int_equal(sup_service_metrics(w.sup, "nobody", &metrics), SUP_EUNKNOWN);
    assert_int_equal(sup_service_metrics(w.sup, NULL, &metrics), SUP_EUNKNOWN);
    assert_int_equal(sup_group_metrics(w.sup, "nowhere", &metrics), SUP_EUNKNOWN);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "nobody"), SUP_EUNKNOWN);
    /* Who is named and not there is counted at the root. */
    expect_counts(of_group(&w, NULL), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    world_close(&w);
}

static void metrics__each_service_counts_its_own(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn(&w, "a", &policy);
    spawn(&w, "b", &policy);
    fail_with(&w, "a", "x");
    run_to(&w, 10 * MS);
    fail_with(&w, "a", "x");
    run_to(&w, 20 * MS);
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "b"), SUP_OK);
    succeed(&w, "b");
    expect_counts(of_service(&w, "a"), 2, 1, 1, 0, 0, 2, 0, 3, 0, 0);
    expect_counts(of_service(&w, "b"), 1, 1, 1, 0, 0, 0, 0, 2, 0, 1);
    expect_counts(of_group(&w, "runtime"), 3, 2, 2, 0, 0, 2, 0, 5, 0, 1);
    world_close(&w);
}

/* A removed name still has its counters, and a new generation goes on from them. */
static void metrics__generations_add_up(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.restart = SUP_RESTART_NEVER;
    world_open(&w);
    spawn(&w, "a", &policy);
    fail_with(&w, "a", "x");
    expect_counts(of_service(&w, "a"), 0, 0, 1, 1, 0, 1, 0, 1, 0, 0);
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
    assert_false(exists(&w, "a"));
    expect_counts(of_service(&w, "a"), 0, 0, 1, 1, 0, 1, 0, 1, 0, 1);
    spawn(&w, "a", &policy);
    expect_counts(of_service(&w, "a"), 0, 1, 2, 1, 0, 1, 0, 2, 0, 1);
    succeed(&w, "a");
    assert_int_equal(command(&w, SUP_COMMAND_RESTART, "a"), SUP_OK); /* the third generation */
    expect_counts(of_service(&w, "a"), 0, 1, 3, 2, 0, 1, 0, 3, 0, 2);
    world_close(&w);
}

static void metrics__a_group_counts_what_happened_in_it(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn_in(&w, "a", "web.front", &policy);
    fail_with(&w, "a", "x");
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "a"), SUP_OK);
    assert_int_equal(command(&w, SUP_COMMAND_REMOVE, "a"), SUP_OK);
    spawn_in(&w, "a", "db", &policy);
    spawn_in(&w, "c", "web", &policy);
    expect_counts(of_group(&w, "web.front"), 0, 0, 1, 1, 0, 1, 0, 1, 0, 2);
    expect_counts(of_group(&w, "web"), 0, 1, 2, 1, 0, 1, 0, 2, 0, 2);
    expect_counts(of_group(&w, "db"), 0, 1, 1, 0, 0, 0, 0, 1, 0, 0);
    expect_counts(of_service(&w, "a"), 0, 1, 2, 1, 0, 1, 0, 2, 0, 2);
    assert_int_equal(cancel_group(&w, "web"), SUP_OK);
    expect_counts(of_group(&w, "web"), 0, 1, 2, 1, 0, 1, 0, 2, 0, 3);
    expect_counts(of_group(&w, "web.front"), 0, 0, 1, 1, 0, 1, 0, 1, 0, 2);
    expect_counts(of_group(&w, NULL), 0, 2, 3, 1, 0, 1, 0, 3, 0, 3);
    world_close(&w);
}

static void metrics__trips_late_reports_and_abandoned_attempts_have_an_owner(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    policy.breaker.failures = 1;
    policy.stop_grace = SUP_MS(5);
    policy.stop_abort_wait = SUP_MS(5);
    world_open(&w);
    spawn_in(&w, "trips", "g", &policy);
    spawn_in(&w, "stays", "g", &policy);
    fail_with(&w, "trips", "x");
    struct sup_attempt stays = live_attempt(&w, "stays");
    assert_int_equal(command(&w, SUP_COMMAND_CANCEL, "stays"), SUP_OK);
    run_to(&w, 10 * MS);
    expect_counts(of_service(&w, "trips"), 0, 0, 1, 1, 1, 1, 0, 1, 0, 0);
    expect_counts(of_service(&w, "stays"), 0, 0, 1, 1, 0, 0, 0, 1, 1, 1);
    const struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED};
    assert_int_equal(sup_report_end(w.sup, stays, &end), SUP_ESTALE);
    expect_counts(of_service(&w, "stays"), 0, 0, 1, 1, 0, 0, 1, 1, 1, 1);
    expect_counts(of_group(&w, "g"), 0, 0, 2, 2, 1, 1, 1, 2, 1, 1);
    world_close(&w);
}

/* An audited spawn that makes a name known is a command on that name. */
static void metrics__an_audited_spawn_counts_for_its_service(void **state)
{
    (void)state;
    struct world w;
    const struct sup_actor actor = {"ops", "test"};
    const struct sup_spec spec = {.name = "a", .group = "g"};
    const struct sup_spec bad = {.name = "b", .group = "g"};
    world_open(&w);
    w.may_allocate = true;
    assert_int_equal(sup_spawn_as(w.sup, &spec, &actor, NULL), SUP_OK);
    assert_int_equal(sup_spawn_as(w.sup, &spec, &actor, NULL), SUP_EEXISTS);
    w.may_allocate = false;
    assert_int_equal(of_service(&w, "a").commands_total, 2);
    assert_int_equal(of_group(&w, "g").commands_total, 2);
    assert_int_equal(cancel_group(&w, "g"), SUP_OK);
    assert_int_equal(sup_spawn_as(w.sup, &bad, &actor, NULL), SUP_ECANCELLED);
    assert_int_equal(of_group(&w, "g").commands_total, 3);
    assert_int_equal(of_group(&w, "runtime").commands_total, 4);
    sup_check(w.sup);
    world_close(&w);
}

/* A task that is refused is registered and gone again within its spawn. */
static void metrics__a_task_refused_at_once_has_its_counters(void **state)
{
    (void)state;
    struct world w;
    const struct sup_actor actor = {"ops", "test"};
    struct sup_policy policy = policy_default();
    policy.kind = SUP_KIND_TASK;
    const struct sup_spec spec = {.name = "a", .group = "g", .policy = &policy};
    world_open(&w);
    w.refusals = 1;
    w.may_allocate = true;
    assert_int_equal(sup_spawn_as(w.sup, &spec, &actor, NULL), SUP_OK);
    w.may_allocate = false;
    assert_false(exists(&w, "a"));
    expect_counts(of_service(&w, "a"), 0, 0, 1, 1, 0, 1, 0, 1, 0, 1);
    expect_counts(of_group(&w, "g"), 0, 0, 1, 1, 0, 1, 0, 1, 0, 1);
    world_close(&w);
}

static void metrics__text_has_a_line_for_each_service_and_group(void **state)
{
    (void)state;
    struct world w;
    struct sup_policy policy = policy_backoff(10, 10);
    world_open(&w);
    spawn_in(&w, "a", "g", &policy);
    fail_with(&w, "a", "x");
    size_t length = sup_prometheus_each(w.sup, NULL, NULL, 0);
    char *text = malloc(length + 1);
    assert_non_null(text);
    assert_int_equal(sup_prometheus_each(w.sup, NULL, text, length + 1), length);
    assert_int_equal(strlen(text), length);
    assert_non_null(strstr(text,
                           "# TYPE sup_service_failures_total counter\n"
                           "sup_service_failures_total{service=\"a\",group=\"runtime.g\"} 1\n"));
    assert_non_null(strstr(text, "# TYPE sup_group_failures_total counter\n"
                                 "sup_group_failures_total{group=\"runtime\"} 0\n"
                                 "sup_group_failures_total{group=\"runtime.g\"} 1\n"));
    assert_non_null(strstr(text, "# TYPE sup_service_active_services gauge\n"));
    /* Seven times the prefix for each metric: help and type twice, three lines. */
    assert_int_equal(sup_prometheus_each(w.sup, "x", text, length + 1), length - 140);
    assert_non_null(strstr(text, "x_group_failures_total{group=\"runtime\"} 0\n"));
    free(text);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics__unknown_names_are_refused),
        cmocka_unit_test(metrics__each_service_counts_its_own),
        cmocka_unit_test(metrics__generations_add_up),
        cmocka_unit_test(metrics__a_group_counts_what_happened_in_it),
        cmocka_unit_test(metrics__trips_late_reports_and_abandoned_attempts_have_an_owner),
        cmocka_unit_test(metrics__an_audited_spawn_counts_for_its_service),
        cmocka_unit_test(metrics__a_task_refused_at_once_has_its_counters),
        cmocka_unit_test(metrics__text_has_a_line_for_each_service_and_group),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
