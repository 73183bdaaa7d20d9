/* The worker's thread: it waits for a task, runs it, and reports; what a task may ask of
 * its context while it runs. */
#define _GNU_SOURCE
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sup/assert.h"
#include "threads_internal.h"

void sup__worker_lock(struct sup__worker *worker)
{
    const struct sup_threads_config *config = &worker->threads->config;
    if (config->perturb != NULL) {
        config->perturb(config->perturb_context);
    }
    int error = pthread_mutex_lock(&worker->mutex);
    SUP_ASSERT(error == 0);
}

void sup__worker_unlock(struct sup__worker *worker)
{
    int error = pthread_mutex_unlock(&worker->mutex);
    SUP_ASSERT(error == 0);
}

static struct sup__worker *worker_of(struct sup_task *task)
{
    return (struct sup__worker *)(void *)task;
}

/* ---- waiting ---- */

static struct sup_instant op_now(struct sup_task *task)
{
    return sup_host_now(worker_of(task)->threads->host);
}

/* With the worker's mutex held, which is given up meanwhile. */
static void wait_changed(struct sup__worker *worker, struct sup_instant until)
{
    struct sup_instant reach = sup__clock_reach(sup__host_clock(worker->threads->host), until);
    if (reach.ns == SUP_NEVER_NS) {
        pthread_cond_wait(&worker->changed, &worker->mutex);
    } else {
        struct timespec at = sup__timespec(SUP_NS(reach.ns));
        pthread_cond_timedwait(&worker->changed, &worker->mutex, &at);
    }
}

/* Waits until then, or until the flag, which is one of the worker's, is set; says
 * whether it is. */
static bool wait_until(struct sup__worker *worker, struct sup_instant until, const bool *flag)
{
    sup__worker_lock(worker);
    while (!*flag && op_now(&worker->task).ns < until.ns) {
        wait_changed(worker, until);
    }
    bool set = *flag;
    sup__worker_unlock(worker);
    return set;
}

static int op_sleep(struct sup_task *task, struct sup_duration length)
{
    struct sup__worker *worker = worker_of(task);
    struct sup_instant until = sup_instant_add(op_now(task), length);
    return wait_until(worker, until, &worker->cancelled) ? SUP_ECANCELLED : SUP_OK;
}

static int op_wait_cancel(struct sup_task *task)
{
    struct sup__worker *worker = worker_of(task);
    (void)wait_until(worker, SUP_INSTANT_NEVER, &worker->cancelled);
    return SUP_ECANCELLED;
}

static int op_sleep_through(struct sup_task *task, struct sup_duration length)
{
    struct sup__worker *worker = worker_of(task);
    struct sup_instant until = sup_instant_add(op_now(task), length);
    return wait_until(worker, until, &worker->disowned) ? SUP_EGONE : SUP_OK;
}

static bool op_cancelled(struct sup_task *task)
{
    struct sup__worker *worker = worker_of(task);
    sup__worker_lock(worker);
    bool cancelled = worker->cancelled;
    sup__worker_unlock(worker);
    return cancelled;
}

/* ---- saying ---- */

/* A beat that is still on its way stands for this one too. */
static void op_beat(struct sup_task *task)
{
    struct sup__worker *worker = worker_of(task);
    sup__worker_lock(worker);
    if (!worker->beat_queued) {
        worker->beat_queued = true;
        sup_host_report(worker->threads->host, &worker->beat_report);
    }
    sup__worker_unlock(worker);
}

/* Readiness has an order, so the one before must have been delivered. */
static void op_ready(struct sup_task *task, bool ready)
{
    struct sup__worker *worker = worker_of(task);
    sup__worker_lock(worker);
    while (worker->ready_queued) {
        pthread_cond_wait(&worker->changed, &worker->mutex);
    }
    worker->ready_queued = true;
    worker->ready_value = ready;
    sup_host_report(worker->threads->host, &worker->ready_report);
    sup__worker_unlock(worker);
}

static uint64_t op_random(struct sup_task *task, uint64_t bound)
{
    return sup_random_upto(&worker_of(task)->random, bound, NULL);
}

static void op_leave(struct sup_task *task)
{
    longjmp(worker_of(task)->base, 1);
}

