/* A program of another age: compiled by scripts/check-abi with headers whose structs
 * lack their last member (AGE_OLDER), have more of them (AGE_NEWER), or are as they are,
 * and run with the libraries of today. It uses nothing that any of them lacks.
 *
 * Each struct that the library fills in lies in front of a fence, which must still
 * stand afterwards; what only tomorrow's struct has must be zero.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/run.h>
#include <sim/world.h>
#include <sup/host.h>
#include <sup/join.h>
#include <sup/processes.h>
#include <sup/report.h>
#include <sup/sup.h>
#include <sup/threads.h>

static unsigned checks;
static unsigned failures;

#define CHECK(x) check((x), #x, __LINE__)
static void check(bool holds, const char *what, int line)
{
    checks++;
    if (!holds) {
        failures++;
        fprintf(stderr, "tests/abi/age.c:%d: not so: %s\n", line, what);
    }
}

#define FENCE 256
#define FENCED(type, name) \
    struct { \
        struct type it; \
        unsigned char fence[FENCE]; \
    } name; \
    memset(&(name), 0xA5, sizeof(name))
#define STANDS(name) CHECK(stands((name).fence))
static bool stands(const unsigned char *fence)
{
    for (int i = 0; i < FENCE; i++) {
        if (fence[i] != 0xA5) {
            return false;
        }
    }
    return true;
}

#ifdef AGE_NEWER
#define TOMORROW_IS_ZERO(name) \
    CHECK((name).it.of_tomorrow[0] == 0 && (name).it.of_tomorrow[1] == 0 && \
          (name).it.of_tomorrow[2] == 0)
#else
#define TOMORROW_IS_ZERO(name) CHECK(true)
#endif
#define GIVEN(name) \
    STANDS(name); \
    TOMORROW_IS_ZERO(name)

/* ---- a clock and an executor of its own ---- */

struct own {
    struct sup_instant now;
    struct sup_attempt live;
    unsigned starts;
    unsigned events;
    unsigned ended;
    uint64_t last_sequence;
    int joined;
};

static struct sup_instant read_clock(void *context)
{
    return ((struct own *)context)->now;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct own *own = context;
    (void)ret_error;
    own->live = start->id;
    own->starts++;
    CHECK(strcmp(start->service, "one") == 0);
    CHECK(start->work == own);
    return 0;
}

static void stop(void *context, struct sup_attempt id, void *work)
{
    (void)context, (void)id, (void)work;
}

static void hear(void *context, const struct sup_event *event)
{
    struct own *own = context;
    char text[200];
    own->events++;
    CHECK(event->sequence == own->last_sequence + 1);
    own->last_sequence = event->sequence;
    if (event->type == SUP_EVENT_ATTEMPT_ENDED) {
        own->ended++;
        CHECK((event->fields & SUP_FIELD_ERROR) != 0 && strcmp(event->error, "no answer") == 0);
        FENCED(sup_event, copy);
        sup_event_copy(&copy.it, event);
        GIVEN(copy);
        CHECK(copy.it.sequence == event->sequence);
#ifndef AGE_NEWER
        copy.it = *event; /* as the sources of today may do it */
#endif
        CHECK(sup_event_message(&copy.it, text, sizeof(text)) > 0);
        CHECK(strstr(text, "no answer") != NULL);
        CHECK(sup_event_severity(&copy.it) == SUP_SEVERITY_WARN);
    }
}

static void told(void *context, const struct sup_joined *joined)
{
    struct own *own = context;
    own->joined = joined->result;
    CHECK(strcmp(joined->error, "no answer") == 0);
}

static void create(struct own *own, struct sup **ret_sup)
{
    FENCED(sup_config, config);
    sup_config_default(&config.it);
    GIVEN(config);
    CHECK(config.it.blocking_pool == 8 && config.it.services_max == 1000000);
    CHECK(config.it.root.limit.then == SUP_LIMIT_ESCALATE && config.it.error_bytes_max == 128);
    config.it.clock = (struct sup_clock){read_clock, own};
    config.it.executor = (struct sup_executor){start, stop, stop, NULL, own};
    config.it.alloc = sup_allocator_libc;
    config.it.journal_entries = 8; /* behind `root`, which is of another size too */
#ifdef AGE_NEWER
    config.it.of_tomorrow[1] = 1;
    CHECK(sup_create(&config.it, ret_sup) == SUP_ENEWER);
    config.it.of_tomorrow[1] = 0;
    config.it.root.of_tomorrow[2] = 1;
    CHECK(sup_create(&config.it, ret_sup) == SUP_ENEWER);
    config.it.root.of_tomorrow[2] = 0;
#endif
    CHECK(sup_create(&config.it, ret_sup) == 0);
}

