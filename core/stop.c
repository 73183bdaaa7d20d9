/* Stopping one service: cancel, grace, abort, abandonment; and what a wait or an
 * ended attempt settles into. */
#include "stop.h"

#include "attempt.h"
#include "canary.h"
#include "drain.h"
#include "events.h"
#include "incident.h"
#include "join.h"
#include "ladder.h"
#include "later.h"
#include "machine.h"
#include "memory.h"
#include "metrics.h"
#include "operator.h"
#include "phase.h"
#include "pool.h"
#include "probe.h"
#include "registry.h"
#include "service.h"
#include "supervisor.h"
#include "timer.h"

int sup__rank(enum sup__intent intent)
{
    SUP_ASSERT((unsigned)intent <= SUP__INTENT_REMOVE);
    static const uint8_t ranks[] = {
#define SUP__X(id, rank) rank,
        SUP__INTENT_LIST(SUP__X)
#undef SUP__X
    };
    return ranks[intent];
}

void sup__quiet_extra(struct sup *sup, struct sup__service *s)
{
    struct sup__extra *extra = sup__extra_of(sup, s);
    SUP_ASSERT(extra != NULL);
    if (!SUP_PLANTED(PROBE_LEFT_ARMED)) {
        sup__disarm(sup, &extra->probe_key);
    }
    sup__disarm(sup, &extra->beat_key);
    extra->probe_at = SUP_INSTANT_NEVER;
}

void sup__arm_stop(struct sup *sup, struct sup__service *s, struct sup_duration wait)
{
    SUP_ASSERT(s->live && s->phase == SUP_PHASE_STOPPING);
    struct sup_instant deadline = sup__after(sup, wait);
    sup__rare_make(sup, s)->deadline = deadline;
    sup__arm_main(sup, s, deadline);
}

void sup__deliver_cancel(struct sup *sup, struct sup__service *s, enum sup__intent intent)
{
    SUP_ASSERT(s->live && !s->cancel_delivered && !s->abort_requested);
    if (s->deferred) {
        /* Refused, only not told yet: there is nothing that could be cancelled. */
        SUP_PROBE("stop: of a start that was refused and not told yet");
        s->intent = (uint8_t)intent;
        return;
    }
    sup__quiet_timers(sup, s);
    s->cancel_delivered = true;
    s->intent = (uint8_t)intent;
    sup__set_phase(sup, s, SUP_PHASE_STOPPING);
    sup__arm_stop(sup, s, sup__policy_of(sup, s)->stop_grace);
    sup__say(sup, SUP_EVENT_CANCEL_DELIVERED, s);
    const struct sup_executor *executor = &sup->config.executor;
    executor->cancel(executor->context, sup__attempt_of(sup, s), s->work);
}

void sup__request_abort(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && s->cancel_delivered);
    if (s->abort_requested) {
        return;
    }
    SUP_PROBE_WHEN("stop: aborted in the instant of the cancel", s->started_at.ns == sup->now.ns);
    s->abort_requested = true;
    sup__arm_stop(sup, s, sup__after_abort(sup, s));
    sup__say(sup, SUP_EVENT_ABORT_REQUESTED, s);
    const struct sup_executor *executor = &sup->config.executor;
    executor->abort(executor->context, sup__attempt_of(sup, s), s->work);
}

void sup__drop_pending(struct sup *sup, struct sup__service *s)
{
    struct sup__registration *pending = sup__rare_of(sup, s)->pending;
    if (pending != NULL) {
        sup->timers -= sup__needs(sup, pending->policy)->timers;
        sup__tie_drop(sup, pending->tie);
        sup__block_release(sup, pending->extra, pending->policy);
        sup__release(&sup->config.alloc, pending, sizeof(*pending));
        sup__rare_make(sup, s)->pending = NULL;
    }
}

/* The attempt is fenced: whatever it still reports is late. No command's wish is
 * fulfilled now, since a new attempt could mean two alive at once. */
void sup__abandon(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live);
    uint32_t incident = sup__rare_of(sup, s)->incident;
#ifdef SUP_CANARIES
    bool again = SUP_PLANTED(DOUBLE_START) && s->intent == SUP__INTENT_RESTART;
