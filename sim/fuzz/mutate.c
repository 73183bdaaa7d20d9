/* Changes the tree of a scenario at large: values, entries, and what the generator adds. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "from.h"
#include "internal.h"
#include "sim/duration.h"
#include "sim/words.h"

#define CHANGES_MOST 6u
/* Not every place that is looked at can be changed. */
#define TRIES_MOST (4 * CHANGES_MOST)
#define MINUTE_NS UINT64_C(60000000000)

/* Where something may be changed: an entry of a map or a list. */
struct spot {
    struct sim__node *parent;
    uint32_t index;
};

struct mutator {
    struct sim__fuzz *f;
    struct sim__node *root;
    struct spot spot; /* one of the kind that is looked for … */
    uint32_t seen;    /* … of so many */
};

/* ---- finding ---- */

enum sought { SCALARS, LIST_ENTRIES, OPTIONS };

static bool is_sought(const struct sim__node *parent, const struct sim__entry *entry,
                      enum sought sought)
{
    switch (sought) {
    case SCALARS:
        return entry->value->kind == SIM__SCALAR &&
               (entry->key == NULL || strcmp(entry->key, "name") != 0);
    case LIST_ENTRIES:
        return parent->kind == SIM__LIST;
    case OPTIONS:
        return parent->kind == SIM__MAP && strcmp(entry->key, "name") != 0;
    }
    return false;
}

/* What judges, and what the file is called, is not looked at. */
static void look(struct mutator *m, struct sim__node *node, enum sought sought)
{
    static const char *const heading[] = {"scenario", "name", "about", "seed", "virtual-only"};
    for (uint32_t i = 0; i < node->count; i++) {
        struct sim__entry *entry = &node->entries[i];
        bool skipped = false;
        for (size_t k = 0; node == m->root && k < sizeof(heading) / sizeof(heading[0]); k++) {
            skipped |= strcmp(heading[k], entry->key) == 0;
        }
        if (skipped) {
            continue;
        }
        /* The last one of n in one case of n, so that in the end each is as likely. */
        if (node != m->root && is_sought(node, entry, sought) &&
            sim__fuzz_below(m->f, ++m->seen) == 0) {
            m->spot = (struct spot){node, i};
        }
        look(m, entry->value, sought);
    }
}

/* One of what is sought; NULL when there is none. */
static const struct spot *find(struct mutator *m, enum sought sought)
{
    m->seen = 0;
    look(m, m->root, sought);
    return m->seen == 0 ? NULL : &m->spot;
}

/* ---- values ---- */

static bool is_length(const struct sim__node *node, struct sup_duration *ret_length)
{
    const char *why;
    bool unit = node->length > 1 && node->text[0] >= '0' && node->text[0] <= '9' &&
                strchr("smhd", node->text[node->length - 1]) != NULL;
    return unit && sim_duration_parse(node->text, &ret_length->ns, &why) == 0 &&
           ret_length->ns < SUP_NEVER_NS / 4;
}

static struct sim__node *other_length(struct sim__fuzz *f, struct sup_duration length)
{
    uint64_t ns = length.ns;
    switch (sim__fuzz_below(f, 7)) {
    case 0:
        ns = ns > 0 ? ns - 1 : 0;
        break;
    case 1:
        ns = ns + 1;
        break;
    case 2:
        ns = ns / 2;
        break;
    case 3:
        ns = 2 * ns;
        break;
    case 4:
        ns = 0;
        break;
    default:
        ns = sim__fuzz_length(f, SIM__FUZZ_ABOVE_ZERO);
        break;
    }
    return sim__fuzz_time(f, SUP_NS(ns));
}

static struct sim__node *other_number(struct sim__fuzz *f, uint64_t number)
{
    switch (sim__fuzz_below(f, 5)) {
    case 0:
        return sim__fuzz_number(f, number > 0 ? number - 1 : 0);
    case 1:
        return sim__fuzz_number(f, number + 1);
    case 2:
        return sim__fuzz_number(f, number < 100 ? 2 * number : number / 2);
    case 3:
        return sim__fuzz_number(f, 0);
    default:
        return sim__fuzz_number(f, sim__fuzz_between(f, 1, 6));
    }
}

#define SIM__X(id, name) name,
static const char *const restarts[] = {SUP_RESTART_LIST(SIM__X)};
static const char *const jitters[] = {"none", "full", "equal", "decorrelated"};
static const char *const resets[] = {SUP_FORGIVE_LIST(SIM__X)};
static const char *const strategies[] = {SUP_STRATEGY_LIST(SIM__X)};
static const char *const modes[] = {SUP_INTERVAL_LIST(SIM__X)};
#undef SIM__X
static const char *const thens[] = {"terminate", "quarantine", "escalate",
                                    "half-open", "report",     "restart"};
