/* The engine: what a run is made of. */
#include "engine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/tape.h"
#include "reason.h"
#include "sim/scenario/finish.h"
#include "sup/alloc.h"
#include "taped.h"
#include "sup/assert.h"
#include "sup/error.h"

static void stop(struct sim_engine *engine, enum sim_verdict verdict, const char *cause)
{
    SUP_ASSERT(verdict != SIM_PASS && !engine->stopped);
    engine->stopped = true;
    engine->verdict = verdict;
    engine->cause = cause;
}

void sim__engine_stall(struct sim_engine *engine, enum sim_stall stall, const char *format, ...)
{
    if (engine->stopped) {
        return;
    }
    stop(engine, SIM_STALLED, sim_stall_name(stall));
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(engine->message, sizeof(engine->message), format, arguments);
    va_end(arguments);
}

void sim__engine_break(struct sim_engine *engine, const char *invariant, const char *format, ...)
{
    if (engine->stopped) {
        return;
    }
    stop(engine, SIM_INVARIANT_BROKEN, invariant);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(engine->message, sizeof(engine->message), format, arguments);
    va_end(arguments);
}

void sim__engine_fail(struct sim_engine *engine, const struct sim_finding *finding)
{
    struct sim_finding now = *finding;
    now.at = (struct sup_instant){engine->now_ns};
    if (engine->expect != NULL) {
        sim_expect_fail(engine->expect, &now);
    }
}

struct sim_judge sim__engine_judge(const struct sim_engine *engine)
{
    return (struct sim_judge){engine->expect, engine->sup, {engine->now_ns}};
}

struct sim_lateness sim__engine_lateness(const struct sim_engine *engine)
{
    const struct sim_run_options *options = engine->options;
    return (struct sim_lateness){
        .most = {options->lateness_ns},
        .least = {options->lateness_least_ns},
        .seed = options->lateness_seed,
        .each = {options->lateness_each_ns},
        .apart = {options->lateness_apart_ns},
    };
}

/* Building */

static struct sup_instant read_clock(void *context)
{
    const struct sim_engine *engine = context;
    return (struct sup_instant){engine->now_ns};
}

/* Counted: after a run no byte is left. In real time others may ask, too. */
static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct sim_engine *engine = context;
    if (engine->executor.points.on && new_size > old_size &&
        sim__points_allocate(&engine->executor.points)) {
        return NULL;
    }
    void *moved =
        engine->options->outside == NULL
            ? sim__store_resize(&engine->store, block, old_size, new_size)
            : sup_allocator_libc.resize(sup_allocator_libc.context, block, old_size, new_size);
    if (moved != NULL || new_size == 0) {
        engine->bytes += (uint64_t)new_size - (uint64_t)old_size;
    }
    return moved;
}

static int make_supervisor(struct sim_engine *engine)
{
    const struct sim_scenario *scenario = engine->scenario;
    struct sup_config config;
    SUP_ASSERT(engine->sup == NULL && engine->oracle != NULL);
    sup_config_default(&config);
    config.clock = (struct sup_clock){.now = read_clock, .context = engine};
    config.executor = sim__executor_face(&engine->executor);
    config.alloc = (struct sup_allocator){.resize = resize, .context = engine};
    config.seed = engine->seed;
    config.clock_at_zero = scenario->clock;
    config.shutdown_timeout = scenario->shutdown_timeout;
    config.shutdown_order = scenario->shutdown_order;
    config.shutdown_abort = scenario->shutdown_abort;
    config.on_duplicate = scenario->on_duplicate;
    config.blocking_pool = scenario->blocking_pool;
    config.root = scenario->root;
    config.error_bytes_max = scenario->error_bytes_max;
    config.services_max = SIM_SERVICES_MAX;
    config.groups_max = SIM_GROUPS_MAX;
    config.window_entries_max = UINT64_MAX; /* judged when the file was read */
    config.put_off = sim__lag_put_off;
    config.put_off_context = &engine->executor;
    sim__taped_config(engine, &config);
    const struct sim_outside *outside = engine->options->outside;
    int error = outside != NULL ? outside->create(outside->context, engine, &config, &engine->sup)
                                : sup_create(&config, &engine->sup);
    if (error == SUP_OK) {
        engine->executor.sup = engine->sup;
    }
    return error;
}

