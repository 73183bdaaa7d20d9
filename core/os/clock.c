/* The monotonic clock; see clock.h. */
#define _GNU_SOURCE
#include "clock.h"

#include "core/ratio.h"
#include "sup/assert.h"

struct sup_instant sup__os_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    SUP_ASSERT(failed == 0 && now.tv_sec >= 0);
    return (struct sup_instant){(uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec};
}

struct timespec sup__timespec(struct sup_duration length)
{
    struct timespec result = {
        .tv_sec = (time_t)(length.ns / 1000000000u),
        .tv_nsec = (long)(length.ns % 1000000000u),
    };
    SUP_ASSERT(result.tv_sec >= 0);
    return result;
}

struct sup_duration sup__clock_length(const struct sup__clock *clock, struct sup_duration real)
{
    SUP_ASSERT(clock->speed_billionths > 0);
    if (clock->speed_billionths == SUP__SPEED_ONE) {
        return real;
    }
    return SUP_NS(sup__ratio(real.ns, clock->speed_billionths, SUP__SPEED_ONE));
}

struct sup_instant sup__clock_now(const struct sup__clock *clock)
{
    struct sup_duration passed = sup_instant_since(sup__os_now(), clock->origin);
    return (struct sup_instant){sup__clock_length(clock, passed).ns};
}

struct sup_instant sup__clock_reach(const struct sup__clock *clock, struct sup_instant at)
{
    SUP_ASSERT(clock->speed_billionths > 0);
    if (at.ns == SUP_NEVER_NS) {
        return SUP_INSTANT_NEVER;
    }
    struct sup_duration passed = SUP_NS(at.ns);
    if (clock->speed_billionths != SUP__SPEED_ONE) {
        passed.ns = sup__ratio_up(at.ns, SUP__SPEED_ONE, clock->speed_billionths);
    }
    return sup_instant_add(clock->origin, passed);
}
