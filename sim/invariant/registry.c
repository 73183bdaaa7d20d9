/* Shadows of registrations, and what operators' commands mean for them. */
#include <inttypes.h>
#include <string.h>

#include "aftermath.h"
#include "internal.h"
#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "wishes.h"

/* ---- policies ---- */

static bool same_backoff(const struct sup_backoff_policy *a, const struct sup_backoff_policy *b)
{
    return a->base.ns == b->base.ns && a->max.ns == b->max.ns &&
           a->factor_billionths == b->factor_billionths && a->jitter == b->jitter &&
           a->jitter_percent == b->jitter_percent && a->reset_after.ns == b->reset_after.ns &&
           a->reset == b->reset;
}

static bool same_breaker(const struct sup_breaker_policy *a, const struct sup_breaker_policy *b)
{
    return a->failures == b->failures && a->within.ns == b->within.ns && a->then == b->then &&
           a->cooldown.ns == b->cooldown.ns && a->probe_for.ns == b->probe_for.ns;
}

static bool same_limit(const struct sup_limit_policy *a, const struct sup_limit_policy *b)
{
    return a->enabled == b->enabled && a->max == b->max && a->within.ns == b->within.ns &&
           a->then == b->then;
}

static bool same_liveness(const struct sup_policy *a, const struct sup_policy *b)
{
    return a->ready_explicit == b->ready_explicit && a->ready_timeout.ns == b->ready_timeout.ns &&
           a->stale_after.ns == b->stale_after.ns && a->stale_then == b->stale_then &&
           a->stop_grace.ns == b->stop_grace.ns && a->stop_abort_wait.ns == b->stop_abort_wait.ns;
}

/* Kept ones have one size, and nothing is left between their members. */
static bool same_rules(const struct sup_rules *a, const struct sup_rules *b)
{
    return a == b || (a != NULL && b != NULL && memcmp(a, b, sizeof(*a)) == 0);
}

/* Rules of our own: the caller's may go. False when out of memory. */
static bool own_rules(struct sim_invariants *inv, struct sup_policy *policy)
{
    const struct sup_rules *rules = policy->rules;
    struct sup_rules *copy = rules == NULL ? NULL : sim__arena_alloc(inv->arena, 1, sizeof(*copy));
    if (copy != NULL) {
        memcpy(copy, rules, sizeof(*copy));
        policy->rules = copy;
    }
    return rules == NULL || copy != NULL;
}

static bool same_policy(const struct sup_policy *a, const struct sup_policy *b)
{
    return a->restart == b->restart && a->kind == b->kind && a->max_restarts == b->max_restarts &&
           a->clean_exit_delay.ns == b->clean_exit_delay.ns &&
           a->interval_every.ns == b->interval_every.ns && a->interval_mode == b->interval_mode &&
           same_backoff(&a->backoff, &b->backoff) && same_breaker(&a->breaker, &b->breaker) &&
           same_limit(&a->limit, &b->limit) && same_liveness(a, b) &&
           same_rules(a->rules, b->rules);
}

/* Fleets share a policy: the last few are kept once. */
static const struct sup_policy *intern(struct sim_invariants *inv, const struct sup_policy *policy)
{
    uint32_t recent = sizeof(inv->recent) / sizeof(inv->recent[0]);
    for (uint32_t i = 0; i < recent; i++) {
        if (inv->recent[i] != NULL && same_policy(inv->recent[i], policy)) {
            return inv->recent[i];
        }
    }
    struct sup_policy *copy = sim__arena_alloc(inv->arena, 1, sizeof(*copy));
    if (copy != NULL) {
        *copy = *policy;
        if (!own_rules(inv, copy)) {
            return NULL;
        }
        inv->recent[inv->recent_next++ % recent] = copy;
    }
    return copy;
}

static struct sim__known *known_of(struct sim_invariants *inv, const char *name)
{
    struct sim__slot *slot = sim__table_find(&inv->words, SIM__NAMES, name, (uint32_t)strlen(name));
    return slot == NULL ? NULL : slot->value;
}

static struct sim__known *know(struct sim_invariants *inv, const char *name)
{
    struct sim__known *known = known_of(inv, name);
    if (known != NULL) {
        return known;
    }
    size_t length = strlen(name);
    const char *copy = sim__arena_text(inv->arena, name, length);
    known = sim__arena_alloc(inv->arena, 1, sizeof(*known));
    bool new_;
    struct sim__slot *slot =
        copy == NULL || known == NULL
            ? NULL
            : sim__table_add(&inv->words, SIM__NAMES, copy, (uint32_t)length, &new_);
    if (slot == NULL) {
        return NULL;
    }
    slot->value = known;
    inv->known_count++;
    return known;
}