static const char *const truths[] = {"true", "false"};
static const char *const orders[] = {"random", "fifo", "parallel", "reverse"};
static const char *const lives[] = {"none", "crash", "fail", "not-ready"};
static const char *const behaviours[] = {"run", "fail", "crash", "succeed", "hang", "refuse"};

/* The words that a key may have; those of scripts have none. */
static const struct {
    const char *key;
    const char *const *words;
    uint32_t count;
} vocabulary[] = {
#define WORDS(list) list, (uint32_t)(sizeof(list) / sizeof((list)[0]))
    {"restart", WORDS(restarts)}, {"jitter", WORDS(jitters)},
    {"reset", WORDS(resets)},     {"strategy", WORDS(strategies)},
    {"mode", WORDS(modes)},       {"then", WORDS(thens)},
    {"abort", WORDS(truths)},     {"ignore-abort", WORDS(truths)},
    {"order", WORDS(orders)},     {"ignore-cancel", WORDS(truths)},
    {"live", WORDS(lives)},       {"script", WORDS(behaviours)},
};

static struct sim__node *other_word(struct sim__fuzz *f, const struct sim__node *scalar,
                                    const char *key)
{
    for (size_t i = 0; key != NULL && i < sizeof(vocabulary) / sizeof(vocabulary[0]); i++) {
        if (strcmp(vocabulary[i].key, key) == 0) {
            return sim__fuzz_word(f, vocabulary[i].words[sim__fuzz_below(f, vocabulary[i].count)]);
        }
    }
    /* Whom an action means. */
    for (uint32_t i = 0; i < f->name_count; i++) {
        if (strcmp(f->names[i], scalar->text) == 0) {
            return sim__fuzz_word(f, f->names[sim__fuzz_below(f, f->name_count)]);
        }
    }
    return NULL;
}

static bool change_value(struct mutator *m)
{
    const struct spot *spot = find(m, SCALARS);
    if (spot == NULL) {
        return false;
    }
    struct sim__entry *entry = &spot->parent->entries[spot->index];
    const struct sim__node *old = entry->value;
    const char *key = entry->key != NULL ? entry->key : spot->parent->name;
    struct sup_duration length;
    uint64_t number;
    struct sim__node *value = NULL;
    if (is_length(old, &length)) {
        value = other_length(m->f, length);
    } else if (old->length < 10 && strspn(old->text, "0123456789") == old->length &&
               sscanf(old->text, "%" SCNu64, &number) == 1) {
        value = other_number(m->f, number);
    } else {
        value = other_word(m->f, old, key);
    }
    bool changed = value != NULL && strcmp(value->text, old->text) != 0;
    entry->value = changed ? value : entry->value;
    return changed;
}

/* ---- entries ---- */

static bool drop_entry(struct mutator *m)
{
    enum sought sought = sim__fuzz_chance(m->f, 70) ? LIST_ENTRIES : OPTIONS;
    const struct spot *spot = find(m, sought);
    if (spot != NULL) {
        sim__tree_drop(spot->parent, spot->index);
    }
    return spot != NULL;
}

/* A service that is there twice needs another name, an action another instant. */
static bool double_entry(struct mutator *m)
{
    struct sim__fuzz *f = m->f;
    const struct spot *spot = find(m, LIST_ENTRIES);
    if (spot == NULL) {
        return false;
    }
    struct sim__node *copy = sim__tree_copy(f->arena, spot->parent->entries[spot->index].value);
    if (copy != NULL && copy->kind == SIM__MAP) {
        const struct sim__node *name = sim__node_at(copy, KEY(NAME));
        if (name != NULL && name->kind == SIM__SCALAR && name->length < 100) {
            sim__fuzz_put(f, copy, KEY(NAME),
                          sim__tree_format(f->arena, "%s-%u", name->text, f->drawn.services++));
        } else if (sim__node_at(copy, KEY(AT)) != NULL) {
            sim__fuzz_put(f, copy, KEY(AT), sim__fuzz_time(f, SUP_NS(sim__fuzz_instant(f))));
        }
    }
    sim__fuzz_add(f, spot->parent, copy);
    return true;
}

static bool swap_entries(struct mutator *m)
{
    const struct spot *spot = find(m, LIST_ENTRIES);
    if (spot == NULL) {
        return false;
    }
    struct sim__node *list = spot->parent;
    uint32_t other = sim__fuzz_below(m->f, list->count);
    struct sim__entry entry = list->entries[spot->index];
    list->entries[spot->index] = list->entries[other];
    list->entries[other] = entry;
    return other != spot->index;
}

