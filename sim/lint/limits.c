/* Breakers and limits that can never trip: their window is empty before it is full. */
#include <stdio.h>
#include <string.h>

#include "traps.h"

/* Services that are held against each other; in a longer file each is judged by itself. */
#define COMPARED_MAX 1000

/* What is said of the waits, when `gaps` of them take longer than the window is. */
static const char *text_of(struct sup_duration duration, char text[48])
{
    return sim_duration_format(duration.ns, text);
}

/* Whether restarts come together in this file, or starts that follow a condition of the
 * world fail in their own time: then nothing can be said. */
static bool is_open(struct sim__lint *lint)
{
    const struct sim__node *root = sim__lint_root(lint);
    return sim__lint_disturbed(lint) || root == NULL || sim__node_get(root, "conditions") != NULL;
}

/* Every attempt of the script that fails has lived long enough to be forgiven. */
static bool always_forgiven(struct sim__lint *lint, const struct sim_service *service)
{
    const struct sup_policy *policy = &service->policy;
    const struct sim__script_facts *facts = sim__lint_script(lint, service);
    bool others =
        policy->ready_explicit || policy->stale_after.ns != SUP_NEVER_NS || service->exec != NULL;
    return policy->backoff.reset == SUP_FORGIVE_ZERO && !others && facts->timed &&
           facts->least != UINT64_MAX && facts->least >= policy->backoff.reset_after.ns;
}

/* Why it cannot; NULL: it can, for all that is known. */
static const char *why_never(struct sim__lint *lint, const struct sim_service *service,
                             char why[200])
{
    const struct sup_breaker_policy *breaker = &service->policy.breaker;
    char needs[48], within[48];
    struct sup_duration least = sim__lint_gaps(lint, service, breaker->failures - 1);
    if (service->policy.rules != NULL) {
        return NULL; /* who counts, and who is forgiven, is theirs to say */
    }
    if (service->policy.max_restarts < breaker->failures - 1) {
        snprintf(why, 200, "`max-restarts` ends the service before its failure number %u",
                 breaker->failures);
    } else if (least.ns > breaker->within.ns && !is_open(lint)) {
        snprintf(why, 200, "%u failures take at least %s, and it counts those within %s",
                 breaker->failures, text_of(least, needs), text_of(breaker->within, within));
    } else if (always_forgiven(lint, service) && !is_open(lint)) {
        snprintf(why, 200, "every attempt lives for `reset-after`, %s, which empties its window",
                 text_of(service->policy.backoff.reset_after, within));
    } else {
        return NULL;
    }
    return why;
}

typedef bool (*can_fn)(struct sim__lint *lint, const struct sim_service *service);

static bool breaker_can(struct sim__lint *lint, const struct sim_service *service)
{
    char why[200];
    return service->policy.breaker.failures > 1 && why_never(lint, service, why) == NULL;
}

/* What `defaults` or a policy hands to several is not wrong because it never trips for
 * one of them: another that fails, and takes it from the same place, can trip it. */
static bool can_elsewhere(struct sim__lint *lint, struct sim_place place, const char *const key[2],
                          can_fn can)
{
    const struct sim_scenario *scenario = lint->scenario;
    for (uint32_t i = 0; i < scenario->service_count && scenario->service_count <= COMPARED_MAX;
         i++) {
        const struct sim_service *service = &scenario->services[i];
        struct sim_place other = sim__lint_place(
            lint, &(struct sim__subject){.service = service, .index = i}, key[0], key[1]);
        if (other.line == place.line && other.column == place.column &&
            sim__lint_script(lint, service)->least != UINT64_MAX && can(lint, service)) {
            return true;
        }
    }
    return false;
}

void sim__trap_breaker_cannot_trip(struct sim__lint *lint, const struct sim__subject *subject)
{
    char text[200];
    if (subject->service->policy.breaker.failures < 2) {
        return;
    }
    const char *why = why_never(lint, subject->service, text);
    if (why == NULL || sim__lint_mentions(lint, "closed circuit_breaker_trips")) {
        return;
    }
    struct sim_place place = sim__lint_place(lint, subject, "breaker", "failures");
    if (!can_elsewhere(lint, place, (const char *const[]){"breaker", "failures"}, breaker_can)) {
        sim__warn(lint, place, "this breaker cannot trip: %s", why);
    }
}

/* Restarts within a length of time: all that is known of how often it counts. */
static bool is_plain(const struct sup_limit_policy *limit, const struct sup_limit_rules *rules)
{
    return rules == NULL ||
           (rules->window == SUP_LIMIT_WINDOW_SLIDING && rules->grain.ns <= 1 &&
            rules->counts == SUP_LIMIT_COUNTS_RESTARTS && limit->then != SUP_LIMIT_PAUSE);
}

static bool counts_nothing(const struct sim_service *service)
{
    const struct sup_rules *rules = service->policy.rules;
    return rules != NULL && rules->limit.counts == SUP_LIMIT_COUNTS_ENDS &&
           sup_exit_set_is_empty(&rules->limit.ends);
}

