/* Shadows of significant services and groups: when a group has to shut down, and that it does so
 * for nothing else. */
#include <inttypes.h>

#include "internal.h"
#include "wishes.h"

static bool is_significant(const struct sim__shadow *s)
{
    return s->policy != NULL && s->policy->rules != NULL && s->policy->rules->significant;
}

static bool is_within(const struct sim_invariants *inv, uint32_t group, uint32_t ancestor)
{
    for (; group != SIM__NO_SLOT; group = inv->groups[group].parent) {
        if (group == ancestor) {
            return true;
        }
    }
    return false;
}

/* It lives, or will without an operator. */
static bool is_alive(const struct sim__shadow *s)
{
    return s->registered && s->phase != SUP_PHASE_TERMINATED &&
           (s->live || s->operation == SUP_OPERATION_ACTIVE);
}

/* Its group, or the one below it that it is in, is significant. */
static bool counts_for(const struct sim_invariants *inv, const struct sim__shadow *s,
                       uint32_t group)
{
    uint32_t own = s->group;
    if (own == group) {
        return is_significant(s);
    }
    while (own != SIM__NO_SLOT && inv->groups[own].parent != group) {
        own = inv->groups[own].parent;
    }
    return own != SIM__NO_SLOT && inv->groups[own].policy.significant;
}

typedef bool (*of_group_fn)(const struct sim_invariants *inv, const struct sim__shadow *s,
                            uint32_t group);

/* Is there somebody? Looked for from where one was found the last time. */
static bool find(struct sim_invariants *inv, uint32_t group, of_group_fn is_one)
{
    struct sim__shadow_group *g = &inv->groups[group];
    for (uint32_t i = 0; i < inv->shadow_count; i++) {
        uint32_t slot = (g->witness + i) % inv->shadow_count;
        if (is_one(inv, &inv->shadows[slot], group)) {
            g->witness = slot;
            return true;
        }
    }
    return false;
}

static bool lives(const struct sim_invariants *inv, const struct sim__shadow *s, uint32_t group)
{
    return is_alive(s) && counts_for(inv, s, group);
}

/* It is one of those that the group has shut down with, and has not terminated. */
static bool is_left(const struct sim_invariants *inv, const struct sim__shadow *s, uint32_t group)
{
    (void)inv;
    return s->registered && s->phase != SUP_PHASE_TERMINATED && s->down_with == group + 1;
}

/* When it has to be told: in the next event, or at this instant. */
enum due { DUE_NOT, DUE_NEXT, DUE_NOW };

static void set_due(struct sim_invariants *inv, struct sim__shadow_group *g, enum due due)
{
    inv->shutdowns_due += due != DUE_NOT;
    inv->shutdowns_due -= g->shutdown_due != DUE_NOT;
    g->shutdown_due = (uint8_t)due;
}

static void ended(struct sim_invariants *inv, uint32_t group, enum due due)
{
    struct sim__shadow_group *g = &inv->groups[group];
    if (g->policy.auto_shutdown == SUP_AUTO_SHUTDOWN_NEVER ||
        (g->policy.auto_shutdown == SUP_AUTO_SHUTDOWN_ALL && find(inv, group, lives))) {
        return;
    }
    set_due(inv, g, due);
    inv->shutdown_sequence = inv->sequence + 1;
    inv->shutting = true;
}

/* Groups that shut down and have nothing left; the root drains instead. */
static void look_at_groups(struct sim_invariants *inv, uint32_t group, enum due due)
{
    for (; group != SIM__ROOT; group = inv->groups[group].parent) {
        struct sim__shadow_group *g = &inv->groups[group];
        if (g->shuts_down && !g->unsure_down && !find(inv, group, is_left)) {
            g->shuts_down = false;
            if (g->policy.significant) {
                ended(inv, g->parent, due);
            }
        }
    }
}

void sim__significant_terminated(struct sim_invariants *inv, const struct sim__shadow *s)
{
    enum sup_reason reason = inv->event->reason;
    bool by_limit = reason == SUP_REASON_RESTART_LIMIT && s->must_reason == reason;
    bool by_itself = by_limit || reason == SUP_REASON_COMPLETED ||
                     reason == SUP_REASON_UNRECOVERABLE ||
                     reason == SUP_REASON_CIRCUIT_BREAKER_OPEN;
    if (by_itself && is_significant(s)) {
        /* A start that is refused may be one of a group that starts, which goes on first. */
        ended(inv, s->group, by_limit ? DUE_NOW : DUE_NEXT);
    }
    if (inv->shutting) {
        look_at_groups(inv, s->group, DUE_NEXT);
    }
}

void sim__significant_kept(struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (s->down_with != 0) {
        inv->groups[s->down_with - 1].unsure_down = true;
    }
}

void sim__significant_gone(struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (inv->event->type == SUP_EVENT_REPLACED) {
        sim__significant_kept(inv, s); /* what replaces it starts first, and may live */
    }
    if (inv->shutting) {
        look_at_groups(inv, s->group, DUE_NOW);
    }
}

/* Whatever is done to a group takes over what is being done below it. */
void sim__shutdowns_taken_over(struct sim_invariants *inv, uint32_t group)
{
    for (uint32_t other = 0; inv->shutting && other < inv->group_count; other++) {
        if (is_within(inv, other, group)) {
            inv->groups[other].shuts_down = false;
            set_due(inv, &inv->groups[other], DUE_NOT);
        }
    }
}

/* A child of the group that shuts down, or has: nobody knows when, where an operator has taken
 * over one of those that it stops. */
static bool child_shuts_down(const struct sim_invariants *inv, uint32_t group)
{
    for (uint32_t other = 0; other < inv->group_count; other++) {
        const struct sim__shadow_group *g = &inv->groups[other];
        if (g->parent == group && g->shuts_down && g->policy.significant) {
            return true;
        }
    }
    return false;
}

/* Who is registered later is none of them. */
static void take_down(struct sim_invariants *inv, uint32_t group)
{
    for (uint32_t slot = 0; slot < inv->shadow_count; slot++) {
        struct sim__shadow *s = &inv->shadows[slot];
        if (is_within(inv, s->group, group)) {
            s->down_with = group + 1;
        }
    }
}

void sim__on_group_shutdown(struct sim_invariants *inv, const struct sup_event *event)
{
    uint32_t group = sim__shadow_group_find(inv, event->group);
    if (group == SIM__NO_SLOT) {
        return;
    }
    uint8_t due = inv->groups[group].shutdown_due;
    if (due == DUE_NOT && !child_shuts_down(inv, group)) {
        sim__break(inv, SIM__INVARIANT_GROUP_SHUTDOWN, "nobody significant of the group has ended");
    } else if (due == DUE_NEXT && event->sequence != inv->shutdown_sequence) {
        sim__break(inv, SIM__INVARIANT_GROUP_SHUTDOWN, "it had to come at event %" PRIu64,
                   inv->shutdown_sequence);
    }
    sim__shutdowns_taken_over(inv, group);
    inv->groups[group].shuts_down = true;
    inv->groups[group].unsure_down = false;
    take_down(inv, group);
    look_at_groups(inv, group, DUE_NEXT);
}

void sim__check_shutdowns(struct sim_invariants *inv)
{
    if (inv->shutdowns_due > 0 && !inv->draining) {
        sim__break(inv, SIM__INVARIANT_GROUP_SHUTDOWN, "a group has to shut down for it");
    }
    if (inv->groups[SIM__ROOT].shuts_down && !inv->draining) {
        sim__break(inv, SIM__INVARIANT_GROUP_SHUTDOWN, "all groups shut down, and nothing drains");
    }
}
