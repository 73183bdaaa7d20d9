/* How long an attempt may run, and how its stop goes on, as the shadows know it. */
#ifndef SIM_INVARIANT_STOPS_H
#define SIM_INVARIANT_STOPS_H

#include "internal.h"

/* ---- lifetime.c ---- */
/* When a live attempt has run for as long as it may; never: that may be for ever. */
struct sup_instant sim__over_at(const struct sim__shadow *s);
/* It lives, and nobody has stopped it: its time is not over. */
void sim__check_not_over(struct sim_invariants *inv, const struct sim__shadow *s);

#endif
