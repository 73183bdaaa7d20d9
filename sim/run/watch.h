/* The watch over a run's progress: counts events, notices a livelock, and compares two
 * runs that should be one.
 *
 * The first events the traces hold against each other (sim/trace/record.h). Of every 64th of
 * the others the first run keeps a digest, half of the trace's hash after it: four bytes. When
 * the list is full, every other digest is dropped and from then on only every 128th, 256th, …
 * event has one; since digests are of everything before them, a difference is still found,
 * and placed between two events.
 */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/trace/record.h"
#include "sup/event.h"

#define SIM_WATCH_DIGESTS_MAX (1u << 14) /* of the first million events */
#define SIM_WATCH_SPACING_LOG2 6u
#define SIM_WATCH_LINE_BYTES 1024u

struct sim_watch {
    uint64_t events;
    uint64_t last_ns;    /* instant of the last event */
    uint64_t done_ns;    /* when something was done last, with an event or without */
    uint64_t at_instant; /* events and silent doings at the present instant */
    /* What kept a service going last, for the message about a livelock. */
    uint32_t slot;
    enum sup_event_type rearmed_by;
    uint64_t rearmed;        /* how often, at the present instant */
    struct sim_trace *trace; /* which hears each event first */
    /* Who say why an event came; NULL: nobody. */
    const struct sim_trace_options *asked;
    uint64_t recorded; /* events before those that have digests */
    uint32_t *digests;
    uint32_t digest_count;
    uint32_t digest_room;
    uint32_t spacing_log2;
    /* The run it is compared with, and the first event that differs. */
    const struct sim_watch *before;
    bool differs;
    uint64_t differs_first; /* the first that may differ … */
    uint64_t differs_last;  /* … and the first that is known to */
    char line[SIM_WATCH_LINE_BYTES];
};

void sim__watch_init(struct sim_watch *watch, const struct sim_watch *before);
void sim__watch_release(struct sim_watch *watch);

/* A new instant begins. */
static inline void sim__watch_instant(struct sim_watch *watch)
{
    watch->at_instant = 0;
    watch->rearmed = 0;
}
/* Something was done for the slot (UINT32_MAX: for none) that made no event. */
static inline void sim__watch_silent(struct sim_watch *watch, uint32_t slot)
{
    watch->at_instant++;
    if (slot != UINT32_MAX) {
        watch->slot = slot;
    }
}
/* What rolled, or strayed, is compared with the run before, or a digest of it is kept. */
void sim__watch_rolled(struct sim_watch *watch, const struct sup_event *event, enum sim__told told);

/* What lets something begin again; see sim__watch_cause. */
#define SIM_WATCH_REARMING \
    (UINT32_C(1) << SUP_EVENT_BACKING_OFF | UINT32_C(1) << SUP_EVENT_GROUP_RESTART | \
     UINT32_C(1) << SUP_EVENT_RESTARTED | UINT32_C(1) << SUP_EVENT_REGISTERED | \
     UINT32_C(1) << SUP_EVENT_BREAKER_OPENED)

/* The trace has been told of it, and what became of it there. */
static inline void sim__watch_event(struct sim_watch *watch, const struct sup_event *event,
                                    enum sim__told told)
{
    watch->events++;
    watch->at_instant++;
    watch->last_ns = event->at.ns;
    if ((SIM_WATCH_REARMING >> event->type & 1u) != 0) {
        watch->rearmed++;
        watch->rearmed_by = event->type;
    }
    if (event->service != NULL) {
        watch->slot = event->slot;
    }
    if (told == SIM__TOLD_KEPT || told == SIM__TOLD_HELD) {
        watch->recorded = watch->events;
    } else {
        sim__watch_rolled(watch, event, told);
    }
}
/* The trace has ended. One event fewer or more than in the run before is a difference, too. */
void sim__watch_end(struct sim_watch *watch);
/* What keeps the last service going at this one instant: "a restart delay of 0". */
const char *sim__watch_cause(const struct sim_watch *watch);
/* What it was last re-armed by, at whatever instant: "its restarts". */
const char *sim__watch_rearmed_by(const struct sim_watch *watch);

#endif
