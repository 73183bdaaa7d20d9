/* Tasks in several processes; see pool.h. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interrupt.h"
#include "pool_worker.h"
#include "progress.h"
#include "sim/trial/patience.h"
#include "sup/error.h"

/* Batches that may wait, for each worker, for one before them. */
#define AHEAD 4u
#define TICK_MS 100
#define LOOK_NS UINT64_C(100000000)
/* A worker that is told to end has so long to put its world away. */
#define PATIENCE_NS UINT64_C(5000000000)
#define CHUNK 65536u

struct worker {
    pid_t pid;                   /* 0: there is none */
    bool refused;                /* none can be had any more */
    int to;                      /* ranges go in */
    int from;                    /* results come out: each its length, then its bytes */
    struct cli_pool_range work;  /* not answered yet */
    struct cli_pool_range again; /* to be done one by one after a death */
    struct sim__text answer;     /* the part of a result that has come */
    bool hangs;
    struct sim__patience patience; /* since it was heard of */
};

struct result {
    bool done;
    char *bytes;
    size_t length;
};

struct pool {
    const struct cli_pool_work *work;
    struct worker *workers;
    uint32_t worker_count;
    volatile uint64_t *tasks; /* that each worker is at; shared with them */
    struct worker **asked;    /* for an answer, at the same index as in polls */
    struct pollfd *polls;
    struct result *results; /* a ring: that of task i at i % window */
    uint64_t window;
    uint64_t next; /* task to hand out */
    uint64_t delivered;
    bool stopped;
    bool no_memory;            /* here or in a worker: nothing more is handed over */
    struct sup_instant looked; /* who hangs */
};

static bool is_busy(const struct worker *worker)
{
    return worker->work.first < worker->work.end;
}

/* It has something to say or to do: patience begins anew. */
static void hear(const struct pool *pool, struct worker *worker)
{
    if (pool->work->patience.ns != 0) {
        sim__patience_begin(&worker->patience, worker->pid, pool->work->patience, cli_wall_now());
    }
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

/* A worker outlives neither its parent nor, by that, what it is to do. */
static void prepare_worker(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(1);
    }
    cli_interrupt_worker();
}

/* The ends of others, kept open here, would hide their deaths. */
static void forget_others(const struct pool *pool)
{
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        if (pool->workers[i].pid != 0) {
            close(pool->workers[i].to);
            close(pool->workers[i].from);
        }
    }
}

static bool hire(struct pool *pool, struct worker *worker)
{
    const struct cli_pool_work *work = pool->work;
    uint32_t index = (uint32_t)(worker - pool->workers);
    int ranges[2], answers[2];
    pid_t parent = getpid();
    if ((work->hire != NULL && !work->hire(work->context, index)) || pipe(ranges) != 0) {
        return false;
    }
    if (pipe(answers) != 0) {
        close_pair(ranges);
        return false;
    }
    pid_t pid = fork();
    if (pid < 0) {
        close_pair(ranges);
        close_pair(answers);
        return false;
    }
    if (pid == 0) {
        prepare_worker(parent);
        forget_others(pool);
        close(ranges[1]);
        close(answers[0]);
        if (work->hired != NULL) {
            work->hired(work->context, index);
        }
        cli_pool_serve(pool->work, &pool->tasks[index], ranges[0], answers[1]);
    }
    close(ranges[0]);
    close(answers[1]);
    worker->pid = pid;
    worker->to = ranges[1];
    worker->from = answers[0];
    return true;
}

/* Waits for the worker's end, which closes its pipe; kills it when that is late. */
static void await(const struct worker *worker, struct sup_instant until)
{
    char chunk[4096];
    for (;;) {
        struct pollfd end = {.fd = worker->from, .events = POLLIN};
        struct sup_duration left = sup_instant_since(until, cli_wall_now());
        if (left.ns == 0) {
            kill(worker->pid, SIGKILL);
            return;
        }
        int ready = poll(&end, 1, (int)(left.ns / 1000000u) + 1);
        if (ready > 0 && read(worker->from, chunk, sizeof chunk) == 0) {
            return;
        }
    }
}

