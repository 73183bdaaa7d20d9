/* Verifies every structure of a supervisor; a debugging aid, linear in its size. */
#include "sup/rules.h"

#include "heap.h"
#include "incident.h"
#include "later.h"
#include "lifetime.h"
#include "metrics.h"
#include "registry.h"
#include "service.h"
#include "supervisor.h"

/* What may have been followed by a restart that limits count. */
static uint32_t ends_that_count(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_rules *rules = sup__policy_of(sup, s)->rules;
    bool clean_too = rules != NULL && rules->clean_exits == SUP_CLEAN_EXITS_COUNT;
    return clean_too ? s->attempt : s->failures;
}

static void check_service(const struct sup *sup, uint32_t slot)
{
    const struct sup__service *s = &sup->services[slot];
    const struct sup__cold *cold = &sup->colds[slot];
    bool live_phase = s->phase == SUP_PHASE_STARTING || s->phase == SUP_PHASE_RUNNING ||
                      s->phase == SUP_PHASE_STOPPING;
    SUP_ASSERT(s->live == live_phase);
    SUP_ASSERT(s->timer_key == 0 ||
               ((s->phase != SUP_PHASE_IDLE || cold->later != 0) &&
                s->phase != SUP_PHASE_TERMINATED &&
                (s->phase != SUP_PHASE_RUNNING || sup__keeps_lifetime(sup__policy_of(sup, s)))));
    SUP_ASSERT(!s->abort_requested || s->cancel_delivered);
    SUP_ASSERT(s->phase != SUP_PHASE_STOPPING || s->cancel_delivered);
    SUP_ASSERT(!s->queued || s->phase == SUP_PHASE_IDLE);
    SUP_ASSERT(s->operation == SUP_OPERATION_ACTIVE || cold->later != SUP__LATER_START);
    SUP_ASSERT((s->phase == SUP_PHASE_TERMINATED) == (s->reason != SUP_REASON_NONE));
    uint32_t incident = s->rare ? sup->rares[slot].incident : SUP__NONE;
    SUP_ASSERT(incident == SUP__NONE || sup->groups[incident].incident != SUP__INCIDENT_NONE);
    SUP_ASSERT(s->granted <= ends_that_count(sup, s) || s->failures == 0);
    SUP_ASSERT(s->member == (incident != SUP__NONE));
    const struct sup__extra *extra = sup__extra_of(sup, s);
    SUP_ASSERT((extra != NULL) == (sup__needs(sup, s->policy)->extra_bytes > 0));
    SUP_ASSERT(extra == NULL || extra->breaker.count <= extra->breaker.capacity);
    SUP_ASSERT(extra == NULL || extra->limit.count <= extra->limit.capacity);
}

/* The replacement that waits for the service's end. */
static inline const struct sup__registration *pending_of(const struct sup *sup, uint32_t slot)
{
    return sup->services[slot].rare ? sup->rares[slot].pending : NULL;
}

/* What the heap must have room for. */
static uint32_t timers_of(const struct sup *sup, uint32_t slot)
{
    const struct sup__registration *pending = pending_of(sup, slot);
    return sup__needs(sup, sup->services[slot].policy)->timers +
           (pending == NULL ? 0 : sup__needs(sup, pending->policy)->timers);
}

static void check_registry(const struct sup *sup)
{
    uint64_t alive = 0;
    uint32_t live = 0;
    uint32_t count = 0;
    uint64_t timers = 1 + SUP_IDLE_WAITS_MAX + sup->group_count;
    uint32_t previous = SUP__NONE;
    for (uint32_t slot = sup->first; slot != SUP__NONE; slot = sup->colds[slot].next) {
        const struct sup__service *s = &sup->services[slot];
        SUP_ASSERT(s->registered && sup->colds[slot].previous == previous);
        SUP_ASSERT(previous == SUP__NONE || sup->colds[previous].order < sup->colds[slot].order);
        check_service(sup, slot);
        alive += s->phase != SUP_PHASE_TERMINATED;
        live += s->live;
        timers += timers_of(sup, slot);
        count++;
        previous = slot;
    }
    SUP_ASSERT(sup->timers == timers);
    SUP_ASSERT(sup->last == previous);
    SUP_ASSERT(sup->metrics.active_services == alive);
    SUP_ASSERT(sup->live == live);
    SUP_ASSERT(sup->groups[SUP__ROOT].services == count);
}

