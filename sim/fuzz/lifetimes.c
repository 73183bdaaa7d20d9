/* How long the attempts of a generated service may run, and how they are stopped. Drawn from a
 * stream that forks off the service's own, as anchors.c does.
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
    sim__fuzz_put(f, service, KEY(RUN_FOR), sim__fuzz_time(f, most));
}

/* All of it, since some of what others say of stops excludes it. */
static void put_stop(struct sim__fuzz *f, struct sim__node *service)
{
    enum { NEVER = 3, WAYS };
    static const char *const words[NEVER] = {"abort", "repeat", "leave"};
    if (!sim__fuzz_shows(f, SIM__FUZZ_LADDERS, 40)) {
        return;
    }
    struct sim__node *stop = sim__fuzz_map(f);
    struct sup_duration grace = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
    struct sup_duration wait = {sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO)};
    uint64_t longest_ns = 2 * grace.ns + wait.ns;
    uint32_t way = sim__fuzz_below(f, WAYS);
    f->longest.stop_ns = longest_ns > f->longest.stop_ns ? longest_ns : f->longest.stop_ns;
    sim__fuzz_put(f, stop, KEY(GRACE), sim__fuzz_time(f, grace));
    sim__fuzz_put(f, stop, KEY(ABORT_WAIT), sim__fuzz_time(f, wait));
    if (way == NEVER) {
        sim__fuzz_put(f, stop, KEY(ABORT), sim__fuzz_word(f, "false"));
    } else {
        sim__fuzz_put(f, stop, KEY(THEN), sim__fuzz_word(f, words[way]));
    }
    if (sim__fuzz_chance(f, 20)) {
        sim__fuzz_put(f, stop, KEY(SIGNAL), sim__fuzz_word(f, "INT"));
    }
    sim__fuzz_put(f, service, KEY(STOP), stop);
}

void sim__fuzz_lifetime(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind)
{
    const struct sup_random own = f->random;
    if (service == NULL) {
        return; /* out of memory */
    }
    f->random.state ^= FORK;
    put_run_for(f, service, kind);
    put_stop(f, service);
    f->random = own;
}
