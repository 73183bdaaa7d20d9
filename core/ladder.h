/* How a stop goes on where the rules say so, when the grace has passed. What finishes an attempt
 * is ended as if they said nothing. */
#ifndef SUP_CORE_LADDER_H
#define SUP_CORE_LADDER_H

#include <stdbool.h>

#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/time.h"

#include "service.h"
#include "supervisor.h"

/* Whether its stop deadline brings something else than an abort, or that another one. */
static inline bool sup__stops_by_rules(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_rules *rules = sup__policy_of(sup, s)->rules;
    return __builtin_expect(rules != NULL, 0) && sup__cold_of(sup, s)->finishing == 0 &&
           (rules->stop_then != SUP_STOP_ABORT || !rules->stop_abort);
}

/* Whether the supervisor aborts it by itself; a command does in any case. */
static inline bool sup__may_abort(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_rules *rules = sup__policy_of(sup, s)->rules;
    return !sup__stops_by_rules(sup, s) || rules->stop_then == SUP_STOP_REPEAT;
}

/* What is waited after an abort: until it is given up, or for the next one. */
static inline struct sup_duration sup__after_abort(const struct sup *sup,
                                                   const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    bool repeats = sup__stops_by_rules(sup, s) && policy->rules->stop_then == SUP_STOP_REPEAT;
    return repeats ? policy->stop_grace : policy->stop_abort_wait;
}

/* The stop timer of one that stops by rules. */
void sup__ladder_due(struct sup *sup, struct sup__service *s);

#endif
