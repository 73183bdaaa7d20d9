/* Large stretches of zeros.
 *
 * From two KiB on the C library fills with a string instruction, which begins slowly.
 */
#ifndef SIM_BASE_ZERO_H
#define SIM_BASE_ZERO_H

#include <stddef.h>
#include <string.h>

/* As much as compilers clear in place. */
#define SIM__ZERO_STRIDE ((size_t)64)

static inline void sim__zero(void *place, size_t bytes)
{
    char *at = place;
#pragma GCC unroll 4
    for (; bytes >= SIM__ZERO_STRIDE; bytes -= SIM__ZERO_STRIDE, at += SIM__ZERO_STRIDE) {
        memset(at, 0, SIM__ZERO_STRIDE);
    }
    memset(at, 0, bytes);
}

#endif
