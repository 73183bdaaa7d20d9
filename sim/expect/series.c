/* Expectations about starts and delays. They are compared as they come, and what is
 * kept is bounded by what is expected. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

#define NO_SERIES UINT32_MAX

/* ---- setting up ---- */

static int compare(const void *a, const void *b)
{
    const struct sim__series *const *left = a;
    const struct sim__series *const *right = b;
    return strcmp((*left)->wanted->name, (*right)->wanted->name);
}

void sim__series_sort(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->series_count; i++) {
        expect->series_by_name[i] = &expect->series[i];
    }
    qsort(expect->series_by_name, expect->series_count, sizeof(*expect->series_by_name), compare);
}

int sim__series_add(struct sim_expect *expect, uint32_t entry)
{
    expect->entries[entry].part = expect->series_count;
    const struct sim_expectation *e = expect->entries[entry].expectation;
    bool delays = e->what == SIM_WHAT_DELAYS;
    expect->types |= UINT32_C(1) << (delays ? SUP_EVENT_BACKING_OFF : SUP_EVENT_ATTEMPT_STARTED);
    expect->entries[entry].spread = expect->spread_count;
    for (uint32_t i = 0; i < e->series_count; i++) {
        if (sim__spread_is(&e->series[i])) {
            sim__spread_add(expect, &e->series[i], e->what);
            continue;
        }
        struct sim__series *series = &expect->series[expect->series_count++];
        *series = (struct sim__series){.wanted = &e->series[i], .delays = delays};
        series->found = calloc((size_t)e->series[i].count + 1, sizeof(*series->found));
        if (series->found == NULL) {
            return SUP_ENOMEM;
        }
    }
    return SUP_OK;
}

void sim__series_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->series_count; i++) {
        free(expect->series[i].found);
    }
    free(expect->series);
    free(expect->series_by_name);
    free(expect->slot_series);
}

/* ---- listening ---- */

static const char *name_at(const struct sim_expect *expect, uint32_t place)
{
    return expect->series_by_name[place]->wanted->name;
}

/* The first place of the name, or where it would be. */
static uint32_t find_series(const struct sim_expect *expect, const char *name)
{
    uint32_t low = 0, high = expect->series_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(name_at(expect, middle), name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_named(const struct sim_expect *expect, uint32_t place, const char *name)
{
    return place < expect->series_count && strcmp(name_at(expect, place), name) == 0;
}

static bool reserve_slot(struct sim_expect *expect, uint32_t slot)
{
    if (slot < expect->slot_capacity) {
        return true;
    }
    void *grown = sim__grown(expect->slot_series, &expect->slot_capacity, (uint64_t)slot + 1,
                             sizeof(*expect->slot_series));
    if (grown == NULL) {
        expect->failed = true;
        return false;
    }
    expect->slot_series = grown;
    SUP_ASSERT(slot < expect->slot_capacity);
    return true;
}

/* One look by name for each slot, then an index. */
static uint32_t series_of(struct sim_expect *expect, const struct sup_event *event)
{
    SUP_ASSERT(event->slot != UINT32_MAX);
    if (!reserve_slot(expect, event->slot)) {
        return NO_SERIES;
    }
    uint32_t *known = &expect->slot_series[event->slot];
    if (*known == 0) {
        uint32_t place = find_series(expect, event->service);
        *known = is_named(expect, place, event->service) ? place + 1 : NO_SERIES;
    }
    return *known == NO_SERIES ? NO_SERIES : *known - 1;
}

void sim__series_listen(struct sim_expect *expect, const struct sup_event *event)
{
    bool delays = event->type == SUP_EVENT_BACKING_OFF;
    uint64_t value = delays ? event->delay.ns : event->at.ns;
    uint32_t first = series_of(expect, event);
    if (first == NO_SERIES) {
        return;
    }
    const char *name = name_at(expect, first);
    for (uint32_t i = first; is_named(expect, i, name); i++) {
        struct sim__series *series = expect->series_by_name[i];
        if (series->delays == delays) {
            if (series->total <= series->wanted->count) {
                series->found[series->total] = value;
            }
            series->total++;
        }
    }
}

/* ---- deciding ---- */

static void found_list(struct sim__text *out, const struct sim__series *series)
{
    uint64_t shown = series->total < (uint64_t)series->wanted->count + 1
                         ? series->total
                         : (uint64_t)series->wanted->count + 1;
    sim__text_put(out, " (in all: ");
    for (uint64_t i = 0; i < shown; i++) {
        sim__text_put(out, i == 0 ? "" : ", ");
        sim__duration_text(out, SUP_NS(series->found[i]));
    }
    if (series->total > shown) {
        sim__text_put(out, ", and ");
        sim__text_u64(out, series->total - shown);
        sim__text_put(out, " more");
    }
    sim__text_put(out, shown == 0 ? "none)" : ")");
}

/* The first that differs, and all that there were. */
static void explain_series(const struct sim__series *series, uint64_t differs,
                           struct sim__finding *finding)
{
    const struct sim_series *wanted = series->wanted;
    struct sim__text *expected = &finding->expected;
    const char *noun = series->delays ? "delay" : "start";
    sim__text_show(expected, wanted->name);
    sim__text_put(expected, ": ");
    if (differs < wanted->count) {
        sim__text_format(expected, "%s %" PRIu64, noun, differs + 1);
        sim__text_put(expected, series->delays ? " of " : " at ");
        sim__range_text(expected, wanted->values_ns[differs], SIM__LENGTHS);
    } else {
        sim__text_u64(expected, wanted->count);
        sim__text_char(expected, ' ');
        sim__text_put(expected, noun);
        sim__text_put(expected, wanted->count == 1 ? "" : "s");
    }
    struct sim__text *found = &finding->found;
    if (differs < series->total && differs < wanted->count) {
        finding->detail = "value";
        sim__duration_text(found, SUP_NS(series->found[differs]));
    } else {
        finding->detail = series->total > wanted->count ? "more" : "fewer";
        sim__text_u64(found, series->total);
        sim__text_char(found, ' ');
        sim__text_put(found, noun);
        sim__text_put(found, series->total == 1 ? "" : "s");
    }
    found_list(found, series);
    sim__finding_concerns(finding, wanted->name);
}

static void decide(struct sim_expect *expect, const struct sim__series *series,
                   struct sup_instant now)
{
    const struct sim_series *wanted = series->wanted;
    uint64_t same = 0;
    while (same < wanted->count && same < series->total &&
           sim__within(wanted->values_ns[same], series->found[same])) {
        same++;
    }
    if (same < wanted->count || same < series->total) {
        struct sim__finding finding;
        sim__finding_init(&finding);
        explain_series(series, same, &finding);
        sim__expect_add(expect, wanted->place, now, &finding);
    }
}

void sim__series_decide(struct sim_expect *expect, const struct sim__entry *entry,
                        const struct sim__end *end)
{
    const struct sim_expectation *e = entry->expectation;
    uint32_t part = entry->part, spread = entry->spread;
    for (uint32_t i = 0; i < e->series_count; i++) {
        if (sim__spread_is(&e->series[i])) {
            sim__spread_decide(expect, &expect->spreads[spread++], end);
        } else {
            decide(expect, &expect->series[part++], end->at);
        }
    }
}
