/* Threads and processes side by side under one host: one drain, one way to bind them and
 * to free them, in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sup/host.h"
#include "sup/processes.h"
#include "sup/sup.h"
#include "sup/threads.h"

#define PATIENCE_SECONDS 60

static const struct sup_actor actor = {"test", "because"};

struct pair {
    struct sup_threads *threads;
    struct sup_processes *processes;
    struct sup_executor on_thread;
    struct sup_executor as_process;
    struct sup_host *host;
    struct sup *sup;
};

static void open_pair(struct pair *pair)
{
    struct sup_threads_config threads;
    struct sup_processes_config processes;
    struct sup_host_config config;
    sup_threads_config_default(&threads);
    sup_processes_config_default(&processes);
    sup_host_config_default(&config);
    assert_int_equal(sup_threads_create(&threads, &pair->threads), SUP_OK);
    assert_int_equal(sup_processes_create(&processes, &pair->processes), SUP_OK);
    pair->on_thread = sup_threads_executor(pair->threads);
    pair->as_process = sup_processes_executor(pair->processes);
    config.sup.executor = sup_dispatch_executor();
    assert_int_equal(sup_host_create(&config, &pair->host), SUP_OK);
    assert_int_equal(sup_threads_bind(pair->threads, pair->host), SUP_OK);
    assert_int_equal(sup_processes_bind(pair->processes, pair->host), SUP_OK);
    assert_int_equal(sup_threads_bind(pair->threads, pair->host), SUP_EINVAL);
    assert_int_equal(sup_processes_bind(pair->processes, pair->host), SUP_EINVAL);
    pair->sup = sup_host_supervisor(pair->host);
}

static int waits(struct sup_task *task, void *argument)
{
    (void)argument;
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

static int fails(struct sup_task *task, void *argument)
{
    sup_task_error(task, argument);
    return -1;
}

static void spawn(struct pair *pair, const char *name, enum sup_restart restart,
                  struct sup_dispatch_work *work)
{
    struct sup_policy policy;
    sup_policy_default(&policy);
    policy.restart = restart;
    policy.backoff.base = policy.backoff.max = SUP_MS(1);
    policy.stop_grace = SUP_SEC(PATIENCE_SECONDS);
    struct sup_spec spec = {.name = name, .policy = &policy, .work = work};
    assert_int_equal(sup_spawn(pair->sup, &spec), SUP_OK);
}

static struct sup_snapshot look(const struct pair *pair, const char *name)
{
    struct sup_snapshot snapshot;
    assert_int_equal(sup_snapshot_of(pair->sup, name, &snapshot), SUP_OK);
    return snapshot;
}

static void until_ended(struct pair *pair, const char *name)
{
    struct sup_instant limit = sup_instant_add(sup_host_now(pair->host), SUP_SEC(PATIENCE_SECONDS));
    while (look(pair, name).phase != SUP_PHASE_TERMINATED) {
        assert_true(sup_host_now(pair->host).ns < limit.ns);
        assert_true(sup_host_turn(pair->host, SUP_MS(200)) >= 0);
    }
}

static void dispatch__threads_and_processes_live_and_drain_together(void **state)
{
    const char *const sleep_argv[] = {"sleep", "1000", NULL};
    const char *const exit_argv[] = {"sh", "-c", "exit 3", NULL};
    struct sup_process_spec sleeping = {.argv = sleep_argv}, exits = {.argv = exit_argv};
    struct sup_task_spec waiting = {.fn = waits};
    struct sup_task_spec failing = {.fn = fails, .argument = (void *)(uintptr_t) "no way"};
    struct pair pair;
    struct sup_drain_report report;
    (void)state;
    open_pair(&pair);
    struct sup_dispatch_work works[] = {{&pair.on_thread, &waiting},
                                        {&pair.as_process, &sleeping},
                                        {&pair.on_thread, &failing},
                                        {&pair.as_process, &exits}};
    spawn(&pair, "thread", SUP_RESTART_ALWAYS, &works[0]);
    spawn(&pair, "process", SUP_RESTART_ALWAYS, &works[1]);
    spawn(&pair, "failing", SUP_RESTART_NEVER, &works[2]);
    spawn(&pair, "exits", SUP_RESTART_NEVER, &works[3]);
    until_ended(&pair, "failing");
    until_ended(&pair, "exits");
    assert_string_equal(look(&pair, "failing").last_error, "no way");
    assert_string_equal(look(&pair, "exits").last_error, "exit code 3");
    assert_int_equal(sup_threads_busy(pair.threads), 1);
    assert_int_equal(sup_processes_live(pair.processes), 1);
    /* Both say busy, and are left alone. */
    assert_int_equal(sup_threads_free(pair.threads, SUP_NS(0)), SUP_EBUSY);
    assert_int_equal(sup_processes_free(pair.processes), SUP_EBUSY);
    assert_int_equal(sup_shutdown(pair.sup, NULL, &actor, NULL), SUP_OK);
    assert_int_equal(sup_host_run(pair.host), SUP_OK);
    sup_drain_report_read(pair.sup, &report);
    assert_int_equal(report.counts.graceful, 2);
    assert_int_equal(report.counts.already_exited, 2);
    assert_int_equal(sup_threads_free(pair.threads, SUP_NS(0)), SUP_OK);
    assert_int_equal(sup_processes_free(pair.processes), SUP_OK);
    sup_host_free(pair.host);
}

/* The three in every order. */
static void dispatch__bound_ones_are_freed_in_any_order(void **state)
{
    static const char orders[][4] = {"tph", "pth", "thp", "pht", "htp", "hpt"};
    (void)state;
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        struct sup_task_spec waiting = {.fn = waits};
        const char *const argv[] = {"sleep", "1000", NULL};
        struct sup_process_spec sleeping = {.argv = argv};
        struct pair pair;
        open_pair(&pair);
        struct sup_dispatch_work works[] = {{&pair.on_thread, &waiting},
                                            {&pair.as_process, &sleeping}};
        spawn(&pair, "thread", SUP_RESTART_ALWAYS, &works[0]);
        spawn(&pair, "process", SUP_RESTART_ALWAYS, &works[1]);
        assert_int_equal(sup_host_shutdown(pair.host, NULL, &actor), SUP_OK);
        assert_int_equal(sup_host_run(pair.host), SUP_OK);
        for (const char *who = orders[i]; *who != '\0'; who++) {
            if (*who == 't') {
                assert_int_equal(sup_threads_free(pair.threads, SUP_SEC(PATIENCE_SECONDS)), SUP_OK);
            } else if (*who == 'p') {
                assert_int_equal(sup_processes_free(pair.processes), SUP_OK);
            } else {
                sup_host_free(pair.host);
            }
        }
    }
    assert_int_equal(sup_threads_free(NULL, SUP_NS(0)), SUP_OK);
    assert_int_equal(sup_processes_free(NULL), SUP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dispatch__threads_and_processes_live_and_drain_together),
        cmocka_unit_test(dispatch__bound_ones_are_freed_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
