/* The second phase of a generated scenario: no more faults, and everything has to settle.
 *
 * From `calm` on nothing fails any more and who is told to stop stops at once. So all that
 * may still be on its way is one wait of each service: a backoff, a cooldown, the time to an
 * interval's next call. Twice the longest of these, with the longest stop, is when every
 * service has to run, to have ended, or to be held by an operator. A service that waits for
 * a slot of the blocking pool may rightly wait for ever, and one whose attempts may not run for
 * ever is started again and again.
 */
#include "internal.h"

#define DRAIN_NS UINT64_C(30000000000) /* where no timeout is said */

static void put_calm(struct sim__fuzz *f, struct sim__node *timeline)
{
    struct sim__node *entry = sim__fuzz_map(f);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(f->end_ns)));
    sim__fuzz_put(f, entry, KEY(CALM), sim__fuzz_map(f));
    sim__fuzz_add(f, timeline, entry);
}

static void expect_settled(struct sim__fuzz *f, struct sim__node *expect)
{
    struct sim__node *entry = sim__fuzz_map(f);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(f->end_ns)));
    sim__fuzz_put(f, entry, KEY(SERVICE), sim__fuzz_word(f, "*"));
    sim__fuzz_put(f, entry, KEY(IS), sim__fuzz_pair(f, KEY(SETTLED), sim__fuzz_word(f, "true")));
    sim__fuzz_add(f, expect, entry);
}

static void put_shutdown(struct sim__fuzz *f, struct sim__node *timeline)
{
    struct sim__node *entry = sim__fuzz_map(f);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_time(f, SUP_NS(f->end_ns)));
    sim__fuzz_put(f, entry, KEY(SHUTDOWN), sim__fuzz_map(f));
    sim__fuzz_add(f, timeline, entry);
}

static void expect_drained(struct sim__fuzz *f, struct sim__node *expect)
{
    struct sim__node *entry = sim__fuzz_map(f);
    sim__fuzz_put(f, entry, KEY(AT), sim__fuzz_word(f, "end"));
    sim__fuzz_put(f, entry, KEY(SUPERVISOR),
                  sim__fuzz_pair(f, KEY(PHASE), sim__fuzz_word(f, "drained")));
    sim__fuzz_add(f, expect, entry);
}

/* One after the other the ends are learned late, until the time of the drain is over. */
static uint64_t drain_with_lag(const struct sim__fuzz *f)
{
    uint64_t drain_ns = f->longest.drain_ns > DRAIN_NS ? f->longest.drain_ns : DRAIN_NS;
    return f->longest.lag_ns == 0
               ? 0
               : drain_ns + 2 * (f->longest.stop_ns + f->longest.finish_ns + f->longest.lag_ns);
}

void sim__fuzz_second_phase(struct sim__fuzz *f, struct sim__node *root, struct sim__node *timeline)
{
    struct sim__node *expect = sim__tree_list(f->arena);
    if (!sim__fuzz_has(&f->drawn, SIM__FUZZ_CALM)) {
        return;
    }
    put_calm(f, timeline);
    f->end_ns +=
        2 * (f->longest.wait_ns + f->longest.stop_ns + f->longest.finish_ns + f->longest.lag_ns) +
        f->tick_ns;
    if (!f->pools && !f->restless) {
        expect_settled(f, expect);
    }
    bool last = sim__fuzz_has(&f->drawn, SIM__FUZZ_LAST);
    if (last) {
        f->end_ns += f->longest.lag_ns > 0 ? f->tick_ns : 0; /* nobody is gone at once */
        put_shutdown(f, timeline);
        f->end_ns += f->tick_ns;
    }
    if (last || sim__fuzz_has(&f->drawn, SIM__FUZZ_SHUTDOWN)) {
        f->end_ns += drain_with_lag(f);
        expect_drained(f, expect);
    }
    if (expect != NULL && expect->count > 0) {
        sim__fuzz_put(f, root, KEY(EXPECT), expect);
    }
}
