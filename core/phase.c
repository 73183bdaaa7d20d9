/* Phases: the only place that writes one, and the accounts that follow from it. */
#include "internal.h"

#define TO(phase) (1u << SUP_PHASE_##phase)

/* The legal successors; anything else is a broken promise of ours. */
static const uint8_t legal[SUP_PHASES] = {
    [SUP_PHASE_IDLE] = TO(STARTING) | TO(TERMINATED),
    [SUP_PHASE_STARTING] =
        TO(RUNNING) | TO(BACKING_OFF) | TO(STOPPING) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_RUNNING] = TO(BACKING_OFF) | TO(STOPPING) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_BACKING_OFF] = TO(STARTING) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_STOPPING] = TO(STARTING) | TO(BACKING_OFF) | TO(IDLE) | TO(TERMINATED),
    [SUP_PHASE_TERMINATED] = 0,
};

#define BUSY_PHASES (TO(STARTING) | TO(RUNNING) | TO(STOPPING) | TO(BACKING_OFF))

bool sup__phase_legal(enum sup_phase from, enum sup_phase to)
{
    return (legal[from] >> to & 1u) != 0;
}

static void count_busy(struct sup *sup, struct sup__service *s, bool busy)
{
    s->busy = busy;
    for (uint32_t g = s->group; g != SUP__NONE; g = sup->groups[g].parent) {
        struct sup__group *group = &sup->groups[g];
        SUP_ASSERT(busy || group->busy > 0);
        group->busy += busy ? 1u : UINT32_MAX;
        sup->idle_check |= group->busy == 0;
    }
}

void sup__account(struct sup *sup, struct sup__service *s)
{
    bool busy = s->registered && ((BUSY_PHASES >> s->phase & 1u) != 0 || s->queued ||
                                  sup__cold_of(sup, s)->incident_start);
    if (busy != s->busy) {
        count_busy(sup, s, busy);
    }
}

void sup__set_phase(struct sup *sup, struct sup__service *s, enum sup_phase phase)
{
    SUP_ASSERT(sup__phase_legal(s->phase, phase));
    uint32_t was_busy = BUSY_PHASES >> s->phase & 1u;
    s->phase = (uint8_t)phase;
    s->phase_since = sup->now;
    if (was_busy != (BUSY_PHASES >> phase & 1u)) {
        sup__account(sup, s);
    }
}

void sup__account_live(struct sup *sup, struct sup__service *s, bool live)
{
    SUP_ASSERT(s->live != live);
    s->live = live;
    for (uint32_t g = s->group; g != SUP__NONE; g = sup->groups[g].parent) {
        SUP_ASSERT(live || sup->groups[g].active > 0);
        sup->groups[g].active += live ? 1u : UINT32_MAX;
    }
}

static void count_terminated(struct sup *sup)
{
    SUP_ASSERT(sup->metrics.active_services > 0);
    sup->metrics.active_services--;
    sup->metrics.terminated_total++;
    SUP_ASSERT(sup->metrics.spawned_total ==
               sup->metrics.active_services + sup->metrics.terminated_total);
}

void sup__terminate(struct sup *sup, struct sup__service *s, enum sup_reason reason,
                    uint32_t count, uint32_t limit)
{
    SUP_ASSERT(!s->live);
    struct sup__cold *cold = sup__cold_of(sup, s);
    sup__quiet_timers(sup, s);
    sup__pool_unqueue(sup, s);
    sup__incident_leave(sup, s);
    s->intent = SUP__INTENT_NONE;
    s->delay = 0;
    s->reason = (uint8_t)reason;
    cold->reason_count = count;
    cold->reason_limit = limit;
    sup__set_phase(sup, s, SUP_PHASE_TERMINATED);
    count_terminated(sup);
    if (!SUP__QUIET(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_TERMINATED, s);
        event.fields |= SUP_FIELD_REASON | SUP_FIELD_TEXT;
        event.reason = reason;
        event.text = sup__reason_text(sup, s);
        sup__emit(sup, &event);
    }
    if (sup__policy_of(sup, s)->kind == SUP_KIND_TASK && reason != SUP_REASON_ABANDONED) {
        sup__unregister(sup, s);
    }
}

void sup__gone(struct sup *sup, struct sup__service *s, enum sup_event_type type)
{
    SUP_ASSERT(!s->live);
    sup__quiet_timers(sup, s);
    sup__pool_unqueue(sup, s);
    if (s->phase != SUP_PHASE_TERMINATED) {
        sup__set_phase(sup, s, SUP_PHASE_TERMINATED);
        count_terminated(sup);
    }
    s->operation = SUP_OPERATION_REMOVED;
    s->intent = SUP__INTENT_NONE;
    sup__unregister(sup, s);
    sup__say_plain(sup, type, s);
}
