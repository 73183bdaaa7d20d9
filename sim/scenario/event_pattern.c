/* What an event has to be: its type, and the values of its keys. */
#include <string.h>

#include "expectations.h"

#define X(id, name) {name, SUP_EVENT_##id},
#define W(id, name) {name, SIM_EVENT_##id},
static const struct sim__word events[] = {SUP_EVENT_LIST(X) SIM_WORLD_EVENT_LIST(W)};
#undef W
#undef X
#define X(id, name) {name, SUP_OUTCOME_##id},
static const struct sim__word outcomes[] = {SUP_OUTCOME_LIST(X)};
#undef X
#define X(id, name) {name, SUP_REASON_##id},
static const struct sim__word reasons[] = {SUP_REASON_LIST(X)};
#undef X
#define X(id, name) {name, SUP_COMMAND_##id},
static const struct sim__word commands[] = {SUP_COMMAND_LIST(X)};
#undef X
#define X(id, value, name, text) {name, SUP_##id},
static const struct sim__word results[] = {SUP_ERROR_LIST(X)};
#undef X
#define X(id, name) {name, SUP_LIMIT_##id},
static const struct sim__word thens[] = {SUP_LIMIT_THEN_LIST(X)};
#undef X

/* Kinds of values that struct sim_match does not tell apart. */
enum key_kind { TRUTH, NUMBER, DURATION, TEXT, WORD, SERVICE, GROUP, SIGNAL, INSTANT, CONDITION };

struct key_type {
    enum key_kind kind;
    const struct sim__word *words;
    size_t count;
};

static const char *const key_names[SIM_EVENT_KEYS] = {SIM_EVENT_KEY_LIST(SIM__NAME)};
static const struct key_type key_types[SIM_EVENT_KEYS] = {
    [SIM_KEY_AT] = {INSTANT, NULL, 0},
    [SIM_KEY_SERVICE] = {SERVICE, NULL, 0},
    [SIM_KEY_GROUP] = {GROUP, NULL, 0},
    [SIM_KEY_GENERATION] = {NUMBER, NULL, 0},
    [SIM_KEY_ATTEMPT] = {NUMBER, NULL, 0},
    [SIM_KEY_OUTCOME] = {WORD, outcomes, SIM__COUNT(outcomes)},
    [SIM_KEY_EXIT] = {WORD, outcomes, SIM__COUNT(outcomes)},
    [SIM_KEY_ERROR] = {TEXT, NULL, 0},
    [SIM_KEY_CODE] = {NUMBER, NULL, 0},
    [SIM_KEY_SIGNAL] = {SIGNAL, NULL, 0},
    [SIM_KEY_DELAY] = {DURATION, NULL, 0},
    [SIM_KEY_COOLDOWN] = {DURATION, NULL, 0},
    [SIM_KEY_STREAK] = {NUMBER, NULL, 0},
    [SIM_KEY_REASON] = {TEXT, NULL, 0},
    [SIM_KEY_TEXT] = {TEXT, NULL, 0},
    [SIM_KEY_FAILURES] = {NUMBER, NULL, 0},
    [SIM_KEY_RESTARTS] = {NUMBER, NULL, 0},
    [SIM_KEY_LIMIT] = {NUMBER, NULL, 0},
    [SIM_KEY_COMMAND] = {WORD, commands, SIM__COUNT(commands)},
    [SIM_KEY_WHO] = {TEXT, NULL, 0},
    [SIM_KEY_WHY] = {TEXT, NULL, 0},
    [SIM_KEY_RESULT] = {WORD, results, SIM__COUNT(results)},
    [SIM_KEY_IDEMPOTENT] = {TRUTH, NULL, 0},
    [SIM_KEY_TIMEOUT] = {DURATION, NULL, 0},
    [SIM_KEY_TOOK] = {DURATION, NULL, 0},
    [SIM_KEY_TIMED_OUT] = {TRUTH, NULL, 0},
    [SIM_KEY_ALREADY_EXITED] = {NUMBER, NULL, 0},
    [SIM_KEY_GRACEFUL] = {NUMBER, NULL, 0},
    [SIM_KEY_ABORTED] = {NUMBER, NULL, 0},
    [SIM_KEY_ABANDONED] = {NUMBER, NULL, 0},
    [SIM_KEY_THEN] = {WORD, thens, SIM__COUNT(thens)},
    [SIM_KEY_NAME] = {CONDITION, NULL, 0},
    [SIM_KEY_STATE] = {TEXT, NULL, 0},
    [SIM_KEY_FINISH] = {NUMBER, NULL, 0},
};

static bool read_signal(struct sim__reader *r, const struct sim__node *node,
                        const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    int32_t signal = 0;
    bool good = sim__signal(r, node, SIM__SIGNAL_ANY, &signal);
    value->range = (struct sim_range){(uint64_t)signal, (uint64_t)signal};
    return good;
}

