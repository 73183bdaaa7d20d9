/* Instants and durations: distinct types over unsigned 64-bit nanoseconds.
 *
 * An instant counts from an origin that the clock chooses (virtual zero, or
 * boot); a duration is a length. Mixing them does not compile. Additions
 * saturate at "never", the largest value, which compares later than every
 * instant and longer than every duration, so no sum wraps and "no limit" needs
 * no flag. 2^64 ns are 584 years.
 */
#ifndef SUP_TIME_H
#define SUP_TIME_H

#include <stdbool.h>
#include <stdint.h>

struct sup_instant {
    uint64_t ns;
};
struct sup_duration {
    uint64_t ns;
};

#define SUP_NEVER_NS UINT64_MAX
#define SUP_INSTANT_NEVER ((struct sup_instant){SUP_NEVER_NS})
#define SUP_DURATION_NEVER ((struct sup_duration){SUP_NEVER_NS})

#define SUP_NS(n) ((struct sup_duration){(uint64_t)(n)})
#define SUP_US(n) ((struct sup_duration){(uint64_t)(n)*1000u})
#define SUP_MS(n) ((struct sup_duration){(uint64_t)(n)*1000000u})
#define SUP_SEC(n) ((struct sup_duration){(uint64_t)(n)*1000000000u})

static inline struct sup_instant sup_instant_add(struct sup_instant at, struct sup_duration length)
{
    uint64_t sum = at.ns + length.ns;
    return (struct sup_instant){sum < at.ns ? SUP_NEVER_NS : sum};
}

/* From earlier to later; 0 when later is not later. */
static inline struct sup_duration sup_instant_since(struct sup_instant later,
                                                    struct sup_instant earlier)
{
    return (struct sup_duration){later.ns > earlier.ns ? later.ns - earlier.ns : 0};
}

static inline struct sup_duration sup_duration_add(struct sup_duration a, struct sup_duration b)
{
    uint64_t sum = a.ns + b.ns;
    return (struct sup_duration){sum < a.ns ? SUP_NEVER_NS : sum};
}

/* The clock a supervisor reads, once at the entry of each public call. It must
 * not go backwards; a reading earlier than the last one is taken as the last
 * one. `now` may be called from the thread that calls the supervisor only. */
struct sup_clock {
    struct sup_instant (*now)(void *context);
    void *context;
};

#endif