static void spawn(struct own *own, struct sup *sup)
{
    FENCED(sup_policy, policy);
    FENCED(sup_command_outcome, outcome);
    const struct sup_actor actor = {"age", "test"};
    const char *why = NULL;
    sup_policy_default(&policy.it);
    GIVEN(policy);
    CHECK(policy.it.max_restarts == SUP_UNLIMITED && policy.it.stop_grace.ns == SUP_SEC(5).ns);
    policy.it.max_restarts = 1;
    struct sup_spec spec = {.name = "one", .group = "a.b", .policy = &policy.it, .work = own};
#ifdef AGE_NEWER
    policy.it.of_tomorrow[0] = 1;
    CHECK(sup_policy_check(&policy.it, &why) == SUP_ENEWER && why != NULL);
    CHECK(sup_spawn(sup, &spec) == SUP_ENEWER);
    policy.it.of_tomorrow[0] = 0;
    spec.of_tomorrow[0] = 1;
    CHECK(sup_spawn(sup, &spec) == SUP_ENEWER);
    spec.of_tomorrow[0] = 0;
#endif
#ifndef AGE_OLDER
    FENCED(sup_rules, rules);
    sup_rules_default(&rules.it);
    GIVEN(rules);
    CHECK(rules.it.size == sizeof(rules.it) && rules.it.success.codes[0] == 1);
    rules.it.clean_exits = SUP_CLEAN_EXITS_COUNT;
    policy.it.rules = &rules.it;
#endif
#ifdef AGE_NEWER
    rules.it.of_tomorrow[0] = 1;
    CHECK(sup_policy_check(&policy.it, &why) == SUP_ENEWER && why != NULL);
    CHECK(sup_spawn(sup, &spec) == SUP_ENEWER);
    rules.it.of_tomorrow[0] = 0;
#endif
    CHECK(sup_policy_check(&policy.it, &why) == 0);
    struct sup_group_policy group = {.strategy = SUP_STRATEGY_ONE_FOR_ALL};
    CHECK(sup_group_create(sup, "a.b", &group) == 0);
    CHECK(sup_spawn_as(sup, &spec, &actor, &outcome.it) == 0);
    GIVEN(outcome);
    CHECK(outcome.it.command == SUP_COMMAND_SPAWN && outcome.it.result == 0);
    CHECK(own->starts == 1);
}

static void fail_twice(struct own *own, struct sup *sup)
{
    struct sup_join join;
    struct sup_end end = {.outcome = SUP_OUTCOME_FAILED, .error = "no answer"};
    own->joined = 1;
    CHECK(sup_join_start(sup, "one", told, own, &join) == 0);
    CHECK(sup_report_end(sup, own->live, &end) == 0);
    own->now = sup_deadline(sup);
    CHECK(own->now.ns == 100000000);
    CHECK(sup_step(sup) == 1 && own->starts == 2);
#ifdef AGE_NEWER
    end.of_tomorrow[2] = 1;
    CHECK(sup_report_end(sup, own->live, &end) == SUP_ENEWER);
    end.of_tomorrow[2] = 0;
#endif
    CHECK(sup_report_end(sup, own->live, &end) == 0);
    CHECK(own->joined == SUP_EFAILED && own->ended == 2);
}

static void look(struct own *own, struct sup *sup)
{
    FENCED(sup_snapshot, snapshot);
    FENCED(sup_group_info, group);
    FENCED(sup_metrics, metrics);
    FENCED(sup_histogram, histogram);
    uint64_t cursor = 0;
    CHECK(sup_snapshot_of(sup, "one", &snapshot.it) == 0);
    GIVEN(snapshot);
    CHECK(snapshot.it.failures == 2 && strcmp(snapshot.it.last_error, "no answer") == 0);
    CHECK(snapshot.it.phase == SUP_PHASE_TERMINATED &&
          snapshot.it.reason == SUP_REASON_RESTART_LIMIT);
    CHECK(sup_snapshot_slot(sup, own->live.slot, &snapshot.it) == 0);
    CHECK(sup_snapshot_next(sup, &cursor, &snapshot.it));
    CHECK(!sup_snapshot_next(sup, &cursor, &snapshot.it));
    STANDS(snapshot);
    CHECK(sup_group_info_of(sup, "a", &group.it) == 0);
    GIVEN(group);
    CHECK(group.it.services == 1 && strcmp(group.it.path, "runtime.a") == 0);
    sup_metrics_read(sup, &metrics.it);
    GIVEN(metrics);
    CHECK(metrics.it.failures_total == 2 && metrics.it.restarts_total == 1);
    sup_histogram_read(sup, &histogram.it);
    GIVEN(histogram);
    CHECK(histogram.it.count == 2 && histogram.it.bucket[0] == 2);
    sup_cpu_histogram_read(sup, &histogram.it);
    GIVEN(histogram);
    CHECK(histogram.it.count == 0);
}

