/* The pair of `unrelated-service`: a scenario, and the same with one service more.
 *
 * It is in a group of its own at the root, so that nobody's limit and no strategy but its own
 * counts it, and its name is one that nobody says. A glob may mean it all the same, and it is
 * then paused or restarted like everybody; only where it matters how many a glob means, or
 * who comes after whom, can the relation not be asked.
 */
#include <string.h>

#include "internal.h"
#include "sim/glob.h"
#include "sup/random.h"

#define PALETTE 16u
/* Its attempts take at least this part of the run, so that it adds little to it. */
#define ATTEMPTS_MOST 24u

struct maker {
    struct sim_arena *arena;
    struct sup_random random;
    uint64_t until_ns;
    uint64_t palette[PALETTE]; /* lengths of the scenario: deadlines are equal, at times */
    uint32_t palette_count;
    uint32_t seen; /* lengths of the scenario, so that each is kept as likely */
};

static uint32_t below(struct maker *m, uint32_t n)
{
    return (uint32_t)sup_random_upto(&m->random, n - 1, NULL);
}

/* ---- what the scenario says ---- */

static void gather_lengths(struct maker *m, const struct sim__node *node)
{
    struct sup_duration length;
    if (node->kind == SIM__SCALAR && sim__relation_is_length(node, &length)) {
        m->seen++;
        uint32_t at = m->palette_count < PALETTE ? m->palette_count++ : below(m, m->seen);
        if (at < PALETTE) {
            m->palette[at] = length.ns;
        }
    }
    for (uint32_t i = 0; i < node->count; i++) {
        gather_lengths(m, node->entries[i].value);
    }
}

/* The name stands somewhere, as a name or a part of a path. */
static bool is_said(const struct sim__node *node, const char *name, size_t length)
{
    if (node->kind == SIM__SCALAR) {
        return node->length >= length && strstr(node->text, name) != NULL;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        bool is_key = entry->key_length >= length && strstr(entry->key, name) != NULL;
        if (is_key || is_said(entry->value, name, length)) {
            return true;
        }
    }
    return false;
}

static const char *free_name(const struct sim__node *root)
{
    static const char *const names[] = {"unrelated", "bystander", "somebody-else"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!is_said(root, names[i], strlen(names[i]))) {
            return names[i];
        }
    }
    return NULL;
}

static bool is_meant(const struct sim__node *node, const char *name)
{
    if (node->kind == SIM__SCALAR) {
        return sim_glob_is(node->text) && sim_glob_match(node->text, name);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (is_meant(node->entries[i].value, name)) {
            return true;
        }
    }
    return false;
}

/* Whether somewhere those are drawn or visited in turn among whom the name would be. */
static bool is_counted(const struct sim__node *node, const char *name)
{
    static const enum sim__key counting[] = {SIM__KEY_ONE_OF, SIM__KEY_SOME, SIM__KEY_EACH};
    for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++) {
        if (sim__relation_get(node, counting[i]) != NULL && is_meant(node, name)) {
            return true;
        }
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (is_counted(node->entries[i].value, name)) {
            return true;
        }
    }
    return false;
}

/* ---- its life ---- */

static struct sim__node *length(struct maker *m)
{
    uint64_t ns = m->palette_count > 0 ? m->palette[below(m, m->palette_count)] : m->until_ns / 8;
    uint64_t least = m->until_ns / ATTEMPTS_MOST + 1;
    /* A multiple falls into the same instants as what it is a multiple of. */
    ns = ns >= least ? ns : (least / ns + 1) * ns;
    return sim__tree_duration(m->arena, SUP_NS(ns));
}

static struct sim__node *any_length(struct maker *m)
{
    uint64_t ns = m->palette_count > 0 ? m->palette[below(m, m->palette_count)] : m->until_ns / 8;
    return sim__tree_duration(m->arena, SUP_NS(ns));
}

static void put(struct maker *m, struct sim__node *map, const char *key, struct sim__node *value)
{
    sim__tree_put(m->arena, map, key, value);
}

static struct sim__node *word(struct maker *m, const char *text)
{
    return sim__tree_word(m->arena, text);
}

static struct sim__node *pair(struct maker *m, const char *key, struct sim__node *value)
{
    return sim__tree_pair(m->arena, key, value);
}

static struct sim__node *backoff(struct maker *m)
{
    static const char *const jitters[] = {"full", "equal", "decorrelated", "none"};
    struct sim__node *map = sim__tree_map(m->arena);
    put(m, map, "base", length(m));
    put(m, map, "max", sim__tree_duration(m->arena, SUP_NS(m->until_ns)));
    put(m, map, "jitter", word(m, jitters[below(m, 4)]));
    put(m, map, "factor", word(m, below(m, 2) == 0 ? "1" : "2"));
    return map;
}

