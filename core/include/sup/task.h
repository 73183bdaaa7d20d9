/* Tasks: a user's own function as an attempt.
 *
 * A task is written once against its context, struct sup_task, and runs
 * unchanged in every world: as a coroutine under virtual time in the simulator,
 * on a thread in production. The calls below are the only ones it needs to wait,
 * to be stopped, and to say how it is; each is allowed on the task's own thread
 * of control only.
 *
 * Suspension points are sup_task_sleep, sup_task_wait_cancel and
 * sup_task_sleep_through. A cancellation ends the first two early; the task then
 * tidies up and returns. In the simulator an abort ends the task at its suspension
 * point: clean-up handlers run, last pushed first, and the function does not return.
 * On a thread nothing can be ended by force: a task that ignores its cancellation is
 * abandoned there.
 */
#ifndef SUP_TASK_H
#define SUP_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"
#include "sup/executor.h"
#include "sup/time.h"

SUP_BEGIN_DECLS

struct sup_task;

/* 0: a clean end. Below 0: a failure, whose text is sup_task_error's, or the
 * error's own. */
typedef int (*sup_task_fn)(struct sup_task *task, void *argument);

/* What a service's `work` points to in executors that run tasks. It must stay
 * valid as long as the service is registered. Grows: start from {.fn = …}, the rest 0;
 * its size is told when the executor is created, so what makes specs and what creates
 * their executor are compiled with the same headers. */
struct sup_task_spec {
    sup_task_fn fn;
    void *argument;
    size_t stack_bytes; /* 0: the executor's default */
};

/* Who and when it is. */
const char *sup_task_name(const struct sup_task *task);
struct sup_attempt sup_task_attempt(const struct sup_task *task);
struct sup_instant sup_task_now(struct sup_task *task);

/* Sleeps; 0 when the time has passed, SUP_ECANCELLED when a cancellation came
 * first or had come already. */
int sup_task_sleep(struct sup_task *task, struct sup_duration length) SUP_WARN_UNUSED;
/* Waits for the cancellation; returns SUP_ECANCELLED, always. */
int sup_task_wait_cancel(struct sup_task *task);
/* Sleeps on through a cancellation, for clean-up that takes its time: 0, or
 * SUP_EGONE when the executor has disowned the attempt, which should return. */
int sup_task_sleep_through(struct sup_task *task, struct sup_duration length) SUP_WARN_UNUSED;
/* Has it come? */
bool sup_task_cancelled(struct sup_task *task);

/* Reports, as an executor makes them. */
void sup_task_beat(struct sup_task *task);
void sup_task_ready(struct sup_task *task, bool ready);

/* Uniform in [0, bound] from the task's own stream; the same in every run of the
 * simulator with the same seed. */
uint64_t sup_task_random(struct sup_task *task, uint64_t bound);

/* The text of the failure that the task is about to return; copied. */
void sup_task_error(struct sup_task *task, const char *text);
/* An interval task need not be called again. */
void sup_task_done(struct sup_task *task);
/* What a joiner gets; the pointer is handed on as it is. */
void sup_task_result(struct sup_task *task, void *value);

/* Ends the attempt as a crash: clean-up handlers run, the supervisor goes on. */
SUP_NORETURN void sup_task_panic(struct sup_task *task, const char *text);

/* Clean-up handlers: run when the task is aborted or panics, last pushed first;
 * popped (and run, when `run`) by the task itself on its normal way out. */
#define SUP_CLEANUPS_MAX 16
typedef void (*sup_cleanup_fn)(void *argument);
/* 0, SUP_EINVAL, or SUP_ELIMIT when SUP_CLEANUPS_MAX are pushed. */
int sup_task_cleanup_push(struct sup_task *task, sup_cleanup_fn fn, void *argument) SUP_WARN_UNUSED;
void sup_task_cleanup_pop(struct sup_task *task, bool run);

/* ---- the names of version 0.1, for one release more ---- */

