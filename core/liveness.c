/* Readiness, heartbeats and probes: what a live attempt says of itself, and the
 * timers that wait for it. */
#include "liveness.h"

#include "anchor.h"
#include "events.h"
#include "forgive.h"
#include "later.h"
#include "lifetime.h"
#include "machine.h"
#include "phase.h"
#include "probe.h"
#include "restart.h"
#include "service.h"
#include "supervisor.h"
#include "timer.h"

void sup__probe_from_now(struct sup *sup, struct sup__service *s)
{
    struct sup__extra *extra = sup__extra_of(sup, s);
    SUP_ASSERT(extra != NULL && extra->probe_key == 0);
    extra->probe_at = sup__after(sup, sup__policy_of(sup, s)->breaker.probe_for);
    sup__arm(sup, &extra->probe_key, extra->probe_at, SUP__TIMER_PROBE, sup__slot_of(sup, s));
}

/* It waits for no report, so nothing extends its time; and a probe begins at its start. */
void sup__ready_later(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && s->phase == SUP_PHASE_STARTING);
    sup__rare_make(sup, s)->deadline = SUP_INSTANT_NEVER;
    sup__arm_main_before(sup, s, sup__after(sup, sup__policy_of(sup, s)->rules->ready_after));
    if (s->breaker == SUP_BREAKER_STATE_HALF_OPEN) {
        sup__probe_from_now(sup, s);
    }
}

bool sup__ready_time_is_up(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(sup__ready_by_time(policy));
    return s->phase == SUP_PHASE_STARTING && s->timer_key != 0 &&
           sup->now.ns - s->started_at.ns >= policy->rules->ready_after.ns &&
           !(sup__keeps_lifetime(policy) && sup__lifetime_comes_first(sup, s));
}

static void ready_by_rules(struct sup *sup, struct sup__service *s, const struct sup_policy *policy)
{
    if (sup__keeps_anchor(policy)) {
        sup__anchor_ready(sup, s, sup->now);
    }
    if (sup__keeps_reset(policy) && policy->rules->reset_from == SUP_RESET_FROM_READY) {
        sup__reset_from(sup, s, sup->now);
    }
    if (sup__keeps_lifetime(policy)) {
        sup__lifetime_goes_on(sup, s);
    }
}

/* Once in an attempt, while it is starting; what it waited for is over. */
static void become_ready(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->phase == SUP_PHASE_STARTING && s->timer_key == 0);
    const struct sup_policy *policy = sup__policy_of(sup, s);
    s->readiness = SUP_READINESS_READY;
    s->was_ready = true;
    if (__builtin_expect(policy->rules != NULL, 0)) {
        ready_by_rules(sup, s, policy);
    }
}

void sup__on_ready(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(!s->deferred);
    (void)input;
    if ((s->traits & SUP__TRAIT_READY_EXPLICIT) == 0) {
        SUP_PROBE("ready: told before its time");
        return;
    }
    sup__disarm(sup, &s->timer_key);
    become_ready(sup, s);
    sup__running(sup, s);
    sup__say(sup, SUP_EVENT_READY, s);
}

void sup__on_readiness(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(s->live);
    bool ready = input->type == SUP__INPUT_READY;
    uint8_t readiness = ready ? SUP_READINESS_READY : SUP_READINESS_NOT_READY;
    if (s->readiness != readiness) {
        SUP_PROBE_WHEN("ready: taken back", !ready && s->readiness == SUP_READINESS_READY);
        SUP_PROBE_WHEN("ready: told while it stops", s->phase == SUP_PHASE_STOPPING);
        s->readiness = readiness;
        sup__say(sup, ready ? SUP_EVENT_READY : SUP_EVENT_NOT_READY, s);
    }
}

