/* How late things are in the world of a generated service. */
#include "internal.h"

/* A length, which the longest lag of all holds; one that is drawn is no longer. */
static struct sim__node *length(struct sim__fuzz *f, struct sup_duration *sum)
{
    uint64_t ns = sim__fuzz_length(f, SIM__FUZZ_ZERO_TOO);
    sum->ns += ns;
    return sim__fuzz_time(f, SUP_NS(ns));
}

static struct sim__node *maybe_drawn(struct sim__fuzz *f, struct sup_duration *sum)
{
    if (!sim__fuzz_shows(f, SIM__FUZZ_DRAWN, 40)) {
        return length(f, sum);
    }
    struct sim__node *picks = sim__tree_list(f->arena);
    struct sim__node *first = length(f, sum);
    struct sim__node *second = length(f, sum);
    sim__fuzz_add(f, picks, first);
    sim__fuzz_add(f, picks, second);
    return sim__fuzz_pair(f, KEY(PICK), picks);
}

static struct sim__node *timer(struct sim__fuzz *f, struct sup_duration *sum)
{
    bool grid = sim__fuzz_chance(f, 60) || !sim__fuzz_has(&f->drawn, SIM__FUZZ_DRAWN);
    return sim__fuzz_pair(f, grid ? KEY(GRID) : KEY(SPREAD), length(f, sum));
}

/* A call whose end is learned late may be found at any time, and not settled. */
static bool must_be_prompt(const struct sim__fuzz *f, enum sim__fuzz_kind kind)
{
    return kind == SIM__FUZZ_CALLED && sim__fuzz_has(&f->drawn, SIM__FUZZ_CALM);
}

void sim__fuzz_lag(struct sim__fuzz *f, struct sim__node *service, enum sim__fuzz_kind kind)
{
    bool prompt = must_be_prompt(f, kind);
    struct sup_duration sum = {0};
    if (!sim__fuzz_shows(f, SIM__FUZZ_LAGS, 50)) {
        return;
    }
    struct sim__node *lag = sim__fuzz_map(f);
    if (sim__fuzz_chance(f, 60)) {
        sim__fuzz_put(f, lag, KEY(START), maybe_drawn(f, &sum));
    }
    if (!prompt && sim__fuzz_chance(f, 40)) {
        sim__fuzz_put(f, lag, KEY(END), maybe_drawn(f, &sum));
    }
    if (sim__fuzz_chance(f, 40)) {
        sim__fuzz_put(f, lag, KEY(TIMER), timer(f, &sum));
    }
    if (!prompt && sim__fuzz_chance(f, 40)) {
        sim__fuzz_put(f, lag, KEY(POLL), length(f, &sum));
    }
    f->longest.lag_ns = 2 * sum.ns > f->longest.lag_ns ? 2 * sum.ns : f->longest.lag_ns;
    sim__fuzz_put(f, service, KEY(LAG), lag);
}
