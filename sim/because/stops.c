/* Stops in words: whose wish they are, and which time was up. */
#include <inttypes.h>

#include "internal.h"

/* ---- of itself ---- */

static void say_liveness(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    const struct sup_policy *policy = grounds->policy;
    if (grounds->liveness == SUP_OUTCOME_UNHEALTHY) {
        sim__say_stale(said);
    } else if (grounds->ran_too_long) {
        sim__say(said, "run-for: it has run for ");
        sim__say_length(said, policy->rules->run_for);
    } else {
        sim__say(said, "ready: it was not within ");
        sim__say_length(said, policy->ready_timeout);
    }
}

void sim__say_stale(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->policy == NULL) {
        sim__say(said, "heartbeat");
        return;
    }
    sim__say(said, "heartbeat: no beat for ");
    sim__say_length(said, grounds->policy->stale_after);
    if (grounds->last_beat.ns != SUP_NEVER_NS) {
        sim__say(said, ", the last at ");
        sim__say_instant(said, grounds->last_beat);
    }
}

/* ---- of others ---- */

static void say_group_wish(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->group == NULL) {
        sim__say(said, "group");
        return;
    }
    switch (grounds->incident) {
    case SUP_INCIDENT_TERMINATE:
    case SUP_INCIDENT_QUARANTINE:
        sim__say_group_limit(said, SIM__WINDOW_LEFT_OUT);
        break;
    case SUP_INCIDENT_SHUTDOWN:
        sim__text_format(said->text, "auto-shutdown: %s of %s",
                         sup_auto_shutdown_name(grounds->group_policy->auto_shutdown),
                         grounds->group);
        break;
    default:
        sim__say_group(said);
    }
}

static void say_drain(const struct sim__said *said)
{
    sim__say(said, said->grounds->drain_by_limit ? "drain: the restart-limit of runtime"
                                                 : "drain: the supervisor shuts down");
}

void sim__say_wish(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    switch (grounds->wish) {
    case SUP_WISH_LIVENESS:
        say_liveness(said);
        break;
    case SUP_WISH_GROUP:
        say_group_wish(said);
        break;
    case SUP_WISH_DRAIN:
        say_drain(said);
        break;
    case SUP_WISH_REPLACE:
        sim__say(said, "operator: spawn, on-duplicate: replace");
        break;
    case SUP_WISH_NONE:
        sim__say(said, grounds->draining ? "drain: the supervisor shuts down" : "its own end");
        break;
    default:
        sim__text_format(said->text, "%s: %s", grounds->by_token ? "token" : "operator",
                         sup_wish_name(grounds->wish));
    }
}

/* ---- the steps of a stop ---- */

static void say_grace(const struct sim__said *said)
{
    const struct sup_policy *policy = said->grounds->policy;
    if (policy == NULL) {
        sim__say(said, "stop: its grace is over");
    } else if (said->grounds->finishing && policy->rules != NULL) {
        sim__say(said, "stop: finish of ");
        sim__say_length(said, policy->rules->stop_finish);
        sim__say(said, " is over");
    } else {
        sim__say(said, "stop: grace of ");
        sim__say_length(said, policy->stop_grace);
        sim__say(said, " is over");
    }
}

/* There is a second one where a stop goes on so. */
void sim__say_cancel(const struct sim__said *said)
{
    if (said->grounds->deadline_passed) {
        say_grace(said);
        sim__say(said, ", cancelled again");
    } else {
        sim__say_wish(said);
    }
}

void sim__say_deadline(const struct sim__said *said)
{
    say_grace(said);
}

void sim__say_abort(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    if (grounds->deadline_passed) {
        say_grace(said);
    } else if (grounds->drain_timed_out) {
        sim__say(said, "drain: its timeout is over");
    } else { /* which hastens a removal, too */
        sim__say(said, "operator: abort");
    }
}

void sim__say_abandoned(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    const struct sup_policy *policy = grounds->policy;
    if (policy == NULL || (grounds->drain_timed_out && !grounds->abort_requested)) {
        sim__say(said, "drain: its timeout is over, and nobody is aborted");
    } else if (grounds->abort_requested) {
        sim__say(said, "stop: not ended ");
        sim__say_length(said, policy->stop_abort_wait);
        sim__say(said, " after its abort");
    } else {
        bool again = policy->rules != NULL && policy->rules->stop_then == SUP_STOP_LEAVE;
        say_grace(said);
        sim__say(said, again ? " after its second cancel" : ", and it is not aborted");
    }
}
