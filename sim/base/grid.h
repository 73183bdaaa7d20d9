/* The grids of a supervisor's clock: whole multiples of a length, counted from where the clock
 * reads 0, which need not be instant 0. The core has its own (core/grid.h), backwards. */
#ifndef SIM_BASE_GRID_H
#define SIM_BASE_GRID_H

#include "sup/time.h"

/* The next multiple of `grid` at that instant or after it, when the clock reads `clock` at instant
 * 0; a grid of 0 is none. */
static inline struct sup_instant sim__on_grid(struct sup_duration clock, struct sup_duration grid,
                                              struct sup_instant at)
{
    if (grid.ns == 0 || at.ns == SUP_NEVER_NS) {
        return at;
    }
    uint64_t shift = clock.ns % grid.ns;
    uint64_t into = at.ns % grid.ns;
    uint64_t left = grid.ns - into; /* of the instant's own grid, above 0 */
    uint64_t wait = left > shift ? left - shift : left + (grid.ns - shift);
    return wait == grid.ns ? at : sup_instant_add(at, SUP_NS(wait));
}

#endif