/* The worker's end is near: waits for it; returns the signal it died of, or 0. */
static int dismiss(struct worker *worker)
{
    int status = 0;
    if (worker->pid == 0) {
        return 0;
    }
    close(worker->to);
    close(worker->from);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    sim__text_release(&worker->answer);
    worker->pid = 0;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void store(struct pool *pool, uint64_t task, struct sim__text *bytes)
{
    struct result *slot = &pool->results[task % pool->window];
    *slot = (struct result){.done = true, .bytes = bytes->bytes, .length = bytes->length};
    *bytes = (struct sim__text){0};
}

static void lose(struct pool *pool, uint64_t task, int how)
{
    struct sim__text bytes = {0};
    pool->work->lost(pool->work->context, task, how, &bytes);
    pool->no_memory |= bytes.failed;
    store(pool, task, &bytes);
}

/* The worker is gone before it has answered everything. Of several tasks it is not known which
 * one it was, since answers are sent together; but who hangs is still at the one. */
static void bury(struct pool *pool, struct worker *worker)
{
    struct cli_pool_range left = worker->work;
    int signal_number = dismiss(worker);
    bool hung = worker->hangs;
    uint64_t task = pool->tasks[worker - pool->workers];
    worker->work = (struct cli_pool_range){0};
    worker->hangs = false;
    if (left.end - left.first == 1) {
        lose(pool, left.first, hung ? CLI_POOL_HUNG : signal_number);
        return;
    }
    if (hung && task >= left.first && task < left.end) {
        lose(pool, task, CLI_POOL_HUNG);
    }
    worker->again = left;
}

/* Takes the whole results out of what has come; the rest stays. False: somebody is out of
 * memory. */
static bool take_results(struct pool *pool, struct worker *worker)
{
    struct sim__text *answer = &worker->answer;
    size_t at = 0;
    uint64_t length;
    while (answer->length - at >= sizeof length && is_busy(worker)) {
        memcpy(&length, answer->bytes + at, sizeof length);
        if (length == CLI_POOL_NO_MEMORY) {
            return false;
        }
        if (answer->length - at - sizeof length < length) {
            break;
        }
        struct sim__text bytes = {0};
        sim__text_putn(&bytes, answer->bytes + at + sizeof length, (size_t)length);
        if (bytes.failed) {
            sim__text_release(&bytes);
            return false;
        }
        store(pool, worker->work.first++, &bytes);
        at += sizeof length + (size_t)length;
    }
    if (at > 0) {
        memmove(answer->bytes, answer->bytes + at, answer->length - at + 1);
        answer->length -= at;
    }
    return true;
}

static void receive(struct pool *pool, struct worker *worker)
{
    char chunk[CHUNK];
    ssize_t got = read(worker->from, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) {
        return;
    }
    if (got <= 0) {
        bury(pool, worker);
        return;
    }
    hear(pool, worker);
    sim__text_putn(&worker->answer, chunk, (size_t)got);
    pool->no_memory |= worker->answer.failed || !take_results(pool, worker);
}

static void deliver_ready(struct pool *pool)
{
    while (!pool->stopped && pool->delivered < pool->next) {
        struct result *slot = &pool->results[pool->delivered % pool->window];
        if (!slot->done) {
            return;
        }
        slot->done = false;
        pool->stopped =
            !pool->work->deliver(pool->work->context, pool->delivered, slot->bytes, slot->length);
        pool->delivered++;
    }
}

/* Few tasks at a time towards the end, so that the workers finish together. */
static uint64_t batch_size(const struct pool *pool)
{
    uint64_t left = pool->work->count - pool->next;
    uint64_t room = pool->delivered + pool->window - pool->next;
    uint64_t size = left / (pool->worker_count * AHEAD);
    size = size < pool->work->batch ? size : pool->work->batch;
    size = size < room ? size : room;
    return size > 0 ? size : 1;
}

/* What has been handed over is behind us. */
static bool is_done(const struct pool *pool, uint64_t task)
{
    return task < pool->delivered || pool->results[task % pool->window].done;
}

/* The next tasks for this worker; none when nothing may be started now. */
static struct cli_pool_range choose(struct pool *pool, struct worker *worker)
{
    struct cli_pool_range range = {0};
    while (worker->again.first < worker->again.end && is_done(pool, worker->again.first)) {
        worker->again.first++;
    }
    if (worker->again.first < worker->again.end) {
        range.first = worker->again.first++;
        range.end = range.first + 1;
    } else if (pool->next < pool->work->count && pool->next - pool->delivered < pool->window) {
        range.first = pool->next;
        range.end = pool->next + batch_size(pool);
        pool->next = range.end;
    }
    return range;
}

/* Whether somebody works in this place, or can. One that was refused once (for want
 * of processes or descriptors) is not asked for again. */
static bool have(struct pool *pool, struct worker *worker)
{
    if (worker->pid == 0 && !worker->refused) {
        worker->refused = !hire(pool, worker);
    }
    return worker->pid != 0;
}

/* Gives every idle worker tasks, hiring in place of those that died. False when
 * nobody works. */
static bool hand_out(struct pool *pool)
{
    bool working = false;
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        struct worker *worker = &pool->workers[i];
        if (!is_busy(worker) && have(pool, worker)) {
            worker->work = choose(pool, worker);
            hear(pool, worker);
            if (is_busy(worker) &&
                !cli_pool_write(worker->to, &worker->work, sizeof worker->work)) {
                bury(pool, worker);
            }
        }
        working |= is_busy(worker);
    }
    return working;
}

static void end_who_hang(struct pool *pool)
{
    const struct sup_instant now = cli_wall_now();
    if (pool->work->patience.ns == 0 || sup_instant_since(now, pool->looked).ns < LOOK_NS) {
        return;
    }
    pool->looked = now;
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        struct worker *worker = &pool->workers[i];
        if (is_busy(worker) && sim__patience_is_over(&worker->patience, worker->pid, now)) {
            worker->hangs = true;
            kill(worker->pid, SIGKILL);
            bury(pool, worker);
        }
    }
}

