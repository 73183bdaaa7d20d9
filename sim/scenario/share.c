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
    const struct sim__node *name = sim__node_get(entry->value, "name");
    return name == NULL || name->kind != SIM__SCALAR ? NULL : sim__without_root(name->text);
}

/* `over` after `under`, what is named again in the place of the first. Names that one file
 * gives twice are left for the reader to find. */
static struct sim__node *replace(struct sim__reader *r, const struct sim__node *under,
                                 struct sim__node *over, enum way way)
{
    struct sim_arena *arena = r->scratch;
    struct sim__node *merged = sim__arena_alloc(arena, 1, sizeof(*merged));
    struct sim__entry *entries =
        sim__arena_alloc(arena, (size_t)under->count + over->count, sizeof(*entries));
    struct sim__table places;
    if (merged == NULL || entries == NULL) {
        return NULL;
    }
    bool is_new;
    sim__table_init(&places, arena, r->seed);
    *merged = *over;
    merged->entries = entries;
    merged->count = 0;
    for (uint32_t i = 0; i < under->count; i++) {
        const char *name = name_of(&under->entries[i], way);
        struct sim__entry *entry = &entries[merged->count++];
        *entry = under->entries[i];
        struct sim__slot *slot =
            name == NULL ? NULL : sim__table_add(&places, 0, name, (uint32_t)strlen(name), &is_new);
        if (slot != NULL && is_new) {
            slot->value = entry;
        }
    }
    for (uint32_t i = 0; i < over->count; i++) {
        const char *name = name_of(&over->entries[i], way);
        struct sim__slot *slot = name == NULL || under->count == 0
                                     ? NULL
                                     : sim__table_find(&places, 0, name, (uint32_t)strlen(name));
        bool replaces = slot != NULL && slot->value != NULL;
        struct sim__entry *entry = replaces ? slot->value : &entries[merged->count++];
        *entry = over->entries[i];
        if (replaces) {
            slot->value = NULL;
        }
    }
    return merged;
}

static bool fits(struct sim__reader *r, const struct sim__node *node, enum way way)
{
    if (node->kind == (way == LIST ? SIM__LIST : SIM__MAP)) {
        return true;
    }
    sim__wrong_type(r, node, way == LIST ? "a list" : "a map");
    return false;
}

/* Either may be NULL. NULL for both, for something of the wrong kind, or without memory. */
static struct sim__node *combine(struct sim__reader *r, struct sim__node *under,
                                 struct sim__node *over, enum way way)
{
    if (over == NULL || under == NULL) {
        return over == NULL ? under : over;
    }
    return way == IN_DEPTH ? sim__node_merge(r->scratch, under, over)
                           : replace(r, under, over, way);
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

static struct sim__node *value_of(const struct sim__entry *entry)
{
    return entry == NULL ? NULL : entry->value;
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

struct sim__node *sim__share(struct sim__reader *r, const struct sim__node *under,
                             struct sim__node *over)
{
    bool good = true;
    struct sim__node *shared = copy_map(r, over, SIM__COUNT(rules));
    for (size_t i = 0; shared != NULL && i < SIM__COUNT(rules); i++) {
        const struct sim__entry *mine = entry_of(over, rules[i].key);
        const struct sim__entry *other = entry_of(under, rules[i].key);
        if (mine != NULL && !fits(r, mine->value, rules[i].way)) {
            good = false;
        } else if (mine != NULL || other != NULL) {
            set(shared, mine != NULL ? mine : other,
                combine(r, value_of(other), value_of(mine), rules[i].way));
        }
    }
    return good ? shared : NULL;
}

/* `groups` go into `supervisor`. */
static bool share_groups(struct sim__reader *r, const struct sim__entry *groups,
                         struct sim__node *root)
{
    const struct sim__entry *own = entry_of(root, "supervisor");
    struct sim__entry made = *groups;
    struct sim__node none = {.kind = SIM__MAP, .place = groups->place, .at = groups->place};
    made.key = "supervisor";
    made.key_length = (uint32_t)strlen(made.key);
    none.name = made.key;
    if (own != NULL && own->value->kind != SIM__MAP) {
        return true; /* the reader will say so */
    }
    struct sim__node *supervisor = copy_map(r, own == NULL ? &none : own->value, 1);
    const struct sim__entry *listed = entry_of(supervisor, groups->key);
    if (supervisor == NULL || (listed != NULL && !fits(r, listed->value, LIST))) {
        return false;
    }
    set(supervisor, groups, combine(r, groups->value, value_of(listed), LIST));
    set(root, own == NULL ? &made : own, supervisor);
    return true;
}

struct sim__node *sim__share_into(struct sim__reader *r, const struct sim__node *shared,
                                  struct sim__node *root)
{
    bool good = true;
    struct sim__node *merged = copy_map(r, root, SIM__COUNT(rules));
    for (size_t i = 0; merged != NULL && i < SIM__COUNT(rules); i++) {
        const struct sim__entry *other = entry_of(shared, rules[i].key);
        const struct sim__entry *mine = entry_of(root, rules[i].key);
        if (other == NULL) {
            continue;
        }
        if (rules[i].way == LIST) {
            good = share_groups(r, other, merged) && good;
        } else if (mine != NULL && !fits(r, mine->value, rules[i].way)) {
            good = false;
        } else {
            set(merged, mine != NULL ? mine : other,
                combine(r, other->value, value_of(mine), rules[i].way));
        }
    }
    return good ? merged : NULL;
}
