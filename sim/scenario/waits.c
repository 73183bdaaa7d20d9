/* The wait function of a policy: `shape`, `step`, `steps`, `waits`, `first` and `grain` of
 * `backoff`, and what its jitter has beside its word. Which keys stand in one map
 * has been looked at (exclusions.c); here all that a service takes from its layers is there.
 */
#include <assert.h>
#include <inttypes.h>

#include "rules.h"
#include "sim/base/power.h"
#include "sup/assert.h"

#define X(id, name) {name, SUP_SHAPE_##id},
static const struct sim__word shapes[] = {SUP_SHAPE_LIST(X)};
#undef X

#define X(id, name) {name, SUP_FROM_##id},
static const struct sim__word froms[] = {SUP_FROM_LIST(X)};
#undef X

static_assert(SIM__STEPS_MAX < SUP_WAITS_MAX, "all steps fit, and their last");

enum { SIM__BACKOFF_KEYS(SIM__ID) KEYS };

/* A key of a shape that this is not: it was to say something. */
static void check_shape(struct sim__reader *r, struct sim__node *const *v, enum sup_shape shape)
{
    static const struct {
        int key;
        enum sup_shape shape;
    } owners[] = {
        {STEP, SUP_SHAPE_LINEAR}, {STEPS, SUP_SHAPE_STEPS}, {FACTOR, SUP_SHAPE_EXPONENTIAL}};
    for (size_t i = 0; i < SIM__COUNT(owners); i++) {
        const struct sim__node *node = v[owners[i].key];
        if (node != NULL && shape != owners[i].shape) {
            sim__error(r, node->at, "%sit belongs to `shape: %s`, and the shape is `%s`",
                       sim__label(r, node), shapes[owners[i].shape].name, shapes[shape].name);
        }
    }
}

static void read_list(struct sim__reader *r, const struct sim__node *node,
                      struct sup_backoff_policy *backoff, struct sup_rules *rules)
{
    if (!sim__list(r, node)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`waits` needs one wait at least");
        return;
    }
    if (node->count > SUP_WAITS_MAX) {
        sim__error_as(r, SIM__CODE_LIMIT, node->entries[SUP_WAITS_MAX].value->at,
                      "`waits` has %" PRIu32 " entries; it may have %u", node->count,
                      SUP_WAITS_MAX);
        return;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (!sim__duration(r, node->entries[i].value, SIM__FINITE, &rules->waits[i])) {
            return;
        }
    }
    rules->shape = SUP_SHAPE_STEPS;
    rules->wait_count = node->count;
    backoff->base = rules->waits[0];
    backoff->max = SUP_DURATION_NEVER;
}

/* Where a key stands, or what needs it when it is not there. */
static struct sim_place place_of(const struct sim__node *node, const struct sim__node *otherwise)
{
    return node != NULL ? node->at : otherwise->at;
}

/* Whether waits in steps can be made of them; a policy that is to lie under others need not
 * say it all. */
static bool can_step(struct sim__reader *r, struct sim__node *const *v,
                     const struct sup_backoff_policy *backoff, const struct sup_rules *rules)
{
    const char *why = NULL;
    const struct sim__node *at = v[BASE];
    uint64_t grain = rules->grain.ns;
    if (backoff->max.ns == SUP_NEVER_NS) {
        at = v[MAX];
        why = "steps lead to `max`, which has to be finite";
    } else if (backoff->base.ns == 0) {
        why = "steps multiply `base`, which has to be above 0";
    } else if (backoff->base.ns > backoff->max.ns) {
        why = "steps lead from `base` up to `max`, and `base` is above it";
    } else if (backoff->base.ns % grain != 0) {
        why = "`base` has to be a multiple of `grain`";
    } else if (backoff->max.ns % grain != 0) {
        at = v[MAX];
        why = "`max` has to be a multiple of `grain`";
    }
    if (why != NULL && !r->partial) {
        sim__error(r, place_of(at, v[SHAPE]), "`shape: steps`: %s", why);
    }
    return why == NULL;
}

#define ROOT_WORK 256u /* entries looked at meanwhile, about */

/* Roots take their time, so they count as work; most services that step have the steps of the
 * one before. */
