/* Which events tell a decision, and who words it; see because.h. */
#include "because.h"

#include <inttypes.h>

#include "internal.h"
#include "sup/assert.h"
#include "sup/error.h"

/* ---- which ---- */

/* What an attempt returns by itself is no decision, what is made of it is. */
static bool end_decides(const struct sup_event *event)
{
    const uint32_t own = UINT32_C(1) << SUP_OUTCOME_SUCCEEDED | UINT32_C(1) << SUP_OUTCOME_FAILED |
                         UINT32_C(1) << SUP_OUTCOME_CRASHED;
    return (own >> event->outcome & 1u) == 0 || (event->fields & SUP_FIELD_EXIT) != 0;
}

enum sim__decides sim__event_decides(const struct sup_event *event)
{
    switch ((uint32_t)event->type) {
    case SUP_EVENT_REGISTERED:
    case SUP_EVENT_ATTEMPT_STARTED:
    case SUP_EVENT_READY:
        return SIM__DECIDES_PERHAPS;
    case SUP_EVENT_ATTEMPT_ENDED:
        return end_decides(event) ? SIM__DECIDES_ALWAYS : SIM__DECIDES_NEVER;
    case SUP_EVENT_COMMAND:
        return event->result < 0 ? SIM__DECIDES_ALWAYS : SIM__DECIDES_NEVER;
    case SUP_EVENT_NOT_READY:
    case SUP_EVENT_DRAINED:
    case SUP_EVENT_LATE_REPORT:
    case SUP_EVENT_FINISHING:
        return SIM__DECIDES_NEVER;
    default:
        return event->type < SUP_EVENT_TYPES ? SIM__DECIDES_ALWAYS : SIM__DECIDES_NEVER;
    }
}

/* ---- in which words ---- */

static void say_wait(const struct sim__said *said)
{
    if (said->grounds->policy != NULL) {
        sim__say_wait(said);
    }
}

static void say_exhausted(const struct sim__said *said)
{
    if (said->event->service != NULL || said->grounds->group == NULL) {
        sim__say_limit(said);
    } else {
        sim__say_group_limit(said, SIM__WINDOW_TOLD);
    }
}

/* ---- what is one only sometimes ---- */

static void say_registered(const struct sim__said *said)
{
    if (said->grounds->reborn != NULL) {
        sim__say_operation(said);
    }
}

static void say_started(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->queued_since.ns != SUP_NEVER_NS) {
        sim__say(said, "pool: waited ");
        sim__say_length(said, sup_instant_since(said->event->at, grounds->queued_since));
        sim__text_format(said->text, " for one of %" PRIu32 " slots", grounds->pool);
    }
}

static void say_ready(const struct sim__said *said)
{
    const struct sup_policy *policy = said->grounds->policy;
    if (policy != NULL && policy->rules != NULL && policy->rules->ready_after.ns > 0 &&
        !policy->ready_explicit) {
        sim__say(said, "ready: alive for ");
        sim__say_length(said, policy->rules->ready_after);
    }
}

typedef void (*say_fn)(const struct sim__said *said);

static const say_fn says[SUP_EVENT_TYPES] = {
    [SUP_EVENT_REGISTERED] = say_registered,
    [SUP_EVENT_ATTEMPT_STARTED] = say_started,
    [SUP_EVENT_ATTEMPT_ENDED] = sim__say_ended,
    [SUP_EVENT_READY] = say_ready,
    [SUP_EVENT_STALE] = sim__say_stale,
    [SUP_EVENT_BACKING_OFF] = say_wait,
    [SUP_EVENT_BREAKER_OPENED] = sim__say_breaker,
    [SUP_EVENT_BREAKER_HALF_OPEN] = sim__say_breaker,
    [SUP_EVENT_BREAKER_CLOSED] = sim__say_breaker,
    [SUP_EVENT_LIMIT_EXHAUSTED] = say_exhausted,
    [SUP_EVENT_CANCEL_DELIVERED] = sim__say_cancel,
    [SUP_EVENT_STOP_DEADLINE] = sim__say_deadline,
    [SUP_EVENT_ABORT_REQUESTED] = sim__say_abort,
    [SUP_EVENT_ABANDONED] = sim__say_abandoned,
    [SUP_EVENT_TERMINATED] = sim__say_terminated,
    [SUP_EVENT_PAUSED] = sim__say_operation,
    [SUP_EVENT_RESUMED] = sim__say_operation,
    [SUP_EVENT_QUARANTINED] = sim__say_operation,
    [SUP_EVENT_REMOVED] = sim__say_operation,
    [SUP_EVENT_REPLACED] = sim__say_operation,
    [SUP_EVENT_RESTARTED] = sim__say_operation,
    [SUP_EVENT_GROUP_CANCELLED] = sim__say_group,
    [SUP_EVENT_GROUP_RESTART] = sim__say_group,
    [SUP_EVENT_SHUTDOWN_REQUESTED] = sim__say_shutdown,
    [SUP_EVENT_COMMAND] = sim__say_refused,
    [SUP_EVENT_GROUP_SHUTDOWN] = sim__say_group,
};

void sim__because_put(struct sup *sup, const struct sup_event *event, struct sim__text *text)
{
    struct sup_grounds grounds;
    if (sim__event_decides(event) == SIM__DECIDES_NEVER ||
        sup_grounds_of(sup, event, &grounds) != SUP_OK) {
        return;
    }
    SUP_ASSERT(says[event->type] != NULL);
    says[event->type](&(struct sim__said){.text = text, .event = event, .grounds = &grounds});
}
