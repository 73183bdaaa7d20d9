/* Simpler values: durations, counts, numbers, factors. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "passes.h"
#include "sim/duration.h"

#define MICROSECOND UINT64_C(1000)
#define MILLISECOND (1000 * MICROSECOND)
#define SECOND (1000 * MILLISECOND)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define TEXT_BYTES 48u
#define CANDIDATES_MAX 31u
#define TOGETHER_MAX 64u /* kinds of durations that are changed everywhere at once */

/* ---- what a value could be instead ---- */

/* How far a value may be changed: an instant that an expectation looks at is only rounded; who is
 * started again after no time at all would be so for ever at one instant, once what the file
 * shows is mended. */
enum reach { ROUNDED, ABOVE_ZERO, ANYTHING };

struct candidates {
    uint64_t list[CANDIDATES_MAX];
    uint32_t count;
};

static bool is_offered(const struct candidates *candidates, uint64_t value)
{
    for (uint32_t i = 0; i < candidates->count; i++) {
        if (candidates->list[i] == value) {
            return true;
        }
    }
    return false;
}

static void offer(struct candidates *candidates, uint64_t value)
{
    if (candidates->count < CANDIDATES_MAX && !is_offered(candidates, value)) {
        candidates->list[candidates->count++] = value;
    }
}

static bool is_duration(const struct sim__node *node, struct sup_duration *ret_length)
{
    const char *why;
    uint64_t ns = UINT64_MAX;
    bool unit = node->kind == SIM__SCALAR && node->plain && node->length > 1 &&
                strchr("smhd", node->text[node->length - 1]) != NULL && node->text[0] >= '0' &&
                node->text[0] <= '9';
    if (!unit || sim_duration_parse(node->text, &ns, &why) != 0 || ns == UINT64_MAX) {
        return false;
    }
    ret_length->ns = ns;
    return true;
}

static void offer_durations(struct candidates *candidates, struct sup_duration length,
                            enum reach reach)
{
    const uint64_t ns = length.ns;
    static const uint64_t units[] = {DAY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, 1};
    if (reach == ANYTHING) {
        offer(candidates, 0);
    }
    if (reach != ROUNDED) {
        offer(candidates, SECOND);
        offer(candidates, MILLISECOND);
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (ns >= units[i]) {
            uint64_t whole = ns / units[i], ten = 1;
            while (whole / ten >= 10) {
                ten *= 10;
            }
            offer(candidates, whole / ten * ten * units[i]);
            offer(candidates, (whole / ten + 1) * ten * units[i]);
            offer(candidates, whole * units[i]);
            offer(candidates, (whole + 1) * units[i]);
        }
    }
}

/* A duration is simpler when it is shorter as text, or as long and less. */
static bool is_simpler(struct sup_duration candidate, struct sup_duration than,
                       const struct sim__node *node)
{
    char text[TEXT_BYTES];
    size_t length = strlen(sim_duration_format(candidate.ns, text));
    return length < node->length || (length == node->length && candidate.ns < than.ns);
}

static bool is_number(const struct sim__node *node, uint64_t *ret_value)
{
    return node->kind == SIM__SCALAR && node->plain && node->length > 0 && node->length <= 18 &&
           strspn(node->text, "0123456789") == node->length &&
           sscanf(node->text, "%" SCNu64, ret_value) == 1;
}

static bool is_decimal(const struct sim__node *node, uint64_t *ret_whole)
{
    return node->kind == SIM__SCALAR && node->plain && node->length > 2 && node->length <= 18 &&
           strspn(node->text, "0123456789.") == node->length && strchr(node->text, '.') != NULL &&
           sscanf(node->text, "%" SCNu64, ret_whole) == 1;
}

/* ---- where values stand ---- */

typedef void (*value_fn)(struct sim__shrinker *s, struct sim__node *node, enum reach reach,
                         void *context);

struct visit {
    value_fn fn;
    void *context;
};