/* Only those who work are asked: poll takes no more entries than there may be
 * descriptors. */
static void wait_for_answers(struct pool *pool)
{
    nfds_t count = 0;
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        if (is_busy(&pool->workers[i])) {
            pool->asked[count] = &pool->workers[i];
            pool->polls[count++] = (struct pollfd){.fd = pool->workers[i].from, .events = POLLIN};
        }
    }
    int ready = poll(pool->polls, count, TICK_MS);
    if (ready < 0 && errno != EINTR) {
        /* Nothing to choose by: any answer is as good as another. */
        receive(pool, pool->asked[0]);
        return;
    }
    for (nfds_t i = 0; i < count && ready > 0; i++) {
        if (pool->polls[i].revents != 0) {
            receive(pool, pool->asked[i]);
        }
    }
}

/* One after the other from task `first`, in this process. */
static int run_here(const struct cli_pool_work *work, uint64_t first)
{
    for (uint64_t task = first; task < work->count && !cli_interrupted(); task++) {
        struct sim__text bytes = {0};
        work->work(work->context, task, &bytes);
        if (bytes.failed) {
            sim__text_release(&bytes);
            return SUP_ENOMEM;
        }
        if (!work->deliver(work->context, task, bytes.bytes, bytes.length)) {
            return SUP_OK;
        }
    }
    return SUP_OK;
}

static int run_pool(struct pool *pool)
{
    while (!pool->stopped && pool->delivered < pool->work->count && !cli_interrupted()) {
        if (hand_out(pool)) {
            wait_for_answers(pool);
            end_who_hang(pool);
        }
        if (pool->no_memory) {
            return SUP_ENOMEM;
        }
        uint64_t before = pool->delivered;
        deliver_ready(pool);
        pool->work->tick(pool->work->context, pool->delivered);
        bool stuck = pool->delivered == before && !hand_out(pool);
        if (stuck && !pool->stopped && pool->delivered < pool->work->count) {
            /* No process can be had any more. */
            return run_here(pool->work, pool->delivered);
        }
    }
    return SUP_OK;
}

/* Hands over what has come behind a result that will not come any more. */
static void deliver_rest(struct pool *pool)
{
    for (; !pool->stopped && pool->delivered < pool->next; pool->delivered++) {
        struct result *slot = &pool->results[pool->delivered % pool->window];
        if (slot->done) {
            slot->done = false;
            pool->stopped = !pool->work->deliver(pool->work->context, pool->delivered, slot->bytes,
                                                 slot->length);
        }
    }
}

static void release(struct pool *pool)
{
    struct sup_instant until = sup_instant_add(cli_wall_now(), SUP_NS(PATIENCE_NS));
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        if (pool->workers[i].pid != 0) {
            kill(pool->workers[i].pid, SIGTERM);
            kill(pool->workers[i].pid, SIGCONT); /* one that is stopped hears nothing */
        }
    }
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        if (pool->workers[i].pid != 0) {
            await(&pool->workers[i], until);
            dismiss(&pool->workers[i]);
        }
    }
    for (uint64_t i = 0; i < pool->window; i++) {
        if (pool->results[i].done) {
            free(pool->results[i].bytes);
        }
    }
}

static bool prepare_pool(struct pool *pool)
{
    const uint32_t count = pool->worker_count;
    void *page = mmap(NULL, count * sizeof pool->tasks[0], PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pool->tasks = page != MAP_FAILED ? page : NULL;
    pool->workers = calloc(count, sizeof pool->workers[0]);
    pool->asked = calloc(count, sizeof pool->asked[0]);
    pool->polls = calloc(count, sizeof pool->polls[0]);
    pool->results = calloc((size_t)pool->window, sizeof pool->results[0]);
    return pool->tasks != NULL && pool->workers != NULL && pool->asked != NULL &&
           pool->polls != NULL && pool->results != NULL;
}

static void free_pool(struct pool *pool)
{
    free(pool->results);
    free(pool->polls);
    free(pool->asked);
    free(pool->workers);
    if (pool->tasks != NULL) {
        (void)munmap((void *)(uintptr_t)pool->tasks, pool->worker_count * sizeof pool->tasks[0]);
    }
}

int cli_pool_run(const struct cli_pool_work *work)
{
    uint32_t jobs = work->count < work->jobs ? (uint32_t)work->count : work->jobs;
    if (jobs == 0 || (jobs == 1 && !work->apart)) {
        return run_here(work, 0);
    }
    struct pool pool = {.work = work, .worker_count = jobs};
    pool.window = (uint64_t)jobs * work->batch * AHEAD;
    int result = prepare_pool(&pool) ? SUP_OK : SUP_ENOMEM;
    if (result == SUP_OK) {
        /* What is buffered would be written by every worker again. */
        fflush(NULL);
        result = run_pool(&pool);
        if (cli_interrupted()) {
            deliver_rest(&pool);
        }
        release(&pool);
    }
    free_pool(&pool);
    return result;
}
