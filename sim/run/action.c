/* Carries out timeline actions: commands of operators, and injected faults. */
#include <string.h>

#include "action.h"
#include "engine.h"
#include "outcome.h"
#include "rolling.h"
#include "set.h"
#include "sup/assert.h"
#include "sup/error.h"

static struct sup_actor actor_of(const struct sim_action *action)
{
    return (struct sup_actor){
        .who = action->who != NULL ? action->who : "scenario",
        .why = action->why != NULL ? action->why : "scenario",
    };
}

/* Running out of memory is no answer to check: it ends the run. */
static void answer(struct sim_engine *engine, const struct sim_action *action, const char *service,
                   int result)
{
    const struct sim_judge judge = sim__engine_judge(engine);
    if (result == SUP_ENOMEM && !sim__points_excuse(&engine->executor.points)) {
        engine->error = SUP_ENOMEM;
    } else {
        sim__outcome_result(&judge, action, service, result);
    }
}

static void keep_first(int *result, int another)
{
    if (*result == SUP_OK) {
        *result = another;
    }
}

/* Commands on services */

static enum sup_command command_of(enum sim_action_kind kind)
{
    switch (kind) {
    case SIM_ACT_PAUSE:
        return SUP_COMMAND_PAUSE;
    case SIM_ACT_RESUME:
        return SUP_COMMAND_RESUME;
    case SIM_ACT_QUARANTINE:
        return SUP_COMMAND_QUARANTINE;
    case SIM_ACT_REMOVE:
        return SUP_COMMAND_REMOVE;
    case SIM_ACT_RESTART:
        return SUP_COMMAND_RESTART;
    case SIM_ACT_CANCEL:
        return SUP_COMMAND_CANCEL;
    case SIM_ACT_FORGET:
        return SUP_COMMAND_FORGET;
    default:
        SUP_ASSERT(kind == SIM_ACT_ABORT);
        return SUP_COMMAND_ABORT;
    }
}

static int command_one(struct sim_engine *engine, struct sim_act *act, const char *name,
                       uint32_t slot)
{
    (void)slot;
    const struct sim_action *action = act->action;
    struct sup_actor actor = actor_of(action);
    struct sup_command_outcome outcome = {0};
    int result = sup_control(engine->sup, command_of(action->kind), name, &actor, &outcome);
    const struct sim_judge judge = sim__engine_judge(engine);
    sim__outcome_check(&judge, action, name, &outcome);
    return result;
}

/* Injections */

static struct sup_end end_of(const struct sim_action *action)
{
    SUP_ASSERT(action->kind == SIM_ACT_SUCCEED || action->kind == SIM_ACT_FAIL ||
               action->kind == SIM_ACT_CRASH);
    struct sup_end end = {.outcome = SUP_OUTCOME_SUCCEEDED, .error = action->error};
    if (action->kind == SIM_ACT_FAIL) {
        end.outcome = SUP_OUTCOME_FAILED;
        end.has_code = action->has_code;
        end.code = action->code;
    } else if (action->kind == SIM_ACT_CRASH) {
        end.outcome = SUP_OUTCOME_CRASHED;
        end.signal = action->signal;
        if (end.error == NULL) {
            end.error = sim_signal_text(action->signal);
        }
    }
    return end;
}

bool sim__action_end(struct sim_engine *engine, uint32_t slot, const struct sup_end *end)
{
    const struct sim_outside *outside = engine->options->outside;
    return outside != NULL ? outside->end(outside->context, slot, end)
                           : sim__executor_end(&engine->executor, slot, end);
}

bool sim__action_say(struct sim_engine *engine, uint32_t slot, enum sim_say what)
{
    const struct sim_outside *outside = engine->options->outside;
    return outside != NULL ? outside->say(outside->context, slot, what)
                           : sim__executor_say(&engine->executor, slot, what);
}

