/* The pair of `doubled-times`: a scenario in which no length of time is drawn, and the same
 * with all its times doubled.
 *
 * What cannot be doubled exactly is put right in both: jitter goes, a factor that is not
 * whole becomes one, of a length that is drawn stands the first that it may be, and so of what
 * the timeline leaves open, whose streams are named by its times. What remains open in
 * scripts is decided in both by the same streams.
 */
#include <string.h>

#include "internal.h"
#include "sup/policy.h"
#include "sup/supervisor.h"

#define COUNT(words) (sizeof(words) / sizeof((words)[0]))

static bool is_among(const char *key, const char *const *keys, size_t count)
{
    for (size_t i = 0; key != NULL && i < count; i++) {
        if (keys[i][0] == key[0] && strcmp(keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

static struct sim__node *first_of(const struct sim__node *list)
{
    return list->kind == SIM__LIST && list->count > 0 ? list->entries[0].value : NULL;
}

/* ---- what is drawn ---- */

enum place { IN_SERVICES, IN_TIMELINE };

/* What stands for all that a node leaves open; the node itself, when it leaves nothing. */
static struct sim__node *settled(struct sim__node *node, enum place place)
{
    static const char *const lists[] = {"uniform", "pick", "any"};
    static const char *const others[] = {"exp", "one-of", "of"};
    while (node->kind == SIM__MAP && node->count > 0) {
        const struct sim__entry *first = &node->entries[0];
        struct sim__node *instead = NULL;
        /* An open way of a script, and a length picked there, are told apart by streams that
         * know no times. */
        size_t usual = place == IN_TIMELINE ? COUNT(lists) : 1;
        if (is_among(first->key, lists, usual)) {
            instead = first_of(first->value);
        } else if (is_among(first->key, others, COUNT(others))) {
            instead = first->value;
        } else if (strcmp(first->key, "some") == 0) {
            instead = sim__node_get(node, "of");
        }
        if (instead == NULL) {
            return node;
        }
        node = instead;
    }
    return node;
}

static bool is_whole(const struct sim__node *node)
{
    return node->kind == SIM__SCALAR && strspn(node->text, "0123456789") == node->length;
}

/* Puts right below the node what cannot be doubled exactly. */
static void make_even(struct sim_arena *arena, struct sim__node *node, enum place place)
{
    (void)sim__tree_forget(node, "jitter");
    const struct sim__node *timer = node->kind == SIM__MAP ? sim__node_get(node, "timer") : NULL;
    if (timer != NULL && sim__relation_get(timer, "spread") != NULL) {
        (void)sim__tree_forget(node, "timer"); /* which is drawn */
    }
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        entry->value = settled(entry->value, place);
        bool factor = entry->key != NULL && strcmp(entry->key, "factor") == 0;
        if (factor && !is_whole(entry->value)) {
            struct sim__node *two = sim__tree_number(arena, 2);
            entry->value = two != NULL ? two : entry->value;
        }
        make_even(arena, entry->value, place);
    }
}

/* A calm attempt beats every half of this, rounded. */
static void make_beats_even(struct sim_arena *arena, struct sim__node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        struct sup_duration stale;
        if (entry->key != NULL && strcmp(entry->key, "stale-after") == 0 &&
            sim__relation_is_length(entry->value, &stale) && stale.ns % 2 != 0) {
            struct sim__node *even = sim__tree_duration(arena, SUP_NS(stale.ns + 1));
            entry->value = even != NULL ? even : entry->value;
        }
        make_beats_even(arena, entry->value);
    }
}

/* An entry that may be nothing is nothing. */
static void drop_nothings(struct sim__node *timeline)
{
    for (uint32_t i = timeline->count; i > 0; i--) {
        if (timeline->entries[i - 1].value->kind == SIM__SCALAR) {
            sim__tree_drop(timeline, i - 1);
        }
    }
}

static void put_right(struct sim_arena *arena, struct sim__node *root)
{
    for (uint32_t i = 0; i < root->count; i++) {
        struct sim__entry *entry = &root->entries[i];
        bool timeline = strcmp(entry->key, "timeline") == 0;
        make_even(arena, entry->value, timeline ? IN_TIMELINE : IN_SERVICES);
        if (timeline && entry->value->kind == SIM__LIST) {
            drop_nothings(entry->value);
        }
    }
    make_beats_even(arena, root);
}

/* ---- doubling ---- */

/* Every key whose value is a length of time or an instant, and those of what draws one. */
static const char *const timed[] = {
    "after",      "for",        "every",   "from",        "to",          "at",
    "each",       "base",       "max",     "reset-after", "within",      "clean-exit-delay",
    "cooldown",   "probe-for",  "timeout", "grace",       "stale-after", "sleep",
    "abort-wait", "stop-after", "stall",   "until",       "pick",        "step",
    "waits",      "first",      "grain",   "after-ready", "half-life",   "pause",
    "reset-poll", "clock",      "takes",   "finish",      "run-for",     "start",
    "end",        "grid",       "poll",
};

/* False when a time is too long to be doubled. `key` is that of the map nearest above. */
static bool double_all(struct sim_arena *arena, struct sim__node *node, const char *key)
{
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        const char *own = entry->key != NULL ? entry->key : key;
        struct sup_duration length;
        bool number = entry->value->kind == SIM__SCALAR && entry->value->text[0] >= '0' &&
                      entry->value->text[0] <= '9';
        if (number && is_among(own, timed, COUNT(timed)) &&
            sim__relation_is_length(entry->value, &length)) {
            if (length.ns > SUP_NEVER_NS / 4) {
                return false;
            }
            struct sim__node *twice = sim__tree_duration(arena, SUP_NS(2 * length.ns));
            entry->value = twice != NULL ? twice : entry->value;
        } else if (!double_all(arena, entry->value, own)) {
            return false;
        }
    }
    return true;
}

/* A map's value for a key, made when there is none. */
static struct sim__node *under(struct sim_arena *arena, struct sim__node *map, const char *key)
{
    struct sim__node *value = map != NULL ? sim__node_get(map, key) : NULL;
    if (value == NULL) {
        value = sim__tree_map(arena);
        sim__tree_put(arena, map, key, value);
    }
    return value;
}

static void put_missing(struct sim_arena *arena, struct sim__node *map, const char *key,
                        struct sup_duration built_in)
{
    if (map != NULL && map->kind == SIM__MAP && sim__node_get(map, key) == NULL) {
        sim__tree_put(arena, map, key, sim__tree_duration(arena, SUP_NS(2 * built_in.ns)));
    }
}

/* Whether waits lead to their greatest in steps. */
static bool says_steps(const struct sim__node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        if (says_steps(entry->value) || (entry->value->kind == SIM__SCALAR &&
                                         is_among(entry->key, (const char *[]){"steps"}, 1))) {
            return true;
        }
    }
    return false;
}

