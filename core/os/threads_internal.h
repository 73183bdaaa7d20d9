/* What the files of the thread executor share: a worker and the pool of them.
 *
 * A worker runs one attempt at a time and is reused. Its mutex guards what the
 * loop and the worker share while it runs; everything else (who is idle, which
 * worker runs which attempt) belongs to the loop's thread. The end of an attempt
 * travels to the loop in storage of the worker's own, and only its delivery makes
 * the worker idle again.
 *
 * Lock order: a worker's mutex, then the host's.
 */
#ifndef SUP_OS_THREADS_INTERNAL_H
#define SUP_OS_THREADS_INTERNAL_H

#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host_internal.h"
#include "sup/random.h"
#include "sup/threads.h"

enum sup__worker_state {
    SUP__WORKER_IDLE,
    SUP__WORKER_BUSY,
    SUP__WORKER_QUIT, /* told to end */
    SUP__WORKER_LEFT, /* its task has ended the thread, with pthread_exit */
};

struct sup__worker {
    struct sup_task task; /* first: the task's context is the worker */
    struct sup_threads *threads;
    struct sup__worker *next_all;
    struct sup__worker *next; /* idle, or leaving */
    pthread_t thread;
    pid_t tid; /* the same, to the kernel */
    jmp_buf base;
    char name[SUP_NAME_MAX + 1];
    struct sup_random random;
    struct sup_task_spec spec;
    struct sup_duration cpu; /* used by the thread when the attempt began */
    struct sup_end end;
    struct sup_host_report end_report;
    size_t stack_bytes;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    /* guarded by the mutex */
    enum sup__worker_state state;
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
    size_t spec_size;      /* of a struct sup_task_spec of the program's */
    struct sup_host *host; /* NULL before it is bound, and when the host is gone */
    struct sup__host_user user;
    struct sup__worker *all;
    struct sup__worker *idle;    /* who was at work last comes first */
    struct sup__worker *leaving; /* their threads are ending */
    uint32_t leaving_count;
    uint32_t retired_count;              /* of them, those that had no task any more */
    struct sup_host_timer leaving_timer; /* for the next look at them */
    struct sup__worker **by_slot;        /* the worker of the slot's last attempt */
    uint32_t slot_capacity;
    pthread_mutex_t mutex; /* of the counts below */
    uint32_t count;
    uint32_t busy;
};

/* ---- threads_task.c: the worker's thread ---- */
void sup__worker_lock(struct sup__worker *worker);
void sup__worker_unlock(struct sup__worker *worker);
/* The thread's function. */
void *sup__worker_main(void *context);
/* Hands a task to an idle worker. */
void sup__worker_begin(struct sup__worker *worker, const struct sup_start *start,
                       const struct sup_task_spec *spec);

/* ---- threads_report.c: what a worker's thread reports, on the loop ---- */
void sup__worker_reports(struct sup__worker *worker);

/* ---- threads_pool.c: workers come and go ---- */
void sup__pool_init(struct sup_threads *threads);
/* One that is idle, or new; NULL, and the reason why there is none. */
struct sup__worker *sup__pool_get(struct sup_threads *threads, size_t stack_bytes,
                                  const char **ret_error);
void sup__pool_put(struct sup__worker *worker);
/* Its thread is ending. When that was its task's doing, the end of the attempt is reported
 * once it is gone. */
void sup__pool_leaves(struct sup__worker *worker);
/* Looks after the threads that are ending; how many still are. */
uint32_t sup__pool_look(struct sup_threads *threads);
/* Ends all that are idle, and waits for those that were told to end; how many are left. */
uint32_t sup__pool_close(struct sup_threads *threads);
enum sup__busy { SUP__BUSY_MORE, SUP__BUSY_LESS };
void sup__pool_count_busy(struct sup_threads *threads, enum sup__busy change);

/* The attempt has ended as worker->end says: its worker is free for another. */
void sup__worker_ended(struct sup__worker *worker);

#endif
