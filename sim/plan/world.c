/* The world of a plan: one service, whose attempts all live the same life. */
#include <stdlib.h>
#include <string.h>

#include "late.h"
#include "plan.h"
#include "sim/because/because.h"
#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/executor.h"
#include "sup/rules.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"

#define SIGNAL_SEGV 11
/* Instants in which nothing starts: a plan that only waits, or polls, ends. */
#define TURNS_MAX 1000000u

/* Where the supervisor stood at a start, by a table of open addresses. */
struct stood {
    struct sup_standing standing;
    uint32_t start; /* 0: nothing */
};

struct world {
    const struct sim__plan_ask *ask;
    struct sim__plan *plan;
    struct sup *sup;
    struct sup_instant now;
    struct sup_attempt attempt;
    struct sup_instant ends_at; /* never: it lives on */
    struct sup_end end;
    bool live;
    bool reports_ready;
    bool beats; /* at its start, and never again */
    struct sim__late late;
    bool deaf;   /* obeys force alone */
    bool immune; /* and not even that */
    bool given_up;
    bool waiting; /* for its next start */
    bool over;    /* the verdict is known */
    bool exhausted;
    int error;
    struct stood *stood;
    uint32_t stood_room; /* a power of two */
};

static struct sup_instant clock_now(void *context)
{
    const struct world *world = context;
    return world->now;
}

/* ---- attempts ---- */

static int start(void *context, const struct sup_start *started, const char **ret_error)
{
    struct world *world = context;
    const struct sim_life *life = &world->ask->life;
    (void)ret_error;
    SUP_ASSERT(!world->live);
    world->attempt = started->id;
    world->live = true;
    world->ends_at = SUP_INSTANT_NEVER;
    world->end = (struct sup_end){.outcome = SUP_OUTCOME_SUCCEEDED};
    world->reports_ready =
        world->ask->service->policy.ready_explicit && life->kind != SIM_LIFE_NEVER_READY;
    world->beats = life->kind == SIM_LIFE_NO_BEAT;
    bool recovered = world->ask->outage.ns > 0 && world->now.ns >= world->ask->outage.ns;
    if (sim__life_has_length(life) && !recovered && !world->deaf) {
        world->ends_at = sim__late_learns(&world->late, sup_instant_add(world->now, life->after));
    }
    if (life->kind == SIM_LIFE_FAIL) {
        world->end = (struct sup_end){.outcome = SUP_OUTCOME_FAILED, .has_code = true, .code = 1};
    } else if (life->kind == SIM_LIFE_CRASH) {
        world->end = (struct sup_end){.outcome = SUP_OUTCOME_CRASHED, .signal = SIGNAL_SEGV};
    }
    return SUP_OK;
}

/* It obeys at once. */
static void cancel(void *context, struct sup_attempt id, void *work)
{
    struct world *world = context;
    (void)id;
    (void)work;
    if (!world->deaf) {
        world->ends_at = sim__late_learns(&world->late, world->now);
        world->end = (struct sup_end){.outcome = SUP_OUTCOME_SUCCEEDED};
    }
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    struct world *world = context;
    (void)id;
    (void)work;
    if (!world->immune) {
        world->ends_at = sim__late_learns(&world->late, world->now);
        world->end = (struct sup_end){.outcome = SUP_OUTCOME_ABORTED};
    }
}

static void abandon(void *context, struct sup_attempt id, void *work)
{
    struct world *world = context;
    (void)id;
    (void)work;
    world->live = false;
    world->given_up = true;
}

/* ---- what is left to chance ---- */

static struct sup_duration jitter(void *context, uint32_t slot, const struct sup_jitter_draw *draw)
{
    struct world *world = context;
    (void)slot;
    world->plan->drawn = true;
    return world->ask->chance == SIM__CHANCE_LEAST ? draw->least : draw->most;
}

