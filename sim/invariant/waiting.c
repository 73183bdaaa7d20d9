/* Whoever waits is woken: a wait without a timer, or without anybody who would end it,
 * is a wake-up that was lost. */
#include <inttypes.h>

#include "aftermath.h"
#include "internal.h"
#include "stops.h"
#include "sup/error.h"

static void lost(struct sim_invariants *inv, struct sup *sup, uint32_t slot, const char *what)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    inv->service = sup_slot_name(sup, slot);
    sim__break(inv, SIM__INVARIANT_WAKE_UP_LOST, "it waits since its attempt %" PRIu32 ", and %s",
               s->attempt, what);
}

static bool is_blocking(const struct sim__shadow *s)
{
    return s->policy != NULL && s->policy->kind == SUP_KIND_BLOCKING;
}

/* Is its timer armed, as far as can be told from the first of all? What is late of a start
 * runs from when the end of the wait was seen. */
static bool may_be_timed(const struct sim_invariants *inv, const struct sim__shadow *s,
                         struct sup *sup)
{
    if (inv->late && sim__has_lag(s)) {
        return sup_deadline(sup).ns != SUP_NEVER_NS;
    }
    return sup_deadline(sup).ns <= sim__start_last(inv, s).ns;
}

static void check_readiness(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    struct sup_instant ready = sim__ready_at(inv, s);
    if (sup_deadline(sup).ns > ready.ns) {
        inv->service = sup_slot_name(sup, slot);
        sim__break(inv, SIM__INVARIANT_WAKE_UP_LOST,
                   "it is ready at %" PRIu64 "ns, and no timer is armed", ready.ns);
    }
}

/* Where things are late it may have asked for more time. */
static void check_lifetime(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    struct sup_instant over = sim__seen_at(inv, s, sim__over_at(s));
    if (!inv->late && sup_deadline(sup).ns > over.ns) {
        inv->service = sup_slot_name(sup, slot);
        sim__break(inv, SIM__INVARIANT_WAKE_UP_LOST,
                   "it may run until %" PRIu64 "ns, and no timer is armed", over.ns);
    }
}

/* The same of more time to stop. */
static void check_stop(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    struct sup_instant due =
        sim__seen_at(inv, &inv->shadows[slot], sim__stop_goes_on_at(&inv->shadows[slot]));
    if (!inv->late && sup_deadline(sup).ns > due.ns) {
        inv->service = sup_slot_name(sup, slot);
        sim__break(inv, SIM__INVARIANT_WAKE_UP_LOST,
                   "its stop goes on at %" PRIu64 "ns, and no timer is armed", due.ns);
    }
}

static void check_start(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    if (!is_blocking(&inv->shadows[slot])) {
        lost(inv, sup, slot, "no timer is armed");
    } else if (inv->pool_used < inv->config.blocking_pool) {
        lost(inv, sup, slot, "a slot of the pool is free");
    }
}

/* One that lives, or is being stopped. */
static void check_live(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    if (s->phase == SUP_PHASE_STARTING) {
        check_readiness(inv, sup, slot);
    }
    if (s->phase == SUP_PHASE_STOPPING && s->policy != NULL) {
        check_stop(inv, sup, slot);
    } else if (s->live) {
        check_lifetime(inv, sup, slot);
    }
}

static __attribute__((noinline)) void check_one(struct sim_invariants *inv, struct sup *sup,
                                                uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    if (s->phase != SUP_PHASE_BACKING_OFF) {
        check_live(inv, sup, slot);
        return;
    }
    if (s->registered && s->policy != NULL && sim__shadow_alone(inv, s) &&
        !may_be_timed(inv, s, sup)) {
        check_start(inv, sup, slot);
    }
}

/* Most wait for nothing: they run for as long as they like, or are over. */
void sim__check_waiting(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    bool rests = s->phase == SUP_PHASE_RUNNING ? sim__over_at(s).ns == SUP_NEVER_NS
                                               : s->phase == SUP_PHASE_TERMINATED && !s->live;
    if (!rests) {
        check_one(inv, sup, slot);
    }
}

/* What is idle and nobody holds waits for the pool, or for nothing. */
static void check_idle(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    if (s->policy != NULL && s->phase == SUP_PHASE_IDLE && s->operation == SUP_OPERATION_ACTIVE &&
        sim__shadow_alone(inv, s) && (!sim__has_lag(s) || sup_deadline(sup).ns == SUP_NEVER_NS)) {
        check_start(inv, sup, slot);
    }
}

/* A member of a group may wait for others: for those that are stopping, and for
 * whoever of them has the longest delay. So only who waits where nothing at all will
 * come is known to be lost. */
static void check_members(struct sim_invariants *inv, struct sup *sup)
{
    uint32_t waiting = SIM__NO_SLOT;
    for (uint32_t slot = 0; slot < inv->shadow_count; slot++) {
        const struct sim__shadow *s = &inv->shadows[slot];
        if (!s->registered) {
            continue;
        }
        if (s->live && s->cancelled) {
            return;
        }
        if (s->phase == SUP_PHASE_BACKING_OFF && !is_blocking(s)) {
            if (s->due.ns == SUP_NEVER_NS || s->policy == NULL) {
                return;
            }
            waiting = slot;
        }
    }
    if (waiting != SIM__NO_SLOT) {
        lost(inv, sup, waiting, "nothing will come any more");
    }
}

void sim__check_all_waiting(struct sim_invariants *inv, struct sup *sup)
{
    for (uint32_t slot = 0; slot < inv->shadow_count && !inv->broken; slot++) {
        sim__check_waiting(inv, sup, slot);
        check_idle(inv, sup, slot);
    }
    if (sup_deadline(sup).ns == SUP_NEVER_NS) {
        check_members(inv, sup);
    }
}
