/* The host and the signals of its process: SIGTERM and SIGINT drain when that is
 * asked for, a second one aborts, and nothing is touched when it is not. Each test
 * has a process of its own, since masks and dispositions are the process's. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sup/host.h"
#include "sup/sup.h"
#include "sup/threads.h"

struct both {
    struct sup_threads *threads;
    struct sup_host *host;
};

static int open_both(struct both *both, bool signals)
{
    struct sup_threads_config threads;
    struct sup_host_config config;
    sup_threads_config_default(&threads);
    sup_host_config_default(&config);
    if (sup_threads_create(&threads, &both->threads) != SUP_OK) {
        return 1;
    }
    config.sup.executor = sup_threads_executor(both->threads);
    config.signals = signals;
    if (sup_host_create(&config, &both->host) != SUP_OK) {
        return 1;
    }
    assert_int_equal(sup_threads_bind(both->threads, both->host), SUP_OK);
    return 0;
}

static void close_both(struct both *both)
{
    assert_int_equal(sup_threads_free(both->threads, SUP_SEC(60)), 0);
    sup_host_free(both->host);
}

static int patient(struct sup_task *task, void *argument)
{
    (void)argument;
    kill(getpid(), SIGTERM);
    return sup_task_wait_cancel(task) == SUP_ECANCELLED ? 0 : -1;
}

/* In a child: 0 when the host leaves both signals as they were. */
static int not_asked_for(void)
{
    struct both both;
    struct sigaction term, interrupt;
    sigset_t blocked;
    if (open_both(&both, false) != 0) {
        return 1;
    }
    sigaction(SIGTERM, NULL, &term);
    sigaction(SIGINT, NULL, &interrupt);
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    bool untouched = term.sa_handler == SIG_DFL && interrupt.sa_handler == SIG_DFL &&
                     sigismember(&blocked, SIGTERM) == 0 && sigismember(&blocked, SIGINT) == 0;
    close_both(&both);
    return untouched ? 0 : 2;
}

/* In a child: 0 when SIGTERM drained the supervisor, by that name. */
static int asked_for(void)
{
    struct both both;
    struct sup_drain_report report;
    struct sup_task_spec work = {.fn = patient};
    struct sup_spec spec = {.name = "patient", .work = &work};
    if (open_both(&both, true) != 0) {
        return 1;
    }
    if (sup_spawn(sup_host_supervisor(both.host), &spec) != SUP_OK) {
        return 2;
    }
    if (sup_host_run(both.host) != SUP_OK) {
        return 3;
    }
    sup_drain_report_read(sup_host_supervisor(both.host), &report);
    bool drained = report.drained && !report.timed_out && report.counts.graceful == 1;
    close_both(&both);
    return drained ? 0 : 4;
}

static int in_a_child(int (*fn)(void))
{
    int status = -1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGTERM, SIG_DFL);
        signal(SIGINT, SIG_DFL);
        alarm(100);
        _exit(fn());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void signals__not_asked_for_none_is_handled(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(not_asked_for), 0);
}

static void signals__asked_for_term_drains(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(asked_for), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals__not_asked_for_none_is_handled),
        cmocka_unit_test(signals__asked_for_term_drains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
