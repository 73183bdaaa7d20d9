/* Shadows of how long an attempt may run: it is stopped at the instant at which it has run so
 * long, neither before nor later, and what it ends with then is told as a time that is over. */
#include <inttypes.h>

#include "aftermath.h"
#include "stops.h"

void sim__check_lifetime(struct sim_invariants *inv, const struct sim__shadow *s)
{
    struct sup_instant over = sim__seen_at(inv, s, sim__over_at(s));
    if (inv->now.ns > over.ns && !inv->late) {
        sim__break(inv, SIM__INVARIANT_RUN_FOR_INSTANT,
                   "it had run for long enough at %" PRIu64 "ns", over.ns);
    }
}
