/* Keys of a policy that cannot stand together. In one map that is a mistake; of two maps
 * one over the other, what the upper one says drops what it excludes from the lower.
 */
#include <assert.h>
#include <string.h>

#include "reader.h"

#define WAITS_SAY_ALL "`waits` says what each wait is"
#define NO_LENGTH "`within`: a window that is a streak or decays has no length"
#define NO_DECAY "`half-life` needs `window: decay`"
#define NO_SLIDING "`grain` needs `window: sliding`"

/* clang-format off */

/* The keys that this is about: maps in a policy, and keys of a policy or of these. */
#define KEYS(X) \
    X(READY) X(STOP) X(LAG) X(RESTART_LIMIT) X(BACKOFF) \
    X(CLEAN_EXITS) X(CLEAN_EXIT_DELAY) X(AFTER) X(EXPLICIT) X(ABORT) X(THEN) X(START) X(END) \
    X(TIMER) X(WINDOW) X(WITHIN) X(HALF_LIFE) X(GRAIN) X(WAITS) X(BASE) X(MAX) X(FACTOR) X(SHAPE) \
    X(STEP) X(STEPS)

/* clang-format on */

#define X(id) id,
enum place { KEYS(X) PLACES };
#undef X
#define X(id) [SIM__KEY_##id] = 1 + (id),
static const uint8_t places[SIM__KEYS] = {KEYS(X)};
#undef X
#define X(id) SIM__KEY_##id,
static const enum sim__key keys[PLACES] = {KEYS(X)};
#undef X
static_assert(PLACES <= 32, "a bit each");

/* A key, with that word if there is one, excludes others of its map. Those come first in a list
 * that are a mistake in one map. */
struct exclusion {
    enum place key;
    const char *word;
    enum place excludes;
    const char *why;  /* NULL: in one map they may stand */
    const char *only; /* where the other has this word; NULL: any */
};

static const struct exclusion own[] = {
    {CLEAN_EXITS, "count", CLEAN_EXIT_DELAY,
     "`clean-exit-delay`: with `clean-exits: count` a clean exit waits as a failure does", NULL},
    {CLEAN_EXIT_DELAY, NULL, CLEAN_EXITS, NULL, NULL},
};

static const struct exclusion of_ready[] = {
    {AFTER, NULL, EXPLICIT,
     "`explicit`: with `after` it is ready when it has lived so long, whatever it reports", NULL},
    {EXPLICIT, NULL, AFTER, NULL, NULL},
};

static const struct exclusion of_stop[] = {
    {ABORT, "false", THEN, "`then`: with `abort: false` it is given up when `grace` has passed",
     NULL},
    {THEN, NULL, ABORT, NULL, "false"},
};

/* What is drawn is not mixed. */
static const struct exclusion of_lag[] = {
    {START, NULL, START, NULL, NULL},
    {END, NULL, END, NULL, NULL},
    {TIMER, NULL, TIMER, NULL, NULL},
};

static const struct exclusion of_restart_limit[] = {
    {WINDOW, "streak", WITHIN, NO_LENGTH, NULL},    {WINDOW, "decay", WITHIN, NO_LENGTH, NULL},
    {WINDOW, "sliding", HALF_LIFE, NO_DECAY, NULL}, {WINDOW, "fixed", HALF_LIFE, NO_DECAY, NULL},
    {WINDOW, "once", HALF_LIFE, NO_DECAY, NULL},    {WINDOW, "streak", HALF_LIFE, NO_DECAY, NULL},
    {WINDOW, "fixed", GRAIN, NO_SLIDING, NULL},     {WINDOW, "once", GRAIN, NO_SLIDING, NULL},
    {WINDOW, "streak", GRAIN, NO_SLIDING, NULL},    {WINDOW, "decay", GRAIN, NO_SLIDING, NULL},
    {WITHIN, NULL, WINDOW, NULL, "streak"},         {WITHIN, NULL, WINDOW, NULL, "decay"},
    {WITHIN, NULL, HALF_LIFE, NULL, NULL},
};

static const struct exclusion of_backoff[] = {
    {WAITS, NULL, BASE, "`base`: " WAITS_SAY_ALL, NULL},
    {WAITS, NULL, MAX, "`max`: " WAITS_SAY_ALL, NULL},
    {WAITS, NULL, FACTOR, "`factor`: " WAITS_SAY_ALL, NULL},
    {WAITS, NULL, SHAPE, "`shape`: " WAITS_SAY_ALL, NULL},
    {WAITS, NULL, STEP, "`step`: " WAITS_SAY_ALL, NULL},
    {WAITS, NULL, STEPS, "`steps`: " WAITS_SAY_ALL, NULL},
    {BASE, NULL, WAITS, NULL, NULL},
    {MAX, NULL, WAITS, NULL, NULL},
    {FACTOR, NULL, WAITS, NULL, NULL},
    {SHAPE, NULL, WAITS, NULL, NULL},
    {STEP, NULL, WAITS, NULL, NULL},
    {STEPS, NULL, WAITS, NULL, NULL},
    {SHAPE, "exponential", STEP, NULL, NULL},
    {SHAPE, "exponential", STEPS, NULL, NULL},
    {SHAPE, "linear", FACTOR, NULL, NULL},
    {SHAPE, "linear", STEPS, NULL, NULL},
    {SHAPE, "fibonacci", FACTOR, NULL, NULL},
    {SHAPE, "fibonacci", STEP, NULL, NULL},
    {SHAPE, "fibonacci", STEPS, NULL, NULL},
    {SHAPE, "steps", FACTOR, NULL, NULL},
    {SHAPE, "steps", STEP, NULL, NULL},
};