/* In a late run those who count events see them as a system tells them: each at an instant
 * of its own. */
static __attribute__((noinline)) void expect_apart(struct sim_engine *engine,
                                                   const struct sup_event *event)
{
    struct sup_event own = *event;
    own.at = sim__late_apart(sim__engine_lateness(engine), &engine->apart, event->at);
    sim_expect_event(engine->expect, &own);
}

struct sup_instant sim__engine_seen(const struct sim_engine *engine)
{
    uint64_t told_ns = engine->apart.told ? engine->apart.last.ns : 0;
    return (struct sup_instant){told_ns > engine->now_ns ? told_ns : engine->now_ns};
}

/* Every listener hears an event, or none does: what comes after the last event that the
 * run may have is part of nothing. */
static inline __attribute__((always_inline)) void tell(struct sim_engine *engine,
                                                       const struct sup_event *event)
{
    if (engine->watch.events >= engine->budget.events_max) {
        engine->budget.events_left_out = true;
        return;
    }
    const enum sim__told told = sim__trace_tell(engine->trace, event);
    if (engine->invariants != NULL) {
        sim_invariants_event(engine->invariants, event);
        if (engine->options->lateness_apart_ns == 0) {
            sim_expect_event(engine->expect, event);
        } else {
            expect_apart(engine, event);
        }
        if (!engine->options->no_tail) {
            sim__tail_push(&engine->tail, event);
        }
    } else if (engine->listener != NULL) {
        engine->listener->hear(engine->listener->context, event);
    } else if (engine->shown != NULL) {
        sim__shown_event(engine->shown, &engine->asked, event);
    }
    sim__watch_event(&engine->watch, event, told);
}

/* What the world has done in between is counted with what the supervisor says. The event is a
 * variable of the supervisor's, which has no further use for it; a copy of each would cost more
 * than the rest of this. */
static void hear(void *context, const struct sup_event *event)
{
    struct sim_engine *engine = context;
    struct sup_event *told = (struct sup_event *)(uintptr_t)event;
    told->sequence += engine->happened;
    tell(engine, told);
    told->sequence -= engine->happened;
}

void sim__engine_happen(struct sim_engine *engine, struct sup_event *event)
{
    engine->happened++;
    event->sequence = engine->watch.events + 1;
    tell(engine, event);
}

void sim__engine_deafen(struct sim_engine *engine)
{
    /* Told again, it hears nothing as before. */
    sup_ignore(sup_unsubscribe(engine->sup, hear, engine));
}

/* A first run's events are kept for a second one; a run that is compared with none is not
 * even hashed. */
static int make_trace(struct sim_engine *engine)
{
    const struct sim_watch *before = engine->watch.before;
    const struct sim_run_options *options = engine->options;
    struct sim_trace_options trace = {.hash = before == NULL || before->trace != NULL,
                                      .sup = engine->sup,
                                      .world = sim__reason_of_world,
                                      .world_context = engine};
    engine->asked = trace;
    if (before == NULL) {
        trace.keep_text = options->keep_trace;
        trace.sink = options->trace_sink;
        trace.sink_context = options->trace_context;
    }
    int error = sim_trace_create(&trace, &engine->trace);
    if (error != SUP_OK) {
        return error;
    }
    if (before == NULL && !options->once) {
        sim__trace_keep(engine->trace);
    } else if (before != NULL && before->trace != NULL) {
        sim__trace_hold(engine->trace, before->trace);
    }
    engine->watch.trace = engine->trace;
    engine->watch.asked = &engine->asked;
    return SUP_OK;
}

