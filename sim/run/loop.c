/* Takes a run from instant to instant, and to its verdict. */
#include "loop.h"

#include <inttypes.h>

#include "action.h"
#include "engine.h"
#include "late.h"
#include "rolling.h"
#include "set.h"
#include "taped.h"
#include "sim/base/probe.h"
#include "sim/rounds/rounds.h"
#include "sup/assert.h"
#include "sup/error.h"

/* After everything that was done */

static struct sim_budget_view view_of(const struct sim_engine *engine)
{
    return (struct sim_budget_view){&engine->watch, engine->sup, {engine->now_ns}};
}

/* What may end a run from outside; it can only cut a run short, never change it. */
static void look_outside(struct sim_engine *engine)
{
    const struct sim_run_options *options = engine->options;
    char at[48];
    if (options->progress != NULL &&
        options->progress(options->progress_context, (struct sup_instant){engine->now_ns},
                          engine->watch.events)) {
        sim__engine_stall(engine, SIM_STALL_OUTSIDE, "the run was stopped from outside at %s",
                          sim_duration_format(engine->now_ns, at));
    }
}

static void look_around(struct sim_engine *engine)
{
    const struct sim_budget_view view = view_of(engine);
    char text[SIM_BUDGET_TEXT_BYTES];
    enum sim_stall spent = sim__budget_spent(&engine->budget, &view, text);
    if (spent != SIM_STALL_NOT) {
        sim__engine_stall(engine, spent, "%s", text);
    }
    look_outside(engine);
}

/* One step more was taken; `events` is how many there were before it. */
static void did(struct sim_engine *engine, uint64_t events, uint32_t slot)
{
    struct sim_budget *budget = &engine->budget;
    engine->watch.done_ns = engine->now_ns;
    if (engine->watch.events == events) {
        sim__watch_silent(&engine->watch, slot);
    }
    budget->steps++;
    if (sim__budget_wants_look(budget, &engine->watch) ||
        budget->steps % SIM_BUDGET_LOOK_EVERY == 0) {
        look_around(engine);
    }
    if (sim__executor_failed(&engine->executor)) {
        engine->error = SUP_ENOMEM;
    }
}

static void report(struct sim_engine *engine, uint32_t index)
{
    uint64_t events = engine->watch.events;
    struct sim_attempt *attempt = sim__cast_attempt(&engine->executor.cast, index);
    uint32_t slot = attempt->id.slot;
    const struct sim_action *action = NULL;
    enum sim_say said = sim__executor_advance(&engine->executor, attempt, &action);
    engine->budget.said = said;
    engine->budget.slot = slot;
    engine->budget.action = action;
    if (said == SIM_SAY_SPIN) {
        engine->budget.steps += SIM_SCRIPT_SPIN_STEPS - 1;
    }
    if (action != NULL) {
        sim__action_do(engine, sim__timeline_scripted(&engine->timeline, action));
    }
    did(engine, events, slot);
}

static void act(struct sim_engine *engine, uint32_t index)
{
    uint64_t events = engine->watch.events;
    SUP_ASSERT(engine->awake_ns <= engine->now_ns);
    struct sim_act *entry = sim__timeline_take(&engine->timeline, index);
    engine->budget.action = entry->action;
    sim__action_do(engine, entry);
    did(engine, events, UINT32_MAX);
}

void sim__loop_act(struct sim_engine *engine)
{
    act(engine, sim__queue_first(&engine->timeline.queue));
}

/* Of a run that has them; one for comparison has none. */
static void look_at_invariants(struct sim_engine *engine)
{
    engine->checked_steps = engine->budget.steps;
    sim_invariants_settled(engine->invariants, engine->sup);
    const char *broken = sim_invariants_broken(engine->invariants);
    if (sim_invariants_failed(engine->invariants)) {
        engine->error = SUP_ENOMEM;
    }
    if (broken != NULL) {
        sim__engine_break(engine, broken, "%s: %s", broken,
                          sim_invariants_text(engine->invariants));
    }
}

static inline void check_invariants(struct sim_engine *engine)
{
    if (engine->invariants != NULL) {
        look_at_invariants(engine);
    }
}

static void step(struct sim_engine *engine)
{
    uint64_t events = engine->watch.events;
    if (engine->options->lateness_each_ns == 0) {
        (void)sup_step(engine->sup);
    } else {
        sim__step_late(engine);
    }
    did(engine, events, UINT32_MAX);
    check_invariants(engine);
}

/* Nothing more is due at this instant. The supervisor's structures are checked
 * whole at the 1st, 2nd, 4th, 8th … settled instant. */
