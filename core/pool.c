/* The blocking pool: a cap on attempts of blocking services, and a FIFO of those
 * that wait. A slot is held until the attempt's end is reported, also when that
 * is late, because until then the work may be running. */
#include <string.h>

#include "internal.h"

static void enqueue(struct sup *sup, struct sup__service *s)
{
    uint32_t slot = sup__slot_of(sup, s);
    sup->colds[slot].queue_next = SUP__NONE;
    if (sup->queue_first == SUP__NONE) {
        sup->queue_first = slot;
    } else {
        sup->colds[sup->queue_last].queue_next = slot;
    }
    sup->queue_last = slot;
    s->queued = true;
}

bool sup__pool_take(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->queued);
    if (sup->pool_used < sup->config.blocking_pool && sup->queue_first == SUP__NONE) {
        return true;
    }
    sup__disarm(sup, &s->timer_key);
    enqueue(sup, s);
    s->delay = 0;
    if (s->phase != SUP_PHASE_IDLE) {
        sup__set_phase(sup, s, SUP_PHASE_IDLE);
    }
    sup__account(sup, s);
    return false;
}

void sup__pool_hold(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(sup->pool_used < sup->config.blocking_pool);
    sup->pool[sup->pool_used++] = sup__attempt_of(sup, s);
}

void sup__pool_free(struct sup *sup, struct sup_attempt id)
{
    for (uint32_t i = 0; i < sup->pool_used; i++) {
        const struct sup_attempt *held = &sup->pool[i];
        if (held->slot == id.slot && held->generation == id.generation &&
            held->attempt == id.attempt) {
            sup->pool[i] = sup->pool[--sup->pool_used];
            return;
        }
    }
}

void sup__pool_unqueue(struct sup *sup, struct sup__service *s)
{
    if (!s->queued) {
        return;
    }
    uint32_t slot = sup__slot_of(sup, s);
    uint32_t before = SUP__NONE;
    for (uint32_t at = sup->queue_first; at != slot; at = sup->colds[at].queue_next) {
        before = at;
    }
    uint32_t next = sup->colds[slot].queue_next;
    if (before == SUP__NONE) {
        sup->queue_first = next;
    } else {
        sup->colds[before].queue_next = next;
    }
    if (sup->queue_last == slot) {
        sup->queue_last = before;
    }
    s->queued = false;
    sup__account(sup, s);
}

void sup__pool_grant(struct sup *sup)
{
    while (sup->queue_first != SUP__NONE && sup->pool_used < sup->config.blocking_pool) {
        struct sup__service *s = &sup->services[sup->queue_first];
        sup->queue_first = sup__cold_of(sup, s)->queue_next;
        s->queued = false;
        sup__start(sup, s);
    }
}
