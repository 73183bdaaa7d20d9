/* What an operator's start and stop mean for what is counted, where rules say it: which of it
 * they empty, whether a start is counted itself, and whether it ends a wait. */
#ifndef SUP_CORE_OPERATOR_H
#define SUP_CORE_OPERATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/event.h"
#include "sup/policy.h"
#include "sup/rules.h"
#include "sup/time.h"

#include "service.h"

struct sup;

#define SUP__CLEARS(id) (UINT32_C(1) << SUP_CLEARS_##id)

/* Kept with a registration whose waits no operator ends. */
struct sup__held_wait {
    struct sup_instant until;  /* of the wait that a stop has cut short … */
    uint32_t attempt;          /* … and after which attempt that was; 0: none was */
    uint32_t by_hand;          /* the wait after this attempt ends in an operator's start */
    struct sup_duration drawn; /* that wait, before a stop has cut it short */
};

static inline bool sup__keeps_wait(const struct sup_policy *policy)
{
    return policy->rules != NULL && policy->rules->operators.waits;
}

/* Of one that keeps it: there has been none. */
void sup__wait_clear(struct sup *sup, struct sup__service *s);
/* The last wait, whole. */
struct sup_duration sup__wait_drawn(const struct sup *sup, const struct sup__service *s);

/* The streak, the limit's windows or the breaker, as the bits say. */
void sup__empty(struct sup *sup, struct sup__service *s, uint32_t what);

/* Registers and starts it, or leaves it paused, as is wanted. */
void sup__begin(struct sup *sup, uint32_t slot, const struct sup__registration *wanted);
/* Is there nothing that could be forgotten? */
bool sup__counts_nothing(const struct sup *sup, const struct sup__service *s);
/* Streak, windows and the restarts of its life; the breaker stays as it is. */
void sup__forget(struct sup *sup, struct sup__service *s);

/* The rest is of policies that have rules. */

/* Is there a limit that would not let the command's start through? */
bool sup__refused_by_hand(const struct sup *sup, const struct sup__service *s,
                          enum sup_command command);
/* It is about to be paused, quarantined or cancelled. */
void sup__stopped_by_hand(struct sup *sup, struct sup__service *s);
/* True when it waits and goes on to do so: its start is then by hand. */
bool sup__wait_holds(struct sup *sup, struct sup__service *s);
/* True when there is something left of a wait that a stop has cut short, and it waits again. */
bool sup__wait_again(struct sup *sup, struct sup__service *s);

#endif