void sim__loop_settle(struct sim_engine *engine)
{
    if (engine->checked_steps != engine->budget.steps) {
        check_invariants(engine);
    }
    uint64_t count = ++engine->settled_count;
    SIM_PROBE_WHEN("instant: the supervisor has no processor", engine->awake_ns > engine->now_ns);
    if (engine->invariants != NULL && !engine->stopped && (count & (count - 1)) == 0) {
        sup_check(engine->sup);
        sim__queue_check(&engine->executor.queue);
    }
    if (engine->expect != NULL && !engine->stopped) {
        sim_expect_settled(engine->expect, engine->sup, sim__engine_seen(engine));
    }
}

void sim__loop_turned(struct sim_engine *engine, uint64_t events)
{
    sim__watch_instant(&engine->watch);
    did(engine, events, UINT32_MAX);
    if (!engine->stopped && engine->error == SUP_OK) {
        sim__loop_settle(engine);
    }
}

/* The face that the rounds see */

static struct sup_instant due(void *context, enum sim_due kind)
{
    const struct sim_engine *engine = context;
    switch (kind) {
    case SIM_DUE_REPORT:
        return sim__queue_next(&engine->executor.queue);
    case SIM_DUE_ACTION:
        return sim__queue_next(&engine->timeline.queue);
    case SIM_DUE_TIMER:
        return sup_deadline(engine->sup);
    case SIM_DUE_LOOK:
        return engine->expect != NULL ? sim_expect_deadline(engine->expect) : SUP_INSTANT_NEVER;
    case SIM_DUE_NOTHING:
        break;
    }
    return SUP_INSTANT_NEVER;
}

static void take(void *context, enum sim_due kind)
{
    struct sim_engine *engine = context;
    switch (kind) {
    case SIM_DUE_REPORT:
        report(engine, sim__queue_first(&engine->executor.queue));
        break;
    case SIM_DUE_ACTION:
        sim__loop_act(engine);
        break;
    case SIM_DUE_TIMER:
        step(engine);
        break;
    case SIM_DUE_LOOK:
        sim__loop_settle(engine);
        break;
    case SIM_DUE_NOTHING:
        break;
    }
}

static uint32_t gathered(struct sim_engine *engine, struct sim_queue *queue, const char *site)
{
    SUP_ASSERT(engine->scenario->order_random);
    uint32_t count = sim__queue_gather(queue, (struct sup_instant){engine->now_ns});
    return sim__queue_gathered(queue, sim_oracle_choose(engine->oracle, site, count));
}

/* The oracle decides which kind of thing comes next, and which one of them. The
 * supervisor's own timers keep their order. */
static inline bool take_any(struct sim_engine *engine,
                            struct sup_instant (*due_fn)(void *context, enum sim_due kind))
{
    enum sim_due kinds[SIM_DUE_LOOK + 1];
    uint32_t count = 0;
    kinds[count] = SIM_DUE_REPORT;
    count += due_fn(engine, SIM_DUE_REPORT).ns <= engine->now_ns;
    kinds[count] = SIM_DUE_ACTION;
    count += due_fn(engine, SIM_DUE_ACTION).ns <= engine->now_ns;
    kinds[count] = SIM_DUE_TIMER;
    count += due_fn(engine, SIM_DUE_TIMER).ns <= engine->now_ns;
    if (count == 0) {
        return false;
    }
    SIM_PROBE_WHEN("order: two kinds of things are due", count == 2);
    SIM_PROBE_WHEN("order: three kinds of things are due", count == 3);
    switch (kinds[sim_oracle_choose(engine->oracle, "order:next", count)]) {
    case SIM_DUE_REPORT:
        report(engine, gathered(engine, &engine->executor.queue, "order:report"));
        break;
    case SIM_DUE_ACTION:
        act(engine, gathered(engine, &engine->timeline.queue, "order:action"));
        break;
    default:
        step(engine);
        break;
    }
    return true;
}

static bool take_chosen(void *context)
{
    return take_any(context, due);
}

static bool ended(void *context)
{
    const struct sim_engine *engine = context;
    return engine->stopped || engine->error != SUP_OK;
}

static bool halted(void *context)
{
    const struct sim_engine *engine = context;
    return ended(context) || engine->awake_ns > engine->now_ns;
}

static void set_clock(void *context, struct sup_instant now)
{
    struct sim_engine *engine = context;
    engine->now_ns = now.ns;
}

static void begin(void *context)
{
    sim__watch_instant(&((struct sim_engine *)context)->watch);
}