int sim_invariants_policy(struct sim_invariants *inv, const char *name, const char *group,
                          const struct sup_policy *policy)
{
    struct sup_policy once;
    if (policy->kind == SUP_KIND_TASK && policy->restart != SUP_RESTART_NEVER) {
        once = *policy;
        once.restart = SUP_RESTART_NEVER; /* a task runs once */
        policy = &once;
    }
    struct sim__known *known = know(inv, name);
    const struct sup_policy *copy = known == NULL ? NULL : intern(inv, policy);
    struct sim__announced next = {.policy = copy, .fresh = true};
    if (copy == NULL || sim__shadow_group_make(inv, group, &next.group) != SUP_OK ||
        sim__shadows_reserve(inv, inv->known_count) != SUP_OK) {
        return SUP_ENOMEM;
    }
    known->before = known->next;
    known->next = next;
    return SUP_OK;
}

void sim_invariants_paused(struct sim_invariants *inv, const char *name)
{
    struct sim__known *known = known_of(inv, name);
    if (known != NULL) {
        known->next.paused = true;
    }
}

int sim_invariants_lag(struct sim_invariants *inv, const char *name,
                       const struct sim_invariants_lag *lag)
{
    struct sim__known *known = known_of(inv, name);
    struct sim_invariants_lag *copy = sim__arena_alloc(inv->arena, 1, sizeof(*copy));
    SUP_ASSERT(known != NULL);
    if (copy == NULL) {
        return SUP_ENOMEM;
    }
    *copy = *lag;
    known->next.lag = copy;
    return SUP_OK;
}

void sim_invariants_refused(struct sim_invariants *inv, const char *name)
{
    struct sim__known *known = known_of(inv, name);
    if (known != NULL) {
        known->next = known->before;
    }
}

/* ---- slots ---- */

int sim__shadows_reserve(struct sim_invariants *inv, uint32_t wanted)
{
    if (wanted <= inv->shadow_capacity) {
        return SUP_OK;
    }
    /* Both have one capacity, the shadows'; so a first that grew alone grows again. */
    uint32_t room = inv->shadow_capacity;
    void *touched = sim__grown(inv->touched, &room, wanted, sizeof(*inv->touched));
    if (touched == NULL) {
        return SUP_ENOMEM;
    }
    inv->touched = touched;
    void *shadows = sim__grown(inv->shadows, &inv->shadow_capacity, wanted, sizeof(*inv->shadows));
    if (shadows == NULL) {
        return SUP_ENOMEM;
    }
    inv->shadows = shadows;
    SUP_ASSERT(room == inv->shadow_capacity);
    return SUP_OK;
}

/* What is left of the registration before. */
static void renew(struct sim__shadow *s)
{
    struct sim__shadow blank = {
        .policy = s->policy,
        .group = s->group,
        .generation = s->generation,
        .breaker_ring = s->breaker_ring,
        .limit_ring = s->limit_ring,
        .known = s->known,
        .held = s->held,
        .touched = s->touched,
        .follows_stream = s->follows_stream,
        .stream = s->stream,
        .compare = true,
        .anchor = SUP_INSTANT_NEVER,
        .phase = SUP_PHASE_IDLE,
        .operation = SUP_OPERATION_ACTIVE,
        .registered = true,
    };
    *s = blank;
    sim__ring_clear(&s->breaker_ring);
    sim__limit_empty(s);
    sim__shadow_classify(s);
}

/* Those of the registration before. */
static void forget_waits(struct sim__known *known)
{
    known->raised_at = SUP_INSTANT_NEVER;
    known->by_hand = SIM__NO_ATTEMPT;
    known->cut_until.ns = 0;
}

/* An operator's restart, or a group that is made anew, registers the same thing again; otherwise
 * it is what was announced. */
static int take_policy(struct sim_invariants *inv, struct sim__shadow *s,
                       const struct sup_event *event)
{
    bool by_hand = inv->anew == event->slot;
    inv->anew = SIM__NO_SLOT;
    inv->paused = false;
    bool reborn = s->registered && inv->groups[s->group].policy.rebirth == SUP_REBIRTH_FRESH;
    if (s->known != NULL && (by_hand || reborn)) {
        inv->paused = !by_hand && s->known->paused;
        forget_waits(s->known);
        return SUP_OK;
    }
    SUP_ASSERT(event->service != NULL);
    s->known = known_of(inv, event->service);
    if (s->known == NULL) {
        return SUP_OK; /* a slot is a name's for ever: nothing was known before either */
    }
    inv->paused = s->known->paused = s->known->next.paused;
    s->known->next.fresh = false;
    forget_waits(s->known);
    s->known->lag = s->known->next.lag;
    s->policy = s->known->next.policy;
    s->group = s->known->next.group;
    if (s->policy == NULL) {
        return SUP_OK;
    }
    const struct sup_policy *policy = s->policy;
    int error = sim__ring_make(&s->breaker_ring, policy->breaker.failures, policy->breaker.within);
    if (error == SUP_OK) {
        const struct sup_limit_rules *rules = policy->rules != NULL ? &policy->rules->limit : NULL;
        error = sim__ring_make(&s->limit_ring, sim__limit_entries(&policy->limit, rules),
                               policy->limit.within);
    }
    return error;
}

