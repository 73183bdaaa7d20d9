/* Groups that are as they were declared when their parent starts them again. */
#include "rebirth.h"

#include "attempt.h"
#include "events.h"
#include "group.h"
#include "incident.h"
#include "phase.h"
#include "probe.h"
#include "registry.h"
#include "service.h"
#include "supervisor.h"

/* It was registered as paused, and is so again. */
static void pause_again(struct sup *sup, struct sup__service *s)
{
    sup__incident_leave(sup, s);
    sup__come_to_rest(sup, s); /* what rests already may have a start under way */
    if (s->operation != SUP_OPERATION_PAUSED) {
        SUP_PROBE("rebirth: one is paused again");
        s->operation = SUP_OPERATION_PAUSED;
        sup__say_plain(sup, SUP_EVENT_PAUSED, s);
    }
}

static void take_back(struct sup *sup, struct sup__service *s)
{
    s->operation = SUP_OPERATION_ACTIVE;
    sup__say_plain(sup, SUP_EVENT_RESUMED, s);
    sup__fresh_start(sup, s);
}

static void as_declared(struct sup *sup, uint32_t group, struct sup__service *s)
{
    const struct sup__cold *cold = sup__cold_of(sup, s);
    if (s->live || sup->groups[s->group].cancelled) {
        SUP_PROBE_WHEN("rebirth: an operator has started one meanwhile", s->live);
        SUP_PROBE_WHEN("rebirth: one of a group that was cancelled", !s->live);
        return;
    }
    if (cold->dynamic) {
        SUP_PROBE("rebirth: a dynamic one is gone");
        sup__incident_leave(sup, s);
        sup__gone(sup, s, SUP_EVENT_REMOVED);
        return;
    }
    if (s->phase == SUP_PHASE_TERMINATED) {
        SUP_PROBE("rebirth: one that had terminated starts");
        sup__register_in_place(sup, s);
    }
    if (cold->paused) {
        pause_again(sup, s);
        return;
    }
    if (s->operation != SUP_OPERATION_ACTIVE) {
        SUP_PROBE("rebirth: one that an operator has stopped starts");
        take_back(sup, s);
    }
    if (!s->member && !s->queued) {
        sup__incident_join(sup, group, s, SUP__THEN_START);
    }
}

void sup__rebirth(struct sup *sup, uint32_t group)
{
    SUP_ASSERT(!sup->starting_group && sup->phase == SUP_SUPERVISOR_RUNNING);
    for (uint32_t count = sup__group_collect(sup, group); count > 0; count--) {
        struct sup__service *s = &sup->services[sup->scratch[count - 1]];
        if (sup->groups[s->group].policy.rebirth == SUP_REBIRTH_FRESH) {
            as_declared(sup, group, s);
        }
    }
}