static bool is_instant(const char *key)
{
    return strcmp(key, "at") == 0 || strcmp(key, "by") == 0 || strcmp(key, "always") == 0 ||
           strcmp(key, "never") == 0;
}

/* Waits between one attempt and the next. */
static bool is_wait(const char *key)
{
    static const char *const keys[] = {"base",     "max",   "first",       "waits",
                                       "cooldown", "pause", "after-ready", "clean-exit-delay"};
    for (size_t i = 0; key != NULL && i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(key, keys[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A livelock is about them; any other file comes to its end. */
static enum reach reach_below(const struct sim__shrinker *s, enum reach reach, const char *key)
{
    return reach == ANYTHING && s->how->keeps_until && is_wait(key) ? ABOVE_ZERO : reach;
}

static void visit(struct sim__shrinker *s, struct sim__node *node, enum reach reach,
                  const struct visit *with)
{
    if (node->kind == SIM__SCALAR) {
        with->fn(s, node, reach, with->context);
        return;
    }
    for (uint32_t i = 0; i < node->count && !sim__done(s); i++) {
        const char *key = node->entries[i].key;
        bool text = key != NULL && (strcmp(key, "name") == 0 || strcmp(key, "error") == 0 ||
                                    strcmp(key, "expect") == 0 || strcmp(key, "exec") == 0);
        if (!text) {
            visit(s, node->entries[i].value, reach_below(s, reach, key), with);
        }
    }
}

/* The instants at which an expectation looks. */
static void visit_claims(struct sim__shrinker *s, struct sim__node *list, const struct visit *with)
{
    for (uint32_t i = 0; i < list->count && !sim__done(s); i++) {
        const struct sim__node *claim = list->entries[i].value;
        for (uint32_t k = 0; claim->kind == SIM__MAP && k < claim->count; k++) {
            if (is_instant(claim->entries[k].key)) {
                visit(s, claim->entries[k].value, ROUNDED, with);
            }
        }
    }
}

/* The end comes last of all: what is left has no room before an early one. */
static enum reach reach_of(const char *key)
{
    return strcmp(key, "until") == 0 ? ROUNDED : ANYTHING;
}

static void visit_all(struct sim__shrinker *s, const struct visit *with)
{
    for (uint32_t i = 0; i < s->root->count && !sim__done(s); i++) {
        const struct sim__entry *entry = &s->root->entries[i];
        if (strcmp(entry->key, "expect") == 0) {
            visit_claims(s, entry->value, with);
        } else if (!sim__is_kept(entry->key) && strcmp(entry->key, "measures") != 0) {
            visit(s, entry->value, reach_of(entry->key), with);
        }
    }
}

/* ---- one by one ---- */

static bool put_duration(struct sim__shrinker *s, struct sim__node *node, struct sup_duration to)
{
    char text[TEXT_BYTES];
    sim__change_word(s, node, sim_duration_format(to.ns, text));
    return !s->failed;
}

static void simplify_duration(struct sim__shrinker *s, struct sim__node *node,
                              struct sup_duration length, enum reach reach)
{
    struct candidates candidates = {0};
    offer_durations(&candidates, length, reach);
    for (uint32_t i = 0; i < candidates.count && !sim__done(s); i++) {
        const struct sup_duration to = {candidates.list[i]};
        if (is_simpler(to, length, node) && put_duration(s, node, to) && sim__try(s)) {
            return;
        }
    }
}

/* 0, 1, 2 ... and then half as much, a quarter less, an eighth less ... one less, as long as
 * they are taken. */
static void simplify_number(struct sim__shrinker *s, struct sim__node *node, uint64_t value)
{
    bool again = true;
    while (again && value > 0 && !sim__done(s)) {
        struct candidates candidates = {0};
        again = false;
        for (uint64_t small = 0; small < 4; small++) {
            offer(&candidates, small);
        }
        for (uint64_t less = value - value / 2; less > 0; less /= 2) {
            offer(&candidates, value - less);
        }
        for (uint32_t i = 0; i < candidates.count && !again && !sim__done(s); i++) {
            char text[TEXT_BYTES];
            if (candidates.list[i] < value) {
                (void)snprintf(text, sizeof(text), "%" PRIu64, candidates.list[i]);
                sim__change_word(s, node, text);
                again = sim__try(s);
                value = again ? candidates.list[i] : value;
            }
        }
    }
}

static void simplify_decimal(struct sim__shrinker *s, struct sim__node *node, uint64_t whole)
{
    const uint64_t list[] = {1, 2, whole, whole + 1};
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]) && !sim__done(s); i++) {
        char text[TEXT_BYTES];
        (void)snprintf(text, sizeof(text), "%" PRIu64, list[i]);
        sim__change_word(s, node, text);
        if (sim__try(s)) {
            return;
        }
    }
}

static void simplify(struct sim__shrinker *s, struct sim__node *node, enum reach reach,
                     void *context)
{
    uint64_t value = 0;
    struct sup_duration length;
    (void)context;
    if (is_duration(node, &length)) {
        simplify_duration(s, node, length, reach);
    } else if (reach != ROUNDED && is_number(node, &value)) {
        simplify_number(s, node, value);
    } else if (reach != ROUNDED && is_decimal(node, &value)) {
        simplify_decimal(s, node, value);
    }
}

/* ---- together ---- */

struct together {
    struct sup_duration values[TOGETHER_MAX];
    uint32_t count;
    struct sup_duration from, to; /* what is being changed */
    bool rounded;                 /* that is what `to` is */
    bool unfit;                   /* somewhere it must not be, or would not be simpler */
};

static void collect(struct sim__shrinker *s, struct sim__node *node, enum reach reach,
                    void *context)
{
    struct together *together = context;
    struct sup_duration length;
    (void)s;
    (void)reach;
    if (!is_duration(node, &length) || together->count == TOGETHER_MAX) {
        return;
    }
    for (uint32_t i = 0; i < together->count; i++) {
        if (together->values[i].ns == length.ns) {
            return;
        }
    }
    together->values[together->count++] = length;
}

static void change(struct sim__shrinker *s, struct sim__node *node, enum reach reach, void *context)
{
    struct together *together = context;
    struct sup_duration length;
    if (is_duration(node, &length) && length.ns == together->from.ns) {
        together->unfit |= !is_simpler(together->to, length, node) ||
                           (reach == ROUNDED && !together->rounded) ||
                           (reach == ABOVE_ZERO && together->to.ns == 0);
        (void)put_duration(s, node, together->to);
    }
}

/* What happens together often has to. */
static void change_together(struct sim__shrinker *s, struct together *together,
                            struct sup_duration length)
{
    struct candidates candidates = {0}, rounded = {0};
    const struct visit with = {change, together};
    offer_durations(&candidates, length, ANYTHING);
    offer_durations(&rounded, length, ROUNDED);
    for (uint32_t i = 0; i < candidates.count && !sim__done(s); i++) {
        together->from = length;
        together->to.ns = candidates.list[i];
        together->rounded = is_offered(&rounded, candidates.list[i]);
        together->unfit = false;
        visit_all(s, &with);
        if (together->unfit || s->failed) {
            sim__forget(s);
        } else if (sim__try(s)) {
            return;
        }
    }
}

void sim__pass_values(struct sim__shrinker *s)
{
    struct together together = {.count = 0};
    visit_all(s, &(struct visit){collect, &together});
    for (uint32_t i = 0; i < together.count && !sim__done(s); i++) {
        change_together(s, &together, together.values[i]);
    }
    visit_all(s, &(struct visit){simplify, NULL});
}

/* Where the run ends `at: end` looks; a much earlier end would be another claim. */
void sim__pass_end(struct sim__shrinker *s)
{
    const struct sim__node *claims = sim__node_get(s->root, "expect");
    struct sim__node *until = sim__node_get(s->root, "until");
    if (until != NULL && (claims == NULL || claims->count == 0)) {
        simplify(s, until, ANYTHING, NULL);
    }
}
