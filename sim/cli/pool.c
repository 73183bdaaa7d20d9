/* Tasks in several processes; see pool.h. */
#include "pool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sup/error.h"

/* Results that may wait for one before them, for each worker. */
#define AHEAD 4u
#define TICK_MS 100
#define CHUNK 65536u

struct worker {
    pid_t pid; /* 0: there is none */
    int to;    /* tasks go in */
    int from;  /* results come out: their length, then their bytes */
    bool busy;
    uint64_t task;
    struct cli_text answer; /* so far */
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
    struct result *results; /* a ring: that of task i at i % window */
    uint32_t window;
    uint64_t next; /* task to hand out */
    uint64_t delivered;
    bool stopped;
};

static bool read_all(int descriptor, void *buffer, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t got = read(descriptor, (char *)buffer + at, size - at);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        at += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool write_all(int descriptor, const void *buffer, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t put = write(descriptor, (const char *)buffer + at, size - at);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        at += put > 0 ? (size_t)put : 0;
    }
    return true;
}

/* What a worker does until its pipe closes. */
static _Noreturn void serve(const struct cli_pool_work *work, int tasks, int results)
{
    uint64_t task;
    struct cli_text bytes = {0};
    while (read_all(tasks, &task, sizeof task)) {
        cli_text_clear(&bytes);
        work->work(work->context, task, &bytes);
        uint64_t length = bytes.length;
        if (bytes.failed || !write_all(results, &length, sizeof length) ||
            !write_all(results, bytes.bytes, bytes.length)) {
            _exit(1);
        }
    }
    _exit(0);
}

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static bool hire(struct pool *pool, struct worker *worker)
{
    int tasks[2], results[2];
    if (pipe(tasks) != 0) {
        return false;
    }
    if (pipe(results) != 0) {
        close_pair(tasks);
        return false;
    }
    pid_t pid = fork();
    if (pid < 0) {
        close_pair(tasks);
        close_pair(results);
        return false;
    }
    if (pid == 0) {
        /* The ends of others, kept open here, would hide their deaths. */
        for (uint32_t i = 0; i < pool->worker_count; i++) {
            if (pool->workers[i].pid != 0) {
                close(pool->workers[i].to);
                close(pool->workers[i].from);
            }
        }
        close(tasks[1]);
        close(results[0]);
        serve(pool->work, tasks[0], results[1]);
    }
    close(tasks[0]);
    close(results[1]);
    *worker = (struct worker){.pid = pid, .to = tasks[1], .from = results[0]};
    return true;
}

