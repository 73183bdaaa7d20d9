/* Attempts as coroutines: the tasks' calls, and the executor that starts them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sup/assert.h"

/* ---- the tasks' side ---- */

static struct sim__runner *runner_of(struct sup_task *task)
{
    return (struct sim__runner *)(void *)task;
}

/* Every call of a task to its context is counted: within one instant it may make
 * a bounded number of them. */
static void count_call(struct sim__runner *runner)
{
    struct sim_world *world = runner->world;
    if (runner->calls_at != world->now_ns) {
        runner->calls_at = world->now_ns;
        runner->calls = 0;
    }
    if (++runner->calls <= world->config.calls_an_instant) {
        return;
    }
    if (world->problem[0] == '\0') {
        snprintf(world->problem, sizeof(world->problem),
                 "task %s (attempt %u) made %u calls at %llu ns without letting time pass",
                 runner->name, runner->task.id.attempt, runner->calls - 1,
                 (unsigned long long)world->now_ns);
    }
    sup_task_panic(&runner->task, "it spins: its budget of calls within one instant is used up");
}

static struct sup_instant op_now(struct sup_task *task)
{
    count_call(runner_of(task));
    return (struct sup_instant){runner_of(task)->world->now_ns};
}

/* Suspends until the queue or a cancellation wakes it; does not come back from
 * an abort. */
static void suspend(struct sim__runner *runner, struct sup_instant until)
{
    struct sim_world *world = runner->world;
    if (until.ns != SUP_NEVER_NS) {
        sim__queue_set(&world->tasks, runner->index, until, world->order++);
    }
    sim__coroutine_suspend(runner->coroutine);
    if (runner->aborted) {
        sup_task_cleanup_all(&runner->task);
        sim__coroutine_leave(runner->coroutine);
    }
}

static int op_sleep(struct sup_task *task, struct sup_duration length)
{
    struct sim__runner *runner = runner_of(task);
    count_call(runner);
    if (!runner->cancelled) {
        suspend(runner, sup_instant_add(sim_world_now(runner->world), length));
    }
    return runner->cancelled ? SUP_ECANCELLED : SUP_OK;
}

static int op_wait_cancel(struct sup_task *task)
{
    struct sim__runner *runner = runner_of(task);
    count_call(runner);
    while (!runner->cancelled) {
        suspend(runner, SUP_INSTANT_NEVER);
    }
    return SUP_ECANCELLED;
}

static int op_sleep_through(struct sup_task *task, struct sup_duration length)
{
    struct sim__runner *runner = runner_of(task);
    count_call(runner);
    struct sup_instant until = sup_instant_add(sim_world_now(runner->world), length);
    while (runner->world->now_ns < until.ns) {
        suspend(runner, until);
    }
    return SUP_OK;
}

static bool op_cancelled(struct sup_task *task)
{
    count_call(runner_of(task));
    return runner_of(task)->cancelled;
}

static void op_beat(struct sup_task *task)
{
    count_call(runner_of(task));
    sup_reported(sup_report_beat(runner_of(task)->world->sup, task->id));
}

static void op_ready(struct sup_task *task, bool ready)
{
    count_call(runner_of(task));
    sup_reported(sup_report_ready(runner_of(task)->world->sup, task->id, ready));
}

static uint64_t op_random(struct sup_task *task, uint64_t bound)
{
    count_call(runner_of(task));
    return sup_random_upto(&runner_of(task)->random, bound, NULL);
}

static void op_leave(struct sup_task *task)
{
    sim__coroutine_leave(runner_of(task)->coroutine);
}

static const struct sup_task_ops coroutine_ops = {
    .now = op_now,
    .sleep = op_sleep,
    .wait_cancel = op_wait_cancel,
    .sleep_through = op_sleep_through,
    .cancelled = op_cancelled,
    .beat = op_beat,
    .ready = op_ready,
    .random = op_random,
    .leave = op_leave,
};

static void task_main(void *context)
{
    struct sim__runner *runner = context;
    runner->returned = runner->spec.fn(&runner->task, runner->spec.argument);
}

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
        if (sim__coroutine_stack_bytes(runner->coroutine) >= stack_bytes) {
            *at = runner->next_free;
            return runner;
        }
    }
    return NULL;
}

