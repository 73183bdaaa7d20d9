/* A simulated world for C tasks; see <sim/world.h>. */
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coroutine.h"
#include "sim/base/queue.h"
#include "sim/trace.h"
#include "sup/assert.h"
#include "sup/random.h"

#define INSTANT_ROUNDS_MAX 1000000u

/* One task's attempt. Runners are reused; an abandoned one stays until it ends. */
struct runner {
    struct sup_task task; /* first: the task's context is the runner */
    struct sim_world *world;
    struct sim_coroutine *coroutine;
    const struct sup_task_spec *spec;
    char name[SUP_NAME_MAX + 1];
    struct sup_random random;
    struct runner *next_free;
    uint32_t index;
    uint32_t calls; /* within this instant */
    uint64_t calls_at;
    int returned;
    bool live;
    bool begun; /* it has run */
    bool cancelled;
    bool aborted;
};

struct call {
    sim_world_fn fn;
    void *context;
    bool used;
};

struct sim_world {
    struct sim_world_config config;
    struct sup *sup;
    struct sim_trace *trace;
    uint64_t now_ns;
    uint64_t order;
    struct runner **runners;
    uint32_t runner_count;
    uint32_t runner_capacity;
    struct runner *free;     /* those with a stack of the default size */
    struct runner *odd;      /* those with another */
    struct runner **by_slot; /* the runner of the slot's last attempt */
    uint32_t slot_capacity;
    struct call *calls;
    uint32_t call_count;
    struct sim_queue tasks;
    struct sim_queue due_calls;
    char problem[256];
};

/* ---- the tasks' side ---- */

static struct runner *runner_of(struct sup_task *task)
{
    return (struct runner *)(void *)task;
}

/* Every call of a task to its context is counted: within one instant it may make
 * a bounded number of them. */
static void count_call(struct runner *runner)
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
static void suspend(struct runner *runner, uint64_t until_ns)
{
    struct sim_world *world = runner->world;
    if (until_ns != SUP_NEVER_NS) {
        sim_queue_set(&world->tasks, runner->index, until_ns, world->order++);
    }
    sim_coroutine_suspend(runner->coroutine);
    if (runner->aborted) {
        sup_task_clean_up(&runner->task);
        sim_coroutine_leave(runner->coroutine);
    }
}

static int op_sleep(struct sup_task *task, struct sup_duration length)
{
    struct runner *runner = runner_of(task);
    count_call(runner);
    if (!runner->cancelled) {
        struct sup_instant now = {runner->world->now_ns};
        suspend(runner, sup_instant_add(now, length).ns);
    }
    return runner->cancelled ? SUP_ECANCELLED : SUP_OK;
}

static int op_wait_cancel(struct sup_task *task)
{
    struct runner *runner = runner_of(task);
    count_call(runner);
    while (!runner->cancelled) {
        suspend(runner, SUP_NEVER_NS);
    }
    return SUP_ECANCELLED;
}

