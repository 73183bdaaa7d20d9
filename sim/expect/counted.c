/* The expectations that count events, one like the other. */
#include "counted.h"

#include <stdlib.h>

#include "sup/assert.h"
#include "sup/error.h"

bool sim__counted_is(const struct sim_expectation *e)
{
    return e->what == SIM_WHAT_TALLY || e->what == SIM_WHAT_PEAK || e->what == SIM_WHAT_FOLLOWS;
}

static int init(struct sim__counted *counted, const struct sim_counted *wanted, uint64_t seed)
{
    switch (counted->what) {
    case SIM_WHAT_TALLY:
        return sim__count_init(&counted->count, wanted, seed);
    case SIM_WHAT_PEAK:
        return sim__peak_init(&counted->peak, &wanted->filter, wanted->within);
    default:
        SUP_ASSERT(counted->what == SIM_WHAT_FOLLOWS);
        return sim__follow_init(&counted->follow, wanted, seed);
    }
}

int sim__counted_add(struct sim_expect *expect, uint32_t entry)
{
    const struct sim_expectation *e = expect->entries[entry].expectation;
    struct sim__counted *counted = &expect->counted[expect->counted_count];
    *counted = (struct sim__counted){.entry = entry, .what = e->what};
    expect->entries[entry].part = expect->counted_count++;
    expect->types |= sim__filter_types(&e->counted->filter);
    if (e->what == SIM_WHAT_FOLLOWS) {
        expect->types |= sim__filter_types(&e->counted->then);
    }
    return init(counted, e->counted, expect->scenario->seed);
}

void sim__counted_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->counted_count; i++) {
        struct sim__counted *counted = &expect->counted[i];
        switch (counted->what) {
        case SIM_WHAT_TALLY:
            sim__count_release(&counted->count);
            break;
        case SIM_WHAT_PEAK:
            sim__peak_release(&counted->peak);
            break;
        default:
            sim__follow_release(&counted->follow);
            break;
        }
    }
    free(expect->counted);
}

static bool hear(struct sim__counted *counted, const struct sup_event *event)
{
    switch (counted->what) {
    case SIM_WHAT_TALLY:
        sim__count_hear(&counted->count, event);
        return !counted->count.filter.failed;
    case SIM_WHAT_PEAK:
        sim__peak_hear(&counted->peak, event);
        return !counted->peak.filter.failed;
    default:
        sim__follow_hear(&counted->follow, event);
        return !counted->follow.failed && !counted->follow.filter.failed &&
               !counted->follow.then.failed;
    }
}

void sim__counted_listen(struct sim_expect *expect, const struct sup_event *event)
{
    for (uint32_t i = 0; i < expect->counted_count; i++) {
        expect->failed |= !hear(&expect->counted[i], event);
    }
}

void sim__counted_decide(struct sim_expect *expect, const struct sim__entry *entry,
                         const struct sim__end *end)
{
    struct sim__counted *counted = &expect->counted[entry->part];
    switch (counted->what) {
    case SIM_WHAT_TALLY:
        sim__count_decide(expect, entry, &counted->count, end);
        break;
    case SIM_WHAT_PEAK:
        sim__peak_decide(expect, entry, &counted->peak, end);
        break;
    default:
        sim__follow_decide(expect, entry, &counted->follow, end);
        break;
    }
}
