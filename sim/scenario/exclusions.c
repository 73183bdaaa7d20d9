/* Keys of a policy that cannot stand together. In one map that is a mistake; of two maps
 * one over the other, what the upper one says drops what it excludes from the lower.
 */
#include <string.h>

#include "reader.h"

#define WAITS_SAY_ALL "`waits` says what each wait is"
#define NO_LENGTH "`within`: a window that is a streak or decays has no length"
#define NO_DECAY "`half-life` needs `window: decay`"
#define NO_SLIDING "`grain` needs `window: sliding`"

/* In the map of this name, or the policy's own: a key, with that word if there is one,
 * excludes others. */
static const struct exclusion {
    const char *map;
    const char *key;
    const char *word;
    const char *excludes;
    const char *why;
    const char *only; /* where the other has this word; NULL: any */
} exclusions[] = {
    {NULL, "clean-exits", "count", "clean-exit-delay",
     "`clean-exit-delay`: with `clean-exits: count` a clean exit waits as a failure does", NULL},
    {NULL, "clean-exit-delay", NULL, "clean-exits", NULL, NULL},
    {"ready", "after", NULL, "explicit",
     "`explicit`: with `after` it is ready when it has lived so long, whatever it reports", NULL},
    {"ready", "explicit", NULL, "after", NULL, NULL},
    {"stop", "abort", "false", "then",
     "`then`: with `abort: false` it is given up when `grace` has passed", NULL},
    {"stop", "then", NULL, "abort", NULL, "false"},
    {"lag", "start", NULL, "start", NULL, NULL}, /* what is drawn is not mixed */
    {"lag", "end", NULL, "end", NULL, NULL},
    {"lag", "timer", NULL, "timer", NULL, NULL},
    {"restart-limit", "window", "streak", "within", NO_LENGTH, NULL},
    {"restart-limit", "window", "decay", "within", NO_LENGTH, NULL},
    {"restart-limit", "within", NULL, "window", NULL, "streak"},
    {"restart-limit", "within", NULL, "window", NULL, "decay"},
    {"restart-limit", "within", NULL, "half-life", NULL, NULL},
    {"restart-limit", "window", "sliding", "half-life", NO_DECAY, NULL},
    {"restart-limit", "window", "fixed", "half-life", NO_DECAY, NULL},
    {"restart-limit", "window", "once", "half-life", NO_DECAY, NULL},
    {"restart-limit", "window", "streak", "half-life", NO_DECAY, NULL},
    {"restart-limit", "window", "fixed", "grain", NO_SLIDING, NULL},
    {"restart-limit", "window", "once", "grain", NO_SLIDING, NULL},
    {"restart-limit", "window", "streak", "grain", NO_SLIDING, NULL},
    {"restart-limit", "window", "decay", "grain", NO_SLIDING, NULL},
    {"backoff", "waits", NULL, "base", "`base`: " WAITS_SAY_ALL, NULL},
    {"backoff", "waits", NULL, "max", "`max`: " WAITS_SAY_ALL, NULL},
    {"backoff", "waits", NULL, "factor", "`factor`: " WAITS_SAY_ALL, NULL},
    {"backoff", "waits", NULL, "shape", "`shape`: " WAITS_SAY_ALL, NULL},
    {"backoff", "waits", NULL, "step", "`step`: " WAITS_SAY_ALL, NULL},
    {"backoff", "waits", NULL, "steps", "`steps`: " WAITS_SAY_ALL, NULL},
    {"backoff", "base", NULL, "waits", NULL, NULL},
    {"backoff", "max", NULL, "waits", NULL, NULL},
    {"backoff", "factor", NULL, "waits", NULL, NULL},
    {"backoff", "shape", NULL, "waits", NULL, NULL},
    {"backoff", "step", NULL, "waits", NULL, NULL},
    {"backoff", "steps", NULL, "waits", NULL, NULL},
    {"backoff", "shape", "exponential", "step", NULL, NULL},
    {"backoff", "shape", "exponential", "steps", NULL, NULL},
    {"backoff", "shape", "linear", "factor", NULL, NULL},
    {"backoff", "shape", "linear", "steps", NULL, NULL},
    {"backoff", "shape", "fibonacci", "factor", NULL, NULL},
    {"backoff", "shape", "fibonacci", "step", NULL, NULL},
    {"backoff", "shape", "fibonacci", "steps", NULL, NULL},
    {"backoff", "shape", "steps", "factor", NULL, NULL},
    {"backoff", "shape", "steps", "step", NULL, NULL},
};

