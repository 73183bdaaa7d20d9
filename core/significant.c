/* Significant services and groups, and groups that shut down for them. */
#include "significant.h"

#include "drain.h"
#include "events.h"
#include "group.h"
#include "phase.h"
#include "probe.h"
#include "strategy.h"
#include "supervisor.h"

static bool is_significant(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    return policy->rules != NULL && policy->rules->significant;
}

/* Is another one of the group alive, or going to be? */
static bool another_lives(const struct sup *sup, uint32_t group)
{
    const struct sup__group *g = &sup->groups[group];
    if (g->significant > 0) {
        return true;
    }
    for (uint32_t child = g->first_child; child != SUP__NONE;
         child = sup->groups[child].next_sibling) {
        uint32_t active, busy;
        sup__group_count(sup, child, &active, &busy);
        if (sup->groups[child].policy.significant && busy > 0) {
            return true;
        }
    }
    return false;
}

static void shut_down(struct sup *sup, uint32_t group)
{
    static const struct sup_actor nobody = {"supervisor", "auto-shutdown"};
    if (!sup__quiet(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_GROUP_SHUTDOWN, NULL);
        event.group = sup->groups[group].path;
        sup__emit(sup, &event);
    }
    if (group == SUP__ROOT) {
        SUP_PROBE("group: all shut down for a significant one");
        sup__drain_begin(sup, sup->config.shutdown_timeout, SUP__DRAIN_BY_COMMAND, &nobody);
    } else {
        SUP_PROBE("group: shuts down for a significant one");
        sup__group_shut_down(sup, group);
    }
}

/* A significant one of the group has ended. */
static void ended(struct sup *sup, uint32_t group)
{
    struct sup__group *g = &sup->groups[group];
    SUP_ASSERT(sup->phase == SUP_SUPERVISOR_RUNNING); /* else each end is somebody's wish */
    if (g->policy.auto_shutdown == SUP_AUTO_SHUTDOWN_NEVER ||
        (g->policy.auto_shutdown == SUP_AUTO_SHUTDOWN_ALL && another_lives(sup, group))) {
        SUP_PROBE_WHEN("group: another significant one lives",
                       g->policy.auto_shutdown == SUP_AUTO_SHUTDOWN_ALL);
        return;
    }
    if (sup->starting_group) {
        SUP_PROBE("group: shuts down when it has been started");
        g->shuts_down = sup->shutdown_check = true;
        return;
    }
    shut_down(sup, group);
}

void sup__end_by_itself(struct sup *sup, struct sup__service *s, enum sup_reason reason,
                        uint32_t count, uint32_t limit)
{
    uint32_t group = s->group;
    bool significant = is_significant(sup, s); /* a task leaves with its end */
    sup__terminate_counted(sup, s, reason, count, limit);
    if (__builtin_expect(significant, 0)) {
        sup->notes.ended = s->name;
        ended(sup, group);
        sup->notes.ended = NULL;
    }
}

void sup__group_is_down(struct sup *sup, uint32_t group)
{
    SUP_ASSERT(group != SUP__ROOT);
    if (sup->groups[group].policy.significant) {
        SUP_PROBE("group: one that has shut down is significant itself");
        sup->notes.ended = sup->groups[group].path;
        ended(sup, sup->groups[group].parent);
        sup->notes.ended = NULL;
    }
}

void sup__shut_down_late(struct sup *sup)
{
    SUP_ASSERT(!sup->starting_group);
    sup->shutdown_check = false;
    for (uint32_t group = 0; group < sup->group_count; group++) {
        bool due = sup->groups[group].shuts_down;
        sup->groups[group].shuts_down = false;
        if (due && sup->phase == SUP_SUPERVISOR_RUNNING) {
            shut_down(sup, group);
        }
    }
}
