/* Short names, everywhere at once; one service or a count of them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "passes.h"

#define LETTERS 26u
#define MISSED_MAX 32u
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
        const char *other = renamed(s, renaming, key);
        struct sim__entry entry = sim__entry(other, strlen(other));
        entry.place = map->entries[i].place;
        entry.value = map->entries[i].value;
        map->entries[i] = entry;
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

static bool is_equal(const struct sim__node *a, const struct sim__node *b)
{
    bool equal = a->kind == b->kind && a->count == b->count &&
                 (a->kind != SIM__SCALAR || strcmp(a->text, b->text) == 0);
    for (uint32_t i = 0; equal && a->kind != SIM__SCALAR && i < a->count; i++) {
        const struct sim__entry *one = &a->entries[i], *other = &b->entries[i];
        equal = (one->key == NULL || strcmp(one->key, other->key) == 0) &&
                is_equal(one->value, other->value);
    }
    return equal;
}

/* How many a service is; 0: nobody can tell. */
static uint64_t count_of(const struct sim__node *service)
{
    const struct sim__node *node = sim__node_get(service, "count");
    uint64_t count = 0;
    bool plain = node != NULL && node->kind == SIM__SCALAR && node->length <= 9;
    if (node == NULL) {
        return 1;
    }
    return plain && sscanf(node->text, "%" SCNu64, &count) == 1 ? count : 0;
}

/* But for their names, which stand in the same place, and for how many each is. */
static bool are_alike(const struct sim__node *a, const struct sim__node *b)
{
    uint32_t more = sim__node_get(a, "count") != NULL && sim__node_get(b, "count") == NULL ? 1 : 0;
    bool alike = a->count == b->count + more && count_of(a) > 0 && count_of(b) > 0;
    for (uint32_t i = 0; alike && i < b->count; i++) {
        const struct sim__entry *one = &a->entries[i], *other = &b->entries[i];
        alike = strcmp(one->key, other->key) == 0 &&
                (strcmp(one->key, "name") == 0 || strcmp(one->key, "count") == 0 ||
                 is_equal(one->value, other->value));
    }
    return alike;
}

/* The other goes, and the service is as many more. */
static void count_in(struct sim__shrinker *s, struct sim__node *services, uint32_t index,
                     uint32_t other)
{
    struct sim__node *service = services->entries[index].value;
    uint64_t sum = count_of(service) + count_of(services->entries[other].value);
    struct sim__node *number = sim__tree_number(s->arena, sum);
    struct sim__node *count = sim__node_get(service, "count");
    if (number == NULL) {
        s->failed = true;
        return;
    }
    sim__change_drop(s, services, other, 1);
    if (count != NULL) {
        sim__change_node(s, count, number);
    } else if (sim__change_entries(s, service, service->count + 1)) {
        struct sim__entry entry = sim__entry("count", strlen("count"));
        entry.value = number;
        service->entries[service->count++] = entry;
    }
}

/* There are many pairs of many that are alike, and who cannot be counted together will most likely
 * not be with the next, either. */
static void count_alike(struct sim__shrinker *s, struct sim__node *services)
{
    uint32_t missed = 0;
    for (uint32_t i = 0; i < services->count; i++) {
        for (uint32_t k = services->count - 1; k > i && missed < MISSED_MAX && !sim__done(s); k--) {
            const struct sim__node *a = services->entries[i].value, *b = services->entries[k].value;
            if (a->kind == SIM__MAP && b->kind == SIM__MAP && are_alike(a, b)) {
                count_in(s, services, i, k);
                missed += sim__try(s) ? 0 : 1;
            }
        }
    }
}

void sim__pass_counts(struct sim__shrinker *s)
{
    struct sim__node *services = sim__node_get(s->root, "services");
    for (uint32_t i = 0; services != NULL && i < services->count && !sim__done(s); i++) {
        if (services->entries[i].value->kind == SIM__MAP) {
            uncount(s, services->entries[i].value);
        }
    }
    if (services != NULL && services->kind == SIM__LIST) {
        count_alike(s, services);
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
