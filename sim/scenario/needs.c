/* `needs` of a service: what its attempts do when a condition is down. */
#include <string.h>

#include "reader.h"

/* The keys of an entry: those of an item of a script, then its own. */
enum { BEFORE = SIM_BEHAVIOURS - 1, SIM__MODIFIER_KEYS(SIM__ID) LIVE, ERROR, CODE, SIGNAL, KEYS };
#define ITEM_KEYS LIVE
static const char *const keys[KEYS] = {SIM_BEHAVIOUR_LIST(SIM__NAME) SIM__MODIFIER_KEYS(SIM__NAME)
                                           SIM__NEED_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {
    KEYS,
    {SIM_BEHAVIOUR_LIST(SIM__BEHAVIOUR_AT) SIM__MODIFIER_KEYS(SIM__AT) SIM__NEED_KEYS(SIM__AT)}};

#define X(id, name) {name, SIM_LIVE_##id},
static const struct sim__word lives[] = {SIM_LIVE_LIST(X)};
#undef X

/* What is inherited is not read again, and takes part in the work of a file all the same. */
#define WORK_OF_A_NEED 4u

/* ---- what becomes of those that live ---- */

static void check_details(struct sim__reader *r, struct sim__node *const *details,
                          const struct sim_need *need)
{
    enum sim_live_kind live = need->live;
    for (int k = ERROR; k <= SIGNAL; k++) {
        bool fits = (live == SIM_LIVE_FAIL && k != SIGNAL) || (live == SIM_LIVE_CRASH && k != CODE);
        const struct sim__node *detail = details[k - ERROR];
        if (detail != NULL && !fits) {
            sim__error(r, detail->at,
                       "`%s` has no effect with `live: %s`" SIM__HINT
                       "; a behaviour has its own, as in "
                       "`{fail: {error: text}}`",
                       keys[k], sim_live_name(live));
        }
    }
}

static void read_details(struct sim__reader *r, struct sim__node *const *details,
                         struct sim_need *need)
{
    uint32_t code;
    const struct sim__node *code_node = details[CODE - ERROR];
    if (details[0] != NULL) {
        (void)sim__error_text(r, details[0], &need->error);
    }
    if (code_node != NULL && sim__number_u32(r, code_node, 1, 255, &code)) {
        need->has_code = true;
        need->code = (int32_t)code;
    }
    if (details[SIGNAL - ERROR] != NULL) {
        (void)sim__signal(r, details[SIGNAL - ERROR], SIM__SIGNAL_FATAL, &need->signal);
    }
    check_details(r, details, need);
}

/* `live: {fail: {error: …}}` is the same as `live: fail, error: …`. Moves what is inside to
 * where the other form has it. */
static void unfold(struct sim__reader *r, const struct sim__node *node, struct sim__node **details,
                   struct sim_need *need)
{
    static const char *const ends[] = {"crash", "fail"};
    static const char *const inner_keys[] = {SIM__LIVE_KEYS(SIM__NAME)};
    struct sim__node *end[2];
    struct sim__node *inner[SIGNAL - ERROR + 1];
    if (!sim__map_named(r, node, ends, 2, end)) {
        return;
    }
    if ((end[0] == NULL) == (end[1] == NULL)) {
        if (sim__all_known(node, end, 2)) {
            sim__error(r, node->at, "`live` is one of `crash`, `fail`, `not-ready`, `none`");
        }
        return;
    }
    need->live = end[0] != NULL ? SIM_LIVE_CRASH : SIM_LIVE_FAIL;
    if (!sim__map_named(r, end[0] != NULL ? end[0] : end[1], inner_keys, SIM__COUNT(inner_keys),
                        inner)) {
        return;
    }
    for (int k = ERROR; k <= SIGNAL; k++) {
        if (inner[k - ERROR] != NULL && details[k - ERROR] != NULL) {
            sim__error(r, inner[k - ERROR]->at, "`%s` is given twice", keys[k]);
        }
        details[k - ERROR] = inner[k - ERROR] != NULL ? inner[k - ERROR] : details[k - ERROR];
    }
}

static void read_live(struct sim__reader *r, struct sim__node *const *v, struct sim_need *need)
{
    struct sim__node *details[] = {v[ERROR], v[CODE], v[SIGNAL]};
    int live = SIM_LIVE_NONE;
    if (v[LIVE] != NULL && v[LIVE]->kind == SIM__MAP) {
        unfold(r, v[LIVE], details, need);
    } else if (v[LIVE] != NULL) {
        if (!sim__word(r, v[LIVE], SIM__WORDS("`live`", lives), &live)) {
            return;
        }
        need->live = (enum sim_live_kind)live;
    }
    read_details(r, details, need);
}

/* ---- what those do that start ---- */

static bool is_behaviour(const char *key)
{
    for (uint32_t k = 0; k < SIM_BEHAVIOURS; k++) {
        if (sim__same(keys[k], key)) {
            return true;
        }
    }
    return false;
}

static bool has_behaviour(const struct sim__node *map)
{
    for (uint32_t i = 0; map->kind == SIM__MAP && i < map->count; i++) {
        if (is_behaviour(map->entries[i].key)) {
            return true;
        }
    }
    return false;
}

/* Whether the behaviour of the merged map comes from below another one: the service's own
 * take the place of those that it inherits, and what is inherited first, of the rest. What
 * is below has been read alone, where two of them are a mistake. */
static bool is_replaced(const struct sim__reader *r, const struct sim__node *node,
                        const struct sim__node *own, uint32_t index)
{
    if (r->partial || !is_behaviour(node->entries[index].key)) {
        return false;
    }
    if (own != NULL && has_behaviour(own)) {
        return sim__node_get(own, node->entries[index].key) == NULL;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (is_behaviour(node->entries[i].key)) {
            return true;
        }
    }
    return false;
}

/* The map without what is not an item of a script. */
static struct sim__node *item_of(struct sim__reader *r, const struct sim__node *node,
                                 const struct sim__node *own)
{
    struct sim__node *item = sim__arena_alloc(r->scratch, 1, sizeof(*item));
    struct sim__entry *entries = sim__arena_alloc(r->scratch, node->count, sizeof(*entries));
    if (item == NULL || entries == NULL) {
        return NULL;
    }
    *item = *node;
    item->entries = entries;
    item->count = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const char *key = node->entries[i].key;
        uint32_t k = 0;
        while (k < KEYS && !sim__same(keys[k], key)) {
            k++;
        }
        if (k < ITEM_KEYS && k != TIMES && !is_replaced(r, node, own, i)) {
            entries[item->count++] = node->entries[i];
        }
    }
    return item;
}

