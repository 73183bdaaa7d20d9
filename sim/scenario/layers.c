/* What a service is made of: its own keys over its preset, over the policy that it names, over
 * the preset of its group, over `defaults` with their preset and policy, over the preset of the
 * supervisor. A preset says every key of a policy, if only by leaving it out, so
 * that of what lies under it the rest alone shows.
 */
#include <string.h>

#include "lag.h"
#include "preset.h"

/* Keys that say which service it is or what its attempts do, not how it is kept going. */
static const char *const not_shared[] = {"name", "count", "group",  "script",
                                         "exec", "task",  "policy", "paused"};

/* Keys that a preset leaves as they are: none of them says how a service is kept going. */
static const char *const not_preset[] = {"name", "count",  "group", "script", "exec",
                                         "task", "policy", "needs", "lag",    "paused"};

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

/* ---- presets ---- */

static bool is_under_preset(const char *key)
{
    for (size_t i = 0; i < SIM__COUNT(not_preset); i++) {
        if (sim__same(not_preset[i], key)) {
            return true;
        }
    }
    return false;
}

/* `preset` over what of `under` it leaves; NULL without memory. */
static struct sim__node *preset_over(struct sim__reader *r, const struct sim__node *under,
                                     struct sim__node *preset)
{
    if (under == NULL || under->kind != SIM__MAP) {
        return preset;
    }
    struct sim__node *left = sim__arena_alloc(r->scratch, 1, sizeof(*left));
    struct sim__entry *entries =
        sim__arena_alloc(r->scratch, (size_t)under->count + 1, sizeof(*entries));
    if (left == NULL || entries == NULL) {
        return NULL;
    }
    *left = *under;
    left->entries = entries;
    left->count = 0;
    for (uint32_t i = 0; i < under->count; i++) {
        if (is_under_preset(under->entries[i].key)) {
            entries[left->count++] = under->entries[i];
        }
    }
    return sim__node_merge(r->scratch, left, preset);
}

/* What the preset of a service, of `defaults` or of a policy comes to; NULL when there is none,
 * or a mistake in it. */
static struct sim__node *own_preset(struct sim__reader *r, const struct sim__node *map)
{
    const struct sim__node *node =
        map->kind == SIM__MAP ? sim__node_at(map, SIM__KEY_PRESET) : NULL;
    return node == NULL ? NULL : sim__preset_expand(r, node, SIM__IN_SERVICE, SIM__OF_SERVICE);
}

static struct sim__node *layer_group(struct sim__reader *r, struct sim__node *node,
                                     enum sim__stands stands)
{
    const struct sim__node *preset =
        node->kind == SIM__MAP ? sim__node_at(node, SIM__KEY_PRESET) : NULL;
    struct sim__node *half =
        preset == NULL ? NULL : sim__preset_expand(r, preset, stands, SIM__OF_GROUP);
    return half == NULL ? node : sim__policy_merge(r->scratch, half, node);
}

struct sim__node *sim__layer_group(struct sim__reader *r, struct sim__node *node)
{
    return layer_group(r, node, SIM__IN_GROUP);
}

struct sim__node *sim__layer_supervisor(struct sim__reader *r, struct sim__node *node)
{
    return layer_group(r, node, SIM__IN_SUPERVISOR);
}

void sim__keep_group_preset(struct sim__reader *r, const struct sim__node *node, const char *path)
{
    bool is_new;
    const struct sim__node *preset = sim__node_at(node, SIM__KEY_PRESET);
    struct sim__node *half =
        preset == NULL
            ? NULL
            : sim__preset_expand(r, preset, path == NULL ? SIM__IN_SUPERVISOR : SIM__IN_GROUP,
                                 SIM__OF_SERVICE);
    if (half == NULL) {
        return;
    }
    if (path == NULL) {
        r->defaults = half;
        return;
    }
    path = sim__without_root(path);
    struct sim__slot *slot =
        sim__table_add(&r->group_presets, 0, path, (uint32_t)strlen(path), &is_new);
    if (slot != NULL) {
        slot->value = half;
        r->group_preset_count++;
    }
}

/* That of the nearest group around the service that has one. */
static struct sim__node *group_preset(struct sim__reader *r, const struct sim__node *own)
{
    const struct sim__node *group = sim__node_at(own, SIM__KEY_GROUP);
    if (group == NULL && r->defaults != NULL) {
        group = sim__node_at(r->defaults, SIM__KEY_GROUP);
    }
    if (r->group_preset_count == 0 || group == NULL || group->kind != SIM__SCALAR) {
        return NULL;
    }
    const char *path = sim__without_root(group->text);
    for (size_t length = strlen(path); length > 0; length--) {
        const struct sim__slot *slot = NULL;
        if (path[length] == '\0' || path[length] == '.') {
            slot = sim__table_find(&r->group_presets, 0, path, (uint32_t)length);
        }
        if (slot != NULL) {
            return slot->value;
        }
    }
    return NULL;
}

