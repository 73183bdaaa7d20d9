/* Expectations about the events of several services: what they say holds for each, so
 * that each has a story of its own. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sim/base/grow.h"
#include "sup/alloc.h"
#include "sup/error.h"
#include "sup/supervisor.h"

#define NOT_ASKED UINT32_MAX

bool sim__stories_is(const struct sim_expectation *e)
{
    return e->what == SIM_WHAT_EVENTS && e->events_service == NULL && e->target.count > 0;
}

int sim__stories_add(struct sim_expect *expect, uint32_t entry)
{
    expect->entries[entry].part = expect->cast_count;
    struct sim__stories *stories = &expect->casts[expect->cast_count++];
    const struct sim_expectation *e = expect->entries[entry].expectation;
    *stories = (struct sim__stories){.entry = entry};
    int error = sim__target_init(&stories->target, &e->target);
    if (error == SUP_OK) {
        error = sim__arena_create(&sup_allocator_libc, &stories->arena);
    }
    if (error == SUP_OK) {
        sim__table_init(&stories->early, stories->arena, expect->scenario->seed);
    }
    return error;
}

void sim__stories_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->cast_count; i++) {
        struct sim__stories *stories = &expect->casts[i];
        for (uint32_t k = 0; k < stories->count; k++) {
            free(stories->list[k].found);
        }
        sim__target_release(&stories->target);
        sim__arena_free(stories->arena);
        free(stories->list);
        free(stories->by_slot);
    }
    free(expect->casts);
}

/* ---- listening ---- */

static bool is_asked(const struct sim__stories *stories, const char *name)
{
    return sim__target_names(&stories->target, name) || sim__target_globs(&stories->target, name);
}

/* A new story, by its place plus 1; 0 when out of memory. */
static uint32_t begin(struct sim__stories *stories)
{
    struct sim__story *list =
        sim__grown(stories->list, &stories->room, (uint64_t)stories->count + 1, sizeof(*list));
    if (list == NULL) {
        return 0;
    }
    stories->list = list;
    list[stories->count] = (struct sim__story){.entry = stories->entry};
    return ++stories->count;
}

/* A command may name who is not registered yet: its story begins there. */
static uint32_t early_of(struct sim__stories *stories, const char *name)
{
    uint32_t length = (uint32_t)strlen(name);
    struct sim__slot *slot = sim__table_find(&stories->early, 0, name, length);
    if (slot != NULL) {
        return *(const uint32_t *)slot->value;
    }
    bool is_new;
    const char *copy = sim__arena_text(stories->arena, name, length);
    uint32_t *place = sim__arena_alloc(stories->arena, 1, sizeof(*place));
    slot = copy == NULL || place == NULL
               ? NULL
               : sim__table_add(&stories->early, 0, copy, length, &is_new);
    if (slot == NULL) {
        return 0;
    }
    *place = begin(stories);
    slot->value = place;
    return *place;
}

static uint32_t known_early(const struct sim__stories *stories, const char *name)
{
    const struct sim__slot *slot =
        sim__table_find(&stories->early, 0, name, (uint32_t)strlen(name));
    return slot == NULL ? 0 : *(const uint32_t *)slot->value;
}

/* The story's place plus 1; NOT_ASKED; 0 when out of memory. */
static uint32_t story_of(struct sim__stories *stories, const struct sup_event *event)
{
    if (event->slot == UINT32_MAX) {
        return is_asked(stories, event->service) ? early_of(stories, event->service) : NOT_ASKED;
    }
    uint32_t *by_slot = sim__grown(stories->by_slot, &stories->slot_room, (uint64_t)event->slot + 1,
                                   sizeof(*by_slot));
    if (by_slot == NULL) {
        return 0;
    }
    stories->by_slot = by_slot;
    if (by_slot[event->slot] == 0) {
        uint32_t place = NOT_ASKED;
        if (is_asked(stories, event->service)) {
            place = known_early(stories, event->service);
            place = place != 0 ? place : begin(stories);
        }
        by_slot[event->slot] = place;
    }
    return by_slot[event->slot];
}

