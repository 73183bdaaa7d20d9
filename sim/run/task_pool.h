/* The coroutines of a run's tasks: made when there is none to spare, and kept until the run
 * is over. */
#ifndef SIM_RUN_TASK_POOL_H
#define SIM_RUN_TASK_POOL_H

#include "sim/scenario.h"
#include "sim/task/task.h"

struct sim__pooled;

struct sim_task_pool {
    struct sim__pooled *all;
    struct sim__pooled *idle;
};

/* One whose stack suffices; NULL when there is no memory for one more. */
struct sim_task_run *sim__task_pool_take(struct sim_task_pool *pool,
                                         const struct sim_task_call *call);
/* Its attempt is over. */
void sim__task_pool_give(struct sim_task_pool *pool, struct sim_task_run *run);
/* Those that live are dropped: their clean-up handlers run. */
void sim__task_pool_release(struct sim_task_pool *pool);

#endif
