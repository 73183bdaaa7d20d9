/* Expectations about events: a subsequence of the trace, or a service's whole story. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "internal.h"
#include "match.h"
#include "pattern.h"
#include "sim/trace.h"
#include "sim/trace/event_values.h"
#include "sup/assert.h"
#include "sup/error.h"

#define LINE_BYTES 1024u

int sim__story_add(struct sim_expect *expect, uint32_t entry)
{
    const struct sim_expectation *e = expect->entries[entry].expectation;
    int error = SUP_OK;
    if (sim__stories_is(e)) {
        error = sim__stories_add(expect, entry);
    } else {
        expect->entries[entry].part = expect->story_count;
        expect->stories[expect->story_count++] = (struct sim__story){.entry = entry};
    }
    if (e->exactly) {
        expect->types = UINT32_MAX;
    }
    for (uint32_t i = 0; i < e->pattern_count; i++) {
        expect->types |= UINT32_C(1) << e->patterns[i].type;
    }
    return error;
}

void sim__story_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->story_count; i++) {
        free(expect->stories[i].found);
    }
    free(expect->stories);
}

/* ---- listening ---- */

/* Early ones are forgotten for later ones, until one is late. */
static void note_stray(struct sim__story *story, const struct sim_event_pattern *pattern,
                       const struct sup_event *event)
{
    for (uint32_t i = 0; i < pattern->key_count; i++) {
        const struct sim_event_key *key = &pattern->keys[i];
        if (strcmp(key->key, "at") == 0 &&
            story->strayed_at.ns <= sim__match_greatest(&key->match)) {
            story->strayed = true;
            story->strayed_at = event->at;
        }
    }
}

static void go_wrong(struct sim_expect *expect, struct sim__story *story,
                     const struct sup_event *event)
{
    story->wrong = true;
    story->wrong_at = event->at;
    story->found = malloc(LINE_BYTES);
    if (story->found == NULL) {
        expect->failed = true;
        return;
    }
    struct sim__text line;
    sim__text_init_fixed(&line, story->found, LINE_BYTES);
    sim__event_put_asked(event, expect->asked, &line);
}

/* The pattern that comes next; NULL: all have come. */
static const struct sim_event_pattern *next_of(const struct sim__story *story,
                                               const struct sim_expectation *e)
{
    return story->next < e->pattern_count ? &e->patterns[story->next] : NULL;
}

void sim__story_listen(struct sim_expect *expect, struct sim__story *story,
                       const struct sup_event *event)
{
    const struct sim_expectation *e = expect->entries[story->entry].expectation;
    if (e->events_service == NULL ||
        (event->service != NULL && strcmp(event->service, e->events_service) == 0)) {
        sim__story_hear(expect, story, event);
    }
}

void sim__story_hear(struct sim_expect *expect, struct sim__story *story,
                     const struct sup_event *event)
{
    const struct sim_expectation *e = expect->entries[story->entry].expectation;
    const struct sim_event_pattern *next = next_of(story, e);
    if (story->wrong) {
        return;
    }
    enum sim__likeness likeness = next != NULL ? sim__pattern_likeness(next, event) : SIM__ANOTHER;
    if (likeness == SIM__THE_SAME) {
        story->next++;
        story->strayed = false;
        story->strayed_at = (struct sup_instant){0};
    } else if (likeness == SIM__AT_ANOTHER_INSTANT) {
        note_stray(story, next, event);
    }
    if (likeness != SIM__THE_SAME && e->exactly) {
        go_wrong(expect, story, event);
    }
}

/* ---- deciding ---- */

/* Whom the failure is about; `p` is what comes next, NULL: no more. */
static const char *service_of(const struct sim_expectation *e, const struct sim_event_pattern *p)
{
    if (e->events_service != NULL || p == NULL) {
        return e->events_service;
    }
    for (uint32_t i = 0; i < p->key_count; i++) {
        if (strcmp(p->keys[i].key, "service") == 0 && !p->keys[i].match.none &&
            !sim_glob_is(p->keys[i].match.text)) {
            return p->keys[i].match.text;
        }
    }
    return NULL;
}

void sim__story_wanted(struct sim__text *out, const struct sim_expectation *e,
                       const struct sim__story *story)
{
    if (story->next < e->pattern_count) {
        sim__text_format(out, "event %" PRIu32, story->next + 1);
        sim__text_put(out, " of ");
        sim__text_u64(out, e->pattern_count);
        sim__text_put(out, ": ");
        sim__pattern_text(out, &e->patterns[story->next]);
    } else {
        sim__text_u64(out, e->pattern_count);
        sim__text_put(out, " events and no more");
    }
}

void sim__story_found(struct sim__text *out, const struct sim__story *story)
{
    if (story->wrong) {
        sim__text_put(out, story->found != NULL ? story->found : "another event");
    } else if (story->strayed) {
        sim__text_put(out, "it came at ");
        sim__instant_text(out, story->strayed_at);
    } else {
        sim__text_put(out, story->next == 0 ? "it did not come"
                                            : "it did not come after the one before");
    }
}

bool sim__story_right(const struct sim_expectation *e, const struct sim__story *story)
{
    return next_of(story, e) == NULL && !story->wrong;
}

void sim__story_fail(struct sim_expect *expect, const struct sim__story *story,
                     struct sup_instant now, struct sim__finding *finding)
{
    const struct sim_expectation *e = expect->entries[story->entry].expectation;
    const struct sim_event_pattern *next = next_of(story, e);
    finding->detail = next != NULL ? sim_event_name(next->type) : "more";
    struct sup_instant at = story->wrong     ? story->wrong_at
                            : story->strayed ? story->strayed_at
                                             : now;
    sim__expect_add(expect, next != NULL ? next->place : e->place, at, finding);
}

void sim__story_decide(struct sim_expect *expect, const struct sim__entry *entry,
                       struct sup_instant now)
{
    const struct sim_expectation *e = entry->expectation;
    const struct sim__story *story = &expect->stories[entry->part];
    if (sim__story_right(e, story)) {
        return;
    }
    struct sim__finding finding;
    sim__finding_init(&finding);
    if (e->events_service != NULL) {
        sim__text_show(&finding.expected, e->events_service);
        sim__text_put(&finding.expected, ": ");
    }
    sim__story_wanted(&finding.expected, e, story);
    sim__story_found(&finding.found, story);
    const char *service = service_of(e, next_of(story, e));
    if (service != NULL) {
        sim__finding_concerns(&finding, service);
    }
    sim__story_fail(expect, story, now, &finding);
}
