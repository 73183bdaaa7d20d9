/* The monotonic clock of the operating system, as it is and scaled. */
#ifndef SUP_OS_CLOCK_H
#define SUP_OS_CLOCK_H

#include <stdint.h>

#include "sup/time.h"

struct sup_host;

#define SUP__SPEED_ONE UINT64_C(1000000000)

/* CLOCK_MONOTONIC in nanoseconds; it stands still while the machine sleeps. */
uint64_t sup__os_now(void);

/* A clock that read 0 at `origin_ns` of the monotonic clock and runs so much faster
 * than it, in billionths. With origin 0 and speed one it is the monotonic clock. */
struct sup__clock {
    uint64_t origin_ns;
    uint64_t speed_billionths;
};

uint64_t sup__clock_now(const struct sup__clock *clock);
/* What it counts while so much real time passes. */
struct sup_duration sup__clock_length(const struct sup__clock *clock, struct sup_duration real);
/* The first reading of the monotonic clock at which this one reads `at_ns` or more;
 * never stays never. */
uint64_t sup__clock_reach(const struct sup__clock *clock, uint64_t at_ns);

/* The clock of a host; it does not change, so any thread may read it. */
const struct sup__clock *sup__host_clock(const struct sup_host *host);

#endif
