/* Stopping one service: cancel, grace, abort, abandonment; and what a wait or an
 * ended attempt settles into. */
#ifndef SUP_CORE_STOP_H
#define SUP_CORE_STOP_H

#include "sup/control.h"
#include "sup/event.h"

#include "service.h"
#include "supervisor.h"
#include "timer.h"

/* Reactions of the table. */
void sup__deliver_cancel(struct sup *sup, struct sup__service *s, enum sup__intent intent);
void sup__request_abort(struct sup *sup, struct sup__service *s);
void sup__abandon(struct sup *sup, struct sup__service *s);
void sup__stop_due(struct sup *sup, struct sup__service *s);
/* A wait, or an attempt that has ended, takes the state that the intent wants; what
 * is terminated was aborted when that is how it ended. */
void sup__settle(struct sup *sup, struct sup__service *s, enum sup__intent intent,
                 enum sup_outcome outcome);

/* The next thing comes after so long; what is asked for meanwhile may move it. */
void sup__arm_stop(struct sup *sup, struct sup__service *s, struct sup_duration wait);
int sup__rank(enum sup__intent intent);
enum sup_stop_state sup__stop_state(const struct sup__service *s);
void sup__drop_pending(struct sup *sup, struct sup__service *s);

/* Probe and beat. */
void sup__quiet_extra(struct sup *sup, struct sup__service *s);
static inline void sup__quiet_timers(struct sup *sup, struct sup__service *s)
{
    sup__disarm(sup, &s->timer_key);
    if ((s->traits & SUP__TRAIT_TIMERS) != 0) {
        sup__quiet_extra(sup, s);
    }
}

#endif
