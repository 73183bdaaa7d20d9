/* Faults in the words of a scenario file; see spell.h. */
#include "spell.h"

#include <string.h>

#include "sup/assert.h"

#define WAYS 3u /* of one fault */
#define TIMES_FOR_EVER UINT64_C(1000000000)

struct fault {
    const struct sim_fault *fault;
    const struct sim_fault_met *met;
    struct sup_duration late;
};

/* The entry, before all that stand in the list of this key. */
static void put_first(struct sim_arena *arena, struct sim__node *map, const char *key,
                      struct sim__node *entry)
{
    struct sim__node *list = sim__tree_list(arena);
    const struct sim__node *old = sim__node_get(map, key);
    sim__tree_add(arena, list, entry);
    for (uint32_t i = 0; old != NULL && old->kind == SIM__LIST && i < old->count; i++) {
        sim__tree_add(arena, list, sim__tree_copy(arena, old->entries[i].value));
    }
    sim__tree_put(arena, map, key, list);
}

static bool put_refusal(struct sim_arena *arena, struct sim__node *root, const struct fault *fault,
                        struct sup_instant at)
{
    struct sim__node *entry = sim__tree_map(arena);
    struct sim__node *refuse = sim__tree_map(arena);
    const char *service = fault->fault->persistent ? "*" : fault->met->service;
    sim__tree_put(arena, refuse, "service", sim__tree_text(arena, service, strlen(service)));
    if (fault->fault->persistent) {
        sim__tree_put(arena, refuse, "times", sim__tree_number(arena, TIMES_FOR_EVER));
    }
    sim__tree_put(arena, entry, "at", sim__tree_duration(arena, SUP_NS(at.ns)));
    sim__tree_put(arena, entry, "refuse-starts", refuse);
    put_first(arena, root, "timeline", entry);
    return true;
}

static bool put_stall(struct sim_arena *arena, struct sim__node *root, const struct fault *fault,
                      struct sup_instant at)
{
    struct sim__node *entry = sim__tree_map(arena);
    if (fault->fault->persistent) {
        return false;
    }
    sim__tree_put(arena, entry, "at", sim__tree_duration(arena, SUP_NS(at.ns)));
    sim__tree_put(arena, entry, "stall", sim__tree_duration(arena, fault->late));
    put_first(arena, root, "timeline", entry);
    return true;
}

/* Where the service of this name stands in the list; its count: nowhere. */
static uint32_t place_of(const struct sim__node *services, const char *name)
{
    uint32_t i = 0;
    for (; i < services->count; i++) {
        const struct sim__node *its = sim__node_get(services->entries[i].value, "name");
        if (its != NULL && its->kind == SIM__SCALAR && strcmp(its->text, name) == 0) {
            break;
        }
    }
    return i;
}

static void put_refused_for_good(struct sim_arena *arena, struct sim__node *service)
{
    struct sim__node *script = sim__tree_list(arena);
    sim__tree_add(arena, script, sim__tree_word(arena, "refuse"));
    sim__tree_put(arena, service, "script", script);
}

/* A first start comes before anything of the timeline can. */
static bool put_refused_item(struct sim_arena *arena, struct sim__node *root,
                             const struct fault *fault)
{
    const struct sim__node *services = sim__node_get(root, "services");
    uint32_t place = services != NULL ? place_of(services, fault->met->service) : 0;
    if (services == NULL || place == services->count || fault->met->attempt != 1) {
        return false;
    }
    for (uint32_t i = place; fault->fault->persistent && i < services->count; i++) {
        put_refused_for_good(arena, services->entries[i].value);
    }
    if (fault->fault->persistent) {
        return put_refusal(arena, root, fault, fault->met->at);
    }
    struct sim__node *service = services->entries[place].value;
    if (sim__node_get(service, "script") == NULL) {
        struct sim__node *script = sim__tree_list(arena);
        sim__tree_add(arena, script, sim__tree_word(arena, "run"));
        sim__tree_put(arena, service, "script", script);
    }
    put_first(arena, service, "script", sim__tree_word(arena, "refuse"));
    return true;
}

static bool put_fault(struct sim_arena *arena, struct sim__node *root, const struct fault *fault,
                      uint32_t way)
{
    const struct sup_instant at = fault->met->at;
    const struct sup_instant before = {at.ns > 0 ? at.ns - 1 : 0};
    SUP_ASSERT(way < WAYS);
    switch (fault->fault->kind) {
    case SIM__POINT_START:
        return way == 2 ? put_refused_item(arena, root, fault)
                        : put_refusal(arena, root, fault, way == 0 ? at : before);
    case SIM__POINT_TIMER:
    case SIM__POINT_REPORT_LATE:
        /* Reports come before actions at one instant, timers after them. */
        return way < 2 && put_stall(arena, root, fault, way == 0 ? at : before);
    default:
        return false;
    }
}

struct sim__node *sim__sweep_spell(struct sim_arena *arena, const struct sim__node *root,
                                   const struct sim__sweep_try *one, struct sup_duration late,
                                   uint32_t way)
{
    const struct fault first = {&one->point.first, &one->seen.first, late};
    const struct fault then = {&one->point.then, &one->seen.then, late};
    const bool two = then.fault->at > 0;
    if (!first.met->met || (two && !then.met->met) || (!two && way >= WAYS)) {
        return NULL;
    }
    struct sim__node *copy = sim__tree_copy(arena, root);
    if (copy == NULL || !put_fault(arena, copy, &first, way % WAYS) ||
        (two && !put_fault(arena, copy, &then, way / WAYS))) {
        return NULL;
    }
    sim__tree_settle(copy);
    return sim__arena_failed(arena) ? NULL : copy;
}
