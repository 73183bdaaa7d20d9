/* The metrics as Prometheus text: every line of it, labels, escaping that is not
 * needed, buffers that are too small. That a real parser takes it is for
 * scripts/check-prometheus to see. */
#include "core_world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sup/report.h"

/* The whole text; the caller frees it. */
static char *text_of(struct world *w, const char *prefix)
{
    size_t length = sup_prometheus(w->sup, prefix, NULL, 0);
    char *text = malloc(length + 1);
    assert_non_null(text);
    assert_int_equal(sup_prometheus(w->sup, prefix, text, length + 1), length);
    assert_int_equal(strlen(text), length);
    return text;
}

static bool has_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = text; at != NULL; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, line, length) == 0 && at[length] == '\n') {
            return true;
        }
    }
    return false;
}

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

/* An attempt of 20 ms that crashed after 7 ms of the processor, then one of 2 s. */
static void live_a_little(struct world *w)
{
    struct sup_policy policy = policy_backoff(10, 10);
    struct sup_end end = {.outcome = SUP_OUTCOME_CRASHED, .has_cpu = true, .cpu = SUP_MS(7)};
    spawn(w, "a", &policy);
    run_to(w, 20 * MS);
    assert_int_equal(end_attempt(w, live_attempt(w, "a"), &end), SUP_OK);
    run_to(w, 30 * MS);
    run_to(w, 2030 * MS);
    succeed(w, "a");
}

