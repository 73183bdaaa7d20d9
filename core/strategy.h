/* What a group does when one of its services is to restart. */
#ifndef SUP_CORE_STRATEGY_H
#define SUP_CORE_STRATEGY_H

#include "sup/time.h"

#include "limits.h"
#include "service.h"

struct sup;
struct sup__group;

/* Does the restart count in the group's limit? Those after clean exits do not. */
enum sup__grant {
    SUP__GRANT_FREE,
    SUP__GRANT_COUNTED,
};

/* Rules 5 to 9 granted s a restart after `delay`; reason NULL is its last error. */
void sup__restart_granted(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                          enum sup__grant grant, const char *reason);
/* The group's limit, whatever its window. */
struct sup__limited sup__group_limited(const struct sup *sup, struct sup__group *group);

/* Stops what is left of the subtree in reverse order; nobody of it starts again by himself. */
void sup__group_shut_down(struct sup *sup, uint32_t group);

#endif
