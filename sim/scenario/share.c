/* How what is included comes together: by the rules of each key.
 *
 * `defaults` are merged key by key, in depth. Everything else has names (policies,
 * conditions, measures, groups), and a name that comes again replaces the one before, in
 * its place.
 */
#include <string.h>

#include "document.h"
#include "sim/base/table.h"

enum way { BY_NAME, IN_DEPTH, LIST };

static const struct rule {
    const char *key;
    enum way way;
} rules[] = {
    {"policies", BY_NAME}, {"defaults", IN_DEPTH}, {"conditions", BY_NAME},
    {"measures", BY_NAME}, {"groups", LIST},
};

/* By what it replaces others: its key, or the group's path; NULL: it has none. */
static const char *name_of(const struct sim__entry *entry, enum way way)
{
    if (way == BY_NAME) {
        return entry->key;
    }
    const struct sim__node *name = sim__node_at(entry->value, SIM__KEY_NAME);
    return name == NULL || name->kind != SIM__SCALAR ? NULL : sim__without_root(name->text);
}

/* What the files say to one key, each behind those that it wins over. */
struct parts {
    struct sim__node *nodes[SIM_INCLUDED_MAX + 1];
    const struct sim__entry *last; /* the key, where it was given last */
    uint32_t count;
};

/* All of them in one list. */
struct named {
    struct sim__node *node;
    uint32_t *parts; /* which one each entry comes from */
    struct sim__table places;
};

/* What is named again stands in the place of the first. Names that one file gives twice are
 * left for the reader to find. */
static void put(struct named *named, const struct sim__entry *entry, const char *name,
                uint32_t part)
{
    bool is_new = true;
    struct sim__node *node = named->node;
    struct sim__slot *slot =
        name == NULL ? NULL
                     : sim__table_add(&named->places, 0, name, (uint32_t)strlen(name), &is_new);
    uint32_t index = node->count;
    if (slot != NULL && is_new) {
        slot->value = &node->entries[index];
    } else if (slot != NULL) {
        uint32_t first = (uint32_t)((struct sim__entry *)slot->value - node->entries);
        index = named->parts[first] == part ? index : first;
    }
    node->entries[index] = *entry;
    named->parts[index] = part;
    node->count += index == node->count ? 1 : 0;
}

/* In time and memory of what all of them hold, however many files there are. */
static struct sim__node *replace(struct sim__reader *r, const struct parts *parts, enum way way)
{
    size_t room = 0;
    for (uint32_t i = 0; i < parts->count; i++) {
        room += parts->nodes[i]->count;
    }
    struct named named = {.node = sim__arena_alloc(r->scratch, 1, sizeof(*named.node)),
                          .parts = sim__arena_alloc(r->scratch, room, sizeof(*named.parts))};
    struct sim__entry *entries = sim__arena_alloc(r->scratch, room, sizeof(*entries));
    if (named.node == NULL || named.parts == NULL || entries == NULL) {
        return NULL;
    }
    sim__table_init(&named.places, r->scratch, r->seed);
    *named.node = *parts->nodes[parts->count - 1];
    named.node->entries = entries;
    named.node->count = 0;
    for (uint32_t part = 0; part < parts->count; part++) {
        const struct sim__node *node = parts->nodes[part];
        for (uint32_t i = 0; i < node->count; i++) {
            put(&named, &node->entries[i], name_of(&node->entries[i], way), part);
        }
    }
    return named.node;
}

static bool fits(struct sim__reader *r, const struct sim__node *node, enum way way)
{
    if (node->kind == (way == LIST ? SIM__LIST : SIM__MAP)) {
        return true;
    }
    sim__wrong_type(r, node, way == LIST ? "a list" : "a map");
    return false;
}

/* NULL without memory. */
static struct sim__node *combine(struct sim__reader *r, const struct parts *parts, enum way way)
{
    struct sim__node *merged = parts->nodes[0];
    if (way != IN_DEPTH && parts->count > 1) {
        return replace(r, parts, way);
    }
    for (uint32_t i = 1; merged != NULL && i < parts->count; i++) {
        merged = sim__node_merge(r->scratch, merged, parts->nodes[i]);
    }
    return merged;
}

