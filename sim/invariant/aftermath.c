/* Shadows of what comes after an attempt's work: finish scripts. */
#include "aftermath.h"
#include "stops.h"

#include <inttypes.h>

struct sup_duration sim__finish_may_take(const struct sim__shadow *s)
{
    bool ruled = s->policy != NULL && s->policy->rules != NULL;
    return ruled ? s->policy->rules->stop_finish : SUP_DURATION_NEVER;
}

void sim__on_finishing(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!s->live || s->finishing || inv->event->attempt != s->attempt) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "attempt %" PRIu32 " does no work",
                   inv->event->attempt);
        return;
    }
    if (!s->cancelled) {
        sim__check_was_ready(inv, s, inv->now);
        sim__check_not_over(inv, s);
    }
    s->finishing = true;
    s->stopped_work = s->cancelled;
    s->aborted_work = s->aborted;
    s->starting_work = s->phase == SUP_PHASE_STARTING;
    s->cancelled = true; /* nobody may tell it so any more */
    s->aborted = s->abort_asked = s->deadline_passed = s->cancelled_again = false;
    s->stop_at = inv->now;
    s->due = SUP_INSTANT_NEVER; /* of a probe, which proves no more */
    if (s->phase != SUP_PHASE_STOPPING) {
        sim__shadow_phase(inv, s, SUP_PHASE_STOPPING);
    }
}

/* By time it was ready if it has lived for so long, which nobody told. */
static void was_ready_after_all(const struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy->rules;
    uint64_t lived = inv->now.ns - s->started_at.ns;
    if (rules->ready_after.ns > 0 && lived >= rules->ready_after.ns) {
        s->was_ready = true;
        s->known->ready_at = sim__after(s->started_at, rules->ready_after);
    }
}

void sim__finish_over(struct sim_invariants *inv, struct sim__shadow *s)
{
    bool demanded = s->aborted && !s->deadline_passed;
    struct sup_instant due = sim__seen_at(inv, s, sim__after(s->stop_at, sim__finish_may_take(s)));
    if (!s->aborted && !inv->late && inv->now.ns > due.ns) {
        sim__break(inv, SIM__INVARIANT_STOP_DEADLINE_INSTANT,
                   "what finishes it may take until %" PRIu64 "ns", due.ns);
    }
    s->finishing = false;
    s->aborted = demanded || s->aborted_work;
    s->cancelled = s->aborted || s->stopped_work;
    if (s->starting_work && s->policy->rules != NULL) { /* who was starting has a policy */
        was_ready_after_all(inv, s);
    }
}
