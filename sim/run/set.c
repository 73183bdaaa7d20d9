/* Changes conditions, and ends or asks those that live by them. */
#include "set.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action.h"
#include "engine.h"
#include "sim/base/grow.h"
#include "sim/trace/event_values.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"

#define TEXT_BYTES 400u

/* An attempt that a change concerns. */
struct concerned {
    struct sup_attempt id;
    const struct sim_need *need;
    uint32_t index; /* of the need, among its service's */
};

/* Those of one change. A child process may carry out another `set` while one waits for its
 * end, so each change has a list of its own. */
struct list {
    struct concerned *items;
    uint32_t count;
    uint32_t room;
};

enum change { GOES_DOWN, COMES_UP };

static struct sup_attempt attempt_of(const struct sup_snapshot *snapshot)
{
    return (struct sup_attempt){
        .slot = snapshot->slot, .generation = snapshot->generation, .attempt = snapshot->attempt};
}

static bool lives(const struct sup_snapshot *snapshot)
{
    return snapshot->active &&
           (snapshot->phase == SUP_PHASE_STARTING || snapshot->phase == SUP_PHASE_RUNNING);
}

/* Most services have nothing to do with a change. Who a service is, and what it does, a snapshot
 * tells in a few instructions. */
#define WHO_BYTES offsetof(struct sup_snapshot, kind)
#define DEEDS_BYTES offsetof(struct sup_snapshot, reason_text)

/* Which of its needs the condition is; SIM_NEEDS_MAX of a service that does not need it, or that
 * nobody has started yet. */
static uint32_t need_in(const struct sim_engine *engine, uint32_t slot, uint32_t condition,
                        const struct sim_service **ret_service)
{
    const struct sim_agent *agent = sim__executor_started(&engine->executor, slot);
    if (agent == NULL || agent->service->need_count == 0) {
        return SIM_NEEDS_MAX;
    }
    *ret_service = agent->service;
    return sim__conditions_need(agent->service, condition);
}

static bool may_be_concerned(const struct sim_engine *engine, const struct sup_snapshot *snapshot,
                             enum change change)
{
    return change == GOES_DOWN
               ? lives(snapshot)
               : sim__conditions_asked(&engine->conditions, attempt_of(snapshot)) != NULL;
}

static bool is_concerned(const struct sim_engine *engine, const struct concerned *one,
                         enum change change)
{
    if (change == GOES_DOWN) {
        return one->need->live != SIM_LIVE_NONE;
    }
    const struct sim_asked *asked = sim__conditions_asked(&engine->conditions, one->id);
    return (asked->needs >> one->index & 1u) != 0;
}

/* In registration order. SUP_OK or SUP_ENOMEM. */
static int collect(const struct sim_engine *engine, uint32_t condition, enum change change,
                   struct list *list)
{
    struct sup_snapshot snapshot;
    const struct sim_service *service = NULL;
    uint64_t cursor = 0;
    while (sup_snapshot_next_sized(engine->sup, &cursor, &snapshot, WHO_BYTES)) {
        uint32_t index = need_in(engine, snapshot.slot, condition, &service);
        if (index == SIM_NEEDS_MAX ||
            sup_snapshot_slot_sized(engine->sup, snapshot.slot, &snapshot, DEEDS_BYTES) != SUP_OK ||
            !may_be_concerned(engine, &snapshot, change)) {
            continue;
        }
        struct concerned one = {attempt_of(&snapshot), &service->needs[index], index};
        if (!is_concerned(engine, &one, change)) {
            continue;
        }
        void *grown =
            sim__grown(list->items, &list->room, (uint64_t)list->count + 1, sizeof(*list->items));
        if (grown == NULL) {
            return SUP_ENOMEM;
        }
        list->items = grown;
        list->items[list->count++] = one;
    }
    return SUP_OK;
}

/* Whether it still lives when its turn comes: what became of those before it may have
 * reached it. */
static bool still_lives(const struct sim_engine *engine, const struct concerned *one,
                        struct sup_snapshot *ret_snapshot)
{
    return sup_snapshot_slot(engine->sup, one->id.slot, ret_snapshot) == SUP_OK &&
           ret_snapshot->generation == one->id.generation &&
           ret_snapshot->attempt == one->id.attempt && lives(ret_snapshot);
}

static struct sup_end end_of(const struct sim_need *need)
{
    struct sup_end end = {.outcome = SUP_OUTCOME_FAILED, .error = need->error};
    if (need->live == SIM_LIVE_FAIL) {
        end.has_code = need->has_code;
        end.code = need->code;
    } else {
        SUP_ASSERT(need->live == SIM_LIVE_CRASH);
        end.outcome = SUP_OUTCOME_CRASHED;
        end.signal = need->signal;
        end.error = end.error != NULL ? end.error : sim_signal_text(need->signal);
    }
    return end;
}

static void ask(struct sim_engine *engine, const struct concerned *one,
                const struct sup_snapshot *snapshot)
{
    struct sim_asked *asked = sim__conditions_ask(&engine->conditions, one->id);
    if (asked == NULL) {
        engine->error = SUP_ENOMEM;
        return;
    }
    if (snapshot->readiness != SUP_READINESS_NOT_READY) {
        asked->restores = true;
    } else if (asked->needs == 0) {
        asked->restores = false; /* what it says of itself it takes back itself */
    }
    asked->needs |= UINT64_C(1) << one->index;
    (void)sim__action_say(engine, one->id.slot, SIM_SAY_NOT_READY);
}

