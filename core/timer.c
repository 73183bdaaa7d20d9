/* Timers by owner: which key belongs to an id, and what firing it means. */
#include "internal.h"

static uint32_t make_id(enum sup__timer kind, uint32_t index)
{
    SUP_ASSERT(index < SUP__SLOTS_MAX);
    return index << 2 | (uint32_t)kind;
}

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

uint64_t *sup__timer_owner(struct sup *sup, uint32_t id)
{
    uint32_t index = id >> 2;
    switch ((enum sup__timer)(id & 3)) {
    case SUP__TIMER_MAIN:
        return &sup->services[index].timer_key;
    case SUP__TIMER_PROBE:
        return &sup->colds[index].probe_key;
    case SUP__TIMER_BEAT:
        return &sup->colds[index].beat_key;
    case SUP__TIMER_OTHER:
        break;
    }
    return other_owner(sup, index);
}

void sup__arm(struct sup *sup, uint64_t *key, uint64_t deadline, enum sup__timer kind,
              uint32_t index)
{
    sup__disarm(sup, key);
    if (deadline != SUP_NEVER_NS) {
        sup__heap_push(&sup->heap, deadline, make_id(kind, index), key);
    }
}

void sup__disarm(struct sup *sup, uint64_t *key)
{
    sup__heap_forget(&sup->heap, key);
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
    uint32_t index = id >> 2;
    switch ((enum sup__timer)(id & 3)) {
    case SUP__TIMER_MAIN:
        sup__react_to(sup, &sup->services[index], SUP__INPUT_TIMER);
        break;
    case SUP__TIMER_PROBE:
        sup__react_to(sup, &sup->services[index], SUP__INPUT_PROBE);
        break;
    case SUP__TIMER_BEAT:
        sup__react_to(sup, &sup->services[index], SUP__INPUT_STALE);
        break;
    case SUP__TIMER_OTHER:
        fire_other(sup, index);
        break;
    }
}
