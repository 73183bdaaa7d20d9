/* Incidents: members of a group that are stopped one after the other, last
 * registered first, and then started again together, terminated or quarantined.
 *
 * The members are a chain through their rare parts. A member stays in it until
 * the incident is over or something else takes the service over; the cursor is
 * the one whose end is waited for.
 */
#include "incident.h"

#include "attempt.h"
#include "events.h"
#include "machine.h"
#include "phase.h"
#include "probe.h"
#include "rebirth.h"
#include "restart.h"
#include "service.h"
#include "significant.h"
#include "supervisor.h"
#include "timer.h"

void sup__incident_open(struct sup *sup, uint32_t group, enum sup__incident kind)
{
    struct sup__group *g = &sup->groups[group];
    SUP_ASSERT(g->incident == SUP__INCIDENT_NONE && g->chain_first == SUP__NONE);
    SUP_ASSERT(g->incident_key == 0); /* so the first delay is not compared with an old one */
    g->incident = (uint8_t)kind;
}

/* Puts s into the chain at its place; services mostly come in order, last
 * registered first, so the search from the end is short. */
void sup__incident_join(struct sup *sup, uint32_t group, struct sup__service *s,
                        enum sup__then then)
{
    struct sup__group *g = &sup->groups[group];
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__rare *rare = sup__rare_make(sup, s);
    SUP_ASSERT(g->incident != SUP__INCIDENT_NONE && rare->incident == SUP__NONE);
    uint32_t before = g->chain_last;
    while (before != SUP__NONE && sup->colds[before].order < sup->colds[slot].order) {
        before = sup->rares[before].chain_previous;
    }
    uint32_t after = before == SUP__NONE ? g->chain_first : sup->rares[before].chain_next;
    rare->chain_previous = before;
    rare->chain_next = after;
    *(before == SUP__NONE ? &g->chain_first : &sup->rares[before].chain_next) = slot;
    *(after == SUP__NONE ? &g->chain_last : &sup->rares[after].chain_previous) = slot;
    s->member = true;
    rare->incident = group;
    rare->incident_then = (uint8_t)then;
    sup__account(sup, s);
}

void sup__incident_leave(struct sup *sup, struct sup__service *s)
{
    if (!s->member) {
        return;
    }
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__rare *rare = sup__rare_make(sup, s);
    struct sup__group *g = &sup->groups[rare->incident];
    uint32_t before = rare->chain_previous;
    SUP_ASSERT(g->incident != SUP__INCIDENT_NONE);
    uint32_t after = rare->chain_next;
    *(before == SUP__NONE ? &g->chain_first : &sup->rares[before].chain_next) = after;
    *(after == SUP__NONE ? &g->chain_last : &sup->rares[after].chain_previous) = before;
    if (g->chain_cursor == slot) {
        g->chain_cursor = after;
    }
    rare->chain_previous = rare->chain_next = SUP__NONE;
    s->member = false;
    rare->incident = SUP__NONE;
    rare->incident_then = SUP__THEN_NOTHING;
    sup__account(sup, s);
}

static void close_incident(struct sup *sup, struct sup__group *g)
{
    SUP_ASSERT(g->chain_first == SUP__NONE && g->chain_last == SUP__NONE);
    sup__disarm(sup, &g->incident_key);
    g->incident = SUP__INCIDENT_NONE;
    g->reborn = g->escalated = false;
    g->chain_first = g->chain_last = g->chain_cursor = SUP__NONE;
}

void sup__incident_quit(struct sup *sup, struct sup__service *s)
{
    if (!s->member) {
        return;
    }
    struct sup__group *g = &sup->groups[sup__rare_of(sup, s)->incident];
    sup__incident_leave(sup, s);
    SUP_ASSERT(!sup->starting_group);
    if (g->chain_first == SUP__NONE && g->incident != SUP__INCIDENT_SHUTDOWN) {
        SUP_PROBE("group: the last member leaves the restart");
        close_incident(sup, g);
    }
}

void sup__incident_dissolve(struct sup *sup, uint32_t group)
{
    struct sup__group *g = &sup->groups[group];
    while (g->chain_first != SUP__NONE) {
        sup__incident_leave(sup, &sup->services[g->chain_first]);
    }
    close_incident(sup, g);
}