static void give_back(struct sim__runner *runner)
{
    struct sim_world *world = runner->world;
    bool odd = runner->spec.stack_bytes > 0;
    runner->next_free = odd ? world->odd : world->free;
    *(odd ? &world->odd : &world->free) = runner;
}

static struct sim__runner *free_runner(struct sim_world *world, size_t stack_bytes, bool odd)
{
    struct sim__runner *reused = reuse(odd ? &world->odd : &world->free, stack_bytes);
    if (reused != NULL) {
        return reused;
    }
    if (grow_runners(world) != SUP_OK) {
        return NULL;
    }
    struct sim__runner *runner = calloc(1, sizeof(*runner));
    if (runner == NULL || sim__coroutine_create(stack_bytes, &runner->coroutine) != SUP_OK) {
        free(runner);
        return NULL;
    }
    runner->world = world;
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
    size_t stack_bytes = spec.stack_bytes > 0 ? spec.stack_bytes : world->config.stack_bytes;
    struct sim__runner *runner = NULL;
    if (reserve_slot(world, start->id.slot) == SUP_OK) {
        runner = free_runner(world, stack_bytes, spec.stack_bytes > 0);
    }
    if (runner == NULL) {
        *ret_error = "out of memory";
        return SUP_ENOMEM;
    }
    size_t length = strlen(start->service);
    memcpy(runner->name, start->service, length + 1);
    sup_task_init(&runner->task, &coroutine_ops, runner->name, start->id);
    uint64_t seed =
        world->config.sup.seed + ((uint64_t)start->id.generation << 32) + start->id.attempt;
    runner->random = sup_random_derive(seed, start->service, length);
    runner->spec = spec;
    world->by_slot[start->id.slot] = runner;
    runner->live = true;
    runner->begun = false;
    runner->cancelled = runner->aborted = false;
    runner->returned = 0;
    runner->calls = 0;
    sim__coroutine_start(runner->coroutine, task_main, runner);
    sim__queue_set(&world->tasks, runner->index, sim_world_now(world), world->order++);
    return SUP_OK;
}

static struct sim__runner *find(struct sim_world *world, struct sup_attempt id)
{
    struct sim__runner *runner = id.slot < world->slot_capacity ? world->by_slot[id.slot] : NULL;
    bool it = runner != NULL && runner->live && runner->task.id.slot == id.slot &&
              runner->task.id.generation == id.generation && runner->task.id.attempt == id.attempt;
    return it ? runner : NULL;
}

static void wake(struct sim__runner *runner)
{
    struct sim_world *world = runner->world;
    sim__queue_set(&world->tasks, runner->index, sim_world_now(world), world->order++);
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct sim__runner *runner = find(context, id);
    (void)work;
    if (runner != NULL) {
        runner->cancelled = true;
        wake(runner);
    }
}

static void abort_task(void *context, struct sup_attempt id, void *work)
{
    struct sim__runner *runner = find(context, id);
    (void)work;
    if (runner != NULL) {
        runner->aborted = true;
        wake(runner);
    }
}

struct sup_executor sim__world_executor(struct sim_world *world)
{
    return (struct sup_executor){
        .start = start, .cancel = cancel, .abort = abort_task, .context = world};
}

void sim__world_resume(struct sim_world *world, uint32_t index)
{
    struct sim__runner *runner = world->runners[index];
    sim__queue_remove(&world->tasks, index);
    if (runner->aborted && !runner->begun) {
        sim__coroutine_drop(runner->coroutine);
    } else {
        runner->begun = true;
        if (!sim__coroutine_resume(runner->coroutine)) {
            return;
        }
    }
    sim__queue_remove(&world->tasks, index);
    runner->live = false;
    sup_task_cleanup_all(&runner->task);
    struct sup_end end = sup_task_end(&runner->task, runner->returned);
    if (runner->aborted && !runner->task.panicked) {
        end = (struct sup_end){.outcome = SUP_OUTCOME_ABORTED};
    }
    give_back(runner);
    /* What the end points to is the runner's until something starts in it, which
     * the report may bring: its texts are copied first by the supervisor. */
    sup_reported(sup_report_end(world->sup, runner->task.id, &end));
}

/* A task that still lives is aborted where it is suspended; one that has not run
 * at all has nothing to clean up. */
static void drop(struct sim__runner *runner)
{
    sup_task_cleanup_all(&runner->task);
    sim__coroutine_free(runner->coroutine);
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
