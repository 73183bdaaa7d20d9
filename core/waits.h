/* The bounds of a policy whose rules may say how its waits grow. */
#ifndef SUP_CORE_WAITS_H
#define SUP_CORE_WAITS_H

#include <stdint.h>

#include "sup/time.h"

#include "service.h"

/* Computes the bounds until they stop growing, at most so many, and says whether they do; returns
 * how many there are. */
uint32_t sup__waits_bounds(struct sup__policy *policy, struct sup_duration *bounds, uint32_t most);
/* Beyond the bounds that are kept. */
struct sup_duration sup__waits_far(const struct sup__policy *policy, uint32_t streak);

#endif
