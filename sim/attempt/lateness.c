/* Draws by how much something is late. */
#include "lateness.h"

#include "sup/assert.h"
#include "sup/random.h"

static uint64_t mix(uint64_t x)
{
    struct sup_random random = {x};
    return sup_random_next(&random);
}

struct sup_instant sim__late(struct sim_lateness lateness, uint64_t what, struct sup_instant due)
{
    uint64_t most = lateness.most.ns;
    if (most == 0 || due.ns == SUP_NEVER_NS) {
        return due;
    }
    uint64_t bits = mix(mix(mix(lateness.seed) ^ what) ^ due.ns);
    if (lateness.least.ns > 0) {
        SUP_ASSERT(lateness.least.ns <= most && most < SUP_NEVER_NS);
        uint64_t more = (bits >> 2) % (most - lateness.least.ns + 1);
        return sup_instant_add(due, SUP_NS(lateness.least.ns + more));
    }
    if (bits % 4 == 0) {
        return due;
    }
    if (bits % 4 == 1) {
        most /= 64;
    }
    uint64_t by = most == UINT64_MAX ? 0 : (bits >> 2) % (most + 1);
    return sup_instant_add(due, SUP_NS(by));
}

struct sup_instant sim__late_apart(struct sim_lateness lateness, struct sim_apart *apart,
                                   struct sup_instant at)
{
    if (!apart->told || at.ns > apart->last.ns) {
        *apart = (struct sim_apart){.first = at, .last = at, .told = true};
        return at;
    }
    struct sup_instant most = sup_instant_add(apart->first, lateness.apart);
    uint64_t room = most.ns > apart->last.ns ? most.ns - apart->last.ns : 1;
    uint64_t by = 1 + mix(mix(lateness.seed) ^ apart->last.ns) % room;
    apart->last = sup_instant_add(apart->last, SUP_NS(by));
    return apart->last;
}
