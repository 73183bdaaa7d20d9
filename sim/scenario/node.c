/* The tree of a file: finding and merging. */
#include "node.h"

#include <string.h>

struct sim__node *sim__node_get(const struct sim__node *map, const char *key)
{
    for (uint32_t i = 0; map->kind == SIM__MAP && i < map->count; i++) {
        if (sim__same(map->entries[i].key, key)) {
            return map->entries[i].value;
        }
    }
    return NULL;
}

/* No map that is merged may have more keys than `needs`: with more of them it is a mistake,
 * one that merged has to stay so, and is not worth quadratic time. */
#define MERGED_KEYS_MAX (SIM_NEEDS_MAX + 1)

/* Adds the entries of `under` that `over` lacks, and merges those of both. */
static void merge_entries(struct sim_arena *arena, struct sim__node *merged,
                          const struct sim__node *under, uint32_t count)
{
    uint32_t own = merged->count;
    for (uint32_t i = 0; i < count; i++) {
        const struct sim__entry *entry = &under->entries[i];
        uint32_t j = 0;
        while (j < own && !sim__same_key(&merged->entries[j], entry)) {
            j++;
        }
        if (j == own) {
            merged->entries[merged->count++] = *entry;
            merged->keys |= sim__key_bit(entry->id);
        } else {
            merged->entries[j].value =
                sim__node_merge(arena, entry->value, merged->entries[j].value);
        }
    }
}

struct sim__node *sim__node_merge(struct sim_arena *arena, struct sim__node *under,
                                  struct sim__node *over)
{
    if (under == NULL || over == NULL || under->kind != SIM__MAP || over->kind != SIM__MAP) {
        return over;
    }
    uint32_t count = under->count < MERGED_KEYS_MAX ? under->count : MERGED_KEYS_MAX;
    struct sim__node *merged = sim__arena_alloc(arena, 1, sizeof(*merged));
    struct sim__entry *entries =
        sim__arena_alloc(arena, (size_t)count + over->count, sizeof(*entries));
    if (merged == NULL || entries == NULL) {
        return NULL;
    }
    if (over->count > 0) {
        memcpy(entries, over->entries, over->count * sizeof(*entries));
    }
    *merged = *over;
    merged->entries = entries;
    merge_entries(arena, merged, under, count);
    return merged;
}
