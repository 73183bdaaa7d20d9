/* A set of words with a value each, found by hash: keys of maps, names of
 * services and groups, anchors, diagnostics already given.
 *
 * `space` keeps words of different owners apart, so that one table can hold the
 * keys of every map of a file. Nothing is ever taken out. Its order is never
 * looked at.
 */
#ifndef SIM_BASE_TABLE_H
#define SIM_BASE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

struct sim__slot {
    uint64_t hash;
    const char *text; /* NULL: the slot is free */
    uint32_t length;
    uint32_t space;
    void *value;
};

struct sim__table {
    struct sim_arena *arena;
    uint64_t seed; /* makes words that collide in one file harmless in another */
    struct sim__slot *slots;
    uint32_t size; /* a power of two, or 0 */
    uint32_t used;
};

void sim__table_init(struct sim__table *table, struct sim_arena *arena, uint64_t seed);
/* NULL when it is not there. */
struct sim__slot *sim__table_find(const struct sim__table *table, uint32_t space, const char *text,
                                  uint32_t length);
/* The slot of the word, made when it is new; *ret_new says which. The text is
 * not copied. The slot stays where it is until the next addition. NULL when out
 * of memory. */
struct sim__slot *sim__table_add(struct sim__table *table, uint32_t space, const char *text,
                                 uint32_t length, bool *ret_new);

uint64_t sim__hash(uint64_t seed, const char *text, size_t length);

#endif
