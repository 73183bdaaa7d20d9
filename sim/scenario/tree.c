/* Making and changing trees; see tree.h. */
#include "tree.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/duration.h"
#include "sup/assert.h"

/* Room for so many entries at first, unless it is known how many there will be. */
#define ROOM_LOG2 2u

static uint32_t room_for(uint32_t count)
{
    uint32_t log2 = ROOM_LOG2;
    while (UINT32_C(1) << log2 < count) {
        log2++;
    }
    return log2;
}

static struct sim__node *new_node(struct sim_arena *arena, enum sim__node_kind kind, size_t behind)
{
    struct sim__node *node = sim__arena_alloc(arena, 1, sizeof(*node) + behind);
    if (node != NULL) {
        node->kind = kind;
        node->weight = 1;
        node->height = 1;
    }
    return node;
}

static_assert(sizeof(struct sim__node) % _Alignof(struct sim__entry) == 0,
              "the entries lie behind their node");

static struct sim__node *new_branch(struct sim_arena *arena, enum sim__node_kind kind,
                                    uint32_t room_log2)
{
    struct sim__node *node = new_node(arena, kind, sizeof(struct sim__entry) << room_log2);
    if (node != NULL) {
        node->room_log2 = room_log2 & 0xFFu;
        node->entries = (struct sim__entry *)(void *)(node + 1);
    }
    return node;
}

struct sim__node *sim__tree_map(struct sim_arena *arena)
{
    return new_branch(arena, SIM__MAP, ROOM_LOG2);
}

struct sim__node *sim__tree_list(struct sim_arena *arena)
{
    return new_branch(arena, SIM__LIST, ROOM_LOG2);
}

struct sim__node *sim__tree_wordn(struct sim_arena *arena, const char *word, size_t length)
{
    struct sim__node *node = new_node(arena, SIM__SCALAR, 0);
    if (node != NULL) {
        node->plain = true;
        node->text = word;
        node->length = (uint32_t)length;
    }
    return node;
}

/* The text lies behind its node. */
static struct sim__node *new_text(struct sim_arena *arena, const char *text, size_t length)
{
    struct sim__node *node = new_node(arena, SIM__SCALAR, length + 1);
    if (node != NULL) {
        node->text = memcpy((char *)(node + 1), text, length);
        node->length = (uint32_t)length;
    }
    return node;
}

struct sim__node *sim__tree_copied(struct sim_arena *arena, const char *word, size_t length)
{
    struct sim__node *node = new_text(arena, word, length);
    if (node != NULL) {
        node->plain = true;
    }
    return node;
}

struct sim__node *sim__tree_format(struct sim_arena *arena, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    SUP_ASSERT(length >= 0 && (size_t)length < sizeof(text));
    return sim__tree_copied(arena, text, (size_t)length);
}

struct sim__node *sim__tree_number(struct sim_arena *arena, uint64_t number)
{
    static const char digits[][2] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    char text[24];
    struct sim__text written;
    if (number < sizeof(digits) / sizeof(digits[0])) {
        return sim__tree_wordn(arena, digits[number], 1);
    }
    sim__text_init_fixed(&written, text, sizeof(text));
    sim__text_u64(&written, number);
    return sim__tree_copied(arena, text, written.length);
}

struct sim__node *sim__tree_duration(struct sim_arena *arena, struct sup_duration length)
{
    char text[SIM__DURATION_BYTES];
    struct sim__node *node =
        sim__tree_copied(arena, text, (size_t)(sim__duration_put(text, length) - text));
    if (node != NULL) {
        node->made_of = length;
    }
    return node;
}

/* A length by its first letter and its last, as those are that are written out. */
static const char unspelt[] = "0ns";

struct sim__node *sim__tree_unspelt(struct sim_arena *arena, struct sup_duration length)
{
    if (length.ns == 0 || length.ns == SUP_NEVER_NS) {
        return sim__tree_duration(arena, length);
    }
    struct sim__node *node = sim__tree_wordn(arena, unspelt, sizeof(unspelt) - 1);
    if (node != NULL) {
        node->made_of = length;
    }
    return node;
}

void sim__tree_spell(struct sim_arena *arena, struct sim__node *node)
{
    char text[SIM__DURATION_BYTES];
    if (node->kind == SIM__SCALAR && node->text == unspelt) {
        size_t length = (size_t)(sim__duration_put(text, node->made_of) - text);
        const char *copy = sim__arena_text(arena, text, length);
        node->text = copy != NULL ? copy : unspelt;
        node->length = (uint32_t)length;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        sim__tree_spell(arena, node->entries[i].value);
    }
}

struct sim__node *sim__tree_text(struct sim_arena *arena, const char *text, size_t length)
{
    return new_text(arena, text, length);
}

