/* Numbers for those that events are about. */
#include "roll.h"

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"

struct sim__early {
    struct sim__early *before;
    const char *name;
    uint32_t number;
};

void sim__roll_init(struct sim__roll *roll, const struct sim__target *target, uint64_t seed)
{
    *roll = (struct sim__roll){.target = target, .seed = seed};
}

void sim__roll_release(struct sim__roll *roll)
{
    sim__arena_free(roll->arena);
    free(roll->by_slot);
}

static bool is_asked(const struct sim__roll *roll, const char *name)
{
    return roll->target == NULL || sim__target_names(roll->target, name) ||
           sim__target_globs(roll->target, name);
}

/* 0: it was not heard of before it had a slot. */
static uint32_t find_early(const struct sim__roll *roll, const char *name)
{
    if (roll->arena == NULL) {
        return 0;
    }
    const struct sim__slot *slot = sim__table_find(&roll->early, 0, name, (uint32_t)strlen(name));
    return slot == NULL ? 0 : ((const struct sim__early *)slot->value)->number;
}

static uint32_t add_early(struct sim__roll *roll, const char *name)
{
    uint32_t length = (uint32_t)strlen(name);
    bool is_new;
    if (roll->arena == NULL) {
        if (sim__arena_create(&sup_allocator_libc, &roll->arena) != SUP_OK) {
            return 0;
        }
        sim__table_init(&roll->early, roll->arena, roll->seed);
    }
    struct sim__early *early = sim__arena_alloc(roll->arena, 1, sizeof(*early));
    const char *copy = sim__arena_text(roll->arena, name, length);
    struct sim__slot *slot = early == NULL || copy == NULL
                                 ? NULL
                                 : sim__table_add(&roll->early, 0, copy, length, &is_new);
    if (slot == NULL) {
        return 0;
    }
    *early = (struct sim__early){roll->latest, copy, ++roll->count};
    roll->latest = early;
    slot->value = early;
    return early->number;
}

static uint32_t hear_early(struct sim__roll *roll, const char *name)
{
    if (!is_asked(roll, name)) {
        return SIM__NOT_ON_ROLL;
    }
    uint32_t number = find_early(roll, name);
    return number != 0 ? number : add_early(roll, name);
}

uint32_t sim__roll_hear(struct sim__roll *roll, const struct sup_event *event)
{
    SUP_ASSERT(event->service != NULL);
    if (event->slot == UINT32_MAX) {
        return hear_early(roll, event->service);
    }
    uint32_t *by_slot =
        sim__grown(roll->by_slot, &roll->room, (uint64_t)event->slot + 1, sizeof(*by_slot));
    if (by_slot == NULL) {
        return 0;
    }
    roll->by_slot = by_slot;
    uint32_t *number = &by_slot[event->slot];
    if (*number == 0 && !is_asked(roll, event->service)) {
        *number = SIM__NOT_ON_ROLL;
    } else if (*number == 0) {
        *number = find_early(roll, event->service);
        *number = *number != 0 ? *number : ++roll->count;
    }
    return *number;
}

uint32_t sim__roll_find(const struct sim__roll *roll, uint32_t slot, const char *name)
{
    uint32_t number = slot < roll->room ? roll->by_slot[slot] : 0;
    return number != 0 ? number : find_early(roll, name);
}

const char *sim__roll_name(const struct sim__roll *roll, const struct sup *sup, uint32_t number)
{
    for (const struct sim__early *early = roll->latest; early != NULL; early = early->before) {
        if (early->number == number) {
            return early->name;
        }
    }
    for (uint32_t slot = 0; slot < roll->room; slot++) {
        if (roll->by_slot[slot] == number) {
            return sup_slot_name(sup, slot);
        }
    }
    return NULL;
}
