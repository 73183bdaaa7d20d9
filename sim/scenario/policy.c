/* The policy part of a service: from `restart` to `interval`. */
#include <assert.h>
#include <string.h>

#include "rules.h"

#define X(id, name) {name, SUP_RESTART_##id},
static const struct sim__word restart_words[] = {SUP_RESTART_LIST(X) SIM_RESTART_ALIAS_LIST(X)};
#undef X
#define X(id, name) {name, SUP_FORGIVE_##id},
static const struct sim__word forgive_words[] = {SUP_FORGIVE_LIST(X)};
#undef X
#define X(id, name) {name, SUP_BREAKER_##id},
static const struct sim__word breaker_then_words[] = {SUP_BREAKER_THEN_LIST(X)};
#undef X
#define X(id, name) {name, SUP_STALE_##id},
static const struct sim__word stale_then_words[] = {SUP_STALE_THEN_LIST(X)};
#undef X
#define X(id, name) {name, SUP_KIND_##id},
static const struct sim__word kind_words[] = {SUP_KIND_LIST(X)};
#undef X
#define X(id, name) {name, SUP_INTERVAL_##id},
static const struct sim__word interval_words[] = {SUP_INTERVAL_LIST(X)};
#undef X
#define X(id, name) {name, SUP_JITTER_##id},
static const struct sim__word jitter_words[] = {SUP_JITTER_LIST(X)};
#undef X
/* The last three are written as a percentage or a length. */
#define JITTER_WORDS (SIM__COUNT(jitter_words) - 3)
static_assert(SUP_JITTER_PERCENT == JITTER_WORDS, "those without a word come last");
static const struct sim__words jitters = {"jitter", jitter_words, JITTER_WORDS};

#define WORD(reader, node, words, what, target, type) \
    do { \
        int value_; \
        if ((node) != NULL && sim__word(reader, node, SIM__WORDS(what, words), &value_)) { \
            *(target) = (type)value_; \
        } \
    } while (0)

static void duration(struct sim__reader *r, const struct sim__node *node, unsigned flags,
                     struct sup_duration *ret_duration)
{
    if (node != NULL) {
        (void)sim__duration(r, node, flags, ret_duration);
    }
}

/* "±10%" or "+-10%", or "+10%"; false when it is not of this form. */
static bool percent(struct sim__reader *r, const struct sim__node *node,
                    struct sup_backoff_policy *backoff)
{
    const char *p = node->text;
    enum sup_jitter jitter = SUP_JITTER_PERCENT;
    if (strncmp(p, "\xC2\xB1", 2) == 0 || strncmp(p, "+-", 2) == 0) {
        p += 2;
    } else if (p[0] == '+' && strchr(p, '%') != NULL) {
        jitter = SUP_JITTER_PLUS;
        p++;
    } else if (strchr(p, '%') == NULL && !sim__is_numeric(node)) {
        return false;
    }
    size_t digits = strspn(p, "0123456789");
    if (digits == 0 || digits > 3 || strcmp(p + digits, "%") != 0 || p == node->text) {
        sim__error_as(r, SIM__CODE_UNKNOWN_WORD, node->at,
                      "`jitter`: `%s` is no percentage" SIM__HINT
                      "; it is written `±10%%`, whole, from 0 to 100",
                      sim__quotable(r->scratch, node->text, node->length));
        return true;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (uint32_t)(p[i] - '0');
    }
    if (value > 100) {
        sim__error_as(r, SIM__CODE_OUT_OF_RANGE, node->at,
                      "`jitter`: %u%% is out of range; it has to be from 0 to 100", value);
        return true;
    }
    backoff->jitter = jitter;
    backoff->jitter_percent = value;
    return true;
}

