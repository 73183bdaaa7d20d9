/* Phases: the only place that writes one, and the accounts that follow from it. */
#include "phase.h"

#include "canary.h"
#include "events.h"
#include "incident.h"
#include "join.h"
#include "later.h"
#include "metrics.h"
#include "pool.h"
#include "probe.h"
#include "registry.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"
#include "text.h"

#define TO(phase) (1u << SUP_PHASE_##phase)

/* The legal successors; anything else is a broken promise of ours. */
const uint8_t sup__legal_phases[SUP_PHASES] = {
    [SUP_PHASE_IDLE] = TO(STARTING) | TO(BACKING_OFF) | TO(TERMINATED),
    [SUP_PHASE_STARTING] = TO(RUNNING) | TO(BACKING_OFF) | TO(STOPPING) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_RUNNING] = TO(BACKING_OFF) | TO(STOPPING) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_BACKING_OFF] = TO(STARTING) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_STOPPING] = TO(STARTING) | TO(BACKING_OFF) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_TERMINATED] = 0,
};

static void count_busy(struct sup *sup, struct sup__service *s, bool busy)
{
    struct sup__group *group = &sup->groups[s->group];
    SUP_ASSERT(busy || group->busy > 0);
    s->busy = busy;
    group->busy += busy ? 1u : UINT32_MAX;
    if (__builtin_expect((s->traits & SUP__TRAIT_SIGNIFICANT) != 0, 0)) {
        group->significant += busy ? 1u : UINT32_MAX;
    }
    sup->idle_check |= group->busy == 0;
}

void sup__account(struct sup *sup, struct sup__service *s)
{
    bool busy =
        s->registered && ((SUP__BUSY_PHASES >> s->phase & 1u) != 0 || s->queued ||
                          sup__cold_of(sup, s)->later == SUP__LATER_START ||
                          (s->member && sup__rare_of(sup, s)->incident_then == SUP__THEN_START));
    if (busy != s->busy) {
        count_busy(sup, s, busy);
    }
}

static void count_terminated(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(sup->metrics.active_services > 0 && sup->groups[s->group].inflight > 0);
    SUP_PROBE("service: terminates");
    sup->groups[s->group].inflight--;
    sup->groups[s->group].completed++;
    sup->metrics.active_services--;
    SUP__COUNT(sup, s, terminated_total);
    SUP_ASSERT(sup->metrics.spawned_total ==
               sup->metrics.active_services + sup->metrics.terminated_total);
}

void sup__come_to_rest(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->live);
    sup__later_end(sup, s);
    sup__quiet_timers(sup, s);
    if (!SUP_PLANTED(QUEUE_PLACE_LEAKED)) {
        sup__pool_unqueue(sup, s);
    }
    if (s->phase != SUP_PHASE_IDLE) {
        sup__set_phase(sup, s, SUP_PHASE_IDLE);
    }
}

void sup__terminate(struct sup *sup, struct sup__service *s, enum sup_reason reason)
{
    sup__terminate_counted(sup, s, reason, 0, 0);
}

void sup__terminate_counted(struct sup *sup, struct sup__service *s, enum sup_reason reason,
                            uint32_t count, uint32_t limit)
{
    SUP_ASSERT(!s->live);
    sup__later_end(sup, s);
    sup__quiet_timers(sup, s);
    sup__pool_unqueue(sup, s);
    sup__incident_leave(sup, s);
    s->intent = SUP__INTENT_NONE;
    s->restart_event = false;
    s->reason = (uint8_t)reason;
    struct sup__rare *rare = sup__rare_make(sup, s);
    rare->reason_count = count;
    rare->reason_limit = limit;
    sup__set_phase(sup, s, SUP_PHASE_TERMINATED);
    count_terminated(sup, s);
    if (!sup__quiet(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_TERMINATED, s);
        event.fields |= SUP_FIELD_REASON | SUP_FIELD_TEXT;
        event.reason = reason;
        event.text = sup__reason_text(sup, s);
        sup__emit(sup, &event);
    }
    sup__tell_joins(sup, s);
    if (sup__policy_of(sup, s)->kind == SUP_KIND_TASK && reason != SUP_REASON_ABANDONED) {
        sup__unregister(sup, s);
    }
}

void sup__gone(struct sup *sup, struct sup__service *s, enum sup_event_type type)
{
    SUP_ASSERT(!s->live);
    sup__later_end(sup, s);
    sup__quiet_timers(sup, s);
    sup__pool_unqueue(sup, s);
    if (s->phase != SUP_PHASE_TERMINATED) {
        sup__set_phase(sup, s, SUP_PHASE_TERMINATED);
        count_terminated(sup, s);
    }
    sup__unregister(sup, s);
    sup__say_plain(sup, type, s);
    sup__tell_joins(sup, s);
}