static void read_need_map(struct sim__reader *r, const struct sim__entry *entry,
                          const struct sim__node *own, struct sim_need *need)
{
    const struct sim__node *node = entry->value;
    struct sim__node *v[KEYS];
    const char *name = sim__quotable(r->scratch, entry->key, entry->key_length);
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    if (v[TIMES] != NULL) {
        sim__error(r, v[TIMES]->at,
                   "`times` has no place here: this is for every attempt that starts while `%s` "
                   "is down",
                   name);
    }
    read_live(r, v, need);
    const struct sim__node *item = item_of(r, node, own);
    if (item != NULL && has_behaviour(item)) {
        struct sim_behaviour *behaviour = sim__arena_alloc(r->arena, 1, sizeof(*behaviour));
        if (behaviour != NULL) {
            sim__read_item(r, item, behaviour);
            need->behaviour = behaviour;
        }
    } else if (!r->partial && sim__all_known(node, v, KEYS)) {
        sim__error_as(
            r, SIM__CODE_MISSING_KEY, entry->place,
            "this does not say what an attempt does that starts while `%s` is down" SIM__HINT
            ", as in "
            "`{fail: {after: 200ms}, live: crash}`; `run: {}` if it works all the same",
            name);
    }
}

static void read_need(struct sim__reader *r, const struct sim__entry *entry,
                      const struct sim__node *own, struct sim_need *need)
{
    if (entry->value->kind == SIM__MAP) {
        read_need_map(r, entry, own, need);
        return;
    }
    struct sim_behaviour *behaviour = sim__arena_alloc(r->arena, 1, sizeof(*behaviour));
    if (behaviour != NULL) {
        sim__read_item(r, entry->value, behaviour);
        need->behaviour = behaviour;
    }
}