/* ---- policies ---- */

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
    if (part == NULL || !sim__map_named(r, part, keys, count, v)) {
        return;
    }
    keep_known(part, keys, count);
    policy->node = part;
    sim__exclusions_judge(r, part);
    policy->preset = own_preset(r, part);
    if (policy->preset != NULL) {
        part = sim__policy_merge(r->scratch, policy->preset, part);
    }
    if (part == NULL) {
        return;
    }
    enum { SIM__SERVICE_KEYS(SIM__ID) KEYS };
    static const struct sim__keys service_keys = {KEYS, {SIM__SERVICE_KEYS(SIM__AT)}};
    struct sim__node *values[KEYS];
    sim__pick(part, &service_keys, values);
    r->partial = true;
    sim__read_policy(r, values, &alone->policy);
    sim__read_needs(r, sim__node_at(part, SIM__KEY_NEEDS), NULL, &service);
    sim__read_lag(r, sim__node_at(part, SIM__KEY_LAG), &service);
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
    *policy = (struct sim__policy){.name = entry->key, .node = entry->value};
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
    const struct sim__node *node = sim__node_at(map, SIM__KEY_POLICY);
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

/* The policy with its preset over what there is; one that is no map has been reported. */
static struct sim__node *policy_over(struct sim__reader *r, struct sim__node *under,
                                     const struct sim__policy *policy)
{
    if (policy == NULL || !sim__is_map(policy->node)) {
        return under;
    }
    if (policy->preset != NULL) {
        under = preset_over(r, under, policy->preset);
    }
    return under == NULL ? policy->node : sim__policy_merge(r->scratch, under, policy->node);
}

#define OVERRIDES_BYTES 256u

static void put_override(struct sim__text *text, const char *map, const char *key)
{
    sim__text_put(text, text->length == 0 ? "`" : ", `");
    if (map != NULL) {
        sim__text_put(text, map);
        sim__text_char(text, '.');
    }
    sim__text_put(text, key);
    sim__text_char(text, '`');
}

/* Keys that both say. */
static void put_overrides(struct sim__text *text, const char *map, const struct sim__node *preset,
                          const struct sim__node *own)
{
    for (uint32_t i = 0; i < own->count; i++) {
        const struct sim__entry *entry = &own->entries[i];
        const struct sim__node *said = sim__node_get(preset, entry->key);
        if (said == NULL || sim__same(entry->key, "preset")) {
            continue;
        }
        if (map == NULL && said->kind == SIM__MAP && entry->value->kind == SIM__MAP) {
            put_overrides(text, entry->key, said, entry->value);
        } else {
            put_override(text, map, entry->key);
        }
    }
}

static void note_overrides(struct sim__reader *r, const struct sim__node *preset,
                           const struct sim__node *own)
{
    char buffer[OVERRIDES_BYTES];
    struct sim__text text;
    sim__text_init_fixed(&text, buffer, sizeof(buffer));
    put_overrides(&text, NULL, preset, own);
    const char *said = sim__text_string(&text);
    r->overrides = text.length == 0 ? NULL : sim__arena_text(r->arena, said, strlen(said));
}

/* A map with its preset over what there is. */
static struct sim__node *map_over(struct sim__reader *r, struct sim__node *under,
                                  struct sim__node *map)
{
    struct sim__node *preset = own_preset(r, map);
    r->overrides = NULL;
    if (preset != NULL) {
        note_overrides(r, preset, map);
        under = preset_over(r, under, preset);
    }
    return under == NULL ? map : sim__policy_merge(r->scratch, under, map);
}

struct sim__node *sim__layer_defaults(struct sim__reader *r, struct sim__node *node)
{
    return map_over(r, policy_over(r, r->defaults, policy_of(r, node)), node);
}

struct sim__node *sim__layer(struct sim__reader *r, struct sim__node *own)
{
    struct sim__policy *policy = policy_of(r, own);
    struct sim__node *under = r->defaults;
    bool named =
        sim__node_at(own, SIM__KEY_PRESET) != NULL || (policy != NULL && policy->preset != NULL);
    struct sim__node *of_group = named ? NULL : group_preset(r, own);
    if (of_group != NULL) {
        under = policy_over(r, preset_over(r, under, of_group), policy);
    } else if (policy != NULL && sim__is_map(policy->node)) {
        /* The same for every service that names it. */
        if (policy->layered == NULL) {
            policy->layered = policy_over(r, r->defaults, policy);
        }
        under = policy->layered;
        if (under == NULL) {
            return NULL;
        }
    }
    return map_over(r, under, own);
}
