/* Waits: each `wait-idle` under way, until the supervisor answers it. */
#ifndef SIM_RUN_WAITS_H
#define SIM_RUN_WAITS_H

#include <stdbool.h>

#include "sim/expect.h"
#include "sim/scenario.h"

struct sim_wait {
    void *owner; /* whom the answer is for */
    const struct sim_action *action;
    struct sim_wait *next;
    bool finished;
};

struct sim_waits {
    struct sim_wait *first;
};

void sim__waits_release(struct sim_waits *waits);
/* One that is over is used again. NULL: no memory. */
struct sim_wait *sim__waits_begin(struct sim_waits *waits, void *owner,
                                  const struct sim_action *action);
/* The run is over: waits that were never answered are failures. */
void sim__waits_end(const struct sim_waits *waits, struct sim_expect *expect,
                    struct sup_instant now);

#endif
