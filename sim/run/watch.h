/* The watch over a run's progress: counts events, notices a livelock, and keeps
 * a digest of each event, so that two runs that should be one can be compared.
 *
 * An event's digest is half of the trace's hash after it: four bytes. When the
 * list is full, every other digest is dropped and from then on only every 2nd,
 * 4th, … event has one; since digests roll over everything before them, a
 * difference is still found, but placed between two events instead of at one.
 */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/event.h"

struct sim_trace;

#define SIM_WATCH_DIGESTS_MAX (1u << 20)
#define SIM_WATCH_LINE_BYTES 512u

struct sim_watch {
    uint64_t events;
    uint64_t last_ns;    /* instant of the last event */
    uint64_t at_instant; /* events and silent doings at the present instant */
    /* What kept a service going last, for the message about a livelock. */
    uint32_t slot;
    enum sup_event_type rearmed_by;
    uint64_t rearmed;              /* how often, at the present instant */
    const struct sim_trace *trace; /* subscribed before the watch */
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
void sim__watch_instant(struct sim_watch *watch);
/* Something was done for the slot (UINT32_MAX: for none) that made no event. */
void sim__watch_silent(struct sim_watch *watch, uint32_t slot);
/* A sup_event_fn. */
void sim__watch_event(void *watch, const struct sup_event *event);
/* One event fewer or more than in the run before is a difference too. */
void sim__watch_end(struct sim_watch *watch);
/* What keeps the last service going at this one instant: "a restart delay of 0". */
const char *sim__watch_cause(const struct sim_watch *watch);
/* What it was last re-armed by, at whatever instant: "its restarts". */
const char *sim__watch_rearmed_by(const struct sim_watch *watch);

#endif
