/* A plan as it is shown: what a service's policy will do with one kind of life, its range where
 * something is left to chance, where the verdict changes, and which waits nobody will see.
 */
#ifndef CLI_PLANNED_H
#define CLI_PLANNED_H

#include "output.h"
#include "sim/plan/plan.h"

#define CLI_UNREACHED_MAX 65u

struct cli_planned {
    const struct sim_scenario *scenario;
    const struct sim_service *service;
    struct sim_life life;
    struct sim__plan least;
    struct sim__plan most; /* where `ranges`; else nothing */
    bool ranges;           /* something was left to chance */
    struct sim__edge edges[SIM__EDGES_MAX];
    uint32_t edge_count;
    struct sup_duration unreached[CLI_UNREACHED_MAX]; /* waits after the end, in their order */
    uint32_t unreached_count;
    struct sup_duration longest; /* wait that there would be */
};

/* SUP_OK, or what the supervisor refused. */
int cli_planned_make(const struct sim_scenario *scenario, const struct sim_service *service,
                     const struct sim_life *life, struct cli_planned *ret_planned);
void cli_planned_release(struct cli_planned *planned);

/* Starts at `until` or before, of a plan that goes on for ever. */
uint64_t cli_planned_starts(const struct sim__plan *plan, struct sup_instant until);

void cli_planned_put(const struct cli_planned *planned, struct sim__text *text);
void cli_planned_put_json(const struct cli_planned *planned, struct sim__text *text);

#endif
