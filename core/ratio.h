/* Products of two numbers by a third, exactly: the product may have 128 bits. */
#ifndef SUP_CORE_RATIO_H
#define SUP_CORE_RATIO_H

#include <stdint.h>

#include "sup/assert.h"

/* high * 2^64 + low */
struct sup__wide {
    uint64_t high;
    uint64_t low;
};

/* In halves of 32 bits, where the compiler has nothing larger than 64. */
static inline struct sup__wide sup__wide_product(uint64_t a, uint64_t b)
{
    const uint64_t half = UINT32_MAX;
    uint64_t low = (a & half) * (b & half);
    uint64_t middle = (a >> 32) * (b & half) + (low >> 32);
    uint64_t other = (a & half) * (b >> 32) + (middle & half);
    return (struct sup__wide){.high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32),
                              .low = other << 32 | (low & half)};
}

/* As on paper, a bit at a time; UINT64_MAX when it is more than fits. */
static inline uint64_t sup__wide_quotient(struct sup__wide value, uint64_t by, uint64_t *ret_rest)
{
    uint64_t quotient = 0;
    uint64_t rest = value.high;
    *ret_rest = 0;
    if (rest >= by) {
        return UINT64_MAX;
    }
    for (int bit = 63; bit >= 0; bit--) {
        uint64_t carry = rest >> 63;
        rest = rest << 1 | (value.low >> bit & 1);
        if (carry != 0 || rest >= by) {
            rest -= by;
            quotient |= UINT64_C(1) << bit;
        }
    }
    *ret_rest = rest;
    return quotient;
}

/* value * times / by, rounded down; UINT64_MAX when that is more than fits. `by` is not 0. */
static inline uint64_t sup__ratio(uint64_t value, uint64_t times, uint64_t by)
{
    uint64_t rest;
    SUP_ASSERT(by > 0);
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 wide;
    wide ratio = (wide)value * times / by;
    (void)rest;
    return ratio > UINT64_MAX ? UINT64_MAX : (uint64_t)ratio;
#else
    return sup__wide_quotient(sup__wide_product(value, times), by, &rest);
#endif
}

/* The same, rounded up. */
static inline uint64_t sup__ratio_up(uint64_t value, uint64_t times, uint64_t by)
{
    uint64_t rest;
    SUP_ASSERT(by > 0);
    uint64_t quotient = sup__wide_quotient(sup__wide_product(value, times), by, &rest);
    return rest > 0 && quotient < UINT64_MAX ? quotient + 1 : quotient;
}

#endif