static void read_backoff(struct sim__reader *r, const struct sim__node *node,
                         struct sup_backoff_policy *backoff)
{
    enum { SIM__BACKOFF_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__BACKOFF_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node == NULL || !sim__map(r, node, &keys, v)) {
        return;
    }
    duration(r, v[BASE], SIM__FINITE, &backoff->base);
    duration(r, v[MAX], SIM__NEVER_OK, &backoff->max);
    duration(r, v[RESET_AFTER], SIM__NEVER_OK, &backoff->reset_after);
    if (v[FACTOR] != NULL) {
        (void)sim__factor(r, v[FACTOR], &backoff->factor_billionths);
    }
    if (v[JITTER] != NULL && v[JITTER]->kind == SIM__MAP) {
        backoff->jitter = SUP_JITTER_ADD; /* its length is one of the rules */
    } else if (v[JITTER] != NULL &&
               (v[JITTER]->kind != SIM__SCALAR || !percent(r, v[JITTER], backoff))) {
        int jitter;
        if (sim__word(r, v[JITTER], &jitters, &jitter)) {
            backoff->jitter = (enum sup_jitter)jitter;
        }
    }
    WORD(r, v[RESET], forgive_words, "way to reset", &backoff->reset, enum sup_forgive);
}

static void read_breaker(struct sim__reader *r, const struct sim__node *node,
                         struct sup_breaker_policy *breaker)
{
    enum { SIM__BREAKER_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__BREAKER_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node == NULL || sim__is_word(node, "none") || !sim__map(r, node, &keys, v)) {
        return;
    }
    if (sim__required(r, node, v[FAILURES], "failures")) {
        (void)sim__number_u32(r, v[FAILURES], 1, SUP_BREAKER_FAILURES_MAX, &breaker->failures);
    }
    duration(r, v[WITHIN], SIM__NEVER_OK, &breaker->within);
    duration(r, v[COOLDOWN], SIM__NEVER_OK, &breaker->cooldown);
    WORD(r, v[THEN], breaker_then_words, "`then` of a breaker", &breaker->then,
         enum sup_breaker_then);
    breaker->probe_for = breaker->cooldown;
    duration(r, v[PROBE_FOR], SIM__FINITE, &breaker->probe_for);
    if (breaker->then == SUP_BREAKER_THEN_HALF_OPEN && v[PROBE_FOR] == NULL && !r->partial &&
        breaker->probe_for.ns == SUP_NEVER_NS) {
        sim__error(r, v[COOLDOWN]->at,
                   "`probe-for` is `cooldown` unless given, and has to be finite");
    }
}

static void read_ready(struct sim__reader *r, const struct sim__node *node,
                       struct sup_policy *policy)
{
    enum { SIM__READY_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__READY_KEYS(SIM__AT)}};
    enum { SIM__EXPLICIT_KEYS(SIM__ID) EXPLICIT_KEYS };
    static const struct sim__keys explicit_keys = {EXPLICIT_KEYS, {SIM__EXPLICIT_KEYS(SIM__AT)}};
    static const struct sim__word words[] = {{"immediate", 0}};
    struct sim__node *v[KEYS], *explicit_v[EXPLICIT_KEYS];
    if (node == NULL) {
        return;
    }
    if (!sim__is_map(node)) {
        int value;
        if (sim__is_word(node, "explicit")) {
            sim__error_as(r, SIM__CODE_WRONG_TYPE, node->at,
                          "`explicit` is written `{explicit: {timeout: 10s}}`");
        } else if (node->kind == SIM__SCALAR && !sim__is_word(node, "immediate")) {
            sim__wrong_type(r, node, "`immediate` or a map");
        } else {
            (void)sim__word(r, node, SIM__WORDS("readiness", words), &value);
        }
        return;
    }
    if (!sim__map(r, node, &keys, v) || v[AFTER] != NULL) {
        return; /* its length is one of the rules */
    }
    if (v[EXPLICIT] == NULL) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, node->at, "`ready` needs `explicit` or `after`");
        return;
    }
    policy->ready_explicit = true;
    if (sim__map(r, v[EXPLICIT], &explicit_keys, explicit_v)) {
        duration(r, explicit_v[TIMEOUT], SIM__NEVER_OK, &policy->ready_timeout);
    }
}

