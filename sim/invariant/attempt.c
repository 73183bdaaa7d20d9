/* Shadows of attempts: their start, readiness, end. */
#include <inttypes.h>

#include "aftermath.h"
#include "stops.h"
#include "internal.h"
#include "wishes.h"

/* ---- start ---- */

static void check_allowed(struct sim_invariants *inv, const struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    if (s->live) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_OVERLAP, "attempt %" PRIu32 " lives", s->attempt);
    } else if (event->attempt != s->attempt + 1) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_COUNT, "attempt %" PRIu32 " after %" PRIu32,
                   event->attempt, s->attempt);
    } else if (s->operation != SUP_OPERATION_ACTIVE) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_INACTIVE, "it is %s",
                   sup_operation_name((enum sup_operation)s->operation));
    } else if (inv->draining) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_DRAINING, "the supervisor is draining");
    } else if (sim__shadow_group_cancelled(inv, s->group)) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_CANCELLED_GROUP, "its group is cancelled");
    } else if (s->wish > SIM__WISH_PAUSE) {
        sim__break(inv, SIM__INVARIANT_STOP_BEATS_RESTART, "a command has ended it");
    }
}

/* Half-open and the probe come together. */
static void check_breaker(struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (s->breaker == SUP_BREAKER_STATE_OPEN) {
        sim__break(inv, SIM__INVARIANT_BREAKER_EDGE, "its breaker is open");
    } else if (s->breaker == SUP_BREAKER_STATE_HALF_OPEN && !s->closing && !s->fresh &&
               sim__shadow_alone(inv, s)) {
        sim__break(inv, SIM__INVARIANT_BREAKER_PROBE, "its breaker has had its one probe");
    }
}

/* Where nothing but its own timer can start it, it starts exactly then; behind
 * other blocking work, or when the supervisor was held up, later. */
static void check_instant(struct sim_invariants *inv, struct sim__shadow *s)
{
    /* As most are: when its timer is due, whoever else there is. */
    if (inv->now.ns == s->due.ns && s->phase == SUP_PHASE_BACKING_OFF && s->policy->rules == NULL) {
        return;
    }
    if ((s->fresh && !sim__waits_by_hand(s)) || !sim__shadow_alone(inv, s)) {
        return;
    }
    bool lag = sim__has_lag(s);
    if (s->attempt == 0 && !lag) {
        return;
    }
    if (s->phase != SUP_PHASE_BACKING_OFF && !s->free_start && s->attempt > 0) {
        sim__break(inv, SIM__INVARIANT_RESTART_INSTANT, "it was %s and nobody asked",
                   sim__phase_word(s->phase));
        return;
    }
    bool may_wait = inv->late || s->policy->kind == SUP_KIND_BLOCKING;
    struct sup_instant first = lag ? sim__lag_first(inv, s) : s->due;
    struct sup_instant last = lag ? sim__lag_last(inv, s) : s->due;
    if (inv->now.ns < first.ns || (inv->now.ns > last.ns && !may_wait)) {
        sim__break(inv, SIM__INVARIANT_RESTART_INSTANT, "it was due at %" PRIu64 "ns", first.ns);
    }
}

static void take_slot(struct sim_invariants *inv)
{
    if (++inv->pool_used > inv->config.blocking_pool) {
        sim__break(inv, SIM__INVARIANT_POOL_EXCEEDED, "%" PRIu32 " of %" PRIu32 " slots are held",
                   inv->pool_used, inv->config.blocking_pool);
    }
}

/* Whether it is to be ready later. */
static __attribute__((noinline)) bool waits_by_rules(const struct sim_invariants *inv,
                                                     struct sim__shadow *s)
{
    s->known->ready_at = inv->now; /* of one that waits it is not asked before it is ready */
    return s->policy->rules->ready_after.ns > 0 || s->policy->ready_explicit;
}

