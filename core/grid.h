/* The grids of a supervisor's clock: whole multiples of a length, counted from where the clock
 * reads 0, which need not be instant 0. */
#ifndef SUP_CORE_GRID_H
#define SUP_CORE_GRID_H

#include <stdint.h>

#include "sup/assert.h"
#include "sup/time.h"

/* How long ago the last multiple of `grid` was, when the clock reads `zero` at instant 0. */
static inline struct sup_duration sup__grid_passed(struct sup_duration zero, struct sup_instant now,
                                                   struct sup_duration grid)
{
    SUP_ASSERT(grid.ns > 0);
    uint64_t shift = zero.ns % grid.ns;
    uint64_t into = now.ns % grid.ns;
    uint64_t room = grid.ns - shift; /* the sum may be more than fits */
    return SUP_NS(into >= room ? into - room : into + shift);
}

#endif