/* An array: the library steps by the program's size. */
static void read_journal(struct own *own, struct sup *sup)
{
    struct sup_journal_entry entries[9];
    uint64_t dropped = 0;
    memset(entries, 0xA5, sizeof(entries));
    uint32_t count = sup_journal_read(sup, 0, entries, 8, &dropped);
    CHECK(count == 8 && dropped == own->last_sequence - 8);
    for (uint32_t i = 0; i < count; i++) {
        CHECK(entries[i].sequence == dropped + 1 + i && entries[i].type < SUP_EVENT_TYPES);
    }
    const unsigned char *after = (const unsigned char *)&entries[8];
    for (size_t i = 0; i < sizeof(entries[8]); i++) {
        CHECK(after[i] == 0xA5);
    }
}

static void drain(struct sup *sup)
{
    FENCED(sup_command_outcome, outcome);
    FENCED(sup_drain_report, report);
    const struct sup_actor actor = {"age", "test"};
    CHECK(sup_pause(sup, "nobody", &actor, &outcome.it) == SUP_EUNKNOWN);
    GIVEN(outcome);
    CHECK(sup_cancel_group(sup, "a", &actor, &outcome.it) == 0);
    STANDS(outcome);
    CHECK(sup_force_abort(sup, "a", &actor, NULL) == 0);
    CHECK(sup_shutdown(sup, NULL, &actor, &outcome.it) == 0);
    GIVEN(outcome);
    sup_drain_report_read(sup, &report.it);
    GIVEN(report);
    CHECK(report.it.drained && strcmp(report.it.who, "age") == 0);
}

static void in_a_world_of_its_own(void)
{
    struct own own = {.starts = 0};
    struct sup *sup = NULL;
    create(&own, &sup);
    CHECK(sup_subscribe(sup, hear, &own) == 0);
    spawn(&own, sup);
    fail_twice(&own, sup);
    look(&own, sup);
    read_journal(&own, sup);
    drain(sup);
    sup_check(sup);
    sup_free(sup);
}

/* ---- under the host, on threads and processes ---- */

static int nap(struct sup_task *task, void *argument)
{
    CHECK(sup_task_sleep(task, sup_duration_ms(1)) == 0);
    ++*(int *)argument;
    return 0;
}

/* The same in the words of version 0.1. */
static void tidy(void *argument)
{
    ++*(int *)argument;
}

static int old_nap(struct sup_task *task, void *argument)
{
    struct sup_instant before = sup_now(task);
    CHECK(sup_cleanup_push(task, tidy, argument) == 0);
    sup_ready(task, true);
    sup_heartbeat(task);
    CHECK(sup_random_of(task, 9) <= 9 && !sup_cancelled(task));
    CHECK(sup_sleep(task, SUP_MS(1)) == 0 && sup_sleep_through(task, SUP_MS(1)) == 0);
    CHECK(sup_now(task).ns >= before.ns + 2000000);
    sup_cleanup_pop(task, true);
    return 0;
}

static void run_host(struct sup_executor executor, struct sup_threads *threads,
                     struct sup_processes *processes, void *work, unsigned refused)
{
    FENCED(sup_host_config, config);
    FENCED(sup_metrics, metrics);
    struct sup_host *host = NULL;
    const struct sup_actor actor = {"age", "test"};
    sup_host_config_default(&config.it);
    GIVEN(config);
    CHECK(config.it.sup.blocking_pool == 8 && config.it.sup.groups_max == 100000);
    config.it.sup.executor = executor;
    config.it.calls_max = 7; /* behind `sup`, which is of another size too */
    config.it.from_zero = true;
    config.it.speed_billionths = 1000000000;
    CHECK(sup_host_create(&config.it, &host) == 0);
    CHECK(sup_host_now(host).ns < 3600000000000);
    if (threads != NULL) {
        CHECK(sup_threads_bind(threads, host) == 0);
    } else {
        CHECK(sup_processes_bind(processes, host) == 0);
    }
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.kind = SUP_KIND_TASK;
    struct sup_spec spec = {.name = "one", .policy = &policy, .work = work};
    CHECK(sup_host_spawn(host, &spec, &actor) == 0);
    struct sup *sup = sup_host_supervisor(host);
    unsigned turns = 0; /* a bound for a library that does not do what is checked here */
    do {
        CHECK(sup_host_turn(host, sup_duration_ms(10)) == 0);
        sup_metrics_read(sup, &metrics.it);
    } while (metrics.it.active_services > 0 && ++turns < 6000);
    CHECK(metrics.it.attempts_total == 1 && metrics.it.failures_total == refused);
    CHECK(sup_host_shutdown(host, NULL, &actor) == 0);
    CHECK(sup_host_run(host) == 0);
    if (threads != NULL) {
        CHECK(sup_threads_free(threads, sup_duration_seconds(10)) == 0);
    } else {
        CHECK(sup_processes_free(processes) == 0);
    }
    sup_host_free(host);
}

