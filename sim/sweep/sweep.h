/* The fault at the n-th point: every point of a scenario's run at which something can fail
 * (sim/run/faultpoints.h) is made to fail, once and then from there on, in a run each.
 *
 * A run without faults says how many points there are: up to its fault a run is the same as
 * that one, so no run with one fault can meet more of them. A second fault is counted from
 * the first one on, in the run that has the first.
 *
 * A run survives when every invariant holds and it ends. What its file expects was written
 * for a world without the fault, and does not count. A fault may well keep a run going that
 * nothing else would end, a start that is refused for ever and tried again for ever: a run
 * that makes many times the events of the one without faults is cut off there, which is
 * neither and is said.
 */
#ifndef SIM_SWEEP_SWEEP_H
#define SIM_SWEEP_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/run/faultpoints.h"
#include "sim/scenario.h"
#include "sim/trial/trial.h"

/* The faults of one run. Plain data. */
struct sim__sweep_point {
    struct sim_fault first; /* at 0: none */
    struct sim_fault then;  /* likewise */
};

/* What came of it. Plain data. */
struct sim__sweep_try {
    struct sim__sweep_point point;
    struct sim__trial trial;
    struct sim_faults_seen seen;
};

struct sim__sweep_how {
    struct sim__trial_how trial;
    struct sup_duration late; /* of what is late; above 0 */
};

/* 0 and *ret_try, whatever came of it, or SUP_ENOMEM. */
int sim__sweep_try(const struct sim_scenario *scenario, const struct sim__sweep_how *how,
                   const struct sim__sweep_point *point,
                   struct sim__sweep_try *ret_try) SUP_WARN_UNUSED;
/* What a run with faults may do, when the one without them made so many events. */
void sim__sweep_bound(struct sim__trial_how *how, uint64_t events);

enum sim__sweep_fate {
    SIM__SWEEP_SURVIVED,
    SIM__SWEEP_CUT,  /* it went on for too long; until there all was well */
    SIM__SWEEP_FELL, /* the trial says how */
};
enum sim__sweep_fate sim__sweep_fate(const struct sim__trial *trial);

/* ---- which points ---- */

#define SIM__SWEEP_ALL ((1u << SIM__POINTS) - 1u)

/* The points of one file that are tried: all there are, or as many as are wanted, evenly
 * spread over them. Each is two tries: it fails once, and from there on. */
struct sim__sweep_plan {
    uint64_t points[SIM__POINTS];
    uint64_t all; /* points of the kinds that are asked for */
    uint64_t chosen;
    uint64_t turn, turns; /* of the chosen only every turns-th is this one's, from this on */
};

/* `kinds`: bits 1 << enum sim__point; `most` 0: all. The one turn that there is. */
struct sim__sweep_plan sim__sweep_plan(const uint64_t points[SIM__POINTS], uint32_t kinds,
                                       uint64_t most);
static inline uint64_t sim__sweep_tries(const struct sim__sweep_plan *plan)
{
    return 2 * ((plan->chosen + plan->turns - 1 - plan->turn) / plan->turns);
}
/* The try of this index, from 0. */
struct sim__sweep_point sim__sweep_nth(const struct sim__sweep_plan *plan, uint64_t index);

/* ---- pairs ---- */

/* What follows a first fault that fails once: a second one of any kind. */
struct sim__sweep_lead {
    struct sim_fault first;
    uint64_t after[SIM__POINTS];
    uint64_t before; /* pairs of the leads before it */
};

/* All zeros before the first. */
struct sim__sweep_pairs {
    struct sim__sweep_lead *leads;
    uint32_t count;
    uint32_t room;
    uint64_t all;
};

/* Takes a try in; what is no survivor with one fault that fails once leads to nothing. 0 or
 * SUP_ENOMEM. */
int sim__sweep_lead(struct sim__sweep_pairs *pairs, const struct sim__sweep_try *one,
                    uint32_t kinds) SUP_WARN_UNUSED;
/* Of `chosen` pairs (1 … all), evenly spread over all, that of this index. */
struct sim__sweep_point sim__sweep_pair(const struct sim__sweep_pairs *pairs, uint64_t chosen,
                                        uint64_t index);
void sim__sweep_pairs_release(struct sim__sweep_pairs *pairs);

/* The index-th of `count` in an order in which the first few are spread over all of them. */
uint64_t sim__sweep_spread(uint64_t index, uint64_t count);

#endif
