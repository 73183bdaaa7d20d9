/* Joins: each `join` under way, until the registration that it waits for is over. */
#ifndef SIM_RUN_JOINS_H
#define SIM_RUN_JOINS_H

#include <stdbool.h>

#include "sim/scenario.h"
#include "sup/join.h"

struct sim_join;
/* It was answered; called inside the step that ended the registration. */
typedef void (*sim_joined_fn)(void *owner, const struct sim_join *join,
                              const struct sup_joined *joined);

struct sim_join {
    struct sup_join join;
    sim_joined_fn fn;
    void *owner;
    const struct sim_action *action;
    const char *service; /* lives as long as the supervisor */
    struct sim_join *next;
    bool waits;
};

struct sim_joins {
    struct sim_join *first;
};

/* Whom the answer is for, and what asked. */
struct sim_joiner {
    sim_joined_fn fn;
    void *owner;
    const struct sim_action *action;
};

/* 0, SUP_EUNKNOWN, SUP_ENOMEM. One that is over is used again. */
int sim__joins_begin(struct sim_joins *joins, struct sup *sup, const char *service,
                     const struct sim_joiner *joiner);
/* The run is over: whoever still waits is told SUP_EGONE, as it would be by the end of
 * the supervisor. */
void sim__joins_end(struct sim_joins *joins);
/* Before the supervisor is freed; nobody is told any more. */
void sim__joins_release(struct sim_joins *joins);

#endif
