/* Backoff: the bounds of a policy, and the delay that is drawn within them. */
#ifndef SUP_CORE_BACKOFF_H
#define SUP_CORE_BACKOFF_H

#include <stdint.h>

#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/policy.h"
#include "sup/time.h"

#include "service.h"

struct sup;

/* floor(length * factor / 10^9), saturating. */
struct sup_duration sup__scale(struct sup_duration length, uint64_t factor_billionths);

/* Computes the bounds: 0 or SUP_ENOMEM. */
int sup__backoff_prepare(const struct sup_allocator *alloc, struct sup__policy *policy);

/* Beyond the bounds that are kept. */
struct sup_duration sup__backoff_far(const struct sup__policy *policy, uint32_t streak);
static inline struct sup_duration sup__backoff_bound(const struct sup__policy *policy,
                                                     uint32_t streak)
{
    SUP_ASSERT(streak > 0);
    uint32_t last = policy->bound_count;
    if (__builtin_expect(streak <= last || policy->bounds_end, 1)) {
        return policy->bounds[(streak <= last ? streak : last) - 1];
    }
    return sup__backoff_far(policy, streak);
}

/* The delay before the restart that follows failure number `streak`; draws at
 * most once (a rejected draw is repeated). */
struct sup_duration sup__backoff_delay(struct sup *sup, struct sup__service *s);
uint32_t sup__forgive(enum sup_forgive mode, uint32_t streak);

#endif