/* What nobody says is built in, and has to be said to be doubled. */
static void double_built_in(struct sim_arena *arena, struct sim__node *root)
{
    struct sup_policy policy;
    struct sup_config config;
    sup_policy_default(&policy);
    sup_config_default(&config);
    struct sim__node *defaults = under(arena, root, "defaults");
    struct sim__node *backoff = under(arena, defaults, "backoff");
    struct sim__node *stop = under(arena, defaults, "stop");
    if (!sim__relation_is_word(sim__relation_get(defaults, "clean-exits"), "count")) {
        put_missing(arena, defaults, "clean-exit-delay", policy.clean_exit_delay);
    }
    if (says_steps(root)) {
        put_missing(arena, backoff, "grain", SUP_NS(1)); /* which rounds what is in between */
    }
    put_missing(arena, backoff, "base", policy.backoff.base);
    put_missing(arena, backoff, "max", policy.backoff.max);
    put_missing(arena, backoff, "reset-after", policy.backoff.reset_after);
    put_missing(arena, stop, "grace", policy.stop_grace);
    put_missing(arena, stop, "abort-wait", policy.stop_abort_wait);
    struct sim__node *shutdown = under(arena, under(arena, root, "supervisor"), "shutdown");
    put_missing(arena, shutdown, "timeout", config.shutdown_timeout);
}

/* ---- what cannot be asked ---- */

/* Whether a service takes back that clean exits count, which is what `defaults` say: its delay
 * cannot be said there. */
static bool takes_back(const struct sim__node *node)
{
    if (sim__relation_is_word(sim__relation_get(node, "clean-exits"), "free")) {
        return true;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (takes_back(node->entries[i].value)) {
            return true;
        }
    }
    return false;
}

/* Whether waits are listed: beside them the built-in times cannot be said, and a service that
 * lists none would have them. */
static bool lists_waits(const struct sim__node *node)
{
    for (uint32_t i = 0; node != NULL && i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        bool listed = entry->value->kind == SIM__LIST; /* operators' are no times */
        if ((listed && is_among(entry->key, (const char *[]){"waits"}, 1)) ||
            lists_waits(entry->value)) {
            return true;
        }
    }
    return false;
}

/* A breaker's built-in times belong to a breaker that somebody has: to add them would add
 * one. A function's own times nobody knows. What waits for the end of a window comes a nanosecond
 * after it, which does not double. */
static bool can_double(const struct sim__node *node)
{
    const struct sim__node *breaker = sim__relation_get(node, "breaker");
    if (breaker != NULL && breaker->kind == SIM__MAP) {
        bool half_open = sim__relation_is_word(sim__node_get(breaker, "then"), "half-open");
        if (sim__node_get(breaker, "within") == NULL ||
            (half_open && sim__node_get(breaker, "cooldown") == NULL)) {
            return false;
        }
    }
    if (sim__relation_get(node, "task") != NULL ||
        sim__relation_is_word(sim__relation_get(node, "then"), "wait")) {
        return false;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (!can_double(node->entries[i].value)) {
            return false;
        }
    }
    return true;
}

bool sim__pair_doubled(struct sim_arena *arena, const struct sim__node *root,
                       struct sim__pair *ret_pair)
{
    const struct sim__node *defaults = sim__relation_get(root, "defaults");
    if (root->kind != SIM__MAP || sim__relation_get(defaults, "policy") != NULL ||
        !can_double(root) || lists_waits(sim__relation_get(defaults, "backoff")) ||
        lists_waits(sim__relation_get(root, "policies")) ||
        (sim__relation_is_word(sim__relation_get(defaults, "clean-exits"), "count") &&
         takes_back(root))) {
        return false;
    }
    struct sim__pair pair = {.tempo = SIM__HALVED};
    pair.one = sim__tree_fork(arena, sim__relation_base(arena, root));
    if (pair.one == NULL) {
        return false;
    }
    put_right(arena, pair.one);
    pair.other = sim__tree_fork(arena, pair.one);
    if (pair.other == NULL || !double_all(arena, pair.other, NULL)) {
        return false;
    }
    double_built_in(arena, pair.other);
    if (sim__arena_failed(arena)) {
        return false;
    }
    *ret_pair = pair;
    return true;
}