static void fill_steps(struct sim__reader *r, const struct sim__node *node,
                       const struct sup_backoff_policy *backoff, uint32_t steps,
                       struct sup_rules *rules)
{
    struct sim__stepped *last = &r->stepped;
    uint64_t grain = rules->grain.ns;
    uint64_t first = backoff->base.ns / grain, most = backoff->max.ns / grain;
    if (last->count != steps || last->made[0] != first || last->made[steps] != most) {
        if (!sim__work(r, node, (uint64_t)steps * ROOT_WORK)) {
            return;
        }
        sim__power_steps(first, most, steps, last->made);
        last->count = steps;
    }
    rules->shape = SUP_SHAPE_STEPS;
    rules->wait_count = steps + 1;
    for (uint32_t j = 0; j <= steps; j++) {
        rules->waits[j] = SUP_NS(last->made[j] * grain);
    }
}

static void read_shape(struct sim__reader *r, struct sim__node *const *v,
                       const struct sup_backoff_policy *backoff, struct sup_rules *rules)
{
    int word = SUP_SHAPE_EXPONENTIAL;
    uint32_t steps = 0;
    bool known = v[SHAPE] == NULL || sim__word(r, v[SHAPE], SIM__WORDS("shape", shapes), &word);
    bool counted = v[STEPS] != NULL && sim__number_u32(r, v[STEPS], 1, SIM__STEPS_MAX, &steps);
    rules->step = backoff->base;
    if (v[STEP] != NULL) {
        (void)sim__duration(r, v[STEP], SIM__FINITE, &rules->step);
    }
    if (known && (v[SHAPE] != NULL || !r->partial)) {
        check_shape(r, v, (enum sup_shape)word);
    }
    if (word != SUP_SHAPE_STEPS) {
        rules->shape = (enum sup_shape)word;
    } else if (v[STEPS] == NULL && !r->partial) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, v[SHAPE]->at,
                      "`shape: steps` needs the key `steps`");
    } else if (counted && can_step(r, v, backoff, rules)) {
        fill_steps(r, v[STEPS], backoff, steps, rules);
    }
    if (rules->shape != SUP_SHAPE_LINEAR) {
        rules->step = SUP_NS(0);
    }
}

static void read_jitter(struct sim__reader *r, const struct sim__node *node,
                        struct sup_rules *rules)
{
    enum { SIM__JITTER_KEYS(SIM__ID) JITTER_KEYS };
    static const struct sim__keys keys = {JITTER_KEYS, {SIM__JITTER_KEYS(SIM__AT)}};
    struct sim__node *v[JITTER_KEYS];
    if (node != NULL && node->kind == SIM__MAP && sim__map(r, node, &keys, v) &&
        sim__required(r, node, v[ADD], "add")) {
        (void)sim__duration(r, v[ADD], SIM__FINITE, &rules->jitter_add);
    }
}

#define X(id, name) {name, SUP_RESET_FROM_##id},
static const struct sim__word reset_words[] = {SUP_RESET_FROM_LIST(X)};
#undef X

static void read_reset(struct sim__reader *r, struct sim__node *const *v, struct sup_rules *rules)
{
    int word;
    if (v[RESET_FROM] != NULL &&
        sim__word(r, v[RESET_FROM], SIM__WORDS("word of `reset-from`", reset_words), &word)) {
        rules->reset_from = (enum sup_reset_from)word;
    }
    if (v[RESET_POLL] != NULL) {
        (void)sim__duration(r, v[RESET_POLL], SIM__ABOVE_ZERO, &rules->reset_poll);
    }
}

void sim__read_waits(struct sim__reader *r, const struct sim__node *node,
                     struct sup_backoff_policy *backoff, struct sup_rules *rules)
{
    static const struct sim__keys keys = {KEYS, {SIM__BACKOFF_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    sim__pick(node, &keys, v);
    if (v[FIRST] != NULL) {
        (void)sim__duration(r, v[FIRST], SIM__FINITE, &rules->first);
    }
    if (v[GRAIN] != NULL) {
        (void)sim__duration(r, v[GRAIN], SIM__ABOVE_ZERO, &rules->grain);
    }
    read_jitter(r, v[JITTER], rules);
    read_reset(r, v, rules);
    if (v[OVER_CAP] != NULL) {
        (void)sim__boolean(r, v[OVER_CAP], &rules->over_cap);
    }
    int from;
    if (v[FROM] != NULL && sim__word(r, v[FROM], SIM__WORDS("`from` of waits", froms), &from)) {
        rules->from = (enum sup_from)from;
    }
    if (v[AFTER_READY] != NULL) {
        (void)sim__duration(r, v[AFTER_READY], SIM__FINITE, &rules->after_ready);
    }
    if (v[WAITS] != NULL) {
        read_list(r, v[WAITS], backoff, rules);
    } else {
        read_shape(r, v, backoff, rules);
    }
}
