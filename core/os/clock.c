/* The monotonic clock; see clock.h. */
#define _GNU_SOURCE
#include "clock.h"

#include <time.h>

#include "sup/assert.h"
#include "sup/time.h"

__extension__ typedef unsigned __int128 wide;

uint64_t sup__os_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    SUP_ASSERT(failed == 0 && now.tv_sec >= 0);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t narrow(wide value)
{
    return value >= SUP_NEVER_NS ? SUP_NEVER_NS : (uint64_t)value;
}

uint64_t sup__clock_now(const struct sup__clock *clock)
{
    uint64_t now = sup__os_now();
    SUP_ASSERT(clock->speed_billionths > 0);
    uint64_t passed = now > clock->origin_ns ? now - clock->origin_ns : 0;
    if (clock->speed_billionths == SUP__SPEED_ONE) {
        return passed;
    }
    return narrow((wide)passed * clock->speed_billionths / SUP__SPEED_ONE);
}

struct sup_duration sup__clock_length(const struct sup__clock *clock, struct sup_duration real)
{
    return SUP_NS(narrow((wide)real.ns * clock->speed_billionths / SUP__SPEED_ONE));
}

uint64_t sup__clock_reach(const struct sup__clock *clock, uint64_t at_ns)
{
    SUP_ASSERT(clock->speed_billionths > 0);
    if (at_ns == SUP_NEVER_NS) {
        return SUP_NEVER_NS;
    }
    wide passed = at_ns;
    if (clock->speed_billionths != SUP__SPEED_ONE) {
        wide scaled = passed * SUP__SPEED_ONE;
        passed = (scaled + clock->speed_billionths - 1) / clock->speed_billionths;
    }
    return narrow(passed + clock->origin_ns);
}
