/* Shadows of groups: the tree, who is cancelled, restart limits. */
#include <inttypes.h>
#include <string.h>

#include "internal.h"
#include "sim/base/grow.h"
#include "sup/error.h"
#include "wishes.h"

/* "runtime.a.b" and "a.b" are the same; "" is the root. */
static const char *below_root(const char *path)
{
    static const char root[] = "runtime";
    size_t length = sizeof(root) - 1;
    if (path == NULL || strcmp(path, root) == 0) {
        return "";
    }
    bool full = strncmp(path, root, length) == 0 && path[length] == '.';
    return full ? path + length + 1 : path;
}

uint32_t sim__shadow_group_find(const struct sim_invariants *inv, const char *path)
{
    const char *below = below_root(path);
    if (*below == '\0') {
        return SIM__ROOT;
    }
    struct sim__slot *slot =
        sim__table_find(&inv->words, SIM__PATHS, below, (uint32_t)strlen(below));
    return slot == NULL ? SIM__NO_SLOT : (uint32_t)(uintptr_t)slot->value;
}

static int reserve_group(struct sim_invariants *inv)
{
    void *grown = sim__grown(inv->groups, &inv->group_capacity, (uint64_t)inv->group_count + 1,
                             sizeof(*inv->groups));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    inv->groups = grown;
    return SUP_OK;
}

static int make_one(struct sim_invariants *inv, const char *path, size_t length, uint32_t parent,
                    uint32_t *ret_group)
{
    bool new_ = true;
    struct sim__slot *slot = NULL;
    if (length > 0) {
        const char *copy = sim__arena_text(inv->arena, path, length);
        slot = copy == NULL
                   ? NULL
                   : sim__table_add(&inv->words, SIM__PATHS, copy, (uint32_t)length, &new_);
        if (slot == NULL) {
            return SUP_ENOMEM;
        }
    }
    if (reserve_group(inv) != SUP_OK) {
        return SUP_ENOMEM;
    }
    uint32_t group = inv->group_count++;
    inv->groups[group] = (struct sim__shadow_group){.parent = parent};
    if (slot != NULL) {
        slot->value = (void *)(uintptr_t)group;
    }
    *ret_group = group;
    return SUP_OK;
}

int sim__shadow_group_make(struct sim_invariants *inv, const char *path, uint32_t *ret_group)
{
    const char *below = below_root(path);
    uint32_t group = SIM__ROOT;
    for (size_t end = 0; *below != '\0'; end++) {
        if (below[end] != '.' && below[end] != '\0') {
            continue;
        }
        struct sim__slot *slot = sim__table_find(&inv->words, SIM__PATHS, below, (uint32_t)end);
        if (slot != NULL && slot->value != NULL) {
            group = (uint32_t)(uintptr_t)slot->value;
        } else if (make_one(inv, below, end, group, &group) != SUP_OK) {
            return SUP_ENOMEM;
        }
        if (below[end] == '\0') {
            break;
        }
    }
    *ret_group = group;
    return SUP_OK;
}

int sim_invariants_group(struct sim_invariants *inv, const char *path,
                         const struct sup_group_policy *policy)
{
    uint32_t group = SIM__ROOT;
    int error = inv->group_count == 0 ? make_one(inv, "", 0, SIM__NO_SLOT, &group)
                                      : sim__shadow_group_make(inv, path, &group);
    if (error != SUP_OK || policy == NULL) {
        return error;
    }
    struct sim__shadow_group *g = &inv->groups[group];
    error = sim__ring_make(&g->ring, sim__limit_entries(&policy->limit, &policy->limit_rules),
                           policy->limit.within);
    if (error == SUP_OK) {
        g->policy = *policy;
        inv->version++;
    }
    return error;
}

/* No limit here or above can reach a service, nor the end of another one. */
static bool unlimited(const struct sim_invariants *inv, uint32_t group)
{
    for (; group != SIM__NO_SLOT; group = inv->groups[group].parent) {
        const struct sup_group_policy *policy = &inv->groups[group].policy;
        if (policy->limit.enabled || policy->auto_shutdown != SUP_AUTO_SHUTDOWN_NEVER) {
            return false;
        }
    }
    return true;
}

void sim__shadow_group_look(struct sim_invariants *inv, struct sim__shadow_group *g)
{
    g->version = inv->version;
    g->alone = g->policy.strategy == SUP_STRATEGY_ONE_FOR_ONE &&
               unlimited(inv, (uint32_t)(g - inv->groups));
}

bool sim__shadow_group_cancelled(const struct sim_invariants *inv, uint32_t group)
{
    for (; inv->any_cancelled && group != SIM__NO_SLOT; group = inv->groups[group].parent) {
        if (inv->groups[group].cancelled) {
            return true;
        }
    }
    return false;
}

bool sim__shadow_group_stopped(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (inv->stopped_sequence < s->started_sequence) {
        return false;
    }
    for (uint32_t group = s->group; group != SIM__NO_SLOT; group = inv->groups[group].parent) {
        if (inv->groups[group].stopped_sequence > s->started_sequence) {
            return true;
        }
    }
    return false;
}

