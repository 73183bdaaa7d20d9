/* A simulated world for C tasks; see <sim/world.h>. */
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sim/rounds/rounds.h"

#define INSTANT_DOINGS_MAX 1000000u /* tasks that go on, calls, steps */

static struct sup_instant read_clock(void *context)
{
    return (struct sup_instant){((const struct sim_world *)context)->now_ns};
}

/* ---- creation ---- */

#define CONFIG_STRETCHES (SUP_CONFIG_STRETCHES + 1)

/* The stretches of a program's config: those of `sup`, and what comes after it. */
static size_t stretches(struct sup_stretch *parts, size_t size, size_t sup_size, size_t root_size)
{
    size_t count = sup_config_stretches(parts, sup_size, root_size);
    if (count == 0 || size < sup_size) {
        return 0;
    }
    parts[count].theirs = size - sup_size;
    parts[count].ours = sizeof(struct sim_world_config) - sizeof(struct sup_config);
    return count + 1;
}

static void fill_defaults(struct sim_world_config *config)
{
    memset(config, 0, sizeof(*config));
    sup_config_default(&config->sup);
    config->calls_an_instant = 100000;
    config->stack_bytes = SIM_COROUTINE_STACK_DEFAULT;
}

void sim_world_config_default_sized(struct sim_world_config *ret_config, size_t size,
                                    size_t sup_size, size_t root_size)
{
    struct sim_world_config own;
    struct sup_stretch parts[CONFIG_STRETCHES];
    fill_defaults(&own);
    sup_face_give(ret_config, &own, parts, stretches(parts, size, sup_size, root_size));
}

static int build(struct sim_world *world)
{
    struct sup_config *config = &world->config.sup;
    config->clock = (struct sup_clock){read_clock, world};
    config->executor = sim__world_executor(world);
    config->alloc = sup_allocator_libc;
    struct sim_trace_options options = {.keep_text = world->config.keep_trace, .hash = true};
    int error = sup_create(config, &world->sup);
    if (error == SUP_OK) {
        options.sup = world->sup;
        error = sim_trace_create(&options, &world->trace);
    }
    if (error == SUP_OK) {
        sim_trace_begin(world->trace, &(struct sim_trace_heading){.scenario = "world",
                                                                  .seed = config->seed,
                                                                  .executor = "sim"});
        error = sup_subscribe(world->sup, sim_trace_event, world->trace);
    }
    return error;
}

static int create(const struct sim_world_config *config, size_t spec_size,
                  struct sim_world **ret_world)
{
    struct sim_world *world = calloc(1, sizeof(*world));
    if (world == NULL) {
        return SUP_ENOMEM;
    }
    world->config = *config;
    world->spec_size = spec_size;
    enum sim_queue_kind kind = world->config.oracle != NULL ? SIM_QUEUE_GATHERING : SIM_QUEUE_PLAIN;
    sim__queue_init(&world->tasks, kind);
    sim__queue_init(&world->due_calls, kind);
    int error = build(world);
    if (error != SUP_OK) {
        sim_world_free(world);
        return error;
    }
    *ret_world = world;
    return SUP_OK;
}

int sim_world_create_sized(const struct sim_world_config *config,
                           const struct sim_world_sizes *sizes, struct sim_world **ret_world)
{
    struct sim_world_config own;
    struct sup_stretch parts[CONFIG_STRETCHES];
    size_t count = stretches(parts, sizes->config, sizes->sup, sizes->root);
    if (ret_world == NULL || count == 0) {
        return SUP_EINVAL;
    }
    fill_defaults(&own);
    if (config != NULL && sup_face_take(&own, config, parts, count) != 0) {
        return SUP_ENEWER;
    }
    return create(&own, sizes->task_spec, ret_world);
}

void sim_world_free(struct sim_world *world)
{
    if (world == NULL) {
        return;
    }
    sim__world_drop_tasks(world);
    free(world->calls);
    sim__queue_release(&world->tasks);
    sim__queue_release(&world->due_calls);
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
    void *grown =
        sim__grown(world->calls, &world->call_count, (uint64_t)index + 1, sizeof(*world->calls));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    world->calls = grown;
    int error = sim__queue_reserve(&world->due_calls, world->call_count);
    if (error != SUP_OK) {
        return error;
    }
    world->calls[index] = (struct sim__call){fn, context, true};
    sim__queue_set(&world->due_calls, index, at, world->order++);
    return SUP_OK;
}

