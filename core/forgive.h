/* What a run has to last for, and from when, where the rules say so. */
#ifndef SUP_CORE_FORGIVE_H
#define SUP_CORE_FORGIVE_H

#include <stdbool.h>

#include "sup/policy.h"
#include "sup/rules.h"

#include "exits.h"
#include "service.h"

struct sup;

/* Whether a registration keeps the instant that `reset_after` runs from. */
static inline bool sup__keeps_reset(const struct sup_policy *policy)
{
    return policy->rules != NULL && policy->rules->reset_from != SUP_RESET_FROM_START;
}

/* There is none yet. */
struct sup_instant sup__reset_kept(const struct sup *sup, const struct sup__service *s);
void sup__reset_clear(struct sup *sup, struct sup__service *s);
/* The instant is this one. */
void sup__reset_from(struct sup *sup, struct sup__service *s, struct sup_instant at);
/* Rule 4, at the end of an attempt of a service that has rules. */
bool sup__forgives(const struct sup *sup, const struct sup__service *s, struct sup_duration ran,
                   const struct sup__exit *exit);

#endif
