/* Expectations of the whole run: starts, delays, events, drain. */
#include <string.h>

#include "expectations.h"
#include "sup/assert.h"

/* ---- starts and delays ---- */

static void read_values(struct sim__reader *r, const struct sim__node *node,
                        enum sim_what_kind what, struct sim_series *series)
{
    if (!sim__list(r, node)) {
        return;
    }
    series->values_ns = sim__arena_alloc(r->arena, node->count, sizeof(*series->values_ns));
    for (uint32_t i = 0; series->values_ns != NULL && i < node->count; i++) {
        const struct sim__node *value = node->entries[i].value;
        struct sim_range *range = &series->values_ns[i];
        if (what == SIM_WHAT_DELAYS) {
            (void)sim__duration_range(r, value, range);
        } else if (sim__instant(r, value, &range->min)) {
            range->max = range->min;
            if (i > 0 && range->min < series->values_ns[i - 1].min) {
                sim__error(r, value->at, "this start is before the one above it");
            }
        }
    }
    series->count = series->values_ns == NULL ? 0 : node->count;
}

void sim__read_series_what(struct sim__reader *r, const struct sim__node *node,
                           enum sim_what_kind what, struct sim_expectation *expectation)
{
    SUP_ASSERT(what == SIM_WHAT_STARTS || what == SIM_WHAT_DELAYS);
    expectation->what = what;
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of names and lists");
        return;
    }
    if (node->count == 0) {
        sim__error(r, node->at, "%sthe map is empty, so it tests nothing", sim__label(r, node));
    }
    r->work += node->count;
    expectation->series = sim__arena_alloc(r->arena, node->count, sizeof(*expectation->series));
    for (uint32_t i = 0; expectation->series != NULL && i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        struct sim_series *series = &expectation->series[expectation->series_count];
        const char *mistake = sim__name_mistake(entry->key, entry->key_length, SIM__FORM_NAME);
        if (mistake != NULL) {
            sim__error(r, entry->place, "the name `%s` %s",
                       sim__quotable(r->scratch, entry->key, entry->key_length), mistake);
            continue;
        }
        series->name = sim__arena_text(r->arena, entry->key, entry->key_length);
        series->place = entry->place;
        if (series->name != NULL) {
            sim__refer(r, SIM__REF_SERVICE, entry->place, series->name);
            expectation->series_count++;
        }
        read_values(r, entry->value, what, series);
    }
}

/* ---- events ---- */

#define X(id, name) {name, SUP_EVENT_##id},
static const struct sim__word events[] = {SUP_EVENT_LIST(X)};
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
enum key_kind { TRUTH, NUMBER, DURATION, TEXT, WORD, SERVICE, GROUP, SIGNAL, INSTANT };

struct key_type {
    enum key_kind kind;
    const struct sim__word *words;
    size_t count;
};

/* The keys of the trace, and what this file alone calls the event. */
static const char *const pattern_keys[] = {SIM_EVENT_KEY_LIST(SIM__NAME) "event"};
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
};
#define PATTERN_KEYS SIM_EVENT_KEYS

static bool read_signal(struct sim__reader *r, const struct sim__node *node,
                        struct sim_match *match)
{
    int32_t signal = 0;
    bool good = sim__signal(r, node, SIM__SIGNAL_ANY, &signal);
    match->range.min = (uint64_t)signal;
    match->range.max = match->range.min;
    return good;
}

static bool read_service(struct sim__reader *r, const struct sim__node *node,
                         struct sim_match *match)
{
    bool good = sim__read_name(r, node, &match->text);
    if (good) {
        sim__refer(r, SIM__REF_SERVICE, node->at, match->text);
    }
    return good;
}

/* The trace has full paths. */
static bool read_group(struct sim__reader *r, const struct sim__node *node, struct sim_match *match)
{
    const char *path;
    if (!sim__read_group_path(r, node, &path)) {
        return false;
    }
    sim__refer(r, SIM__REF_GROUP, node->at, path);
    match->text = sim__full_path(r->arena, path);
    return match->text != NULL;
}

static bool read_key(struct sim__reader *r, const struct sim__node *node,
                     const struct key_type *type, struct sim_match *match)
{
    match->place = node->at;
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
        match->kind = SIM_MATCH_TEXT;
        return read_service(r, node, match);
    case GROUP:
        match->kind = SIM_MATCH_TEXT;
        return read_group(r, node, match);
    case SIGNAL:
        match->kind = SIM_MATCH_RANGE;
        return read_signal(r, node, match);
    case INSTANT:
        match->kind = SIM_MATCH_DURATION;
        return sim__instant_range(r, node, &match->range);
    }
    return false;
}