static uint32_t entries_of(const struct sup *sup, const struct sup__extra *extra, uint32_t policy)
{
    return extra == NULL ? 0 : sup__needs(sup, policy)->entries;
}

/* Every registration's block, that of a replacement and that of a name that is no
 * longer registered too, and every group's. */
static void check_windows(const struct sup *sup)
{
    uint64_t entries = 0;
    for (uint32_t slot = 0; slot < sup->slot_count; slot++) {
        const struct sup__registration *pending = pending_of(sup, slot);
        entries +=
            entries_of(sup, sup__extra_of(sup, &sup->services[slot]), sup->services[slot].policy);
        entries += pending == NULL ? 0 : entries_of(sup, pending->extra, pending->policy);
    }
    for (uint32_t g = 0; g < sup->group_count; g++) {
        const struct sup__window *limit = &sup->groups[g].limit;
        entries += limit->at == NULL ? 0 : limit->capacity;
    }
    SUP_ASSERT(sup->window_entries == entries);
    SUP_ASSERT(entries <= sup->config.window_entries_max);
}

/* A group's own services, in their order, and what it counts of them. */
static void check_members(const struct sup *sup, uint32_t index)
{
    const struct sup__group *group = &sup->groups[index];
    struct {
        uint32_t last, active, busy, inflight, services;
    } found = {.last = SUP__NONE};
    for (uint32_t slot = group->first; slot != SUP__NONE; slot = sup->colds[slot].group_next) {
        const struct sup__service *s = &sup->services[slot];
        const struct sup__cold *cold = &sup->colds[slot];
        SUP_ASSERT(s->registered && s->group == index && cold->group_previous == found.last);
        SUP_ASSERT(found.last == SUP__NONE || sup->colds[found.last].order < cold->order);
        found.active += s->live;
        found.busy += s->busy;
        found.inflight += s->phase != SUP_PHASE_TERMINATED;
        found.services++;
        found.last = slot;
    }
    for (uint32_t g = group->first_child; g != SUP__NONE; g = sup->groups[g].next_sibling) {
        SUP_ASSERT(sup->groups[g].parent == index);
        found.services += sup->groups[g].services;
    }
    SUP_ASSERT(group->last == found.last && group->services == found.services);
    SUP_ASSERT(group->active == found.active && group->busy == found.busy);
    SUP_ASSERT(group->inflight == found.inflight);
}

static void check_groups(const struct sup *sup)
{
    check_members(sup, SUP__ROOT);
    for (uint32_t g = 1; g < sup->group_count; g++) {
        check_members(sup, g);
        const struct sup__group *group = &sup->groups[g];
        const struct sup__group *parent = &sup->groups[group->parent];
        SUP_ASSERT(group->parent < g);
        SUP_ASSERT(group->cancelled || !parent->cancelled);
        SUP_ASSERT(group->limit.count <= group->limit.capacity);
    }
}

void sup_check(const struct sup *sup)
{
    SUP_ASSERT(sup->metrics.spawned_total ==
               sup->metrics.active_services + sup->metrics.terminated_total);
    SUP_ASSERT(sup->pool_used <= sup->config.blocking_pool);
    SUP_ASSERT(sup->phase != SUP_SUPERVISOR_DRAINED || sup->live == 0);
    check_registry(sup);
    check_groups(sup);
    sup__metrics_check(sup);
    check_windows(sup);
    sup__heap_check(&sup->heap);
}