static int make_listeners(struct sim_engine *engine)
{
    bool checks = engine->watch.before == NULL; /* of another only the trace is looked at */
    const struct sim_scenario *scenario = engine->scenario;
    int error = make_trace(engine);
    if (error == SUP_OK && checks) {
        struct sim_invariants_config config = {
            .blocking_pool = scenario->blocking_pool,
            .shutdown_timeout = scenario->shutdown_timeout,
            .root = scenario->root,
            .has_seed = !sim__tape_answers(engine->options->tape),
            .seed = engine->seed,
            .clock_at_zero = scenario->clock,
        };
        error = sim_invariants_create(&config, &engine->invariants);
        engine->executor.invariants = engine->invariants;
        if (error == SUP_OK) {
            error = sim_expect_create(scenario, &engine->expect);
        }
        if (error == SUP_OK) {
            sim_expect_ask(engine->expect, &engine->asked);
        }
    }
    if (error == SUP_OK) {
        error = sup_subscribe(engine->sup, hear, engine);
    }
    return error;
}

static int make_groups(struct sim_engine *engine)
{
    const struct sim_scenario *scenario = engine->scenario;
    int error = SUP_OK;
    SUP_ASSERT(engine->sup != NULL);
    for (uint32_t i = 0; i < scenario->group_count && error == SUP_OK; i++) {
        const struct sim_group *group = &scenario->groups[i];
        if (engine->invariants != NULL) {
            error = sim_invariants_group(engine->invariants, group->name, &group->policy);
        }
        if (error == SUP_OK) {
            error = sup_group_create(engine->sup, group->name, &group->policy);
        }
    }
    return error;
}

/* What the tasks keep outside of their attempts is as at the first run. */
static void prepare_tasks(const struct sim_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->task_count; i++) {
        bool done = scenario->tasks[i]->prepare == NULL;
        for (uint32_t k = 0; k < i && !done; k++) {
            done = scenario->tasks[k]->prepare == scenario->tasks[i]->prepare;
        }
        if (!done) {
            scenario->tasks[i]->prepare();
        }
    }
}

int sim__engine_init(struct sim_engine *engine, const struct sim_scenario *scenario,
                     const struct sim_run_options *options, const struct sim_watch *before)
{
    *engine = (struct sim_engine){
        .scenario = scenario,
        .options = options,
        .seed = options->has_seed ? options->seed : scenario->seed,
        .oracle = options->oracle,
    };
    prepare_tasks(scenario);
    sim__budget_init(&engine->budget, options);
    sim__watch_init(&engine->watch, before);
    int error = SUP_OK;
    if (engine->oracle == NULL) {
        error = sim_oracle_create_seeded(engine->seed, &engine->own_oracle);
        engine->oracle = engine->own_oracle;
    }
    if (error == SUP_OK) {
        error = sim__taped_begin(engine);
    }
    struct sim_executor_config config = {
        .seed = engine->seed,
        .conditions = &engine->conditions,
        .oracle = engine->oracle,
        .now_ns = &engine->now_ns,
        .queue = scenario->order_random ? SIM_QUEUE_GATHERING : SIM_QUEUE_PLAIN,
        .aborts = options->aborts,
        .as_processes = options->as_processes,
        .lateness = sim__engine_lateness(engine),
        .clock = scenario->clock,
        .faults = options->faults,
    };
    sim__executor_init(&engine->executor, &config);
    if (error == SUP_OK) {
        error = sim__conditions_init(&engine->conditions, scenario);
    }
    if (error == SUP_OK) {
        error = sim__timeline_init(&engine->timeline, scenario, engine->seed, engine->oracle);
    }
    if (error == SUP_OK) {
        error = make_supervisor(engine);
    }
    if (error == SUP_OK) {
        error = make_listeners(engine);
    }
    if (error == SUP_OK) {
        error = make_groups(engine);
    }
    if (error == SUP_OK) {
        const struct sim_trace_heading heading = {
            .scenario = scenario->title,
            .variant = scenario->variant,
            .seed = engine->seed,
            .executor = options->outside != NULL ? options->outside->name : "sim",
        };
        sim_trace_begin(engine->trace, &heading);
    }
    return error;
}

