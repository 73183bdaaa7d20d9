/* Gives each service of a rolling action its turn. */
#include "rolling.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"

#define TEXT_BYTES 400u

int sim__roll_begin(struct sim_act *act, const struct sim_found *found, uint32_t count)
{
    struct sim_roll *roll = malloc(sizeof(*roll) + count * sizeof(struct sim_found));
    SUP_ASSERT(act->roll == NULL && act->action->rolls);
    if (roll == NULL) {
        return SUP_ENOMEM;
    }
    roll->count = count;
    roll->next = 0;
    if (count > 0) {
        memcpy(roll->items, found, count * sizeof(*found));
    }
    act->roll = roll;
    return SUP_OK;
}

static const char *name_of(const struct sim_engine *engine, const struct sim_act *act,
                           const struct sim_found *found)
{
    return found->slot != UINT32_MAX ? sup_slot_name(engine->sup, found->slot)
                                     : act->action->target.patterns[found->pattern];
}

bool sim__roll_next(struct sim_engine *engine, struct sim_act *act, struct sim_found *ret_found,
                    const char **ret_name)
{
    struct sim_roll *roll = act->roll;
    struct sup_snapshot snapshot;
    if (roll->next == roll->count) {
        return false;
    }
    *ret_found = roll->items[roll->next++];
    *ret_name = name_of(engine, act, ret_found);
    bool registered = sup_snapshot_of(engine->sup, *ret_name, &snapshot) == SUP_OK;
    ret_found->slot = registered ? snapshot.slot : UINT32_MAX;
    if (roll->next < roll->count) {
        sim__timeline_again(&engine->timeline, act, act->action->each);
    }
    return true;
}

void sim__roll_end(struct sim_engine *engine)
{
    for (uint32_t i = 0; i < engine->timeline.count; i++) {
        const struct sim_act *act = &engine->timeline.acts[i];
        const struct sim_action *action = act->action;
        const struct sim_roll *roll = act->roll;
        enum sim_action_sort sort = sim_action_sort(action->kind);
        bool fault = sort == SIM_SORT_END || sort == SIM_SORT_REPORT || sort == SIM_SORT_WORLD;
        if (roll == NULL || roll->next == roll->count || action->timing != NULL ||
            (!fault && !action->has_expect)) {
            continue;
        }
        char expected[TEXT_BYTES];
        const char *name = name_of(engine, act, &roll->items[roll->next]);
        (void)snprintf(expected, sizeof(expected), "%s %s: carried out",
                       sim_action_name(action->kind), name);
        const struct sim_finding finding = {.place = action->place,
                                            .service = name,
                                            .detail = "carried out",
                                            .expected = expected,
                                            .found = "the run ended before its turn came"};
        sim__engine_fail(engine, &finding);
    }
}

/* ---- how long ---- */

static bool names(const struct sim_target *target, const char *name)
{
    for (uint32_t i = 0; i < target->count; i++) {
        if (sim_glob_match(target->patterns[i], name)) {
            return true;
        }
    }
    return false;
}

static uint64_t count_of(const struct sim_target *target, const struct sim_service *service)
{
    char name[SUP_NAME_MAX + 16];
    uint64_t count = 0;
    if (!service->counted) {
        return names(target, service->name) ? 1 : 0;
    }
    for (uint32_t i = 0; i < service->count; i++) {
        (void)snprintf(name, sizeof(name), "%s-%" PRIu32, service->name, i);
        count += names(target, name) ? 1 : 0;
    }
    return count;
}

struct sup_duration sim__roll_length(const struct sim_scenario *scenario,
                                     const struct sim_action *action)
{
    uint64_t turns = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        turns += count_of(&action->target, &scenario->services[i]);
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_service *spawned = scenario->timeline[i].service;
        turns += spawned != NULL ? count_of(&action->target, spawned) : 0;
    }
    uint64_t gaps = turns > 0 ? turns - 1 : 0;
    bool fits = gaps == 0 || action->each.ns <= SUP_NEVER_NS / gaps;
    return fits ? SUP_NS(action->each.ns * gaps) : SUP_DURATION_NEVER;
}
