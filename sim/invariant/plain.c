/* Most events, along straight lines: a service starts when its wait is over, fails by itself, and
 * waits again.
 *
 * Each is first held against all that the checker knows, and changes nothing when something is
 * not as it mostly is. Then it is looked at at length (invariant.c), as all others are: there an
 * event that is plain leaves the same shadow, as tests/unit/test_invariant_plain.c shows. */
#include "internal.h"

/* Who has no policy is not restarted by one. */
void sim__shadow_classify(struct sim__shadow *s)
{
    const struct sup_policy *policy = s->policy;
    s->odd = policy == NULL || policy->rules != NULL || policy->ready_explicit ||
             policy->kind == SUP_KIND_BLOCKING;
    s->simple = !s->odd && policy->breaker.failures == 0 && !policy->limit.enabled &&
                policy->max_restarts == SUP_UNLIMITED && policy->restart != SUP_RESTART_NEVER &&
                policy->restart != SUP_RESTART_ON_CRASH &&
                policy->backoff.jitter == SUP_JITTER_NONE;
}

static inline bool started(struct sim_invariants *inv, struct sim__shadow *s,
                           const struct sup_event *event)
{
    if (s->phase != SUP_PHASE_BACKING_OFF || s->must != 0 || event->at.ns != s->due.ns ||
        event->attempt != s->attempt + 1) {
        return false;
    }
    s->attempt++;
    s->live = true;
    s->started_at = event->at;
    s->started_sequence = event->sequence;
    s->readiness = SUP_READINESS_READY;
    s->phase = SUP_PHASE_RUNNING;
    s->restarts++;
    s->due = sim__after(event->at, s->policy->breaker.probe_for);
    if (sim__shadow_sampled(s)) {
        s->compare = true;
        sim__shadow_touch(inv, s);
    }
    inv->metrics.restarts_total++;
    inv->metrics.attempts_total++;
    inv->live_count++;
    return true;
}

/* As far as it has been looked at. */
static inline bool is_alone(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    const struct sim__shadow_group *g = &inv->groups[s->group];
    return g->version == inv->version && g->alone;
}

/* A report said whose end it is. */
static inline bool is_reported(struct sim_invariants *inv, const struct sim__shadow *s,
                               const struct sup_event *event)
{
    const struct sup_attempt id = inv->reported;
    if (id.attempt == 0 || id.slot != event->slot) {
        return true;
    }
    if (id.generation != s->generation || id.attempt != s->attempt) {
        return false;
    }
    inv->reported.attempt = 0;
    return true;
}

static inline bool fails(const struct sup_event *event)
{
    return event->outcome == SUP_OUTCOME_FAILED || event->outcome == SUP_OUTCOME_CRASHED;
}

static inline bool ended(struct sim_invariants *inv, struct sim__shadow *s,
                         const struct sup_event *event)
{
    const struct sup_duration ran = SUP_NS(event->at.ns - s->started_at.ns);
    if (s->phase != SUP_PHASE_RUNNING || s->must != 0 || event->attempt != s->attempt ||
        !s->simple || !fails(event) || ran.ns >= s->policy->backoff.reset_after.ns ||
        inv->stopped_sequence >= s->started_sequence || !is_alone(inv, s) ||
        !is_reported(inv, s, event)) {
        return false;
    }
    s->live = false;
    s->clean = false;
    s->crashed = event->outcome == SUP_OUTCOME_CRASHED;
    s->ran = ran;
    s->phase = SIM__PHASE_ENDED;
    s->failures++;
    s->streak++;
    s->must = SIM__BIT(BACKING_OFF);
    s->compare |= sim__shadow_sampled(s);
    sim__shadow_touch(inv, s);
    inv->metrics.failures_total++;
    inv->live_count--;
    return true;
}

/* The bound is known from the wait before, or does not grow any more. */
static inline bool is_bound(const struct sim__shadow *s, struct sup_duration delay)
{
    bool known = s->bound_streak == s->streak ||
                 (s->bound_streak - 1 < s->streak && s->bound.ns == s->policy->backoff.max.ns);
    return known && delay.ns == s->bound.ns;
}

/* Nothing of it is open any more. At its end it was touched, mostly as the last one. */
static inline void forget(struct sim_invariants *inv, struct sim__shadow *s)
{
    const uint32_t last = inv->touched_count - 1;
    if (&inv->shadows[inv->touched[last]] == s) {
        s->touched = false;
        inv->touched_count = last;
    }
}

/* That nothing else may come was said of the end of an attempt that failed. */
static inline bool backs_off(struct sim_invariants *inv, struct sim__shadow *s,
                             const struct sup_event *event)
{
    if (s->must != SIM__BIT(BACKING_OFF) || !s->simple || event->streak != s->streak ||
        !is_bound(s, event->delay)) {
        return false;
    }
    s->must = 0;
    s->phase = SUP_PHASE_BACKING_OFF;
    s->due = sim__after(event->at, event->delay);
    s->last_delay = event->delay;
    s->granted++;
    if (!s->compare) {
        forget(inv, s);
    }
    return true;
}

static inline bool is_plain(struct sim_invariants *inv, struct sim__shadow *s,
                            const struct sup_event *event)
{
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_STARTED:
        return started(inv, s, event);
    case SUP_EVENT_ATTEMPT_ENDED:
        return ended(inv, s, event);
    case SUP_EVENT_BACKING_OFF:
        return backs_off(inv, s, event);
    default:
        return false;
    }
}

void sim_invariants_event(void *context, const struct sup_event *event)
{
    struct sim_invariants *inv = context;
    struct sim__shadow *s = sim__shadow_at(inv, event->slot);
    if (s != NULL && (inv->unusual | s->unusual[0] | s->unusual[1]) == 0 &&
        event->sequence == inv->sequence + 1 && event->at.ns >= inv->now.ns &&
        is_plain(inv, s, event)) {
        inv->sequence = event->sequence;
        inv->now = event->at;
    } else {
        sim__event_at_length(inv, s, event);
    }
}
