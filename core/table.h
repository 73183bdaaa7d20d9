/* A hash table from text to index: open addressing, linear probing, no removal.
 *
 * It stores the index and 32 bits of the hash; the text stays with its owner,
 * who compares. The order of its entries reaches nobody.
 */
#ifndef SUP_TABLE_H
#define SUP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/alloc.h"

struct sup__table_entry {
    uint32_t hash;
    uint32_t index_1; /* index + 1, 0 when free */
};

struct sup__table {
    struct sup__table_entry *entries;
    uint32_t capacity; /* a power of two, or 0 */
    uint32_t count;
};

uint64_t sup__hash_bytes(const void *bytes, size_t length, uint64_t seed);
/* Faster: eight bytes at a time, of as many as there are. */
uint64_t sup__hash_words(uint64_t hash, const void *words, size_t length);
static inline uint32_t sup__hash_fold(uint64_t hash)
{
    return (uint32_t)(hash ^ hash >> 32);
}

/* The text of an index. */
typedef const char *(*sup__table_text_fn)(const void *context, uint32_t index);

/* UINT32_MAX when it is not there. */
uint32_t sup__table_find(const struct sup__table *table, const char *text, size_t length,
                         sup__table_text_fn text_of, const void *context);
/* Room for one more; 0 or SUP_ENOMEM. */
int sup__table_reserve(struct sup__table *table, const struct sup_allocator *alloc);
void sup__table_insert(struct sup__table *table, const char *text, size_t length, uint32_t index);
void sup__table_release(struct sup__table *table, const struct sup_allocator *alloc);

#endif
