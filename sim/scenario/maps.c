/* Readers of maps and lists; what keys a map may have, sim__keys say. */
#include <string.h>

#include "reader.h"
#include "sup/assert.h"

bool sim__work(struct sim__reader *reader, const struct sim__node *node, uint64_t amount)
{
    reader->work += amount;
    if (reader->work > SIM__WORK_MAX && !reader->stopped) {
        sim__error_as(reader, SIM__CODE_LIMIT, node->at,
                      "the file has too many entries with its defaults merged");
        reader->stopped = true;
    }
    return !reader->stopped;
}

void sim__pick(const struct sim__node *map, const struct sim__keys *keys, struct sim__node **values)
{
    memset(values, 0, keys->count * sizeof(struct sim__node *));
    for (uint32_t i = 0; i < map->count; i++) {
        const struct sim__entry *entry = &map->entries[i];
        uint32_t at = keys->at[entry->id];
        if (at > 0) {
            values[at - 1] = entry->value;
        }
    }
}

/* Whether it is a map, and not too much of one. */
static bool open_map(struct sim__reader *reader, const struct sim__node *node)
{
    if (node->kind != SIM__MAP) {
        sim__wrong_type(reader, node, "a map");
        return false;
    }
    return sim__work(reader, node, node->count + 1);
}

static void unknown_key(struct sim__reader *reader, const struct sim__entry *entry,
                        const char *const *names, uint32_t count)
{
    if (!sim__diagnosis_open(&reader->diagnosis)) {
        reader->diagnosis.total++; /* counted only: words for it would be in vain */
        return;
    }
    const char *advice = sim__advice_key(reader, entry->key, names, count);
    sim__error_as(reader, SIM__CODE_UNKNOWN_KEY, entry->place, "unknown key `%s`%s%s",
                  sim__quotable(reader->scratch, entry->key, entry->key_length),
                  advice == NULL ? "" : SIM__HINT "; ",
                  advice == NULL ? sim__hint(reader, entry->key, names, count) : advice);
}

static __attribute__((noinline)) void
unknown_keys(struct sim__reader *reader, const struct sim__node *node, const struct sim__keys *keys)
{
    const char *names[SIM__KEYS];
    for (uint32_t id = 0; id < SIM__KEYS; id++) {
        if (keys->at[id] > 0) {
            names[keys->at[id] - 1] = sim__key_word((enum sim__key)id);
        }
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (keys->at[node->entries[i].id] == 0) {
            unknown_key(reader, &node->entries[i], names, keys->count);
        }
    }
}

bool sim__map(struct sim__reader *reader, const struct sim__node *node,
              const struct sim__keys *keys, struct sim__node **values)
{
    uint32_t known = 0;
    memset(values, 0, keys->count * sizeof(struct sim__node *));
    if (!open_map(reader, node)) {
        return false;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        uint32_t at = keys->at[entry->id];
        if (at > 0) {
            values[at - 1] = entry->value;
            known++;
        }
    }
    if (known < node->count) {
        unknown_keys(reader, node, keys);
    }
    return true;
}

bool sim__map_named(struct sim__reader *reader, const struct sim__node *node,
                    const char *const *names, uint32_t count, struct sim__node **values)
{
    SUP_ASSERT(names != NULL || count == 0);
    memset(values, 0, count * sizeof(struct sim__node *));
    if (!open_map(reader, node)) {
        return false;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        uint32_t k = 0;
        while (k < count && !sim__same(names[k], entry->key)) {
            k++;
        }
        if (k < count) {
            values[k] = entry->value;
        } else {
            unknown_key(reader, entry, names, count);
        }
    }
    return true;
}

bool sim__all_known(const struct sim__node *map, struct sim__node *const *values, uint32_t count)
{
    uint32_t known = 0;
    for (uint32_t k = 0; k < count; k++) {
        known += values[k] != NULL ? 1 : 0;
    }
    return known == map->count;
}

bool sim__list(struct sim__reader *reader, const struct sim__node *node)
{
    if (node->kind != SIM__LIST) {
        sim__wrong_type(reader, node, "a list");
        return false;
    }
    return sim__work(reader, node, node->count + 1);
}

bool sim__required(struct sim__reader *reader, const struct sim__node *map,
                   const struct sim__node *value, const char *key)
{
    if (value == NULL && !reader->partial && !sim__advice_missing(map, key)) {
        sim__error_as(reader, SIM__CODE_MISSING_KEY, map->at, "%skey `%s` is missing",
                      sim__label(reader, map), key);
    }
    return value != NULL;
}

bool sim__no_arguments(struct sim__reader *reader, const struct sim__node *node)
{
    struct sim__node *none[1];
    return sim__map_named(reader, node, NULL, 0, none);
}
