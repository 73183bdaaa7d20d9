/* Saying the same, or less, with less nesting. */
#include <string.h>

#include "passes.h"

/* ---- nesting ---- */

/* The value in the place of what holds it; a list in the place of a list's entry has its
 * entries there. */
static bool put_instead(struct sim__shrinker *s, struct sim__node *holder, uint32_t index,
                        const struct sim__node *value)
{
    struct sim__node *node = holder->entries[index].value;
    if (value->kind != SIM__LIST || holder->kind != SIM__LIST || value->count == 0) {
        sim__change_node(s, node, value);
        return sim__try(s);
    }
    uint32_t more = value->count - 1;
    if (!sim__change_entries(s, holder, holder->count + more)) {
        return false;
    }
    struct sim__entry *at = &holder->entries[index];
    memmove(at + value->count, at + 1, (holder->count - index - 1) * sizeof(*at));
    memcpy(at, value->entries, value->count * sizeof(*at));
    holder->count += more;
    return sim__try(s);
}

/* `{fail: {}}` is `fail`. */
static bool put_word(struct sim__shrinker *s, struct sim__node *node)
{
    if (node->kind != SIM__MAP || node->count != 1 || node->entries[0].value->kind == SIM__LIST ||
        (node->entries[0].value->kind == SIM__MAP && node->entries[0].value->count > 0)) {
        return false;
    }
    sim__change_word(s, node, node->entries[0].key);
    return sim__try(s);
}

/* Each entry of the list in the place of the holder's entry. */
static bool choose_one(struct sim__shrinker *s, struct sim__node *holder, uint32_t index,
                       const struct sim__node *list)
{
    for (uint32_t i = 0; list->kind == SIM__LIST && i < list->count && !sim__done(s); i++) {
        if (put_instead(s, holder, index, list->entries[i].value)) {
            return true;
        }
    }
    return false;
}

/* What the node holds, or one of it, comes in its place; also from one level deeper, where
 * the steps of a `repeat` are. */
static bool hoist(struct sim__shrinker *s, struct sim__node *holder, uint32_t index)
{
    const struct sim__node *node = holder->entries[index].value;
    for (uint32_t i = 0; i < node->count && !sim__done(s); i++) {
        const struct sim__node *child = node->entries[i].value;
        if (choose_one(s, holder, index, child)) {
            return true;
        }
        for (uint32_t k = 0; child->kind == SIM__MAP && k < child->count && !sim__done(s); k++) {
            const struct sim__node *deeper = child->entries[k].value;
            if (deeper->kind == SIM__LIST && put_instead(s, holder, index, deeper)) {
                return true;
            }
        }
        if (!sim__done(s) && (node->kind == SIM__MAP || node->count == 1) &&
            put_instead(s, holder, index, child)) {
            return true;
        }
    }
    return false;
}

static void flatten(struct sim__shrinker *s, struct sim__node *holder)
{
    for (uint32_t i = 0; i < holder->count && !sim__done(s); i++) {
        const struct sim__entry *entry = &holder->entries[i];
        bool claim = entry->key != NULL && strcmp(entry->key, "expect") == 0;
        if (claim || entry->value->kind == SIM__SCALAR) {
            continue;
        }
        flatten(s, entry->value);
        while (i < holder->count && !sim__done(s) && holder->entries[i].value->count > 0 &&
               (put_word(s, holder->entries[i].value) || hoist(s, holder, i))) {
        }
    }
}

void sim__pass_nesting(struct sim__shrinker *s)
{
    for (uint32_t i = 0; i < s->root->count && !sim__done(s); i++) {
        const struct sim__entry *entry = &s->root->entries[i];
        struct sim__node *value = entry->value;
        if (strcmp(entry->key, "expect") == 0 || strcmp(entry->key, "measures") == 0) {
            continue;
        }
        bool services = strcmp(entry->key, "services") == 0;
        if (!services && value->kind != SIM__SCALAR) {
            flatten(s, value);
        }
        for (uint32_t k = 0; services && k < value->count && !sim__done(s); k++) {
            flatten(s, value->entries[k].value);
        }
    }
}

/* ---- again and again ---- */

static bool is_when(const char *key)
{
    return strcmp(key, "every") == 0 || strcmp(key, "from") == 0 || strcmp(key, "to") == 0;
}

