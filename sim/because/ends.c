/* Ends in words: how an attempt's counts, why a service is not started again, what a breaker
 * has counted. */
#include <inttypes.h>

#include "internal.h"

/* ---- what ended ---- */

/* "code 64", "signal 15", "finish code 125", or the class of it. */
static void say_match(const struct sim__said *said, const struct sup_exit_set *set)
{
    const struct sup_end_grounds *end = &said->grounds->end;
    if (end->code >= 0 && (set->codes[end->code / 64] >> end->code % 64 & 1) != 0) {
        sim__text_format(said->text, "code %" PRId32, end->code);
    } else if (end->signal > 0 && end->signal <= SUP_EXIT_SIGNAL_MAX &&
               (set->signals >> (end->signal - 1) & 1) != 0) {
        sim__text_format(said->text, "signal %" PRId32, end->signal);
    } else if (end->finish >= 0 && (set->finish[end->finish / 64] >> end->finish % 64 & 1) != 0) {
        sim__text_format(said->text, "finish code %" PRId32, end->finish);
    } else {
        uint32_t which = 0;
        while (which + 1 < SUP_EXIT_CLASSES && (set->classes & end->classes) >> which != 1) {
            which++;
        }
        sim__say(said, sup_exit_class_name((enum sup_exit_class)which));
    }
}

static void say_classes(const struct sim__said *said)
{
    const struct sup_end_grounds *end = &said->grounds->end;
    const char *separator = "";
    for (uint32_t i = 0; i < SUP_EXIT_CLASSES; i++) {
        if ((end->classes >> i & 1) != 0) {
            sim__text_format(said->text, "%s%s", separator,
                             sup_exit_class_name((enum sup_exit_class)i));
            separator = ", ";
        }
    }
    if (end->code >= 0) {
        sim__text_format(said->text, ", code %" PRId32, end->code);
    }
    if (end->signal > 0) {
        sim__text_format(said->text, ", signal %" PRId32, end->signal);
    }
    if (end->finish >= 0) {
        sim__text_format(said->text, ", finish code %" PRId32, end->finish);
    }
}

/* ---- attempts ---- */

/* `success` has said that it is another end than the attempt's own. */
static void say_success(const struct sim__said *said)
{
    const struct sup_event *event = said->event;
    bool clean = event->outcome == SUP_OUTCOME_SUCCEEDED;
    sim__say(said, clean ? "exit.success: it holds " : "exit.success: it does not hold ");
    if (event->fields & SUP_FIELD_SIGNAL) {
        sim__text_format(said->text, "signal %" PRId32, event->signal);
    } else if (!clean) {
        sim__say(said, "code 0");
    } else if ((event->fields & SUP_FIELD_FINISH) && said->grounds->policy != NULL &&
               said->grounds->policy->rules != NULL &&
               (said->grounds->policy->rules->success.finish[event->finish / 64 % 4] >>
                    event->finish % 64 &
                1) != 0) {
        sim__text_format(said->text, "finish code %" PRId32, event->finish);
    } else {
        sim__text_format(said->text, "code %" PRId32,
                         event->fields & SUP_FIELD_CODE ? event->code : 1);
    }
}

/* It was told to stop: how long ago, where that is known. */
static void say_stopped(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    bool aborted = said->event->outcome == SUP_OUTCOME_ABORTED;
    if (grounds->stopping_since.ns == SUP_NEVER_NS) {
        sim__say(said, aborted ? "stop: by force" : "stop: it was not to run");
        return;
    }
    sim__say(said, "stop: ended ");
    sim__say_length(said, sup_instant_since(said->event->at, grounds->stopping_since));
    sim__say(said, aborted ? " after it was to stop, by force" : " after it was to stop");
}

