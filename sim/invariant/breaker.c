/* Shadows of breakers: when they open, for how long, and what closes them. */
#include <inttypes.h>

#include "aftermath.h"
#include "internal.h"
#include "wishes.h"

static void edge(struct sim_invariants *inv, const struct sim__shadow *s)
{
    sim__break(inv, SIM__INVARIANT_BREAKER_EDGE, "it was %s",
               sup_breaker_name((enum sup_breaker_state)s->breaker));
}

void sim__on_breaker_opened(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    sim__unwanted(inv, s);
    if (s->breaker == SUP_BREAKER_STATE_OPEN) {
        edge(inv, s);
    }
    s->breaker = SUP_BREAKER_STATE_OPEN;
    s->unsure_breaker = false;
    inv->metrics.circuit_breaker_trips++;
    if (s->policy == NULL) {
        return;
    }
    const struct sup_breaker_policy *breaker = &s->policy->breaker;
    if (event->limit != breaker->failures ||
        (!s->unsure_counts && event->count != s->breaker_ring.count)) {
        sim__break(inv, SIM__INVARIANT_BREAKER_TRIP,
                   "%" PRIu32 " of %" PRIu32 " failures, not %" PRIu32 " of %" PRIu32, event->count,
                   event->limit, s->breaker_ring.count, breaker->failures);
    }
    if (breaker->then == SUP_BREAKER_THEN_TERMINATE) {
        s->must = SIM__BIT(TERMINATED);
        s->must_reason = SUP_REASON_CIRCUIT_BREAKER_OPEN;
        return;
    }
    if (!(event->fields & SUP_FIELD_DELAY) || event->delay.ns != breaker->cooldown.ns) {
        sim__break(inv, SIM__INVARIANT_BREAKER_COOLDOWN, "its policy says %" PRIu64 "ns",
                   breaker->cooldown.ns);
    }
    sim__shadow_phase(inv, s, SUP_PHASE_BACKING_OFF);
    s->due = sim__after(inv->now, breaker->cooldown);
    if (s->policy->rules == NULL || s->policy->rules->from == SUP_FROM_END) {
        s->last_delay = breaker->cooldown; /* of the streak, where a start by hand keeps it */
    }
}

void sim__on_breaker_half_open(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->breaker != SUP_BREAKER_STATE_OPEN) {
        edge(inv, s);
    }
    bool at_once = s->fresh && !sim__waits_by_hand(s);
    bool exact = s->policy != NULL && !at_once && sim__shadow_alone(inv, s);
    bool may_wait = inv->late || (exact && s->policy->kind == SUP_KIND_BLOCKING);
    if (exact && (inv->now.ns < sim__start_first(inv, s).ns ||
                  (inv->now.ns > sim__start_last(inv, s).ns && !may_wait))) {
        sim__break(inv, SIM__INVARIANT_BREAKER_COOLDOWN, "its cooldown ends at %" PRIu64 "ns",
                   s->due.ns);
    }
    s->breaker = SUP_BREAKER_STATE_HALF_OPEN;
    s->closing = true;
    s->must = SIM__BIT(ATTEMPT_STARTED) | SIM__BIT(RESTARTED);
}

void sim__on_breaker_closed(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->breaker != SUP_BREAKER_STATE_HALF_OPEN || !s->live) {
        edge(inv, s);
    }
    s->breaker = SUP_BREAKER_STATE_CLOSED;
    s->unsure_breaker = false;
    s->streak = 0;
    sim__ring_clear(&s->breaker_ring);
    if (inv->now.ns < s->due.ns) {
        s->closing = true;
        s->must = SIM__BIT(ATTEMPT_ENDED);
    } else if (inv->now.ns > sim__seen_at(inv, s, s->due).ns && !inv->late) {
        sim__break(inv, SIM__INVARIANT_BREAKER_CLOSE,
                   "its probe had proved itself at %" PRIu64 "ns", s->due.ns);
    }
}