static void check_registration(struct sim_invariants *inv, const struct sim__shadow *s,
                               const struct sup_event *event, uint32_t generation)
{
    if (s->registered && s->phase != SUP_PHASE_TERMINATED) {
        sim__break(inv, SIM__INVARIANT_PHASE_ILLEGAL, "it is registered already, and %s",
                   sim__phase_word(s->phase));
    } else if (event->generation != generation) {
        sim__break(inv, SIM__INVARIANT_GENERATION_COUNT,
                   "generation %" PRIu32 " instead of %" PRIu32, event->generation, generation);
    } else if (inv->draining) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_DRAINING, "registered while draining");
    }
}

void sim__on_registered(struct sim_invariants *inv, const struct sup_event *event)
{
    if (event->slot == SIM__NO_SLOT || sim__shadows_reserve(inv, event->slot + 1) != SUP_OK) {
        inv->failed = true;
        return;
    }
    bool first = event->slot >= inv->shadow_count;
    inv->shadow_count = first ? event->slot + 1 : inv->shadow_count;
    struct sim__shadow *s = &inv->shadows[event->slot];
    if (!sim__shadow_alone(inv, s)) {
        s->follows_stream = false; /* its group may have ended it after a draw, untold */
    }
    check_registration(inv, s, event, first ? 0 : s->generation + 1);
    inv->registered_count += !s->registered;
    if (take_policy(inv, s, event) != SUP_OK) {
        inv->failed = true;
        return;
    }
    if (first) {
        sim__stream_begin(inv, s, event->service);
    }
    renew(s);
    s->generation = event->generation;
    if (sim__has_lag(s)) {
        s->due = inv->now; /* of its first start */
    }
    s->must = inv->paused ? SIM__BIT(PAUSED) : 0;
    if (sim__shadow_group_cancelled(inv, s->group)) {
        sim__break(inv, SIM__INVARIANT_ATTEMPT_CANCELLED_GROUP, "its group is cancelled");
    }
    inv->metrics.spawned_total++;
    inv->metrics.active_services++;
    sim__shadow_touch(inv, s);
}

static void unregister(struct sim_invariants *inv, struct sim__shadow *s)
{
    s->registered = false;
    inv->registered_count--;
}

static void count_terminated(struct sim_invariants *inv)
{
    inv->metrics.active_services--;
    inv->metrics.terminated_total++;
}

void sim__on_gone(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->live) {
        sim__break(inv, SIM__INVARIANT_PHASE_ILLEGAL, "attempt %" PRIu32 " lives", s->attempt);
        return;
    }
    if (s->phase != SUP_PHASE_TERMINATED) {
        count_terminated(inv);
    }
    unregister(inv, s);
    sim__significant_gone(inv, s);
}

static void check_terminated(struct sim_invariants *inv, const struct sim__shadow *s)
{
    enum sup_reason reason = inv->event->reason;
    if (s->live) {
        sim__break(inv, SIM__INVARIANT_PHASE_ILLEGAL, "attempt %" PRIu32 " lives", s->attempt);
    } else if (s->must_reason != SUP_REASON_NONE && s->must_reason != reason) {
        sim__break(inv, SIM__INVARIANT_FOLLOW_UP, "reason %s, not %s",
                   sup_reason_name((enum sup_reason)s->must_reason), sup_reason_name(reason));
    }
}

/* A group that gives up tells its services' ends alike, wanted or not. */
static void resolve_terminated(struct sim_invariants *inv, struct sim__shadow *s)
{
    switch (inv->event->reason) {
    case SUP_REASON_UNRECOVERABLE:
    case SUP_REASON_COMPLETED:
        sim__shadow_resolve(inv, s, SIM__END_UNWANTED);
        break;
    case SUP_REASON_RESTART_LIMIT:
        s->unsure_failures = inv->unsure_failures = true;
        break;
    default:
        break; /* it was wanted, as every settled instant takes it to be */
    }
}