static void prometheus__fresh_supervisor_every_metric_is_there_and_zero(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    char *text = text_of(&w, NULL);
#define SUP__X(name, type, help) \
    assert_true(has_line(text, "# HELP sup_" #name " " help)); \
    assert_true(has_line(text, "# TYPE sup_" #name " " #type)); \
    assert_true(has_line(text, "sup_" #name " 0"));
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
    assert_true(has_line(text, "# TYPE sup_attempt_seconds histogram"));
    assert_true(has_line(text, "# TYPE sup_attempt_cpu_seconds histogram"));
    assert_true(has_line(text, "sup_attempt_seconds_bucket{le=\"+Inf\"} 0"));
    assert_int_equal(count_of(text, "_bucket{le="), 2 * (SUP_HISTOGRAM_BUCKETS + 1));
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
    world_close(&w);
}

static void prometheus__counters_are_the_metrics(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    live_a_little(&w);
    spawn(&w, "b", NULL);
    assert_int_equal(command(&w, SUP_COMMAND_PAUSE, "nobody"), SUP_EUNKNOWN);
    char *text = text_of(&w, NULL);
    static const char *const lines[] = {
        "sup_restarts_total 1",     "sup_active_services 1",       "sup_spawned_total 2",
        "sup_failures_total 1",     "sup_terminated_total 1",      "sup_attempts_total 3",
        "sup_commands_total 1",     "sup_circuit_breaker_trips 0", "sup_abandoned_total 0",
        "sup_late_reports_total 0",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_true(has_line(text, lines[i]));
    }
    free(text);
    world_close(&w);
}

static void prometheus__buckets_are_cumulative_in_exact_seconds(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    live_a_little(&w);
    char *text = text_of(&w, NULL);
    static const char *const lines[] = {
        "sup_attempt_seconds_bucket{le=\"0.001\"} 0",
        "sup_attempt_seconds_bucket{le=\"0.01\"} 0",
        "sup_attempt_seconds_bucket{le=\"0.05\"} 1",
        "sup_attempt_seconds_bucket{le=\"1\"} 1",
        "sup_attempt_seconds_bucket{le=\"5\"} 2",
        "sup_attempt_seconds_bucket{le=\"86400\"} 2",
        "sup_attempt_seconds_bucket{le=\"+Inf\"} 2",
        "sup_attempt_seconds_sum 2.02",
        "sup_attempt_seconds_count 2",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_true(has_line(text, lines[i]));
    }
    free(text);
    world_close(&w);
}

static void prometheus__processor_time_of_a_crash_is_counted(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    live_a_little(&w);
    char *text = text_of(&w, NULL);
    assert_true(has_line(text, "sup_attempt_cpu_seconds_bucket{le=\"0.005\"} 0"));
    assert_true(has_line(text, "sup_attempt_cpu_seconds_bucket{le=\"0.01\"} 1"));
    assert_true(has_line(text, "sup_attempt_cpu_seconds_sum 0.007"));
    assert_true(has_line(text, "sup_attempt_cpu_seconds_count 1"));
    free(text);
    world_close(&w);
}

static void prometheus__labels_are_le_and_group_only(void **state)
{
    (void)state;
    struct world w;
    struct sup_group_policy full = {.max_inflight = 1};
    world_open(&w);
    w.may_allocate = true;
    assert_int_equal(sup_group_create(w.sup, "jobs.thumbnails", &full), SUP_OK);
    assert_int_equal(sup_group_create(w.sup, "jobs.mail", &full), SUP_OK);
    w.may_allocate = false;
    spawn_in(&w, "t1", "jobs.thumbnails", NULL);
    assert_int_equal(try_spawn(&w, "t2", "jobs.thumbnails", NULL), SUP_ELIMIT);
    spawn_in(&w, "other", "jobs", NULL);
    char *text = text_of(&w, NULL);
    assert_int_equal(count_of(text, "# TYPE sup_spawns_dropped_total counter\n"), 1);
    assert_true(has_line(text, "sup_spawns_dropped_total{group=\"runtime.jobs.thumbnails\"} 1"));
    assert_true(has_line(text, "sup_spawns_dropped_total{group=\"runtime.jobs.mail\"} 0"));
    assert_int_equal(count_of(text, "{"), count_of(text, "{le=") + count_of(text, "{group="));
    assert_int_equal(count_of(text, "{group="), 2);
    free(text);
    world_close(&w);
}

static void prometheus__prefix_begins_every_name(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    char *text = text_of(&w, "shop_workers");
    assert_true(has_line(text, "shop_workers_spawned_total 0"));
    assert_int_equal(count_of(text, "sup_"), 0);
    for (const char *at = text; *at != '\0'; at = strchr(at, '\n') + 1) {
        bool comment = strncmp(at, "# HELP ", 7) == 0 || strncmp(at, "# TYPE ", 7) == 0;
        assert_int_equal(strncmp(at + (comment ? 7 : 0), "shop_workers_", 13), 0);
    }
    free(text);
    world_close(&w);
}

static void prometheus__buffer_too_small_is_cut_and_tells_the_length(void **state)
{
    (void)state;
    struct world w;
    char cut[64];
    world_open(&w);
    char *text = text_of(&w, NULL);
    size_t length = strlen(text);
    for (size_t size = 1; size <= sizeof(cut); size++) {
        memset(cut, 'x', sizeof(cut));
        assert_int_equal(sup_prometheus(w.sup, NULL, cut, size), length);
        assert_int_equal(strlen(cut), size - 1);
        assert_memory_equal(cut, text, size - 1);
        assert_true(size == sizeof(cut) || cut[size] == 'x');
    }
    free(text);
    world_close(&w);
}

/* For scripts/check-prometheus: a supervisor that has everything in its text. */
static int print_one(void)
{
    struct world w;
    struct sup_group_policy full = {.max_inflight = 1};
    world_open(&w);
    w.may_allocate = true;
    if (sup_group_create(w.sup, "jobs", &full) != SUP_OK) {
        return 1;
    }
    w.may_allocate = false;
    spawn_in(&w, "t1", "jobs", NULL);
    if (try_spawn(&w, "t2", "jobs", NULL) != SUP_ELIMIT) {
        return 1;
    }
    live_a_little(&w);
    char *text = text_of(&w, NULL);
    fputs(text, stdout);
    free(text);
    world_close(&w);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prometheus__fresh_supervisor_every_metric_is_there_and_zero),
        cmocka_unit_test(prometheus__counters_are_the_metrics),
        cmocka_unit_test(prometheus__buckets_are_cumulative_in_exact_seconds),
        cmocka_unit_test(prometheus__processor_time_of_a_crash_is_counted),
        cmocka_unit_test(prometheus__labels_are_le_and_group_only),
        cmocka_unit_test(prometheus__prefix_begins_every_name),
        cmocka_unit_test(prometheus__buffer_too_small_is_cut_and_tells_the_length),
    };
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        return print_one();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
