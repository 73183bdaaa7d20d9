/* The blocking pool: a cap on attempts of blocking services, and a FIFO of those
 * that wait. A slot is held until the attempt's end is reported, also when that
 * is late, because until then the work may be running. */
#include "pool.h"

#include <string.h>

#include "later.h"
#include "machine.h"
#include "phase.h"
#include "probe.h"
#include "service.h"
#include "supervisor.h"
#include "timer.h"

/* Linked both ways: a drain takes all who wait out of it, the last one first. */
static void enqueue(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->queued && !s->live);
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__rare *rare = sup__rare_make(sup, s);
    rare->queue_previous = sup->queue_last;
    rare->queue_next = SUP__NONE;
    if (sup->queue_first == SUP__NONE) {
        sup->queue_first = slot;
    } else {
        sup->rares[sup->queue_last].queue_next = slot;
    }
    sup->queue_last = slot;
    s->queued = true;
    rare->deadline = sup->now; /* since when, for whoever asks */
}

bool sup__pool_take(struct sup *sup, struct sup__service *s, enum sup__input_type why)
{
    SUP_ASSERT(!s->queued);
    if (sup__start_comes_later(sup, s, why)) {
        return false;
    }
    if (sup->pool_used < sup->config.blocking_pool && sup->queue_first == SUP__NONE) {
        return true;
    }
    sup__disarm(sup, &s->timer_key);
    enqueue(sup, s);
    SUP_PROBE("pool: waits for a slot");
    SUP_PROBE_WHEN("pool: waits behind others", sup->queue_first != sup->queue_last);
    s->delay = SUP_NS(0);
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
            SUP_PROBE_WHEN("pool: a slot is free once a late end has come",
                           !sup->services[id.slot].live);
            return;
        }
    }
}

static void leave_queue(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->queued && sup->queue_first != SUP__NONE);
    const struct sup__rare *rare = sup__rare_of(sup, s);
    if (rare->queue_previous == SUP__NONE) {
        sup->queue_first = rare->queue_next;
    } else {
        sup->rares[rare->queue_previous].queue_next = rare->queue_next;
    }
    if (rare->queue_next == SUP__NONE) {
        sup->queue_last = rare->queue_previous;
    } else {
        sup->rares[rare->queue_next].queue_previous = rare->queue_previous;
    }
    s->queued = false;
}

void sup__pool_unqueue(struct sup *sup, struct sup__service *s)
{
    if (s->queued) {
        leave_queue(sup, s);
        sup__account(sup, s);
        SUP_PROBE("pool: leaves the queue without a slot");
    }
}

void sup__pool_grant(struct sup *sup)
{
    while (sup->queue_first != SUP__NONE && sup->pool_used < sup->config.blocking_pool) {
        struct sup__service *s = &sup->services[sup->queue_first];
        SUP_ASSERT(s->phase == SUP_PHASE_IDLE && !s->live);
        SUP_PROBE("pool: is given a slot");
        leave_queue(sup, s);
        sup->notes.queued = sup__slot_of(sup, s);
        sup__send(sup, s, SUP__INPUT_SLOT);
        sup->notes.queued = SUP__NONE;
    }
}
