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

static bool is_among(uint32_t key, const enum sim__key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i] == key) {
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
    static const enum sim__key lists[] = {SIM__KEY_UNIFORM, SIM__KEY_PICK, SIM__KEY_ANY};
    static const enum sim__key others[] = {SIM__KEY_EXP, SIM__KEY_ONE_OF, SIM__KEY_OF};
    while (node->kind == SIM__MAP && node->count > 0) {
        const struct sim__entry *first = &node->entries[0];
        struct sim__node *instead = NULL;
        /* An open way of a script, and a length picked there, are told apart by streams that
         * know no times. */
        size_t usual = place == IN_TIMELINE ? COUNT(lists) : 1;
        if (is_among(first->id, lists, usual)) {
            instead = first_of(first->value);
        } else if (is_among(first->id, others, COUNT(others))) {
            instead = first->value;
        } else if (first->id == SIM__KEY_SOME) {
            instead = sim__node_at(node, SIM__KEY_OF);
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
    if (sim__node_at(node, SIM__KEY_JITTER) != NULL) {
        (void)sim__tree_forget(node, "jitter");
    }
    const struct sim__node *timer = sim__node_at(node, SIM__KEY_TIMER);
    if (timer != NULL && sim__relation_get(timer, SIM__KEY_SPREAD) != NULL) {
        (void)sim__tree_forget(node, "timer"); /* which is drawn */
    }
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        entry->value = settled(entry->value, place);
        bool factor = entry->id == SIM__KEY_FACTOR;
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
        if (entry->id == SIM__KEY_STALE_AFTER && sim__relation_is_length(entry->value, &stale) &&
            stale.ns % 2 != 0) {
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
        bool timeline = entry->id == SIM__KEY_TIMELINE;
        make_even(arena, entry->value, timeline ? IN_TIMELINE : IN_SERVICES);
        if (timeline && entry->value->kind == SIM__LIST) {
            drop_nothings(entry->value);
        }
    }
    make_beats_even(arena, root);
}

/* ---- doubling ---- */

/* Every key whose value is a length of time or an instant, and those of what draws one. */
static const bool timed[SIM__KEYS] = {
    [SIM__KEY_AFTER] = true,       [SIM__KEY_FOR] = true,
    [SIM__KEY_EVERY] = true,       [SIM__KEY_FROM] = true,
    [SIM__KEY_TO] = true,          [SIM__KEY_AT] = true,
    [SIM__KEY_EACH] = true,        [SIM__KEY_BASE] = true,
    [SIM__KEY_MAX] = true,         [SIM__KEY_RESET_AFTER] = true,
    [SIM__KEY_WITHIN] = true,      [SIM__KEY_CLEAN_EXIT_DELAY] = true,
    [SIM__KEY_COOLDOWN] = true,    [SIM__KEY_PROBE_FOR] = true,
    [SIM__KEY_TIMEOUT] = true,     [SIM__KEY_GRACE] = true,
    [SIM__KEY_STALE_AFTER] = true, [SIM__KEY_SLEEP] = true,
    [SIM__KEY_ABORT_WAIT] = true,  [SIM__KEY_STOP_AFTER] = true,
    [SIM__KEY_STALL] = true,       [SIM__KEY_UNTIL] = true,
    [SIM__KEY_PICK] = true,        [SIM__KEY_STEP] = true,
    [SIM__KEY_WAITS] = true,       [SIM__KEY_FIRST] = true,
    [SIM__KEY_GRAIN] = true,       [SIM__KEY_AFTER_READY] = true,
    [SIM__KEY_HALF_LIFE] = true,   [SIM__KEY_PAUSE] = true,
    [SIM__KEY_RESET_POLL] = true,  [SIM__KEY_CLOCK] = true,
    [SIM__KEY_TAKES] = true,       [SIM__KEY_FINISH] = true,
    [SIM__KEY_RUN_FOR] = true,     [SIM__KEY_START] = true,
    [SIM__KEY_END] = true,         [SIM__KEY_GRID] = true,
    [SIM__KEY_POLL] = true,
};

/* False when a time is too long to be doubled. `key` is that of the map nearest above. */
static bool double_all(struct sim_arena *arena, struct sim__node *node, uint32_t key)
{
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        uint32_t own = entry->key != NULL ? entry->id : key;
        struct sup_duration length;
        bool number = entry->value->kind == SIM__SCALAR && entry->value->text[0] >= '0' &&
                      entry->value->text[0] <= '9';
        if (number && timed[own] && sim__relation_is_length(entry->value, &length)) {
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
static struct sim__node *under(struct sim_arena *arena, struct sim__node *map, enum sim__key key)
{
    struct sim__node *value = map != NULL ? sim__node_at(map, key) : NULL;
    if (value == NULL) {
        value = sim__tree_map(arena);
        sim__tree_set(arena, map, key, value);
    }
    return value;
}

static void put_missing(struct sim_arena *arena, struct sim__node *map, enum sim__key key,
                        struct sup_duration built_in)
{
    if (map != NULL && map->kind == SIM__MAP && sim__node_at(map, key) == NULL) {
        sim__tree_set(arena, map, key, sim__tree_duration(arena, SUP_NS(2 * built_in.ns)));
    }
}

/* Whether waits lead to their greatest in steps. */
static bool says_steps(const struct sim__node *node)
{
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        if (says_steps(entry->value) ||
            (entry->value->kind == SIM__SCALAR && entry->id == SIM__KEY_STEPS)) {
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
    struct sim__node *defaults = under(arena, root, SIM__KEY_DEFAULTS);
    struct sim__node *backoff = under(arena, defaults, SIM__KEY_BACKOFF);
    struct sim__node *stop = under(arena, defaults, SIM__KEY_STOP);
    if (!sim__relation_is_word(sim__relation_get(defaults, SIM__KEY_CLEAN_EXITS), "count")) {
        put_missing(arena, defaults, SIM__KEY_CLEAN_EXIT_DELAY, policy.clean_exit_delay);
    }
    if (says_steps(root)) {
        put_missing(arena, backoff, SIM__KEY_GRAIN,
                    SUP_NS(1)); /* which rounds what is in between */
    }
    put_missing(arena, backoff, SIM__KEY_BASE, policy.backoff.base);
    put_missing(arena, backoff, SIM__KEY_MAX, policy.backoff.max);
    put_missing(arena, backoff, SIM__KEY_RESET_AFTER, policy.backoff.reset_after);
    put_missing(arena, stop, SIM__KEY_GRACE, policy.stop_grace);
    put_missing(arena, stop, SIM__KEY_ABORT_WAIT, policy.stop_abort_wait);
    struct sim__node *shutdown =
        under(arena, under(arena, root, SIM__KEY_SUPERVISOR), SIM__KEY_SHUTDOWN);
    put_missing(arena, shutdown, SIM__KEY_TIMEOUT, config.shutdown_timeout);
}

/* ---- what cannot be asked ---- */

/* Whether a service takes back that clean exits count, which is what `defaults` say: its delay
 * cannot be said there. */
static bool takes_back(const struct sim__node *node)
{
    if (sim__relation_is_word(sim__relation_get(node, SIM__KEY_CLEAN_EXITS), "free")) {
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
        if ((listed && entry->id == SIM__KEY_WAITS) || lists_waits(entry->value)) {
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
    const struct sim__node *breaker = sim__relation_get(node, SIM__KEY_BREAKER);
    if (breaker != NULL && breaker->kind == SIM__MAP) {
        bool half_open = sim__relation_is_word(sim__node_at(breaker, SIM__KEY_THEN), "half-open");
        if (sim__node_at(breaker, SIM__KEY_WITHIN) == NULL ||
            (half_open && sim__node_at(breaker, SIM__KEY_COOLDOWN) == NULL)) {
            return false;
        }
    }
    if (sim__relation_get(node, SIM__KEY_TASK) != NULL ||
        sim__relation_is_word(sim__relation_get(node, SIM__KEY_THEN), "wait")) {
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
    const struct sim__node *defaults = sim__relation_get(root, SIM__KEY_DEFAULTS);
    if (root->kind != SIM__MAP || sim__relation_get(defaults, SIM__KEY_POLICY) != NULL ||
        !can_double(root) || lists_waits(sim__relation_get(defaults, SIM__KEY_BACKOFF)) ||
        lists_waits(sim__relation_get(root, SIM__KEY_POLICIES)) ||
        (sim__relation_is_word(sim__relation_get(defaults, SIM__KEY_CLEAN_EXITS), "count") &&
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
    if (pair.other == NULL || !double_all(arena, pair.other, SIM__KEY_NONE)) {
        return false;
    }
    double_built_in(arena, pair.other);
    if (sim__arena_failed(arena)) {
        return false;
    }
    *ret_pair = pair;
    return true;
}
