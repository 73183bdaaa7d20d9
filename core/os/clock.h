/* The monotonic clock of the operating system, as it is and scaled. */
#ifndef SUP_OS_CLOCK_H
#define SUP_OS_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "sup/time.h"

struct sup_host;

#define SUP__SPEED_ONE UINT64_C(1000000000)

/* CLOCK_MONOTONIC; it stands still while the machine sleeps. */
struct sup_instant sup__os_now(void);
/* As system calls take a length, or an instant since the clock's own zero. */
struct timespec sup__timespec(struct sup_duration length);

/* A clock that read 0 at `origin` of the monotonic clock and runs so much faster
 * than it, in billionths. With origin 0 and speed one it is the monotonic clock. */
struct sup__clock {
    struct sup_instant origin;
    uint64_t speed_billionths;
};

struct sup_instant sup__clock_now(const struct sup__clock *clock);
/* What it counts while so much real time passes. */
struct sup_duration sup__clock_length(const struct sup__clock *clock, struct sup_duration real);
/* The first reading of the monotonic clock at which this one reads `at` or more;
 * never stays never. */
struct sup_instant sup__clock_reach(const struct sup__clock *clock, struct sup_instant at);

/* The clock of a host; it does not change, so any thread may read it. */
const struct sup__clock *sup__host_clock(const struct sup_host *host);

#endif
