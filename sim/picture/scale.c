/* Where instants lie across a picture. */
#include "scale.h"

#include <stddef.h>

uint32_t sim__scale(struct sup_instant at, struct sup_duration whole, uint32_t width)
{
    while (whole.ns >> 40 != 0) { /* so that the product below fits */
        whole.ns >>= 1;
        at.ns >>= 1;
    }
    return whole.ns == 0 ? 0 : (uint32_t)(at.ns * width / whole.ns);
}

struct sup_duration sim__scale_step(struct sup_duration whole, uint32_t most)
{
    static const uint64_t seconds[] = {1,     2,     5,      10,     15,     30,      60,     120,
                                       300,   600,   900,    1800,   3600,   7200,    10800,  21600,
                                       43200, 86400, 172800, 432000, 864000, 2592000, 8640000};
    static const uint64_t digits[] = {1, 2, 5};
    for (uint64_t power = 1; power < 1000000000; power *= 10) {
        for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
            if (whole.ns / (power * digits[i]) <= most) {
                return SUP_NS(power * digits[i]);
            }
        }
    }
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        if (whole.ns / (seconds[i] * 1000000000) <= most) {
            return SUP_NS(seconds[i] * 1000000000);
        }
    }
    uint64_t years = UINT64_C(31536000000000000);
    for (size_t i = 0; whole.ns / years > most; i++) {
        years = i % 3 == 1 ? years / 2 * 5 : years * 2; /* 1, 2, 5, 10 … */
    }
    return SUP_NS(years);
}
