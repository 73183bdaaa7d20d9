/* A hash table from text to index; see table.h. */
#include "table.h"

#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"

/* FNV-1a (Fowler, Noll, Vo), 64 bits, then a final mix. */
uint64_t sup__hash_bytes(const void *bytes, size_t length, uint64_t seed)
{
    const unsigned char *at = bytes;
    uint64_t hash = UINT64_C(0xCBF29CE484222325) ^ seed;
#pragma GCC unroll 4
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ at[i]) * UINT64_C(0x100000001B3);
    }
    hash = (hash ^ hash >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    return hash ^ hash >> 31;
}

static uint64_t turned(uint64_t hash, const void *words, size_t index)
{
    uint64_t word;
    memcpy(&word, (const char *)words + index * sizeof(word), sizeof(word));
    hash += word;
    return hash << 27 | hash >> 37;
}

/* Every other word goes into the one or the other half: a sum waits for the one before it. Who
 * finds two hashes alike compares what was hashed, so that no more is asked of this than to be
 * quick. Where enums are short, or words are not aligned to eight bytes, less than a word is
 * left. */
uint64_t sup__hash_words(uint64_t hash, const void *words, size_t length)
{
    const size_t count = length / sizeof(uint64_t), rest = length % sizeof(uint64_t);
    uint64_t even = hash, odd = ~hash;
    size_t i = 0;
    for (; i + 3 < count; i += 4) {
        even = turned(turned(even, words, i), words, i + 2);
        odd = turned(turned(odd, words, i + 1), words, i + 3);
    }
    for (; i < count; i++) {
        even = turned(even, words, i);
    }
    if (rest > 0) {
        uint64_t word = 0;
        memcpy(&word, (const char *)words + length - rest, rest);
        odd = turned(odd, &word, 0);
    }
    hash = (even ^ odd >> 29) * UINT64_C(0xBF58476D1CE4E5B9) + odd;
    return hash ^ hash >> 31;
}

/* Of a text's own table: eight bytes at a time, and what is left over at once. */
static uint32_t hash_text(const char *text, size_t length)
{
    const uint64_t multiplier = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = length * multiplier;
    uint64_t word = 0;
    for (; length > sizeof(word); length -= sizeof(word), text += sizeof(word)) {
        memcpy(&word, text, sizeof(word));
        hash = (hash ^ word) * multiplier;
        hash ^= hash >> 32;
    }
    word = 0;
    if (length >= 4) {
        uint32_t first, last;
        memcpy(&first, text, sizeof(first));
        memcpy(&last, text + length - sizeof(last), sizeof(last));
        word = (uint64_t)first << 32 | last;
    } else if (length > 0) {
        word = (uint64_t)(unsigned char)text[0] << 16 |
               (uint64_t)(unsigned char)text[length / 2] << 8 | (unsigned char)text[length - 1];
    }
    hash = (hash ^ word) * multiplier;
    return sup__hash_fold(hash);
}

static void place(struct sup__table *table, struct sup__table_entry entry)
{
    SUP_ASSERT(table->capacity > 0 && (table->capacity & (table->capacity - 1)) == 0);
    uint32_t mask = table->capacity - 1;
    uint32_t at = entry.hash & mask;
    while (table->entries[at].index_1 != 0) {
        at = (at + 1) & mask;
    }
    table->entries[at] = entry;
}

uint32_t sup__table_find(const struct sup__table *table, const char *text, size_t length,
                         sup__table_text_fn text_of, const void *context)
{
    if (table->capacity == 0) {
        return UINT32_MAX;
    }
    uint32_t hash = hash_text(text, length);
    uint32_t mask = table->capacity - 1;
    for (uint32_t at = hash & mask; table->entries[at].index_1 != 0; at = (at + 1) & mask) {
        if (table->entries[at].hash == hash) {
            uint32_t index = table->entries[at].index_1 - 1;
            const char *found = text_of(context, index);
            if (strncmp(found, text, length) == 0 && found[length] == '\0') {
                return index;
            }
        }
    }
    return UINT32_MAX;
}

int sup__table_reserve(struct sup__table *table, const struct sup_allocator *alloc)
{
    if (((uint64_t)table->count + 1) * 5 <= (uint64_t)table->capacity * 4) {
        return SUP_OK;
    }
    SUP_ASSERT(table->capacity <= UINT32_MAX / 4);
    uint32_t capacity = table->capacity == 0 ? 16 : table->capacity * 2;
    size_t bytes = capacity * sizeof(struct sup__table_entry);
    struct sup__table_entry *entries = alloc->resize(alloc->context, NULL, 0, bytes);
    if (entries == NULL) {
        return SUP_ENOMEM;
    }
    memset(entries, 0, bytes);
    struct sup__table grown = {entries, capacity, table->count};
    for (uint32_t i = 0; i < table->capacity; i++) {
        if (table->entries[i].index_1 != 0) {
            place(&grown, table->entries[i]);
        }
    }
    sup__table_release(table, alloc);
    *table = grown;
    return SUP_OK;
}

void sup__table_insert(struct sup__table *table, const char *text, size_t length, uint32_t index)
{
    SUP_ASSERT(table->count < table->capacity);
    uint32_t hash = hash_text(text, length);
    place(table, (struct sup__table_entry){hash, index + 1});
    table->count++;
}

void sup__table_release(struct sup__table *table, const struct sup_allocator *alloc)
{
    if (table->entries != NULL) {
        alloc->resize(alloc->context, table->entries,
                      table->capacity * sizeof(struct sup__table_entry), 0);
    }
    *table = (struct sup__table){0};
}