static int op_sleep_through(struct sup_task *task, struct sup_duration length)
{
    struct runner *runner = runner_of(task);
    count_call(runner);
    uint64_t until = sup_instant_add((struct sup_instant){runner->world->now_ns}, length).ns;
    while (runner->world->now_ns < until) {
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
    (void)sup_report_beat(runner_of(task)->world->sup, task->id);
}

static void op_ready(struct sup_task *task, bool ready)
{
    count_call(runner_of(task));
    (void)sup_report_ready(runner_of(task)->world->sup, task->id, ready);
}

static uint64_t op_random(struct sup_task *task, uint64_t bound)
{
    count_call(runner_of(task));
    return sup_random_upto(&runner_of(task)->random, bound, NULL);
}

static void op_leave(struct sup_task *task)
{
    sim_coroutine_leave(runner_of(task)->coroutine);
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
    struct runner *runner = context;
    runner->returned = runner->spec->fn(&runner->task, runner->spec->argument);
}

/* ---- the executor ---- */

static int grow_runners(struct sim_world *world)
{
    uint32_t capacity = world->runner_capacity == 0 ? 16 : world->runner_capacity * 2;
    struct runner **grown = realloc(world->runners, capacity * sizeof(struct runner *));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    world->runners = grown;
    int error = sim_queue_reserve(&world->tasks, capacity);
    if (error == SUP_OK) {
        world->runner_capacity = capacity;
    }
    return error;
}

static struct runner *reuse(struct runner **list, size_t stack_bytes)
{
    for (struct runner **at = list; *at != NULL; at = &(*at)->next_free) {
        struct runner *runner = *at;
        if (sim_coroutine_stack_bytes(runner->coroutine) >= stack_bytes) {
            *at = runner->next_free;
            return runner;
        }
    }
    return NULL;
}

static void give_back(struct runner *runner)
{
    struct sim_world *world = runner->world;
    bool odd = runner->spec->stack_bytes > 0;
    runner->next_free = odd ? world->odd : world->free;
    *(odd ? &world->odd : &world->free) = runner;
}

static struct runner *free_runner(struct sim_world *world, size_t stack_bytes, bool odd)
{
    struct runner *reused = reuse(odd ? &world->odd : &world->free, stack_bytes);
    if (reused != NULL) {
        return reused;
    }
    if (world->runner_count == world->runner_capacity && grow_runners(world) != SUP_OK) {
        return NULL;
    }
    struct runner *runner = calloc(1, sizeof(*runner));
    if (runner == NULL || sim_coroutine_create(stack_bytes, &runner->coroutine) != SUP_OK) {
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
    if (slot < world->slot_capacity) {
        return SUP_OK;
    }
    uint32_t capacity = slot < 32 ? 64 : slot * 2;
    struct runner **grown = realloc(world->by_slot, capacity * sizeof(struct runner *));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = world->slot_capacity; i < capacity; i++) {
        grown[i] = NULL;
    }
    world->by_slot = grown;
    world->slot_capacity = capacity;
    return SUP_OK;
}

static int start(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sim_world *world = context;
    const struct sup_task_spec *spec = start->work;
    if (spec == NULL || spec->fn == NULL) {
        *ret_error = "the service has no task";
        return SUP_EINVAL;
    }
    size_t stack_bytes = spec->stack_bytes > 0 ? spec->stack_bytes : world->config.stack_bytes;
    struct runner *runner = NULL;
    if (reserve_slot(world, start->id.slot) == SUP_OK) {
        runner = free_runner(world, stack_bytes, spec->stack_bytes > 0);
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
    sim_coroutine_start(runner->coroutine, task_main, runner);
    sim_queue_set(&world->tasks, runner->index, world->now_ns, world->order++);
    return SUP_OK;
}

static struct runner *find(struct sim_world *world, struct sup_attempt id)
{
    struct runner *runner = id.slot < world->slot_capacity ? world->by_slot[id.slot] : NULL;
    bool it = runner != NULL && runner->live && runner->task.id.slot == id.slot &&
              runner->task.id.generation == id.generation && runner->task.id.attempt == id.attempt;
    return it ? runner : NULL;
}

static void wake(struct runner *runner)
{
    struct sim_world *world = runner->world;
    sim_queue_set(&world->tasks, runner->index, world->now_ns, world->order++);
}

static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct runner *runner = find(context, id);
    (void)work;
    if (runner != NULL) {
        runner->cancelled = true;
        wake(runner);
    }
}

static void abort_task(void *context, struct sup_attempt id, void *work)
{
    struct runner *runner = find(context, id);
    (void)work;
    if (runner != NULL) {
        runner->aborted = true;
        wake(runner);
    }
}

static struct sup_instant read_clock(void *context)
{
    return (struct sup_instant){((const struct sim_world *)context)->now_ns};
}

/* ---- creation ---- */

void sim_world_config_default(struct sim_world_config *ret_config)
{
    memset(ret_config, 0, sizeof(*ret_config));
    sup_config_default(&ret_config->sup);
    ret_config->calls_an_instant = 100000;
    ret_config->stack_bytes = SIM_COROUTINE_STACK_DEFAULT;
}

static int build(struct sim_world *world)
{
    struct sup_config *config = &world->config.sup;
    config->clock = (struct sup_clock){read_clock, world};
    config->executor = (struct sup_executor){
        .start = start, .cancel = cancel, .abort = abort_task, .context = world};
    config->alloc = sup_allocator_libc;
    const struct sim_trace_options options = {.keep_text = world->config.keep_trace, .hash = true};
    int error = sup_create(config, &world->sup);
    if (error == SUP_OK) {
        error = sim_trace_create(&options, &world->trace);
    }
    if (error == SUP_OK) {
        sim_trace_begin(world->trace, "world", config->seed, "sim");
        error = sup_subscribe(world->sup, sim_trace_event, world->trace);
    }
    return error;
}

int sim_world_create(const struct sim_world_config *config, struct sim_world **ret_world)
{
    struct sim_world *world = calloc(1, sizeof(*world));
    if (world == NULL) {
        return SUP_ENOMEM;
    }
    if (config != NULL) {
        world->config = *config;
    } else {
        sim_world_config_default(&world->config);
    }
    sim_queue_init(&world->tasks, world->config.oracle != NULL);
    sim_queue_init(&world->due_calls, world->config.oracle != NULL);
    int error = build(world);
    if (error != SUP_OK) {
        sim_world_free(world);
        return error;
    }
    *ret_world = world;
    return SUP_OK;
}

/* A task that still lives is aborted where it is suspended; one that has not run
 * at all has nothing to clean up. */
static void drop(struct runner *runner)
{
    sup_task_clean_up(&runner->task);
    sim_coroutine_free(runner->coroutine);
    free(runner);
}

void sim_world_free(struct sim_world *world)
{
    if (world == NULL) {
        return;
    }
    for (uint32_t i = 0; i < world->runner_count; i++) {
        drop(world->runners[i]);
    }
    free(world->runners);
    free(world->by_slot);
    free(world->calls);
    sim_queue_release(&world->tasks);
    sim_queue_release(&world->due_calls);
    sup_free(world->sup);
    sim_trace_free(world->trace);
    free(world);
}

struct sup *sim_world_supervisor(struct sim_world *world)
{
    return world->sup;
}

struct sup_instant sim_world_now(const struct sim_world *world)
{
    return (struct sup_instant){world->now_ns};
}

const char *sim_world_problem(const struct sim_world *world)
{
    return world->problem;
}

uint64_t sim_world_hash(const struct sim_world *world)
{
    return sim_trace_hash(world->trace);
}

const char *sim_world_trace(const struct sim_world *world)
{
    return sim_trace_text(world->trace, NULL);
}

/* ---- time ---- */

int sim_world_at(struct sim_world *world, struct sup_instant at, sim_world_fn fn, void *context)
{
    if (fn == NULL || at.ns < world->now_ns) {
        return SUP_EINVAL;
    }
    uint32_t index = 0;
    while (index < world->call_count && world->calls[index].used) {
        index++;
    }
    if (index == world->call_count) {
        uint32_t count = world->call_count == 0 ? 16 : world->call_count * 2;
        struct call *grown = realloc(world->calls, count * sizeof(*grown));
        if (grown == NULL) {
            return SUP_ENOMEM;
        }
        memset(grown + world->call_count, 0, (count - world->call_count) * sizeof(*grown));
        world->calls = grown;
        int error = sim_queue_reserve(&world->due_calls, count);
        if (error != SUP_OK) {
            return error;
        }
        world->call_count = count;
    }
    world->calls[index] = (struct call){fn, context, true};
    sim_queue_set(&world->due_calls, index, at.ns, world->order++);
    return SUP_OK;
}

static void do_task(struct sim_world *world, uint32_t index)
{
    struct runner *runner = world->runners[index];
    sim_queue_remove(&world->tasks, index);
    if (runner->aborted && !runner->begun) {
        sim_coroutine_drop(runner->coroutine);
    } else {
        runner->begun = true;
        if (!sim_coroutine_resume(runner->coroutine)) {
            return;
        }
    }
    sim_queue_remove(&world->tasks, index);
    runner->live = false;
    sup_task_clean_up(&runner->task);
    struct sup_end end = sup_task_end(&runner->task, runner->returned);
    if (runner->aborted && !runner->task.panicked) {
        end = (struct sup_end){.outcome = SUP_OUTCOME_ABORTED};
    }
    give_back(runner);
    /* What the end points to is the runner's until something starts in it, which
     * the report may bring: its texts are copied first by the supervisor. */
    (void)sup_report_end(world->sup, runner->task.id, &end);
}

static void do_call(struct sim_world *world, uint32_t index)
{
    struct call call = world->calls[index];
    sim_queue_remove(&world->due_calls, index);
    world->calls[index].used = false;
    call.fn(world, call.context);
}

static bool timers_due(const struct sim_world *world)
{
    return sup_deadline(world->sup).ns <= world->now_ns;
}

/* The fixed order: all tasks, then all calls, then one step. */
static bool round_fixed(struct sim_world *world)
{
    bool any = false;
    while (sim_queue_next(&world->tasks) <= world->now_ns && world->problem[0] == '\0') {
        do_task(world, sim_queue_first(&world->tasks));
        any = true;
    }
    while (sim_queue_next(&world->due_calls) <= world->now_ns) {
        do_call(world, sim_queue_first(&world->due_calls));
        any = true;
    }
    if (timers_due(world)) {
        sup_step(world->sup);
        any = true;
    }
    return any;
}

/* One thing, whichever the oracle wants of all that is due. */
static bool round_chosen(struct sim_world *world)
{
    uint32_t tasks = sim_queue_gather(&world->tasks, world->now_ns);
    uint32_t calls = sim_queue_gather(&world->due_calls, world->now_ns);
    uint32_t count = tasks + calls + timers_due(world);
    if (count == 0) {
        return false;
    }
    uint32_t choice = count == 1 ? 0 : sim_oracle_choose(world->config.oracle, "world.next", count);
    if (choice < tasks) {
        do_task(world, sim_queue_gathered(&world->tasks, choice));
    } else if (choice < tasks + calls) {
        do_call(world, sim_queue_gathered(&world->due_calls, choice - tasks));
    } else {
        sup_step(world->sup);
    }
    return true;
}

static int settle_instant(struct sim_world *world)
{
    uint32_t rounds = 0;
    bool again = true;
    while (again) {
        again = world->config.oracle != NULL ? round_chosen(world) : round_fixed(world);
        if (world->problem[0] != '\0') {
            return SUP_ELIMIT;
        }
        if (++rounds > INSTANT_ROUNDS_MAX) {
            snprintf(world->problem, sizeof(world->problem), "%llu ns does not end",
                     (unsigned long long)world->now_ns);
            return SUP_ELIMIT;
        }
    }
    return SUP_OK;
}

static uint64_t next_instant(const struct sim_world *world)
{
    uint64_t next = sup_deadline(world->sup).ns;
    uint64_t task = sim_queue_next(&world->tasks);
    uint64_t call = sim_queue_next(&world->due_calls);
    next = task < next ? task : next;
    return call < next ? call : next;
}

int sim_world_run_until(struct sim_world *world, struct sup_instant until)
{
    int error = settle_instant(world);
    while (error == SUP_OK) {
        uint64_t next = next_instant(world);
        if (next > until.ns || next == SUP_NEVER_NS) {
            break;
        }
        world->now_ns = next > world->now_ns ? next : world->now_ns;
        error = settle_instant(world);
    }
    if (error == SUP_OK && until.ns != SUP_NEVER_NS && until.ns > world->now_ns) {
        world->now_ns = until.ns;
    }
    return error;
}

int sim_world_run(struct sim_world *world)
{
    return sim_world_run_until(world, SUP_INSTANT_NEVER);
}
