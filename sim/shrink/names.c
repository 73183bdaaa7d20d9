/* Short names, everywhere at once. */
#include <stdio.h>
#include <string.h>

#include "passes.h"

#define LETTERS 26u
#define NAME_BYTES 8u

struct renaming {
    const char *from;
    size_t length;
    const char *to;
    bool counted; /* only one of a count of them, or all; the number goes */
};

/* The number, or the pattern, of one of a count. */
static bool is_number(const char *text)
{
    return strcmp(text, "-*") == 0 || (text[0] == '-' && text[1] != '\0' &&
                                       strspn(text + 1, "0123456789") == strlen(text + 1));
}

/* The name itself, one of a count of them, or a pattern that begins with it. */
static bool is_named(const struct renaming *renaming, const char *text)
{
    if (renaming->counted) {
        return strncmp(text, renaming->from, renaming->length) == 0 &&
               is_number(text + renaming->length);
    }
    return strncmp(text, renaming->from, renaming->length) == 0 &&
           (text[renaming->length] == '\0' || text[renaming->length] == '-' ||
            text[renaming->length] == '*' || text[renaming->length] == '.');
}

static const char *renamed(struct sim__shrinker *s, const struct renaming *renaming,
                           const char *text)
{
    const char *rest = renaming->counted ? "" : text + renaming->length;
    const struct sim__node *scalar = sim__tree_format(s->arena, "%s%s", renaming->to, rest);
    s->failed |= scalar == NULL;
    return scalar != NULL ? scalar->text : text;
}

#define LONGEST 200u /* no name is; and texts are left alone */

static bool is_text(const char *key)
{
    return key != NULL && (strcmp(key, "about") == 0 || strcmp(key, "error") == 0 ||
                           strcmp(key, "task") == 0 || strcmp(key, "exec") == 0);
}

static void rename_keys(struct sim__shrinker *s, struct sim__node *map,
                        const struct renaming *renaming)
{
    bool own = false;
    for (uint32_t i = 0; i < map->count && !s->failed; i++) {
        const char *key = map->entries[i].key;
        if (key == NULL || strlen(key) > LONGEST || !is_named(renaming, key) ||
            (!own && !sim__change_entries(s, map, map->count))) {
            continue;
        }
        own = true;
        map->entries[i].key = renamed(s, renaming, key);
        map->entries[i].key_length = (uint32_t)strlen(map->entries[i].key);
    }
}

static void rename_below(struct sim__shrinker *s, struct sim__node *node,
                         const struct renaming *renaming)
{
    if (node->kind == SIM__SCALAR) {
        if (node->length <= LONGEST && is_named(renaming, node->text)) {
            sim__change_word(s, node, renamed(s, renaming, node->text));
        }
        return;
    }
    rename_keys(s, node, renaming);
    for (uint32_t i = 0; i < node->count && !s->failed; i++) {
        if (!is_text(node->entries[i].key)) {
            rename_below(s, node->entries[i].value, renaming);
        }
    }
}

static bool is_used(const struct sim__node *node, const struct renaming *renaming)
{
    if (node->kind == SIM__SCALAR) {
        return is_named(renaming, node->text);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        if ((entry->key != NULL && is_named(renaming, entry->key)) ||
            is_used(entry->value, renaming)) {
            return true;
        }
    }
    return false;
}

/* The first name of a kind that nothing has: a, b, ... z, a1, ... */
static void find_free(const struct sim__shrinker *s, char first, char name[NAME_BYTES])
{
    for (unsigned i = 0; i < LETTERS * 100; i++) {
        char letter = (char)('a' + ((unsigned)(first - 'a') + i) % LETTERS);
        if (i < LETTERS) {
            (void)snprintf(name, NAME_BYTES, "%c", letter);
        } else {
            (void)snprintf(name, NAME_BYTES, "%c%u", letter, i / LETTERS);
        }
        if (!is_used(s->root, &(struct renaming){name, strlen(name), "", false})) {
            return;
        }
    }
}

static void rename_everywhere(struct sim__shrinker *s, const struct renaming *renaming)
{
    for (uint32_t i = 0; i < s->root->count && !s->failed; i++) {
        const struct sim__entry *entry = &s->root->entries[i];
        if (!sim__is_kept(entry->key) && strcmp(entry->key, "about") != 0) {
            rename_below(s, entry->value, renaming);
        }
    }
}

static void rename_one(struct sim__shrinker *s, const char *from, char first)
{
    char to[NAME_BYTES] = "";
    size_t length = strlen(from);
    if (length < 2 || length > LONGEST) {
        return;
    }
    find_free(s, first, to);
    if (strlen(to) >= length) {
        return;
    }
    const struct renaming renaming = {from, length, to, false};
    rename_everywhere(s, &renaming);
    (void)sim__try(s);
}

/* The names of a list at the top, or of the keys of a map. */
static void rename_all(struct sim__shrinker *s, struct sim__node *node, char first)
{
    for (uint32_t i = 0; node != NULL && i < node->count && !sim__done(s); i++) {
        const struct sim__node *value = node->entries[i].value;
        const struct sim__node *name = value->kind == SIM__MAP && node->kind == SIM__LIST
                                           ? sim__node_get(value, "name")
                                           : NULL;
        if (node->kind == SIM__MAP) {
            rename_one(s, node->entries[i].key, first);
        } else if (name != NULL && name->kind == SIM__SCALAR) {
            rename_one(s, name->text, first);
        }
    }
}

/* The last part of a path goes; else the path becomes a name. */
static void shorten_groups(struct sim__shrinker *s, const struct sim__node *services)
{
    for (uint32_t i = 0; services != NULL && i < services->count && !sim__done(s); i++) {
        const struct sim__node *service = services->entries[i].value;
        const struct sim__node *group =
            service->kind == SIM__MAP ? sim__node_get(service, "group") : NULL;
        if (group != NULL && group->kind == SIM__SCALAR) {
            rename_one(s, group->text, 'g');
        }
    }
}

/* Of a count of services one, that has the name alone. */
static void uncount(struct sim__shrinker *s, struct sim__node *service)
{
    const struct sim__node *name = sim__node_get(service, "name");
    if (name == NULL || name->kind != SIM__SCALAR || name->length > LONGEST) {
        return;
    }
    for (uint32_t i = 0; i < service->count; i++) {
        if (strcmp(service->entries[i].key, "count") == 0) {
            sim__change_drop(s, service, i, 1);
            const struct renaming renaming = {name->text, name->length, name->text, true};
            rename_everywhere(s, &renaming);
            (void)sim__try(s);
            return;
        }
    }
}

void sim__pass_counts(struct sim__shrinker *s)
{
    const struct sim__node *services = sim__node_get(s->root, "services");
    for (uint32_t i = 0; services != NULL && i < services->count && !sim__done(s); i++) {
        if (services->entries[i].value->kind == SIM__MAP) {
            uncount(s, services->entries[i].value);
        }
    }
}

void sim__pass_names(struct sim__shrinker *s)
{
    struct sim__node *supervisor = sim__node_get(s->root, "supervisor");
    struct sim__node *groups = supervisor != NULL && supervisor->kind == SIM__MAP
                                   ? sim__node_get(supervisor, "groups")
                                   : NULL;
    rename_all(s, sim__node_get(s->root, "services"), 'a');
    rename_all(s, groups, 'g');
    shorten_groups(s, sim__node_get(s->root, "services"));
    rename_all(s, sim__node_get(s->root, "conditions"), 'c');
    rename_all(s, sim__node_get(s->root, "policies"), 'p');
    rename_all(s, sim__node_get(s->root, "measures"), 'm');
}