static void begin(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_policy *policy = s->policy;
    bool waits = policy != NULL && policy->ready_explicit;
    if (policy != NULL && __builtin_expect(policy->rules != NULL, 0)) {
        waits = waits_by_rules(inv, s);
    }
    s->attempt++;
    s->live = true;
    s->started_at = inv->now;
    s->started_sequence = inv->sequence;
    s->readiness = waits ? SUP_READINESS_UNREPORTED : SUP_READINESS_READY;
    s->was_ready = !waits;
    s->wish = SIM__WISH_NONE;
    s->cancelled = s->aborted = s->abort_asked = s->deadline_passed = false;
    s->stale = s->escalated = s->fresh = false;
    sim__shadow_phase(inv, s, SUP_PHASE_STARTING);
    if (!waits) {
        sim__shadow_phase(inv, s, SUP_PHASE_RUNNING);
    }
    if (s->attempt > 1 && !s->free_start) {
        s->restarts++;
        inv->metrics.restarts_total++;
    }
    s->free_start = false;
    s->due = SUP_INSTANT_NEVER;
    if (policy != NULL && !policy->ready_explicit) {
        s->due = sim__after(inv->now, policy->breaker.probe_for);
    }
    if (s->anchor.ns == SUP_NEVER_NS) {
        s->anchor = inv->now;
    }
    s->compare |= sim__shadow_sampled(s);
    inv->live_count++;
    inv->metrics.attempts_total++;
}

/* By the command, as a fresh start, or by its group, with all that it had. A restart would have
 * been told. Who was resumed starts in the event after its end, or when the pool has room. */
static __attribute__((noinline)) void start_again(struct sim_invariants *inv, struct sim__shadow *s)
{
    bool untold = s->restarting == SIM__AGAIN_UNTOLD;
    if (untold && inv->sequence == s->ended_sequence + 1) {
        sim__shadow_fresh(s);
    } else if (untold &&
               (s->policy == NULL || s->policy->kind == SUP_KIND_BLOCKING || sim__has_lag(s))) {
        s->unsure_counts = s->unsure_breaker = true;
    }
    s->restarting = SIM__AGAIN_NONE;
}

void sim__on_started(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->unsure_end) {
        sim__shadow_resolve(inv, s, SIM__END_WANTED);
    }
    if (s->restarting != SIM__AGAIN_NONE) {
        start_again(inv, s);
    }
    check_allowed(inv, s);
    if (s->policy != NULL) {
        check_breaker(inv, s);
        check_instant(inv, s);
        if (s->policy->rules != NULL) {
            sim__limit_started(inv, s);
        }
        if (s->policy->kind == SUP_KIND_BLOCKING) {
            take_slot(inv);
        }
    }
    s->closing = false;
    begin(inv, s);
}

void sim__on_restarted(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->live) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_OVERLAP, "attempt %" PRIu32 " lives", s->attempt);
    }
    s->must = SIM__BIT(ATTEMPT_STARTED);
    if (s->restarting != SIM__AGAIN_NONE) {
        sim__shadow_fresh(s);
    }
}

struct sup_instant sim__ready_at(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (s->phase != SUP_PHASE_STARTING) {
        return SUP_INSTANT_NEVER;
    }
    const struct sup_rules *rules = s->policy->rules; /* who waits for it has a policy */
    bool by_time = rules != NULL && rules->ready_after.ns > 0;
    return by_time ? sim__seen_at(inv, s, sim__after(s->started_at, rules->ready_after))
                   : SUP_INSTANT_NEVER;
}

void sim__check_was_ready(struct sim_invariants *inv, const struct sim__shadow *s,
                          struct sup_instant at)
{
    uint64_t ready = sim__ready_at(inv, s).ns;
    if (ready <= at.ns && ready <= sim__over_at(s).ns) {
        sim__break(inv, SIM__INVARIANT_READY_INSTANT, "it was ready at %" PRIu64 "ns", ready);
    }
}

/* What is to be ready by time is so now, or when things are late has been due. */
static void check_ready_now(struct sim_invariants *inv, struct sup_instant ready)
{
    if (inv->now.ns < ready.ns || (inv->now.ns > ready.ns && !inv->late)) {
        sim__break(inv, SIM__INVARIANT_READY_INSTANT, "it is ready at %" PRIu64 "ns", ready.ns);
    }
}

