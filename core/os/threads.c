/* The thread executor; see <sup/threads.h>.
 *
 * A worker runs one attempt at a time and is reused. Its mutex guards what the
 * loop and the worker share while it runs; everything else (who is idle, which
 * worker runs which attempt) belongs to the loop's thread. The end of an attempt
 * travels to the loop in storage of the worker's own, and only its delivery makes
 * the worker idle again.
 *
 * Lock order: a worker's mutex, then the host's.
 */
#define _GNU_SOURCE
#include "sup/threads.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "sup/assert.h"
#include "sup/random.h"

enum worker_state { WORKER_IDLE, WORKER_BUSY, WORKER_QUIT };

struct worker {
    struct sup_task task; /* first: the task's context is the worker */
    struct sup_threads *threads;
    struct worker *next_idle;
    pthread_t thread;
    jmp_buf base;
    char name[SUP_NAME_MAX + 1];
    struct sup_random random;
    struct sup_task_spec spec;
    struct sup_end end;
    struct sup_host_report end_report;
    size_t stack_bytes;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by the mutex */
    enum worker_state state;
    bool cancelled;
    bool disowned;
    bool beat_queued;
    bool ready_queued;
    bool ready_value;
    struct sup_host_report beat_report;
    struct sup_host_report ready_report;
};

struct sup_threads {
    struct sup_threads_config config;
    size_t spec_size; /* of a struct sup_task_spec of the program's */
    struct sup_host *host;
    struct worker **workers;
    uint32_t worker_count;
    struct worker *idle;
    struct worker **by_slot; /* the worker of the slot's last attempt */
    uint32_t slot_capacity;
    pthread_mutex_t mutex; /* of the counts below */
    uint32_t count;
    uint32_t busy;
};

static void perturb(const struct sup_threads *threads)
{
    if (threads->config.perturb != NULL) {
        threads->config.perturb(threads->config.perturb_context);
    }
}

static void lock(struct worker *worker)
{
    perturb(worker->threads);
    int error = pthread_mutex_lock(&worker->mutex);
    SUP_ASSERT(error == 0);
}

static void unlock(struct worker *worker)
{
    int error = pthread_mutex_unlock(&worker->mutex);
    SUP_ASSERT(error == 0);
}

static struct worker *worker_of(struct sup_task *task)
{
    return (struct worker *)(void *)task;
}

/* ---- the task's side ---- */

static uint64_t now_of(const struct sup_threads *threads)
{
    return sup__clock_now(sup__host_clock(threads->host));
}

static struct sup_instant op_now(struct sup_task *task)
{
    return (struct sup_instant){now_of(worker_of(task)->threads)};
}