static bool limit_can(struct sim__lint *lint, const struct sim_service *service)
{
    const struct sup_limit_policy *limit = &service->policy.limit;
    const struct sup_rules *rules = service->policy.rules;
    if (counts_nothing(service)) {
        return false;
    }
    if (!is_plain(limit, rules != NULL ? &rules->limit : NULL)) {
        return true;
    }
    return sim__lint_gaps(lint, service, limit->max).ns <= limit->within.ns;
}

void sim__trap_limit_cannot_trip(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sim_service *service = subject->service;
    const struct sup_limit_policy *limit = &service->policy.limit;
    char needs[48], within[48];
    if (!limit->enabled || limit->max == 0) {
        return;
    }
    struct sup_duration least = sim__lint_gaps(lint, service, limit->max);
    struct sim_place place = sim__lint_place(lint, subject, "restart-limit", "max");
    if (!limit_can(lint, service) && !is_open(lint) &&
        !sim__lint_mentions(lint, "limit-used limit-remaining limit-exhausted") &&
        !can_elsewhere(lint, place, (const char *const[]){"restart-limit", "max"}, limit_can)) {
        if (counts_nothing(service)) {
            sim__warn(lint, place, "this limit cannot be exhausted: it counts no end");
            return;
        }
        sim__warn(lint, place,
                  "this limit cannot be exhausted: %u restarts take at least %s, and it counts "
                  "those within %s",
                  limit->max, text_of(least, needs), text_of(limit->within, within));
    }
}

/* ---- of groups ---- */

static const char *without_root(const char *path)
{
    return strncmp(path, "runtime.", 8) == 0 ? path + 8 : path;
}

/* Whether the service is in the group or below it; NULL: the root. */
static bool is_in(const struct sim_service *service, const char *group)
{
    if (group == NULL) {
        return true;
    }
    const char *path = service->group == NULL ? "" : without_root(service->group);
    size_t length = strlen(without_root(group));
    return strncmp(path, without_root(group), length) == 0 &&
           (path[length] == '\0' || path[length] == '.');
}

/* The least time in which the group's services, each with its own waits, can ask for
 * max + 1 restarts: one of them fails often. */
static void look_at_group(struct sim__lint *lint, const char *group,
                          const struct sup_group_policy *policy, struct sim_place place)
{
    const struct sup_limit_policy *limit = &policy->limit;
    const struct sim_scenario *scenario = lint->scenario;
    uint64_t members = 0, least = UINT64_MAX;
    if (!limit->enabled || limit->max == 0 || !is_plain(limit, &policy->limit_rules) ||
        (lint->actions & SIM__ACT(SPAWN)) != 0 ||
        !sim__lint_spend(lint, UINT64_C(2) * scenario->service_count)) {
        return;
    }
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        members += is_in(&scenario->services[i], group) ? scenario->services[i].count : 0;
    }
    uint32_t gaps =
        members == 0 ? 0 : (uint32_t)(limit->max / members); /* the busiest fails once more */
    for (uint32_t i = 0; gaps > 0 && i < scenario->service_count && least > limit->within.ns; i++) {
        if (is_in(&scenario->services[i], group)) {
            struct sup_duration own = sim__lint_gaps(lint, &scenario->services[i], gaps);
            least = own.ns < least ? own.ns : least;
        }
    }
    char needs[48], within[48];
    if (gaps > 0 && least > limit->within.ns && !is_open(lint)) {
        sim__warn(lint, place,
                  "this limit cannot be exhausted: with the waits of its services %u restarts take "
                  "at least %s, and it counts those within %s",
                  limit->max, text_of(SUP_NS(least), needs), text_of(limit->within, within));
    }
}

void sim__trap_group_limit_cannot_trip(struct sim__lint *lint)
{
    const struct sim_scenario *scenario = lint->scenario;
    struct sim_place root = {1, 1, 0};
    if (scenario->root.limit.enabled) {
        const struct sim__node *tree = sim__lint_root(lint);
        const struct sim__node *map = tree == NULL ? NULL : sim__node_get(tree, "supervisor");
        const struct sim__node *node = map == NULL ? NULL : sim__node_get(map, "restart-limit");
        root = node == NULL ? root : node->at;
    }
    look_at_group(lint, NULL, &scenario->root, root);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct sim_group *group = &scenario->groups[i];
        look_at_group(lint, group->name, &group->policy, group->place);
    }
}

/* A group's own failures count in it, and in those above. */
static bool limited_above(const struct sim_scenario *scenario, const struct sim_service *service)
{
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct sim_group *group = &scenario->groups[i];
        if (group->policy.limit.enabled && is_in(service, group->name)) {
            return true;
        }
    }
    return scenario->root.limit.enabled;
}

void sim__trap_escalates_to_nobody(struct sim__lint *lint, const struct sim__subject *subject)
{
    const struct sup_limit_policy *limit = &subject->service->policy.limit;
    if (limit->enabled && limit->then == SUP_LIMIT_ESCALATE &&
        sim__lint_spend(lint, lint->scenario->group_count) &&
        !limited_above(lint->scenario, subject->service)) {
        sim__warn(lint, sim__lint_place(lint, subject, "restart-limit", "then"),
                  "`escalate` finds no limited group above" SIM__HINT
                  "; give its group or `supervisor` a `restart-limit`");
    }
}
