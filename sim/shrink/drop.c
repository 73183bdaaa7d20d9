/* Leaving out: entries of lists, keys of maps, at every depth. */
#include <stdlib.h>
#include <string.h>

#include "passes.h"

/* ---- what may be changed ---- */

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (strcmp(word, *list) == 0) {
            return true;
        }
    }
    return false;
}

bool sim__is_kept(const char *key)
{
    static const char *const keys[] = {"scenario", "name", "verdict", NULL};
    return is_one_of(key, keys);
}

enum sim__ground sim__ground_of(const char *key)
{
    if (strcmp(key, "expect") == 0) {
        return SIM__GROUND_FREE; /* whole entries may go */
    }
    return strcmp(key, "measures") == 0 ? SIM__GROUND_FIXED : SIM__GROUND_FREE;
}

enum sim__ground sim__ground_below(enum sim__ground ground, const char *key)
{
    static const char *const parts[] = {"is",     "metrics", "drain",      "starts",
                                        "delays", "events",  "conditions", NULL};
    if (ground == SIM__GROUND_FREE) {
        /* An action's own: without a result it would have to be `ok`. */
        return key != NULL && strcmp(key, "expect") == 0 ? SIM__GROUND_FIXED : SIM__GROUND_FREE;
    }
    if (ground == SIM__GROUND_ENTRY && key != NULL && is_one_of(key, parts)) {
        return SIM__GROUND_PARTS;
    }
    return SIM__GROUND_FIXED;
}

/* ---- chunks ---- */

/* Tries to drop the entries of a chunk, with what has to go with them. */
typedef void (*drop_fn)(struct sim__shrinker *s, struct sim__node *node, uint32_t index,
                        uint32_t count);

/* Halves, quarters, ... single entries, from the end, of those from `first` on; so many stay
 * at least. */
static void reduce(struct sim__shrinker *s, struct sim__node *node, uint32_t least, drop_fn drop)
{
    for (uint32_t chunk = node->count; chunk > 0 && !sim__done(s); chunk /= 2) {
        uint32_t end = node->count;
        while (end > 0 && !sim__done(s)) {
            uint32_t count = end < chunk ? end : chunk;
            end -= count;
            if (node->count >= least + count) {
                drop(s, node, end, count);
            }
        }
    }
}

static bool is_pinned(const struct sim__shrinker *s, const struct sim__entry *entry)
{
    return s->pinned != NULL && entry->value == s->pinned;
}

bool sim__is_fixed(const struct sim__shrinker *s, const struct sim__node *node,
                   const struct sim__entry *entry)
{
    if (node != s->root) {
        return is_pinned(s, entry);
    }
    return sim__is_kept(entry->key) || (s->how->keeps_until && strcmp(entry->key, "until") == 0);
}

/* An answer that an action may get goes with the action: without it `ok` would be asked for,
 * and the file would fail where the defect is mended. */
static bool is_answer(const struct sim__shrinker *s, const struct sim__node *node,
                      const struct sim__entry *entry)
{
    if (node == s->root || entry->key == NULL || strcmp(entry->key, "expect") != 0) {
        return false;
    }
    const struct sim__node *result =
        entry->value->kind == SIM__MAP ? sim__node_get(entry->value, "result") : NULL;
    return result != NULL && (result->kind != SIM__SCALAR || strcmp(result->text, "ok") != 0);
}

static void drop_alone(struct sim__shrinker *s, struct sim__node *node, uint32_t index,
                       uint32_t count)
{
    for (uint32_t i = index; i < index + count; i++) {
        if (sim__is_fixed(s, node, &node->entries[i]) || is_answer(s, node, &node->entries[i])) {
            return;
        }
    }
    sim__change_drop(s, node, index, count);
    (void)sim__try(s);
}

/* ---- services, and what names them ---- */

/* The name of a service that goes. */
struct lost {
    const char *name;
    size_t length;
    bool counted;
};

/* In the order of their names: a file may have thousands of them, and of what names them. */
struct gone {
    struct lost *list;
    uint32_t count;
};

static int compare_lost(const void *a, const void *b)
{
    const struct lost *one = a, *other = b;
    const size_t length = one->length < other->length ? one->length : other->length;
    const int order = memcmp(one->name, other->name, length);
    return order != 0 ? order : (one->length > other->length) - (one->length < other->length);
}

static const struct lost *find_lost(const struct gone *gone, const char *name, size_t length)
{
    const struct lost wanted = {name, length, false};
    return gone->count == 0
               ? NULL
               : bsearch(&wanted, gone->list, gone->count, sizeof(*gone->list), compare_lost);
}

static bool collect_gone(struct sim__shrinker *s, const struct sim__entry *services, uint32_t count,
                         struct gone *ret_gone)
{
    struct gone gone = {.list = sim__arena_alloc(s->arena, count, sizeof(*gone.list))};
    if (gone.list == NULL) {
        s->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct sim__node *service = services[i].value;
        const struct sim__node *name =
            service->kind == SIM__MAP ? sim__node_get(service, "name") : NULL;
        if (name != NULL && name->kind == SIM__SCALAR) {
            const bool counted = sim__node_get(service, "count") != NULL;
            gone.list[gone.count++] = (struct lost){name->text, name->length, counted};
        }
    }
    qsort(gone.list, gone.count, sizeof(*gone.list), compare_lost);
    *ret_gone = gone;
    return true;
}

