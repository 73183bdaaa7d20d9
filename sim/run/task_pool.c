/* Keeps the coroutines of a run. */
#include "task_pool.h"

#include <stdlib.h>

struct sim__pooled {
    struct sim_task_run run; /* first: what is taken is the run */
    struct sim__pooled *next;
    struct sim__pooled *next_idle;
};

struct sim_task_run *sim__task_pool_take(struct sim_task_pool *pool,
                                         const struct sim_task_call *call)
{
    bool odd = call->task->stack_bytes > 0;
    size_t stack_bytes = odd ? call->task->stack_bytes : SIM_TASK_STACK_BYTES;
    for (struct sim__pooled **at = &pool->idle; *at != NULL; at = &(*at)->next_idle) {
        struct sim__pooled *pooled = *at;
        if (sim__coroutine_stack_bytes(pooled->run.coroutine) >= stack_bytes) {
            *at = pooled->next_idle;
            return &pooled->run;
        }
    }
    struct sim__pooled *pooled = calloc(1, sizeof(*pooled));
    if (pooled == NULL || sim__task_create(&pooled->run, stack_bytes) != SUP_OK) {
        free(pooled);
        return NULL;
    }
    pooled->next = pool->all;
    pool->all = pooled;
    return &pooled->run;
}

void sim__task_pool_give(struct sim_task_pool *pool, struct sim_task_run *run)
{
    struct sim__pooled *pooled = (struct sim__pooled *)(void *)run;
    pooled->next_idle = pool->idle;
    pool->idle = pooled;
}

void sim__task_pool_release(struct sim_task_pool *pool)
{
    while (pool->all != NULL) {
        struct sim__pooled *pooled = pool->all;
        pool->all = pooled->next;
        sim__task_release(&pooled->run);
        free(pooled);
    }
    pool->idle = NULL;
}
