/* From the types and the lists to the schema: first the tree of the types is completed,
 * then it is written. */
#include "schema.h"

#include <string.h>

#include "sim/base/arena.h"
#include "sim/base/escape.h"
#include "sim/scenario/node.h"
#include "types.h"
#include "write.h"

#define REFERENCE "#/definitions/"
/* Words of one `enum`, keys of one map. */
#define NAMES_MAX 256u

struct making {
    struct sim_arena *arena;
    struct sim__text *why;
    bool failed;
};

static void complain(struct making *m, const char *what, const char *name, const char *where)
{
    sim__text_format(m->why, "%s `%s` (%s)\n", what, name, where);
    m->failed = true;
}

/* ---- lists ---- */

struct names {
    const char *list[NAMES_MAX];
    uint32_t count;
    bool some;
};

static bool has(const struct names *names, const char *name)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void add(struct names *names, const char *name)
{
    if (!has(names, name) && names->count < NAMES_MAX) {
        names->list[names->count++] = name;
    }
}

static void take_away(struct making *m, struct names *names, const char *name, const char *where)
{
    uint32_t kept = 0;
    if (!has(names, name)) {
        complain(m, "no list has", name, where);
    }
    for (uint32_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i], name) != 0) {
            names->list[kept++] = names->list[i];
        }
    }
    names->count = kept;
}

static void take_word(struct making *m, struct names *names, const char *word, const char *where)
{
    const struct sim__schema_list *list = sim__schema_find(word, strlen(word));
    if (strcmp(word, "some") == 0) {
        names->some = true;
    } else if (*word == '+') {
        add(names, word + 1);
    } else if (*word == '-') {
        take_away(m, names, word + 1, where);
    } else if (list == NULL) {
        complain(m, "there is no list", word, where);
    } else {
        for (uint32_t i = 0; i < list->count; i++) {
            add(names, list->names[i]);
        }
    }
}

/* "LIST LIST -word". */
static void read_names(struct making *m, const char *text, struct names *ret_names)
{
    *ret_names = (struct names){0};
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, " ");
        char *word = sim__arena_text(m->arena, at, length);
        if (word != NULL && length > 0) {
            take_word(m, ret_names, word, text);
        }
        at += length + (at[length] == ' ' ? 1 : 0);
    }
}

/* ---- the tree ---- */

static struct sim__node *new_node(struct making *m, enum sim__node_kind kind, uint32_t count)
{
    struct sim__node *node = sim__arena_alloc(m->arena, 1, sizeof(*node));
    struct sim__entry *entries = sim__arena_alloc(m->arena, count + 1u, sizeof(*entries));
    if (node == NULL || entries == NULL) {
        return NULL;
    }
    node->kind = kind;
    node->entries = entries;
    return node;
}

enum quoting { QUOTED, PLAIN };

static struct sim__node *new_scalar(struct making *m, const char *text, enum quoting quoting)
{
    struct sim__node *node = new_node(m, SIM__SCALAR, 0);
    if (node != NULL) {
        node->text = text;
        node->length = (uint32_t)strlen(text);
        node->plain = quoting == PLAIN;
    }
    return node;
}

static void put(struct sim__node *map, const char *key, struct sim__node *value)
{
    struct sim__entry entry = sim__entry(key, key == NULL ? 0 : strlen(key));
    entry.value = value;
    map->entries[map->count++] = entry;
    map->keys |= sim__key_bit(entry.id);
}

static struct sim__node *complete(struct making *m, struct sim__node *node);

/* `enum: LIST` as the list of its words. */
static struct sim__node *words_of(struct making *m, const char *text)
{
    struct names names;
    read_names(m, text, &names);
    struct sim__node *list = new_node(m, SIM__LIST, names.count);
    for (uint32_t i = 0; list != NULL && i < names.count; i++) {
        put(list, NULL, new_scalar(m, names.list[i], QUOTED));
    }
    return list;
}

/* What each word of the map's `enum` means, in the order of its words. */
static struct sim__node *meanings_of(struct making *m, const struct sim__node *map,
                                     const struct sim__node *said)
{
    const struct sim__node *words = sim__node_get(map, "enum");
    if (words != NULL && words->kind == SIM__SCALAR) {
        words = words_of(m, words->text);
    }
    if (words == NULL) {
        return NULL;
    }
    struct sim__node *list = new_node(m, SIM__LIST, words->count);
    for (uint32_t i = 0; list != NULL && i < words->count; i++) {
        const char *word = words->entries[i].value->text;
        struct sim__node *meaning = sim__node_get(said, word);
        if (meaning == NULL) {
            complain(m, "nothing says what it means, the word", word, "words");
        }
        put(list, NULL, meaning);
    }
    if (said->count != words->count) {
        complain(m, "a word is explained that is not in the list of", words->entries[0].value->text,
                 "words");
    }
    return list;
}

/* Every value of the map is a schema. */
static struct sim__node *complete_values(struct making *m, const struct sim__node *node)
{
    struct sim__node *copy = new_node(m, node->kind, node->count);
    for (uint32_t i = 0; copy != NULL && i < node->count; i++) {
        put(copy, node->entries[i].key, complete(m, node->entries[i].value));
    }
    return copy;
}

