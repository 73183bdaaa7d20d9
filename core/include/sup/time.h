/* Instants and durations: distinct types over unsigned 64-bit nanoseconds.
 *
 * An instant counts from an origin that the clock chooses (virtual zero, or
 * boot); a duration is a length. Mixing them does not compile. Additions and the
 * constructors saturate at "never", the largest value, which compares later than
 * every instant and longer than every duration, so no sum wraps and "no limit"
 * needs no flag. 2^64 ns are 584 years.
 *
 *     struct sup_duration patience = sup_duration_seconds(90);
 *     struct sup_instant until = sup_instant_at(sup_duration_minutes(5));
 */
#ifndef SUP_TIME_H
#define SUP_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

/* Frozen. */
struct sup_instant {
    uint64_t ns;
};
/* Frozen. */
struct sup_duration {
    uint64_t ns;
};

#define SUP_NEVER_NS UINT64_MAX
#define SUP_INSTANT_NEVER (SUP_MAKE(sup_instant){SUP_NEVER_NS})
#define SUP_DURATION_NEVER (SUP_MAKE(sup_duration){SUP_NEVER_NS})

/* For constants, in initialisers too: these do not saturate but wrap. */
#define SUP_NS(n) (SUP_MAKE(sup_duration){(uint64_t)(n)})
#define SUP_US(n) (SUP_MAKE(sup_duration){(uint64_t)(n)*1000u})
#define SUP_MS(n) (SUP_MAKE(sup_duration){(uint64_t)(n)*1000000u})
#define SUP_SEC(n) (SUP_MAKE(sup_duration){(uint64_t)(n)*1000000000u})

/* ---- constructors, for any value: what is too long is never ---- */

/* So many units of so many nanoseconds each, which must not be 0. */
static inline struct sup_duration sup_duration_of(uint64_t count, uint64_t unit_ns)
{
    struct sup_duration length = {count > SUP_NEVER_NS / unit_ns ? SUP_NEVER_NS : count * unit_ns};
    return length;
}
static inline struct sup_duration sup_duration_ns(uint64_t count)
{
    return sup_duration_of(count, 1);
}
static inline struct sup_duration sup_duration_us(uint64_t count)
{
    return sup_duration_of(count, 1000);
}
static inline struct sup_duration sup_duration_ms(uint64_t count)
{
    return sup_duration_of(count, 1000000);
}
static inline struct sup_duration sup_duration_seconds(uint64_t count)
{
    return sup_duration_of(count, 1000000000);
}
static inline struct sup_duration sup_duration_minutes(uint64_t count)
{
    return sup_duration_of(count, UINT64_C(60000000000));
}
static inline struct sup_duration sup_duration_hours(uint64_t count)
{
    return sup_duration_of(count, UINT64_C(3600000000000));
}
static inline struct sup_duration sup_duration_days(uint64_t count)
{
    return sup_duration_of(count, UINT64_C(86400000000000));
}

/* The instant so long after the clock's origin. */
static inline struct sup_instant sup_instant_at(struct sup_duration after_origin)
{
    struct sup_instant at = {after_origin.ns};
    return at;
}

/* ---- arithmetic ---- */

static inline struct sup_instant sup_instant_add(struct sup_instant at, struct sup_duration length)
{
    uint64_t sum = at.ns + length.ns;
    struct sup_instant later = {sum < at.ns ? SUP_NEVER_NS : sum};
    return later;
}

/* From earlier to later; 0 when later is not later. */
static inline struct sup_duration sup_instant_since(struct sup_instant later,
                                                    struct sup_instant earlier)
{
    struct sup_duration length = {later.ns > earlier.ns ? later.ns - earlier.ns : 0};
    return length;
}

static inline struct sup_duration sup_duration_add(struct sup_duration a, struct sup_duration b)
{
    uint64_t sum = a.ns + b.ns;
    struct sup_duration length = {sum < a.ns ? SUP_NEVER_NS : sum};
    return length;
}

/* The clock a supervisor reads, once at the entry of each public call. It must
 * not go backwards; a reading earlier than the last one is taken as the last
 * one. `now` may be called from the thread that calls the supervisor only. Frozen. */
struct sup_clock {
    struct sup_instant (*now)(void *context);
    void *context;
};

SUP_END_DECLS

#endif
