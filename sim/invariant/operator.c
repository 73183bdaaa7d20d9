/* Shadows of operators: what their starts and stops empty, whether a limit lets a start by hand
 * through, and who waits all the same. */
#include <inttypes.h>

#include "internal.h"
#include "sup/error.h"
#include "wishes.h"

/* NULL: as without rules. */
static const struct sup_operator_rules *operators_of(const struct sim__shadow *s)
{
    bool ruled = s->policy != NULL && s->policy->rules != NULL;
    return ruled ? &s->policy->rules->operators : NULL;
}

static bool is_in(uint32_t set, enum sup_clears what)
{
    return set / (UINT32_C(1) << what) % 2 != 0;
}

static void empty(struct sim__shadow *s, uint32_t set)
{
    if (is_in(set, SUP_CLEARS_STREAK)) {
        s->streak = 0;
    }
    if (is_in(set, SUP_CLEARS_LIMIT)) {
        sim__limit_empty(s);
    }
    if (is_in(set, SUP_CLEARS_BREAKER)) {
        s->breaker = SUP_BREAKER_STATE_CLOSED;
        sim__ring_clear(&s->breaker_ring);
    }
}

void sim__shadow_fresh(struct sim__shadow *s)
{
    const struct sup_operator_rules *rules = operators_of(s);
    uint32_t clears = rules != NULL ? rules->clears : SUP_CLEARS_ALL;
    empty(s, clears);
    if (clears == SUP_CLEARS_ALL) {
        s->unsure_counts = s->unsure_breaker = false;
    }
    s->fresh = true;
    s->free_start = false;
    s->restarting = SIM__AGAIN_NONE;
    s->anchor = SUP_INSTANT_NEVER;
}

/* Of what is known, only a command that says so may have found nothing. The streak of what has
 * terminated counts for nothing, and may have been forgiven at its end. */
void sim__forgotten(struct sim_invariants *inv, struct sim__shadow *s)
{
    bool any = (s->streak > 0 && s->phase != SUP_PHASE_TERMINATED) || s->granted > 0;
    if (inv->event->idempotent && any && !s->unsure_counts) {
        sim__break(inv, SIM__INVARIANT_STREAK_COUNT,
                   "a streak of %" PRIu32 " and %" PRIu32 " restarts are to be forgotten",
                   s->streak, s->granted);
    }
    empty(s, (UINT32_C(1) << SUP_CLEARS_STREAK) + (UINT32_C(1) << SUP_CLEARS_LIMIT));
    sim__ring_clear(&s->breaker_ring);
    s->granted = 0;
    s->unsure_counts = false;
}

/* ---- starts that are counted ---- */

bool sim__counts_by_hand(const struct sim__shadow *s)
{
    const struct sup_operator_rules *rules = operators_of(s);
    return rules != NULL && rules->counts;
}

/* A start by hand, now, that a limit might not let through. */
static bool is_limited(const struct sim__shadow *s, const struct sup_event *event)
{
    bool held = s->operation != SUP_OPERATION_ACTIVE;
    bool starts = event->command == SUP_COMMAND_RESUME
                      ? held
                      : event->command == SUP_COMMAND_RESTART && !held;
    return starts && !event->idempotent && !s->live && s->phase != SUP_PHASE_TERMINATED &&
           s->policy != NULL && s->policy->kind != SUP_KIND_TASK && !s->unsure_counts;
}

static bool no_room(const struct sim_invariants *inv, struct sim__shadow *s)
{
    if (!sim__counts_by_hand(s) || !sim__limit_counts(s, SUP_LIMIT_COUNTS_STARTS)) {
        return false;
    }
    bool emptied = is_in(operators_of(s)->clears, SUP_CLEARS_LIMIT);
    return emptied ? s->policy->limit.enabled && s->policy->limit.max == 0
                   : sim__limit_full(inv, s);
}

void sim__check_by_hand(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    if (!is_limited(s, event)) {
        return;
    }
    bool full = no_room(inv, s);
    if (event->result == SUP_OK && full) {
        sim__break(inv, SIM__INVARIANT_LIMIT_EXCEEDED, "its limit has no room for a start by hand");
    } else if (event->result == SUP_ELIMIT && !full) {
        sim__break(inv, SIM__INVARIANT_LIMIT_EARLY, "its limit has room for a start by hand");
    }
}

/* ---- waits that go on ---- */

static bool waits(const struct sim__shadow *s)
{
    return s->phase == SUP_PHASE_BACKING_OFF;
}

bool sim__waits_by_hand(const struct sim__shadow *s)
{
    return s->known != NULL && s->known->by_hand == s->attempt;
}

/* A restart of who waits. */
void sim__restarted_by_hand(struct sim__shadow *s)
{
    const struct sup_operator_rules *rules = operators_of(s);
    if (rules != NULL && rules->waits && waits(s)) {
        s->known->by_hand = s->attempt;
    }
    sim__shadow_fresh(s);
}

/* Who was paused while it waited does so again, until then. */
void sim__resumed_by_hand(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_operator_rules *rules = operators_of(s);
    sim__shadow_fresh(s);
    if (rules == NULL || !rules->waits) {
        return;
    }
    s->known->by_hand = SIM__NO_ATTEMPT;
    if (s->known->cut_until.ns > inv->now.ns) {
        s->phase = SUP_PHASE_BACKING_OFF; /* nothing tells it; it is due as it was */
        s->known->by_hand = s->attempt;
    }
}

/* Where a group may have ended its wait untold nobody knows what a stop meets. */
void sim__stopped_by_hand(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_operator_rules *rules = operators_of(s);
    if (rules == NULL) {
        return;
    }
    if (s->live) {
        empty(s, rules->stop_clears);
        return;
    }
    if (!waits(s)) {
        return;
    }
    bool due = inv->now.ns >= s->due.ns || (s->fresh && !sim__waits_by_hand(s));
    if (s->policy->kind == SUP_KIND_BLOCKING && due) {
        s->unsure_counts |= rules->counts; /* it may be waiting for the pool instead */
        return;
    }
    s->unsure_counts |= rules->counts && !sim__shadow_alone(inv, s);
    s->streak -= rules->counts && s->streak > 0 && !sim__waits_by_hand(s);
    s->known->cut_until = s->due;
}