static void check_keys(struct making *m, const char *text, const struct sim__node *properties)
{
    struct names names;
    if (strcmp(text, "any") == 0 || properties == NULL) {
        return;
    }
    read_names(m, text, &names);
    for (uint32_t i = 0; i < properties->count; i++) {
        if (!has(&names, properties->entries[i].key)) {
            complain(m, "the reader does not know the key", properties->entries[i].key, text);
        }
    }
    for (uint32_t i = 0; !names.some && i < names.count; i++) {
        if (sim__node_get(properties, names.list[i]) == NULL) {
            complain(m, "there is no type for the key", names.list[i], text);
        }
    }
}

static bool is_map_of_schemas(const char *key)
{
    return strcmp(key, "properties") == 0 || strcmp(key, "patternProperties") == 0 ||
           strcmp(key, "definitions") == 0;
}

static bool holds_schemas(const char *key)
{
    static const char *const keys[] = {
        "anyOf", "allOf", "oneOf", "items", "additionalProperties", "propertyNames", "not"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

/* `=name` as the reference that it stands for. */
static struct sim__node *path_of(struct making *m, const struct sim__node *name)
{
    size_t length = strlen(REFERENCE);
    char *path = sim__arena_alloc(m->arena, length + name->length, 1);
    if (path == NULL) {
        return NULL;
    }
    memcpy(path, REFERENCE, length);
    memcpy(path + length, name->text + 1, name->length);
    return new_scalar(m, path, QUOTED);
}

static void complete_entry(struct making *m, const struct sim__node *map,
                           const struct sim__entry *entry, struct sim__node *copy)
{
    struct sim__node *value = entry->value;
    if (strcmp(entry->key, "$ref") == 0 && value->text[0] == '=') {
        put(copy, "$ref", path_of(m, value));
    } else if (strcmp(entry->key, "keys") == 0) {
        check_keys(m, value->text, sim__node_get(map, "properties"));
        put(copy, "type", new_scalar(m, "object", QUOTED));
        put(copy, "additionalProperties", new_scalar(m, "false", PLAIN));
    } else if (strcmp(entry->key, "enum") == 0 && value->kind == SIM__SCALAR) {
        put(copy, "enum", words_of(m, value->text));
    } else if (strcmp(entry->key, "words") == 0) {
        put(copy, "enumDescriptions", meanings_of(m, map, value));
    } else if (is_map_of_schemas(entry->key)) {
        put(copy, entry->key, complete_values(m, value));
    } else if (holds_schemas(entry->key)) {
        put(copy, entry->key, complete(m, value));
    } else {
        put(copy, entry->key, value);
    }
}

/* A schema, or a list of them. */
static struct sim__node *complete(struct making *m, struct sim__node *node)
{
    if (node->kind == SIM__LIST) {
        return complete_values(m, node);
    }
    if (node->kind == SIM__SCALAR && node->text[0] == '=') {
        struct sim__node *map = new_node(m, SIM__MAP, 1);
        if (map != NULL) {
            put(map, "$ref", path_of(m, node));
        }
        return map;
    }
    if (node->kind == SIM__SCALAR) {
        return node;
    }
    struct sim__node *copy = new_node(m, SIM__MAP, node->count + 1);
    for (uint32_t i = 0; copy != NULL && i < node->count; i++) {
        complete_entry(m, node, &node->entries[i], copy);
    }
    return copy;
}

/* ---- the whole ---- */

static void put_lines(struct sim__text *text, const char *const *lines)
{
    for (; *lines != NULL; lines++) {
        sim__text_put(text, *lines);
        sim__text_char(text, '\n');
    }
}

static struct sim__node *parse(struct making *m, struct sim__text *types)
{
    struct sim__diagnosis diagnosis;
    put_lines(types, sim__schema_types_file);
    put_lines(types, sim__schema_types_presets);
    put_lines(types, sim__schema_types_services);
    put_lines(types, sim__schema_types_scripts);
    put_lines(types, sim__schema_types_timeline);
    put_lines(types, sim__schema_types_events);
    put_lines(types, sim__schema_types_expect);
    sim__text_put(types, " }}\n");
    sim__diagnosis_init(&diagnosis, m->arena);
    struct sim__node *root =
        types->failed ? NULL : sim__node_parse(m->arena, &diagnosis, types->bytes, types->length);
    if (diagnosis.count > 0) {
        complain(m, "the types are no YAML:", diagnosis.list[0].text, "sim/schema");
    }
    return root;
}

int sim__schema(struct sim__text *text, struct sim__text *why)
{
    struct making m = {.why = why};
    struct sim__text types = {0};
    if (sim__arena_create(&sup_allocator_libc, &m.arena) != SUP_OK) {
        return SUP_ENOMEM;
    }
    struct sim__node *root = parse(&m, &types);
    if (root != NULL) {
        root = complete(&m, root);
    }
    int result = m.failed ? SUP_EINVAL : SUP_OK;
    if (types.failed || sim__arena_failed(m.arena)) {
        result = SUP_ENOMEM;
    } else if (result == SUP_OK) {
        sim__schema_write(text, root);
        result = text->failed ? SUP_ENOMEM : SUP_OK;
    }
    sim__arena_free(m.arena);
    sim__text_release(&types);
    return result;
}
