/* Carries out timeline actions: commands of operators, and injected faults. */
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "outcome.h"
#include "sup/assert.h"
#include "sup/error.h"

/* Targets */

static bool matches(const struct sim_target *target, const char *name)
{
    for (uint32_t i = 0; i < target->count; i++)
        if (strcmp(target->patterns[i], name) == 0 || sim_glob_match(target->patterns[i], name))
            return true;
    return false;
}

static bool slot_add(struct sim_timeline *timeline, uint32_t *count, uint32_t slot)
{
    if (*count == timeline->slot_room) {
        uint32_t room = timeline->slot_room == 0 ? 64 : timeline->slot_room * 2;
        uint32_t *slots = realloc(timeline->slots, room * sizeof(*slots));
        if (slots == NULL)
            return false;
        timeline->slots = slots;
        timeline->slot_room = room;
    }
    timeline->slots[(*count)++] = slot;
    return true;
}

static bool is_one_name(const struct sim_target *target)
{
    return target->count == 1 && !sim_glob_is(target->patterns[0]);
}

/* The registered services that the target names, in registration order, each
 * once. They are listed before any of them is acted upon, since a command may
 * change the registry. */
static uint32_t targets_find(struct sim_engine *engine, const struct sim_target *target)
{
    struct sup_snapshot snapshot;
    uint32_t count = 0;
    bool room = true;
    if (is_one_name(target)) {
        if (sup_snapshot_of(engine->sup, target->patterns[0], &snapshot) == SUP_OK)
            room = slot_add(&engine->timeline, &count, snapshot.slot);
    } else {
        uint64_t cursor = 0;
        while (room && sup_snapshot_next(engine->sup, &cursor, &snapshot))
            if (matches(target, snapshot.service))
                room = slot_add(&engine->timeline, &count, snapshot.slot);
    }
    if (!room)
        engine->error = SUP_ENOMEM;
    return count;
}

static void keep_first(int *result, int answer)
{
    if (*result == SUP_OK)
        *result = answer;
}

/* What one target is to suffer; `name` is registered unless slot is UINT32_MAX. */
typedef int (*each_fn)(struct sim_engine *engine, struct sim_act *act, uint32_t slot,
                       const char *name);

static int unknown_names(struct sim_engine *engine, struct sim_act *act, each_fn each, bool any)
{
    const struct sim_target *target = &act->action->target;
    struct sup_snapshot snapshot;
    int result = SUP_OK;
    for (uint32_t i = 0; i < target->count; i++) {
        const char *name = target->patterns[i];
        if (sim_glob_is(name)) {
            /* A glob beside names that match is asked no questions. */
            keep_first(&result, any ? SUP_OK : SUP_EUNKNOWN);
        } else if (sup_snapshot_of(engine->sup, name, &snapshot) == SUP_EUNKNOWN) {
            bool twice = false;
            for (uint32_t before = 0; before < i; before++)
                twice = twice || strcmp(target->patterns[before], name) == 0;
            if (!twice)
                keep_first(&result, each(engine, act, UINT32_MAX, name));
        }
    }
    return result;
}
