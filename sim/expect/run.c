/* What is asked of the whole run: starts, delays, events, the drain. */
#include <stdlib.h>

#include "internal.h"
#include "counted.h"
#include "sup/assert.h"
#include "sup/error.h"

static bool is_series(const struct sim_expectation *e)
{
    return e->what == SIM_WHAT_STARTS || e->what == SIM_WHAT_DELAYS;
}

struct parts {
    size_t series;
    size_t stories;
    size_t counted;
    size_t same;
};

static struct parts count(const struct sim_expect *expect)
{
    struct parts parts = {0};
    for (uint32_t i = 0; i < expect->entry_count; i++) {
        const struct sim_expectation *e = expect->entries[i].expectation;
        parts.series += is_series(e) ? e->series_count : 0;
        parts.stories += e->what == SIM_WHAT_EVENTS;
        parts.counted += sim__counted_is(e);
        parts.same += e->what == SIM_WHAT_SAME_STORY;
    }
    return parts;
}

int sim__run_init(struct sim_expect *expect)
{
    const struct parts parts = count(expect);
    expect->series = calloc(parts.series + 1, sizeof(*expect->series));
    expect->series_by_name = calloc(parts.series + 1, sizeof(*expect->series_by_name));
    expect->spreads = calloc(parts.series + 1, sizeof(*expect->spreads));
    expect->stories = calloc(parts.stories + 1, sizeof(*expect->stories));
    expect->same = calloc(parts.same + 1, sizeof(*expect->same));
    expect->casts = calloc(parts.stories + 1, sizeof(*expect->casts));
    expect->counted = calloc(parts.counted + 1, sizeof(*expect->counted));
    if (expect->series == NULL || expect->series_by_name == NULL || expect->spreads == NULL ||
        expect->stories == NULL || expect->casts == NULL || expect->same == NULL ||
        expect->counted == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < expect->entry_count; i++) {
        const struct sim_expectation *e = expect->entries[i].expectation;
        int error = SUP_OK;
        if (is_series(e)) {
            error = sim__series_add(expect, i);
        } else if (e->what == SIM_WHAT_EVENTS) {
            error = sim__story_add(expect, i);
        } else if (sim__counted_is(e)) {
            error = sim__counted_add(expect, i);
        } else if (e->what == SIM_WHAT_SAME_STORY) {
            error = sim__same_add(expect, i);
        }
        if (error != SUP_OK) {
            return error;
        }
    }
    sim__series_sort(expect);
    return SUP_OK;
}

void sim__run_release(struct sim_expect *expect)
{
    sim__series_release(expect);
    sim__spread_release(expect);
    sim__story_release(expect);
    sim__stories_release(expect);
    sim__same_release(expect);
    sim__counted_release(expect);
}

void sim__run_event(struct sim_expect *expect, const struct sup_event *event)
{
    bool in_series =
        event->type == SUP_EVENT_ATTEMPT_STARTED || event->type == SUP_EVENT_BACKING_OFF;
    if (in_series) {
        sim__series_listen(expect, event);
        sim__spread_listen(expect, event);
    }
    for (uint32_t i = 0; i < expect->story_count; i++) {
        sim__story_listen(expect, &expect->stories[i], event);
    }
    sim__stories_listen(expect, event);
    sim__same_listen(expect, event);
    sim__counted_listen(expect, event);
}

void sim__run_decide(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                     struct sup_instant now)
{
    SUP_ASSERT(entry->expectation->when == SIM_WHEN_RUN ||
               entry->expectation->when == SIM_WHEN_SOMETIMES);
    entry->evaluated = true;
    switch (entry->expectation->what) {
    case SIM_WHAT_DRAIN:
        sim__drain_decide(expect, entry, sup, now);
        break;
    case SIM_WHAT_EVENTS:
        if (sim__stories_is(entry->expectation)) {
            sim__stories_decide(expect, entry, &(struct sim__end){sup, now});
        } else {
            sim__story_decide(expect, entry, now);
        }
        break;
    case SIM_WHAT_MEASURE:
        sim__measured_decide(expect, entry, now);
        break;
    case SIM_WHAT_PLAN:
        sim__plan_decide(expect, entry, now);
        break;
    case SIM_WHAT_SAME_STORY:
        sim__same_decide(expect, entry, &(struct sim__end){sup, now});
        break;
    case SIM_WHAT_TALLY:
    case SIM_WHAT_PEAK:
    case SIM_WHAT_FOLLOWS:
        sim__counted_decide(expect, entry, &(struct sim__end){sup, now});
        break;
    default:
        SUP_ASSERT(is_series(entry->expectation));
        sim__series_decide(expect, entry, &(struct sim__end){sup, now});
    }
}

bool sim__run_holds(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                    struct sup_instant now)
{
    SUP_ASSERT(!expect->asking);
    expect->asking = true;
    expect->denied = false;
    sim__run_decide(expect, entry, sup, now);
    expect->asking = false;
    return !expect->denied;
}