void sim__say_ended(const struct sim__said *said)
{
    struct sim__said late = *said;
    struct sup_grounds grounds = *said->grounds;
    switch (said->event->outcome) {
    case SUP_OUTCOME_TIMED_OUT:
    case SUP_OUTCOME_UNHEALTHY:
        grounds.wish = SUP_WISH_LIVENESS; /* which has gone with its end */
        grounds.liveness = said->event->outcome;
        late.grounds = &grounds;
        sim__say_wish(&late);
        break;
    case SUP_OUTCOME_CANCELLED:
    case SUP_OUTCOME_ABORTED:
        say_stopped(said);
        break;
    case SUP_OUTCOME_REFUSED:
        sim__say(said, "start: the executor has refused it");
        break;
    default:
        say_success(said);
    }
}

/* ---- services ---- */

static void say_class(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    const struct sup_policy *policy = grounds->policy;
    if (policy->rules != NULL && policy->rules->has_restart_on) {
        sim__say(said, "restart.on: it does not hold ");
        say_classes(said);
        return;
    }
    bool clean = said->event->reason == SUP_REASON_COMPLETED;
    sim__text_format(said->text, "restart: %s, and it ended %s", sup_restart_name(policy->restart),
                     clean ? "clean" : sup_outcome_name(grounds->last));
}

/* Its policy does not start it again. */
static void say_enough(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    const struct sup_policy *policy = grounds->policy;
    if (policy == NULL) {
        sim__say(said, "restart");
    } else if (grounds->end.fate == SUP_FATE_PREVENTED) {
        sim__say(said, "exit.prevent: it holds ");
        say_match(said, &policy->rules->prevent);
    } else if (policy->kind == SUP_KIND_TASK) {
        sim__say(said, "kind: a task runs once");
    } else if (policy->kind == SUP_KIND_INTERVAL && said->event->reason == SUP_REASON_COMPLETED) {
        sim__say(said, "kind: the call of an interval was its last");
    } else {
        say_class(said);
    }
}

void sim__say_terminated(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    switch (said->event->reason) {
    case SUP_REASON_COMPLETED:
    case SUP_REASON_UNRECOVERABLE:
        say_enough(said);
        break;
    case SUP_REASON_RESTART_LIMIT:
        if (grounds->group == NULL) {
            sim__say_limit(said);
        } else {
            sim__say_group_limit(said, SIM__WINDOW_LEFT_OUT);
        }
        break;
    case SUP_REASON_CIRCUIT_BREAKER_OPEN:
        sim__say_breaker(said);
        break;
    case SUP_REASON_ABANDONED:
        sim__say_abandoned(said);
        break;
    default:
        sim__say_wish(said);
    }
}

/* ---- breakers ---- */

static void say_failures(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    const struct sup_breaker_policy *breaker = &grounds->policy->breaker;
    if (grounds->breaker_count < breaker->failures) {
        sim__say(said, "its probe failed, ");
    }
    sim__text_format(said->text, "failure %" PRIu32 " of %" PRIu32, grounds->breaker_count,
                     breaker->failures);
    if (breaker->within.ns != SUP_NEVER_NS) {
        sim__say(said, " in ");
        sim__say_length(said, breaker->within);
    }
    if (grounds->breaker_since.ns != SUP_NEVER_NS) {
        sim__say(said, ", the oldest at ");
        sim__say_instant(said, grounds->breaker_since);
    }
}

static void say_closed(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    struct sup_duration ran = sup_instant_since(said->event->at, grounds->started_at);
    bool clean = ran.ns < grounds->policy->breaker.probe_for.ns;
    sim__say(said, clean ? "its probe ended clean after " : "its probe has lived for ");
    sim__say_length(said, ran);
    sim__say(said, ", probe-for ");
    sim__say_length(said, grounds->policy->breaker.probe_for);
}

void sim__say_breaker(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    sim__say(said, "breaker: ");
    if (grounds->policy == NULL) {
        sim__say(said, sup_event_name(said->event->type));
    } else if (said->event->type == SUP_EVENT_BREAKER_CLOSED) {
        say_closed(said);
    } else if (said->event->type != SUP_EVENT_BREAKER_HALF_OPEN) {
        say_failures(said);
    } else if (grounds->wish == SUP_WISH_RESTART) {
        sim__say(said, "started by hand while it is open");
    } else {
        sim__say(said, "a probe after its cooldown of ");
        sim__say_length(said, grounds->policy->breaker.cooldown);
    }
}