#endif
    struct sup_attempt id = sup__attempt_of(sup, s);
    s->running.ns += sup->now.ns - s->started_at.ns;
    SUP__COUNT(sup, s, abandoned_total);
    sup__drop_pending(sup, s);
    sup__not_live(sup, s);
    SUP_PROBE_WHEN("abandoned: of a group that is being restarted", incident != SUP__NONE);
    SUP_PROBE_WHEN("abandoned: while draining", sup->phase == SUP_SUPERVISOR_DRAINING);
    SUP_PROBE_WHEN("abandoned: for its own readiness or beats", s->liveness != 0);
    sup__say(sup, SUP_EVENT_ABANDONED, s);
    const struct sup_executor *executor = &sup->config.executor;
    if (executor->abandon != NULL) {
        executor->abandon(executor->context, id, s->work);
    }
    if (sup->phase == SUP_SUPERVISOR_DRAINING) {
        sup__drain_classify(sup, s, SUP_DRAIN_ABANDONED);
    }
#ifdef SUP_CANARIES
    if (again) {
        sup__fresh_start(sup, s);
        sup__send(sup, s, SUP__INPUT_START);
        return;
    }
#endif
    sup__terminate(sup, s, SUP_REASON_ABANDONED);
    if (incident != SUP__NONE) {
        sup__incident_advance(sup, incident);
    }
}

/* The stop timer: the grace has passed, or the wait after an abort. When the
 * overall timeout of a drain is due at the same instant it comes first. */
void sup__stop_due(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && s->cancel_delivered);
    if (sup__seen_later(sup, s, SUP__TIMER_MAIN)) {
        return;
    }
    if (sup->phase == SUP_SUPERVISOR_DRAINING && sup->drain.key != 0 &&
        sup->drain.deadline.ns <= sup__rare_of(sup, s)->deadline.ns) {
        bool aborted = s->abort_requested;
        SUP_PROBE("stop: its deadline and that of the drain are one instant");
        sup__disarm(sup, &sup->drain.key);
        sup__drain_timeout(sup);
        if (!s->live || !aborted) {
            return;
        }
    }
    if (sup__stops_by_rules(sup, s)) {
        sup__ladder_due(sup, s);
        return;
    }
    if (s->abort_requested) {
        sup__send(sup, s, SUP__INPUT_ABANDON);
        return;
    }
    s->deadline_passed = true;
    sup__say(sup, SUP_EVENT_STOP_DEADLINE, s);
    sup__send(sup, s, SUP__INPUT_ABORT);
}

static void replace(struct sup *sup, struct sup__service *s)
{
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__rare *rare = sup__rare_make(sup, s);
    SUP_ASSERT(!s->live && rare->pending != NULL);
    struct sup__registration pending = *rare->pending;
    if (sup->groups[pending.group].cancelled ||
        (pending.tie != NULL && sup_token_cancelled(pending.tie->token))) {
        SUP_PROBE("replace: the successor is not wanted any more");
        sup__drop_pending(sup, s);
        sup__terminate(sup, s, SUP_REASON_CANCELLED);
        return;
    }
    sup->timers -= sup__needs(sup, pending.policy)->timers;
    sup__release(&sup->config.alloc, rare->pending, sizeof(*rare->pending));
    rare->pending = NULL;
    sup__gone(sup, s, SUP_EVENT_REPLACED);
    sup__begin(sup, slot, &pending);
}

void sup__settle(struct sup *sup, struct sup__service *s, enum sup__intent intent,
                 enum sup_outcome outcome)
{
    SUP_ASSERT(!s->live && intent > SUP__INTENT_LIVENESS);
    if (intent != SUP__INTENT_GROUP) {
        sup__incident_quit(sup, s);
    }
    if (intent != SUP__INTENT_REPLACE) {
        sup__drop_pending(sup, s);
    }
    const uint8_t outer = sup->notes.wish;
    sup->notes.wish = (uint8_t)intent;
    switch (intent) {
    case SUP__INTENT_GROUP:
        sup__incident_ended(sup, s);
        break;
    case SUP__INTENT_RESTART:
        sup__pool_unqueue(sup, s);
        sup__fresh_start(sup, s);
        if (!sup__wait_again(sup, s)) {
            sup__send(sup, s, SUP__INPUT_START);
        }
        break;
    case SUP__INTENT_PAUSE:
    case SUP__INTENT_QUARANTINE:
        sup__come_to_rest(sup, s);
        break;
    case SUP__INTENT_CANCEL:
    case SUP__INTENT_DRAIN:
    case SUP__INTENT_ABORT:
        sup__terminate(sup, s,
                       outcome == SUP_OUTCOME_ABORTED ? SUP_REASON_ABORTED : SUP_REASON_CANCELLED);
        break;
    case SUP__INTENT_REPLACE:
        replace(sup, s);
        break;
    default:
        SUP_ASSERT(intent == SUP__INTENT_REMOVE);
        sup__gone(sup, s, SUP_EVENT_REMOVED);
    }
    sup->notes.wish = outer;
}
