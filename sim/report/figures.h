/* Many figures of one measure: which is the least, the middle and the greatest, by which seed,
 * and how they lie between these. */
#ifndef SIM_REPORT_FIGURES_H
#define SIM_REPORT_FIGURES_H

#include <stdint.h>

#include "sim/base/text.h"

struct sim__figure {
    uint64_t value;
    uint64_t seed;
};

/* The smallest first; of equals the smallest seed. */
void sim__figures_sort(struct sim__figure *figures, uint64_t count);
/* Of sorted ones, at least one: the smallest that at least `percent` of a hundred do not exceed,
 * by its first seed. */
struct sim__figure sim__figures_rank(const struct sim__figure *figures, uint64_t count,
                                     unsigned percent);

/* In how many parts of equal width they are counted for a line of text. */
#define SIM__FIGURES_PARTS 12u
/* Counts sorted ones, from the least figure to the greatest, in parts; fewer where there are fewer
 * numbers, and none when they are all one. */
void sim__figures_count(const struct sim__figure *figures, uint64_t count, uint64_t *parts);
/* The parts as blocks: the fullest is the highest. */
void sim__figures_spark(struct sim__text *text, const uint64_t *parts);

#endif