static struct sup_instant put_off(void *context, struct sup_attempt id, void *work,
                                  enum sup_put_off what, struct sup_instant due)
{
    struct world *world = context;
    (void)id;
    (void)work;
    return sim__late_put_off(&world->late, what, due);
}

/* ---- what is written down ---- */

/* Whether it stood so before, at which start; noted when it did not. 0: it did not. */
static uint32_t stood_before(struct world *world, const struct sup_standing *standing,
                             uint32_t number)
{
    uint32_t at = (uint32_t)standing->words[0] & (world->stood_room - 1);
    while (world->stood[at].start != 0) {
        if (memcmp(&world->stood[at].standing, standing, sizeof(*standing)) == 0) {
            return world->stood[at].start;
        }
        at = (at + 1) & (world->stood_room - 1);
    }
    world->stood[at].standing = *standing;
    world->stood[at].start = number;
    return 0;
}

static bool has_room(struct world *world)
{
    struct sim__plan *plan = world->plan;
    if (plan->start_count < plan->start_room) {
        return true;
    }
    uint32_t room = plan->start_room == 0 ? 16 : plan->start_room * 2;
    struct sim__planned_start *starts = realloc(plan->starts, room * sizeof(*starts));
    if (starts == NULL) {
        world->error = SUP_ENOMEM;
        return false;
    }
    plan->starts = starts;
    plan->start_room = room;
    return true;
}

static bool stood_has_room(struct world *world)
{
    uint32_t room = world->stood_room == 0 ? 32 : world->stood_room * 2;
    if (world->plan->start_count < world->stood_room / 2) {
        return true;
    }
    struct stood *old = world->stood;
    uint32_t old_room = world->stood_room;
    struct stood *stood = calloc(room, sizeof(*stood));
    if (stood == NULL) {
        world->error = SUP_ENOMEM;
        return false;
    }
    world->stood = stood;
    world->stood_room = room;
    for (uint32_t i = 0; i < old_room; i++) {
        if (old[i].start != 0) {
            (void)stood_before(world, &old[i].standing, old[i].start);
        }
    }
    free(old);
    return true;
}

static void finish(struct world *world, enum sim_plan_verdict verdict)
{
    world->plan->verdict = verdict;
    world->over = true;
}

/* Where restarts or ends are counted, most of them are there when the wait begins. */
static void note_used(struct world *world)
{
    struct sup_snapshot snapshot;
    if (sup_snapshot_of(world->sup, world->ask->service->name, &snapshot) == SUP_OK &&
        snapshot.limit_used > world->plan->most_used) {
        world->plan->most_used = snapshot.limit_used;
    }
}

static void note_start(struct world *world)
{
    struct sim__plan *plan = world->plan;
    const char *name = world->ask->service->name;
    struct sup_snapshot snapshot;
    struct sup_standing standing;
    uint32_t most = world->ask->starts_max == 0 ? SIM__PLAN_STARTS_MAX : world->ask->starts_max;
    if (!has_room(world) || !stood_has_room(world) ||
        sup_snapshot_of(world->sup, name, &snapshot) != SUP_OK ||
        sup_standing_of(world->sup, name, &standing) != SUP_OK) {
        return;
    }
    /* What follows an outage is nothing that has been before. */
    sim__late_stands(&world->late, world->now, &standing);
    bool changes = world->now.ns < world->ask->outage.ns;
    uint32_t again = changes ? 0 : stood_before(world, &standing, plan->start_count + 1);
    if (again != 0 || plan->start_count >= most) {
        plan->repeats = again != 0;
        plan->again = again == 0 ? 0 : again - 1;
        plan->at = world->now;
        finish(world, SIM_PLAN_FOR_EVER);
        return;
    }
    plan->starts[plan->start_count] = (struct sim__planned_start){
        .at = world->now,
        .wait = plan->start_count == 0 ? SUP_DURATION_NEVER : plan->last_wait,
        .streak = snapshot.streak,
        .used = snapshot.limit_used,
    };
    plan->start_count++;
}

