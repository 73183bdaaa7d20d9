/* The tree of a file: scalars, lists and maps with their places.
 *
 * It is made from the events of the YAML parser and knows nothing of scenarios.
 * What it guarantees: one document; every key is a word and no key stands twice
 * in a map; no deeper than SIM_DEPTH_MAX; no more than SIM_NODES_MAX nodes, an
 * alias counting as much as what it stands for; no tags. Aliases share nodes, so
 * the tree may in fact be a graph without cycles.
 */
#ifndef SIM_SCENARIO_NODE_H
#define SIM_SCENARIO_NODE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/arena.h"
#include "diagnostic.h"
#include "key.h"
#include "sim/scenario.h"
#include "sup/time.h"

enum sim__node_kind { SIM__SCALAR, SIM__LIST, SIM__MAP };

struct sim__node;

/* An entry of a map, or, without a key, of a list. One with a key is made by sim__entry. */
struct sim__entry {
    const char *key;
    uint32_t key_length : 24;
    uint32_t id : 8;        /* enum sim__key of its key */
    struct sim_place place; /* of the key, or of the list's entry */
    struct sim__node *value;
};

/* There are many of them: what only a scalar has lies where a list or a map has its own. */
struct sim__node {
    enum sim__node_kind kind : 8;
    bool plain;             /* a scalar without quotes */
    uint8_t height;         /* 1 for a scalar */
    uint8_t room_log2;      /* a tree's: for how many entries there is room */
    uint32_t weight;        /* nodes in it, itself included, aliases counted in full */
    struct sim_place place; /* its own first character */
    struct sim_place at;    /* where an error in it is reported: its key's place */
    const char *name;       /* the key that it belongs to, also through lists; NULL: the root */
    uint32_t length;        /* of the text */
    uint32_t count;         /* entries; 0 of a scalar */
    union {
        const char *text; /* scalar, NUL-terminated */
        struct sim__entry *entries;
    };
    union {
        struct sup_duration made_of; /* scalar: the length that its text was made of; 0: of none */
        uint64_t keys; /* sim__key_bit of each key that it has; of others, too, by chance */
    };
};
static_assert(sizeof(struct sim__node) <= 64, "four pieces of an arena");
static_assert(SIM_DEPTH_MAX <= UINT8_MAX, "a height is a byte");

#define SIM__KEY_BIT(key) (UINT64_C(1) << (key) % 64)
static inline uint64_t sim__key_bit(uint32_t key)
{
    return SIM__KEY_BIT(key);
}

/* Whether two words are the same. A key is looked for among many, and most of them differ in
 * their first letter already; what the program itself says is often at the same place. */
static inline bool sim__same(const char *a, const char *b)
{
    return a[0] == b[0] && (a == b || strcmp(a, b) == 0);
}

/* Of a key, without a place and a value. A key that is longer than any name may be is a mistake
 * wherever it stands, and is only cut. */
#define SIM__KEY_LENGTH_MAX 0xFFFFFFu
static inline struct sim__entry sim__entry(const char *key, size_t length)
{
    static_assert(SIM__KEYS <= 256, "an id is a byte");
    size_t kept = length < SIM__KEY_LENGTH_MAX ? length : SIM__KEY_LENGTH_MAX;
    return (struct sim__entry){
        .key = key,
        .key_length = kept & SIM__KEY_LENGTH_MAX,
        .id = sim__key_of(key, length) & 0xFFu,
    };
}
static inline bool sim__same_key(const struct sim__entry *a, const struct sim__entry *b)
{
    return a->id == b->id && (a->id != SIM__KEY_NONE || sim__same(a->key, b->key));
}

/* The tree, or NULL after at least one diagnostic or out of memory. */
struct sim__node *sim__node_parse(struct sim_arena *arena, struct sim__diagnosis *diagnosis,
                                  const char *bytes, size_t length);

/* The value of a key; NULL when the map lacks it, or it is none. */
static inline struct sim__node *sim__node_at(const struct sim__node *map, enum sim__key key)
{
    if ((map->keys & sim__key_bit(key)) == 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->entries[i].id == key) {
            return map->entries[i].value;
        }
    }
    return NULL;
}
/* The same of any word. */
struct sim__node *sim__node_get(const struct sim__node *map, const char *key);

/* `over` merged over `under`: maps key by key, recursively; anything else
 * replaces. NULL when out of memory. */
struct sim__node *sim__node_merge(struct sim_arena *arena, struct sim__node *under,
                                  struct sim__node *over);

/* Whether the bytes can be handed to the parser: UTF-8, no control characters,
 * not absurdly nested, not too long. Diagnoses what is wrong. */
bool sim__bytes_check(struct sim__diagnosis *diagnosis, const char *bytes, size_t length);

#endif
