/* Histograms: the bounds of their buckets, and where a length belongs. */
#include "histogram.h"

#include <assert.h>

const uint64_t sup_histogram_bounds_ns[SUP_HISTOGRAM_BUCKETS] = {
    UINT64_C(1000000),       UINT64_C(5000000),       UINT64_C(10000000),
    UINT64_C(50000000),      UINT64_C(100000000),     UINT64_C(500000000),
    UINT64_C(1000000000),    UINT64_C(5000000000),    UINT64_C(10000000000),
    UINT64_C(30000000000),   UINT64_C(60000000000),   UINT64_C(300000000000),
    UINT64_C(600000000000),  UINT64_C(3600000000000), UINT64_C(21600000000000),
    UINT64_C(86400000000000)};

static_assert(SUP_HISTOGRAM_BUCKETS == 16, "the last with a bound is bucket 15");
const uint8_t sup__histogram_first[64] = {
    0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  /* from 1 ns */
    0,  0,  0,  0,  1,  1,  1,  2,  3,  3,  4,  5,  5,  6,  7,  7,  /* from 66 us */
    7,  8,  9,  10, 11, 11, 11, 12, 13, 13, 14, 14, 14, 15, 15, 15, /* from 4.3 s */
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, /* from 3.3 days */
};