static struct sim__node *attempt(struct maker *m)
{
    static const char *const ends[] = {"fail", "crash", "succeed"};
    struct sim__node *item = sim__tree_map(m->arena);
    put(m, item, ends[below(m, 3)], pair(m, "after", length(m)));
    if (below(m, 2) == 0) {
        put(m, item, "ready", pair(m, "after", any_length(m)));
    }
    if (below(m, 3) == 0) {
        put(m, item, "beat", pair(m, "every", length(m)));
    }
    if (below(m, 3) == 0) {
        put(m, item, "stop-after", any_length(m));
    }
    return item;
}

static struct sim__node *script(struct maker *m)
{
    struct sim__node *list = sim__tree_list(m->arena);
    for (uint32_t i = 1 + below(m, 3); i > 0; i--) {
        sim__tree_add(m->arena, list, attempt(m));
    }
    if (below(m, 3) == 0) {
        sim__tree_add(m->arena, list, word(m, "run"));
    }
    return list;
}

/* Nothing that `defaults` say of others is its own. */
static struct sim__node *service(struct maker *m, const char *name)
{
    struct sim__node *map = sim__tree_map(m->arena), *stop = sim__tree_map(m->arena);
    struct sim__node *heartbeat = sim__tree_map(m->arena);
    put(m, map, "name", word(m, name));
    put(m, map, "group", word(m, name));
    put(m, map, "kind", word(m, "service"));
    put(m, map, "restart", word(m, "always"));
    put(m, map, "max-restarts", word(m, "unlimited"));
    put(m, map, "clean-exit-delay", length(m));
    put(m, map, "backoff", backoff(m));
    put(m, map, "breaker", word(m, "none"));
    put(m, map, "restart-limit", word(m, "none"));
    put(m, map, "needs", word(m, "none"));
    put(m, stop, "grace", any_length(m));
    put(m, stop, "abort-wait", any_length(m));
    put(m, map, "stop", stop);
    put(m, heartbeat, "stale-after", length(m));
    put(m, heartbeat, "then", word(m, "restart"));
    put(m, map, "heartbeat", below(m, 3) == 0 ? heartbeat : word(m, "none"));
    bool explicit = below(m, 3) == 0;
    put(m, map, "ready",
        explicit ? pair(m, "explicit", pair(m, "timeout", length(m))) : word(m, "immediate"));
    put(m, map, "script", script(m));
    return map;
}

/* First, last, or somewhere between: where it stands has to make no difference. */
static void insert(struct maker *m, struct sim__node *services, struct sim__node *added)
{
    sim__tree_add(m->arena, services, added);
    if (added == NULL || sim__arena_failed(m->arena)) {
        return;
    }
    uint32_t last = services->count - 1;
    uint32_t at = below(m, services->count);
    struct sim__entry entry = services->entries[last];
    memmove(&services->entries[at + 1], &services->entries[at],
            (last - at) * sizeof(*services->entries));
    services->entries[at] = entry;
}

/* The tree with the service added: a list of its own, of the services that are there. */
static struct sim__node *with(struct maker *m, const struct sim__node *one,
                              const struct sim__node *services, struct sim__node *added)
{
    struct sim__node *root = sim__relation_base(m->arena, one);
    struct sim__node *list = sim__tree_list(m->arena);
    for (uint32_t i = 0; i < services->count; i++) {
        sim__tree_add(m->arena, list, services->entries[i].value);
    }
    insert(m, list, added);
    put(m, root, "services", list);
    return root;
}

bool sim__pair_unrelated(struct sim_arena *arena, const struct sim__node *root, uint64_t draw,
                         struct sim__pair *ret_pair)
{
    static const char stream[] = "relation unrelated-service";
    struct maker m = {.arena = arena,
                      .random = sup_random_derive(draw, stream, sizeof(stream) - 1)};
    const struct sim__node *until = sim__relation_get(root, SIM__KEY_UNTIL);
    const struct sim__node *services = sim__relation_get(root, SIM__KEY_SERVICES);
    const struct sim__node *supervisor = sim__relation_get(root, SIM__KEY_SUPERVISOR);
    struct sup_duration length;
    const char *name = free_name(root);
    if (until == NULL || services == NULL || services->kind != SIM__LIST || name == NULL ||
        !sim__relation_is_length(until, &length) ||
        sim__relation_is_word(sim__relation_get(supervisor, SIM__KEY_ORDER), "random")) {
        return false;
    }
    struct sim__pair pair = {.added = name, .as_it_is = true};
    pair.one = sim__relation_base(arena, root);
    if (pair.one == NULL || is_counted(pair.one, name)) {
        return false;
    }
    m.until_ns = length.ns;
    gather_lengths(&m, pair.one);
    pair.other = with(&m, pair.one, services, service(&m, name));
    *ret_pair = pair;
    return pair.other != NULL;
}