SUP_DEPRECATED("sup_task_now")
static inline struct sup_instant sup_now(struct sup_task *task)
{
    return sup_task_now(task);
}
SUP_DEPRECATED("sup_task_sleep")
static inline int sup_sleep(struct sup_task *task, struct sup_duration length)
{
    return sup_task_sleep(task, length);
}
SUP_DEPRECATED("sup_task_wait_cancel")
static inline int sup_wait_cancel(struct sup_task *task)
{
    return sup_task_wait_cancel(task);
}
SUP_DEPRECATED("sup_task_sleep_through")
static inline int sup_sleep_through(struct sup_task *task, struct sup_duration length)
{
    return sup_task_sleep_through(task, length);
}
SUP_DEPRECATED("sup_task_cancelled")
static inline bool sup_cancelled(struct sup_task *task)
{
    return sup_task_cancelled(task);
}
SUP_DEPRECATED("sup_task_beat")
static inline void sup_heartbeat(struct sup_task *task)
{
    sup_task_beat(task);
}
SUP_DEPRECATED("sup_task_ready")
static inline void sup_ready(struct sup_task *task, bool ready)
{
    sup_task_ready(task, ready);
}
SUP_DEPRECATED("sup_task_random")
static inline uint64_t sup_random_of(struct sup_task *task, uint64_t bound)
{
    return sup_task_random(task, bound);
}
SUP_DEPRECATED("sup_task_cleanup_push")
static inline int sup_cleanup_push(struct sup_task *task, sup_cleanup_fn fn, void *argument)
{
    return sup_task_cleanup_push(task, fn, argument);
}
SUP_DEPRECATED("sup_task_cleanup_pop")
static inline void sup_cleanup_pop(struct sup_task *task, bool run)
{
    sup_task_cleanup_pop(task, run);
}

/* ---- for executors ---- */

/* Grows. What is NULL, or not there, a task may not call. */
struct sup_task_ops {
    struct sup_instant (*now)(struct sup_task *task);
    int (*sleep)(struct sup_task *task, struct sup_duration length);
    int (*wait_cancel)(struct sup_task *task);
    int (*sleep_through)(struct sup_task *task, struct sup_duration length);
    bool (*cancelled)(struct sup_task *task);
    void (*beat)(struct sup_task *task);
    void (*ready)(struct sup_task *task, bool ready);
    uint64_t (*random)(struct sup_task *task, uint64_t bound);
    /* Leaves the task's function for good: does not return. */
    void (*leave)(struct sup_task *task);
};

#define SUP_TASK_ERROR_BYTES 128

/* Embedded first in an executor's own task. Frozen. */
struct sup_task {
    const struct sup_task_ops *ops;
    const char *name;
    struct sup_attempt id;
    bool panicked;
    bool done;
    bool has_error;
    void *value;
    /* NULL, or exactly how it ends, whatever its function returns; it and its text
     * stay valid until the end has been reported. For what acts another's ends. */
    const struct sup_end *end;
    char error[SUP_TASK_ERROR_BYTES];
    uint32_t cleanup_count;
    struct {
        sup_cleanup_fn fn;
        void *argument;
    } cleanups[SUP_CLEANUPS_MAX];
    size_t ops_size;
    void *reserved[4];
};

/* The name and the table stay valid as long as the task. */
void sup_task_init_sized(struct sup_task *task, const struct sup_task_ops *ops, size_t ops_size,
                         const char *name, struct sup_attempt id);
static inline void sup_task_init(struct sup_task *task, const struct sup_task_ops *ops,
                                 const char *name, struct sup_attempt id)
{
    sup_task_init_sized(task, ops, sizeof(*ops), name, id);
}
/* Runs and drops all clean-up handlers, last pushed first. */
void sup_task_cleanup_all(struct sup_task *task);
/* The end that a function's return value, or its panic, means. */
void sup_task_end_sized(const struct sup_task *task, int returned, struct sup_end *ret_end,
                        size_t size);
static inline struct sup_end sup_task_end(const struct sup_task *task, int returned)
{
    struct sup_end end;
    sup_task_end_sized(task, returned, &end, sizeof(end));
    return end;
}
SUP_DEPRECATED("sup_task_cleanup_all")
static inline void sup_task_clean_up(struct sup_task *task)
{
    sup_task_cleanup_all(task);
}

SUP_END_DECLS

#endif