static void read_heartbeat(struct sim__reader *r, const struct sim__node *node,
                           struct sup_policy *policy)
{
    enum { SIM__HEARTBEAT_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__HEARTBEAT_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node == NULL || sim__is_word(node, "none") || !sim__map(r, node, &keys, v)) {
        return;
    }
    if (sim__required(r, node, v[STALE_AFTER], "stale-after")) {
        duration(r, v[STALE_AFTER], SIM__NEVER_OK | SIM__ABOVE_ZERO, &policy->stale_after);
    }
    WORD(r, v[THEN], stale_then_words, "`then` of a heartbeat", &policy->stale_then,
         enum sup_stale_then);
}

static void read_stop(struct sim__reader *r, const struct sim__node *node,
                      struct sup_policy *policy)
{
    enum { SIM__STOP_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__STOP_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node == NULL || !sim__map(r, node, &keys, v)) {
        return;
    }
    duration(r, v[GRACE], SIM__NEVER_OK, &policy->stop_grace);
    duration(r, v[ABORT_WAIT], SIM__NEVER_OK, &policy->stop_abort_wait);
}

static void read_interval(struct sim__reader *r, const struct sim__node *node,
                          struct sup_policy *policy)
{
    enum { SIM__INTERVAL_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__INTERVAL_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (node == NULL || !sim__map(r, node, &keys, v)) {
        return;
    }
    if (sim__required(r, node, v[EVERY], "every")) {
        duration(r, v[EVERY], SIM__ABOVE_ZERO, &policy->interval_every);
    }
    WORD(r, v[MODE], interval_words, "mode of an interval", &policy->interval_mode,
         enum sup_interval_mode);
}

static void read_max_restarts(struct sim__reader *r, const struct sim__node *node,
                              struct sup_policy *policy)
{
    if (node == NULL || sim__is_word(node, "unlimited")) {
        return;
    }
    if (node->kind != SIM__SCALAR || strspn(node->text, "+-0123456789") == 0) {
        sim__wrong_type(r, node, "a number or `unlimited`");
        return;
    }
    (void)sim__number_u32(r, node, 0, SUP_UNLIMITED - 1, &policy->max_restarts);
}

void sim__read_policy(struct sim__reader *r, struct sim__node *const *v, struct sup_policy *policy)
{
    enum { SIM__SERVICE_KEYS(SIM__ID) KEYS };
    sup_policy_default(policy);
    if (v[RESTART] != NULL && v[RESTART]->kind == SIM__LIST) {
        sim__wrong_type(r, v[RESTART], "a restart class or a map");
    } else if (v[RESTART] != NULL && v[RESTART]->kind == SIM__SCALAR) {
        WORD(r, v[RESTART], restart_words, "restart class", &policy->restart, enum sup_restart);
    }
    WORD(r, v[KIND], kind_words, "kind", &policy->kind, enum sup_kind);
    read_max_restarts(r, v[MAX_RESTARTS], policy);
    read_backoff(r, v[BACKOFF], &policy->backoff);
    duration(r, v[CLEAN_EXIT_DELAY], SIM__FINITE, &policy->clean_exit_delay);
    read_breaker(r, v[BREAKER], &policy->breaker);
    read_ready(r, v[READY], policy);
    read_heartbeat(r, v[HEARTBEAT], policy);
    read_stop(r, v[STOP], policy);
    read_interval(r, v[INTERVAL], policy);
    policy->rules = sim__read_rules(r, v, policy);
    if (policy->kind == SUP_KIND_INTERVAL && v[INTERVAL] == NULL && !r->partial) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, v[KIND]->at,
                      "`kind: interval` needs the key `interval`");
    }
}
