/* What a value has to be: one value, one of several, or none of them. */
#include <string.h>

#include "expectations.h"
#include "sup/assert.h"

static const char *const not_keys[1] = {SIM__NOT_KEYS(SIM__NAME)};

static bool read_first(struct sim__reader *r, const struct sim__node *node, sim__read_value_fn read,
                       const struct sim__words *words, struct sim_match *match)
{
    struct sim_match_value value = {{0, 0}, NULL};
    if (!read(r, node, words, &value)) {
        return false;
    }
    match->range = value.range;
    match->text = value.text;
    return true;
}

static bool read_list(struct sim__reader *r, const struct sim__node *node, sim__read_value_fn read,
                      const struct sim__words *words, struct sim_match *match)
{
    if (!sim__list(r, node)) {
        return false;
    }
    if (node->count == 0) {
        sim__error(r, node->at, "%sthe list is empty; it has to name at least one value",
                   sim__label(r, node));
        return false;
    }
    bool good = read_first(r, node->entries[0].value, read, words, match);
    match->others = sim__arena_alloc(r->arena, node->count, sizeof(*match->others));
    for (uint32_t i = 1; match->others != NULL && i < node->count; i++) {
        good = read(r, node->entries[i].value, words, &match->others[i - 1]) && good;
    }
    match->other_count = match->others == NULL ? 0 : node->count - 1;
    return good && match->others != NULL;
}

static bool is_not(const struct sim__node *node)
{
    for (uint32_t i = 0; node->kind == SIM__MAP && i < node->count; i++) {
        if (strcmp(node->entries[i].key, "not") == 0) {
            return true;
        }
    }
    return false;
}

bool sim__read_values(struct sim__reader *r, const struct sim__node *node, sim__read_value_fn read,
                      const struct sim__words *words, struct sim_match *match)
{
    struct sim__node *v[1];
    match->place = node->at;
    if (is_not(node)) {
        if (!sim__map_named(r, node, not_keys, 1, v)) {
            return false;
        }
        match->none = true;
        node = v[0];
    }
    return node->kind == SIM__LIST ? read_list(r, node, read, words, match)
                                   : read_first(r, node, read, words, match);
}

/* ---- the values ---- */

static bool read_number(struct sim__reader *r, const struct sim__node *node,
                        const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    return sim__number_range(r, node, &value->range);
}

static bool read_duration(struct sim__reader *r, const struct sim__node *node,
                          const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    return sim__duration_range(r, node, &value->range);
}

static bool read_text(struct sim__reader *r, const struct sim__node *node,
                      const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    return sim__text(r, node, &value->text);
}

static bool read_word(struct sim__reader *r, const struct sim__node *node,
                      const struct sim__words *words, struct sim_match_value *value)
{
    int id;
    if (!sim__word(r, node, words, &id)) {
        return false;
    }
    value->text = sim__arena_text(r->arena, node->text, node->length);
    return value->text != NULL;
}

static bool read_name(struct sim__reader *r, const struct sim__node *node,
                      const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    bool good = sim__read_pattern(r, node, &value->text);
    if (good) {
        sim__refer(r, SIM__REF_TARGET, node->at, value->text);
    }
    return good;
}

/* A word or a text is no map, but `not` may be meant. */
static bool read_texts(struct sim__reader *r, const struct sim__node *node,
                       const struct sim__value_type *type, struct sim_match *match)
{
    const struct sim__words words = {node->name == NULL ? "word" : node->name, type->words,
                                     type->count};
    struct sim__node *v[1];
    if (node->kind == SIM__MAP && !is_not(node)) {
        if (sim__map_named(r, node, not_keys, 1, v) && node->count == 0) {
            (void)sim__required(r, node, v[0], "not");
        }
        return false;
    }
    return sim__read_values(r, node, type->words == NULL ? read_text : read_word, &words, match);
}

bool sim__read_match(struct sim__reader *r, const struct sim__node *node,
                     const struct sim__value_type *type, struct sim_match *match)
{
    match->kind = type->kind;
    match->place = node->at;
    switch (type->kind) {
    case SIM_MATCH_BOOL:
        return sim__boolean(r, node, &match->boolean);
    case SIM_MATCH_RANGE:
        return sim__read_values(r, node, read_number, NULL, match);
    case SIM_MATCH_DURATION:
        return sim__read_values(r, node, read_duration, NULL, match);
    case SIM_MATCH_TEXT:
        return read_texts(r, node, type, match);
    case SIM_MATCH_NAME:
        return sim__read_values(r, node, read_name, NULL, match);
    }
    SUP_ASSERT(false);
}