static bool read_condition(struct sim__reader *r, const struct sim__node *node,
                           const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    uint32_t condition;
    if (!sim__read_name(r, node, &value->text)) {
        return false;
    }
    struct sim__entry entry = sim__entry(value->text, node->length);
    entry.place = node->at;
    return sim__find_condition(r, &entry, &condition);
}

/* The trace has full paths. */
static bool read_group(struct sim__reader *r, const struct sim__node *node,
                       const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    const char *path;
    if (!sim__read_group_path(r, node, &path)) {
        return false;
    }
    sim__refer(r, SIM__REF_GROUP, node->at, path);
    value->text = sim__full_path(r->arena, path);
    return value->text != NULL;
}

static bool read_instant(struct sim__reader *r, const struct sim__node *node,
                         const struct sim__words *words, struct sim_match_value *value)
{
    (void)words;
    return sim__instant_range(r, node, &value->range);
}

static bool read_key(struct sim__reader *r, const struct sim__node *node,
                     const struct key_type *type, struct sim_match *match)
{
    switch (type->kind) {
    case TRUTH:
        return sim__read_match(r, node, &(struct sim__value_type){SIM_MATCH_BOOL, NULL, 0}, match);
    case NUMBER:
        return sim__read_match(r, node, &(struct sim__value_type){SIM_MATCH_RANGE, NULL, 0}, match);
    case DURATION:
        return sim__read_match(r, node, &(struct sim__value_type){SIM_MATCH_DURATION, NULL, 0},
                               match);
    case TEXT:
    case WORD:
        return sim__read_match(
            r, node, &(struct sim__value_type){SIM_MATCH_TEXT, type->words, type->count}, match);
    case SERVICE:
        return sim__read_match(r, node, &(struct sim__value_type){SIM_MATCH_NAME, NULL, 0}, match);
    case GROUP:
        match->kind = SIM_MATCH_TEXT;
        return sim__read_values(r, node, read_group, NULL, match);
    case CONDITION:
        match->kind = SIM_MATCH_TEXT;
        return sim__read_values(r, node, read_condition, NULL, match);
    case SIGNAL:
        match->kind = SIM_MATCH_RANGE;
        return sim__read_values(r, node, read_signal, NULL, match);
    case INSTANT:
        match->kind = SIM_MATCH_DURATION;
        return sim__read_values(r, node, read_instant, NULL, match);
    }
    return false;
}

/* Whether the event can have the key: two belong to the world's alone. */
static bool may_have(struct sim__reader *r, const struct sim__node *node, size_t key,
                     const struct sim_event_pattern *pattern)
{
    if ((uint32_t)pattern->type == SIM_EVENT_CONDITION ||
        (key != SIM_KEY_NAME && key != SIM_KEY_STATE)) {
        return true;
    }
    sim__error(r, node->at, "`%s` is that of a `condition`, which `%s` is not%s", key_names[key],
               sim_event_name(pattern->type),
               key == SIM_KEY_NAME ? "; did you mean `service`?" : "");
    return false;
}

void sim__read_event_keys(struct sim__reader *r, struct sim__node *const *v,
                          struct sim_event_pattern *pattern)
{
    static const struct key_type reason_type = {WORD, reasons, SIM__COUNT(reasons)};
    uint32_t count = 0;
    for (size_t k = 0; k < SIM_EVENT_KEYS; k++) {
        count += v[k] != NULL ? 1 : 0;
    }
    pattern->keys = sim__arena_alloc(r->arena, count, sizeof(*pattern->keys));
    for (size_t k = 0; pattern->keys != NULL && k < SIM_EVENT_KEYS; k++) {
        if (v[k] == NULL || !may_have(r, v[k], k, pattern)) {
            continue;
        }
        struct sim_event_key *key = &pattern->keys[pattern->key_count];
        const struct key_type *type = &key_types[k];
        /* Why a service is terminated is a word; why one waits is a text. */
        if (pattern->type == SUP_EVENT_TERMINATED && k == SIM_KEY_REASON) {
            type = &reason_type;
        }
        key->key = key_names[k];
        pattern->key_count += read_key(r, v[k], type, &key->match) ? 1 : 0;
    }
}

bool sim__read_event_type(struct sim__reader *r, const struct sim__node *map,
                          const struct sim__node *event, struct sim_event_pattern *pattern)
{
    int type;
    pattern->type = (enum sup_event_type)SIM_EVENT_CONDITION; /* which may have every key */
    if (!sim__required(r, map, event, "event") ||
        !sim__word(r, event, SIM__WORDS("event", events), &type)) {
        return false;
    }
    pattern->type = (enum sup_event_type)type;
    return true;
}