/* Whether it is the name of one of them, or of one of a count. */
static bool is_gone(const struct gone *gone, const char *word)
{
    size_t length = strlen(word), stem = length;
    if (find_lost(gone, word, length) != NULL) {
        return true;
    }
    while (stem > 0 && word[stem - 1] >= '0' && word[stem - 1] <= '9') {
        stem--;
    }
    if (stem == length || stem == 0 || word[stem - 1] != '-') {
        return false;
    }
    const struct lost *lost = find_lost(gone, word, stem - 1);
    return lost != NULL && lost->counted;
}

/* Takes the names out of the node; false when it cannot do without. */
static bool clear_names(struct sim__shrinker *s, struct sim__node *node, const struct gone *gone)
{
    if (node->kind == SIM__SCALAR) {
        return !is_gone(gone, node->text);
    }
    for (uint32_t i = node->count; i > 0; i--) {
        const struct sim__entry *entry = &node->entries[i - 1];
        bool good = (entry->key == NULL || !is_gone(gone, entry->key)) &&
                    clear_names(s, entry->value, gone);
        bool part = node->kind == SIM__LIST || (entry->key != NULL && is_gone(gone, entry->key));
        if (!good && (!part || node->count == 1)) {
            return false;
        }
        if (!good) {
            sim__change_drop(s, node, i - 1, 1);
        }
    }
    return true;
}

/* The entries of a list at the top that cannot do without the names go. */
static void clear_list(struct sim__shrinker *s, const char *key, const struct gone *gone)
{
    struct sim__node *list = sim__node_get(s->root, key);
    for (uint32_t i = list != NULL && list->kind != SIM__SCALAR ? list->count : 0; i > 0; i--) {
        if (!clear_names(s, list->entries[i - 1].value, gone)) {
            sim__change_drop(s, list, i - 1, 1);
        }
    }
}

void sim__change_services(struct sim__shrinker *s, struct sim__node *list, uint32_t index,
                          uint32_t count)
{
    struct gone gone;
    if (!collect_gone(s, &list->entries[index], count, &gone)) {
        return;
    }
    sim__change_drop(s, list, index, count);
    clear_list(s, "timeline", &gone);
    clear_list(s, "expect", &gone);
    clear_list(s, "measures", &gone);
}

static void drop_services(struct sim__shrinker *s, struct sim__node *node, uint32_t index,
                          uint32_t count)
{
    sim__change_drop(s, node, index, count);
    if (s->failed || sim__try(s) || sim__done(s)) {
        return;
    }
    sim__change_services(s, node, index, count);
    if (!s->failed) {
        (void)sim__try(s);
    }
}

/* ---- the passes ---- */

void sim__pass_pin(struct sim__shrinker *s)
{
    struct sim__node *list = sim__node_get(s->root, "expect");
    bool among = false;
    for (uint32_t i = 0; list != NULL && list->kind == SIM__LIST && i < list->count; i++) {
        among |= is_pinned(s, &list->entries[i]);
    }
    if (!among || list->count < 2) {
        return;
    }
    for (uint32_t i = list->count; i > 0; i--) {
        if (!is_pinned(s, &list->entries[i - 1])) {
            sim__change_drop(s, list, i - 1, 1);
        }
    }
    if (!sim__try(s) && !sim__done(s)) {
        s->pinned = NULL; /* it does not fail alone */
    }
}

void sim__pass_lists(struct sim__shrinker *s)
{
    static const char *const keys[] = {"services", "timeline", "expect"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct sim__node *list = sim__node_get(s->root, keys[i]);
        if (list != NULL && list->kind == SIM__LIST) {
            reduce(s, list, 0, i == 0 ? drop_services : drop_alone);
        }
    }
}

/* With these an expectation asks for more when it names less. */
static bool is_strict(const struct sim__node *entry)
{
    return sim__node_get(entry, "never") != NULL || sim__node_get(entry, "count") != NULL ||
           sim__node_get(entry, "exactly") != NULL;
}

static void reduce_below(struct sim__shrinker *s, struct sim__node *node, enum sim__ground ground)
{
    if (node->kind == SIM__SCALAR || ground == SIM__GROUND_FIXED || sim__done(s) ||
        (ground == SIM__GROUND_ENTRY && (node->kind != SIM__MAP || is_strict(node)))) {
        return;
    }
    if (ground == SIM__GROUND_FREE || ground == SIM__GROUND_PARTS) {
        reduce(s, node, ground == SIM__GROUND_FREE ? 0 : 1, drop_alone);
    }
    for (uint32_t i = 0; i < node->count && !sim__done(s); i++) {
        const struct sim__entry *entry = &node->entries[i];
        reduce_below(s, entry->value, sim__ground_below(ground, entry->key));
    }
}

void sim__pass_entries(struct sim__shrinker *s)
{
    reduce(s, s->root, 0, drop_alone);
    for (uint32_t i = 0; i < s->root->count && !sim__done(s); i++) {
        const struct sim__entry *entry = &s->root->entries[i];
        struct sim__node *value = entry->value;
        if (sim__is_kept(entry->key) || sim__ground_of(entry->key) == SIM__GROUND_FIXED) {
            continue;
        }
        bool expect = strcmp(entry->key, "expect") == 0;
        for (uint32_t k = 0; k < value->count; k++) {
            reduce_below(s, value->entries[k].value, expect ? SIM__GROUND_ENTRY : SIM__GROUND_FREE);
        }
        if (value->kind == SIM__MAP) {
            reduce(s, value, 0, drop_alone);
        }
    }
}
