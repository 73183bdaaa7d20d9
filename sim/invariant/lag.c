/* Shadows of lag: what comes when, in a world that is late. */
#include "aftermath.h"

static struct sup_instant multiple(const struct sim_invariants *inv, struct sup_instant at,
                                   struct sup_duration of)
{
    if (of.ns == 0) {
        return at;
    }
    uint64_t since = sim__since_multiple(inv, at, of);
    return since == 0 ? at : sim__after(at, SUP_NS(of.ns - since));
}

struct sup_instant sim__lag_seen_at(const struct sim_invariants *inv, const struct sim__shadow *s,
                                    struct sup_instant due)
{
    return multiple(inv, due, s->known->lag->poll);
}

/* The timer of a wait above 0, and of a cooldown; nobody waits for a first start. */
static bool waits(const struct sim__shadow *s)
{
    return s->attempt > 0 && s->due.ns > sim__after(s->started_at, s->ran).ns;
}

static struct sup_instant gone_off(const struct sim_invariants *inv, const struct sim__shadow *s,
                                   struct sup_duration late)
{
    if (!waits(s)) {
        return s->due;
    }
    struct sup_instant off = multiple(inv, sim__after(s->due, late), s->known->lag->grid);
    return multiple(inv, off, s->known->lag->poll);
}

struct sup_instant sim__lag_first(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    return sim__after(gone_off(inv, s, SUP_NS(0)), s->known->lag->start_low);
}

struct sup_instant sim__lag_last(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    return sim__after(gone_off(inv, s, s->known->lag->spread), s->known->lag->start_high);
}
