/* The bounds of a policy whose rules may say how its waits grow. */
#ifndef SUP_CORE_WAITS_H
#define SUP_CORE_WAITS_H

#include <stdint.h>

#include "sup/alloc.h"
#include "sup/time.h"

#include "service.h"

/* Computes the bounds until they stop growing, at most so many: 0 or SUP_ENOMEM. */
int sup__waits_prepare(const struct sup_allocator *alloc, struct sup__policy *policy,
                       uint32_t bounds_max);
/* Beyond the bounds that are kept. */
struct sup_duration sup__waits_far(const struct sup__policy *policy, uint32_t streak);

#endif
