/* Expectations about the events of several services: what they say holds for each, so
 * that each has a story of its own. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "sim/base/grow.h"
#include "sup/error.h"
#include "sup/supervisor.h"

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
    sim__roll_init(&stories->roll, &stories->target, expect->scenario->seed);
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
        sim__roll_release(&stories->roll);
        free(stories->list);
    }
    free(expect->casts);
}

/* ---- listening ---- */

static bool is_asked(const struct sim__stories *stories, const char *name)
{
    return sim__target_names(&stories->target, name) || sim__target_globs(&stories->target, name);
}

/* The story of whom the event is about; NULL where nobody asks for it. */
static struct sim__story *story_of(struct sim_expect *expect, struct sim__stories *stories,
                                   const struct sup_event *event)
{
    uint32_t number = sim__roll_hear(&stories->roll, event);
    if (number == SIM__NOT_ON_ROLL) {
        return NULL;
    }
    struct sim__story *list =
        number == 0 ? NULL : sim__grown(stories->list, &stories->room, number, sizeof(*list));
    if (list == NULL) {
        expect->failed = true;
        return NULL;
    }
    stories->list = list;
    for (; stories->count < number; stories->count++) {
        list[stories->count] = (struct sim__story){.entry = stories->entry};
    }
    return &list[number - 1];
}

void sim__stories_listen(struct sim_expect *expect, const struct sup_event *event)
{
    for (uint32_t i = 0; i < expect->cast_count && event->service != NULL; i++) {
        struct sim__story *story = story_of(expect, &expect->casts[i], event);
        if (story != NULL) {
            sim__story_hear(expect, story, event);
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
    uint32_t number = sim__roll_find(&stories->roll, slot, name);
    bool any = number != 0 && number <= stories->count; /* out of memory it may have none */
    return any ? stories->list[number - 1] : (struct sim__story){.entry = stories->entry};
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
