/* Products of two numbers by a third: core/ratio.h, which is no face of the core but
 * arithmetic that is not written twice. */
#ifndef SIM_BASE_RATIO_H
#define SIM_BASE_RATIO_H

#include "core/ratio.h"

/* value * times / by, rounded down; UINT64_MAX when that is more than fits. `by` is not 0. */
static inline uint64_t sim__ratio(uint64_t value, uint64_t times, uint64_t by)
{
    return sup__ratio(value, times, by);
}

/* The same, rounded up. */
static inline uint64_t sim__ratio_up(uint64_t value, uint64_t times, uint64_t by)
{
    return sup__ratio_up(value, times, by);
}

#endif
