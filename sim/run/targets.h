/* Targets: what the target of an action names at the moment it is carried out. */
#ifndef SIM_RUN_TARGETS_H
#define SIM_RUN_TARGETS_H

#include <stdint.h>

#include "sim/base/tape.h"
#include "sim/scenario.h"
#include "sup/random.h"

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

/* How a target is drawn. */
enum sim_drawn_among { SIM_AMONG_ALL, SIM_AMONG_LIVE };
struct sim_drawing {
    uint32_t some;
    enum sim_drawn_among among; /* those registered, or those with a live attempt */
    struct sup_random *stream;
    struct sim__draws *draws;
};

/* Leaves, of the `count` things found, so many as are drawn, each set of them as likely; fewer
 * when there are not so many. They keep their order. What is not registered is left only
 * when nothing else was found. Returns how many are left; 0: nobody has a live attempt. */
uint32_t sim__targets_draw(struct sim_targets *targets, struct sup *sup,
                           const struct sim_drawing *drawing, uint32_t count);

#endif