void sim__on_terminated(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->unsure_end) {
        resolve_terminated(inv, s);
        if (s->must != 0) {
            sim__shadow_follows(inv, s);
        }
    }
    check_terminated(inv, s);
    sim__shadow_phase(inv, s, SUP_PHASE_TERMINATED);
    count_terminated(inv);
    bool leaves = s->policy != NULL && s->policy->kind == SUP_KIND_TASK &&
                  inv->event->reason != SUP_REASON_ABANDONED;
    if (leaves) {
        unregister(inv, s);
    }
    sim__significant_terminated(inv, s);
}

/* ---- operators ---- */

void sim__on_held(struct sim_invariants *inv, struct sim__shadow *s, enum sup_operation operation)
{
    if (s->unsure_end) {
        s->unsure_counts = s->unsure_failures = inv->unsure_failures = true;
    }
    s->operation = (uint8_t)operation;
    if (s->phase == SUP_PHASE_BACKING_OFF || s->phase == SIM__PHASE_ENDED) {
        sim__shadow_phase(inv, s, SUP_PHASE_IDLE);
    }
}

void sim__on_resumed(struct sim_invariants *inv, struct sim__shadow *s)
{
    if (s->operation != SUP_OPERATION_PAUSED && s->operation != SUP_OPERATION_QUARANTINED) {
        sim__break(inv, SIM__INVARIANT_FOLLOW_UP, "it was neither paused nor quarantined");
    }
    s->operation = SUP_OPERATION_ACTIVE;
    if (s->live) {
        s->wish = SIM__WISH_RESUME;
    } else if (s->phase != SUP_PHASE_TERMINATED) {
        sim__resumed_by_hand(inv, s);
    }
}

/* A command that is carried out on a service: what its attempt's end will mean. */
static void wish(struct sim_invariants *inv, struct sim__shadow *s, enum sup_command command,
                 uint32_t slot)
{
    static const uint8_t wishes[SUP_COMMANDS] = {
        [SUP_COMMAND_SPAWN] = SIM__WISH_REPLACE,    [SUP_COMMAND_PAUSE] = SIM__WISH_PAUSE,
        [SUP_COMMAND_QUARANTINE] = SIM__WISH_PAUSE, [SUP_COMMAND_REMOVE] = SIM__WISH_REMOVE,
        [SUP_COMMAND_RESTART] = SIM__WISH_RESTART,  [SUP_COMMAND_CANCEL] = SIM__WISH_CANCEL,
        [SUP_COMMAND_ABORT] = SIM__WISH_ABORT,
    };
    if (command == SUP_COMMAND_REMOVE) {
        s->operation = SUP_OPERATION_REMOVED;
    }
    if (command == SUP_COMMAND_PAUSE || command == SUP_COMMAND_QUARANTINE ||
        command == SUP_COMMAND_CANCEL) {
        sim__stopped_by_hand(inv, s);
    }
    if (command == SUP_COMMAND_ABORT) {
        s->abort_asked = true;
        if (s->wish == SIM__WISH_REPLACE || s->wish == SIM__WISH_REMOVE) {
            return; /* it only hastens */
        }
    }
    if (s->live) {
        s->wish = wishes[command] != SIM__WISH_NONE ? wishes[command] : s->wish;
    } else if (command == SUP_COMMAND_RESTART && s->phase != SUP_PHASE_TERMINATED) {
        sim__restarted_by_hand(s);
    } else if (command == SUP_COMMAND_RESTART) {
        inv->anew = slot;
    }
}

static void stop_group(struct sim_invariants *inv, const struct sup_event *event)
{
    uint32_t group = sim__shadow_group_find(inv, event->group);
    if (group != SIM__NO_SLOT) {
        inv->groups[group].stopped_sequence = event->sequence;
        inv->stopped_sequence = event->sequence;
    }
}

void sim__on_command(struct sim_invariants *inv, const struct sup_event *event)
{
    inv->metrics.commands_total++;
    inv->anew = SIM__NO_SLOT;
    bool of_group =
        event->command == SUP_COMMAND_CANCEL_GROUP || event->command == SUP_COMMAND_FORCE_ABORT;
    if (of_group && event->result == SUP_OK) {
        stop_group(inv, event);
    }
    struct sim__shadow *s = sim__shadow_at(inv, event->slot);
    if (s == NULL) {
        return;
    }
    sim__check_by_hand(inv, s);
    if (event->result != SUP_OK) {
        return;
    }
    if (event->command == SUP_COMMAND_FORGET) {
        sim__forgotten(inv, s);
    } else if (!event->idempotent) {
        wish(inv, s, event->command, event->slot);
    }
}
