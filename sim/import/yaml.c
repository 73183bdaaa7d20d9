/* YAML files; see yaml.h. */
#include "yaml.h"

#include <string.h>

#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define MERGES_MAX 16u

struct sim__spot sim__yaml_spot(const struct sim__yaml *yaml, struct sim_place place)
{
    return (struct sim__spot){yaml->path, place.line == 0 ? 0 : place.line + yaml->line,
                              place.column};
}

/* ---- documents ---- */

/* A message in one piece: what is a hint in it follows. */
static const char *message_of(struct sim__import *import, const char *text)
{
    char *copy = sim__arena_text(import->arena, text, strlen(text));
    char *to = copy;
    for (const char *from = copy; copy != NULL && *from != '\0'; from++) {
        if (*from != SIM__HINT[0]) {
            *to++ = *from;
        }
    }
    if (to != NULL) {
        *to = '\0';
    }
    return copy == NULL ? "" : copy;
}

static void refuse(struct sim__yaml *yaml, const char *bytes, struct sim__diagnosis *diagnosis)
{
    if (diagnosis->count > 0 && strstr(bytes, "{{") != NULL) {
        sim__import_refuse(yaml->import, sim__yaml_spot(yaml, diagnosis->list[0].place),
                           "a template: render it first, as with `helm template`");
        return;
    }
    for (uint32_t i = 0; i < diagnosis->count; i++) {
        const struct sim__diagnostic *one = &diagnosis->list[i];
        sim__import_refuse(yaml->import, sim__yaml_spot(yaml, one->place), "%s",
                           message_of(yaml->import, one->text));
    }
}

/* Whether there is nothing but comments, a marker and directives, as `%YAML 1.2`. */
static bool says_nothing(const char *bytes, size_t length)
{
    const char *line;
    size_t at = 0, size;
    while (sim__import_line(bytes, length, &at, &line, &size)) {
        bool marker = size >= 3 && (memcmp(line, "---", 3) == 0 || memcmp(line, "...", 3) == 0);
        size_t from = marker ? 3 : 0;
        while (from < size && strchr(" \t\r", line[from]) != NULL) {
            from++;
        }
        bool directive = size > 0 && line[0] == '%';
        if (from < size && line[from] != '#' && !directive) {
            return false;
        }
    }
    return true;
}

/* NULL when it is none, which has been said. */
static struct sim__yaml *parse(struct sim__import *import, const char *path, uint32_t line,
                               const char *bytes, size_t length)
{
    struct sim__diagnosis diagnosis;
    struct sim__yaml *yaml = sim__arena_alloc(import->arena, 1, sizeof(*yaml));
    const char *copy = sim__arena_text(import->arena, bytes, length);
    if (yaml == NULL || copy == NULL) {
        return NULL;
    }
    *yaml = (struct sim__yaml){.import = import, .path = path, .line = line};
    sim__diagnosis_init(&diagnosis, import->arena);
    if (sim__bytes_check(&diagnosis, copy, length)) {
        yaml->root = sim__node_parse(import->arena, &diagnosis, copy, length);
    }
    if (diagnosis.total > 0) {
        refuse(yaml, copy, &diagnosis);
        return NULL;
    }
    return yaml->root == NULL ? NULL : yaml;
}

static bool begins_document(const char *line, size_t length)
{
    return length >= 3 && memcmp(line, "---", 3) == 0 &&
           (length == 3 || strchr(" \t\r", line[3]) != NULL);
}

struct sim__yaml *sim__yaml_read(struct sim__import *import, const char *path, const char *bytes,
                                 size_t length)
{
    struct sim__yaml *first = NULL, **last = &first;
    uint32_t number = 0, begun = 0;
    size_t start = 0, at = 0, size;
    const char *line;
    for (bool more = true; more;) {
        size_t before = at;
        more = sim__import_line(bytes, length, &at, &line, &size);
        bool cut = !more || (begins_document(line, size) && before > start);
        before = more ? before : length;
        if (cut && !says_nothing(bytes + start, before - start)) {
            struct sim__yaml *yaml = parse(import, path, begun, bytes + start, before - start);
            if (yaml == NULL) {
                return NULL;
            }
            *last = yaml;
            last = &yaml->next;
        }
        if (cut) {
            start = before;
            begun = number;
        }
        number++;
    }
    return first;
}

/* ---- values ---- */

/* In what `<<` brings: a map, or a list of maps. */
static const struct sim__node *merged(const struct sim__node *map, const char *key, unsigned depth)
{
    const struct sim__node *value = sim__node_get(map, key);
    const struct sim__node *under = value == NULL ? sim__node_get(map, "<<") : NULL;
    if (under == NULL || depth >= MERGES_MAX) {
        return value;
    }
    if (under->kind == SIM__MAP) {
        return merged(under, key, depth + 1);
    }
    for (uint32_t i = 0; under->kind == SIM__LIST && i < under->count && i < MERGES_MAX; i++) {
        if (under->entries[i].value->kind == SIM__MAP) {
            value = merged(under->entries[i].value, key, MERGES_MAX);
        }
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}

const struct sim__node *sim__yaml_get(const struct sim__node *map, const char *key)
{
    return map == NULL || map->kind != SIM__MAP ? NULL : merged(map, key, 0);
}

const struct sim__node *sim__yaml_find(const struct sim__yaml *yaml, const struct sim__node *map,
                                       const char *key, struct sim__spot *ret_spot)
{
    const struct sim__node *value = sim__yaml_get(map, key);
    if (value == NULL) {
        return NULL;
    }
    *ret_spot = sim__yaml_spot(yaml, value->place);
    for (uint32_t i = 0; i < map->count; i++) {
        if (sim__same(map->entries[i].key, key)) {
            *ret_spot = sim__yaml_spot(yaml, map->entries[i].place);
        }
    }
    return value;
}

bool sim__yaml_is_null(const struct sim__node *node)
{
    return node->kind == SIM__SCALAR && node->plain &&
           (node->length == 0 || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

const char *sim__yaml_shown(const struct sim__yaml *yaml, const struct sim__node *node)
{
    if (node->kind != SIM__SCALAR) {
        return node->kind == SIM__MAP ? "{…}" : "[…]";
    }
    return sim__quotable(yaml->import->arena, node->text, node->length);
}

bool sim__yaml_number(const struct sim__yaml *yaml, const struct sim__node *node, const char *key,
                      struct sim__spot spot, uint64_t *ret_number)
{
    bool good = node->kind == SIM__SCALAR && node->text[0] != '\0' &&
                strspn(node->text, "0123456789") == node->length &&
                (node->text[0] != '0' || node->length == 1) &&
                sim__unit_number(node->text, INT32_MAX, ret_number);
    if (!good) {
        sim__import_refuse(yaml->import, spot, "%s: %s: a whole number up to 2147483647", key,
                           sim__yaml_shown(yaml, node));
    }
    return good;
}