void sup__on_starting_due(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(s->live && s->liveness == 0);
    (void)input;
    if (sup__keeps_lifetime(policy) && sup__lifetime_comes_first(sup, s)) {
        sup__lifetime_stop(sup, s);
        return;
    }
    if (sup__seen_later(sup, s, SUP__TIMER_MAIN)) {
        return;
    }
    if (sup__ready_by_time(policy)) {
        SUP_PROBE("ready: it has lived for so long");
        become_ready(sup, s);
        sup__set_phase(sup, s, SUP_PHASE_RUNNING);
        sup__say(sup, SUP_EVENT_READY, s);
        return;
    }
    SUP_PROBE("ready: too late");
    s->liveness = SUP_OUTCOME_TIMED_OUT;
    sup__stop(sup, s, SUP__INTENT_LIVENESS);
}

/* A beat only moves the deadline; the timer that is armed already looks at it
 * when it fires, so beating costs no heap operation. */
void sup__on_beat(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    const struct sup_policy *policy = sup__policy_of(sup, s);
    sup__rare_make(sup, s)->last_beat = sup->now;
    SUP_PROBE_WHEN("beat: fresh again", s->heartbeat == SUP_HEARTBEAT_STALE);
    SUP_PROBE_WHEN("beat: while it stops", s->phase == SUP_PHASE_STOPPING);
    s->heartbeat = SUP_HEARTBEAT_FRESH;
    if (policy->stale_after.ns == SUP_NEVER_NS || s->phase == SUP_PHASE_STOPPING) {
        return;
    }
    struct sup__extra *extra = sup__extra_of(sup, s);
    struct sup_instant deadline = sup__after(sup, policy->stale_after);
    extra->beat_deadline = deadline;
    if (extra->beat_key == 0) {
        sup__arm(sup, &extra->beat_key, deadline, SUP__TIMER_BEAT, sup__slot_of(sup, s));
    }
}

void sup__on_stale(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    struct sup__extra *extra = sup__extra_of(sup, s);
    SUP_ASSERT(extra != NULL && s->heartbeat != SUP_HEARTBEAT_NONE);
    if (extra->beat_deadline.ns > sup->now.ns) {
        SUP_PROBE("beat: the timer finds a later deadline");
        sup__arm(sup, &extra->beat_key, extra->beat_deadline, SUP__TIMER_BEAT,
                 sup__slot_of(sup, s));
        return;
    }
    if (sup__seen_later(sup, s, SUP__TIMER_BEAT)) {
        return;
    }
    s->heartbeat = SUP_HEARTBEAT_STALE;
    sup__say(sup, SUP_EVENT_STALE, s);
    if (sup__policy_of(sup, s)->stale_then == SUP_STALE_RESTART) {
        s->liveness = SUP_OUTCOME_UNHEALTHY;
        SUP_PROBE("beat: stale, starts again");
        sup__stop(sup, s, SUP__INTENT_LIVENESS);
    }
}

void sup__on_probe(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    SUP_ASSERT(s->breaker == SUP_BREAKER_STATE_HALF_OPEN);
    if (!sup__seen_later(sup, s, SUP__TIMER_PROBE)) {
        sup__breaker_close(sup, s);
    }
}

/* More time, never less: for the readiness timeout or the grace that is running, for what it may
 * run at most, and for a heartbeat that has begun. */
void sup__on_extend(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    SUP_ASSERT(s->live);
    const struct sup__rare *rare = sup__rare_of(sup, s);
    struct sup_instant deadline = sup__after(sup, input->length);
    if (__builtin_expect(sup__keeps_lifetime(sup__policy_of(sup, s)), 0) && !s->cancel_delivered) {
        sup__lifetime_extend(sup, s, deadline);
    } else if (s->timer_key != 0 && !s->abort_requested && deadline.ns > rare->deadline.ns) {
        SUP_PROBE("extend: of what it waits for");
        sup__rare_make(sup, s)->deadline = deadline;
        sup__arm_main(sup, s, deadline);
    }
    struct sup__extra *extra = sup__extra_of(sup, s);
    if (extra != NULL && extra->beat_key != 0 && deadline.ns > extra->beat_deadline.ns) {
        SUP_PROBE("extend: of a heartbeat");
        extra->beat_deadline = deadline;
    }
}
