/* Restart limits of services and groups: how many, in what window, of what, and what then. */
#include <assert.h>

#include "rules.h"

#define X(id, name) {name, SUP_LIMIT_WINDOW_##id},
static const struct sim__word window_words[] = {SUP_LIMIT_WINDOW_LIST(X)};
#undef X
#define X(id, name) {name, SUP_LIMIT_COUNTS_##id},
static const struct sim__word counts_words[] = {SUP_LIMIT_COUNTS_LIST(X)};
#undef X
/* The last one is the set itself. */
static const struct sim__words counts = {"word of `counts`", counts_words,
                                         SIM__COUNT(counts_words) - 1};
static_assert(SUP_LIMIT_COUNTS_ENDS == SIM__COUNT(counts_words) - 1, "ends come last");
#define X(id, name) {name, SUP_LIMIT_##id},
static const struct sim__word then_words[] = {SUP_LIMIT_THEN_LIST(X)};
#undef X
/* The last one is a map. */
static const struct sim__words thens = {"`then` of a restart limit", then_words,
                                        SIM__COUNT(then_words) - 1};
static_assert(SUP_LIMIT_PAUSE == SIM__COUNT(then_words) - 1, "a pause comes last");

enum { SIM__LIMIT_KEYS(SIM__ID) KEYS };

struct limits {
    struct sim__reader *reader;
    enum sim__limit_of of;
    struct sup_limit_policy *limit;
    struct sup_limit_rules *rules;
    struct sim__node *v[KEYS];
};

static void read_then(struct limits *limits)
{
    enum { SIM__THEN_KEYS(SIM__ID) THEN_KEYS };
    static const struct sim__keys keys = {THEN_KEYS, {SIM__THEN_KEYS(SIM__AT)}};
    struct sim__reader *r = limits->reader;
    const struct sim__node *node = limits->v[THEN];
    struct sim__node *v[THEN_KEYS];
    int word;
    if (node == NULL) {
        return;
    }
    if (node->kind == SIM__LIST || sim__is_word(node, "pause")) {
        sim__wrong_type(r, node, "a word or a map");
    } else if (!sim__is_map(node)) {
        if (sim__word(r, node, &thens, &word)) {
            limits->limit->then = (enum sup_limit_then)word;
        }
    } else if (sim__map(r, node, &keys, v) && sim__required(r, node, v[PAUSE], "pause")) {
        limits->limit->then = SUP_LIMIT_PAUSE;
        (void)sim__duration(r, v[PAUSE], SIM__FINITE, &limits->rules->pause);
    }
}

static void read_counts(struct limits *limits)
{
    const struct sim__node *node = limits->v[COUNTS];
    int word;
    if (node == NULL) {
        return;
    }
    if (node->kind == SIM__LIST) {
        limits->rules->counts = SUP_LIMIT_COUNTS_ENDS;
        sim__read_exit_set(limits->reader, node, SIM__SET_OF_ENDS, &limits->rules->ends);
    } else if (node->kind == SIM__MAP) {
        sim__wrong_type(limits->reader, node, "`restarts`, `starts` or a list");
    } else if (sim__word(limits->reader, node, &counts, &word)) {
        limits->rules->counts = (enum sup_limit_counts)word;
    }
}

/* False when nobody knows what window it is. */
static bool read_window(struct limits *limits)
{
    struct sim__reader *r = limits->reader;
    struct sim__node *const *v = limits->v;
    int word = SUP_LIMIT_WINDOW_SLIDING;
    bool known =
        v[WINDOW] == NULL || sim__word(r, v[WINDOW], SIM__WORDS("window", window_words), &word);
    limits->rules->window = (enum sup_limit_window)word;
    if (v[HALF_LIFE] != NULL) {
        (void)sim__duration(r, v[HALF_LIFE], SIM__ABOVE_ZERO, &limits->rules->half_life);
    }
    if (v[GRAIN] != NULL) {
        (void)sim__duration(r, v[GRAIN], SIM__ABOVE_ZERO, &limits->rules->grain);
    }
    return known;
}

/* ---- what cannot stand together ---- */

/* Of a policy that stands alone the rest may come from elsewhere. */
static void refuse(struct limits *limits, const struct sim__node *node, const char *why)
{
    if (node != NULL && !limits->reader->partial) {
        sim__error(limits->reader, node->at, "%s", why);
    }
}

