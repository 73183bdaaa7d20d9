/* Powers of whole numbers, exactly: roots between two numbers. */
#ifndef SIM_BASE_POWER_H
#define SIM_BASE_POWER_H

#include <stdint.h>

#define SIM__STEPS_MAX 64u

/* Steps from `first` to `last`, 0 < first <= last, each the same number of times the one
 * before: fills in count + 1 numbers, of which number j is the largest x with
 * x^count <= first^(count-j) * last^j. `count` is 1 to SIM__STEPS_MAX. */
void sim__power_steps(uint64_t first, uint64_t last, uint32_t count, uint64_t *ret_steps);

#endif
