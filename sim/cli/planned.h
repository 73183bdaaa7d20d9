/* A plan as it is shown: what a service's policy will do with one kind of life, its range where
 * something is left to chance, where the verdict changes, and which waits nobody will see.
 */
#ifndef CLI_PLANNED_H
#define CLI_PLANNED_H

#include "output.h"
#include "sim/plan/plan.h"

#define CLI_UNREACHED_MAX 65u

/* A plan in a few words. */
struct cli_outline {
    bool is;
    enum sim_plan_verdict verdict;
    enum sup_reason reason;
    struct sup_instant at;    /* gives up, stays down: when */
    bool even;                /* for ever, in the end always the same: */
    struct sup_duration wait; /* after an end, */
    struct sup_duration gap;  /* from start to start */
    uint64_t starts;          /* in an hour; UINT64_MAX: without end */
};

/* What is told besides, to people alone. */
struct cli_besides {
    struct sup_duration needed;     /* wait with which the limit would end it; never: none */
    struct cli_outline beyond;      /* a life that is longer than the only edge by a nanosecond */
    struct cli_outline never_ready; /* other lives, where they are possible */
    struct cli_outline clean;
    struct cli_outline late[2]; /* as late as the real program is, with the least and most of it */
    const struct sim_lag *lag;  /* that makes it so; NULL: other keys do */
};

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
    struct cli_besides besides;  /* where cli_planned_look_around has looked */
};

/* SUP_OK, or what the supervisor refused. */
int cli_planned_make(const struct sim_scenario *scenario, const struct sim_service *service,
                     const struct sim_life *life, struct cli_planned *ret_planned);
/* As cli_planned_make, which was before it. */
int cli_planned_look_around(struct cli_planned *planned);
void cli_planned_release(struct cli_planned *planned);

/* Starts at `until` or before, of a plan that goes on for ever. */
uint64_t cli_planned_starts(const struct sim__plan *plan, struct sup_instant until);

/* "api.yaml:4: api   preset systemd 254: RestartSec=5s"; of what was imported without a line, and
 * without the name where the file is called so. */
void cli_planned_put_place(const struct sim_scenario *scenario, const struct sim_service *service,
                           struct sim__text *text);
void cli_planned_put_head(const struct cli_planned *planned, struct sim__text *text);
/* "5s", or "5s..5.25s" where the other is there and another. */
void cli_planned_put_range(struct sim__text *text, struct sup_duration from,
                           const struct sup_duration *to);
/* From its last start to the next one; 0: there is none. */
struct sup_duration cli_planned_gap(const struct sim__plan *plan);
/* Whether after each end it waits for as long as after every other. */
bool cli_planned_is_even(const struct sim__plan *plan);
void cli_planned_put_beyond(const struct cli_planned *planned, struct sim__text *text);
void cli_planned_put_needed(const struct cli_planned *planned, struct sim__text *text);
void cli_planned_put_otherwise(const struct cli_planned *planned, struct sim__text *text);

void cli_planned_put(const struct cli_planned *planned, struct sim__text *text);
void cli_planned_put_json(const struct cli_planned *planned, struct sim__text *text);

#endif