/* Ends the worker, waiting for it; returns the signal it died of, or 0. */
static int dismiss(struct worker *worker, bool now)
{
    int status = 0;
    if (worker->pid == 0) {
        return 0;
    }
    if (now) {
        kill(worker->pid, SIGKILL);
    }
    close(worker->to);
    close(worker->from);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    cli_text_release(&worker->answer);
    *worker = (struct worker){0};
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void store(struct pool *pool, uint64_t task, struct cli_text *bytes)
{
    struct result *slot = &pool->results[task % pool->window];
    *slot = (struct result){.done = true, .bytes = bytes->bytes, .length = bytes->length};
    *bytes = (struct cli_text){0};
}

/* The worker is gone in the middle of its task. */
static void bury(struct pool *pool, struct worker *worker)
{
    uint64_t task = worker->task;
    bool busy = worker->busy;
    int signal_number = dismiss(worker, false);
    if (busy) {
        struct cli_text bytes = {0};
        pool->work->lost(pool->work->context, task, signal_number, &bytes);
        store(pool, task, &bytes);
    }
}

/* Whether the answer is whole: eight bytes of length, then as many. */
static bool is_whole(const struct cli_text *answer)
{
    uint64_t length;
    if (answer->length < sizeof length) {
        return false;
    }
    memcpy(&length, answer->bytes, sizeof length);
    return answer->length - sizeof length >= length;
}

static void receive(struct pool *pool, struct worker *worker)
{
    char chunk[CHUNK];
    ssize_t got = read(worker->from, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) {
        return;
    }
    if (got > 0) {
        cli_text_putn(&worker->answer, chunk, (size_t)got);
    }
    if (got <= 0 || worker->answer.failed) {
        if (worker->answer.failed) {
            kill(worker->pid, SIGKILL);
        }
        bury(pool, worker);
        return;
    }
    if (!is_whole(&worker->answer)) {
        return;
    }
    size_t head = sizeof(uint64_t);
    memmove(worker->answer.bytes, worker->answer.bytes + head, worker->answer.length - head + 1);
    worker->answer.length -= head;
    store(pool, worker->task, &worker->answer);
    worker->busy = false;
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

/* Gives every idle worker a task, as far as the window allows; hires for those
 * that died. False when there is nobody left to work. */
static bool hand_out(struct pool *pool)
{
    uint32_t alive = 0;
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        struct worker *worker = &pool->workers[i];
        bool more = pool->next < pool->work->count && pool->next - pool->delivered < pool->window;
        if (worker->pid == 0 && more && !hire(pool, worker)) {
            continue;
        }
        alive += worker->pid != 0;
        if (worker->pid == 0 || worker->busy || !more) {
            continue;
        }
        worker->task = pool->next++;
        worker->busy = true;
        if (!write_all(worker->to, &worker->task, sizeof worker->task)) {
            bury(pool, worker);
        }
    }
    return alive > 0;
}

static void wait_for_answers(struct pool *pool, struct pollfd *polls)
{
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        struct worker *worker = &pool->workers[i];
        polls[i] = (struct pollfd){.fd = worker->busy ? worker->from : -1, .events = POLLIN};
    }
    if (poll(polls, pool->worker_count, TICK_MS) <= 0) {
        return;
    }
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        if (polls[i].revents != 0) {
            receive(pool, &pool->workers[i]);
        }
    }
}

/* One after the other from task `first`, in this process. */
static int run_here(const struct cli_pool_work *work, uint64_t first)
{
    for (uint64_t task = first; task < work->count; task++) {
        struct cli_text bytes = {0};
        work->work(work->context, task, &bytes);
        if (bytes.failed) {
            cli_text_release(&bytes);
            return SUP_ENOMEM;
        }
        if (!work->deliver(work->context, task, bytes.bytes, bytes.length)) {
            return SUP_OK;
        }
    }
    return SUP_OK;
}

static int run_pool(struct pool *pool, struct pollfd *polls)
{
    while (!pool->stopped && pool->delivered < pool->work->count) {
        if (!hand_out(pool) && pool->delivered == pool->next) {
            return run_here(pool->work, pool->next);
        }
        wait_for_answers(pool, polls);
        deliver_ready(pool);
        pool->work->tick(pool->work->context, pool->delivered);
    }
    return SUP_OK;
}

static void release(struct pool *pool)
{
    for (uint32_t i = 0; i < pool->worker_count; i++) {
        dismiss(&pool->workers[i], pool->stopped);
    }
    for (uint32_t i = 0; i < pool->window; i++) {
        if (pool->results[i].done) {
            free(pool->results[i].bytes);
        }
    }
}

int cli_pool_run(const struct cli_pool_work *work)
{
    uint32_t jobs = work->count < work->jobs ? (uint32_t)work->count : work->jobs;
    if (jobs <= 1) {
        return run_here(work, 0);
    }
    struct pool pool = {.work = work, .worker_count = jobs, .window = jobs * AHEAD};
    pool.workers = calloc(jobs, sizeof pool.workers[0]);
    pool.results = calloc(pool.window, sizeof pool.results[0]);
    struct pollfd *polls = calloc(jobs, sizeof polls[0]);
    int result = SUP_ENOMEM;
    if (pool.workers != NULL && pool.results != NULL && polls != NULL) {
        /* What is buffered would be written by every worker again. */
        fflush(NULL);
        result = run_pool(&pool, polls);
        release(&pool);
    }
    free(polls);
    free(pool.results);
    free(pool.workers);
    return result;
}