void sim__on_group_cancelled(struct sim_invariants *inv, const struct sup_event *event)
{
    uint32_t group = sim__shadow_group_find(inv, event->group);
    if (group != SIM__NO_SLOT) {
        inv->groups[group].cancelled = true;
        inv->any_cancelled = true;
    }
}

static bool is_within(const struct sim_invariants *inv, uint32_t group, uint32_t ancestor)
{
    while (group != SIM__NO_SLOT && group != ancestor) {
        group = inv->groups[group].parent;
    }
    return group == ancestor;
}

/* All of the group starts again: its incident takes over those below it, and of what is fresh then
 * the limit is empty. */
static void starts_again(struct sim_invariants *inv, uint32_t group)
{
    sim__shutdowns_taken_over(inv, group);
    for (uint32_t other = 0; other < inv->group_count; other++) {
        struct sim__shadow_group *g = &inv->groups[other];
        if (!is_within(inv, other, group)) {
            continue;
        }
        g->incident = other == group && g->policy.strategy != SUP_STRATEGY_ONE_FOR_ONE;
        if (g->policy.rebirth == SUP_REBIRTH_FRESH) {
            sim__group_limit_empty(g);
            g->paused_until.ns = 0;
        }
    }
}

void sim__on_group_restart(struct sim_invariants *inv, const struct sup_event *event)
{
    uint32_t group = sim__shadow_group_find(inv, event->group);
    if (inv->draining) {
        sim__break(inv, SIM__INVARIANT_STOP_BEATS_RESTART, "the supervisor is draining");
    }
    if (group != SIM__NO_SLOT) {
        inv->groups[group].incident = false;
    }
}

void sim__on_group_exhausted(struct sim_invariants *inv, const struct sup_event *event)
{
    uint32_t group = sim__shadow_group_find(inv, event->group);
    if (group == SIM__NO_SLOT) {
        return;
    }
    struct sim__shadow_group *g = &inv->groups[group];
    const struct sup_limit_policy *limit = &g->policy.limit;
    if (!limit->enabled || event->limit != limit->max || event->count != limit->max) {
        sim__break(inv, SIM__INVARIANT_LIMIT_EARLY,
                   "%" PRIu32 " of %" PRIu32 " restarts of the group were counted", event->count,
                   event->limit);
    }
    switch (limit->then) {
    case SUP_LIMIT_WAIT:
    case SUP_LIMIT_PAUSE:
        inv->asked = SIM__NO_SLOT; /* the restart that comes is no entry */
        sim__group_holds(inv, g);
        break;
    case SUP_LIMIT_ESCALATE:
        inv->asked = g->parent;
        inv->asks = group;
        break;
    default:
        sim__shutdowns_taken_over(inv, group);
        inv->asked = SIM__ITS_OWN;
        inv->asks = SIM__NO_SLOT;
        inv->held_until.ns = 0; /* nobody is restarted */
    }
}

/* Of a window whose beginning is not known nobody knows what it has room for; of others no more
 * than what is. */
static void count_restart(struct sim_invariants *inv, struct sim__shadow_group *g)
{
    const struct sup_limit_policy *limit = &g->policy.limit;
    if (!limit->enabled) {
        return;
    }
    if (!g->unsure_window && sim__group_limit_full(inv, g)) {
        sim__break(inv, SIM__INVARIANT_GROUP_LIMIT_EXCEEDED,
                   "its group has used %" PRIu32 " of %" PRIu32 " restarts",
                   sim__group_limit_count(inv, g), limit->max);
    }
    sim__group_limit_enter(inv, g);
}

/* A group above has granted it, or holds it back, after some were exhausted below. */
static void granted_above(struct sim_invariants *inv)
{
    if (inv->asked != SIM__NO_SLOT) {
        count_restart(inv, &inv->groups[inv->asked]);
    }
    if (inv->asks != SIM__NO_SLOT) {
        starts_again(inv, inv->asks);
    }
    inv->asked = SIM__ITS_OWN;
    inv->asks = SIM__NO_SLOT;
}

/* Counted once an incident. */
void sim__group_granted(struct sim_invariants *inv, struct sim__shadow *s, enum sim__grant grant)
{
    struct sim__shadow_group *g = &inv->groups[s->group];
    bool joins = g->incident;
    g->incident = g->policy.strategy != SUP_STRATEGY_ONE_FOR_ONE;
    if (grant != SIM__GRANT_AFTER_FAILURE) {
        return;
    }
    if (inv->asked != SIM__ITS_OWN) {
        granted_above(inv);
        return;
    }
    if (g->paused_until.ns > inv->now.ns) {
        return;
    }
    if (joins) { /* unless that incident was over, untold */
        enum sup_limit_window window = g->policy.limit_rules.window;
        g->unsure_window |= window == SUP_LIMIT_WINDOW_FIXED || window == SUP_LIMIT_WINDOW_ONCE;
        return;
    }
    count_restart(inv, g);
}
