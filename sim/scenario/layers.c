/* What a service is made of: its own keys over those of the policy that it names, over
 * `defaults`, over the policy that these name.
 */
#include <string.h>

#include "reader.h"

/* Keys that say which service it is or what its attempts do, not how it is kept going. */
static const char *const not_shared[] = {"name", "count", "group", "script",
                                         "exec", "task",  "policy"};

/* A name offered as a hint is looked for among this many. */
#define HINT_NAMES 64u

static bool is_shared(const char *key)
{
    for (size_t i = 0; i < SIM__COUNT(not_shared); i++) {
        if (strcmp(not_shared[i], key) == 0) {
            return false;
        }
    }
    return true;
}

/* Reads a policy alone once, so that its mistakes show even when nobody takes it, and
 * whoever wants it by name has it. */
static void read_alone(struct sim__reader *r, const struct sim__entry *entry)
{
    struct sim_scenario *scenario = r->scenario;
    const struct sim__node *node = entry->value;
    static const char *const keys[] = {SIM__SERVICE_KEYS(SIM__NAME)};
    struct sim__node *v[SIM__COUNT(keys)];
    struct sim_policy *alone = &scenario->policies[scenario->policy_count];
    struct sim_service service = {0};
    if (!sim__map(r, node, keys, SIM__COUNT(keys), v)) {
        return;
    }
    for (size_t i = 0; i < SIM__COUNT(keys); i++) {
        if (v[i] != NULL && !is_shared(keys[i])) {
            sim__error(r, v[i]->at, "`%s` cannot stand in a policy; it belongs to a service%s",
                       keys[i], strcmp(keys[i], "name") == 0 ? "" : ", or under `defaults`");
        }
    }
    r->partial = true;
    sim__read_policy(r, node, &alone->policy);
    sim__read_needs(r, sim__node_get(node, "needs"), NULL, &service);
    r->partial = false;
    alone->name = sim__arena_text(r->arena, entry->key, entry->key_length);
    scenario->policy_count += alone->name != NULL ? 1 : 0;
}

static void declare_policy(struct sim__reader *r, const struct sim__entry *entry)
{
    bool is_new;
    struct sim__policy *policy = &r->policies[r->policy_count++];
    struct sim__slot *slot =
        sim__table_add(&r->policies_by_name, 0, entry->key, entry->key_length, &is_new);
    *policy = (struct sim__policy){entry->key, entry->value, NULL};
    if (slot != NULL) {
        slot->value = policy;
    }
}

void sim__read_policies(struct sim__reader *r, const struct sim__node *node)
{
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of names and policies");
        return;
    }
    struct sim__policy *policies = sim__arena_alloc(r->scratch, node->count, sizeof(*policies));
    sim__table_init(&r->policies_by_name, r->scratch, r->names.services.seed);
    r->policies = policies;
    r->scenario->policies = sim__arena_alloc(r->arena, node->count, sizeof(*r->scenario->policies));
    for (uint32_t i = 0;
         policies != NULL && r->scenario->policies != NULL && i < node->count && !r->stopped; i++) {
        const struct sim__entry *entry = &node->entries[i];
        const char *mistake = sim__name_mistake(entry->key, entry->key_length, SIM__FORM_NAME);
        if (mistake != NULL) {
            sim__error_as(r, SIM__CODE_BAD_NAME, entry->place, "the policy's name `%s` %s",
                          sim__quotable(r->scratch, entry->key, entry->key_length), mistake);
            continue;
        }
        declare_policy(r, entry);
        read_alone(r, entry);
    }
}

/* The policy that the map names; NULL when it names none, or one that there is not. */
static struct sim__policy *policy_of(struct sim__reader *r, const struct sim__node *map)
{
    const struct sim__node *node = sim__node_get(map, "policy");
    const char *hints[HINT_NAMES];
    uint32_t count = 0;
    if (node == NULL) {
        return NULL;
    }
    if (node->kind != SIM__SCALAR || node->length == 0) {
        sim__wrong_type(r, node, "the name of one of `policies`");
        return NULL;
    }
    const struct sim__slot *slot =
        r->policy_count == 0 ? NULL
                             : sim__table_find(&r->policies_by_name, 0, node->text, node->length);
    if (slot != NULL) {
        return slot->value;
    }
    for (; count < r->policy_count && count < HINT_NAMES; count++) {
        hints[count] = r->policies[count].name;
    }
    sim__error_as(r, SIM__CODE_UNKNOWN_NAME, node->at, "no policy is called `%s`%s",
                  sim__quotable(r->scratch, node->text, node->length),
                  sim__hint(r, node->text, hints, count));
    return NULL;
}

/* `over` over the policy; a policy that is no map has been reported. */
static struct sim__node *merge_over(struct sim__reader *r, const struct sim__policy *policy,
                                    struct sim__node *over)
{
    return policy == NULL || !sim__is_map(policy->node)
               ? over
               : sim__node_merge(r->scratch, policy->node, over);
}

struct sim__node *sim__layer_defaults(struct sim__reader *r, struct sim__node *node)
{
    return merge_over(r, policy_of(r, node), node);
}

struct sim__node *sim__layer(struct sim__reader *r, struct sim__node *own)
{
    struct sim__policy *policy = policy_of(r, own);
    struct sim__node *under = r->defaults;
    if (policy != NULL && sim__is_map(policy->node)) {
        /* The same for every service that names it. */
        if (policy->layered == NULL) {
            policy->layered = sim__node_merge(r->scratch, r->defaults, policy->node);
        }
        under = policy->layered;
        if (under == NULL) {
            return NULL;
        }
    }
    return sim__node_merge(r->scratch, under, own);
}
