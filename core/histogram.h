/* Histograms of how long attempts ran. */
#ifndef SUP_CORE_HISTOGRAM_H
#define SUP_CORE_HISTOGRAM_H

#include <stdint.h>

#include "sup/snapshot.h"
#include "sup/time.h"

/* Of lengths from 2^i to 2^(i+1) - 1 ns, at [i]: the bucket of the shortest, but none that has no
 * bound. At most one bound lies among them, so that one comparison finds the bucket. */
extern const uint8_t sup__histogram_first[64];

static inline void sup__histogram_add(struct sup_histogram *histogram, struct sup_duration length)
{
    uint64_t ns = length.ns;
    uint32_t bucket = sup__histogram_first[63 - __builtin_clzll(ns | 1)];
    bucket += ns > sup_histogram_bounds_ns[bucket];
    histogram->bucket[bucket]++;
    histogram->count++;
    histogram->sum_ns = histogram->sum_ns > UINT64_MAX - ns ? UINT64_MAX : histogram->sum_ns + ns;
}

#endif