static void note_end(struct world *world, const struct sup_event *event, enum sup_reason reason)
{
    bool limited = world->exhausted || reason == SUP_REASON_RESTART_LIMIT ||
                   reason == SUP_REASON_CIRCUIT_BREAKER_OPEN;
    world->plan->at = world->now;
    world->plan->reason = world->exhausted ? SUP_REASON_RESTART_LIMIT : reason;
    finish(world, limited ? SIM_PLAN_GIVES_UP : SIM_PLAN_STAYS_DOWN);
    sim__because_put(world->sup, event, &world->plan->because);
    if (world->plan->because.failed) {
        world->error = SUP_ENOMEM;
    }
}

static void note_exhausted(struct world *world, const struct sup_event *event)
{
    bool waits = (event->fields & SUP_FIELD_THEN) != 0 &&
                 (event->then == SUP_LIMIT_WAIT || event->then == SUP_LIMIT_PAUSE);
    world->exhausted = !waits;
    world->plan->refused = !waits && world->waiting;
}

static void on_event(void *context, const struct sup_event *event)
{
    struct world *world = context;
    if (world->over || world->error != SUP_OK) {
        return;
    }
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_STARTED:
        world->waiting = false;
        note_used(world);
        note_start(world);
        break;
    case SUP_EVENT_BACKING_OFF:
        world->waiting = true;
        world->plan->last_wait = event->delay;
        world->plan->streak = event->streak;
        note_used(world);
        break;
    case SUP_EVENT_LIMIT_EXHAUSTED:
        note_exhausted(world, event);
        break;
    case SUP_EVENT_TERMINATED:
        note_end(world, event, event->reason);
        break;
    case SUP_EVENT_QUARANTINED:
        world->plan->quarantined = true;
        note_end(world, event, SUP_REASON_RESTART_LIMIT);
        break;
    default:
        break;
    }
}

/* ---- the run ---- */

static int spawn(struct world *world)
{
    const struct sim_scenario *scenario = world->ask->scenario;
    const struct sim_service *service = world->ask->service;
    struct sup_policy policy = service->policy;
    int error = SUP_OK;
    for (uint32_t i = 0; i < scenario->group_count && error == SUP_OK && !world->ask->unlimited;
         i++) {
        error = sup_group_create(world->sup, scenario->groups[i].name, &scenario->groups[i].policy);
    }
    if (world->ask->unlimited) {
        policy.limit.enabled = false;
        policy.breaker.failures = 0;
        policy.max_restarts = SUP_UNLIMITED;
    }
    const struct sup_spec spec = {
        .name = service->name, .group = service->group, .policy = &policy};
    return error == SUP_OK ? sup_spawn(world->sup, &spec) : error;
}

/* What came, then what is due: as everywhere. */
static void turn(struct world *world)
{
    if (world->live && world->reports_ready) {
        world->reports_ready = false;
        sup_reported(sup_report_ready(world->sup, world->attempt, true));
    }
    if (world->live && world->beats) {
        world->beats = false;
        sup_reported(sup_report_beat(world->sup, world->attempt));
    }
    if (world->live && world->ends_at.ns <= world->now.ns && !world->over) {
        world->live = false;
        sup_reported(sup_report_end(world->sup, world->attempt, &world->end));
        return;
    }
    (void)sup_step(world->sup);
}

static void play(struct world *world)
{
    uint32_t idle = 0;
    while (!world->over && world->error == SUP_OK) {
        struct sup_instant due = sup_deadline(world->sup);
        uint32_t before = world->plan->start_count;
        if (world->live && (world->reports_ready || world->beats)) {
            due = world->now;
        }
        if (world->live && world->ends_at.ns < due.ns) {
            due = world->ends_at;
        }
        if (due.ns == SUP_NEVER_NS) {
            finish(world, world->live ? SIM_PLAN_STAYS_UP : SIM_PLAN_STAYS_DOWN);
            break;
        }
        world->now = due.ns > world->now.ns ? due : world->now;
        turn(world);
        idle = world->plan->start_count == before ? idle + 1 : 0;
        if (idle > TURNS_MAX) {
            finish(world, world->live ? SIM_PLAN_STAYS_UP : SIM_PLAN_FOR_EVER);
        }
    }
}

