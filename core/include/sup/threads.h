/* The thread executor: attempts of <sup/task.h> tasks on POSIX threads.
 *
 * A service's `work` is a struct sup_task_spec. Threads come from a bounded pool
 * and are reused; when none is free and the limit is reached, or the system
 * refuses one (EAGAIN), the attempt is refused, which is a failure that backs
 * off like any other. Cancellation is cooperative: it ends sup_task_sleep and
 * sup_task_wait_cancel. Nothing ends a thread by force: an abort is only a second
 * request, and a task that ignores both is abandoned and fenced after its
 * abort-wait; its thread goes back to the pool when it ends after all.
 *
 * A task that calls pthread_exit ends like one that returns: its clean-up handlers run,
 * the value, as an int, counts as what its function returns (NULL: a clean end), and the
 * end is reported when the thread is gone; the pool makes another. A task that calls
 * exit ends the program, as any thread does: no end is reported, and what atexit was
 * given runs while the loop and the other tasks still do. Code of which that must not be
 * feared belongs into a process. Threads of the pool cannot be cancelled by
 * pthread_cancel. Destructors of thread-specific data run when the pool lets a thread go.
 *
 * Hand-over uses mutexes and condition variables only, which helgrind and DRD
 * understand. The condition variables run on CLOCK_MONOTONIC.
 */
#ifndef SUP_THREADS_H
#define SUP_THREADS_H

#include <stddef.h>
#include <stdint.h>

#include "sup/executor.h"
#include "sup/host.h"
#include "sup/task.h"

SUP_BEGIN_DECLS

struct sup_threads;

/* Grows: start from sup_threads_config_default. */
struct sup_threads_config {
    uint32_t threads_max; /* 64 */
    size_t stack_bytes;   /* 256 KiB */
    uint64_t seed;        /* of the tasks' random streams; 1 */
    /* NULL, or called before each synchronisation, on the thread that makes it:
     * tests perturb schedules here. */
    void (*perturb)(void *context);
    void *perturb_context;
};

void sup_threads_config_default_sized(struct sup_threads_config *ret_config, size_t size);
static inline void sup_threads_config_default(struct sup_threads_config *ret_config)
{
    sup_threads_config_default_sized(ret_config, sizeof(*ret_config));
}
int sup_threads_create_sized(const struct sup_threads_config *config, size_t size, size_t spec_size,
                             struct sup_threads **ret_threads) SUP_WARN_UNUSED;
SUP_WARN_UNUSED static inline int sup_threads_create(const struct sup_threads_config *config,
                                                     struct sup_threads **ret_threads)
{
    return sup_threads_create_sized(config, sizeof(*config), sizeof(struct sup_task_spec),
                                    ret_threads);
}
/* Waits for all threads that have ended or will; SUP_EBUSY when an abandoned task
 * still runs after `patience`: its thread, the executor and the host that it is bound
 * to must then be left alone, and the call may be repeated. On the loop's thread, before
 * or after the host is freed, as sup_processes_free; NULL is allowed. */
int sup_threads_free(struct sup_threads *threads, struct sup_duration patience) SUP_WARN_UNUSED;

struct sup_executor sup_threads_executor(struct sup_threads *threads);
/* Once, after the host that uses the executor has been created, as sup_processes_bind.
 * 0, or SUP_EINVAL (bound already). */
int sup_threads_bind(struct sup_threads *threads, struct sup_host *host) SUP_WARN_UNUSED;

/* The attempt is none of the executor's any more, or, with id NULL, every one: nothing
 * of it is reported from now on, not even late, and its task is told (it is
 * cancelled, and sup_task_sleep_through returns). For who has reported the attempt's end
 * himself. On the loop's thread. */
void sup_threads_disown(struct sup_threads *threads, const struct sup_attempt *id);

/* Threads that exist, and that run a task now. Any thread. */
uint32_t sup_threads_count(struct sup_threads *threads);
uint32_t sup_threads_busy(struct sup_threads *threads);

SUP_END_DECLS

#endif