#define BIT(id) SIM__KEY_BIT(SIM__KEY_##id)

/* Of the policy itself, and of maps in it. Each exclusion of a part has one of its keys on the one
 * side or on the other, so that of maps without them, as most are, nothing need be asked. */
static const struct part {
    enum place map; /* PLACES: the policy */
    uint32_t count;
    const struct exclusion *list;
    uint64_t keys;
} parts[] = {
    {PLACES, SIM__COUNT(own), own, BIT(CLEAN_EXITS)},
    {READY, SIM__COUNT(of_ready), of_ready, BIT(EXPLICIT)},
    {STOP, SIM__COUNT(of_stop), of_stop, BIT(ABORT)},
    {LAG, SIM__COUNT(of_lag), of_lag, BIT(START) | BIT(END) | BIT(TIMER)},
    {RESTART_LIMIT, SIM__COUNT(of_restart_limit), of_restart_limit, BIT(WINDOW) | BIT(HALF_LIFE)},
    {BACKOFF, SIM__COUNT(of_backoff), of_backoff, BIT(WAITS) | BIT(SHAPE)},
};

/* What a map has of the keys. */
struct found {
    uint32_t there;
    const struct sim__node *values[PLACES]; /* of those that are there */
};

static void find(const struct sim__node *map, struct found *found)
{
    uint32_t there = 0;
    for (uint32_t i = 0; i < map->count; i++) {
        uint32_t place = places[map->entries[i].id];
        if (place > 0) {
            there |= 1u << (place - 1);
            found->values[place - 1] = map->entries[i].value;
        }
    }
    found->there = there;
}

static bool has(const struct found *found, enum place key, const char *word)
{
    return (found->there >> key & 1u) != 0 &&
           (word == NULL || sim__is_word(found->values[key], word));
}

/* The map of a part; NULL: there is none. */
static const struct sim__node *map_of(const struct part *part, const struct sim__node *policy)
{
    const struct sim__node *map =
        part->map == PLACES ? policy : sim__node_at(policy, keys[part->map]);
    return map != NULL && map->kind == SIM__MAP ? map : NULL;
}

void sim__exclusions_judge(struct sim__reader *r, const struct sim__node *policy)
{
    struct found found;
    for (const struct part *part = parts; part < parts + SIM__COUNT(parts); part++) {
        const struct sim__node *map = map_of(part, policy);
        if (map == NULL || map->count < 2 || (map->keys & part->keys) == 0) {
            continue;
        }
        find(map, &found);
        for (uint32_t i = 0; i < part->count && part->list[i].why != NULL; i++) {
            const struct exclusion *exclusion = &part->list[i];
            if (has(&found, exclusion->excludes, NULL) &&
                has(&found, exclusion->key, exclusion->word)) {
                sim__error(r, found.values[exclusion->excludes]->at, "%s", exclusion->why);
            }
        }
    }
}

/* The map without a key. */
static struct sim__node *without(struct sim_arena *arena, const struct sim__node *map,
                                 enum sim__key key)
{
    struct sim__node *copy = sim__arena_alloc(arena, 1, sizeof(*copy));
    struct sim__entry *entries = sim__arena_alloc(arena, (size_t)map->count + 1, sizeof(*entries));
    if (copy == NULL || entries == NULL) {
        return NULL;
    }
    *copy = *map;
    copy->entries = entries;
    copy->count = 0;
    for (uint32_t i = 0; i < map->count; i++) {
        if (map->entries[i].id != key) {
            entries[copy->count++] = map->entries[i];
        }
    }
    return copy;
}

/* `under` with another value for a key that it has. */
static struct sim__node *with(struct sim_arena *arena, struct sim__node *under, enum sim__key key,
                              struct sim__node *value)
{
    struct sim__node *copy = without(arena, under, key);
    for (uint32_t i = 0; copy != NULL && i < under->count; i++) {
        if (under->entries[i].id == key) {
            copy->entries[copy->count] = under->entries[i];
            copy->entries[copy->count++].value = value;
        }
    }
    return copy;
}

/* `under` without what is excluded in the part's map, `low`. */
static struct sim__node *drop(struct sim_arena *arena, struct sim__node *under,
                              const struct part *part, const struct sim__node *low, enum place key)
{
    struct sim__node *left = without(arena, low, keys[key]);
    return left == NULL || part->map == PLACES ? left : with(arena, under, keys[part->map], left);
}

struct sim__node *sim__policy_merge(struct sim_arena *arena, struct sim__node *under,
                                    struct sim__node *over)
{
    struct found high, low;
    if (under == NULL || over == NULL) {
        return over;
    }
    for (const struct part *part = parts; part < parts + SIM__COUNT(parts); part++) {
        const struct sim__node *upper = map_of(part, over);
        const struct sim__node *lower = map_of(part, under);
        if (upper == NULL || lower == NULL || ((upper->keys | lower->keys) & part->keys) == 0) {
            continue;
        }
        find(upper, &high);
        find(lower, &low);
        for (uint32_t i = 0; i < part->count; i++) {
            const struct exclusion *exclusion = &part->list[i];
            if (!has(&low, exclusion->excludes, exclusion->only) ||
                !has(&high, exclusion->key, exclusion->word)) {
                continue;
            }
            under = drop(arena, under, part, lower, exclusion->excludes);
            if (under == NULL) {
                return NULL;
            }
            lower = map_of(part, under);
            find(lower, &low);
        }
    }
    return sim__node_merge(arena, under, over);
}