/* `{every: 1s, from: 2s, to: 9s, pause: a}` as `{at: 2s, pause: a}`. */
static bool put_once(struct sim__shrinker *s, struct sim__node *entry, struct sim__node *at)
{
    const struct sim__entry *before = entry->entries;
    if (at == NULL || !sim__change_entries(s, entry, entry->count + 1)) {
        s->failed |= at == NULL;
        return false;
    }
    uint32_t kept = 1;
    for (uint32_t i = 0; i < entry->count; i++) {
        if (!is_when(before[i].key)) {
            entry->entries[kept++] = before[i];
        }
    }
    entry->entries[0] = sim__entry("at", strlen("at"));
    entry->entries[0].value = at;
    entry->count = kept;
    return sim__try(s);
}

void sim__pass_repeats(struct sim__shrinker *s)
{
    const struct sim__node *timeline = sim__node_get(s->root, "timeline");
    for (uint32_t i = 0; timeline != NULL && i < timeline->count && !sim__done(s); i++) {
        struct sim__node *entry = timeline->entries[i].value;
        struct sim__node *every = entry->kind == SIM__MAP ? sim__node_get(entry, "every") : NULL;
        struct sim__node *from = every != NULL ? sim__node_get(entry, "from") : NULL;
        if (every != NULL && !put_once(s, entry, from != NULL ? from : every) && !sim__done(s)) {
            (void)put_once(s, entry, sim__tree_word(s->arena, "0s"));
        }
    }
}

/* ---- defaults and policies ---- */

/* What the map lacks of the other. */
static bool merge_into(struct sim__shrinker *s, struct sim__node *map, const struct sim__node *from)
{
    if (!sim__change_entries(s, map, map->count + from->count)) {
        return false;
    }
    for (uint32_t i = 0; i < from->count; i++) {
        const struct sim__entry *entry = &from->entries[i];
        if (sim__node_get(map, entry->key) == NULL) {
            map->entries[map->count] = *entry;
            map->entries[map->count].value = sim__tree_copy(s->arena, entry->value);
            s->failed |= map->entries[map->count].value == NULL;
            map->count++;
        }
    }
    return !s->failed;
}

static bool drop_key(struct sim__shrinker *s, struct sim__node *map, const char *key)
{
    for (uint32_t i = 0; i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0) {
            sim__change_drop(s, map, i, 1);
            return !s->failed;
        }
    }
    return false;
}

static void inline_policy(struct sim__shrinker *s, struct sim__node *policies,
                          const struct sim__entry *policy, const struct sim__node *services)
{
    const char *name = policy->key;
    const struct sim__node *values = policy->value;
    uint32_t users = 0;
    for (uint32_t i = 0; i < services->count && !s->failed; i++) {
        struct sim__node *service = services->entries[i].value;
        const struct sim__node *used =
            service->kind == SIM__MAP ? sim__node_get(service, "policy") : NULL;
        if (used != NULL && used->kind == SIM__SCALAR && strcmp(used->text, name) == 0 &&
            ++users == 1 && drop_key(s, service, "policy")) {
            (void)merge_into(s, service, values);
        }
    }
    if (users != 1 || s->failed || !drop_key(s, policies, name)) {
        sim__forget(s);
        return;
    }
    if (policies->count == 0) {
        (void)drop_key(s, s->root, "policies");
    }
    (void)sim__try(s);
}

void sim__pass_inline(struct sim__shrinker *s)
{
    const struct sim__node *services = sim__node_get(s->root, "services");
    struct sim__node *policies = sim__node_get(s->root, "policies");
    if (services == NULL || services->kind != SIM__LIST) {
        return;
    }
    for (uint32_t i = policies != NULL && policies->kind == SIM__MAP ? policies->count : 0;
         i > 0 && !sim__done(s); i--) {
        const struct sim__entry policy = policies->entries[i - 1];
        if (policy.value->kind == SIM__MAP) {
            inline_policy(s, policies, &policy, services);
        }
    }
    const struct sim__node *defaults = sim__node_get(s->root, "defaults");
    if (defaults != NULL && defaults->kind == SIM__MAP && services->count == 1 && !sim__done(s) &&
        services->entries[0].value->kind == SIM__MAP &&
        merge_into(s, services->entries[0].value, defaults) && drop_key(s, s->root, "defaults")) {
        (void)sim__try(s);
    }
}
