/* Counters, kept for the supervisor, for each service and for each group.
 *
 * What every attempt counts (attempts, restarts, failures) is in the hot part of the
 * service already, for its current registration: it is added to the totals of the
 * service and its group when that registration ends, and read from there until then. The
 * rest is rare, and counted in all three at once. So an attempt pays nothing. How often a service
 * was registered is its generation, counted from 1.
 */
#ifndef SUP_CORE_METRICS_H
#define SUP_CORE_METRICS_H

#include "service.h"
#include "supervisor.h"

/* name: a counter of SUP_METRIC_LIST that is counted at once. */
#define SUP__COUNT(sup, s, name) \
    ((sup)->metrics.name++, sup__rare_make(sup, s)->counted.name++, \
     (sup)->groups[(s)->group].counted.name++)

/* The registration ends: what it has counted goes to the totals. It is registered. */
void sup__metrics_fold(struct sup *sup, struct sup__service *s);
/* A command on a service (slot), on a group, or on neither, which is the root's. */
void sup__metrics_command(struct sup *sup, uint32_t slot, uint32_t group);
/* The command that made the service known, counted at the root so far. */
void sup__metrics_adopt(struct sup *sup, uint32_t slot);
/* What the group's own services have counted. O(its services). */
struct sup_metrics sup__metrics_own(const struct sup *sup, uint32_t group);
struct sup_metrics sup__metrics_of(const struct sup *sup, uint32_t slot);
void sup__metrics_check(const struct sup *sup);

#endif
