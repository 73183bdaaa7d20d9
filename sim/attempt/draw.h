/* Durations that a script draws, with integer arithmetic only, so that every
 * machine draws the same.
 *
 * uniform  both ends included, without bias
 * pick     one of a list, each as likely
 * exp      exponential with the given mean: -ln(U) times the mean, U uniform in
 *          (0, 1] as r / 2^64. The logarithm to the base 2 is taken bit by bit by
 *          squaring the mantissa (C. S. Turner, "A Fast Binary Logarithm
 *          Algorithm", IEEE Signal Processing Magazine, September 2010), 48
 *          fractional bits, times ln 2 as a 64-bit fraction. The longest draw is
 *          44.4 times the mean.
 */
#ifndef SIM_DRAW_H
#define SIM_DRAW_H

#include <stdint.h>

#include "sim/base/tape.h"
#include "sim/scenario.h"
#include "sup/random.h"
#include "sup/time.h"

/* Of one that is not fixed. */
struct sup_duration sim__draw_by_chance(const struct sim_draw *draw, struct sup_random *stream,
                                        struct sim__draws *draws);
/* The duration; what a fixed one says takes no draw. Adds the draws taken to
 * draws->taken, and passes them by its tape. What does not fit is never. */
static inline struct sup_duration sim__draw(const struct sim_draw *draw, struct sup_random *stream,
                                            struct sim__draws *draws)
{
    return draw->kind == SIM_DRAW_FIXED ? draw->low : sim__draw_by_chance(draw, stream, draws);
}

/* mean * -ln(r / 2^64), r = 0 standing for 2^64; for tests. */
struct sup_duration sim__exponential(struct sup_duration mean, uint64_t r);

#endif
