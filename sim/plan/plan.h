/* What a policy will do: one service alone, over the very core, in virtual time, with
 * attempts that all live the same life.
 *
 * Alone means with the limits of its groups, and without siblings. Nothing here knows a rule
 * of any policy: attempts are started and ended, and what the supervisor does is written down,
 * until it has given up, or stands as it stood at a start before and so goes on for ever.
 */
#ifndef SIM_PLAN_PLAN_H
#define SIM_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sim/scenario/life.h"
#include "sup/event.h"
#include "sup/time.h"

/* What is left to chance. */
enum sim__chance { SIM__CHANCE_LEAST, SIM__CHANCE_MOST };

#define SIM__PLAN_STARTS_MAX 10000u
/* Starts that a verdict of a search looks at: what gives up does so long before, and what never
 * stands as it stood must not take for ever. */
#define SIM__PLAN_SEARCH_STARTS 1000u

struct sim__plan_ask {
    const struct sim_scenario *scenario;
    const struct sim_service *service;
    struct sim_life life;
    enum sim__chance chance;
    uint32_t starts_max; /* 0: SIM__PLAN_STARTS_MAX */
    bool unlimited;      /* without limits and breaker: what it would wait, for ever */
    /* Above 0: attempts that start before this live the life, and the others live on. */
    struct sup_duration outage;
};

struct sim__planned_start {
    struct sup_instant at;
    struct sup_duration wait; /* before it; never: there was none */
    uint32_t streak;
    uint32_t used; /* of the limit, itself included where starts count */
};

struct sim__plan {
    struct sim__planned_start *starts; /* granted ones, before the first that stands as another */
    uint32_t start_count;
    uint32_t start_room;
    enum sim_plan_verdict verdict;
    struct sup_instant at;  /* gives up, stays down: when; for ever: the next start */
    enum sup_reason reason; /* likewise */
    bool quarantined;       /* … by a limit that keeps it */
    /* The start that was refused after its wait, of a limit that counts starts. */
    bool refused;
    /* The last wait, of whatever comes of it, and the streak then. */
    struct sup_duration last_wait;
    uint32_t streak;
    /* That the limit ever counted, when a start or a wait began. */
    uint32_t most_used;
    bool repeats;   /* for ever: the next start, at `at`, stands as start `again` did, */
    uint32_t again; /* from 0 */
    bool drawn;     /* something was left to chance */
    /* Gives up, stays down: why, as a trace says it of the event that ends it; else "". */
    struct sim__text because;
};

/* SUP_OK, or what the supervisor refused: SUP_ENOMEM, SUP_ELIMIT. */
int sim__plan_run(const struct sim__plan_ask *ask, struct sim__plan *ret_plan) SUP_WARN_UNUSED;
void sim__plan_release(struct sim__plan *plan);
/* Waits that were made, whatever came of them, and each of them. */
uint32_t sim__plan_waits(const struct sim__plan *plan);
struct sup_duration sim__plan_wait(const struct sim__plan *plan, uint32_t index);

/* How long a stop takes, from the command to the end of an attempt that heeds nothing but force,
 * or, hanging for ever, until it is given up; never: without end. As sim__plan_run. */
enum sim__hang { SIM__HANGS_UNTIL_FORCED, SIM__HANGS_FOR_EVER };
int sim__plan_stop(const struct sim__plan_ask *ask, enum sim__hang hang,
                   struct sup_duration *ret_took) SUP_WARN_UNUSED;

/* The longest wait below `below`, one and the same after each end, with which it gives up; never:
 * there is none. As sim__plan_run. */
int sim__plan_needed(const struct sim__plan_ask *ask, struct sup_duration below,
                     struct sup_duration *ret_wait) SUP_WARN_UNUSED;

/* ---- the edge: at which length of life the verdict changes ---- */

#define SIM__EDGES_MAX 66u

struct sim__edge {
    struct sup_duration run; /* the longest life of `below` */
    enum sim_plan_verdict below;
    enum sim_plan_verdict above;
};

/* Lives of 0 to 24 h, to the nanosecond; `ask` has a life with a length, which is ignored. As
 * sim__plan_run. */
int sim__plan_edges(const struct sim__plan_ask *ask, struct sim__edge ret_edges[SIM__EDGES_MAX],
                    uint32_t *ret_count) SUP_WARN_UNUSED;

#endif
