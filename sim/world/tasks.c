/* The executor that starts attempts as coroutines, and what they do next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sup/assert.h"

/* ---- the executor ---- */

static int grow_runners(struct sim_world *world)
{
    void *grown = sim__grown(world->runners, &world->runner_capacity,
                             (uint64_t)world->runner_count + 1, sizeof(*world->runners));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    world->runners = grown;
    return sim__queue_reserve(&world->tasks, world->runner_capacity);
}

static struct sim__runner *reuse(struct sim__runner **list, size_t stack_bytes)
{
    for (struct sim__runner **at = list; *at != NULL; at = &(*at)->next_free) {
        struct sim__runner *runner = *at;
        if (sim__coroutine_stack_bytes(runner->run.coroutine) >= stack_bytes) {
            *at = runner->next_free;
            return runner;
        }
    }
    return NULL;
}

static void give_back(struct sim_world *world, struct sim__runner *runner)
{
    runner->next_free = runner->odd ? world->odd : world->free;
    *(runner->odd ? &world->odd : &world->free) = runner;
}

/* With so large a stack; 0: as large as the others'. */
static struct sim__runner *free_runner(struct sim_world *world, size_t own_stack_bytes)
{
    bool odd = own_stack_bytes > 0;
    size_t stack_bytes = odd ? own_stack_bytes : world->config.stack_bytes;
    struct sim__runner *reused = reuse(odd ? &world->odd : &world->free, stack_bytes);
    if (reused != NULL) {
        return reused;
    }
    if (grow_runners(world) != SUP_OK) {
        return NULL;
    }
    struct sim__runner *runner = calloc(1, sizeof(*runner));
    if (runner == NULL || sim__task_create(&runner->run, stack_bytes) != SUP_OK) {
        free(runner);
        return NULL;
    }
    runner->odd = odd;
    runner->index = world->runner_count;
    world->runners[world->runner_count++] = runner;
    return runner;
}

static int reserve_slot(struct sim_world *world, uint32_t slot)
{
    void *grown = sim__grown(world->by_slot, &world->slot_capacity, (uint64_t)slot + 1,
                             sizeof(*world->by_slot));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    world->by_slot = grown;
    return SUP_OK;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sim_world *world = context;
    const struct sup_stretch whole = {world->spec_size, sizeof(struct sup_task_spec)};
    struct sup_task_spec spec = {0};
    if (start->work != NULL && sup_face_take(&spec, start->work, &whole, 1) != 0) {
        *ret_error = sup_error_text(SUP_ENEWER);
        return SUP_ENEWER;
    }
    if (spec.fn == NULL) {
        *ret_error = "the service has no task";
        return SUP_EINVAL;
    }
    struct sim__runner *runner = NULL;
    if (reserve_slot(world, start->id.slot) == SUP_OK) {
        runner = free_runner(world, spec.stack_bytes);
    }
    if (runner == NULL) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    const struct sim_task_start begin = {.start = start,
                                         .spec = spec,
                                         .now = sim_world_now(world),
                                         .seed = world->config.sup.seed,
                                         .calls_max = world->config.calls_an_instant};
    sim__task_start(&runner->run, &begin);
    world->by_slot[start->id.slot] = runner;
    runner->live = true;
    sim__queue_set(&world->tasks, runner->index, sim_world_now(world), world->order++);
    return SUP_OK;
}

static struct sim__runner *find(struct sim_world *world, struct sup_attempt id)
{
    struct sim__runner *runner = id.slot < world->slot_capacity ? world->by_slot[id.slot] : NULL;
    bool it = runner != NULL && runner->live && runner->run.task.id.slot == id.slot &&
              runner->run.task.id.generation == id.generation &&
              runner->run.task.id.attempt == id.attempt;
    return it ? runner : NULL;
}

static void wake(struct sim_world *world, const struct sim__runner *runner)
{
    sim__queue_set(&world->tasks, runner->index, sim_world_now(world), world->order++);
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct sim_world *world = context;
    struct sim__runner *runner = find(world, id);
    (void)work;
    if (runner != NULL) {
        sim__task_cancel(&runner->run, sim_world_now(world));
        wake(world, runner);
    }
}

static void abort_task(void *context, struct sup_attempt id, void *work)
{
    struct sim_world *world = context;
    struct sim__runner *runner = find(world, id);
    (void)work;
    if (runner != NULL) {
        sim__task_abort(&runner->run, sim_world_now(world));
        wake(world, runner);
    }
}

struct sup_executor sim__world_executor(struct sim_world *world)
{
    return (struct sup_executor){
        .start = start, .cancel = cancel, .abort = abort_task, .context = world};
}

static void end(struct sim_world *world, struct sim__runner *runner)
{
    sim__queue_remove(&world->tasks, runner->index);
    runner->live = false;
    struct sup_end end = sim__task_end(&runner->run);
    give_back(world, runner);
    /* What the end points to is the runner's until something starts in it, which
     * the report may bring: its texts are copied first by the supervisor. */
    sup_reported(sup_report_end(world->sup, runner->run.task.id, &end));
}

static void spins(struct sim_world *world, struct sim__runner *runner)
{
    if (world->problem[0] == '\0') {
        snprintf(world->problem, sizeof(world->problem),
                 "task %s (attempt %u) made %u calls at %llu ns without letting time pass",
                 runner->run.name, runner->run.task.id.attempt, world->config.calls_an_instant,
                 (unsigned long long)world->now_ns);
    }
    sim__task_forbid(&runner->run);
}

void sim__world_resume(struct sim_world *world, uint32_t index)
{
    struct sim__runner *runner = world->runners[index];
    const struct sup_attempt id = runner->run.task.id;
    sim__queue_remove(&world->tasks, index);
    for (;;) {
        switch (sim__task_resume(&runner->run, sim_world_now(world))) {
        case SIM_TASK_WAITS:
            if (sim__task_due(&runner->run).ns != SUP_NEVER_NS) {
                sim__queue_set(&world->tasks, index, sim__task_due(&runner->run), world->order++);
            }
            return;
        case SIM_TASK_BEATS:
            sup_reported(sup_report_beat(world->sup, id));
            break;
        case SIM_TASK_READY:
            sup_reported(sup_report_ready(world->sup, id, true));
            break;
        case SIM_TASK_NOT_READY:
            sup_reported(sup_report_ready(world->sup, id, false));
            break;
        case SIM_TASK_SPINS:
            spins(world, runner);
            break;
        case SIM_TASK_ENDS:
            end(world, runner);
            return;
        }
    }
}

/* A task that still lives is aborted where it is suspended; one that has not run
 * at all has nothing to clean up. */
static void drop(struct sim__runner *runner)
{
    sim__task_release(&runner->run);
    free(runner);
}

void sim__world_drop_tasks(struct sim_world *world)
{
    for (uint32_t i = 0; i < world->runner_count; i++) {
        drop(world->runners[i]);
    }
    free(world->runners);
    free(world->by_slot);
}