static struct sim__entry *entry_of(const struct sim__node *map, const char *key)
{
    for (uint32_t i = 0; map != NULL && map->kind == SIM__MAP && i < map->count; i++) {
        if (strcmp(map->entries[i].key, key) == 0) {
            return &map->entries[i];
        }
    }
    return NULL;
}

/* A copy of the map with room for `more` entries. */
static struct sim__node *copy_map(struct sim__reader *r, const struct sim__node *map, uint32_t more)
{
    struct sim__node *copy = sim__arena_alloc(r->scratch, 1, sizeof(*copy));
    struct sim__entry *entries =
        sim__arena_alloc(r->scratch, (size_t)map->count + more, sizeof(*entries));
    if (copy == NULL || entries == NULL) {
        return NULL;
    }
    if (map->count > 0) {
        memcpy(entries, map->entries, map->count * sizeof(*entries));
    }
    *copy = *map;
    copy->entries = entries;
    return copy;
}

/* Sets the entry's key; the map has room for it. */
static void set(struct sim__node *map, const struct sim__entry *entry, struct sim__node *value)
{
    struct sim__entry *own = entry_of(map, entry->key);
    if (own == NULL) {
        own = &map->entries[map->count++];
        *own = *entry;
    }
    own->value = value;
}

/* Takes the file's entry, NULL for none; false when its value is of the wrong kind. */
static bool add(struct sim__reader *r, struct parts *parts, const struct sim__entry *entry,
                enum way way)
{
    if (entry == NULL) {
        return true;
    }
    if (!fits(r, entry->value, way)) {
        return false;
    }
    parts->nodes[parts->count++] = entry->value;
    parts->last = entry;
    return true;
}

/* `groups` go into `supervisor`, before those that are there. */
static bool share_groups(struct sim__reader *r, struct parts *parts, struct sim__node *root)
{
    const struct sim__entry *own = entry_of(root, "supervisor");
    const struct sim__entry *last = parts->last;
    struct sim__entry made = sim__entry("supervisor", strlen("supervisor"));
    struct sim__node none = {.kind = SIM__MAP, .place = last->place, .at = last->place};
    made.place = last->place;
    made.value = last->value;
    none.name = made.key;
    if (own != NULL && own->value->kind != SIM__MAP) {
        return true; /* the reader will say so */
    }
    struct sim__node *supervisor = copy_map(r, own == NULL ? &none : own->value, 1);
    const struct sim__entry *listed = entry_of(supervisor, last->key);
    if (supervisor == NULL || !add(r, parts, listed, LIST)) {
        return false;
    }
    set(supervisor, parts->last, combine(r, parts, LIST));
    set(root, own == NULL ? &made : own, supervisor);
    return true;
}

static bool share_key(struct sim__reader *r, const struct sim__shares *shares,
                      const struct rule *rule, struct sim__node *root)
{
    struct parts parts = {.count = 0};
    for (uint32_t i = 0; i < shares->count; i++) {
        if (!add(r, &parts, entry_of(shares->trees[i], rule->key), rule->way)) {
            return false;
        }
    }
    if (parts.count == 0) {
        return true;
    }
    if (rule->way == LIST) {
        return share_groups(r, &parts, root);
    }
    if (!add(r, &parts, entry_of(root, rule->key), rule->way)) {
        return false;
    }
    set(root, parts.last, combine(r, &parts, rule->way));
    return true;
}

struct sim__node *sim__share(struct sim__reader *r, const struct sim__shares *shares,
                             const struct sim__node *root)
{
    bool good = true;
    struct sim__node *merged = copy_map(r, root, SIM__COUNT(rules));
    for (size_t i = 0; merged != NULL && i < SIM__COUNT(rules); i++) {
        good = share_key(r, shares, &rules[i], merged) && good;
    }
    return good ? merged : NULL;
}
