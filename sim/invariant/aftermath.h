/* Shadows of what comes after an attempt's work: finish scripts. */
#ifndef SIM_INVARIANT_AFTERMATH_H
#define SIM_INVARIANT_AFTERMATH_H

#include "internal.h"

void sim__on_finishing(struct sim_invariants *inv, struct sim__shadow *s);
/* It has ended: what it had been told is what its work had. */
void sim__finish_over(struct sim_invariants *inv, struct sim__shadow *s);
/* How long its finish script may take. */
struct sup_duration sim__finish_may_take(const struct sim__shadow *s);

#endif