static struct timespec timespec_of(uint64_t ns)
{
    return (struct timespec){(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
}

/* With the worker's mutex held, which is given up meanwhile. */
static void wait_changed(struct worker *worker, uint64_t deadline)
{
    uint64_t reach = sup__clock_reach(sup__host_clock(worker->threads->host), deadline);
    if (reach == SUP_NEVER_NS) {
        pthread_cond_wait(&worker->changed, &worker->mutex);
    } else {
        struct timespec until = timespec_of(reach);
        pthread_cond_timedwait(&worker->changed, &worker->mutex, &until);
    }
}

/* Waits until `deadline`, or until the flag, which is one of the worker's, is set;
 * says whether it is. */
static bool wait_until(struct worker *worker, uint64_t deadline, const bool *flag)
{
    lock(worker);
    while (!*flag && now_of(worker->threads) < deadline) {
        wait_changed(worker, deadline);
    }
    bool set = *flag;
    unlock(worker);
    return set;
}

static int op_sleep(struct sup_task *task, struct sup_duration length)
{
    struct worker *worker = worker_of(task);
    uint64_t until = sup_instant_add(op_now(task), length).ns;
    return wait_until(worker, until, &worker->cancelled) ? SUP_ECANCELLED : SUP_OK;
}

static int op_wait_cancel(struct sup_task *task)
{
    struct worker *worker = worker_of(task);
    (void)wait_until(worker, SUP_NEVER_NS, &worker->cancelled);
    return SUP_ECANCELLED;
}

static int op_sleep_through(struct sup_task *task, struct sup_duration length)
{
    struct worker *worker = worker_of(task);
    uint64_t until = sup_instant_add(op_now(task), length).ns;
    return wait_until(worker, until, &worker->disowned) ? SUP_EGONE : SUP_OK;
}

static bool op_cancelled(struct sup_task *task)
{
    struct worker *worker = worker_of(task);
    lock(worker);
    bool cancelled = worker->cancelled;
    unlock(worker);
    return cancelled;
}

/* A beat that is still on its way stands for this one too. */
static void op_beat(struct sup_task *task)
{
    struct worker *worker = worker_of(task);
    lock(worker);
    if (!worker->beat_queued) {
        worker->beat_queued = true;
        sup_host_report(worker->threads->host, &worker->beat_report);
    }
    unlock(worker);
}

/* Readiness has an order, so the one before must have been delivered. */
static void op_ready(struct sup_task *task, bool ready)
{
    struct worker *worker = worker_of(task);
    lock(worker);
    while (worker->ready_queued) {
        pthread_cond_wait(&worker->changed, &worker->mutex);
    }
    worker->ready_queued = true;
    worker->ready_value = ready;
    sup_host_report(worker->threads->host, &worker->ready_report);
    unlock(worker);
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

static uint64_t thread_cpu(void)
{
    struct timespec used;
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used) != 0) {
        return 0;
    }
    return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

static void run_task(struct worker *worker)
{
    volatile int returned = -1;
    volatile uint64_t cpu = thread_cpu();
    if (setjmp(worker->base) == 0) {
        returned = worker->spec.fn(&worker->task, worker->spec.argument);
    }
    sup_task_cleanup_all(&worker->task);
    worker->end = sup_task_end(&worker->task, returned);
    worker->end.has_cpu = true;
    worker->end.cpu.ns = thread_cpu() - cpu;
}

static void *worker_main(void *context)
{
    struct worker *worker = context;
    for (;;) {
        lock(worker);
        while (worker->state == WORKER_IDLE) {
            pthread_cond_wait(&worker->changed, &worker->mutex);
        }
        bool quit = worker->state == WORKER_QUIT;
        unlock(worker);
        if (quit) {
            return NULL;
        }
        run_task(worker);
        lock(worker);
        while (worker->beat_queued || worker->ready_queued) {
            pthread_cond_wait(&worker->changed, &worker->mutex);
        }
        worker->state = WORKER_IDLE; /* until the loop gives it something else */
        sup_host_report(worker->threads->host, &worker->end_report);
        unlock(worker);
    }
}

/* ---- the loop's side ---- */

static void count_busy(struct sup_threads *threads, int by)
{
    pthread_mutex_lock(&threads->mutex);
    threads->busy += (uint32_t)by;
    pthread_mutex_unlock(&threads->mutex);
}

#define OWNER(report, member) \
    ((struct worker *)(void *)((char *)(report)-offsetof(struct worker, member)))

static void deliver_end(struct sup_host_report *report, struct sup *sup)
{
    struct worker *worker = OWNER(report, end_report);
    struct sup_threads *threads = worker->threads;
    struct sup_attempt id = worker->task.id;
    struct sup_end end = worker->end;
    char error[SUP_TASK_ERROR_BYTES];
    lock(worker);
    bool disowned = worker->disowned;
    if (end.error == worker->task.error) {
        memcpy(error, worker->task.error, sizeof(error));
        end.error = error;
    }
    unlock(worker);
    worker->next_idle = threads->idle;
    threads->idle = worker;
    if (threads->by_slot[id.slot] == worker) {
        threads->by_slot[id.slot] = NULL;
    }
    count_busy(threads, -1);
    if (!disowned) {
        sup_reported(sup_report_end(sup, id, &end));
    }
}

static void deliver_beat(struct sup_host_report *report, struct sup *sup)
{
    struct worker *worker = OWNER(report, beat_report);
    struct sup_attempt id = worker->task.id;
    lock(worker);
    bool disowned = worker->disowned;
    worker->beat_queued = false;
    pthread_cond_broadcast(&worker->changed);
    unlock(worker);
    if (!disowned) {
        sup_reported(sup_report_beat(sup, id));
    }
}

static void deliver_ready(struct sup_host_report *report, struct sup *sup)
{
    struct worker *worker = OWNER(report, ready_report);
    struct sup_attempt id = worker->task.id;
    lock(worker);
    bool disowned = worker->disowned;
    bool ready = worker->ready_value;
    worker->ready_queued = false;
    pthread_cond_broadcast(&worker->changed);
    unlock(worker);
    if (!disowned) {
        sup_reported(sup_report_ready(sup, id, ready));
    }
}

static int init_worker(struct worker *worker, struct sup_threads *threads)
{
    pthread_condattr_t attributes;
    worker->threads = threads;
    worker->end_report.deliver = deliver_end;
    worker->beat_report.deliver = deliver_beat;
    worker->ready_report.deliver = deliver_ready;
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

static int launch(struct worker *worker)
{
    pthread_attr_t attributes;
    sigset_t before;
    if (pthread_attr_init(&attributes) != 0) {
        return ENOMEM;
    }
    int error = pthread_attr_setstacksize(&attributes, worker->stack_bytes);
    if (error == 0) {
        mask_signals(&before);
        error = pthread_create(&worker->thread, &attributes, worker_main, worker);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    pthread_attr_destroy(&attributes);
    return error;
}

/* A new worker, or NULL and the reason why there is none. */
static struct worker *new_worker(struct sup_threads *threads, size_t stack_bytes,
                                 const char **ret_error)
{
    *ret_error = "no thread is free";
    if (threads->worker_count == threads->config.threads_max) {
        return NULL;
    }
    *ret_error = "out of memory";
    struct worker *worker = calloc(1, sizeof(*worker));
    if (worker == NULL || init_worker(worker, threads) != SUP_OK) {
        free(worker);
        return NULL;
    }
    worker->stack_bytes = stack_bytes;
    int error = launch(worker);
    if (error != 0) {
        *ret_error = error == EAGAIN ? "the system has no thread left" : "cannot create a thread";
        pthread_cond_destroy(&worker->changed);
        pthread_mutex_destroy(&worker->mutex);
        free(worker);
        return NULL;
    }
    threads->workers[threads->worker_count++] = worker;
    pthread_mutex_lock(&threads->mutex);
    threads->count++;
    pthread_mutex_unlock(&threads->mutex);
    return worker;
}

static int reserve_slot(struct sup_threads *threads, uint32_t slot)
{
    if (slot < threads->slot_capacity) {
        return SUP_OK;
    }
    uint32_t capacity = slot < 64 ? 128 : slot * 2;
    struct worker **grown = realloc(threads->by_slot, capacity * sizeof(struct worker *));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = threads->slot_capacity; i < capacity; i++) {
        grown[i] = NULL;
    }
    threads->by_slot = grown;
    threads->slot_capacity = capacity;
    return SUP_OK;
}

static void begin(struct sup_threads *threads, struct worker *worker, const struct sup_start *start,
                  const struct sup_task_spec *spec)
{
    lock(worker);
    size_t length = strlen(start->service);
    memcpy(worker->name, start->service, length + 1);
    sup_task_init(&worker->task, &thread_ops, worker->name, start->id);
    uint64_t seed =
        threads->config.seed + ((uint64_t)start->id.generation << 32) + start->id.attempt;
    worker->random = sup_random_derive(seed, start->service, length);
    worker->spec = *spec;
    worker->cancelled = false;
    worker->disowned = false;
    worker->state = WORKER_BUSY;
    pthread_cond_broadcast(&worker->changed);
    unlock(worker);
    threads->by_slot[start->id.slot] = worker;
    count_busy(threads, 1);
}

/* An idle worker whose stack is large enough; the one that was last at work, whose
 * stack is in the cache. */
static struct worker *take_idle(struct sup_threads *threads, size_t stack_bytes)
{
    struct worker **link = &threads->idle;
    while (*link != NULL && (*link)->stack_bytes < stack_bytes) {
        link = &(*link)->next_idle;
    }
    struct worker *worker = *link;
    if (worker != NULL) {
        *link = worker->next_idle;
    }
    return worker;
}

/* What the service's work says; nothing when it has none, or more than is known. */
static struct sup_task_spec spec_of(const struct sup_threads *threads, const void *work)
{
    const struct sup_stretch whole = {threads->spec_size, sizeof(struct sup_task_spec)};
    struct sup_task_spec spec = {0};
    if (work == NULL || sup_face_take(&spec, work, &whole, 1) != 0) {
        spec.fn = NULL;
    }
    return spec;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sup_threads *threads = context;
    const struct sup_task_spec spec = spec_of(threads, start->work);
    if (threads->host == NULL || spec.fn == NULL) {
        *ret_error = "the service has no task";
        return SUP_EINVAL;
    }
    if (reserve_slot(threads, start->id.slot) != SUP_OK) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    size_t stack_bytes = spec.stack_bytes > 0 ? spec.stack_bytes : threads->config.stack_bytes;
    struct worker *worker = take_idle(threads, stack_bytes);
    if (worker == NULL) {
        worker = new_worker(threads, stack_bytes, ret_error);
    }
    if (worker == NULL) {
        return SUP_EREFUSED;
    }
    begin(threads, worker, start, &spec);
    return SUP_OK;
}

/* Both a cancel and an abort: a thread can only be asked. */
static void ask(void *context, struct sup_attempt id, void *work)
{
    struct sup_threads *threads = context;
    struct worker *worker = id.slot < threads->slot_capacity ? threads->by_slot[id.slot] : NULL;
    (void)work;
    if (worker == NULL || worker->task.id.generation != id.generation ||
        worker->task.id.attempt != id.attempt) {
        return; /* its end is on its way */
    }
    lock(worker);
    worker->cancelled = true;
    pthread_cond_broadcast(&worker->changed);
    unlock(worker);
}

static bool is_running(const struct worker *worker, const struct sup_attempt *id)
{
    const struct sup_attempt *at = &worker->task.id;
    return id == NULL ||
           (at->slot == id->slot && at->generation == id->generation && at->attempt == id->attempt);
}

void sup_threads_disown(struct sup_threads *threads, const struct sup_attempt *id)
{
    for (uint32_t i = 0; i < threads->worker_count; i++) {
        struct worker *worker = threads->workers[i];
        if (is_running(worker, id)) {
            lock(worker);
            worker->cancelled = true;
            worker->disowned = true;
            pthread_cond_broadcast(&worker->changed);
            unlock(worker);
        }
    }
}

struct sup_executor sup_threads_executor(struct sup_threads *threads)
{
    return (struct sup_executor){.start = start, .cancel = ask, .abort = ask, .context = threads};
}

static const struct sup_threads_config defaults = {
    .threads_max = 64, .stack_bytes = (size_t)256 * 1024, .seed = 1};

void sup_threads_config_default_sized(struct sup_threads_config *ret_config, size_t size)
{
    const struct sup_stretch whole = {size, sizeof(defaults)};
    sup_face_give(ret_config, &defaults, &whole, 1);
}

static int create(const struct sup_threads_config *config, size_t spec_size,
                  struct sup_threads **ret_threads)
{
    struct sup_threads *threads = calloc(1, sizeof(*threads));
    struct worker **workers = calloc(config->threads_max, sizeof(struct worker *));
    if (threads == NULL || workers == NULL || pthread_mutex_init(&threads->mutex, NULL) != 0) {
        free(workers);
        free(threads);
        return SUP_ENOMEM;
    }
    threads->config = *config;
    threads->spec_size = spec_size;
    threads->workers = workers;
    *ret_threads = threads;
    return SUP_OK;
}

int sup_threads_create_sized(const struct sup_threads_config *config, size_t size, size_t spec_size,
                             struct sup_threads **ret_threads)
{
    const struct sup_stretch whole = {size, sizeof(defaults)};
    struct sup_threads_config own = defaults;
    if (config == NULL || ret_threads == NULL) {
        return SUP_EINVAL;
    }
    if (sup_face_take(&own, config, &whole, 1) != 0) {
        return SUP_ENEWER;
    }
    return own.threads_max == 0 ? SUP_EINVAL : create(&own, spec_size, ret_threads);
}

void sup_threads_bind(struct sup_threads *threads, struct sup_host *host)
{
    SUP_ASSERT(threads->host == NULL);
    threads->host = host;
}

uint32_t sup_threads_count(struct sup_threads *threads)
{
    pthread_mutex_lock(&threads->mutex);
    uint32_t count = threads->count;
    pthread_mutex_unlock(&threads->mutex);
    return count;
}

uint32_t sup_threads_busy(struct sup_threads *threads)
{
    pthread_mutex_lock(&threads->mutex);
    uint32_t busy = threads->busy;
    pthread_mutex_unlock(&threads->mutex);
    return busy;
}

/* ---- freeing ---- */

static bool quit(struct worker *worker)
{
    lock(worker);
    worker->state = WORKER_QUIT;
    pthread_cond_broadcast(&worker->changed);
    unlock(worker);
    return pthread_join(worker->thread, NULL) == 0;
}

static bool is_idle(const struct sup_threads *threads, const struct worker *worker)
{
    const struct worker *idle = threads->idle;
    while (idle != NULL && idle != worker) {
        idle = idle->next_idle;
    }
    return idle == worker;
}

static void release_worker(struct worker *worker)
{
    quit(worker);
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->mutex);
    free(worker);
}

/* Ends that abandoned tasks bring after all come through the host's loop. */
static void await_stragglers(struct sup_threads *threads, struct sup_duration patience)
{
    if (threads->host == NULL) {
        return;
    }
    uint64_t now = now_of(threads);
    uint64_t deadline = sup_instant_add((struct sup_instant){now}, patience).ns;
    int error = sup_host_wait(threads->host, SUP_NS(0));
    while (error == SUP_OK && sup_threads_busy(threads) > 0 && (now = now_of(threads)) < deadline) {
        uint64_t most = deadline == SUP_NEVER_NS ? SUP_NEVER_NS : deadline - now;
        error = sup_host_wait(threads->host, SUP_NS(most));
    }
}

int sup_threads_free(struct sup_threads *threads, struct sup_duration patience)
{
    if (threads == NULL) {
        return SUP_OK;
    }
    await_stragglers(threads, patience);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < threads->worker_count; i++) {
        struct worker *worker = threads->workers[i];
        if (!is_idle(threads, worker)) {
            threads->workers[kept++] = worker;
        }
    }
    while (threads->idle != NULL) {
        struct worker *worker = threads->idle;
        threads->idle = worker->next_idle;
        release_worker(worker);
    }
    pthread_mutex_lock(&threads->mutex);
    threads->count = kept;
    pthread_mutex_unlock(&threads->mutex);
    threads->worker_count = kept;
    if (kept > 0) {
        return SUP_EBUSY;
    }
    pthread_mutex_destroy(&threads->mutex);
    free(threads->by_slot);
    free(threads->workers);
    free(threads);
    return SUP_OK;
}