static void on_threads(void)
{
    FENCED(sup_threads_config, config);
    struct sup_threads *threads = NULL;
    int naps = 0;
    struct sup_task_spec work = {.fn = nap, .argument = &naps};
    sup_threads_config_default(&config.it);
    GIVEN(config);
    CHECK(config.it.threads_max == 64);
    CHECK(sup_threads_create(&config.it, &threads) == 0);
    run_host(sup_threads_executor(threads), threads, NULL, &work, 0);
    CHECK(naps == 1);
#ifdef AGE_NEWER
    work.of_tomorrow[0] = 1;
    CHECK(sup_threads_create(&config.it, &threads) == 0);
    run_host(sup_threads_executor(threads), threads, NULL, &work, 1);
    config.it.of_tomorrow[0] = 1;
    CHECK(sup_threads_create(&config.it, &threads) == SUP_ENEWER);
#endif
}

static void on_processes(void)
{
    FENCED(sup_processes_config, config);
    static const char *const argv[] = {"true", NULL};
    struct sup_processes *processes = NULL;
    struct sup_process_spec work = {.argv = argv};
    sup_processes_config_default(&config.it);
    GIVEN(config);
    CHECK(config.it.children_max == 4096);
    CHECK(sup_processes_create(&config.it, &processes) == 0);
    run_host(sup_processes_executor(processes), NULL, processes, &work, 0);
#ifdef AGE_NEWER
    work.of_tomorrow[0] = 1;
    CHECK(sup_processes_create(&config.it, &processes) == 0);
    run_host(sup_processes_executor(processes), NULL, processes, &work, 1);
    config.it.of_tomorrow[0] = 1;
    CHECK(sup_processes_create(&config.it, &processes) == SUP_ENEWER);
#endif
}

/* ---- under virtual time ---- */

static void in_the_simulator(void)
{
    FENCED(sim_world_config, config);
    struct sim_world *world = NULL;
    int naps = 0;
    struct sup_task_spec work = {.fn = old_nap, .argument = &naps};
    struct sup_spec spec = {.name = "one", .work = &work};
    sim_world_config_default(&config.it);
    GIVEN(config);
    CHECK(config.it.calls_an_instant == 100000 && config.it.sup.blocking_pool == 8);
    config.it.keep_trace = true;
    CHECK(sim_world_create(&config.it, &world) == 0);
    CHECK(sup_spawn(sim_world_supervisor(world), &spec) == 0);
    CHECK(sim_world_run_until(world, sup_instant_at(sup_duration_seconds(1))) == 0);
    CHECK(naps == 1 && strstr(sim_world_trace(world), "\"terminated\"") != NULL);
    sim_world_free(world);
}

static void a_scenario(void)
{
    static const char text[] = "scenario: 1\n"
                               "name: of another age\n"
                               "until: 10s\n"
                               "services:\n"
                               "  - {name: one, script: [{fail: {after: 1s}}, run]}\n";
    struct sim_diagnostics said = {0};
    struct sim_scenario *scenario = NULL;
    struct sim_run_options options = {.keep_trace = true};
    FENCED(sim_result, result);
    int error = sim_scenario_read(text, sizeof(text) - 1, "age.yaml", &said, &scenario);
    CHECK(error == 0);
    if (error != 0) {
        fprintf(stderr, "%s", said.text);
        return;
    }
    CHECK(sim_run(scenario, &options, &result.it) == 0);
    GIVEN(result);
    CHECK(result.it.status == SIM_EXIT_PASS && result.it.metrics.failures_total == 1);
    CHECK(result.it.attempts == 2 && result.it.trace_length == strlen(result.it.trace));
    CHECK(result.it.unreached_count == 0);
    sim_result_release(&result.it);
    STANDS(result);
    sim_scenario_free(scenario);
    sim_diagnostics_release(&said);
}

int main(void)
{
    in_a_world_of_its_own();
    on_threads();
    on_processes();
    in_the_simulator();
    a_scenario();
    printf("age: %u checks, %u failed\n", checks, failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
