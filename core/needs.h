/* What a registration needs beside its place in the arrays, found once for each policy. */
#ifndef SUP_CORE_NEEDS_H
#define SUP_CORE_NEEDS_H

#include <stdint.h>

#include "sup/policy.h"

/* One block, where it needs one at all: the extra part, and last, since most of it may never be
 * touched, the room of the windows. */
struct sup__needs {
    uint32_t extra_bytes; /* of the block's first part; 0: no block */
    uint32_t breaker_entries;
    uint32_t entries; /* of all windows */
    uint32_t timers;  /* that it can have at a time */
};

struct sup__needs sup__needs_of(const struct sup_policy *policy);

#endif
