/* Private to the coroutine world: its structures, and what its files share. */
#ifndef SIM_WORLD_INTERNAL_H
#define SIM_WORLD_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/queue.h"
#include "sim/task/task.h"
#include "sim/trace.h"
#include "sim/world.h"

/* One task's attempt. Runners are reused; an abandoned one stays until it ends. */
struct sim__runner {
    struct sim_task_run run;
    struct sim__runner *next_free;
    uint32_t index;
    bool odd; /* its stack is not of the default size */
    bool live;
};

struct sim__call {
    sim_world_fn fn;
    void *context;
    bool used;
};

struct sim_world {
    struct sim_world_config config;
    size_t spec_size; /* of a struct sup_task_spec of the program's */
    struct sup *sup;
    struct sim_trace *trace;
    uint64_t now_ns;
    uint64_t order;
    struct sim__runner **runners;
    uint32_t runner_count;
    uint32_t runner_capacity;
    struct sim__runner *free;     /* those with a stack of the default size */
    struct sim__runner *odd;      /* those with another */
    struct sim__runner **by_slot; /* the runner of the slot's last attempt */
    uint32_t slot_capacity;
    struct sim__call *calls;
    uint32_t call_count;
    struct sim_queue tasks;
    struct sim_queue due_calls;
    uint32_t doings; /* at this instant */
    char problem[256];
};

/* ---- tasks.c: attempts as coroutines ---- */
/* The world's executor. */
struct sup_executor sim__world_executor(struct sim_world *world);
/* Lets the task of this index go on, and reports its end when that is it. */
void sim__world_resume(struct sim_world *world, uint32_t index);
/* All runners go; a task that still lives is left where it is suspended. */
void sim__world_drop_tasks(struct sim_world *world);

#endif