struct sim__node *sim__tree_pair(struct sim_arena *arena, const char *key, struct sim__node *value)
{
    struct sim__node *map = new_branch(arena, SIM__MAP, 0);
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
    struct sim__node *copy = new_branch(arena, node->kind, room_for(node->count));
    if (copy == NULL) {
        return NULL;
    }
    struct sim__entry *entries = copy->entries;
    copy->count = node->count;
    copy->keys = node->keys;
    for (uint32_t i = 0; i < node->count; i++) {
        entries[i] = node->entries[i];
        if (entries[i].key != NULL) {
            entries[i].key = sim__arena_text(arena, entries[i].key, entries[i].key_length);
        }
        entries[i].value = sim__tree_copy(arena, entries[i].value);
    }
    return sim__arena_failed(arena) ? NULL : copy;
}

struct sim__node *sim__tree_fork(struct sim_arena *arena, const struct sim__node *node)
{
    struct sim__node *fork =
        node != NULL ? new_branch(arena, node->kind, room_for(node->count)) : NULL;
    if (fork == NULL) {
        return NULL;
    }
    struct sim__entry *entries = fork->entries;
    uint8_t room_log2 = fork->room_log2;
    *fork = *node;
    fork->entries = entries;
    fork->room_log2 = room_log2;
    for (uint32_t i = 0; i < node->count; i++) {
        entries[i] = node->entries[i];
        if (entries[i].value->kind != SIM__SCALAR) {
            entries[i].value = sim__tree_fork(arena, entries[i].value);
        }
    }
    return sim__arena_failed(arena) ? NULL : fork;
}

/* There is room; what is behind the last entry is zeros. */
static inline void put_last(struct sim__node *node, const struct sim__entry *entry,
                            struct sim__node *value)
{
    struct sim__entry *last = &node->entries[node->count++];
    memcpy(last, entry, offsetof(struct sim__entry, place));
    last->value = value;
    node->keys |= sim__key_bit(entry->id);
}

/* With twice as much room. */
static __attribute__((noinline)) void grow(struct sim_arena *arena, struct sim__node *node,
                                           const struct sim__entry *entry, struct sim__node *value)
{
    struct sim__entry *entries = sim__arena_alloc(arena, (size_t)node->count * 2, sizeof(*entries));
    if (entries != NULL) {
        memcpy(entries, node->entries, node->count * sizeof(*entries));
        node->entries = entries;
        node->room_log2++;
        put_last(node, entry, value);
    }
}

static inline void append(struct sim_arena *arena, struct sim__node *node,
                          const struct sim__entry *entry, struct sim__node *value)
{
    if (node->count >> node->room_log2 != 0) {
        grow(arena, node, entry, value);
        return;
    }
    put_last(node, entry, value);
}

void sim__tree_putn(struct sim_arena *arena, struct sim__node *map, const char *key, size_t length,
                    struct sim__node *value)
{
    if (map == NULL || value == NULL) {
        return;
    }
    SUP_ASSERT(map->kind == SIM__MAP);
    const struct sim__entry made = sim__entry(key, length);
    bool maybe = (map->keys & sim__key_bit(made.id)) != 0;
    for (uint32_t i = 0; maybe && i < map->count; i++) {
        if (sim__same_key(&map->entries[i], &made)) {
            map->entries[i].value = value;
            return;
        }
    }
    append(arena, map, &made, value);
}

static const struct sim__entry made_of_keys[SIM__KEYS] = {
#define X(name, word) \
    [SIM__KEY_##name] = {.key = word, .key_length = sizeof(word) - 1, .id = SIM__KEY_##name},
    SIM__KEY_WORDS(X)
#undef X
};

void sim__tree_set(struct sim_arena *arena, struct sim__node *map, enum sim__key key,
                   struct sim__node *value)
{
    if (map == NULL || value == NULL) {
        return;
    }
    SUP_ASSERT(map->kind == SIM__MAP && key > SIM__KEY_NONE);
    bool maybe = (map->keys & sim__key_bit(key)) != 0;
    for (uint32_t i = 0; maybe && i < map->count; i++) {
        if (map->entries[i].id == key) {
            map->entries[i].value = value;
            return;
        }
    }
    append(arena, map, &made_of_keys[key], value);
}

struct sim__node *sim__tree_one(struct sim_arena *arena, enum sim__key key, struct sim__node *value)
{
    struct sim__node *map = new_branch(arena, SIM__MAP, 0);
    if (map != NULL && value != NULL) {
        append(arena, map, &made_of_keys[key], value);
    }
    return map;
}

void sim__tree_add(struct sim_arena *arena, struct sim__node *list, struct sim__node *value)
{
    static const struct sim__entry without_key = {.key = NULL};
    if (list == NULL || value == NULL) {
        return;
    }
    SUP_ASSERT(list->kind == SIM__LIST);
    append(arena, list, &without_key, value);
}

void sim__tree_drop(struct sim__node *node, uint32_t index)
{
    SUP_ASSERT(index < node->count);
    node->count--;
    memmove(&node->entries[index], &node->entries[index + 1],
            (node->count - index) * sizeof(*node->entries));
    memset(&node->entries[node->count], 0, sizeof(*node->entries));
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
