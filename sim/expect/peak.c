/* The most events in any window of a length. The window that ends with the event just
 * heard is kept, and nothing else: what leaves it cannot be part of a later one. */
#include <stdlib.h>

#include "counted.h"
#include "facts.h"
#include "sup/assert.h"
#include "sup/error.h"

/* Entries of the fullest window that are looked at for its services. */
#define LOOKED_AT 64u

int sim__peak_init(struct sim__peak *peak, const struct sim_filter *filter,
                   struct sup_duration within)
{
    *peak = (struct sim__peak){.within = within};
    return sim__filter_init(&peak->filter, filter);
}

void sim__peak_release(struct sim__peak *peak)
{
    sim__filter_release(&peak->filter);
    free(peak->ring);
}

static const struct sim__moment *moment(const struct sim__peak *peak, uint32_t i)
{
    return &peak->ring[(peak->first + i) % peak->room];
}

/* Some of the services of the fullest window, before it goes. */
static void note_services(struct sim__peak *peak)
{
    peak->whole = false;
    peak->slot_count = 0;
    for (uint32_t i = 0; i < peak->count && i < LOOKED_AT; i++) {
        uint32_t slot = moment(peak, i)->slot, k = 0;
        while (k < peak->slot_count && peak->slots[k] != slot) {
            k++;
        }
        if (slot != UINT32_MAX && k == peak->slot_count && k < SIM__CONCERNED_MAX) {
            peak->slots[peak->slot_count++] = slot;
        }
    }
}

/* The ring, twice as large, from its start. */
static bool make_room(struct sim__peak *peak)
{
    uint32_t room = peak->room == 0 ? 16 : peak->room * 2;
    struct sim__moment *ring = room > peak->room ? malloc(room * sizeof(*ring)) : NULL;
    if (ring == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < peak->count; i++) {
        ring[i] = *moment(peak, i);
    }
    free(peak->ring);
    peak->ring = ring;
    peak->room = room;
    peak->first = 0;
    return true;
}

void sim__peak_hear(struct sim__peak *peak, const struct sup_event *event)
{
    if (!sim__filter_fits(&peak->filter, event)) {
        return;
    }
    while (peak->count > 0 && sim__passed(moment(peak, 0)->at, event->at, peak->within)) {
        if (peak->whole) {
            note_services(peak);
        }
        peak->first = (peak->first + 1) % peak->room;
        peak->count--;
    }
    if (peak->count == peak->room && !make_room(peak)) {
        peak->filter.failed = true;
        return;
    }
    SUP_ASSERT(peak->count < peak->room);
    peak->ring[(peak->first + peak->count) % peak->room] =
        (struct sim__moment){event->at, event->slot};
    peak->count++;
    if (peak->count > peak->most) {
        peak->most = peak->count;
        peak->from = moment(peak, 0)->at;
        peak->to = event->at;
        peak->whole = true;
    }
}

void sim__peak_end(struct sim__peak *peak)
{
    if (peak->whole) {
        note_services(peak);
    }
}

static void explain(const struct sim__peak *peak, const struct sim__end *end,
                    struct sim__finding *finding)
{
    struct sim__text *found = &finding->found;
    sim__text_u64(found, peak->most);
    if (peak->most == 0) {
        return;
    }
    sim__text_put(found, ", from ");
    sim__instant_text(found, peak->from);
    sim__text_put(found, " to ");
    sim__instant_text(found, peak->to);
    for (uint32_t i = 0; i < peak->slot_count; i++) {
        const char *name = sup_slot_name(end->sup, peak->slots[i]);
        if (i < SIM__NAMES_SHOWN) {
            sim__text_put(found, i == 0 ? ": " : ", ");
            sim__text_show(found, name);
        }
        sim__finding_concerns(finding, name);
    }
    sim__text_put(found, peak->slot_count > SIM__NAMES_SHOWN ? " and others" : "");
}

void sim__peak_decide(struct sim_expect *expect, const struct sim__entry *entry,
                      struct sim__peak *peak, const struct sim__end *end)
{
    const struct sim_counted *wanted = entry->expectation->counted;
    sim__peak_end(peak);
    if (sim__within(wanted->is, peak->most)) {
        return;
    }
    struct sim__finding finding;
    sim__finding_init(&finding);
    sim__text_put(&finding.expected, "peak of ");
    sim__filter_text(&finding.expected, &wanted->filter);
    sim__text_put(&finding.expected, ", within ");
    sim__duration_text(&finding.expected, peak->within);
    sim__text_put(&finding.expected, ": ");
    sim__range_text(&finding.expected, wanted->is, SIM__NUMBERS);
    explain(peak, end, &finding);
    bool over = peak->most > wanted->is.max;
    finding.detail = over ? "over" : "under";
    sim__expect_add(expect, entry->expectation->place, over ? peak->to : end->at, &finding);
}