void sim__stories_listen(struct sim_expect *expect, const struct sup_event *event)
{
    for (uint32_t i = 0; i < expect->cast_count && event->service != NULL; i++) {
        uint32_t place = story_of(&expect->casts[i], event);
        if (place == 0) {
            expect->failed = true;
        } else if (place != NOT_ASKED) {
            sim__story_hear(expect, &expect->casts[i].list[place - 1], event);
        }
    }
}

/* ---- deciding ---- */

struct verdict {
    const struct sim_expectation *expectation;
    struct sim__finding finding;
    struct sim__story first; /* that is wrong */
    uint32_t asked;
    uint32_t wrong;
};

static void judge(struct verdict *verdict, const char *name, const struct sim__story *story)
{
    const struct sim_expectation *e = verdict->expectation;
    struct sim__text *out = &verdict->finding.found;
    verdict->asked++;
    if (sim__story_right(e, story) || ++verdict->wrong > SIM__NAMES_SHOWN) {
        return;
    }
    if (verdict->wrong == 1) {
        verdict->first = *story;
        sim__target_text(&verdict->finding.expected, &e->target);
        sim__text_put(&verdict->finding.expected, ": ");
        sim__story_wanted(&verdict->finding.expected, e, story);
    }
    sim__finding_concerns(&verdict->finding, name);
    sim__text_put(out, verdict->wrong > 1 ? "; " : "");
    sim__text_show(out, name);
    sim__text_put(out, ": ");
    if (story->next != verdict->first.next) {
        sim__text_format(out, "event %" PRIu32 ": ", story->next + 1);
    }
    sim__story_found(out, story);
}

/* The story of a name; one without events when nothing was heard of it. */
static struct sim__story told(const struct sim__stories *stories, uint32_t slot, const char *name)
{
    uint32_t place = slot < stories->slot_room ? stories->by_slot[slot] : 0;
    place = place != 0 ? place : known_early(stories, name);
    return place != 0 ? stories->list[place - 1] : (struct sim__story){.entry = stories->entry};
}

/* Names that nobody has ever borne. */
static void judge_missing(struct verdict *verdict, const struct sim__stories *stories,
                          struct sup *sup)
{
    for (uint32_t i = 0; i < stories->target.name_count; i++) {
        const char *name = stories->target.names[i];
        struct sup_metrics unused;
        if (sup_service_metrics(sup, name, &unused) != SUP_OK) {
            const struct sim__story story = told(stories, UINT32_MAX, name);
            judge(verdict, name, &story);
        }
    }
}

void sim__stories_decide(struct sim_expect *expect, const struct sim__entry *entry,
                         const struct sim__end *end)
{
    const struct sim__stories *stories = &expect->casts[entry->part];
    struct verdict verdict = {.expectation = entry->expectation};
    sim__finding_init(&verdict.finding);
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(end->sup, slot)) != NULL; slot++) {
        if (is_asked(stories, name)) {
            const struct sim__story story = told(stories, slot, name);
            judge(&verdict, name, &story);
        }
    }
    judge_missing(&verdict, stories, end->sup);
    if (verdict.asked == 0) {
        verdict.first.entry = stories->entry;
        sim__target_text(&verdict.finding.expected, &entry->expectation->target);
        sim__text_put(&verdict.finding.expected, ": ");
        sim__story_wanted(&verdict.finding.expected, entry->expectation, &verdict.first);
        sim__text_put(&verdict.finding.found, "no service matches");
    } else if (verdict.wrong > SIM__NAMES_SHOWN) {
        sim__text_format(&verdict.finding.found, "; and %" PRIu32 " more",
                         verdict.wrong - SIM__NAMES_SHOWN);
    }
    if (verdict.asked == 0 || verdict.wrong > 0) {
        sim__story_fail(expect, &verdict.first, end->at, &verdict.finding);
    }
}
