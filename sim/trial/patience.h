/* How long a child process may work on one thing before it is taken to hang: so much time of the
 * processor, which a machine that is busy with something else does not use up. Who waits and
 * never works at all is given up, too, after many times as long by the clock on the wall.
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
    struct sup_instant since;
};

/* So many times as long may pass by the clock on the wall. */
#define SIM__PATIENCE_WALL 20u

/* The processor time of a process so far; 0 of one that is gone. */
struct sup_duration sim__processor_time(pid_t child);

/* From now on. */
void sim__patience_begin(struct sim__patience *patience, pid_t child, struct sup_duration most);
/* Since then. */
struct sup_duration sim__patience_used(const struct sim__patience *patience, pid_t child);
bool sim__patience_is_over(const struct sim__patience *patience, pid_t child);
/* Before so long it need not be asked again; never, when it lasts for ever. */
struct sup_duration sim__patience_left(const struct sim__patience *patience, pid_t child);

#endif
