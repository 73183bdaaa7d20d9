/* The dispatching executor: one supervisor, several kinds of attempts.
 *
 * A supervisor has one executor; this one hands each service to the one that the service
 * names, so that threads, processes and an embedder's own run side by side under one
 * host, in one tree of groups, with one drain. What a service is given as `work` is a
 * struct sup_dispatch_work; the executor named there is given the work that stands
 * beside it.
 *
 *     struct sup_dispatch_work api = {&threads_executor, &api_task};
 *     struct sup_dispatch_work db = {&processes_executor, &db_program};
 *     config.sup.executor = sup_dispatch_executor();
 *
 * It keeps nothing, allocates nothing and costs one more call. The executors behind it
 * are bound and freed as ever, in any order. Threads: as those of the supervisor.
 */
#ifndef SUP_DISPATCH_H
#define SUP_DISPATCH_H

#include "sup/executor.h"

SUP_BEGIN_DECLS

/* The caller's, as any work: both stay valid as long as the service is registered, and
 * while an attempt of it may still report. Frozen. */
struct sup_dispatch_work {
    const struct sup_executor *executor;
    void *work; /* what that executor takes */
};

/* A service whose work is NULL, or names no executor, is refused. */
struct sup_executor sup_dispatch_executor(void);

SUP_END_DECLS

#endif