static void settle(void *context)
{
    sim__loop_settle(context);
}

static uint64_t earlier(uint64_t a, struct sup_instant b)
{
    return b.ns < a ? b.ns : a;
}

/* When something is due next. What falls due while the supervisor has no
 * processor is due when it has one again; an expectation may look meanwhile. */
static struct sup_instant wake(void *context)
{
    const struct sim_engine *engine = context;
    uint64_t next = earlier(UINT64_MAX, due(context, SIM_DUE_REPORT));
    next = earlier(next, due(context, SIM_DUE_ACTION));
    next = earlier(next, due(context, SIM_DUE_TIMER));
    next = next < engine->awake_ns ? engine->awake_ns : next;
    return (struct sup_instant){earlier(next, due(context, SIM_DUE_LOOK))};
}

/* A loop that wakes late, but hears at once what attempts report. */
static struct sup_instant wake_late(void *context)
{
    const struct sim_engine *engine = context;
    uint64_t next = earlier(UINT64_MAX, due(context, SIM_DUE_ACTION));
    next = earlier(next, due(context, SIM_DUE_TIMER));
    struct sup_instant first = {earlier(next, due(context, SIM_DUE_LOOK))};
    first = sim__late(sim__engine_lateness(engine), UINT64_MAX, first);
    return (struct sup_instant){earlier(first.ns, due(context, SIM_DUE_REPORT))};
}

/* A loop whose timers may wake it late: until then they are not due. */
static struct sup_instant due_with_faults(void *context, enum sim_due kind)
{
    const struct sim_engine *engine = context;
    bool asleep = engine->executor.points.asleep_ns > engine->now_ns;
    return kind == SIM_DUE_TIMER && asleep ? SUP_INSTANT_NEVER : due(context, kind);
}

static bool take_chosen_with_faults(void *context)
{
    return take_any(context, due_with_faults);
}

/* Who only looks on, an expectation, wakes nobody. */
static struct sup_instant wake_with_faults(void *context)
{
    struct sim_engine *engine = context;
    struct sim_points *points = &engine->executor.points;
    const struct sup_instant timer = due(context, SIM_DUE_TIMER);
    const struct sup_instant usual = wake(context);
    uint64_t others = earlier(UINT64_MAX, due(context, SIM_DUE_REPORT));
    others = earlier(others, due(context, SIM_DUE_ACTION));
    if (points->short_of_memory) {
        sim__engine_break(engine, "memory",
                          "memory: an allocation failed, and the call that asked for it has not "
                          "said so");
    }
    if (points->asleep_ns <= engine->now_ns && usual.ns == timer.ns && timer.ns < others) {
        points->asleep_ns = sim__points_wake(points, timer).ns;
    }
    if (points->asleep_ns <= engine->now_ns || points->asleep_ns == timer.ns) {
        return usual;
    }
    if (engine->invariants != NULL) {
        sim_invariants_stalled(engine->invariants);
    }
    points->asleep_ns = others < points->asleep_ns ? others : points->asleep_ns;
    uint64_t next = points->asleep_ns < engine->awake_ns ? engine->awake_ns : points->asleep_ns;
    return (struct sup_instant){earlier(next, due(context, SIM_DUE_LOOK))};
}

static void settle_late(void *context)
{
    if (!sim__turn_goes_on(context, wake(context))) {
        sim__loop_settle(context);
    }
}

#define FACE(clock_fn, settle_fn, due_fn, take_chosen_fn, wake_fn) \
    { \
        .due = (due_fn), .take = take, .take_chosen = (take_chosen_fn), .halted = halted, \
        .ended = ended, .clock = (clock_fn), .begin = begin, .settle = (settle_fn), \
        .wake = (wake_fn) \
    }

static const struct sim_rounds_face in_time = FACE(set_clock, settle, due, take_chosen, wake);
static const struct sim_rounds_face in_late_time =
    FACE(sim__set_late_clock, settle_late, due, take_chosen, wake_late);
static const struct sim_rounds_face in_faulty_time =
    FACE(set_clock, settle, due_with_faults, take_chosen_with_faults, wake_with_faults);