static void feel_down(struct sim_engine *engine, const struct concerned *one)
{
    struct sup_snapshot snapshot;
    if (!still_lives(engine, one, &snapshot)) {
        return;
    }
    if (one->need->live == SIM_LIVE_NOT_READY) {
        ask(engine, one, &snapshot);
        return;
    }
    const struct sup_end end = end_of(one->need);
    (void)sim__action_end(engine, one->id.slot, &end);
}

/* The last of those that asked is up again. One that has yet to say for the first time that
 * it is ready does so by itself. */
static void feel_up(struct sim_engine *engine, const struct concerned *one)
{
    struct sup_snapshot snapshot;
    struct sim_asked *asked = sim__conditions_asked(&engine->conditions, one->id);
    if (asked == NULL) {
        return;
    }
    asked->needs &= ~(UINT64_C(1) << one->index);
    if (asked->needs == 0 && asked->restores && still_lives(engine, one, &snapshot) &&
        snapshot.phase == SUP_PHASE_RUNNING && snapshot.readiness == SUP_READINESS_NOT_READY) {
        (void)sim__action_say(engine, one->id.slot, SIM_SAY_READY);
    }
}

static void change_all(struct sim_engine *engine, uint32_t condition, enum change change)
{
    struct list list = {0};
    if (collect(engine, condition, change, &list) != SUP_OK) {
        engine->error = SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < list.count && engine->error == SUP_OK; i++) {
        if (change == GOES_DOWN) {
            feel_down(engine, &list.items[i]);
        } else {
            feel_up(engine, &list.items[i]);
        }
    }
    free(list.items);
}

/* Whether an entry has to change a state each time, or once is enough. */
static bool once_is_enough(const struct sim_act *act)
{
    return act->action->repeats || act->scripted;
}

static void fail(struct sim_engine *engine, const struct sim_setting *setting, const char *wanted,
                 const char *found)
{
    char expected[TEXT_BYTES];
    const struct sim_condition *condition = &engine->scenario->conditions[setting->condition];
    (void)snprintf(expected, sizeof(expected), "set %s: %s", condition->name, wanted);
    const struct sim_finding finding = {
        .place = setting->place, .expected = expected, .found = found};
    sim__engine_fail(engine, &finding);
}

static void met_nothing(struct sim_engine *engine, const struct sim_act *act,
                        const struct sim_setting *setting)
{
    char found[TEXT_BYTES];
    if (!once_is_enough(act)) {
        (void)snprintf(found, sizeof(found), "it is %s already", setting->state);
        fail(engine, setting, "a state that it does not have", found);
    }
}

/* It has another state now. */
static void change_one(struct sim_engine *engine, uint32_t condition, const char *state)
{
    struct sim_conditions *conditions = &engine->conditions;
    const char *before = conditions->states[condition];
    struct sup_event event;
    conditions->states[condition] = state;
    /* In real time an end that it brought may have come after the action began. */
    uint64_t last_ns = engine->watch.last_ns;
    struct sup_instant at = {last_ns > engine->now_ns ? last_ns : engine->now_ns};
    sim__event_condition(&event, at, engine->scenario->conditions[condition].name, state);
    sim__engine_happen(engine, &event);
    bool was_up = sim__condition_is_up(before);
    if (was_up != sim__condition_is_up(state)) {
        change_all(engine, condition, was_up ? GOES_DOWN : COMES_UP);
    }
}

static void set(struct sim_engine *engine, const struct sim_act *act,
                const struct sim_setting *setting)
{
    struct sim_conditions *conditions = &engine->conditions;
    if (strcmp(conditions->states[setting->condition], setting->state) == 0) {
        met_nothing(engine, act, setting);
        return;
    }
    conditions->met[setting->index] = true;
    change_one(engine, setting->condition, setting->state);
}

void sim__set_all_up(struct sim_engine *engine)
{
    for (uint32_t i = 0; i < engine->scenario->condition_count && engine->error == SUP_OK; i++) {
        if (!sim__condition_is_up(engine->conditions.states[i])) {
            change_one(engine, i, sim__condition_up());
        }
    }
}

void sim__set_do(struct sim_engine *engine, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    for (uint32_t i = 0; i < action->setting_count && engine->error == SUP_OK; i++) {
        set(engine, act, &action->settings[i]);
    }
}

static void end_act(struct sim_engine *engine, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    if (action->kind != SIM_ACT_SET || act->done == 0 || !once_is_enough(act)) {
        return; /* that it was never carried out is the timeline's to say */
    }
    for (uint32_t i = 0; i < action->setting_count; i++) {
        if (!engine->conditions.met[action->settings[i].index]) {
            fail(engine, &action->settings[i], "another state at least once", "never");
        }
    }
}

void sim__set_end(struct sim_engine *engine)
{
    const struct sim_timeline *timeline = &engine->timeline;
    for (uint32_t i = 0; i < timeline->count; i++) {
        end_act(engine, &timeline->acts[i]);
    }
    for (const struct sim_act *act = timeline->scripted; act != NULL; act = act->next) {
        end_act(engine, act);
    }
}
