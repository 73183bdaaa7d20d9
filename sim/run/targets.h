/* Targets: what the target of an action names at the moment it is carried out. */
#ifndef SIM_RUN_TARGETS_H
#define SIM_RUN_TARGETS_H

#include <stdint.h>

#include "sim/scenario.h"

struct sup;

/* One thing that a target names. */
struct sim_found {
    uint32_t slot;    /* UINT32_MAX: nothing of that name is registered */
    uint32_t pattern; /* then: which pattern it is */
};

struct sim_targets {
    struct sim_found *found; /* of the target at hand */
    uint32_t found_room;
    uint64_t *marks; /* by slot: the last target that named it */
    uint32_t mark_count;
    uint64_t mark;
};

void sim__targets_release(struct sim_targets *targets);

/* What the target names at this moment, in targets->found: first the registered
 * services, in registration order, each once, then names that are not registered
 * and globs that match nothing, as they are written. SUP_OK or SUP_ENOMEM. */
int sim__targets_find(struct sim_targets *targets, struct sup *sup, const struct sim_target *target,
                      uint32_t *ret_count);

#endif