void sim__engine_drop_supervisor(struct sim_engine *engine)
{
    /* The options may be gone by the time that there is no supervisor any more. */
    if (engine->sup == NULL) {
        return;
    }
    sim__tail_settle(&engine->tail, engine->sup);
    if (engine->shown != NULL) {
        sim__shown_settle(engine->shown, engine->sup);
    }
    sim__joins_release(&engine->joins);
    const struct sim_outside *outside = engine->options->outside;
    if (outside != NULL) {
        SUP_ASSERT(outside->close != NULL);
        outside->close(outside->context);
    } else {
        sup_free(engine->sup);
    }
    engine->sup = NULL;
}

void sim__engine_release(struct sim_engine *engine)
{
    if (engine->scenario == NULL) {
        return; /* it was never made, or is released */
    }
    sim__engine_drop_supervisor(engine);
    sim__executor_release(&engine->executor);
    sim__timeline_release(&engine->timeline);
    sim__targets_release(&engine->targets);
    sim__conditions_release(&engine->conditions);
    sim__waits_release(&engine->waits);
    sim__watch_release(&engine->watch);
    sim_oracle_free(engine->own_oracle);
    sim_trace_free(engine->trace);
    sim__tail_release(&engine->tail);
    sim_expect_free(engine->expect);
    sim_invariants_free(engine->invariants);
    sim__store_release(&engine->store);
    *engine = (struct sim_engine){0};
}

/* Registering services */

static int announce(struct sim_engine *engine, const char *name, const struct sim_service *service)
{
    if (engine->invariants == NULL) {
        return SUP_OK;
    }
    int error = sim_invariants_policy(engine->invariants, name, service->group, &service->policy);
    if (error == SUP_OK && service->paused) {
        sim_invariants_paused(engine->invariants, name);
    }
    if (error == SUP_OK && service->lag != NULL) {
        const struct sim_invariants_lag bounds = sim__lag_bounds(service->lag);
        error = sim_invariants_lag(engine->invariants, name, &bounds);
    }
    return error;
}

int sim__engine_define(struct sim_engine *engine, const struct sim_service *service,
                       struct sim_agents **ret_agents)
{
    const struct sim_outside *outside = engine->options->outside;
    int error = sim__cast_define(&engine->executor.cast, service, ret_agents);
    engine->executor.aside |= sim__finish_is_in(service) || service->lag != NULL;
    if (error == SUP_OK && outside != NULL) {
        error = outside->define(outside->context, *ret_agents);
    }
    return error;
}

int sim__engine_spawn(struct sim_engine *engine, const struct sim_agents *agents, uint32_t index,
                      const struct sup_actor *actor, struct sup_command_outcome *ret_outcome)
{
    const struct sim_service *service = agents->service;
    char counted[SUP_NAME_MAX + 16];
    const char *name = service->name;
    if (service->counted) {
        struct sim__text text;
        sim__text_init_fixed(&text, counted, sizeof(counted));
        sim__text_put(&text, service->name);
        sim__text_char(&text, '-');
        sim__text_u64(&text, index);
        name = counted;
    }
    SUP_ASSERT(index < service->count && engine->sup != NULL);
    struct sup_spec spec = {
        .name = name,
        .group = service->group,
        .policy = &service->policy,
        .work = sim__cast_agent(&engine->executor.cast, agents, index),
        .paused = service->paused,
        .dynamic = actor != NULL, /* of the timeline, not of the file's services */
    };
    int error = announce(engine, name, service);
    if (error != SUP_OK) {
        return error;
    }
    int result = actor != NULL ? sup_spawn_as(engine->sup, &spec, actor, ret_outcome)
                               : sup_spawn(engine->sup, &spec);
    if (result != SUP_OK && engine->invariants != NULL) {
        sim_invariants_refused(engine->invariants, name);
    }
    return result;
}