/* ---- what the generator adds ---- */

static bool add_action(struct mutator *m)
{
    struct sim__fuzz *f = m->f;
    struct sim__node *timeline = sim__node_at(m->root, KEY(TIMELINE));
    if (timeline == NULL || timeline->kind != SIM__LIST) {
        timeline = sim__tree_list(f->arena);
        sim__fuzz_put(f, m->root, KEY(TIMELINE), timeline);
    }
    sim__fuzz_add(f, timeline, sim__fuzz_entry(f));
    return true;
}

static bool splice(struct mutator *m)
{
    struct sim__fuzz *f = m->f;
    struct sim__node *services = sim__node_at(m->root, KEY(SERVICES));
    if (services == NULL || services->kind != SIM__LIST || services->count == 0) {
        return false;
    }
    struct sim__node *service = services->entries[sim__fuzz_below(f, services->count)].value;
    if (service->kind != SIM__MAP) {
        return false;
    }
    switch (sim__fuzz_below(f, 4)) {
    case 0:
        sim__fuzz_policy(f, service);
        break;
    case 1:
        sim__fuzz_liveness(f, service);
        break;
    case 2:
        sim__fuzz_needs(f, service);
        break;
    default:
        (void)sim__tree_forget(service, "task");
        (void)sim__tree_forget(service, "exec");
        sim__fuzz_script(f, service, SIM__FUZZ_SERVICE);
        break;
    }
    return true;
}

static bool change_supervisor(struct mutator *m)
{
    struct sim__fuzz *f = m->f;
    struct sim__node *groups = NULL;
    struct sim__node *old = sim__node_at(m->root, KEY(SUPERVISOR));
    if (old != NULL && old->kind == SIM__MAP) {
        groups = sim__node_at(old, KEY(GROUPS));
    }
    /* Its groups stay, since services are in them. */
    sim__fuzz_off(&f->drawn, SIM__FUZZ_GROUPS);
    sim__fuzz_off(&f->drawn, SIM__FUZZ_BRITTLE);
    struct sim__node *supervisor = sim__fuzz_supervisor(f);
    sim__fuzz_put(f, supervisor, KEY(GROUPS), groups);
    sim__fuzz_put(f, m->root, KEY(SUPERVISOR), supervisor);
    return true;
}

/* ---- what the file has, for the generator ---- */

static void keep_text(struct sim__fuzz *f, const struct sim__node *node, const char **list,
                      uint32_t room, uint32_t *count)
{
    (void)f;
    if (node != NULL && node->kind == SIM__SCALAR && node->length > 0 && *count < room) {
        list[(*count)++] = node->text;
    }
}

static void gather_services(struct sim__fuzz *f, const struct sim__node *node)
{
    const struct sim__node *name = node->kind == SIM__MAP ? sim__node_at(node, KEY(NAME)) : NULL;
    if (name != NULL && name->kind == SIM__SCALAR) {
        const struct sim__node *counted = sim__node_at(node, KEY(COUNT));
        struct sim__node *all = counted == NULL || name->length > 100
                                    ? NULL
                                    : sim__tree_format(f->arena, "%s-*", name->text);
        sim__fuzz_keep_name(f, all != NULL ? all->text : name->text);
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (node->entries[i].value->kind != SIM__SCALAR) {
            gather_services(f, node->entries[i].value);
        }
    }
}

static void gather_names(struct sim__fuzz *f, const struct sim__node *root)
{
    const struct sim__node *supervisor = sim__node_at(root, KEY(SUPERVISOR));
    const struct sim__node *groups = supervisor != NULL && supervisor->kind == SIM__MAP
                                         ? sim__node_at(supervisor, KEY(GROUPS))
                                         : NULL;
    const struct sim__node *conditions = sim__node_at(root, KEY(CONDITIONS));
    static const char *const places[] = {"services", "timeline"};
    for (uint32_t i = 0; i < 2; i++) {
        const struct sim__node *place = sim__node_get(root, places[i]);
        if (place != NULL) {
            gather_services(f, place);
        }
    }
    for (uint32_t i = 0; groups != NULL && i < groups->count; i++) {
        const struct sim__node *group = groups->entries[i].value;
        keep_text(f, group->kind == SIM__MAP ? sim__node_at(group, KEY(NAME)) : NULL, f->groups,
                  SIM__FUZZ_MOST_GROUPS, &f->group_count);
    }
    for (uint32_t i = 0;
         conditions != NULL && i < conditions->count &&
         f->condition_count < SIM__FUZZ_MOST_CONDITIONS && conditions->kind == SIM__MAP;
         i++) {
        f->conditions[f->condition_count++] = conditions->entries[i].key;
    }
}

