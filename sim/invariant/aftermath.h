/* Shadows of what the world adds: finish scripts after attempts, and lag. */
#ifndef SIM_INVARIANT_AFTERMATH_H
#define SIM_INVARIANT_AFTERMATH_H

#include "internal.h"

void sim__on_finishing(struct sim_invariants *inv, struct sim__shadow *s);
/* It has ended: what it had been told is what its work had. */
void sim__finish_over(struct sim_invariants *inv, struct sim__shadow *s);
/* How long its finish script may take. */
struct sup_duration sim__finish_may_take(const struct sim__shadow *s);

/* ---- lag.c: of those that have one ---- */
struct sup_instant sim__lag_seen_at(const struct sim_invariants *inv, const struct sim__shadow *s,
                                    struct sup_instant due);
struct sup_instant sim__lag_first(const struct sim_invariants *inv, const struct sim__shadow *s);
struct sup_instant sim__lag_last(const struct sim_invariants *inv, const struct sim__shadow *s);

static inline bool sim__has_lag(const struct sim__shadow *s)
{
    return s->policy != NULL && __builtin_expect(s->policy->rules != NULL, 0) &&
           s->policy->rules->put_off && s->known->lag != NULL;
}
/* When a timer that is due then is looked at. */
static inline struct sup_instant sim__seen_at(const struct sim_invariants *inv,
                                              const struct sim__shadow *s, struct sup_instant due)
{
    return sim__has_lag(s) ? sim__lag_seen_at(inv, s, due) : due;
}
/* The first and the last instant at which the start that is due may come: the end of a wait, or
 * a registration. */
static inline struct sup_instant sim__start_first(const struct sim_invariants *inv,
                                                  const struct sim__shadow *s)
{
    return sim__has_lag(s) ? sim__lag_first(inv, s) : s->due;
}
static inline struct sup_instant sim__start_last(const struct sim_invariants *inv,
                                                 const struct sim__shadow *s)
{
    return sim__has_lag(s) ? sim__lag_last(inv, s) : s->due;
}

#endif
