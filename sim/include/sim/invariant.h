/* The supervisor's invariants, checked from its events alone.
 *
 * The checker keeps its own shadow of every service, written apart from the
 * core, so that one mistake cannot hide in both. Feed it every event, tell it
 * each registration's policy before the registration, and call settled() after
 * every step and end() after the run. The first broken invariant is kept.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_INVARIANT_H
#define SIM_INVARIANT_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/event.h"
#include "sup/policy.h"
#include "sup/supervisor.h"

SUP_BEGIN_DECLS

struct sim_invariants;

struct sim_invariants_config {
    uint32_t blocking_pool;
    struct sup_duration shutdown_timeout;
    struct sup_group_policy root;
    bool has_seed; /* the supervisor's seed is known: jitter is drawn once more */
    uint64_t seed;
    struct sup_duration clock_at_zero; /* the supervisor's */
};

int sim_invariants_create(const struct sim_invariants_config *config,
                          struct sim_invariants **ret_invariants) SUP_WARN_UNUSED;
void sim_invariants_free(struct sim_invariants *invariants);

/* The policy that the next registration of `name` will have. 0 or SUP_ENOMEM. */
int sim_invariants_policy(struct sim_invariants *invariants, const char *name, const char *group,
                          const struct sup_policy *policy) SUP_WARN_UNUSED;
/* The next registration of `name`, whose policy has been announced, is of one that waits to be
 * resumed. */
void sim_invariants_paused(struct sim_invariants *invariants, const char *name);
/* How late the world of the registration that was announced last may be. */
struct sim_invariants_lag {
    struct sup_duration start_low; /* a start takes so much, at least, */
    struct sup_duration start_high;
    struct sup_duration spread; /* the timer of a wait is late by so much at most, */
    struct sup_duration grid;   /* goes off at a multiple of this, if it is not 0, */
    struct sup_duration poll;   /* and timers are looked at at multiples of this */
};
/* SUP_OK or SUP_ENOMEM. */
int sim_invariants_lag(struct sim_invariants *invariants, const char *name,
                       const struct sim_invariants_lag *lag) SUP_WARN_UNUSED;
/* The registration announced last was refused: what was announced before it holds
 * again. */
void sim_invariants_refused(struct sim_invariants *invariants, const char *name);
int sim_invariants_group(struct sim_invariants *invariants, const char *group,
                         const struct sup_group_policy *policy) SUP_WARN_UNUSED;
/* The end of `attempt` is going to be reported: the supervisor has to tell of it, and of
 * nobody else's, before the next one is. */
void sim_invariants_reporting(struct sim_invariants *invariants, struct sup_attempt attempt);
/* A sup_event_fn. */
void sim_invariants_event(void *invariants, const struct sup_event *event);
/* Compares the shadow with the supervisor's own counters. */
void sim_invariants_settled(struct sim_invariants *invariants, struct sup *sup);
/* After the run: every attempt ended, was reported abandoned, or lives. */
void sim_invariants_end(struct sim_invariants *invariants, struct sup *sup);

/* NULL while nothing is broken; else the name of the invariant. */
const char *sim_invariants_broken(const struct sim_invariants *invariants);
/* A sentence with the service, the instant and the numbers. */
const char *sim_invariants_text(const struct sim_invariants *invariants);
/* From here on things may be handled later than they were due (`stall`, a world
 * with a real clock): what is checked as "exactly at" becomes "not before". */
void sim_invariants_stalled(struct sim_invariants *invariants);
/* The checker ran out of memory and has stopped checking. Cannot happen when
 * each registration was announced by sim_invariants_policy. */
bool sim_invariants_failed(const struct sim_invariants *invariants);
/* How many events and settled instants were checked. */
uint64_t sim_invariants_checked(const struct sim_invariants *invariants);

SUP_END_DECLS

#endif
