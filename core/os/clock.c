/* The monotonic clock; see clock.h. */
#define _GNU_SOURCE
#include "clock.h"

#include <time.h>

#include "sup/assert.h"

uint64_t sup__os_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    SUP_ASSERT(failed == 0 && now.tv_sec >= 0);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
