/* Shadows of stopping: cancel, deadline, abort, abandonment, late reports. */
#include <inttypes.h>

#include "aftermath.h"
#include "stops.h"

/* No event tells of the readiness timeout, nor that it has run for too long. */
static bool is_late_start(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    return s->phase == SUP_PHASE_STARTING &&
           inv->now.ns >= sim__after(s->started_at, s->policy->ready_timeout).ns;
}

/* Somebody asked for it, or its group may have, which no event tells. */
static void check_asked(struct sim_invariants *inv, struct sim__shadow *s)
{
    s->unsure_stop = false;
    if (inv->draining || s->wish != SIM__WISH_NONE || sim__shadow_group_stopped(inv, s) ||
        s->stale) {
        return;
    }
    s->unsure_stop = s->policy == NULL || s->known->next.fresh || !sim__shadow_alone(inv, s);
    s->ran_out = !s->unsure_stop && inv->now.ns >= sim__over_at(s).ns;
    if (!s->unsure_stop && !s->ran_out && !is_late_start(inv, s)) {
        sim__break(inv, SIM__INVARIANT_CANCEL_UNASKED, "nobody asked for it");
    }
}

void sim__on_cancel(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (sim__stop_cancels_again(s)) {
        s->cancelled_again = true;
        s->stop_at = inv->now;
        return;
    }
    if (!s->live || s->cancelled) {
        sim__break(inv, SIM__INVARIANT_CANCEL_TWICE,
                   s->live ? "attempt %" PRIu32 " was cancelled before"
                           : "attempt %" PRIu32 " has ended",
                   s->attempt);
        return;
    }
    s->ran_out = s->cancelled_again = false;
    check_asked(inv, s);
    sim__check_not_over(inv, s);
    if (!inv->late && inv->now.ns > 0) { /* the stop wins, at that very instant */
        sim__check_was_ready(inv, s, (struct sup_instant){inv->now.ns - 1});
    }
    s->cancelled = true;
    s->stop_at = inv->now;
    sim__shadow_phase(inv, s, SUP_PHASE_STOPPING);
}

static struct sup_duration grace_of(const struct sim__shadow *s)
{
    return s->policy == NULL ? SUP_DURATION_NEVER : s->policy->stop_grace;
}

void sim__on_stop_deadline(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!s->live || !s->cancelled || s->aborted || s->cancelled_again) {
        sim__break(inv, SIM__INVARIANT_ABORT_ORDER, "no attempt has a grace that could end");
        return;
    }
    s->deadline_passed = true;
    struct sup_duration grace = s->finishing ? sim__finish_may_take(s) : grace_of(s);
    if (s->policy != NULL &&
        !sim__on_time(inv, sim__seen_at(inv, s, sim__after(s->stop_at, grace)))) {
        sim__break(inv, SIM__INVARIANT_STOP_DEADLINE_INSTANT,
                   "%s at %" PRIu64 "ns, grace %" PRIu64 "ns",
                   s->finishing ? "finishing" : "cancelled", s->stop_at.ns, grace.ns);
    }
    s->must = sim__stop_brings(s);
}

static bool drain_is_over(const struct sim_invariants *inv)
{
    return inv->draining && inv->now.ns >= inv->drain_due.ns;
}

void sim__on_abort(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->live && s->aborted && sim__stop_repeats(s)) {
        sim__check_repeated(inv, s);
        s->stop_at = inv->now;
        return;
    }
    if (!s->live || !s->cancelled || s->aborted) {
        sim__break(inv, SIM__INVARIANT_ABORT_ORDER, "%s",
                   !s->live     ? "no attempt lives"
                   : s->aborted ? "it was requested before"
                                : "it was not cancelled");
        return;
    }
    bool by_itself = (s->deadline_passed || drain_is_over(inv)) && sim__stop_may_abort(s);
    if (!s->abort_asked && !by_itself && !sim__shadow_group_stopped(inv, s)) {
        sim__break(inv, SIM__INVARIANT_ABORT_UNASKED, "its grace has not passed");
    }
    s->aborted = true;
    s->stop_at = inv->now;
}

void sim__on_abandoned(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!s->live || !s->cancelled) {
        sim__break(inv, SIM__INVARIANT_ABORT_ORDER, "no attempt is being stopped");
        return;
    }
    bool waited =
        s->policy == NULL || sim__on_time(inv, sim__seen_at(inv, s, sim__stop_gives_up_at(s)));
    if (!waited && (s->aborted || !drain_is_over(inv))) {
        sim__break(inv, SIM__INVARIANT_ABANDON_INSTANT, "abort %s at %" PRIu64 "ns",
                   s->aborted ? "requested" : "not requested; cancelled", s->stop_at.ns);
    }
    s->live = false;
    inv->live_count--;
    inv->metrics.abandoned_total++;
    inv->drain.abandoned += inv->draining;
    if (s->policy != NULL && s->policy->kind == SUP_KIND_BLOCKING) {
        s->held++;
    }
    sim__shadow_phase(inv, s, SIM__PHASE_ENDED);
    s->must = SIM__BIT(TERMINATED);
    s->must_reason = SUP_REASON_ABANDONED;
}

/* The end of an abandoned attempt gives back its slot of the pool. */
void sim__on_late(struct sim_invariants *inv, const struct sup_event *event)
{
    inv->metrics.late_reports_total++;
    if (inv->reported.slot == event->slot) {
        inv->reported.attempt = 0;
    }
    struct sim__shadow *s = sim__shadow_at(inv, event->slot);
    if (s == NULL) {
        return;
    }
    if (s->live && event->attempt == s->attempt && event->generation == s->generation) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "attempt %" PRIu32 " lives", s->attempt);
    }
    if ((event->fields & SUP_FIELD_EXIT) && s->held > 0) {
        s->held--;
        inv->pool_used--;
    }
}

void sim__on_stale(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!s->live) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "no attempt lives");
    } else if (s->policy != NULL && s->policy->stale_then == SUP_STALE_RESTART) {
        s->stale = true;
    }
}
