/* What a wait is measured from, where the rules say that it is not the end: the attempt's start,
 * or when it was ready. */
#ifndef SUP_CORE_ANCHOR_H
#define SUP_CORE_ANCHOR_H

#include <stdbool.h>

#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/time.h"

#include "service.h"

struct sup;

/* Kept with a registration whose waits are measured from elsewhere. */
struct sup__anchor {
    struct sup_instant ready_at; /* of the last attempt; never: it was not */
    struct sup_duration drawn;   /* the wait before, as it was drawn */
};

static inline bool sup__keeps_anchor(const struct sup_policy *policy)
{
    return policy->rules != NULL && policy->rules->from != SUP_FROM_END;
}

/* Nothing has been ready or drawn yet. */
void sup__anchor_clear(struct sup *sup, struct sup__service *s);
/* Of one that keeps an anchor: it is ready at this instant, or has ended without. */
void sup__anchor_ready(struct sup *sup, struct sup__service *s, struct sup_instant at);
void sup__anchor_unready(struct sup *sup, struct sup__service *s);
struct sup_instant sup__anchor_ready_at(const struct sup *sup, const struct sup__service *s);
/* The wait before, as it was drawn. */
struct sup_duration sup__anchor_previous(const struct sup *sup, const struct sup__service *s);
/* What is left of a wait that has just been drawn, and is kept as the one before. */
struct sup_duration sup__anchor_left(struct sup *sup, struct sup__service *s,
                                     struct sup_duration wait);

#endif
