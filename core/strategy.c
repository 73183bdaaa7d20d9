/* Strategies and group limits: what a group does when one of its services is to
 * be restarted, and when it may not be. */
#include "strategy.h"

#include "canary.h"
#include "drain.h"
#include "events.h"
#include "group.h"
#include "incident.h"
#include "limits.h"
#include "later.h"
#include "machine.h"
#include "phase.h"
#include "probe.h"
#include "restart.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"
#include "timer.h"
#include "window.h"

/* Would stop and start again: it lives, or is going to. */
static bool concerned(const struct sup *sup, const struct sup__service *s)
{
    return s->live || s->phase == SUP_PHASE_BACKING_OFF || s->queued ||
           sup__cold_of(sup, s)->later == SUP__LATER_START;
}

/* A member that waits has nothing whose end there would be to wait for: it stops at
 * once. One that lives has its turn. */
static void stop_waiting(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->member);
    if (!s->live) {
        sup__stop(sup, s, SUP__INTENT_GROUP);
    }
}

static void add_source(struct sup *sup, uint32_t group, struct sup__service *s,
                       struct sup_duration delay, const char *reason)
{
    SUP_ASSERT(!s->live && sup->groups[group].incident == SUP__INCIDENT_RESTART);
    sup__wait_begin(sup, s, delay, reason);
    sup__incident_join(sup, group, s, SUP__THEN_START);
    sup__incident_at(sup, group, sup__after(sup, delay));
}

/* Those of the group's own services that its strategy stops with s. */
static void add_siblings(struct sup *sup, uint32_t group, const struct sup__service *s)
{
    SUP_ASSERT(sup->groups[group].incident == SUP__INCIDENT_RESTART);
    uint32_t source = sup__slot_of(sup, s);
    bool rest_for_one = sup->groups[group].policy.strategy == SUP_STRATEGY_REST_FOR_ONE;
    for (uint32_t slot = sup->groups[group].last; slot != SUP__NONE;
         slot = sup->colds[slot].group_previous) {
        struct sup__service *sibling = &sup->services[slot];
        if (slot == source) {
            if (rest_for_one) {
                break;
            }
            continue;
        }
        if (concerned(sup, sibling) && !sibling->member) {
            SUP_PROBE("group: a sibling stops");
            SUP_PROBE_WHEN("group: a sibling that waits to be started again stops",
                           sibling->phase == SUP_PHASE_BACKING_OFF);
            SUP_PROBE_WHEN("group: a sibling that waits for the pool stops", sibling->queued);
            sup__incident_join(sup, group, sibling, SUP__THEN_START);
            stop_waiting(sup, sibling);
        }
    }
}

/* Incidents of the groups above may have lost the member they were waiting for:
 * they go on. */
static void stop_from_the_last(struct sup *sup, uint32_t group)
{
    sup->groups[group].chain_cursor = sup->groups[group].chain_first;
    for (uint32_t g = group; g != SUP__NONE; g = sup->groups[g].parent) {
        sup__incident_advance(sup, g);
    }
}

static void act(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                const char *reason)
{
    uint32_t group = s->group;
    struct sup__group *g = &sup->groups[group];
    if (g->policy.strategy == SUP_STRATEGY_ONE_FOR_ONE) {
        sup__wait_restart(sup, s, delay, reason);
        return;
    }
    if (g->incident == SUP__INCIDENT_NONE) {
        sup__incident_open(sup, group, SUP__INCIDENT_RESTART);
    } else if (g->incident != SUP__INCIDENT_RESTART) {
        SUP_PROBE("group: a restart while the group is being ended");
        sup__wait_restart(sup, s, delay, reason);
        return;
    }
    add_source(sup, group, s, delay, reason);
    add_siblings(sup, group, s);
    stop_from_the_last(sup, group);
}

static void say_exhausted(struct sup *sup, const struct sup__group *g, uint32_t used)
{
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_LIMIT_EXHAUSTED, NULL);
    event.fields |= SUP_FIELD_COUNT | SUP_FIELD_THEN;
    event.group = g->path;
    event.count = used;
    event.limit = g->policy.limit.max;
    event.then = g->policy.limit.then;
    sup__emit(sup, &event);
}

