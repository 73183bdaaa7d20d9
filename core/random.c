/* Random streams; see <sup/random.h>. */
#include "sup/random.h"

#include "table.h"

struct sup_random sup_random_derive(uint64_t seed, const char *name, size_t length)
{
    struct sup_random mix = {seed};
    uint64_t whitened = sup_random_next(&mix);
    return (struct sup_random){sup__hash_bytes(name, length, whitened)};
}

uint64_t sup_random_upto(struct sup_random *random, uint64_t bound, uint64_t *draws)
{
    uint64_t taken = 1;
    uint64_t value = sup_random_next(random);
    if (bound != UINT64_MAX) {
        uint64_t n = bound + 1;
        /* Those below 2^64 mod n are rejected; what is not below n need not be compared. */
        while (value < n && value < (0 - n) % n) {
            value = sup_random_next(random);
            taken++;
        }
        value %= n;
    }
    if (draws != NULL) {
        *draws += taken;
    }
    return value;
}
