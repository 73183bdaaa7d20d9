/* What a service is made of: its own keys over those of the policy that it names, over
 * `defaults`, over the policy that these name.
 */
#include <string.h>

#include "reader.h"

/* Keys that say which service it is or what its attempts do, not how it is kept going. */
static const char *const not_shared[] = {"name", "count", "group",  "script",
                                         "exec", "task",  "policy", "paused"};

/* A name offered as a hint is looked for among this many. */
#define HINT_NAMES 64u

static bool is_shared(const char *key)
{
    for (size_t i = 0; i < SIM__COUNT(not_shared); i++) {
        if (sim__same(not_shared[i], key)) {
            return false;
        }
    }
    return true;
}

/* Reports what cannot stand in a policy; the rest of the map, or NULL without memory: of a
 * word that nobody knows, what is offered instead has to be possible. */
static struct sim__node *shared_part(struct sim__reader *r, const struct sim__node *node)
{
    struct sim__node *part = sim__arena_alloc(r->scratch, 1, sizeof(*part));
    struct sim__entry *entries =
        sim__arena_alloc(r->scratch, (size_t)node->count + 1, sizeof(*entries));
    if (part == NULL || entries == NULL) {
        return NULL;
    }
    *part = *node;
    part->entries = entries;
    part->count = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        if (is_shared(entry->key)) {
            entries[part->count++] = *entry;
        } else {
            bool name = strcmp(entry->key, "name") == 0;
            sim__error(r, entry->value->at,
                       "`%s` cannot stand in a policy; it belongs to a service%s", entry->key,
                       name ? "" : ", or under `defaults`");
        }
    }
    return part;
}

/* Leaves out what nobody knows and has been told: who takes the policy does not tell it
 * again. */
static void keep_known(struct sim__node *part, const char *const *keys, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < part->count; i++) {
        for (uint32_t k = 0; k < count; k++) {
            if (sim__same(part->entries[i].key, keys[k])) {
                part->entries[kept++] = part->entries[i];
                break;
            }
        }
    }
    part->count = kept;
}

/* Reads a policy alone once, so that its mistakes show even when nobody takes it, and
 * whoever wants it by name has it. */
static void read_alone(struct sim__reader *r, struct sim__policy *policy)
{
    struct sim_scenario *scenario = r->scenario;
    static const char *const all[] = {SIM__SERVICE_KEYS(SIM__NAME)};
    const char *keys[SIM__COUNT(all)];
    struct sim__node *v[SIM__COUNT(all)];
    uint32_t count = 0;
    struct sim_policy *alone = &scenario->policies[scenario->policy_count];
    struct sim_service service = {0};
    for (size_t i = 0; i < SIM__COUNT(all); i++) {
        if (is_shared(all[i])) {
            keys[count++] = all[i];
        }
    }
    struct sim__node *part =
        sim__is_map(policy->node) ? shared_part(r, policy->node) : policy->node;
    if (part == NULL || !sim__map(r, part, keys, count, v)) {
        return;
    }
    keep_known(part, keys, count);
    policy->node = part;
    sim__exclusions_judge(r, part);
    r->partial = true;
    sim__read_policy(r, part, &alone->policy);
    sim__read_needs(r, sim__node_get(part, "needs"), NULL, &service);
    r->partial = false;
    alone->name = sim__arena_text(r->arena, policy->name, strlen(policy->name));
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
        read_alone(r, &r->policies[r->policy_count - 1]);
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
               : sim__policy_merge(r->scratch, policy->node, over);
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
            policy->layered = sim__policy_merge(r->scratch, r->defaults, policy->node);
        }
        under = policy->layered;
        if (under == NULL) {
            return NULL;
        }
    }
    return sim__policy_merge(r->scratch, under, own);
}
