/* The watch over a run's progress: event counts, livelock clues, digests. */
#include "watch.h"

#include <stdlib.h>

#include "sim/base/text.h"
#include "sim/trace/event_values.h"
#include "sup/assert.h"

void sim__watch_init(struct sim_watch *watch, const struct sim_watch *before)
{
    *watch = (struct sim_watch){
        .slot = UINT32_MAX, .before = before, .spacing_log2 = SIM_WATCH_SPACING_LOG2};
    SUP_ASSERT(before == NULL || before->before == NULL); /* runs are compared in pairs */
    if (before != NULL) {
        watch->spacing_log2 = before->spacing_log2;
    }
}

void sim__watch_release(struct sim_watch *watch)
{
    free(watch->digests);
    watch->digests = NULL;
    watch->digest_count = 0;
    watch->digest_room = 0;
}

/* Of everything that has happened so far. */
static uint32_t digest(const struct sim_watch *watch)
{
    return (uint32_t)(sim__trace_digest(watch->trace) >> 32);
}

/* A power of two. */
static uint64_t spacing_of(const struct sim_watch *watch)
{
    return UINT64_C(1) << watch->spacing_log2;
}

static void thin_out(struct sim_watch *watch)
{
    SUP_ASSERT(watch->digest_count % 2 == 0);
    for (uint32_t i = 0; i < watch->digest_count / 2; i++) {
        watch->digests[i] = watch->digests[2 * i + 1];
    }
    watch->digest_count /= 2;
    watch->spacing_log2++;
}

/* Of every so many events behind those that are recorded. */
static bool has_digest(const struct sim_watch *watch)
{
    return ((watch->events - watch->recorded) & (spacing_of(watch) - 1)) == 0;
}

/* Without memory for more digests there are fewer of them; none at all without the first,
 * since they are counted from it. */
static void keep(struct sim_watch *watch)
{
    if (!has_digest(watch)) {
        return;
    }
    if (watch->digest_count == watch->digest_room) {
        if (watch->digest_room == 0 && watch->events - watch->recorded > spacing_of(watch)) {
            return;
        }
        uint32_t room = watch->digest_room == 0 ? 1024 : watch->digest_room * 2;
        uint32_t *digests = NULL;
        if (room <= SIM_WATCH_DIGESTS_MAX) {
            digests = realloc(watch->digests, room * sizeof(*digests));
        }
        if (digests != NULL) {
            watch->digests = digests;
            watch->digest_room = room;
        } else if (watch->digest_room > 0) {
            thin_out(watch);
        } else {
            return;
        }
    }
    if (has_digest(watch)) {
        watch->digests[watch->digest_count++] = digest(watch);
    }
}

static void differ(struct sim_watch *watch, const struct sup_event *event, uint64_t first)
{
    watch->differs = true;
    watch->differs_first = first;
    watch->differs_last = watch->events;
    struct sim__text line;
    sim__text_init_fixed(&line, watch->line, sizeof(watch->line));
    sim__event_put_asked(event, watch->asked, &line);
    if (line.length >= sizeof(watch->line)) { /* of the two, what it is matters more */
        (void)sim_event_json(event, watch->line, sizeof(watch->line));
    }
}

static void compare(struct sim_watch *watch, const struct sup_event *event)
{
    uint64_t index = ((watch->events - watch->recorded) >> watch->spacing_log2) - 1;
    if (has_digest(watch) && index < watch->before->digest_count &&
        watch->before->digests[index] != digest(watch)) {
        differ(watch, event, watch->events - spacing_of(watch) + 1);
    }
}

void sim__watch_rolled(struct sim_watch *watch, const struct sup_event *event, enum sim__told told)
{
    if (watch->before == NULL) {
        keep(watch);
    } else if (watch->differs) {
        return;
    } else if (told == SIM__TOLD_STRAYED) {
        differ(watch, event, watch->events);
    } else {
        compare(watch, event);
    }
}

/* The events behind the last digest have none. */
static bool ends_otherwise(const struct sim_watch *watch)
{
    return watch->before->trace != NULL &&
           sim__trace_events_hash(watch->trace) != sim__trace_events_hash(watch->before->trace);
}

void sim__watch_end(struct sim_watch *watch)
{
    const struct sim_watch *before = watch->before;
    if (before == NULL || watch->differs) {
        return;
    }
    SUP_ASSERT(watch->before == before && watch->spacing_log2 >= before->spacing_log2);
    watch->line[0] = '\0';
    if (watch->events != before->events) {
        watch->differs = true;
        watch->differs_last = 1 + (watch->events < before->events ? watch->events : before->events);
        watch->differs_first = watch->differs_last;
    } else if (ends_otherwise(watch)) {
        watch->differs = true;
        watch->differs_last = watch->events;
        watch->differs_first =
            watch->events - ((watch->events - watch->recorded) & (spacing_of(watch) - 1)) + 1;
    }
}

const char *sim__watch_cause(const struct sim_watch *watch)
{
    /* A service that is started again and again is so at every few events. */
    if (watch->rearmed < watch->at_instant / 100) {
        return "its own script, which takes no time";
    }
    switch (watch->rearmed_by) {
    case SUP_EVENT_BACKING_OFF:
        return "a restart delay of 0";
    case SUP_EVENT_GROUP_RESTART:
        return "the restart of its group after a delay of 0";
    case SUP_EVENT_RESTARTED:
        return "the command `restart`";
    case SUP_EVENT_REGISTERED:
        return "a new registration";
    case SUP_EVENT_BREAKER_OPENED:
        return "a cooldown of 0";
    default:
        return "what happens at this instant";
    }
}

const char *sim__watch_rearmed_by(const struct sim_watch *watch)
{
    switch (watch->rearmed_by) {
    case SUP_EVENT_BACKING_OFF:
        return "its restarts";
    case SUP_EVENT_GROUP_RESTART:
        return "the restarts of its group";
    case SUP_EVENT_RESTARTED:
        return "the command `restart`";
    case SUP_EVENT_REGISTERED:
        return "new registrations";
    case SUP_EVENT_BREAKER_OPENED:
        return "the probes of its breaker";
    default:
        return "its own script";
    }
}
