/* The monotonic clock of the operating system. */
#ifndef SUP_OS_CLOCK_H
#define SUP_OS_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in nanoseconds; it stands still while the machine sleeps. */
uint64_t sup__os_now(void);

#endif
