/* Significant services and groups: when one of them ends by itself its group shuts down, where
 * that is what the group's policy says. */
#ifndef SUP_CORE_SIGNIFICANT_H
#define SUP_CORE_SIGNIFICANT_H

#include <stdint.h>

#include "sup/event.h"

#include "service.h"

struct sup;

/* It terminates, and nobody but itself is the cause. `count` of `limit`, or 0. */
void sup__end_by_itself(struct sup *sup, struct sup__service *s, enum sup_reason reason,
                        uint32_t count, uint32_t limit);
/* A group that shuts down has done so: nothing of its subtree is left. */
void sup__group_is_down(struct sup *sup, uint32_t group);
/* Those that had to wait for the end of a group's start. */
void sup__shut_down_late(struct sup *sup);

#endif
