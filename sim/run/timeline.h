/* The timeline: when which action is due, and what became of it.
 *
 * Entries that are due at one instant come in file order, a repeating entry at
 * its from, from + every, … up to and including its to. What is drawn of that comes
 * from a stream of the entry's own and from the instants that were drawn before, never
 * from when the entry was in fact carried out; so every executor draws the same. Actions
 * that scripts carry out (`do`) are not scheduled here, but what became of them is kept here too:
 * all of them are known from the start, so that one that is never come to is seen.
 */
#ifndef SIM_TIMELINE_H
#define SIM_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/queue.h"
#include "sim/base/tape.h"
#include "refusals.h"
#include "sim/expect.h"
#include "sim/scenario.h"
#include "sup/random.h"

struct sim_agents;
struct sim_oracle;
struct sim_roll;

/* What a run keeps of one action. */
struct sim_act {
    const struct sim_action *action;
    uint64_t due_ns;          /* next */
    uint64_t to_ns;           /* the last instant of one that repeats */
    struct sup_random times;  /* what its instants are drawn from */
    struct sup_random chosen; /* what its targets are drawn from, once `draws` */
    bool draws;
    uint64_t done;             /* times carried out */
    uint64_t met;              /* injections that met a live attempt; starts refused */
    bool scripted;             /* a `do` */
    bool left_out;             /* it stands in a way of an `any` that was not taken */
    bool by_chance;            /* that it is not carried out is no failure: it was drawn
                                  too late, or stands only in branches of a `choose` */
    struct sim_roll *roll;     /* `each`: NULL before the first turn */
    struct sim_agents *agents; /* spawn: NULL before the first */
    struct sim_act *next;      /* scripted: in the order of the file */
    struct sim_act *chain;     /* scripted: in the same bucket */
};

struct sim_timeline {
    struct sim_queue queue;
    uint64_t seed;
    struct sim_oracle *oracle; /* the run's */
    struct sim__draws draws;   /* taken so far */
    struct sim_act *acts;      /* one for each entry */
    uint32_t count;
    struct sim_act *scripted; /* a list */
    struct sim_act **scripted_end;
    struct sim_act **buckets; /* scripted ones by action; a power of two */
    uint32_t bucket_count;
    uint32_t scripted_count;
};

/* What the oracle decides of the timeline is decided here. */
int sim__timeline_init(struct sim_timeline *timeline, const struct sim_scenario *scenario,
                       uint64_t seed, struct sim_oracle *oracle);
void sim__timeline_release(struct sim_timeline *timeline);

/* The last instant at which a fixed `to` or any `at` lets something happen; what repeats
 * without an end adds nothing. Before the first action is carried out. */
struct sup_instant sim__timeline_last(const struct sim_timeline *timeline,
                                      const struct sim_scenario *scenario);

/* The entry `index` is being carried out: schedules its next time. */
struct sim_act *sim__timeline_take(struct sim_timeline *timeline, uint32_t index);
/* The entry, which has just been carried out, is due once more, so long after it was. */
void sim__timeline_again(struct sim_timeline *timeline, struct sim_act *act,
                         struct sup_duration after);
/* What is kept of a script's action. */
struct sim_act *sim__timeline_scripted(const struct sim_timeline *timeline,
                                       const struct sim_action *action);

/* The stream that the targets of the action are drawn from. */
struct sup_random *sim__timeline_chosen(const struct sim_timeline *timeline, struct sim_act *act);

/* The run is over: faults that never took effect and results that were never checked
 * are failures. */
void sim__timeline_end(const struct sim_timeline *timeline, const struct sim_refusals *refusals,
                       struct sim_expect *expect, struct sup_instant now);

#endif