struct lengths {
    uint64_t list[64]; /* ascending, each once */
    uint32_t count;
};

static void gather_lengths(struct lengths *lengths, const struct sim__node *node)
{
    struct sup_duration length;
    if (node->kind == SIM__SCALAR && is_length(node, &length) && length.ns > 0) {
        uint32_t at = 0;
        while (at < lengths->count && lengths->list[at] < length.ns) {
            at++;
        }
        bool known = at < lengths->count && lengths->list[at] == length.ns;
        if (!known && lengths->count < sizeof(lengths->list) / sizeof(lengths->list[0])) {
            memmove(&lengths->list[at + 1], &lengths->list[at],
                    (lengths->count - at) * sizeof(lengths->list[0]));
            lengths->list[at] = length.ns;
            lengths->count++;
        }
    }
    for (uint32_t i = 0; i < node->count; i++) {
        gather_lengths(lengths, node->entries[i].value);
    }
}

static uint32_t ticks(const struct sim__fuzz *f, struct sup_duration length)
{
    uint64_t count = length.ns / f->tick_ns;
    return count == 0 ? 1 : count > UINT32_MAX / 8 ? UINT32_MAX / 8 : (uint32_t)count;
}

/* The generator's grid is that of the file, so that what is added meets what is there. */
static void fit_grid(struct sim__fuzz *f, struct sim__node *root)
{
    struct lengths lengths = {.count = 0};
    struct sup_duration until;
    gather_lengths(&lengths, root);
    uint64_t longest = lengths.count > 0 ? lengths.list[lengths.count - 1] : MINUTE_NS;
    const struct sim__node *end = sim__node_at(root, KEY(UNTIL));
    if (end == NULL || end->kind != SIM__SCALAR || !is_length(end, &until) || until.ns == 0) {
        until = SUP_NS(4 * longest);
        sim__fuzz_put(f, root, KEY(UNTIL), sim__fuzz_time(f, until));
    }
    f->tick_ns = lengths.count > 0 ? lengths.list[0] : UINT64_C(1000000000);
    f->tick_ns = f->tick_ns < until.ns / 100000 ? until.ns / 100000 : f->tick_ns;
    for (uint32_t i = 0; i < SIM__FUZZ_PALETTE; i++) {
        uint64_t ns =
            lengths.count > 0 ? lengths.list[sim__fuzz_below(f, lengths.count)] : MINUTE_NS;
        f->palette[i] = ticks(f, SUP_NS(ns));
    }
    f->span = ticks(f, until);
    for (uint32_t i = 0; i < SIM__FUZZ_INSTANTS; i++) {
        uint64_t ns = lengths.count > 0 ? lengths.list[sim__fuzz_below(f, lengths.count)] : 0;
        uint32_t at = ticks(f, SUP_NS(ns));
        f->instants[i] = at < f->span ? at : f->span;
    }
}

void sim__fuzz_mutate(struct sim_arena *arena, struct sim__node *root, uint64_t seed)
{
    static const char *const judging[] = {"expect", "measures", "verdict"};
    static bool (*const changes[])(struct mutator *) = {
        change_value, change_value, change_value,      change_value, drop_entry,
        double_entry, swap_entries, add_action,        add_action,   add_action,
        splice,       splice,       change_supervisor,
    };
    struct sim__fuzz fuzz;
    struct mutator mutator = {.f = &fuzz, .root = root};
    struct mutator *m = &mutator;
    if (root->kind != SIM__MAP) {
        return;
    }
    for (size_t i = 0; i < sizeof(judging) / sizeof(judging[0]); i++) {
        (void)sim__tree_forget(root, judging[i]);
    }
    sim__fuzz_begin(&fuzz, arena, seed);
    gather_names(&fuzz, root);
    sim__fuzz_subject(&fuzz, "mutant", 0);
    fit_grid(&fuzz, root);
    uint32_t wanted = sim__fuzz_between(&fuzz, 1, CHANGES_MOST);
    for (uint32_t i = 0, done = 0; done < wanted && i < TRIES_MOST && !sim__arena_failed(arena);
         i++) {
        sim__fuzz_subject(&fuzz, "mutation", i);
        bool changed = changes[sim__fuzz_below(&fuzz, sizeof(changes) / sizeof(changes[0]))](m);
        done += changed ? 1 : 0;
        /* Names of the keys that values belong to. */
        sim__tree_settle(root);
    }
}