/* Ends incidents inside the subtree, and those that were to come: their members are dealt
 * with by the one who asks. What they had stopped for a later start still counts as concerned. */
static void take_over_incidents(struct sup *sup, uint32_t group)
{
    for (uint32_t g = 0; g < sup->group_count; g++) {
        if (sup->groups[g].incident != SUP__INCIDENT_NONE && sup__group_within(sup, g, group)) {
            SUP_PROBE("group: an incident inside is taken over");
            sup__incident_dissolve(sup, g);
        }
        if (sup->groups[g].shuts_down && sup__group_within(sup, g, group)) {
            SUP_PROBE("group: one inside was to shut down, too");
            sup->groups[g].shuts_down = false;
        }
    }
}

/* An attempt that is stopping already in order to start again, or to be held,
 * shares the end of its group. */
static void overrule(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && s->cancel_delivered);
    if (sup__rank(s->intent) < sup__rank(SUP__INTENT_CANCEL)) {
        SUP_PROBE("group: one that was to start again ends with its group");
        s->restart_event = false;
        sup__stop(sup, s, SUP__INTENT_GROUP);
    }
}

/* Stops every service of the subtree that has not terminated. */
static void stop_members(struct sup *sup, uint32_t group, const struct sup__service *s)
{
    uint32_t count = sup__group_collect(sup, group);
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *member = &sup->services[sup->scratch[i]];
        if (member == s || member->phase == SUP_PHASE_TERMINATED) {
            continue;
        }
        sup__incident_leave(sup, member);
        sup__incident_join(sup, group, member, SUP__THEN_NOTHING);
        stop_waiting(sup, member);
        if (member->live && member->cancel_delivered) {
            overrule(sup, member);
        }
    }
    stop_from_the_last(sup, group);
}

/* Stops every service of the subtree, to be terminated or quarantined. */
static void stop_group(struct sup *sup, uint32_t group, struct sup__service *s,
                       enum sup__incident kind)
{
    SUP_ASSERT(!s->live && kind != SUP__INCIDENT_RESTART);
    SUP_PROBE_WHEN("group: quarantined", kind == SUP__INCIDENT_QUARANTINE);
    SUP_PROBE_WHEN("group: terminated", kind == SUP__INCIDENT_TERMINATE);
    take_over_incidents(sup, group);
    sup__incident_open(sup, group, kind);
    sup__incident_join(sup, group, s, SUP__THEN_NOTHING);
    const struct sup__input ended = {.type = SUP__INPUT_SETTLE, .intent = SUP__INTENT_GROUP};
    sup__react(sup, s, &ended);
    stop_members(sup, group, s);
}

void sup__group_shut_down(struct sup *sup, uint32_t group)
{
    SUP_ASSERT(group != SUP__ROOT && !sup->starting_group);
    take_over_incidents(sup, group);
    sup__incident_open(sup, group, SUP__INCIDENT_SHUTDOWN);
    stop_members(sup, group, NULL);
}

/* A child group's failure that its parent allows: the subtree's services stop,
 * and start again after the failing one's delay. */
static void restart_subtree(struct sup *sup, uint32_t group, struct sup__service *s,
                            struct sup_duration delay, const char *reason)
{
    SUP_ASSERT(!s->live && group != SUP__ROOT);
    SUP_PROBE("group: its subtree starts again, as its parent allows");
    uint32_t count = sup__group_collect(sup, group);
    /* Members of incidents inside are idle already; they are to start again too. */
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *member = &sup->services[sup->scratch[i]];
        bool again =
            concerned(sup, member) || sup__rare_of(sup, member)->incident_then == SUP__THEN_START;
        sup->scratch[i] |= again ? SUP__SLOTS_MAX : 0;
    }
    take_over_incidents(sup, group);
    sup__incident_open(sup, group, SUP__INCIDENT_RESTART);
    sup->groups[group].escalated = true;
    sup->groups[group].reborn = sup__group_rebirths(sup, group);
    sup__group_limits_clear(sup, group);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = sup->scratch[i] & (SUP__SLOTS_MAX - 1);
        struct sup__service *member = &sup->services[slot];
        if (member == s) {
            add_source(sup, group, s, delay, reason);
        } else if ((sup->scratch[i] & SUP__SLOTS_MAX) != 0) {
            sup__incident_leave(sup, member);
            sup__incident_join(sup, group, member, SUP__THEN_START);
            stop_waiting(sup, member);
        }
    }
    stop_from_the_last(sup, group);
}

