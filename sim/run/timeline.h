/* The timeline: when which action is due, and what became of it.
 *
 * Entries that are due at one instant come in file order, a repeating entry at
 * its from, from + every, … up to and including its to. Actions that scripts
 * carry out (`do`) are not scheduled here, but what became of them is kept here too:
 * all of them are known from the start, so that one that is never come to is seen.
 */
#ifndef SIM_TIMELINE_H
#define SIM_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/queue.h"
#include "sim/scenario.h"

struct sim_agents;
struct sim_engine;
struct sup;

/* What a run keeps of one action. */
struct sim_act {
    const struct sim_action *action;
    uint64_t due_ns;           /* next */
    uint64_t done;             /* times carried out */
    uint64_t met;              /* injections that met a live attempt; starts refused */
    bool scripted;             /* a `do` */
    bool by_chance;            /* scripted, and only in branches of a `choose` */
    struct sim_agents *agents; /* spawn: NULL before the first */
    struct sim_act *next;      /* scripted: in the order of the file */
    struct sim_act *chain;     /* scripted: in the same bucket */
};

/* A wait-idle under way. */
struct sim_wait {
    struct sim_engine *engine;
    struct sim_act *act;
    struct sim_wait *next;
    bool finished;
};

struct sim_found;

struct sim_timeline {
    struct sim_queue queue;
    struct sim_act *acts; /* one for each entry */
    uint32_t count;
    struct sim_act *scripted; /* a list */
    struct sim_act **scripted_end;
    struct sim_act **buckets; /* scripted ones by action; a power of two */
    uint32_t bucket_count;
    uint32_t scripted_count;
    struct sim_wait *waits;
    struct sim_found *found; /* the target at hand */
    uint32_t found_room;
    uint64_t *marks; /* by slot: the last target that named it */
    uint32_t mark_count;
    uint64_t mark;
};

/* One thing that a target names. */
struct sim_found {
    uint32_t slot;    /* UINT32_MAX: nothing of that name is registered */
    uint32_t pattern; /* then: which pattern it is */
};

int sim_timeline_init(struct sim_timeline *timeline, const struct sim_scenario *scenario);
void sim_timeline_release(struct sim_timeline *timeline);

/* The entry `index` is being carried out: schedules its next time. */
struct sim_act *sim_timeline_take(struct sim_timeline *timeline, uint32_t index);
/* What is kept of a script's action. */
struct sim_act *sim_timeline_scripted(const struct sim_timeline *timeline,
                                      const struct sim_action *action);

/* What the target names at this moment, in timeline->found: first the registered
 * services, in registration order, each once, then names that are not registered
 * and globs that match nothing, as they are written. */
int sim_timeline_find(struct sim_timeline *timeline, struct sup *sup,
                      const struct sim_target *target, uint32_t *ret_count);

/* The run is over: faults that never took effect, results never checked and
 * waits never finished are failures. */
void sim_timeline_end(struct sim_engine *engine);

#endif
