/* How late the world of a plan is: as that of a run, with the least or most of what is drawn. */
#ifndef SIM_PLAN_LATE_H
#define SIM_PLAN_LATE_H

#include "plan.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"

struct sim__late {
    const struct sim_lag *lag; /* NULL: nothing is */
    struct sup_duration clock; /* what the supervisor's reads at 0 */
    enum sim__chance chance;
    bool *drawn; /* set when something is */
};

/* The most that is drawn; of what has no upper bound its mean. */
struct sup_duration sim__late_most(const struct sim_draw *draw);
struct sup_instant sim__late_put_off(const struct sim__late *late, enum sup_put_off what,
                                     struct sup_instant due);
/* When the supervisor learns of an end at that instant. */
struct sup_instant sim__late_learns(const struct sim__late *late, struct sup_instant end);
/* Where the clock stands on the grids of the world belongs to where the supervisor stands. */
void sim__late_stands(const struct sim__late *late, struct sup_instant now,
                      struct sup_standing *standing);

#endif