static void drain_by_limit(struct sup *sup, struct sup__service *s)
{
    uint32_t max = sup->groups[SUP__ROOT].policy.limit.max;
    SUP_PROBE("group: the limit of all drains");
    sup__terminate_counted(sup, s, SUP_REASON_RESTART_LIMIT, max, max);
    static const struct sup_actor nobody = {"supervisor", "restart-limit"};
    sup__drain_begin(sup, sup->config.shutdown_timeout, SUP__DRAIN_BY_LIMIT, &nobody);
}

struct sup__limited sup__group_limited(const struct sup *sup, struct sup__group *g)
{
    return (struct sup__limited){.policy = &g->policy.limit,
                                 .rules = &g->policy.limit_rules,
                                 .ring = &g->limit,
                                 .state = &g->limit_state,
                                 .clock_at_zero = sup->config.clock_at_zero};
}

static bool ruled_limit_allows(struct sup *sup, struct sup__group *g, uint32_t *ret_used)
{
    struct sup__limited limited = sup__group_limited(sup, g);
    if (sup__limit_is_full(&limited, sup->now, ret_used)) {
        return false;
    }
    SUP_PROBE("group: a limit that is not plain counts a restart");
    sup__limit_enter(&limited, sup->now);
    return true;
}

/* True when the group's limit allows one restart more, which is then counted; else how many
 * it counts already. */
static bool limit_allows(struct sup *sup, uint32_t group, uint32_t *ret_used)
{
    SUP_ASSERT(group < sup->group_count);
    struct sup__group *g = &sup->groups[group];
    const struct sup_limit_policy *limit = &g->policy.limit;
    if (!limit->enabled) {
        return true;
    }
    if (sup__limit_is_ruled(limit, &g->policy.limit_rules)) {
        return ruled_limit_allows(sup, g, ret_used);
    }
    uint32_t used = sup__window_prune(&g->limit, sup->now,
                                      SUP_PLANTED(GROUP_WINDOW_EDGE) ? SUP_NS(limit->within.ns - 1)
                                                                     : limit->within);
    SUP_PROBE_WHEN("group: a restart of exactly its window's age counts",
                   used > 0 && g->limit.at != NULL &&
                       sup->now.ns - g->limit.at[g->limit.head].ns == limit->within.ns);
    *ret_used = used;
    if (used >= g->policy.limit.max) {
        return false;
    }
    sup__window_push(&g->limit, sup->now);
    SUP_ASSERT(g->limit.count <= g->policy.limit.max);
    return true;
}

/* ---- pauses ---- */

static bool waits_alone(const struct sup__service *s)
{
    return s->phase == SUP_PHASE_BACKING_OFF && !s->start_free && !s->member;
}

static struct sup_instant due_of(const struct sup__service *s)
{
    return sup_instant_add(s->phase_since, s->delay);
}

/* Timers of one instant go off as they were armed: of those that wait for the end of the
 * pause, from this one on, in registration order. */
static void arm_in_order(struct sup *sup, struct sup__group *g, uint32_t slot)
{
    for (; slot != SUP__NONE; slot = sup->colds[slot].group_next) {
        struct sup__service *s = &sup->services[slot];
        if (waits_alone(s) && due_of(s).ns == g->paused_until.ns) {
            sup__arm_main(sup, s, g->paused_until);
            g->paused_last = sup->colds[slot].order;
        }
    }
}

/* Whoever of the group waits already starts no earlier than its end. */
static void begin_pause(struct sup *sup, struct sup__group *g, struct sup_duration pause)
{
    g->paused_until = sup__after(sup, pause);
    g->paused_last = 0;
    for (uint32_t slot = g->first; slot != SUP__NONE; slot = sup->colds[slot].group_next) {
        struct sup__service *s = &sup->services[slot];
        if (waits_alone(s) && due_of(s).ns < g->paused_until.ns) {
            SUP_PROBE("group: a pause holds back who waits already");
            s->delay = sup_instant_since(g->paused_until, s->phase_since);
            sup__later_end(sup, s);
        }
    }
    arm_in_order(sup, g, g->first);
}

