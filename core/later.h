/* What happens later than the rules have it, where an executor or a simulated world says so:
 * starts that take their time, timers that are seen late. A start that was decided waits as one
 * for a slot of the blocking pool does: idle, or backing off. */
#ifndef SUP_CORE_LATER_H
#define SUP_CORE_LATER_H

#include <stdbool.h>

#include "sup/policy.h"
#include "sup/rules.h"

#include "machine.h"
#include "phase.h"
#include "service.h"
#include "supervisor.h"
#include "timer.h"

/* What a service waits for besides. */
enum sup__later {
    SUP__LATER_NOT,
    SUP__LATER_WAIT,  /* its wait is over, and that is not seen yet */
    SUP__LATER_START, /* its start was decided, and takes its time */
};

static inline bool sup__may_be_later(const struct sup *sup, const struct sup__service *s)
{
    (void)sup;
    return __builtin_expect((s->traits & SUP__TRAIT_PUT_OFF) != 0, 0);
}

/* A start, by its wait's timer or by somebody: true when it comes later, by the timer that is
 * armed. */
bool sup__put_start_off(struct sup *sup, struct sup__service *s, enum sup__input_type why);
static inline bool sup__start_comes_later(struct sup *sup, struct sup__service *s,
                                          enum sup__input_type why)
{
    return sup__may_be_later(sup, s) && sup__put_start_off(sup, s, why);
}

/* A timer of its attempt has gone off: true when that is seen later, and the timer armed anew. */
bool sup__put_timer_off(struct sup *sup, struct sup__service *s, enum sup__timer timer);
static inline bool sup__seen_later(struct sup *sup, struct sup__service *s, enum sup__timer timer)
{
    return sup__may_be_later(sup, s) && sup__put_timer_off(sup, s, timer);
}

/* It is not to start any more. */
static inline void sup__later_end(struct sup *sup, struct sup__service *s)
{
    struct sup__cold *cold = sup__cold_of(sup, s);
    if (cold->later != SUP__LATER_NOT) {
        cold->later = SUP__LATER_NOT;
        sup__account(sup, s);
    }
}

#endif
