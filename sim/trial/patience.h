/* How long a child process may work on one thing before it is taken to hang: so much time of the
 * processor, which a machine that is busy with something else does not use up. Who waits and
 * never works at all is given up, too, after many times as long by the clock on the wall. Of that
 * only the time counts in which somebody looked: who was stopped, with all that it had made, has
 * nobody to blame when it goes on.
 */
#ifndef SIM_TRIAL_PATIENCE_H
#define SIM_TRIAL_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sup/time.h"

struct sim__patience {
    struct sup_duration most; /* 0: for ever */
    struct sup_duration worked;
    struct sup_instant looked;  /* by the clock on the wall, … */
    struct sup_duration waited; /* … of which so much has counted */
};

/* So many times as long may pass by the clock on the wall, while somebody looks. */
#define SIM__PATIENCE_WALL 20u

/* The processor time of a process so far; 0 of one that is gone. */
struct sup_duration sim__processor_time(pid_t child);

/* `now` is the monotonic clock. From now on. */
void sim__patience_begin(struct sim__patience *patience, pid_t child, struct sup_duration most,
                         struct sup_instant now);
/* Since then. */
struct sup_duration sim__patience_used(const struct sim__patience *patience, pid_t child);
/* Since it was asked last, no more counts than the patience itself. */
bool sim__patience_is_over(struct sim__patience *patience, pid_t child, struct sup_instant now);
/* After so long it is to be asked again, and need not be before; never, when it lasts for ever. */
struct sup_duration sim__patience_left(const struct sim__patience *patience, pid_t child);

#endif