/* A restart while the group pauses, or for which its window has to be over. */
static void act_later(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                      const char *reason)
{
    struct sup__group *g = &sup->groups[s->group];
    uint32_t slot = sup__slot_of(sup, s);
    struct sup_duration left = sup_instant_since(g->paused_until, sup->now);
    act(sup, s, delay.ns > left.ns ? delay : left, reason);
    if (waits_alone(s) && due_of(s).ns == g->paused_until.ns) {
        SUP_PROBE_WHEN("group: waits for a pause before one registered later",
                       sup->colds[slot].order < g->paused_last);
        arm_in_order(sup, g, sup->colds[slot].order < g->paused_last ? slot : SUP__NONE);
        g->paused_last =
            sup->colds[slot].order > g->paused_last ? sup->colds[slot].order : g->paused_last;
    }
}

/* How long the group's exhausted limit holds a restart back. */
static struct sup_duration hold_back(struct sup *sup, struct sup__group *g)
{
    struct sup__limited limited = sup__group_limited(sup, g);
    struct sup_duration least = sup__limit_holds(&limited, sup->now);
    if (g->policy.limit.then == SUP_LIMIT_PAUSE) {
        SUP_PROBE("group: exhausted, pauses");
        sup__limit_clear(&limited);
        begin_pause(sup, g, least);
    }
    return least;
}

static bool holds_back(const struct sup__group *g)
{
    return g->policy.limit.then == SUP_LIMIT_WAIT || g->policy.limit.then == SUP_LIMIT_PAUSE;
}

/* The group may not restart s: its limit says what happens, upwards as long as
 * limits escalate and are exhausted too. */
static void group_exhausted(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                            uint32_t used, const char *reason)
{
    for (uint32_t child = SUP__NONE, group = s->group;;) {
        struct sup__group *g = &sup->groups[group];
        sup->notes.group = group;
        say_exhausted(sup, g, used);
        if (holds_back(g)) {
            struct sup_duration least = hold_back(sup, g);
            delay = delay.ns > least.ns ? delay : least;
            if (child == SUP__NONE) {
                act_later(sup, s, delay, reason);
            } else {
                restart_subtree(sup, child, s, delay, reason);
            }
            return;
        }
        if (g->policy.limit.then == SUP_LIMIT_QUARANTINE) {
            stop_group(sup, group, s, SUP__INCIDENT_QUARANTINE);
            return;
        }
        if (group == SUP__ROOT) {
            drain_by_limit(sup, s);
            return;
        }
        if (g->policy.limit.then == SUP_LIMIT_TERMINATE) {
            stop_group(sup, group, s, SUP__INCIDENT_TERMINATE);
            return;
        }
        if (limit_allows(sup, g->parent, &used)) {
            restart_subtree(sup, group, s, delay, reason);
            return;
        }
        child = group;
        group = g->parent;
        SUP_PROBE("group: two limits in a row are exhausted");
    }
}

void sup__restart_granted(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                          enum sup__grant grant, const char *reason)
{
    SUP_ASSERT(!s->live && sup->phase == SUP_SUPERVISOR_RUNNING);
    const struct sup__group *g = &sup->groups[s->group];
    if (g->policy.strategy == SUP_STRATEGY_ONE_FOR_ONE && !g->policy.limit.enabled) {
        sup__wait_restart(sup, s, delay, reason);
        return;
    }
    bool joins =
        g->incident == SUP__INCIDENT_RESTART && g->policy.strategy != SUP_STRATEGY_ONE_FOR_ONE;
    SUP_PROBE_WHEN("group: a second failure joins the restart", joins);
    if (__builtin_expect(g->paused_until.ns > sup->now.ns, 0)) {
        SUP_PROBE("group: a restart while it pauses");
        act_later(sup, s, delay, reason);
        return;
    }
    uint32_t used;
    if (grant == SUP__GRANT_COUNTED && !joins && !limit_allows(sup, s->group, &used)) {
        group_exhausted(sup, s, delay, used, reason);
        sup->notes.group = SUP__NONE;
        return;
    }
    act(sup, s, delay, reason);
}
