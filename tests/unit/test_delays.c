/* How the delays of tasks are counted: while they last, and once. Instants and accounts are
 * made up; the one real task stands still for as long as it is told to. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/real/delays.h"

#define MS UINT64_C(1000000)

static uint64_t account(struct sim__delay *delay, uint64_t cpu_ms, uint64_t waited_ms,
                        enum sim__held held, uint64_t at_ms)
{
    const struct sim__ran ran = {cpu_ms * MS, waited_ms * MS, cpu_ms};
    return sim__delay_account(delay, &ran, held, (struct sup_instant){at_ms * MS}).ns;
}

static struct sim__delay fresh(void)
{
    return (struct sim__delay){.id = 1, .still_since = SUP_INSTANT_NEVER};
}

static void delays__what_the_kernel_says_is_counted_when_it_is_said(void **state)
{
    struct sim__delay delay = fresh();
    (void)state;
    assert_int_equal(account(&delay, 1, 7, SIM__FREE, 0), 7 * MS);
    assert_int_equal(account(&delay, 2, 7, SIM__FREE, 5), 0);
    assert_int_equal(account(&delay, 3, 9, SIM__FREE, 10), 2 * MS);
    assert_int_equal(account(&delay, 3, 9, SIM__FREE, 500), 0); /* asleep of its own */
}

static void delays__who_stands_still_is_counted_meanwhile_and_once(void **state)
{
    struct sim__delay delay = fresh();
    (void)state;
    assert_int_equal(account(&delay, 1, 0, SIM__FREE, 0), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 10), 0); /* from now on, for all one knows */
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 21), 0); /* a tick may be that late */
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 22), 12 * MS);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 110), 88 * MS);
    /* It had waited for 104 ms in all, says the kernel: 4 more than were seen. */
    assert_int_equal(account(&delay, 2, 104, SIM__FREE, 115), 4 * MS);
    assert_int_equal(account(&delay, 3, 105, SIM__FREE, 120), 1 * MS);
}

static void delays__what_was_counted_is_not_taken_back(void **state)
{
    struct sim__delay delay = fresh();
    (void)state;
    /* In a sleep of the kernel's own, of which the account says nothing. */
    assert_int_equal(account(&delay, 1, 0, SIM__FREE, 0), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 10), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 60), 50 * MS);
    assert_int_equal(account(&delay, 2, 3, SIM__FREE, 65), 0);
    assert_int_equal(account(&delay, 3, 5, SIM__FREE, 70), 2 * MS); /* another wait */
}

static void delays__sleep_ends_a_wait(void **state)
{
    struct sim__delay delay = fresh();
    (void)state;
    assert_int_equal(account(&delay, 1, 0, SIM__FREE, 0), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 10), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__FREE, 15), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 20), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 31), 0);
    assert_int_equal(account(&delay, 1, 0, SIM__HELD, 32), 12 * MS);
}

/* ---- what /proc says ---- */

struct stopped {
    char path[64]; /* a fifo, which the child opens before it runs */
    pid_t task;    /* that waits for it */
    int spawned;
};

/* Until the child runs, its parent stands still in the kernel. */
static void *spawn_slowly(void *context)
{
    struct stopped *stopped = context;
    posix_spawn_file_actions_t actions;
    char *const argv[] = {"true", NULL};
    pid_t child = 0;
    __atomic_store_n(&stopped->task, gettid(), __ATOMIC_RELEASE);
    stopped->spawned = posix_spawn_file_actions_init(&actions);
    if (stopped->spawned == 0) {
        stopped->spawned =
            posix_spawn_file_actions_addopen(&actions, 5, stopped->path, O_RDONLY, 0);
        if (stopped->spawned == 0) {
            stopped->spawned = posix_spawnp(&child, "true", &actions, NULL, argv, environ);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    if (stopped->spawned == 0) {
        (void)waitpid(child, NULL, 0);
    }
    return NULL;
}

static void delays__thread_that_waits_for_a_child_to_run_is_delayed(void **state)
{
    static struct sim__delays delays;
    struct stopped stopped = {.path = "/tmp/sup-delays-XXXXXX"};
    char directory[64];
    pthread_t thread;
    (void)state;
    assert_non_null(mkdtemp(stopped.path));
    (void)strncat(stopped.path, "/fifo", sizeof(stopped.path) - strlen(stopped.path) - 1);
    assert_return_code(mkfifo(stopped.path, 0600), errno);
    assert_int_equal(pthread_create(&thread, NULL, spawn_slowly, &stopped), 0);
    while (__atomic_load_n(&stopped.task, __ATOMIC_ACQUIRE) == 0) {
        sched_yield();
    }
    (void)snprintf(directory, sizeof(directory), "/proc/self/task/%d", (int)stopped.task);
    /* A look every 100 ms of a clock that is made up. */
    uint64_t at_ms = 0, delayed_ns = 0;
    while (delayed_ns < 100 * MS) {
        sim__delays_begin(&delays);
        delayed_ns =
            sim__delays_look(&delays, stopped.task, directory, (struct sup_instant){at_ms * MS}).ns;
        sim__delays_end(&delays);
        assert_int_equal(delays.count, 1);
        at_ms += 100;
        sched_yield();
    }
    assert_int_equal(delayed_ns, 100 * MS);
    int end = open(stopped.path, O_RDWR | O_CLOEXEC);
    assert_return_code(end, errno);
    assert_int_equal(pthread_join(thread, NULL), 0);
    close(end);
    assert_int_equal(stopped.spawned, 0);
    /* It is gone, and forgotten. */
    sim__delays_begin(&delays);
    assert_int_equal(
        sim__delays_look(&delays, stopped.task, directory, (struct sup_instant){at_ms * MS}).ns, 0);
    sim__delays_end(&delays);
    assert_int_equal(delays.count, 0);
    assert_return_code(unlink(stopped.path), errno);
    *strrchr(stopped.path, '/') = '\0';
    assert_return_code(rmdir(stopped.path), errno);
}

static void delays__many_tasks_are_looked_at_and_no_more(void **state)
{
    static struct sim__delays delays;
    (void)state;
    sim__delays_begin(&delays);
    for (long id = 1; id <= SIM__DELAYS_MAX + 1; id++) {
        (void)sim__delays_look(&delays, id, "/proc/self", (struct sup_instant){0});
    }
    assert_int_equal(delays.count, SIM__DELAYS_MAX);
    sim__delays_end(&delays);
    assert_int_equal(delays.count, SIM__DELAYS_MAX);
    sim__delays_begin(&delays);
    sim__delays_end(&delays);
    assert_int_equal(delays.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays__what_the_kernel_says_is_counted_when_it_is_said),
        cmocka_unit_test(delays__who_stands_still_is_counted_meanwhile_and_once),
        cmocka_unit_test(delays__what_was_counted_is_not_taken_back),
        cmocka_unit_test(delays__sleep_ends_a_wait),
        cmocka_unit_test(delays__thread_that_waits_for_a_child_to_run_is_delayed),
        cmocka_unit_test(delays__many_tasks_are_looked_at_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
