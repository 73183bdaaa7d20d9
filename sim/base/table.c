/* The table: open addressing, linear probing, at most half full while it is small. */
#include "table.h"

#include <string.h>

/* FNV-1a with a final mix. */
uint64_t sim__hash(uint64_t seed, const char *text, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    }
    hash = (hash ^ (hash >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

void sim__table_init(struct sim__table *table, struct sim_arena *arena, uint64_t seed)
{
    *table = (struct sim__table){.arena = arena, .seed = seed};
}

/* Of a word, eight bytes at a time, the last ones once more; of a shorter one its bytes. */
static uint64_t word_hash(const struct sim__table *table, uint32_t space, const char *text,
                          uint32_t length)
{
    const uint64_t multiplier = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = table->seed + space * UINT64_C(0xD1342543DE82EF95) + length;
    uint64_t word = 0;
    if (length < sizeof(word)) {
        for (uint32_t i = 0; i < length; i++) {
            word = word << 8 | (unsigned char)text[i];
        }
    } else {
        const char *last = text + length - sizeof(word);
        for (; text < last; text += sizeof(word)) {
            memcpy(&word, text, sizeof(word));
            hash = (hash ^ word) * multiplier;
            hash ^= hash >> 32;
        }
        memcpy(&word, last, sizeof(word));
    }
    hash = (hash ^ word) * multiplier;
    hash = (hash ^ hash >> 32) * multiplier;
    return hash ^ hash >> 29;
}

/* The word's slot, or the free one where it belongs. */
static inline __attribute__((always_inline)) struct sim__slot *probe(const struct sim__table *table,
                                                                     uint64_t hash, uint32_t space,
                                                                     const char *text,
                                                                     uint32_t length)
{
    uint32_t mask = table->size - 1;
    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        struct sim__slot *slot = &table->slots[i];
        if (slot->text == NULL ||
            (slot->hash == hash && slot->space == space && slot->length == length &&
             memcmp(slot->text, text, length) == 0)) {
            return slot;
        }
    }
}

struct sim__slot *sim__table_find(const struct sim__table *table, uint32_t space, const char *text,
                                  uint32_t length)
{
    if (table->size == 0) {
        return NULL;
    }
    uint64_t hash = word_hash(table, space, text, length);
    struct sim__slot *slot = probe(table, hash, space, text, length);
    return slot->text == NULL ? NULL : slot;
}

/* How many words it takes: a large one is memory, a small one is time. */
#define LARGE 1024u
static uint32_t most(const struct sim__table *table)
{
    return table->size < LARGE ? table->size / 2 : table->size - table->size / 4;
}

static __attribute__((noinline)) bool grow(struct sim__table *table)
{
    struct sim__table larger = *table;
    larger.size = table->size == 0 ? 64 : table->size * 2;
    larger.slots = sim__arena_alloc(table->arena, larger.size, sizeof(*larger.slots));
    if (larger.slots == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < table->size; i++) {
        const struct sim__slot *slot = &table->slots[i];
        if (slot->text != NULL) {
            *probe(&larger, slot->hash, slot->space, slot->text, slot->length) = *slot;
        }
    }
    *table = larger;
    return true;
}

struct sim__slot *sim__table_add(struct sim__table *table, uint32_t space, const char *text,
                                 uint32_t length, bool *ret_new)
{
    if (table->used >= most(table) && !grow(table)) {
        return NULL;
    }
    uint64_t hash = word_hash(table, space, text, length);
    struct sim__slot *slot = probe(table, hash, space, text, length);
    *ret_new = slot->text == NULL;
    if (*ret_new) {
        *slot = (struct sim__slot){hash, text, length, space, NULL};
        table->used++;
    }
    return slot;
}
