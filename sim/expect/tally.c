/* Tallies: of the services that an ongoing entry is about, those that fit. */
#include <stdlib.h>

#include "internal.h"
#include "facts.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

/* A group that acts on its services changes their phases without an event of
 * each. */
static bool groups_act(const struct sim_scenario *scenario)
{
    bool act = scenario->root.strategy != SUP_STRATEGY_ONE_FOR_ONE || scenario->root.limit.enabled;
    for (uint32_t i = 0; i < scenario->group_count && !act; i++) {
        const struct sup_group_policy *policy = &scenario->groups[i].policy;
        act = policy->strategy != SUP_STRATEGY_ONE_FOR_ONE || policy->limit.enabled;
    }
    return act;
}

enum groups { GROUPS_IDLE, GROUPS_ACT };

static bool comes_with_events(enum sim_fact_id id, enum groups groups)
{
    switch (id) {
    case SIM_FACT_HEARTBEAT:  /* a beat has no event */
    case SIM_FACT_LIMIT_USED: /* time passes */
    case SIM_FACT_LIMIT_REMAINING:
    case SIM_FACT_RUNNING_TIME:
        return false;
    case SIM_FACT_PHASE:
    case SIM_FACT_AVAILABLE:
    case SIM_FACT_SETTLED:
    case SIM_FACT_DELAY:
        return groups == GROUPS_IDLE;
    default:
        return true;
    }
}

bool sim__tally_possible(const struct sim_scenario *scenario, const struct sim_expectation *e)
{
    enum groups groups = groups_act(scenario) ? GROUPS_ACT : GROUPS_IDLE;
    for (uint32_t i = 0; i < e->fact_count; i++) {
        if (!comes_with_events(e->facts[i].id, groups)) {
            return false;
        }
    }
    return true;
}

/* ---- events ---- */

/* One of the arrays by slot, made larger than they all are; *ret_room says how large. */
static void *reserve_one(const struct sim_expect *expect, void *array, uint32_t slot, size_t size,
                         uint32_t *ret_room)
{
    SUP_ASSERT(slot >= expect->touched_capacity);
    *ret_room = expect->touched_capacity;
    return sim__grown(array, ret_room, (uint64_t)slot + 1, size);
}

/* Room for the slot in all arrays; each grows by itself, so that one that could
 * not leaves the others larger, which is harmless. */
static bool reserve(struct sim_expect *expect, uint32_t slot)
{
    if (slot < expect->touched_capacity) {
        return true;
    }
    uint32_t room = 0;
    void *touched = reserve_one(expect, expect->touched, slot, sizeof(*expect->touched), &room);
    expect->touched = touched != NULL ? touched : expect->touched;
    void *slots =
        reserve_one(expect, expect->touched_slots, slot, sizeof(*expect->touched_slots), &room);
    expect->touched_slots = slots != NULL ? slots : expect->touched_slots;
    bool fits = touched != NULL && slots != NULL;
    for (uint32_t i = 0; i < expect->entry_count && fits; i++) {
        struct sim__tally *tally = &expect->entries[i].tally;
        if (expect->entries[i].tallies) {
            void *states = reserve_one(expect, tally->slots, slot, sizeof(*tally->slots), &room);
            tally->slots = states != NULL ? states : tally->slots;
            fits = states != NULL;
        }
    }
    if (!fits) {
        expect->failed = true;
        return false;
    }
    SUP_ASSERT(slot < room);
    expect->touched_capacity = room;
    return true;
}

/* Whom it concerns is decided once, when the name is first heard. */
static void enrol(struct sim_expect *expect, uint32_t slot, const char *name)
{
    for (uint32_t i = 0; i < expect->ongoing_count; i++) {
        struct sim__entry *entry = &expect->entries[expect->ongoing[i]];
        if (!entry->tallies) {
            continue;
        }
        if (sim__target_names(&entry->target, name)) {
            entry->tally.slots[slot] = SIM__TALLIED_MEMBER | SIM__TALLIED_NAMED;
        } else if (sim__target_globs(&entry->target, name)) {
            entry->tally.slots[slot] = SIM__TALLIED_MEMBER;
        }
    }
}

void sim__tally_event(struct sim_expect *expect, const struct sup_event *event)
{
    uint32_t slot = event->slot;
    if (!reserve(expect, slot)) {
        return;
    }
    if (event->type == SUP_EVENT_REGISTERED && event->generation == 0) {
        enrol(expect, slot, event->service);
    }
    if (!expect->touched[slot]) {
        expect->touched[slot] = true;
        expect->touched_slots[expect->touched_count++] = slot;
    }
}

/* ---- settling ---- */

static void update(struct sim__entry *entry, uint32_t slot, const struct sup_snapshot *snapshot)
{
    const struct sim_expectation *e = entry->expectation;
    struct sim__tally *tally = &entry->tally;
    uint8_t old = tally->slots[slot];
    uint8_t new = old &(SIM__TALLIED_MEMBER | SIM__TALLIED_NAMED);
    if (snapshot != NULL) {
        bool fits = sim__facts_hold(e->facts, e->fact_count, snapshot);
        new |= SIM__TALLIED_REGISTERED | (fits ? SIM__TALLIED_FITS : 0);
    }
    bool was = (old & SIM__TALLIED_REGISTERED) != 0;
    bool is = snapshot != NULL;
    bool named = (old & SIM__TALLIED_NAMED) != 0;
    tally->registered += (uint32_t)is - (uint32_t)was;
    tally->named += named ? (uint32_t)is - (uint32_t)was : 0;
    tally->fits +=
        (uint32_t)((new &SIM__TALLIED_FITS) != 0) - (uint32_t)((old & SIM__TALLIED_FITS) != 0);
    tally->slots[slot] = new;
}

/* True when the slot has to be looked at again at the next instant: a blocking
 * service gets into the pool's queue, and out of it, without an event. */
static bool look_again(struct sim_expect *expect, struct sup *sup, uint32_t slot)
{
    struct sup_snapshot snapshot = {.kind = SUP_KIND_SERVICE};
    bool there = false, looked = false;
    for (uint32_t i = 0; i < expect->ongoing_count; i++) {
        struct sim__entry *entry = &expect->entries[expect->ongoing[i]];
        if (!entry->tallies || entry->tally.slots[slot] == 0) {
            continue;
        }
        if (!looked) {
            there = sup_snapshot_slot(sup, slot, &snapshot) == SUP_OK;
            looked = true;
        }
        update(entry, slot, there ? &snapshot : NULL);
    }
    return snapshot.kind == SUP_KIND_BLOCKING;
}

void sim__tally_settle(struct sim_expect *expect, struct sup *sup)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < expect->touched_count; i++) {
        uint32_t slot = expect->touched_slots[i];
        expect->touched[slot] = look_again(expect, sup, slot);
        if (expect->touched[slot]) {
            expect->touched_slots[left++] = slot;
        }
    }
    expect->touched_count = left;
}

void sim__tally_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; expect->entries != NULL && i < expect->entry_count; i++) {
        free(expect->entries[i].tally.slots);
    }
    free(expect->touched);
    free(expect->touched_slots);
}
