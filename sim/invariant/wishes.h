/* What operators and groups wish, as the checker foretells it; see "internal.h". */
#ifndef SIM_INVARIANT_WISHES_H
#define SIM_INVARIANT_WISHES_H

#include "internal.h"

/* ---- operator.c ---- */
/* An operator starts it, now or when its attempt has ended. */
void sim__shadow_fresh(struct sim__shadow *s);
/* Its starts by hand are entries of a limit that counts starts. */
bool sim__counts_by_hand(const struct sim__shadow *s);
/* A command that starts it is answered as its limit says. */
void sim__check_by_hand(struct sim_invariants *inv, struct sim__shadow *s);
/* It waits, and will be started by hand. */
bool sim__waits_by_hand(const struct sim__shadow *s);
void sim__restarted_by_hand(struct sim__shadow *s);
void sim__resumed_by_hand(struct sim_invariants *inv, struct sim__shadow *s);
void sim__stopped_by_hand(struct sim_invariants *inv, struct sim__shadow *s);
/* A command that empties all that is counted of it. */
void sim__forgotten(struct sim_invariants *inv, struct sim__shadow *s);

/* ---- significant.c ---- */
void sim__significant_terminated(struct sim_invariants *inv, const struct sim__shadow *s);
/* One that its group stops does not end with it, unless that overrules the operator. */
void sim__significant_kept(struct sim_invariants *inv, const struct sim__shadow *s);
/* Removed or replaced. */
void sim__significant_gone(struct sim_invariants *inv, const struct sim__shadow *s);
void sim__shutdowns_taken_over(struct sim_invariants *inv, uint32_t group);
void sim__on_group_shutdown(struct sim_invariants *inv, const struct sup_event *event);
/* At a settled instant. */
void sim__check_shutdowns(struct sim_invariants *inv);

#endif
