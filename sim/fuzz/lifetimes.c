/* How long the attempts of a generated service may run. Drawn from a stream that forks off the
 * service's own, as anchors.c does.
 */
#include "internal.h"

#define FORK UINT64_C(0xD6E8FEB86659FD93)

/* Of the lengths that attempts live, so that many end at that very instant. */
static void put_run_for(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_RUN_FOR, 40)) {
        return;
    }
    struct sup_duration most = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
    f->pace.at.most_ns = most.ns;
    f->restless = f->restless || kind != SIM__FUZZ_TASK;
    sim__fuzz_put(f, service, "run-for", sim__fuzz_time(f, most));
}

void sim__fuzz_lifetime(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind)
{
    const struct sup_random own = f->random;
    if (service == NULL) {
        return; /* out of memory */
    }
    f->random.state ^= FORK;
    put_run_for(f, service, kind);
    f->random = own;
}
