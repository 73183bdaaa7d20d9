/* Random streams: SplitMix64 (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014), integers only.
 *
 * One stream per service and per subsystem, derived by name from the master
 * seed, so that a new draw in one place shifts no other. The sequence is part
 * of the contract: the same seed and name give the same draws in every version
 * and on every machine.
 */
#ifndef SUP_RANDOM_H
#define SUP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

/* Frozen. */
struct sup_random {
    uint64_t state;
};

/* The next 64 bits. */
static inline uint64_t sup_random_next(struct sup_random *random)
{
    uint64_t x = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

/* The stream that belongs to `name` (length bytes) under `seed`: the seed and
 * the FNV-1a hash of the name, mixed. */
struct sup_random sup_random_derive(uint64_t seed, const char *name, size_t length);

/* Uniform in [0, bound], bound included, without bias: draws that fall into the
 * incomplete last interval are rejected. Adds the number of draws taken to
 * *draws when draws is not NULL. */
uint64_t sup_random_upto(struct sup_random *random, uint64_t bound, uint64_t *draws);

SUP_END_DECLS

#endif
