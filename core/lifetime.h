/* How long an attempt may run, where the rules say so: it is stopped then. The main timer waits
 * for that once it is running, and before for whatever comes first. */
#ifndef SUP_CORE_LIFETIME_H
#define SUP_CORE_LIFETIME_H

#include <stdbool.h>

#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/time.h"

#include "machine.h"
#include "service.h"

struct sup;

/* Kept with a registration whose attempts may not run for ever. */
struct sup__lifetime {
    struct sup_instant until; /* of the live attempt */
    bool over;                /* which is why it was stopped */
};

static inline bool sup__keeps_lifetime(const struct sup_policy *policy)
{
    return policy->rules != NULL && policy->rules->run_for.ns != SUP_NEVER_NS;
}

/* Of one that keeps a lifetime: the attempt has been started; it has become ready. */
void sup__lifetime_begin(struct sup *sup, struct sup__service *s);
void sup__lifetime_goes_on(struct sup *sup, struct sup__service *s);
/* It is over before the attempt, which is starting, is ready or is to be. */
bool sup__lifetime_comes_first(const struct sup *sup, const struct sup__service *s);
struct sup_instant sup__lifetime_until(const struct sup *sup, const struct sup__service *s);
/* More time, for it and for a readiness that is awaited. */
void sup__lifetime_extend(struct sup *sup, struct sup__service *s, struct sup_instant deadline);
/* It is over, unless it is looked at later: the live attempt is stopped. */
void sup__lifetime_stop(struct sup *sup, struct sup__service *s);
/* The live attempt is being stopped since it was over. */
bool sup__lifetime_is_over(const struct sup *sup, const struct sup__service *s);

/* A reaction of the table. */
void sup__on_lifetime(struct sup *sup, struct sup__service *s, const struct sup__input *input);

#endif
