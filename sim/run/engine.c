/* The engine: builds a run, and takes it from instant to instant. */
#define _POSIX_C_SOURCE 200809L
#include "engine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "late.h"
#include "sup/alloc.h"
#include "sup/error.h"

#define MAX_EVENTS_DEFAULT UINT64_C(10000000)
#define AN_INSTANT_DEFAULT 100000u
#define AN_INSTANT_PER_SERVICE 32u
#define LOOK_EVERY 1024u /* doings between two looks at the wall clock */

void sim_engine_stop(struct sim_engine *engine, enum sim_verdict verdict, const char *format, ...)
{
    if (engine->stopped) {
        return;
    }
    engine->stopped = true;
    engine->verdict = verdict;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(engine->message, sizeof(engine->message), format, arguments);
    va_end(arguments);
}

void sim_engine_fail(struct sim_engine *engine, struct sim_place place, const char *service,
                     const char *expected, const char *found)
{
    if (engine->expect != NULL) {
        sim_expect_fail(engine->expect, place, engine->now_ns, service, expected, found);
    }
}

/* Building */

static struct sup_instant read_clock(void *context)
{
    const struct sim_engine *engine = context;
    return (struct sup_instant){engine->now_ns};
}

/* The C library's allocator, counted: after a run no byte is left. */
static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct sim_engine *engine = context;
    void *moved = sup_allocator_libc.resize(sup_allocator_libc.context, block, old_size, new_size);
    if (moved != NULL || new_size == 0) {
        engine->bytes += (uint64_t)new_size - (uint64_t)old_size;
    }
    return moved;
}

static int make_supervisor(struct sim_engine *engine)
{
    const struct sim_scenario *scenario = engine->scenario;
    struct sup_config config;
    sup_config_default(&config);
    config.clock = (struct sup_clock){.now = read_clock, .context = engine};
    config.executor = sim_executor_face(&engine->executor);
    config.alloc = (struct sup_allocator){.resize = resize, .context = engine};
    config.seed = engine->seed;
    config.shutdown_timeout = scenario->shutdown_timeout;
    config.shutdown_order = scenario->shutdown_order;
    config.shutdown_abort = scenario->shutdown_abort;
    config.on_duplicate = scenario->on_duplicate;
    config.blocking_pool = scenario->blocking_pool;
    config.root = scenario->root;
    config.error_bytes_max = scenario->error_bytes_max;
    config.services_max = SIM_SERVICES_MAX;
    config.groups_max = SIM_GROUPS_MAX;
    const struct sim_outside *outside = engine->options->outside;
    int error = outside != NULL ? outside->create(outside->context, engine, &config, &engine->sup)
                                : sup_create(&config, &engine->sup);
    if (error == SUP_OK) {
        engine->executor.sup = engine->sup;
    }
    return error;
}

static int make_listeners(struct sim_engine *engine, bool checks)
{
    const struct sim_scenario *scenario = engine->scenario;
    struct sim_trace_options trace = {.keep_text = engine->options->keep_trace && checks,
                                      .hash = true};
    int error = sim_trace_create(&trace, &engine->trace);
    if (error == SUP_OK) {
        error = sup_subscribe(engine->sup, sim_trace_event, engine->trace);
    }
    if (error == SUP_OK && checks) {
        struct sim_invariants_config config = {
            .blocking_pool = scenario->blocking_pool,
            .shutdown_timeout = scenario->shutdown_timeout,
            .root = scenario->root,
        };
        error = sim_invariants_create(&config, &engine->invariants);
        if (error == SUP_OK) {
            error = sup_subscribe(engine->sup, sim_invariants_event, engine->invariants);
        }
        if (error == SUP_OK) {
            error = sim_expect_create(scenario, &engine->expect);
        }
        if (error == SUP_OK) {
            error = sup_subscribe(engine->sup, sim_expect_event, engine->expect);
        }
    }
    if (error == SUP_OK) {
        error = sup_subscribe(engine->sup, sim_watch_event, &engine->watch);
    }
    engine->watch.trace = engine->trace;
    return error;
}

