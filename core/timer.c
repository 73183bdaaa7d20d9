/* Timers by owner: which key belongs to an id, and what firing it means. */
#include "timer.h"

#include "drain.h"
#include "idle.h"
#include "incident.h"
#include "machine.h"
#include "probe.h"
#include "service.h"
#include "supervisor.h"

static uint64_t *other_owner(struct sup *sup, uint32_t index)
{
    if (index == SUP__OTHER_DRAIN) {
        return &sup->drain.key;
    }
    if (index < SUP__OTHER_GROUP) {
        SUP_ASSERT(index - SUP__OTHER_WAIT < SUP_IDLE_WAITS_MAX);
        return &sup->waits[index - SUP__OTHER_WAIT].key;
    }
    SUP_ASSERT(index - SUP__OTHER_GROUP < sup->group_count);
    return &sup->groups[index - SUP__OTHER_GROUP].incident_key;
}

/* An entry that was forgotten may belong to an earlier registration of the slot,
 * whose policy needed more timers than the present one does. */
static uint64_t *extra_owner(struct sup *sup, uint32_t index, enum sup__timer kind)
{
    struct sup__extra *extra = sup__extra_of(sup, &sup->services[index]);
    if (extra == NULL) {
        SUP_ASSERT(sup->no_key == 0);
        SUP_PROBE("timer: of an earlier registration");
        return &sup->no_key;
    }
    return kind == SUP__TIMER_PROBE ? &extra->probe_key : &extra->beat_key;
}

uint64_t *sup__timer_owner(struct sup *sup, uint32_t id)
{
    uint32_t index = id >> 2;
    switch ((enum sup__timer)(id & 3)) {
    case SUP__TIMER_MAIN:
        return &sup->services[index].timer_key;
    case SUP__TIMER_PROBE:
    case SUP__TIMER_BEAT:
        return extra_owner(sup, index, id & 3);
    default:
        return other_owner(sup, index);
    }
}

static void fire_other(struct sup *sup, uint32_t index)
{
    if (index == SUP__OTHER_DRAIN) {
        sup__drain_timeout(sup);
    } else if (index < SUP__OTHER_GROUP) {
        sup__idle_timeout(sup, index - SUP__OTHER_WAIT);
    } else {
        sup__incident_due(sup, index - SUP__OTHER_GROUP);
    }
}

void sup__fire(struct sup *sup, uint32_t id)
{
    static const struct sup__input inputs[] = {
        [SUP__TIMER_MAIN] = {.type = SUP__INPUT_TIMER},
        [SUP__TIMER_PROBE] = {.type = SUP__INPUT_PROBE},
        [SUP__TIMER_BEAT] = {.type = SUP__INPUT_STALE},
    };
    uint32_t index = id >> 2;
    enum sup__timer kind = id & 3;
    SUP_ASSERT(kind == SUP__TIMER_OTHER || index < sup->slot_count);
    if (kind == SUP__TIMER_OTHER) {
        fire_other(sup, index);
    } else {
        sup__react(sup, &sup->services[index], &inputs[kind]);
    }
}