static int create(struct world *world)
{
    const struct sim_scenario *scenario = world->ask->scenario;
    world->late = (struct sim__late){.lag = world->ask->service->lag,
                                     .clock = scenario->clock,
                                     .chance = world->ask->chance,
                                     .drawn = &world->plan->drawn};
    struct sup_config config;
    sup_config_default(&config);
    config.clock = (struct sup_clock){clock_now, world};
    config.executor = (struct sup_executor){start, cancel, abort_attempt, abandon, world};
    config.alloc = sup_allocator_libc;
    config.seed = scenario->seed;
    config.blocking_pool = scenario->blocking_pool;
    config.clock_at_zero = scenario->clock;
    config.jitter = jitter;
    config.jitter_context = world;
    config.put_off = put_off;
    config.put_off_context = world;
    if (!world->ask->unlimited) {
        config.root = scenario->root;
    }
    return sup_create(&config, &world->sup);
}

int sim__plan_run(const struct sim__plan_ask *ask, struct sim__plan *ret_plan)
{
    struct world world = {.ask = ask, .plan = ret_plan, .ends_at = SUP_INSTANT_NEVER};
    *ret_plan = (struct sim__plan){.last_wait = SUP_DURATION_NEVER, .at = SUP_INSTANT_NEVER};
    int error = create(&world);
    if (error != SUP_OK) {
        return error;
    }
    error = sup_subscribe(world.sup, on_event, &world);
    if (error == SUP_OK) {
        error = spawn(&world);
    }
    if (error == SUP_OK) {
        play(&world);
        error = world.error;
    }
    sup_free(world.sup);
    free(world.stood);
    return error;
}

/* An operator tells it to pause, as soon as it lives. */
static int stop(struct world *world, struct sup_duration *ret_took)
{
    static const struct sup_actor actor = {"operator", "stop"};
    int error = sup_pause(world->sup, world->ask->service->name, &actor, NULL);
    *ret_took = SUP_DURATION_NEVER;
    for (uint32_t turns = 0; error == SUP_OK && turns < TURNS_MAX; turns++) {
        struct sup_instant due = sup_deadline(world->sup);
        due = world->live && world->ends_at.ns < due.ns ? world->ends_at : due;
        if (!world->live) {
            *ret_took = SUP_NS(world->now.ns);
            break;
        }
        if (due.ns == SUP_NEVER_NS) {
            break;
        }
        world->now = due.ns > world->now.ns ? due : world->now;
        turn(world);
    }
    return error;
}

int sim__plan_stop(const struct sim__plan_ask *ask, enum sim__hang hang,
                   struct sup_duration *ret_took)
{
    struct sim__plan plan = {.last_wait = SUP_DURATION_NEVER, .at = SUP_INSTANT_NEVER};
    struct world world = {.ask = ask,
                          .plan = &plan,
                          .deaf = true,
                          .immune = hang == SIM__HANGS_FOR_EVER,
                          .ends_at = SUP_INSTANT_NEVER};
    int error = create(&world);
    if (error != SUP_OK) {
        return error;
    }
    error = spawn(&world);
    if (error == SUP_OK) {
        error = stop(&world, ret_took);
    }
    sup_free(world.sup);
    return error;
}

void sim__plan_release(struct sim__plan *plan)
{
    free(plan->starts);
    plan->starts = NULL;
    plan->start_count = plan->start_room = 0;
    sim__text_release(&plan->because);
}
