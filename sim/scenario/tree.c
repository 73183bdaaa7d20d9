/* Making and changing trees; see tree.h. */
#include "tree.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/duration.h"
#include "sup/assert.h"

/* Room for entries: this, or the next power of two. */
#define ROOM_LEAST 4u

static uint32_t room_for(uint32_t count)
{
    uint32_t room = ROOM_LEAST;
    while (room < count) {
        room *= 2;
    }
    return room;
}

static struct sim__node *new_node(struct sim_arena *arena, enum sim__node_kind kind)
{
    struct sim__node *node = sim__arena_alloc(arena, 1, sizeof(*node));
    if (node != NULL) {
        node->kind = kind;
        node->weight = 1;
        node->height = 1;
    }
    return node;
}

static struct sim__node *new_branch(struct sim_arena *arena, enum sim__node_kind kind,
                                    uint32_t count)
{
    struct sim__node *node = new_node(arena, kind);
    if (node != NULL) {
        node->entries = sim__arena_alloc(arena, room_for(count), sizeof(*node->entries));
    }
    return node == NULL || node->entries == NULL ? NULL : node;
}

struct sim__node *sim__tree_map(struct sim_arena *arena)
{
    return new_branch(arena, SIM__MAP, 0);
}

struct sim__node *sim__tree_list(struct sim_arena *arena)
{
    return new_branch(arena, SIM__LIST, 0);
}

struct sim__node *sim__tree_word(struct sim_arena *arena, const char *word)
{
    struct sim__node *node = new_node(arena, SIM__SCALAR);
    if (node != NULL) {
        node->plain = true;
        node->text = word;
        node->length = (uint32_t)strlen(word);
    }
    return node;
}

static struct sim__node *word_of(struct sim_arena *arena, const char *text, size_t length)
{
    const char *copy = sim__arena_text(arena, text, length);
    return copy == NULL ? NULL : sim__tree_word(arena, copy);
}

struct sim__node *sim__tree_format(struct sim_arena *arena, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    SUP_ASSERT(length >= 0 && (size_t)length < sizeof(text));
    return word_of(arena, text, (size_t)length);
}

struct sim__node *sim__tree_number(struct sim_arena *arena, uint64_t number)
{
    char text[24];
    struct sim__text written;
    sim__text_init_fixed(&written, text, sizeof(text));
    sim__text_u64(&written, number);
    return word_of(arena, text, written.length);
}

struct sim__node *sim__tree_duration(struct sim_arena *arena, struct sup_duration length)
{
    char text[96];
    struct sim__text written;
    sim__text_init_fixed(&written, text, sizeof(text));
    sim__text_duration(&written, length);
    SUP_ASSERT(written.length < sizeof(text));
    return word_of(arena, text, written.length);
}

struct sim__node *sim__tree_text(struct sim_arena *arena, const char *text, size_t length)
{
    struct sim__node *node = new_node(arena, SIM__SCALAR);
    const char *copy = sim__arena_text(arena, text, length);
    if (node == NULL || copy == NULL) {
        return NULL;
    }
    node->text = copy;
    node->length = (uint32_t)length;
    return node;
}

struct sim__node *sim__tree_pair(struct sim_arena *arena, const char *key, struct sim__node *value)
{
    struct sim__node *map = sim__tree_map(arena);
    sim__tree_put(arena, map, key, value);
    return map;
}

struct sim__node *sim__tree_copy(struct sim_arena *arena, const struct sim__node *node)
{
    if (node == NULL) {
        return NULL;
    }
    if (node->kind == SIM__SCALAR) {
        struct sim__node *scalar = sim__tree_text(arena, node->text, node->length);
        if (scalar != NULL) {
            scalar->plain = node->plain;
        }
        return scalar;
    }
    struct sim__node *copy = new_branch(arena, node->kind, node->count);
    if (copy == NULL) {
        return NULL;
    }
    struct sim__entry *entries = copy->entries;
    copy->count = node->count;
    for (uint32_t i = 0; i < node->count; i++) {
        entries[i] = node->entries[i];
        if (entries[i].key != NULL) {
            entries[i].key = sim__arena_text(arena, entries[i].key, entries[i].key_length);
        }
        entries[i].value = sim__tree_copy(arena, entries[i].value);
    }
    return sim__arena_failed(arena) ? NULL : copy;
}

static void append(struct sim_arena *arena, struct sim__node *node, const struct sim__entry *entry)
{
    if (node->count >= ROOM_LEAST && room_for(node->count) == node->count) {
        struct sim__entry *entries =
            sim__arena_alloc(arena, (size_t)node->count * 2, sizeof(*entries));
        if (entries == NULL) {
            return;
        }
        memcpy(entries, node->entries, node->count * sizeof(*entries));
        node->entries = entries;
    }
    node->entries[node->count++] = *entry;
}

void sim__tree_put(struct sim_arena *arena, struct sim__node *map, const char *key,
                   struct sim__node *value)
{
    if (map == NULL || value == NULL) {
        return;
    }
    SUP_ASSERT(map->kind == SIM__MAP);
    for (uint32_t i = 0; i < map->count; i++) {
        if (sim__same(map->entries[i].key, key)) {
            map->entries[i].value = value;
            return;
        }
    }
    append(arena, map,
           &(struct sim__entry){.key = key, .key_length = (uint32_t)strlen(key), .value = value});
}

void sim__tree_add(struct sim_arena *arena, struct sim__node *list, struct sim__node *value)
{
    if (list == NULL || value == NULL) {
        return;
    }
    SUP_ASSERT(list->kind == SIM__LIST);
    append(arena, list, &(struct sim__entry){.value = value});
}

void sim__tree_drop(struct sim__node *node, uint32_t index)
{
    SUP_ASSERT(index < node->count);
    node->count--;
    memmove(&node->entries[index], &node->entries[index + 1],
            (node->count - index) * sizeof(*node->entries));
}

bool sim__tree_forget(struct sim__node *map, const char *key)
{
    for (uint32_t i = 0; map->kind == SIM__MAP && i < map->count; i++) {
        if (sim__same(map->entries[i].key, key)) {
            sim__tree_drop(map, i);
            return true;
        }
    }
    return false;
}