static void judge_window(struct limits *limits)
{
    const struct sup_limit_rules *rules = limits->rules;
    struct sim__node *const *v = limits->v;
    bool timeless =
        rules->window == SUP_LIMIT_WINDOW_STREAK || rules->window == SUP_LIMIT_WINDOW_DECAY;
    if (timeless) {
        refuse(limits, v[WITHIN], "`within`: a window that is a streak or decays has no length");
    }
    if (rules->window != SUP_LIMIT_WINDOW_DECAY) {
        refuse(limits, v[HALF_LIFE], "`half-life` needs `window: decay`");
    }
    if (rules->window != SUP_LIMIT_WINDOW_SLIDING) {
        refuse(limits, v[GRAIN], "`grain` needs `window: sliding`");
    }
    if (limits->of == SIM__LIMIT_OF_GROUP) {
        if (rules->window == SUP_LIMIT_WINDOW_STREAK) {
            refuse(limits, v[WINDOW], "`window`: a group has no streak");
        }
        if (rules->counts != SUP_LIMIT_COUNTS_RESTARTS) {
            refuse(limits, v[COUNTS], "`counts`: the limit of a group counts restarts");
        }
    } else if (rules->window == SUP_LIMIT_WINDOW_STREAK &&
               rules->counts != SUP_LIMIT_COUNTS_RESTARTS) {
        refuse(limits, v[COUNTS], "`counts`: with `window: streak` it is the streak that counts");
    }
}

static void judge_then(struct limits *limits)
{
    const struct sup_limit_rules *rules = limits->rules;
    const struct sim__node *then = limits->v[THEN];
    bool opens = rules->window == SUP_LIMIT_WINDOW_FIXED || rules->window == SUP_LIMIT_WINDOW_ONCE;
    bool holds = limits->limit->then == SUP_LIMIT_WAIT || limits->limit->then == SUP_LIMIT_PAUSE;
    if (holds && rules->counts != SUP_LIMIT_COUNTS_RESTARTS) {
        refuse(limits, then, "`then`: what waits or pauses needs `counts: restarts`");
    } else if (limits->limit->then == SUP_LIMIT_WAIT && rules->window != SUP_LIMIT_WINDOW_FIXED) {
        refuse(limits, then, "`then: wait` needs `window: fixed`");
    } else if (limits->limit->then == SUP_LIMIT_WAIT && limits->limit->within.ns == SUP_NEVER_NS) {
        refuse(limits, then, "`then: wait` needs a `within` that ends");
    } else if (limits->limit->then == SUP_LIMIT_PAUSE && opens) {
        refuse(limits, then, "`then`: a pause cannot be with `window: fixed` or `once`");
    } else if (limits->limit->then == SUP_LIMIT_ESCALATE &&
               rules->counts == SUP_LIMIT_COUNTS_STARTS) {
        refuse(limits, then, "`then: escalate` needs restarts or ends: no start is escalated");
    }
}

/* `then` keeps what it was when it is not given. */
void sim__read_limit(struct sim__reader *r, const struct sim__node *node, enum sim__limit_of of,
                     struct sup_limit_policy *limit, struct sup_limit_rules *rules)
{
    static const struct sim__keys keys = {KEYS, {SIM__LIMIT_KEYS(SIM__AT)}};
    struct limits limits = {.reader = r, .of = of, .limit = limit, .rules = rules};
    struct sim__node **v = limits.v;
    if (node == NULL || sim__is_word(node, "none") || !sim__map(r, node, &keys, v)) {
        return;
    }
    bool good = sim__required(r, node, v[MAX], "max") &&
                sim__number_u32(r, v[MAX], 0, SUP_LIMIT_MAX_MAX, &limit->max);
    bool known = read_window(&limits);
    bool timeless =
        rules->window == SUP_LIMIT_WINDOW_STREAK || rules->window == SUP_LIMIT_WINDOW_DECAY;
    if (v[WITHIN] != NULL) {
        (void)sim__duration(r, v[WITHIN], SIM__NEVER_OK, &limit->within);
    } else if (known && !timeless) {
        (void)sim__required(r, node, NULL, "within");
    }
    if (rules->window == SUP_LIMIT_WINDOW_DECAY) {
        (void)sim__required(r, node, v[HALF_LIFE], "half-life");
    }
    read_counts(&limits);
    read_then(&limits);
    if (known) {
        judge_window(&limits);
        judge_then(&limits);
    }
    limit->enabled = good;
}
