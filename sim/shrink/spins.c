/* Who may be restarted at one instant without end; see spins.h. */
#include "spins.h"

#include <string.h>

#include "sim/scenario/most.h"
#include "sim/scenario/names.h"
#include "sup/rules.h"

/* How an attempt may end at the instant of its start. */
struct ends {
    bool clean;
    bool failed;
    bool crashed;
};

static void add_ends(const struct sim_behaviour *item, struct ends *ends)
{
    bool at_once = sim__draw_least(&item->after).ns == 0;
    if (item->call != NULL) {
        *ends = (struct ends){true, true, true};
        return;
    }
    switch (item->kind) {
    case SIM_SUCCEED:
    case SIM_DONE:
        ends->clean |= at_once;
        break;
    case SIM_FAIL:
        ends->failed |= at_once;
        break;
    case SIM_REFUSE:
        ends->failed = true;
        break;
    case SIM_CRASH:
        ends->crashed |= at_once;
        break;
    case SIM_STEPS:
        *ends = (struct ends){true, true, true};
        break;
    case SIM_ANY:
        for (uint32_t i = 0; i < item->way_count; i++) {
            add_ends(&item->ways[i], ends);
        }
        break;
    case SIM_RUN:
    case SIM_HANG:
        break;
    }
}

/* However long the streak is. */
static bool waits_nothing(const struct sup_policy *policy)
{
    const struct sup_rules *rules = policy->rules;
    if (rules != NULL && rules->shape == SUP_SHAPE_STEPS) {
        return rules->wait_count > 0 && rules->waits[rules->wait_count - 1].ns == 0;
    }
    bool grows = rules != NULL && rules->shape == SUP_SHAPE_LINEAR && rules->step.ns > 0;
    return policy->backoff.max.ns == 0 || (policy->backoff.base.ns == 0 && !grows);
}

static bool is_around(const struct sim_group *group, const struct sim_service *service)
{
    const char *inner = sim__without_root(service->group == NULL ? "" : service->group);
    const char *outer = sim__without_root(group->name);
    size_t length = strlen(outer);
    return strncmp(inner, outer, length) == 0 && (inner[length] == '\0' || inner[length] == '.');
}

/* A limit that lets it wait instead takes time, too. */
static bool is_limited(const struct sim_scenario *scenario, const struct sim_service *service)
{
    const struct sup_policy *policy = &service->policy;
    bool limited = policy->max_restarts != SUP_UNLIMITED || policy->limit.enabled ||
                   policy->breaker.failures > 0 || scenario->root.limit.enabled;
    for (uint32_t i = 0; i < scenario->group_count && !limited; i++) {
        limited =
            scenario->groups[i].policy.limit.enabled && is_around(&scenario->groups[i], service);
    }
    return limited;
}

/* Which ends are restarted, sets of them aside. */
static struct ends restarted(const struct sup_policy *policy)
{
    bool any = policy->rules != NULL;
    switch (policy->restart) {
    case SUP_RESTART_ALWAYS:
        return (struct ends){true, true, true};
    case SUP_RESTART_ON_FAILURE:
        return (struct ends){any, true, true};
    case SUP_RESTART_ON_CRASH:
        return (struct ends){any, any, true};
    case SUP_RESTART_NEVER:
        break;
    }
    return (struct ends){any, any, any};
}

static bool spins(const struct sim_scenario *scenario, const struct sim_service *service)
{
    const struct sup_policy *policy = &service->policy;
    const struct sup_rules *rules = policy->rules;
    const struct ends again = restarted(policy);
    struct ends ends = {0};
    add_ends(&service->script[service->script_count - 1], &ends);
    if (policy->kind == SUP_KIND_TASK || service->lag != NULL) {
        return false;
    }
    bool failure = (ends.failed && again.failed) || (ends.crashed && again.crashed);
    bool clean = ends.clean && again.clean && policy->kind != SUP_KIND_INTERVAL;
    if (rules != NULL && rules->after_ready.ns == 0 && (failure || clean)) {
        return true; /* it counts for nothing */
    }
    bool free = rules == NULL || rules->clean_exits == SUP_CLEAN_EXITS_FREE;
    if (clean && free && policy->clean_exit_delay.ns == 0) {
        return true;
    }
    return (failure || (clean && !free)) && waits_nothing(policy) && !is_limited(scenario, service);
}

bool sim__may_spin(const struct sim_scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        if (spins(scenario, &scenario->services[i])) {
            return true;
        }
    }
    return false;
}