static bool inject(struct sim_engine *engine, const struct sim_action *action, uint32_t slot)
{
    struct sup_end end;
    switch (action->kind) {
    case SIM_ACT_READY:
        return sim__action_say(engine, slot, SIM_SAY_READY);
    case SIM_ACT_NOT_READY:
        return sim__action_say(engine, slot, SIM_SAY_NOT_READY);
    case SIM_ACT_BEAT:
        return sim__action_say(engine, slot, SIM_SAY_BEAT);
    default:
        end = end_of(action);
        return sim__action_end(engine, slot, &end);
    }
}

static bool spells_out(const struct sim_target *target, const char *name)
{
    for (uint32_t i = 0; i < target->count; i++) {
        if (strcmp(target->patterns[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* A fault that meets nobody tests nothing. One that is repeated need not meet
 * somebody every time, nor one for a glob everybody; whether such a one ever met
 * somebody is asked at the end. Each step of a rolling one is a fault by itself. */
static int inject_one(struct sim_engine *engine, struct sim_act *act, const char *name,
                      uint32_t slot)
{
    const struct sim_action *action = act->action;
    if (slot == UINT32_MAX) {
        return SUP_EUNKNOWN;
    }
    if (inject(engine, action, slot)) {
        act->met++;
    } else if (!action->repeats && !act->scripted &&
               (action->rolls || spells_out(&action->target, name)) &&
               !sim__outcome_expects_anything(action)) {
        const struct sim_finding finding = {.place = action->place,
                                            .service = name,
                                            .detail = "met",
                                            .expected = "a live attempt to meet",
                                            .found = "no attempt is live"};
        sim__engine_fail(engine, &finding);
    }
    return SUP_OK;
}

static int refuse_one(struct sim_engine *engine, struct sim_act *act, const char *name,
                      uint32_t slot)
{
    (void)name;
    if (slot == UINT32_MAX) {
        return SUP_EUNKNOWN;
    }
    return sim__refusals_declare(&engine->executor.refusals, slot, act->action, &act->met);
}

/* Targets */

typedef int (*one_fn)(struct sim_engine *engine, struct sim_act *act, const char *name,
                      uint32_t slot);

/* Ends and reports are drawn among those that they can meet. Returns how many are left. */
static uint32_t draw(struct sim_engine *engine, struct sim_act *act, uint32_t count)
{
    const struct sim_action *action = act->action;
    enum sim_action_sort sort = sim_action_sort(action->kind);
    bool meets = sort == SIM_SORT_END || sort == SIM_SORT_REPORT;
    const struct sim_drawing drawing = {
        .some = action->target.some,
        .among = meets ? SIM_AMONG_LIVE : SIM_AMONG_ALL,
        .stream = sim__timeline_chosen(&engine->timeline, act),
        .draws = &engine->timeline.draws,
    };
    uint32_t left = sim__targets_draw(&engine->targets, engine->sup, &drawing, count);
    if (left == 0 && count > 0 && !action->repeats && !act->scripted &&
        !sim__outcome_expects_anything(action)) {
        const struct sim_finding finding = {.place = action->place,
                                            .detail = "met",
                                            .expected = "a live attempt to meet",
                                            .found = "no attempt is live"};
        sim__engine_fail(engine, &finding);
    }
    return left;
}

/* Whom the action means, now. */
static int find(struct sim_engine *engine, struct sim_act *act, uint32_t *ret_count)
{
    const struct sim_target *target = &act->action->target;
    *ret_count = 0;
    int result = sim__targets_find(&engine->targets, engine->sup, target, ret_count);
    if (result == SUP_OK && target->some > 0) {
        *ret_count = draw(engine, act, *ret_count);
    }
    return result;
}

/* Of a rolling action, the one whose turn it is. */
static int visit_next(struct sim_engine *engine, struct sim_act *act, one_fn one,
                      const char **ret_blamed)
{
    struct sim_found found;
    int result = SUP_OK;
    if (act->roll == NULL) {
        uint32_t count;
        result = find(engine, act, &count);
        result = result == SUP_OK ? sim__roll_begin(act, engine->targets.found, count) : result;
    }
    if (result == SUP_OK && sim__roll_next(engine, act, &found, ret_blamed)) {
        /* One that has gone since is asked for by its name, like one that never was. */
        bool nobody = found.slot == UINT32_MAX && sim_glob_is(*ret_blamed);
        result = nobody ? SUP_EUNKNOWN : one(engine, act, *ret_blamed, found.slot);
    }
    return result;
}

static int visit(struct sim_engine *engine, struct sim_act *act, one_fn one,
                 const char **ret_blamed)
{
    const struct sim_target *target = &act->action->target;
    struct sim_targets *targets = &engine->targets;
    *ret_blamed = NULL;
    if (act->action->rolls) {
        return visit_next(engine, act, one, ret_blamed);
    }
    uint32_t count = 0;
    int result = find(engine, act, &count);
    for (uint32_t i = 0; i < count && result != SUP_ENOMEM; i++) {
        struct sim_found found = targets->found[i];
        SUP_ASSERT(found.pattern < target->count);
        const char *pattern = target->patterns[found.pattern];
        const char *name = pattern;
        int another = SUP_EUNKNOWN;
        if (found.slot != UINT32_MAX) {
            name = sup_slot_name(engine->sup, found.slot);
        }
        if (found.slot != UINT32_MAX || !sim_glob_is(pattern)) {
            another = one(engine, act, name, found.slot);
        }
        if (result == SUP_OK && another != SUP_OK) {
            *ret_blamed = name;
        }
        keep_first(&result, another);
    }
    return result;
}

static void each(struct sim_engine *engine, struct sim_act *act, one_fn one)
{
    const char *blamed;
    int result = visit(engine, act, one, &blamed);
    answer(engine, act->action, blamed, result);
}

/* Joins */

static void joined(void *owner, const struct sim_join *join, const struct sup_joined *joined)
{
    struct sim_engine *engine = owner;
    const struct sim_judge judge = sim__engine_judge(engine);
    sim__outcome_joined(&judge, join->action, join->service, joined);
}

static int join_one(struct sim_engine *engine, struct sim_act *act, const char *name, uint32_t slot)
{
    if (slot == UINT32_MAX) {
        return SUP_EUNKNOWN;
    }
    const struct sim_joiner joiner = {.fn = joined, .owner = engine, .action = act->action};
    return sim__joins_begin(&engine->joins, engine->sup, name, &joiner);
}

/* What could not begin is answered here; what has, when it is over. */
static void act_join(struct sim_engine *engine, struct sim_act *act)
{
    const char *blamed;
    int result = visit(engine, act, join_one, &blamed);
    if (result != SUP_OK) {
        answer(engine, act->action, blamed, result);
    }
}

/* Commands on groups and on everything */

static void act_on_group(struct sim_engine *engine, struct sim_act *act)
{
    const struct sim_action *action = act->action;
    struct sup_actor actor = actor_of(action);
    struct sup_command_outcome outcome = {0};
    SUP_ASSERT(action->group != NULL);
    int result = action->kind == SIM_ACT_CANCEL_GROUP
                     ? sup_cancel_group(engine->sup, action->group, &actor, &outcome)
                     : sup_force_abort(engine->sup, action->group, &actor, &outcome);
    const struct sim_judge judge = sim__engine_judge(engine);
    sim__outcome_check(&judge, action, NULL, &outcome);
    sim__outcome_active(&judge, action);
    answer(engine, action, NULL, result);
}

static void act_shutdown(struct sim_engine *engine, struct sim_act *act)
{
    const struct sim_action *action = act->action;
    struct sup_actor actor = actor_of(action);
    struct sup_command_outcome outcome = {0};
    struct sup_duration timeout = action->timeout;
    int result = sup_shutdown(engine->sup, action->has_timeout ? &timeout : NULL, &actor, &outcome);
    const struct sim_judge judge = sim__engine_judge(engine);
    sim__outcome_check(&judge, action, NULL, &outcome);
    answer(engine, action, NULL, result);
}

static void wait_finished(void *context, int result)
{
    struct sim_wait *wait = context;
    SUP_ASSERT(!wait->finished);
    struct sim_engine *engine = wait->owner;
    const struct sim_judge judge = sim__engine_judge(engine);
    wait->finished = true;
    sim__outcome_active(&judge, wait->action);
    answer(engine, wait->action, NULL, result);
}

static void act_wait_idle(struct sim_engine *engine, struct sim_act *act)
{
    const struct sim_action *action = act->action;
    struct sup_duration timeout = action->has_timeout ? action->timeout : SUP_DURATION_NEVER;
    struct sim_wait *wait = sim__waits_begin(&engine->waits, engine, action);
    if (wait == NULL) {
        engine->error = SUP_ENOMEM;
        return;
    }
    int result = sup_wait_idle(engine->sup, action->group, timeout, wait_finished, wait);
    if (result != SUP_OK) {
        /* It never began, so nobody will call. */
        wait->finished = true;
        answer(engine, action, NULL, result);
    }
}

static void act_spawn(struct sim_engine *engine, struct sim_act *act)
{
    const struct sim_action *action = act->action;
    const struct sim_service *service = action->service;
    struct sup_actor actor = actor_of(action);
    int result = SUP_OK;
    if (act->agents == NULL) {
        result = sim__engine_define(engine, service, &act->agents);
    }
    SUP_ASSERT(act->agents == NULL || act->agents->service == service);
    for (uint32_t i = 0; act->agents != NULL && i < service->count; i++) {
        struct sup_command_outcome outcome = {0};
        int another = sim__engine_spawn(engine, act->agents, i, &actor, &outcome);
        const struct sim_judge judge = sim__engine_judge(engine);
        sim__outcome_check(&judge, action, service->name, &outcome);
        keep_first(&result, another);
        if (another == SUP_ENOMEM) {
            result = another;
        }
    }
    answer(engine, action, service->name, result);
}

/* Whatever starts meanwhile starts calm. */
static void act_calm(struct sim_engine *engine)
{
    int error = sim__calm_begin(&engine->executor.calm);
    sim__refusals_forgive(&engine->executor.refusals);
    if (error == SUP_OK) {
        sim__set_all_up(engine);
        error = sim__calm_attempts(&engine->executor);
    }
    if (error != SUP_OK) {
        engine->error = error;
    }
}

static void act_stall(struct sim_engine *engine, struct sim_act *act)
{
    struct sup_instant now = {engine->now_ns};
    struct sup_instant awake = sup_instant_add(now, act->action->stall);
    SUP_ASSERT(awake.ns >= now.ns); /* a sum that does not fit is never */
    if (awake.ns > engine->awake_ns) {
        engine->awake_ns = awake.ns;
    }
    if (engine->invariants != NULL) {
        sim_invariants_stalled(engine->invariants);
    }
}

void sim__action_do(struct sim_engine *engine, struct sim_act *act)
{
    act->done++;
    switch (act->action->kind) {
    case SIM_ACT_SPAWN:
        act_spawn(engine, act);
        break;
    case SIM_ACT_PAUSE:
    case SIM_ACT_RESUME:
    case SIM_ACT_QUARANTINE:
    case SIM_ACT_REMOVE:
    case SIM_ACT_RESTART:
    case SIM_ACT_CANCEL:
    case SIM_ACT_ABORT:
    case SIM_ACT_FORGET:
        each(engine, act, command_one);
        break;
    case SIM_ACT_CANCEL_GROUP:
    case SIM_ACT_FORCE_ABORT:
        act_on_group(engine, act);
        break;
    case SIM_ACT_WAIT_IDLE:
        act_wait_idle(engine, act);
        break;
    case SIM_ACT_JOIN:
        act_join(engine, act);
        break;
    case SIM_ACT_SHUTDOWN:
        act_shutdown(engine, act);
        break;
    case SIM_ACT_FAIL:
    case SIM_ACT_CRASH:
    case SIM_ACT_SUCCEED:
    case SIM_ACT_READY:
    case SIM_ACT_NOT_READY:
    case SIM_ACT_BEAT:
        each(engine, act, inject_one);
        break;
    case SIM_ACT_REFUSE_STARTS:
        each(engine, act, refuse_one);
        break;
    case SIM_ACT_STALL:
        act_stall(engine, act);
        break;
    case SIM_ACT_SET:
        sim__set_do(engine, act);
        break;
    case SIM_ACT_CALM:
        act_calm(engine);
        break;
    }
}
