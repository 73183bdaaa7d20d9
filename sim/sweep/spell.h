/* A fault in the words of a scenario file, where it has words for it: a start that is refused
 * (`refuse-starts`, an item `refuse`), a supervisor that wakes or hears late (`stall`).
 *
 * The words are not the fault itself: a refusal that stands in the timeline meets the next
 * start of its service from its instant on, and what else happens in that instant has an
 * order of its own. So there are several ways to say it, and whoever wants one tries which
 * of them fails as the fault did.
 */
#ifndef SIM_SWEEP_SPELL_H
#define SIM_SWEEP_SPELL_H

#include "sim/scenario/tree.h"
#include "sweep.h"

/* So many ways there are at most. */
#define SIM__SPELLINGS 9u

/* A copy of the scenario with the faults of the try in it, settled; NULL: this is no way to
 * say them, or the arena has failed. `late`: as in sim__sweep_how. */
struct sim__node *sim__sweep_spell(struct sim_arena *arena, const struct sim__node *root,
                                   const struct sim__sweep_try *one, struct sup_duration late,
                                   uint32_t way);

#endif
