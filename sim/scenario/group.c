/* What a group does when its services restart or end, and which of them are significant. */
#include <string.h>

#include "rules.h"

#define X(id, name) {name, SUP_STRATEGY_##id},
static const struct sim__word strategy_words[] = {SUP_STRATEGY_LIST(X)};
#undef X
#define X(id, name) {name, SUP_AUTO_SHUTDOWN_##id},
static const struct sim__word auto_shutdown_words[] = {SUP_AUTO_SHUTDOWN_LIST(X)};
#undef X

#define X(id, name) {name, SUP_REBIRTH_##id},
static const struct sim__word rebirth_words[] = {SUP_REBIRTH_LIST(X)};
#undef X

void sim__read_group_policy(struct sim__reader *r, const struct sim__group_nodes *nodes,
                            struct sup_group_policy *policy)
{
    int word;
    memset(policy, 0, sizeof(*policy));
    policy->limit.then = SUP_LIMIT_ESCALATE;
    if (nodes->strategy != NULL &&
        sim__word(r, nodes->strategy, SIM__WORDS("strategy", strategy_words), &word)) {
        policy->strategy = (enum sup_strategy)word;
    }
    if (nodes->auto_shutdown != NULL &&
        sim__word(r, nodes->auto_shutdown,
                  SIM__WORDS("word of `auto-shutdown`", auto_shutdown_words), &word)) {
        policy->auto_shutdown = (enum sup_auto_shutdown)word;
    }
    if (nodes->rebirth != NULL &&
        sim__word(r, nodes->rebirth, SIM__WORDS("rebirth", rebirth_words), &word)) {
        policy->rebirth = (enum sup_rebirth)word;
    }
    if (nodes->significant != NULL) {
        (void)sim__boolean(r, nodes->significant, &policy->significant);
    }
    sim__read_limit(r, nodes->limit, SIM__LIMIT_OF_GROUP, &policy->limit, &policy->limit_rules);
}

/* ---- who is significant ---- */

static bool shuts_down(const struct sim__reader *r, const char *group)
{
    const struct sup_group_policy *policy = sim__group_policy(r, group);
    return policy != NULL && policy->auto_shutdown != SUP_AUTO_SHUTDOWN_NEVER;
}

void sim__judge_significance(struct sim__reader *r, const struct sim__node *service,
                             const struct sim_service *read)
{
    const struct sim__node *node = sim__node_at(service, SIM__KEY_SIGNIFICANT);
    const struct sup_rules *rules = read->policy.rules;
    if (node == NULL || rules == NULL || !rules->significant) {
        return;
    }
    bool always = rules->has_restart_on
                      ? rules->restart_on.classes == (UINT32_C(1) << SUP_EXIT_CLASSES) - 1
                      : read->policy.restart == SUP_RESTART_ALWAYS;
    if (always && read->policy.kind != SUP_KIND_TASK) {
        sim__error(r, node->at, "`significant`: with `restart: always` it does not end");
    } else if (!shuts_down(r, read->group)) {
        sim__error(r, node->at, "`significant` needs a group with `auto-shutdown`%s",
                   read->group == NULL ? SIM__HINT "; without a `group` that is `supervisor`" : "");
    }
}

/* The group above one that is significant. */
static bool parent_shuts_down(const struct sim__reader *r, const char *name)
{
    const char *dot = strrchr(name, '.');
    char parent[SUP_NAME_MAX + 1];
    size_t length = dot == NULL ? 0 : (size_t)(dot - name);
    if (length >= sizeof(parent)) {
        return false;
    }
    memcpy(parent, name, length);
    parent[length] = '\0';
    return shuts_down(r, parent);
}

void sim__judge_groups(struct sim__reader *r)
{
    const struct sim_scenario *scenario = r->scenario;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct sim_group *group = &scenario->groups[i];
        if (group->name != NULL && group->policy.significant &&
            !parent_shuts_down(r, sim__without_root(group->name))) {
            sim__error(r, group->significant, "`significant` needs a parent with `auto-shutdown`");
        }
    }
}