static const struct sup_task_ops thread_ops = {
    .now = op_now,
    .sleep = op_sleep,
    .wait_cancel = op_wait_cancel,
    .sleep_through = op_sleep_through,
    .cancelled = op_cancelled,
    .beat = op_beat,
    .ready = op_ready,
    .random = op_random,
    .leave = op_leave,
};

/* ---- running ---- */

static struct sup_duration thread_cpu(void)
{
    struct timespec used;
    int failed = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    SUP_ASSERT(failed == 0);
    return SUP_NS((uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec);
}

/* A clean-up handler may panic, which leads back here. */
static void clean_up(struct sup__worker *worker)
{
    if (setjmp(worker->base) == 0) {
        sup_task_cleanup_all(&worker->task);
    }
    SUP_ASSERT(worker->task.cleanup_count == 0);
}

/* Hands the end to the loop, whose queue has everything before it that the task has said. */
static void report_end(struct sup__worker *worker, enum sup__worker_state state)
{
    sup__worker_lock(worker);
    SUP_ASSERT(worker->state == SUP__WORKER_BUSY);
    worker->state = state;
    sup_host_report(worker->threads->host, &worker->end_report);
    sup__worker_unlock(worker);
}

static void set_end(struct sup__worker *worker, int returned)
{
    worker->end = sup_task_end(&worker->task, returned);
    worker->end.has_cpu = true;
    worker->end.cpu.ns = thread_cpu().ns - worker->cpu.ns;
}

static void run_task(struct sup__worker *worker)
{
    volatile int returned = -1;
    worker->cpu = thread_cpu();
    if (setjmp(worker->base) == 0) {
        returned = worker->spec.fn(&worker->task, worker->spec.argument);
    }
    clean_up(worker);
    set_end(worker, returned);
}

/* The task has called pthread_exit, and the thread unwinds: what it returns is known when
 * it is gone, and takes the place of 0. */
static void leave(void *context)
{
    struct sup__worker *worker = context;
    clean_up(worker);
    set_end(worker, 0);
    report_end(worker, SUP__WORKER_LEFT);
}

static void run_guarded(struct sup__worker *worker)
{
    pthread_cleanup_push(leave, worker);
    run_task(worker);
    pthread_cleanup_pop(0);
    report_end(worker, SUP__WORKER_IDLE); /* until the loop gives it something else */
}

/* A thread of the pool is nobody's to cancel: the request would meet the next attempt,
 * or the executor itself. */
static void forbid_cancellation(void)
{
    int before;
    int error = pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    SUP_ASSERT(error == 0);
}

void *sup__worker_main(void *context)
{
    struct sup__worker *worker = context;
    worker->tid = gettid();
    for (;;) {
        forbid_cancellation();
        sup__worker_lock(worker);
        while (worker->state == SUP__WORKER_IDLE) {
            pthread_cond_wait(&worker->changed, &worker->mutex);
        }
        enum sup__worker_state state = worker->state;
        sup__worker_unlock(worker);
        if (state == SUP__WORKER_QUIT) {
            return NULL;
        }
        SUP_ASSERT(state == SUP__WORKER_BUSY);
        run_guarded(worker);
    }
}

void sup__worker_begin(struct sup__worker *worker, const struct sup_start *start,
                       const struct sup_task_spec *spec)
{
    size_t length = strlen(start->service);
    uint64_t seed =
        worker->threads->config.seed + ((uint64_t)start->id.generation << 32) + start->id.attempt;
    SUP_ASSERT(length <= SUP_NAME_MAX);
    sup__worker_lock(worker);
    SUP_ASSERT(worker->state == SUP__WORKER_IDLE);
    SUP_ASSERT(!worker->beat_queued && !worker->ready_queued);
    memcpy(worker->name, start->service, length + 1);
    sup_task_init(&worker->task, &thread_ops, worker->name, start->id);
    worker->random = sup_random_derive(seed, start->service, length);
    worker->spec = *spec;
    worker->cancelled = false;
    worker->disowned = false;
    worker->state = SUP__WORKER_BUSY;
    pthread_cond_broadcast(&worker->changed);
    sup__worker_unlock(worker);
}