static void read_pattern_keys(struct sim__reader *r, struct sim__node *const *v,
                              struct sim_event_pattern *pattern)
{
    static const struct key_type reason_type = {WORD, reasons, SIM__COUNT(reasons)};
    uint32_t count = 0;
    for (size_t k = 0; k < PATTERN_KEYS; k++) {
        count += v[k] != NULL ? 1 : 0;
    }
    pattern->keys = sim__arena_alloc(r->arena, count, sizeof(*pattern->keys));
    for (size_t k = 0; pattern->keys != NULL && k < PATTERN_KEYS; k++) {
        if (v[k] == NULL) {
            continue;
        }
        struct sim_event_key *key = &pattern->keys[pattern->key_count];
        const struct key_type *type = &key_types[k];
        /* Why a service is terminated is a word; why one waits is a text. */
        if (pattern->type == SUP_EVENT_TERMINATED && k == SIM_KEY_REASON) {
            type = &reason_type;
        }
        key->key = pattern_keys[k];
        pattern->key_count += read_key(r, v[k], type, &key->match) ? 1 : 0;
    }
}

static void read_pattern(struct sim__reader *r, const struct sim__node *node,
                         struct sim_event_pattern *pattern)
{
    struct sim__node *v[PATTERN_KEYS + 1];
    int type;
    pattern->place = node->at;
    if (!sim__map(r, node, pattern_keys, PATTERN_KEYS + 1, v)) {
        return;
    }
    const struct sim__node *event = v[PATTERN_KEYS];
    if (sim__required(r, node, event, "event") &&
        sim__word(r, event, SIM__WORDS("event", events), &type)) {
        pattern->type = (enum sup_event_type)type;
    }
    read_pattern_keys(r, v, pattern);
}

void sim__read_events_what(struct sim__reader *r, const struct sim__node *node,
                           const struct sim__node *service, const struct sim__node *exactly,
                           struct sim_expectation *expectation)
{
    expectation->what = SIM_WHAT_EVENTS;
    if (exactly != NULL) {
        (void)sim__boolean(r, exactly, &expectation->exactly);
    }
    if (service != NULL && sim__read_name(r, service, &expectation->events_service)) {
        sim__refer(r, SIM__REF_SERVICE, service->at, expectation->events_service);
    }
    if (!sim__list(r, node)) {
        return;
    }
    if (node->count == 0 && !expectation->exactly) {
        sim__error(r, node->at, "`events` is empty, so it tests nothing");
    }
    expectation->patterns = sim__arena_alloc(r->arena, node->count, sizeof(*expectation->patterns));
    for (uint32_t i = 0; expectation->patterns != NULL && i < node->count; i++) {
        read_pattern(r, node->entries[i].value, &expectation->patterns[i]);
    }
    expectation->pattern_count = expectation->patterns == NULL ? 0 : node->count;
}

/* ---- drain ---- */

static void read_part(struct sim__reader *r, const struct sim__node *node,
                      struct sim_drain_part *part)
{
    if (node == NULL) {
        return;
    }
    part->given = true;
    part->place = node->at;
    if (node->kind == SIM__LIST) {
        part->names_given = true;
        (void)sim__read_names(r, node, &part->names, &part->name_count);
    } else {
        (void)sim__number_range(r, node, &part->count);
    }
}

void sim__read_drain_what(struct sim__reader *r, const struct sim__node *node,
                          struct sim_expectation *expectation)
{
    enum { SIM__DRAIN_KEYS(SIM__ID) KEYS };
    static const char *const keys[KEYS] = {SIM__DRAIN_KEYS(SIM__NAME)};
    struct sim__node *v[KEYS];
    expectation->what = SIM_WHAT_DRAIN;
    if (!sim__map(r, node, keys, KEYS, v)) {
        return;
    }
    if (node->count == 0) {
        sim__error(r, node->at, "`drain` is empty, so it tests nothing");
    }
    if (v[TOOK] != NULL) {
        expectation->has_took = sim__duration_range(r, v[TOOK], &expectation->took_ns);
    }
    if (v[TIMED_OUT] != NULL) {
        expectation->has_timed_out = sim__boolean(r, v[TIMED_OUT], &expectation->timed_out);
    }
    read_part(r, v[ALREADY_EXITED], &expectation->already_exited);
    read_part(r, v[GRACEFUL], &expectation->graceful);
    read_part(r, v[ABORTED], &expectation->aborted);
    read_part(r, v[ABANDONED], &expectation->abandoned);
}