/* The first time in an attempt that is starting. */
static void become_ready(struct sim_invariants *inv, struct sim__shadow *s)
{
    struct sup_instant ready = sim__ready_at(inv, s);
    if (ready.ns != SUP_NEVER_NS) {
        check_ready_now(inv, ready);
    } else if (s->breaker == SUP_BREAKER_STATE_HALF_OPEN) {
        s->due = sim__after(inv->now, s->policy->breaker.probe_for);
    }
    if (s->known != NULL) {
        s->known->ready_at = inv->now;
    }
    s->was_ready = true;
    sim__shadow_phase(inv, s, SUP_PHASE_RUNNING);
}

void sim__on_readiness(struct sim_invariants *inv, struct sim__shadow *s,
                       enum sup_readiness readiness)
{
    if (!s->live) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "no attempt lives");
        return;
    }
    if (s->finishing) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "its work is over");
    } else if (s->readiness == (uint8_t)readiness) {
        sim__break(inv, SIM__INVARIANT_READINESS_REPEATED, "it was so already");
    }
    s->readiness = (uint8_t)readiness;
    if (readiness == SUP_READINESS_READY && s->phase == SUP_PHASE_STARTING) {
        become_ready(inv, s);
    }
}

/* ---- end ---- */

/* What ended it decides what its outcome may be called. */
static bool outcome_possible(const struct sim__shadow *s, enum sup_outcome outcome)
{
    if (s->aborted) {
        return outcome == SUP_OUTCOME_ABORTED;
    }
    if (s->cancelled) {
        return outcome == SUP_OUTCOME_TIMED_OUT ||
               (!s->ran_out &&
                (outcome == SUP_OUTCOME_CANCELLED || outcome == SUP_OUTCOME_UNHEALTHY));
    }
    return outcome != SUP_OUTCOME_CANCELLED && outcome != SUP_OUTCOME_TIMED_OUT &&
           outcome != SUP_OUTCOME_UNHEALTHY;
}

enum wanted { WANTED_NO, WANTED_YES, WANTED_UNSURE };

static enum wanted wanted(struct sim_invariants *inv, struct sim__shadow *s)
{
    enum sup_outcome outcome = inv->event->outcome;
    if (s->wish != SIM__WISH_NONE || inv->draining || sim__shadow_group_stopped(inv, s)) {
        return WANTED_YES;
    }
    if (s->unsure_stop && outcome == SUP_OUTCOME_CANCELLED) {
        return WANTED_YES;
    }
    if (s->policy == NULL || !sim__shadow_alone(inv, s)) {
        return WANTED_UNSURE;
    }
    bool replaced = s->cancelled && s->known->next.fresh;
    return replaced ? WANTED_UNSURE : WANTED_NO;
}

/* Its group may have been ended meanwhile, which overrules the command: its start tells. */
static __attribute__((noinline)) void again(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (sim__shadow_alone(inv, s)) {
        sim__shadow_fresh(s);
        return;
    }
    s->restarting = s->wish == SIM__WISH_RESUME ? SIM__AGAIN_UNTOLD : SIM__AGAIN_TOLD;
    s->ended_sequence = inv->sequence;
}

/* A drain, a cancellation and an abort end a service; the other wishes are seen
 * by what they start, or do not. */
static void fulfil(struct sim_invariants *inv, struct sim__shadow *s)
{
    bool removed = s->wish == SIM__WISH_REMOVE;
    bool replaced = s->known != NULL && s->known->next.fresh; /* perhaps: no event tells */
    bool ends = s->wish == SIM__WISH_CANCEL || s->wish == SIM__WISH_ABORT || inv->draining ||
                sim__shadow_group_stopped(inv, s);
    if (removed) {
        s->must = SIM__BIT(REMOVED);
    } else if (ends) {
        bool aborted = inv->event->outcome == SUP_OUTCOME_ABORTED;
        s->must = SIM__BIT(TERMINATED) | (replaced ? SIM__BIT(REPLACED) : 0);
        s->must_reason = aborted ? SUP_REASON_ABORTED : SUP_REASON_CANCELLED;
        s->must_reason = replaced ? SUP_REASON_NONE : s->must_reason;
    } else if (s->wish == SIM__WISH_RESTART || s->wish == SIM__WISH_RESUME) {
        sim__significant_kept(inv, s);
        again(inv, s);
    } else if (s->wish == SIM__WISH_PAUSE) {
        sim__significant_kept(inv, s);
    }
}