static void pass_time(struct sim_engine *engine)
{
    const struct sim_outside *outside = engine->options->outside;
    struct sup_instant until = engine->scenario->until;
    struct sup_instant now = {engine->now_ns};
    if (outside != NULL) {
        outside->pass_time(outside->context, engine);
    } else if (engine->options->lateness_ns > 0) {
        SUP_ASSERT(engine->invariants != NULL); /* runs that are late are never compared */
        sim_invariants_stalled(engine->invariants);
        sim__rounds_pass(&in_late_time, engine, SIM_ROUNDS_BY_DUE, now, until);
    } else if (engine->executor.points.on) {
        sim__rounds_pass(&in_faulty_time, engine,
                         engine->scenario->order_random ? SIM_ROUNDS_CHOSEN : SIM_ROUNDS_FIFO, now,
                         until);
    } else if (engine->scenario->order_random) {
        sim__rounds_pass(&in_time, engine, SIM_ROUNDS_CHOSEN, now, until);
    } else {
        sim__rounds_pass(&in_time, engine, SIM_ROUNDS_FIFO, now, until);
    }
}

/* The beginning and the end */

/* The time that has passed when it is a service's turn to be registered. */
static void be_late(struct sim_engine *engine, uint32_t service)
{
    struct sim_lateness lateness = sim__engine_lateness(engine);
    lateness.most.ns /= 2;
    lateness.least.ns /= 2;
    uint64_t at_ns = sim__late(lateness, service, (struct sup_instant){0}).ns;
    SUP_ASSERT(at_ns <= lateness.most.ns);
    if (at_ns > engine->now_ns) {
        engine->now_ns = at_ns;
    }
}

static void spawn_file_services(struct sim_engine *engine)
{
    const struct sim_scenario *scenario = engine->scenario;
    for (uint32_t i = 0; i < scenario->service_count && engine->error == SUP_OK; i++) {
        const struct sim_service *service = &scenario->services[i];
        struct sim_agents *agents = NULL;
        be_late(engine, i);
        int result = sim__engine_define(engine, service, &agents);
        for (uint32_t k = 0; result == SUP_OK && k < service->count; k++) {
            result = sim__engine_spawn(engine, agents, k, NULL, NULL);
        }
        if (result == SUP_ENOMEM || sim__executor_failed(&engine->executor)) {
            engine->error = SUP_ENOMEM;
        } else if (result != SUP_OK) {
            const struct sim_finding finding = {.place = service->place,
                                                .check = SIM_CHECK_REGISTRATION,
                                                .service = service->name,
                                                .expected = "registered at the start",
                                                .found = sup_error_name(result)};
            sim__engine_fail(engine, &finding);
        }
    }
}

static void finish(struct sim_engine *engine)
{
    if (engine->invariants == NULL || engine->stopped) {
        return;
    }
    SUP_ASSERT(engine->expect != NULL);
    sup_check(engine->sup);
    const struct sup_instant now = sim__engine_seen(engine);
    sim__timeline_end(&engine->timeline, &engine->executor.refusals, engine->expect, now);
    sim__set_end(engine);
    sim__roll_end(engine);
    sim__waits_end(&engine->waits, engine->expect, now);
    sim__joins_end(&engine->joins);
    sim_expect_end(engine->expect, engine->sup, now);
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
    engine->draws = sup_draws(engine->sup) + engine->executor.draws.taken +
                    engine->executor.lags.draws.taken + engine->timeline.draws.taken +
                    sim_oracle_draws(engine->oracle);
    sim__taped_end(engine);
    sim__engine_drop_supervisor(engine);
    SUP_ASSERT(engine->sup == NULL);
    if (engine->bytes != 0) {
        sim__engine_break(engine, "memory",
                          "memory: %" PRIu64 " bytes of the supervisor are left after the run",
                          engine->bytes);
    }
    sim_trace_end(engine->trace, engine->draws, sim_verdict_name(engine->verdict));
    sim__watch_end(&engine->watch);
    if (sim_trace_failed(engine->trace) || engine->tail.failed ||
        (engine->shown != NULL && engine->shown->failed) ||
        (engine->expect != NULL && sim_expect_failed(engine->expect))) {
        engine->error = SUP_ENOMEM;
    }
}

/* A short run is over before anybody looks, and may be too long all the same. */
static void look_at_clock(struct sim_engine *engine)
{
    char text[SIM_BUDGET_TEXT_BYTES];
    if (sim__budget_wall_spent(&engine->budget, (struct sup_instant){engine->now_ns}, text)) {
        sim__engine_stall(engine, SIM_STALL_WALL, "%s", text);
    }
}

int sim__loop_run(struct sim_engine *engine)
{
    SUP_ASSERT(engine->sup != NULL && !engine->stopped);
    engine->verdict = SIM_PASS;
    sim__budget_begin(&engine->budget);
    spawn_file_services(engine);
    if (engine->error == SUP_OK) {
        engine->executor.points.passing = true;
        pass_time(engine);
        engine->executor.points.passing = false;
    }
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
