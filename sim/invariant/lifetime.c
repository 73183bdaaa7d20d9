/* Shadows of how long an attempt may run: it is stopped at the instant at which it has run so
 * long, neither before nor later, and what it ends with then is told as a time that is over. */
#include <inttypes.h>

#include "aftermath.h"
#include "stops.h"

struct sup_instant sim__over_at(const struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy != NULL ? s->policy->rules : NULL;
    return rules != NULL ? sim__after(s->started_at, rules->run_for) : SUP_INSTANT_NEVER;
}

void sim__check_not_over(struct sim_invariants *inv, const struct sim__shadow *s)
{
    struct sup_instant over = sim__seen_at(inv, s, sim__over_at(s));
    if (inv->now.ns > over.ns && !inv->late) {
        sim__break(inv, SIM__INVARIANT_RUN_FOR_INSTANT,
                   "it had run for long enough at %" PRIu64 "ns", over.ns);
    }
}