void sup__incident_ended(struct sup *sup, struct sup__service *s)
{
    const struct sup__rare *rare = sup__rare_of(sup, s);
    SUP_ASSERT(rare->incident != SUP__NONE && !s->live);
    const struct sup__group *g = &sup->groups[rare->incident];
    uint32_t max = g->policy.limit.max;
    bool waited = s->phase == SUP_PHASE_IDLE || s->phase == SUP_PHASE_BACKING_OFF;
    const uint32_t outer = sup->notes.group;
    sup->notes.group = rare->incident;
    sup->notes.incident = g->incident;
    switch ((enum sup__incident)g->incident) {
    case SUP__INCIDENT_RESTART:
        if (s->operation != SUP_OPERATION_ACTIVE) {
            SUP_PROBE("group: one that is held stays so, whatever stopped it last");
            sup__incident_quit(sup, s);
            sup__come_to_rest(sup, s);
        } else if (!waited && sup__policy_of(sup, s)->restart == SUP_RESTART_NEVER) {
            SUP_PROBE("group: one that is never started again ends with the restart");
            sup__terminate(sup, s, SUP_REASON_CANCELLED);
        } else {
            sup__come_to_rest(sup, s);
        }
        break;
    case SUP__INCIDENT_TERMINATE:
        sup__terminate_counted(sup, s, SUP_REASON_RESTART_LIMIT, max, max);
        break;
    case SUP__INCIDENT_SHUTDOWN:
        sup__terminate(sup, s, SUP_REASON_CANCELLED);
        break;
    default:
        SUP_ASSERT(g->incident == SUP__INCIDENT_QUARANTINE);
        sup__incident_leave(sup, s);
        sup__quarantine(sup, s);
    }
    sup->notes.group = outer;
    sup->notes.incident = SUP__INCIDENT_NONE;
}

static __attribute__((noinline)) void say_restart(struct sup *sup, const struct sup__group *g)
{
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_GROUP_RESTART, NULL);
    event.group = g->path;
    sup__emit(sup, &event);
}

/* All members together, in registration order, in one instant. Attempts that are
 * refused meanwhile end when the last one has been started. */
static __attribute__((noinline)) void start_members(struct sup *sup, uint32_t group)
{
    struct sup__group *g = &sup->groups[group];
    SUP_ASSERT(g->chain_last != SUP__NONE);
    say_restart(sup, g);
    if (__builtin_expect(g->reborn, 0)) {
        sup->notes.reborn = group;
        sup__rebirth(sup, group);
        sup->notes.reborn = SUP__NONE;
    }
    uint32_t slot = g->chain_last;
    sup->starting_group = true;
    while (slot != SUP__NONE) {
        struct sup__service *s = &sup->services[slot];
        const struct sup__rare *rare = sup__rare_of(sup, s);
        SUP_ASSERT(rare->incident_then == SUP__THEN_START && s->phase != SUP_PHASE_STOPPING);
        SUP_PROBE("group: its members start together");
        slot = rare->chain_previous;
        sup__incident_leave(sup, s);
        s->start_free = false; /* also where an interval's call was due */
        sup__send(sup, s, SUP__INPUT_START);
    }
    sup->starting_group = false;
    close_incident(sup, g);
    if (sup->shutdown_check) {
        sup__shut_down_late(sup);
    }
    sup__deferred_refusals(sup);
}

/* All members have ended. */
static __attribute__((noinline)) void conclude(struct sup *sup, uint32_t group)
{
    struct sup__group *g = &sup->groups[group];
    g->chain_cursor = SUP__NONE;
    if (g->incident == SUP__INCIDENT_SHUTDOWN) {
        sup__incident_dissolve(sup, group);
        sup__group_is_down(sup, group);
    } else if (g->incident != SUP__INCIDENT_RESTART || g->chain_first == SUP__NONE) {
        sup__incident_dissolve(sup, group);
    } else if (g->incident_due) {
        start_members(sup, group);
    }
}

void sup__incident_go_on(struct sup *sup, uint32_t group)
{
    struct sup__group *g = &sup->groups[group];
    SUP_ASSERT(g->incident != SUP__INCIDENT_NONE);
    for (uint32_t slot = g->chain_cursor; slot != SUP__NONE; slot = sup->rares[slot].chain_next) {
        struct sup__service *s = &sup->services[slot];
        g->chain_cursor = slot;
        SUP_ASSERT(s->member && sup->rares[slot].incident == group);
        if (!s->live) {
            continue;
        }
        if ((!s->cancel_delivered && !s->deferred) || s->intent == SUP__INTENT_LIVENESS) {
            SUP_PROBE_WHEN("group: takes over one that is being stopped for its liveness",
                           s->intent == SUP__INTENT_LIVENESS);
            sup__stop(sup, s, SUP__INTENT_GROUP);
        }
        return;
    }
    conclude(sup, group);
}

void sup__incident_at(struct sup *sup, uint32_t group, struct sup_instant at)
{
    SUP_ASSERT(sup->groups[group].incident == SUP__INCIDENT_RESTART);
    struct sup__group *g = &sup->groups[group];
    if (!g->incident_due && g->incident_key != 0 && at.ns <= g->incident_at.ns) {
        SUP_PROBE("group: the longer delay decides");
        return;
    }
    g->incident_due = false;
    g->incident_at = at;
    sup__arm(sup, &g->incident_key, at, SUP__TIMER_OTHER, SUP__OTHER_GROUP + group);
}

void sup__incident_due(struct sup *sup, uint32_t group)
{
    struct sup__group *g = &sup->groups[group];
    SUP_ASSERT(g->incident == SUP__INCIDENT_RESTART);
    sup__disarm(sup, &g->incident_key);
    g->incident_due = true;
    sup__incident_advance(sup, group);
    SUP_PROBE_WHEN("group: the delay is over, somebody has not ended yet",
                   g->chain_cursor != SUP__NONE);
}
