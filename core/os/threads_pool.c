/* The pool: threads are made, wait for work, and end. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sup/assert.h"
#include "threads_internal.h"

/* How soon a thread that is ending is looked after again, in real time. */
#define LOOK_AGAIN SUP_MS(2)

/* ---- counts, which any thread may read ---- */

static void change(struct sup_threads *threads, uint32_t *count, int by)
{
    int error = pthread_mutex_lock(&threads->mutex);
    SUP_ASSERT(error == 0 && (by > 0 || *count > 0));
    *count += (uint32_t)by;
    pthread_mutex_unlock(&threads->mutex);
}

void sup__pool_count_busy(struct sup_threads *threads, enum sup__busy by)
{
    change(threads, &threads->busy, by == SUP__BUSY_MORE ? 1 : -1);
}

/* ---- one thread ---- */

static int init_worker(struct sup__worker *worker)
{
    pthread_condattr_t attributes;
    if (pthread_mutex_init(&worker->mutex, NULL) != 0) {
        return SUP_ENOMEM;
    }
    if (pthread_condattr_init(&attributes) != 0) {
        pthread_mutex_destroy(&worker->mutex);
        return SUP_ENOMEM;
    }
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(&worker->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (failed != 0) {
        pthread_mutex_destroy(&worker->mutex);
        return SUP_ENOMEM;
    }
    return SUP_OK;
}

static void release_worker(struct sup__worker *worker)
{
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
}

/* Signals to the process are for the embedder's threads: a worker takes none but
 * those that its own faults raise. */
static void mask_signals(sigset_t *ret_before)
{
    sigset_t mask;
    sigfillset(&mask);
    sigdelset(&mask, SIGSEGV);
    sigdelset(&mask, SIGBUS);
    sigdelset(&mask, SIGFPE);
    sigdelset(&mask, SIGILL);
    pthread_sigmask(SIG_SETMASK, &mask, ret_before);
}

static int launch(struct sup__worker *worker)
{
    pthread_attr_t attributes;
    sigset_t before;
    if (pthread_attr_init(&attributes) != 0) {
        return ENOMEM;
    }
    int error = pthread_attr_setstacksize(&attributes, worker->stack_bytes);
    if (error == 0) {
        mask_signals(&before);
        error = pthread_create(&worker->thread, &attributes, sup__worker_main, worker);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
    return error;
}

static struct sup__worker *new_worker(struct sup_threads *threads, size_t stack_bytes,
                                      const char **ret_error)
{
    struct sup__worker *worker = calloc(1, sizeof(*worker));
    if (worker == NULL || init_worker(worker) != SUP_OK) {
        *ret_error = "out of memory";
        free(worker);
        return NULL;
    }
    worker->threads = threads;
    worker->stack_bytes = stack_bytes;
    sup__worker_reports(worker);
    int error = launch(worker);
    if (error != 0) {
        *ret_error = error == EAGAIN ? "the system has no thread left" : "cannot create a thread";
        release_worker(worker);
        return NULL;
    }
    worker->next_all = threads->all;
    threads->all = worker;
    change(threads, &threads->count, 1);
    return worker;
}

/* Its thread is gone, or as good as. */
static void unlink_worker(struct sup__worker *worker)
{
    struct sup_threads *threads = worker->threads;
    struct sup__worker **link = &threads->all;
    while (*link != worker) {
        SUP_ASSERT(*link != NULL);
        link = &(*link)->next_all;
    }
    *link = worker->next_all;
    change(threads, &threads->count, -1);
}

/* ---- threads that are ending ---- */

static void look_again(void *context)
{
    (void)sup__pool_look(context);
}

void sup__pool_init(struct sup_threads *threads)
{
    threads->leaving_timer.due = look_again;
    threads->leaving_timer.context = threads;
}

void sup__pool_leaves(struct sup__worker *worker)
{
    struct sup_threads *threads = worker->threads;
    worker->next = threads->leaving;
    threads->leaving = worker;
    threads->leaving_count++;
    (void)sup__pool_look(threads);
}

/* What pthread_exit was given counts as what the task's function returns. */
static void take_value(struct sup__worker *worker, void *value)
{
    struct sup_duration cpu = worker->end.cpu;
    worker->end = sup_task_end(&worker->task, (int)(intptr_t)value);
    worker->end.has_cpu = true;
    worker->end.cpu = cpu;
}

/* Asks the kernel, so that joining does not wait: the destructors of a thread's own data
 * may take their time, which is not the loop's. pthread_tryjoin_np would do, but is
 * unknown to the tools that watch over threads. */
static bool has_ended(const struct sup__worker *worker)
{
    return syscall(SYS_tgkill, getpid(), worker->tid, 0) != 0 && errno == ESRCH;
}

/* What a report brings about may want a thread, so this one is off the list by then. */
static bool is_gone(struct sup__worker *worker)
{
    void *value = NULL;
    if (!has_ended(worker)) {
        return false;
    }
    int error = pthread_join(worker->thread, &value);
    SUP_ASSERT(error == 0);
    unlink_worker(worker);
    if (worker->state == SUP__WORKER_LEFT) {
        take_value(worker, value);
        sup__worker_ended(worker);
    } else {
        worker->threads->retired_count--;
    }
    release_worker(worker);
    return true;
}

uint32_t sup__pool_look(struct sup_threads *threads)
{
    struct sup__worker *worker = threads->leaving;
    threads->leaving = NULL;
    while (worker != NULL) {
        struct sup__worker *next = worker->next;
        threads->leaving_count--;
        if (!is_gone(worker)) {
            worker->next = threads->leaving;
            threads->leaving = worker;
            threads->leaving_count++;
        }
        worker = next;
    }
    if (threads->leaving != NULL && threads->host != NULL) {
        sup_host_timer_set(threads->host, &threads->leaving_timer,
                           sup__host_after(threads->host, LOOK_AGAIN));
    }
    return threads->leaving_count;
}

static void tell_to_quit(struct sup__worker *worker)
{
    sup__worker_lock(worker);
    SUP_ASSERT(worker->state == SUP__WORKER_IDLE);
    worker->state = SUP__WORKER_QUIT;
    pthread_cond_broadcast(&worker->changed);
    sup__worker_unlock(worker);
}

/* ---- idle workers ---- */

void sup__pool_put(struct sup__worker *worker)
{
    worker->next = worker->threads->idle;
    worker->threads->idle = worker;
}

/* The one that was last at work, whose stack is in the cache, of those whose stack is
 * large enough. */
static struct sup__worker *take_idle(struct sup_threads *threads, size_t stack_bytes)
{
    struct sup__worker **link = &threads->idle;
    while (*link != NULL && (*link)->stack_bytes < stack_bytes) {
        link = &(*link)->next;
    }
    struct sup__worker *worker = *link;
    if (worker != NULL) {
        *link = worker->next;
    }
    return worker;
}

/* Lets the one go that has been idle for the longest; false when none is idle. */
static bool retire_one(struct sup_threads *threads)
{
    struct sup__worker **link = &threads->idle;
    if (*link == NULL || threads->retired_count >= threads->config.threads_max) {
        return false;
    }
    while ((*link)->next != NULL) {
        link = &(*link)->next;
    }
    struct sup__worker *worker = *link;
    *link = NULL;
    tell_to_quit(worker);
    threads->retired_count++;
    sup__pool_leaves(worker);
    return true;
}

/* When all who are idle have too small a stack, one of them makes room. Its thread does
 * not count any more, but there are never more of that kind than may be at work. */
struct sup__worker *sup__pool_get(struct sup_threads *threads, size_t stack_bytes,
                                  const char **ret_error)
{
    struct sup__worker *worker = take_idle(threads, stack_bytes);
    if (worker != NULL) {
        return worker;
    }
    bool full = sup_threads_count(threads) - threads->retired_count >= threads->config.threads_max;
    if (full && !retire_one(threads)) {
        *ret_error = "no thread is free";
        return NULL;
    }
    worker = new_worker(threads, stack_bytes, ret_error);
    if (worker == NULL && retire_one(threads)) {
        worker = new_worker(threads, stack_bytes, ret_error);
    }
    return worker;
}

static void join_worker(struct sup__worker *worker)
{
    int error = pthread_join(worker->thread, NULL);
    SUP_ASSERT(error == 0);
    unlink_worker(worker);
    release_worker(worker);
}

uint32_t sup__pool_close(struct sup_threads *threads)
{
    struct sup__worker *worker;
    while ((worker = threads->idle) != NULL) {
        threads->idle = worker->next;
        tell_to_quit(worker);
        join_worker(worker);
    }
    struct sup__worker **link = &threads->leaving;
    while ((worker = *link) != NULL) {
        if (worker->state == SUP__WORKER_QUIT) {
            *link = worker->next;
            threads->leaving_count--;
            threads->retired_count--;
            join_worker(worker);
        } else {
            link = &worker->next;
        }
    }
    return sup_threads_count(threads);
}