static int make_groups(struct sim_engine *engine)
{
    const struct sim_scenario *scenario = engine->scenario;
    int error = SUP_OK;
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

int sim_engine_init(struct sim_engine *engine, const struct sim_scenario *scenario,
                    const struct sim_run_options *options, const struct sim_watch *before)
{
    *engine = (struct sim_engine){
        .scenario = scenario,
        .options = options,
        .seed = options->has_seed ? options->seed : scenario->seed,
        .oracle = options->oracle,
    };
    sim_watch_init(&engine->watch, before);
    int error = SUP_OK;
    if (engine->oracle == NULL) {
        error = sim_oracle_create_seeded(engine->seed, &engine->own_oracle);
        engine->oracle = engine->own_oracle;
    }
    struct sim_executor_config config = {
        .seed = engine->seed,
        .oracle = engine->oracle,
        .now_ns = &engine->now_ns,
        .order_random = scenario->order_random,
        .aborts_ignored = options->aborts_ignored,
        .as_processes = options->as_processes,
        .lateness_ns = options->lateness_ns,
        .lateness_seed = options->lateness_seed,
    };
    sim_executor_init(&engine->executor, &config);
    if (error == SUP_OK) {
        error = sim_timeline_init(&engine->timeline, scenario);
    }
    if (error == SUP_OK) {
        error = make_supervisor(engine);
    }
    if (error == SUP_OK) {
        error = make_listeners(engine, before == NULL);
    }
    if (error == SUP_OK) {
        error = make_groups(engine);
    }
    if (error == SUP_OK) {
        sim_trace_begin(engine->trace, scenario->name, engine->seed,
                        options->outside != NULL ? options->outside->name : "sim");
    }
    return error;
}

static void drop_supervisor(struct sim_engine *engine)
{
    /* The options may be gone by the time that there is no supervisor any more. */
    if (engine->sup == NULL) {
        return;
    }
    const struct sim_outside *outside = engine->options->outside;
    if (outside != NULL) {
        outside->close(outside->context);
    } else {
        sup_free(engine->sup);
    }
    engine->sup = NULL;
}

void sim_engine_release(struct sim_engine *engine)
{
    drop_supervisor(engine);
    sim_executor_release(&engine->executor);
    sim_timeline_release(&engine->timeline);
    sim_watch_release(&engine->watch);
    sim_oracle_free(engine->own_oracle);
    sim_trace_free(engine->trace);
    sim_expect_free(engine->expect);
    sim_invariants_free(engine->invariants);
    *engine = (struct sim_engine){0};
}

/* Registering services */

static int announce(struct sim_engine *engine, const char *name, const struct sim_service *service)
{
    if (engine->invariants == NULL) {
        return SUP_OK;
    }
    return sim_invariants_policy(engine->invariants, name, service->group, &service->policy);
}

int sim_engine_define(struct sim_engine *engine, const struct sim_service *service,
                      struct sim_agents **ret_agents)
{
    const struct sim_outside *outside = engine->options->outside;
    int error = sim_executor_define(&engine->executor, service, ret_agents);
    if (error == SUP_OK && outside != NULL) {
        error = outside->define(outside->context, *ret_agents);
    }
    return error;
}

int sim_engine_spawn(struct sim_engine *engine, const struct sim_agents *agents, uint32_t index,
                     const struct sup_actor *actor, struct sup_command_outcome *ret_outcome)
{
    const struct sim_service *service = agents->service;
    char counted[SUP_NAME_MAX + 16];
    const char *name = service->name;
    if (service->counted) {
        (void)snprintf(counted, sizeof(counted), "%s-%" PRIu32, service->name, index);
        name = counted;
    }
    struct sup_spec spec = {
        .name = name,
        .group = service->group,
        .policy = &service->policy,
        .work = sim_executor_agent(&engine->executor, agents, index),
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

static void spawn_file_services(struct sim_engine *engine)
{
    const struct sim_scenario *scenario = engine->scenario;
    for (uint32_t i = 0; i < scenario->service_count && engine->error == SUP_OK; i++) {
        const struct sim_service *service = &scenario->services[i];
        struct sim_agents *agents = NULL;
        sim_late_register(engine, i);
        int result = sim_engine_define(engine, service, &agents);
        for (uint32_t k = 0; result == SUP_OK && k < service->count; k++) {
            result = sim_engine_spawn(engine, agents, k, NULL, NULL);
        }
        if (result == SUP_ENOMEM || sim_executor_failed(&engine->executor)) {
            engine->error = SUP_ENOMEM;
        } else if (result != SUP_OK) {
            sim_engine_fail(engine, service->place, service->name, "registered at the start",
                            sup_error_name(result));
        }
    }
}

/* Progress */

static const char *slot_name(const struct sim_engine *engine, uint32_t slot)
{
    const char *name = slot != UINT32_MAX ? sup_slot_name(engine->sup, slot) : NULL;
    return name != NULL ? name : "no service";
}

static uint64_t wall_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return 0;
    }
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void look_at_clock(struct sim_engine *engine)
{
    const struct sim_run_options *options = engine->options;
    char at[48];
    if (options->max_wall_ns != 0 && wall_ns() - engine->wall_start_ns > options->max_wall_ns) {
        sim_engine_stop(engine, SIM_STALLED,
                        "the budget of wall time ran out at %s of virtual time",
                        sim_duration_format(engine->now_ns, at));
    }
}

/* What may end a run from outside; it can only cut a run short, never change it. */
static void look_around(struct sim_engine *engine)
{
    const struct sim_run_options *options = engine->options;
    char at[48];
    look_at_clock(engine);
    if (options->progress != NULL &&
        options->progress(options->progress_context, engine->now_ns, engine->watch.events)) {
        sim_engine_stop(engine, SIM_STALLED, "the run was stopped from outside at %s",
                        sim_duration_format(engine->now_ns, at));
    }
}

static void look_for_stall(struct sim_engine *engine)
{
    const struct sim_run_options *options = engine->options;
    const struct sim_watch *watch = &engine->watch;
    uint64_t budget = options->max_events != 0 ? options->max_events : MAX_EVENTS_DEFAULT;
    char at[48];
    if (watch->at_instant > engine->limit_an_instant) {
        /* A fleet may have much to do in one instant without being in a loop. */
        struct sup_group_info everything = {0};
        (void)sup_group_info_of(engine->sup, "runtime", &everything);
        engine->limit_an_instant = (uint64_t)everything.services * AN_INSTANT_PER_SERVICE;
        if (watch->at_instant > engine->limit_an_instant) {
            sim_engine_stop(engine, SIM_STALLED,
                            "livelock: %" PRIu64
                            " events and reports at %s and no end; service `%s` is "
                            "re-armed by %s",
                            watch->at_instant, sim_duration_format(engine->now_ns, at),
                            slot_name(engine, watch->slot), sim_watch_cause(watch));
        }
    }
    if (watch->events > budget) {
        sim_engine_stop(engine, SIM_STALLED, "the budget of %" PRIu64 " events ran out at %s",
                        budget, sim_duration_format(engine->now_ns, at));
    }
}

/* After each report, action or step: `events` is how many there were before it. */
void sim_engine_did(struct sim_engine *engine, uint64_t events, uint32_t slot)
{
    if (engine->watch.events == events) {
        sim_watch_silent(&engine->watch, slot);
    }
    look_for_stall(engine);
    if (++engine->doings % LOOK_EVERY == 0) {
        look_around(engine);
    }
    if (sim_executor_failed(&engine->executor)) {
        engine->error = SUP_ENOMEM;
    }
}

static bool is_over(const struct sim_engine *engine)
{
    return engine->stopped || engine->error != SUP_OK || engine->awake_ns > engine->now_ns;
}

/* One instant */

static void do_report(struct sim_engine *engine, uint32_t index)
{
    uint64_t events = engine->watch.events;
    uint32_t slot = sim_executor_slot(&engine->executor, index);
    const struct sim_action *action = NULL;
    (void)sim_executor_advance(&engine->executor, index, &action);
    if (action != NULL) {
        sim_action_do(engine, sim_timeline_scripted(&engine->timeline, action));
    }
    sim_engine_did(engine, events, slot);
}

void sim_engine_report(struct sim_engine *engine)
{
    do_report(engine, sim_queue_first(&engine->executor.queue));
}

static void do_action(struct sim_engine *engine, uint32_t index)
{
    uint64_t events = engine->watch.events;
    sim_action_do(engine, sim_timeline_take(&engine->timeline, index));
    sim_engine_did(engine, events, UINT32_MAX);
}

void sim_engine_act(struct sim_engine *engine)
{
    do_action(engine, sim_queue_first(&engine->timeline.queue));
}

static void check_invariants(struct sim_engine *engine)
{
    if (engine->invariants == NULL) {
        return;
    }
    engine->checked_doings = engine->doings;
    sim_invariants_settled(engine->invariants, engine->sup);
    const char *broken = sim_invariants_broken(engine->invariants);
    if (sim_invariants_failed(engine->invariants)) {
        engine->error = SUP_ENOMEM;
    }
    if (broken != NULL) {
        sim_engine_stop(engine, SIM_INVARIANT_BROKEN, "%s: %s", broken,
                        sim_invariants_text(engine->invariants));
    }
}

void sim_engine_step(struct sim_engine *engine)
{
    uint64_t events = engine->watch.events;
    (void)sup_step(engine->sup);
    sim_engine_did(engine, events, UINT32_MAX);
    check_invariants(engine);
}

static bool reports_due(const struct sim_engine *engine)
{
    return sim_queue_next(&engine->executor.queue) <= engine->now_ns;
}

static bool actions_due(const struct sim_engine *engine)
{
    return sim_queue_next(&engine->timeline.queue) <= engine->now_ns;
}

static bool timers_due(const struct sim_engine *engine)
{
    return sup_deadline(engine->sup).ns <= engine->now_ns;
}

/* Rounds: reports until there are none, the instant's actions, one step. */
static void rounds_in_order(struct sim_engine *engine)
{
    bool any = true;
    while (any && !is_over(engine)) {
        any = false;
        for (; !is_over(engine) && reports_due(engine); any = true) {
            do_report(engine, sim_queue_first(&engine->executor.queue));
        }
        for (; !is_over(engine) && actions_due(engine); any = true) {
            do_action(engine, sim_queue_first(&engine->timeline.queue));
        }
        if (!is_over(engine) && timers_due(engine)) {
            sim_engine_step(engine);
            any = true;
        }
    }
}

enum doing { DO_REPORT, DO_ACTION, DO_STEP };

static uint32_t gathered(struct sim_engine *engine, struct sim_queue *queue, const char *site)
{
    uint32_t count = sim_queue_gather(queue, engine->now_ns);
    return sim_queue_gathered(queue, sim_oracle_choose(engine->oracle, site, count));
}

/* The oracle decides which kind of thing comes next, and which one of them. The
 * supervisor's own timers keep their order. */
static void rounds_by_oracle(struct sim_engine *engine)
{
    while (!is_over(engine)) {
        enum doing doings[3];
        uint32_t count = 0;
        if (reports_due(engine)) {
            doings[count++] = DO_REPORT;
        }
        if (actions_due(engine)) {
            doings[count++] = DO_ACTION;
        }
        if (timers_due(engine)) {
            doings[count++] = DO_STEP;
        }
        if (count == 0) {
            return;
        }
        switch (doings[sim_oracle_choose(engine->oracle, "order:next", count)]) {
        case DO_REPORT:
            do_report(engine, gathered(engine, &engine->executor.queue, "order:report"));
            break;
        case DO_ACTION:
            do_action(engine, gathered(engine, &engine->timeline.queue, "order:action"));
            break;
        case DO_STEP:
            sim_engine_step(engine);
            break;
        }
    }
}

/* Nothing more is due at this instant. The supervisor's structures are checked
 * whole at the 1st, 2nd, 4th, 8th … settled instant. */
void sim_engine_settle(struct sim_engine *engine)
{
    if (engine->checked_doings != engine->doings) {
        check_invariants(engine);
    }
    uint64_t count = ++engine->settled_count;
    if (engine->invariants != NULL && (count & (count - 1)) == 0) {
        sup_check(engine->sup);
        sim_queue_check(&engine->executor.queue);
    }
    if (engine->expect != NULL && !engine->stopped) {
        sim_expect_settled(engine->expect, engine->sup, (struct sup_instant){engine->now_ns});
    }
}

/* From instant to instant */

/* When something is due next. What falls due while the supervisor has no
 * processor is due when it has one again; an expectation may look meanwhile. */
static uint64_t next_instant(const struct sim_engine *engine)
{
    uint64_t next = sim_queue_next(&engine->executor.queue);
    uint64_t another = sim_queue_next(&engine->timeline.queue);
    next = another < next ? another : next;
    another = sup_deadline(engine->sup).ns;
    next = another < next ? another : next;
    if (next < engine->awake_ns) {
        next = engine->awake_ns;
    }
    if (engine->expect != NULL) {
        another = sim_expect_deadline(engine->expect).ns;
        next = another < next ? another : next;
    }
    return next < engine->now_ns ? engine->now_ns : next;
}

static void pass_time(struct sim_engine *engine)
{
    uint64_t until = engine->scenario->until_ns;
    uint64_t next = 0;
    while (next != UINT64_MAX && next <= until) {
        engine->now_ns = next;
        sim_watch_instant(&engine->watch);
        if (engine->scenario->order_random) {
            rounds_by_oracle(engine);
        } else {
            rounds_in_order(engine);
        }
        if (engine->stopped || engine->error != SUP_OK) {
            return;
        }
        sim_engine_settle(engine);
        if (engine->stopped) {
            return;
        }
        next = next_instant(engine);
    }
    if (until != UINT64_MAX) {
        engine->now_ns = until;
    }
}

static void finish(struct sim_engine *engine)
{
    if (engine->invariants == NULL || engine->stopped) {
        return;
    }
    sup_check(engine->sup);
    sim_timeline_end(engine);
    sim_expect_end(engine->expect, engine->sup, (struct sup_instant){engine->now_ns});
    sim_invariants_end(engine->invariants, engine->sup);
    check_invariants(engine);
    if (!engine->stopped && sim_expect_failures(engine->expect, NULL) > 0) {
        engine->verdict = SIM_EXPECTATION_FAILED;
    }
}

/* The supervisor goes before the trace ends, so that what it leaves behind is
 * part of the verdict. */
static void close_books(struct sim_engine *engine)
{
    sup_metrics_read(engine->sup, &engine->metrics);
    engine->draws =
        sup_draws(engine->sup) + engine->executor.draws + sim_oracle_draws(engine->oracle);
    drop_supervisor(engine);
    if (engine->bytes != 0) {
        sim_engine_stop(engine, SIM_INVARIANT_BROKEN,
                        "memory: %" PRIu64 " bytes of the supervisor are left after the run",
                        engine->bytes);
    }
    sim_trace_end(engine->trace, engine->draws, sim_verdict_name(engine->verdict));
    sim_watch_end(&engine->watch);
    if (sim_trace_failed(engine->trace) ||
        (engine->expect != NULL && sim_expect_failed(engine->expect))) {
        engine->error = SUP_ENOMEM;
    }
}

int sim_engine_run(struct sim_engine *engine)
{
    const struct sim_outside *outside = engine->options->outside;
    uint32_t limit = engine->options->max_events_an_instant;
    engine->limit_an_instant = limit != 0 ? limit : AN_INSTANT_DEFAULT;
    engine->verdict = SIM_PASS;
    if (engine->options->max_wall_ns != 0 && engine->wall_start_ns == 0) {
        engine->wall_start_ns = wall_ns();
    }
    spawn_file_services(engine);
    if (engine->error == SUP_OK) {
        if (outside != NULL) {
            outside->pass_time(outside->context, engine);
        } else if (engine->options->lateness_ns > 0) {
            sim_late_pass_time(engine);
        } else {
            pass_time(engine);
        }
    }
    /* A short run is over before anybody looks, and may be too long all the same. */
    if (engine->error == SUP_OK && !engine->stopped) {
        look_at_clock(engine);
    }
    if (engine->error == SUP_OK) {
        finish(engine);
    }
    if (engine->error == SUP_OK) {
        close_books(engine);
    }
    return engine->error;
}