/* What a map has for the key of an exclusion. Those of one key stand together. */
struct found {
    const struct sim__node *map;
    const char *key;
    const struct sim__node *value;
};

static bool applies(const struct exclusion *exclusion, const struct sim__node *map,
                    struct found *found)
{
    if (found->map != map || found->key != exclusion->key) {
        *found = (struct found){map, exclusion->key, sim__node_get(map, exclusion->key)};
    }
    const struct sim__node *value = found->value;
    return value != NULL && (exclusion->word == NULL || sim__is_word(value, exclusion->word));
}

void sim__exclusions_judge(struct sim__reader *r, const struct sim__node *policy)
{
    const struct sim__node *map = policy;
    struct found found = {0};
    for (size_t i = 0; i < SIM__COUNT(exclusions); i++) {
        const struct exclusion *exclusion = &exclusions[i];
        if (i > 0 && exclusion->map != exclusions[i - 1].map) {
            map = sim__node_get(policy, exclusion->map);
        }
        if (map == NULL || exclusion->why == NULL || !applies(exclusion, map, &found)) {
            continue;
        }
        const struct sim__node *other = sim__node_get(map, exclusion->excludes);
        if (other != NULL) {
            sim__error(r, other->at, "%s", exclusion->why);
        }
    }
}

/* The map without a key. */
static struct sim__node *without(struct sim_arena *arena, struct sim__node *map, const char *key)
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
        if (!sim__same(map->entries[i].key, key)) {
            entries[copy->count++] = map->entries[i];
        }
    }
    return copy;
}

/* `under` with another value for a key that it has. */
static struct sim__node *with(struct sim_arena *arena, struct sim__node *under, const char *key,
                              struct sim__node *value)
{
    struct sim__node *copy = without(arena, under, key);
    for (uint32_t i = 0; copy != NULL && i < under->count; i++) {
        if (sim__same(under->entries[i].key, key)) {
            copy->entries[copy->count] = under->entries[i];
            copy->entries[copy->count++].value = value;
        }
    }
    return copy;
}

static bool excludes(const struct exclusion *exclusion, const struct sim__node *map)
{
    const struct sim__node *other = sim__node_get(map, exclusion->excludes);
    return other != NULL && (exclusion->only == NULL || sim__is_word(other, exclusion->only));
}

static struct sim__node *part(struct sim__node *policy, const struct exclusion *exclusion)
{
    return exclusion->map == NULL ? policy : sim__node_get(policy, exclusion->map);
}

static struct sim__node *drop(struct sim_arena *arena, struct sim__node *under,
                              const struct exclusion *exclusion)
{
    struct sim__node *low = without(arena, part(under, exclusion), exclusion->excludes);
    return low == NULL || exclusion->map == NULL ? low : with(arena, under, exclusion->map, low);
}

struct sim__node *sim__policy_merge(struct sim_arena *arena, struct sim__node *under,
                                    struct sim__node *over)
{
    const struct sim__node *low = under, *high = over;
    struct found found = {0};
    for (size_t i = 0; i < SIM__COUNT(exclusions) && under != NULL && over != NULL; i++) {
        const struct exclusion *exclusion = &exclusions[i];
        if (i > 0 && exclusion->map != exclusions[i - 1].map) {
            low = part(under, exclusion);
            high = part(over, exclusion);
        }
        if (low == NULL || high == NULL || !applies(exclusion, high, &found) ||
            !excludes(exclusion, low)) {
            continue;
        }
        under = drop(arena, under, exclusion);
        if (under == NULL) {
            return NULL;
        }
        low = part(under, exclusion);
    }
    return sim__node_merge(arena, under, over);
}