static void do_call(struct sim_world *world, uint32_t index)
{
    struct sim__call call = world->calls[index];
    sim__queue_remove(&world->due_calls, index);
    world->calls[index].used = false;
    call.fn(world, call.context);
}

/* ---- the face that the rounds see ---- */

static struct sup_instant due(void *context, enum sim_due kind)
{
    const struct sim_world *world = context;
    switch (kind) {
    case SIM_DUE_REPORT:
        return sim__queue_next(&world->tasks);
    case SIM_DUE_ACTION:
        return sim__queue_next(&world->due_calls);
    case SIM_DUE_TIMER:
        return sup_deadline(world->sup);
    default:
        return SUP_INSTANT_NEVER; /* nobody looks */
    }
}

/* An instant has an end. */
static void did(struct sim_world *world)
{
    if (++world->doings <= INSTANT_DOINGS_MAX || world->problem[0] != '\0') {
        return;
    }
    (void)snprintf(world->problem, sizeof(world->problem), "%llu ns does not end",
                   (unsigned long long)world->now_ns);
}

static void take(void *context, enum sim_due kind)
{
    struct sim_world *world = context;
    if (kind == SIM_DUE_REPORT) {
        sim__world_resume(world, sim__queue_first(&world->tasks));
    } else if (kind == SIM_DUE_ACTION) {
        do_call(world, sim__queue_first(&world->due_calls));
    } else {
        (void)sup_step(world->sup);
    }
    did(world);
}

/* One thing, whichever the oracle wants of all that is due. */
static bool take_chosen(void *context)
{
    struct sim_world *world = context;
    uint32_t tasks = sim__queue_gather(&world->tasks, sim_world_now(world));
    uint32_t calls = sim__queue_gather(&world->due_calls, sim_world_now(world));
    uint32_t timers = sup_deadline(world->sup).ns <= world->now_ns ? 1 : 0;
    uint32_t count = tasks + calls + timers;
    if (count == 0) {
        return false;
    }
    uint32_t choice = count == 1 ? 0 : sim_oracle_choose(world->config.oracle, "world.next", count);
    if (choice < tasks) {
        sim__world_resume(world, sim__queue_gathered(&world->tasks, choice));
    } else if (choice < tasks + calls) {
        do_call(world, sim__queue_gathered(&world->due_calls, choice - tasks));
    } else {
        (void)sup_step(world->sup);
    }
    did(world);
    return true;
}

static bool ended(void *context)
{
    return ((const struct sim_world *)context)->problem[0] != '\0';
}

static void set_clock(void *context, struct sup_instant now)
{
    ((struct sim_world *)context)->now_ns = now.ns;
}

static void begin(void *context)
{
    ((struct sim_world *)context)->doings = 0;
}

static void settle(void *context)
{
    (void)context; /* nobody looks */
}

static struct sup_instant wake(void *context)
{
    struct sup_instant next = due(context, SIM_DUE_TIMER);
    struct sup_instant task = due(context, SIM_DUE_REPORT);
    struct sup_instant call = due(context, SIM_DUE_ACTION);
    next = task.ns < next.ns ? task : next;
    return call.ns < next.ns ? call : next;
}

static const struct sim_rounds_face face = {
    .due = due,
    .take = take,
    .take_chosen = take_chosen,
    .halted = ended,
    .ended = ended,
    .clock = set_clock,
    .begin = begin,
    .settle = settle,
    .wake = wake,
};

int sim_world_run_until(struct sim_world *world, struct sup_instant until)
{
    struct sup_instant now = {world->now_ns};
    struct sup_instant end = until.ns > now.ns ? until : now;
    if (world->config.oracle != NULL) {
        sim__rounds_pass(&face, world, SIM_ROUNDS_CHOSEN, now, end);
    } else {
        sim__rounds_pass(&face, world, SIM_ROUNDS_FIFO, now, end);
    }
    return ended(world) ? SUP_ELIMIT : SUP_OK;
}

int sim_world_run(struct sim_world *world)
{
    return sim_world_run_until(world, SUP_INSTANT_NEVER);
}