/* ---- all of a service ---- */

/* What a service inherits unchanged is that of `defaults`. */
static const struct sim_need *inherited(const struct sim__reader *r, const struct sim__entry *entry)
{
    for (uint32_t i = 0; i < r->shared_need_count; i++) {
        if (r->shared_need_values[i] == entry->value) {
            return r->shared_needs[i].behaviour != NULL ? &r->shared_needs[i] : NULL;
        }
    }
    return NULL;
}

static void read_entry(struct sim__reader *r, const struct sim__entry *entry,
                       const struct sim__node *own, struct sim_need *need)
{
    const struct sim_need *shared = inherited(r, entry);
    if (shared != NULL) {
        *need = *shared;
        return;
    }
    need->place = entry->place;
    bool known = sim__find_condition(r, entry, &need->condition);
    read_need(r, entry, own != NULL ? sim__node_get(own, entry->key) : NULL, need);
    if (!known) {
        need->behaviour = NULL;
    }
}

static bool is_a_map(struct sim__reader *r, const struct sim__node *node)
{
    if (sim__is_word(node, "none")) {
        return false;
    }
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of conditions, as in `{db: {fail: {}}}`, or `none`");
        return false;
    }
    if (node->count > SIM_NEEDS_MAX) {
        r->shares_too_many_needs |= r->partial;
        sim__error_as(r, SIM__CODE_LIMIT, node->at, "a service cannot need more than %u conditions",
                      SIM_NEEDS_MAX);
        return false;
    }
    return true;
}

/* Fills in the needs and, where wanted, the nodes that they were read from. */
static uint32_t read_all(struct sim__reader *r, const struct sim__node *node,
                         const struct sim__node *own, struct sim_need *needs,
                         const struct sim__node **values)
{
    uint32_t count = 0;
    r->work += (uint64_t)WORK_OF_A_NEED * node->count;
    for (uint32_t i = 0; i < node->count && !r->stopped; i++) {
        const struct sim__entry *entry = &node->entries[i];
        if (!sim__is_word(entry->value, "none")) {
            read_entry(r, entry, own, &needs[count]);
            if (values != NULL) {
                values[count] = entry->value;
            }
            count++;
        }
    }
    return count;
}

void sim__read_needs(struct sim__reader *r, const struct sim__node *node,
                     const struct sim__node *own, struct sim_service *service)
{
    if (node == NULL || (r->shares_too_many_needs && own != NULL && own->count <= SIM_NEEDS_MAX) ||
        !is_a_map(r, node)) {
        return; /* too many of `defaults` or of a policy is their mistake alone */
    }
    if (node->entries != NULL && node->entries == r->shared_need_entries) {
        bool complete = true;
        for (uint32_t i = 0; i < r->shared_need_count; i++) {
            complete = complete && r->shared_needs[i].behaviour != NULL;
        }
        if (complete) {
            service->needs = r->shared_needs;
            service->need_count = r->shared_need_count;
            return;
        }
    }
    struct sim_need *needs = sim__arena_alloc(r->arena, node->count, sizeof(*needs));
    if (needs != NULL) {
        service->need_count = read_all(r, node, own, needs, NULL);
        service->needs = needs;
    }
}

void sim__read_default_needs(struct sim__reader *r, const struct sim__node *node)
{
    if (node == NULL || !is_a_map(r, node)) {
        return;
    }
    struct sim_need *needs = sim__arena_alloc(r->arena, node->count, sizeof(*needs));
    const struct sim__node **values = sim__arena_alloc(r->scratch, node->count, sizeof(*values));
    if (needs != NULL && values != NULL) {
        uint32_t count = read_all(r, node, NULL, needs, values);
        r->shared_need_entries = node->entries;
        r->shared_need_values = values;
        r->shared_needs = needs;
        r->shared_need_count = count;
    }
}