static void finish(struct sim_invariants *inv, struct sim__shadow *s)
{
    s->live = false;
    s->compare |= sim__shadow_sampled(s);
    s->ran = SUP_NS(inv->now.ns - s->started_at.ns);
    inv->live_count--;
    inv->drain_ended += inv->draining;
    sim__shadow_phase(inv, s, SIM__PHASE_ENDED);
    if (s->policy != NULL && s->policy->kind == SUP_KIND_BLOCKING) {
        inv->pool_used--;
    }
}

/* A half-open breaker closes when its probe has run for long enough, so a failure
 * then comes after that. */
static void check_probe(struct sim_invariants *inv, const struct sim__shadow *s)
{
    bool clean = inv->event->outcome == SUP_OUTCOME_SUCCEEDED;
    if (s->closing && !clean) {
        sim__break(inv, SIM__INVARIANT_BREAKER_CLOSE, "it closed before its probe had proved it");
    }
    bool ran = inv->event->outcome != SUP_OUTCOME_REFUSED;
    bool proved = clean || (ran && inv->now.ns >= s->due.ns);
    if (s->breaker == SUP_BREAKER_STATE_HALF_OPEN && proved && !s->cancelled &&
        s->wish == SIM__WISH_NONE && !inv->draining && sim__shadow_alone(inv, s) &&
        !sim__shadow_group_stopped(inv, s)) {
        sim__break(inv, SIM__INVARIANT_BREAKER_CLOSE, "its probe has proved itself");
    }
}

/* An end that was reported is that attempt's: the first of its slot that is told. */
static bool is_whose(struct sim_invariants *inv, const struct sim__shadow *s)
{
    const struct sup_attempt id = inv->reported;
    if (id.attempt == 0 || id.slot != inv->event->slot) {
        return true;
    }
    inv->reported.attempt = 0;
    if (id.generation == s->generation && id.attempt == s->attempt) {
        return true;
    }
    sim__break(inv, SIM__INVARIANT_ATTEMPT_END,
               "it was attempt %" PRIu32 " of generation %" PRIu32 " that ended", id.attempt,
               id.generation);
    return false;
}

void sim__on_ended(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    if (!s->live || event->attempt != s->attempt) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "attempt %" PRIu32 " does not live",
                   event->attempt);
        return;
    }
    if (!is_whose(inv, s)) {
        return;
    }
    bool finished = s->finishing;
    if (finished) {
        sim__finish_over(inv, s);
    }
    if (!outcome_possible(s, event->outcome)) {
        sim__break(inv, SIM__INVARIANT_OUTCOME_WRONG, "%s, although %s",
                   sup_outcome_name(event->outcome),
                   s->aborted      ? "its abort was requested"
                   : !s->cancelled ? "nobody stopped it"
                   : s->ran_out    ? "it ran for too long"
                                   : "it was cancelled");
        return;
    }
    if (s->policy != NULL) {
        check_probe(inv, s);
        if (__builtin_expect(s->policy->rules != NULL, 0)) {
            sim__check_was_ready(inv, s, inv->now);
            if (!finished && !s->cancelled) {
                sim__check_not_over(inv, s);
            }
            sim__exit_look(inv, s);
        }
    }
    finish(inv, s);
    s->clean = event->outcome == SUP_OUTCOME_SUCCEEDED;
    s->crashed = event->outcome == SUP_OUTCOME_CRASHED;
    switch (wanted(inv, s)) {
    case WANTED_YES:
        fulfil(inv, s);
        break;
    case WANTED_NO:
        sim__shadow_consequence(inv, s);
        break;
    case WANTED_UNSURE:
        s->unsure_end = true;
        break;
    }
}
