/* What a generated service has of readiness by time, of where its waits begin, and of what it
 * waits after it had been ready. Drawn from a stream that forks off the service's own, which
 * goes on as if there were nothing of this.
 */
#include "internal.h"

#define FORK UINT64_C(0x9E6C63D0876A9A62)

static void note_wait(struct sim__fuzz *f, struct sup_duration wait)
{
    f->longest.wait_ns = wait.ns > f->longest.wait_ns ? wait.ns : f->longest.wait_ns;
}

/* Of the lengths that attempts live, so that many end at that very instant. */
static void put_ready(struct sim__fuzz *f, struct sim__node *service)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_BY_TIME, 50) || sim__node_at(service, KEY(READY)) != NULL) {
        return;
    }
    struct sup_duration after = {sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO)};
    note_wait(f, after);
    f->pace.at.ready_ns = SIM__FUZZ_EVER;
    f->pace.at.settles_ns = after.ns;
    sim__fuzz_put(f, service, KEY(READY), sim__fuzz_pair(f, KEY(AFTER), sim__fuzz_time(f, after)));
}

static struct sim__node *backoff_of(struct sim__fuzz *f, struct sim__node *service)
{
    struct sim__node *backoff = sim__node_at(service, KEY(BACKOFF));
    if (backoff == NULL) {
        backoff = sim__fuzz_map(f);
        sim__fuzz_put(f, service, KEY(BACKOFF), backoff);
    }
    return backoff;
}

static void put_from(struct sim__fuzz *f, struct sim__node *service)
{
    static const char *const words[] = {"start", "ready", "ready", "end"};
    if (sim__fuzz_shows(f, SIM__FUZZ_ANCHORS, 50)) {
        uint32_t which = sim__fuzz_below(f, sizeof(words) / sizeof(words[0]));
        f->pace.at.from_start = which < 3;
        sim__fuzz_put(f, backoff_of(f, service), KEY(FROM), sim__fuzz_word(f, words[which]));
    }
}

/* Nothing limits these restarts, so there is some time between them. */
static void put_after_ready(struct sim__fuzz *f, struct sim__node *service)
{
    if (sim__fuzz_shows(f, SIM__FUZZ_SETTLED, 40)) {
        struct sup_duration wait = {sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO)};
        note_wait(f, wait);
        f->pace.at.after_ready_ns = wait.ns;
        sim__fuzz_put(f, backoff_of(f, service), KEY(AFTER_READY), sim__fuzz_time(f, wait));
    }
}

void sim__fuzz_anchors(struct sim__fuzz *f, struct sim__node *service)
{
    const struct sup_random own = f->random;
    if (service == NULL) {
        return; /* out of memory */
    }
    f->random.state ^= FORK;
    put_ready(f, service);
    put_from(f, service);
    put_after_ready(f, service);
    f->random = own;
}
