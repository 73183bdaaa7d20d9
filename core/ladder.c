/* How a stop goes on where the rules say so: aborts that are repeated, a second cancel, or
 * nothing more. */
#include "ladder.h"

#include "sup/assert.h"

#include "events.h"
#include "machine.h"
#include "probe.h"
#include "stop.h"
#include "supervisor.h"

static void cancel_again(struct sup *sup, struct sup__service *s)
{
    const struct sup_executor *executor = &sup->config.executor;
    SUP_PROBE("stop: cancelled again");
    sup__arm_stop(sup, s, sup__policy_of(sup, s)->stop_grace);
    sup__say(sup, SUP_EVENT_CANCEL_DELIVERED, s);
    executor->cancel(executor->context, sup__attempt_of(sup, s), s->work);
}

static void abort_again(struct sup *sup, struct sup__service *s)
{
    const struct sup_executor *executor = &sup->config.executor;
    SUP_PROBE("stop: aborted again");
    sup__arm_stop(sup, s, sup__after_abort(sup, s));
    sup__say(sup, SUP_EVENT_ABORT_REQUESTED, s);
    executor->abort(executor->context, sup__attempt_of(sup, s), s->work);
}

void sup__ladder_due(struct sup *sup, struct sup__service *s)
{
    const struct sup_rules *rules = sup__policy_of(sup, s)->rules;
    SUP_ASSERT(s->live && s->cancel_delivered);
    if (s->abort_requested && rules->stop_then == SUP_STOP_REPEAT) {
        abort_again(sup, s);
        return;
    }
    if (s->abort_requested || s->deadline_passed) {
        SUP_PROBE_WHEN("stop: left after its second cancel", !s->abort_requested);
        sup__send(sup, s, SUP__INPUT_ABANDON);
        return;
    }
    s->deadline_passed = true;
    sup__say(sup, SUP_EVENT_STOP_DEADLINE, s);
    if (!rules->stop_abort) {
        SUP_PROBE("stop: left without an abort");
        sup__send(sup, s, SUP__INPUT_ABANDON);
    } else if (rules->stop_then == SUP_STOP_LEAVE) {
        cancel_again(sup, s);
    } else {
        sup__send(sup, s, SUP__INPUT_ABORT);
    }
}
