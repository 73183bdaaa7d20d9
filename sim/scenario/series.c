/* `starts` and `delays` of a file: of each target its list, or bounds in place of one. */
#include <string.h>

#include "expectations.h"
#include "sup/assert.h"

enum { SIM__BOUNDS_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__BOUNDS_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {KEYS, {SIM__BOUNDS_KEYS(SIM__AT)}};

static void read_values(struct sim__reader *r, const struct sim__node *node,
                        enum sim_what_kind what, struct sim_series *series)
{
    r->work += node->count;
    series->values_ns = sim__arena_alloc(r->arena, node->count, sizeof(*series->values_ns));
    for (uint32_t i = 0; series->values_ns != NULL && i < node->count; i++) {
        const struct sim__node *value = node->entries[i].value;
        struct sim_range *range = &series->values_ns[i];
        struct sup_instant at;
        if (what == SIM_WHAT_DELAYS) {
            (void)sim__duration_range(r, value, range);
        } else if (sim__instant(r, value, &at)) {
            *range = (struct sim_range){at.ns, at.ns};
            if (i > 0 && range->min < series->values_ns[i - 1].min) {
                sim__error(r, value->at, "this start is before the one above it");
            }
        }
    }
    series->count = series->values_ns == NULL ? 0 : node->count;
}

/* `min` and `max` as the range that they are in a list, without the key beside them. */
static void read_bound(struct sim__reader *r, const struct sim__node *node, enum sim_what_kind what,
                       struct sim_series *series)
{
    struct sim__node bound = *node;
    bound.count = 0;
    bound.entries = sim__arena_alloc(r->scratch, node->count, sizeof(*bound.entries));
    for (uint32_t i = 0; bound.entries != NULL && i < node->count; i++) {
        if (strcmp(node->entries[i].key, keys[COUNT]) != 0) {
            bound.entries[bound.count++] = node->entries[i];
        }
    }
    series->has_bound = true;
    if (bound.entries != NULL) {
        (void)(what == SIM_WHAT_DELAYS ? sim__duration_range(r, &bound, &series->bound_ns)
                                       : sim__instant_range(r, &bound, &series->bound_ns));
    }
}

static void read_bounds(struct sim__reader *r, const struct sim__node *node,
                        enum sim_what_kind what, struct sim_series *series)
{
    struct sim__node *v[KEYS];
    series->bounded = true;
    if (!sim__map(r, node, &known_keys, v) || !sim__all_known(node, v, KEYS)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at,
                      "%sthe map is empty; it needs `min`, `max` or `count`", sim__label(r, node));
    }
    if (v[MIN] != NULL || v[MAX] != NULL) {
        read_bound(r, node, what, series);
    }
    if (v[COUNT] != NULL) {
        series->has_total = sim__number_range(r, v[COUNT], &series->total);
    }
}

static void read_series(struct sim__reader *r, const struct sim__node *node,
                        enum sim_what_kind what, struct sim_series *series)
{
    if (node->kind == SIM__LIST) {
        read_values(r, node, what, series);
    } else if (node->kind == SIM__MAP) {
        read_bounds(r, node, what, series);
    } else {
        sim__wrong_type(r, node, "a list or {min, max, count}");
    }
}

void sim__read_series_what(struct sim__reader *r, const struct sim__node *node,
                           enum sim_what_kind what, struct sim_expectation *expectation)
{
    SUP_ASSERT(what == SIM_WHAT_STARTS || what == SIM_WHAT_DELAYS);
    expectation->what = what;
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of targets and lists");
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "%sthe map is empty, so it tests nothing",
                      sim__label(r, node));
    }
    r->work += node->count;
    expectation->series = sim__arena_alloc(r->arena, node->count, sizeof(*expectation->series));
    for (uint32_t i = 0; expectation->series != NULL && i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        SUP_ASSERT(expectation->series_count <= i);
        struct sim_series *series = &expectation->series[expectation->series_count];
        const char *mistake = sim__name_mistake(entry->key, entry->key_length, SIM__FORM_PATTERN);
        if (mistake != NULL) {
            sim__error_as(r, SIM__CODE_BAD_NAME, entry->place, "the name `%s` %s",
                          sim__quotable(r->scratch, entry->key, entry->key_length), mistake);
            continue;
        }
        series->name = sim__arena_text(r->arena, entry->key, entry->key_length);
        series->place = entry->place;
        if (series->name != NULL) {
            sim__refer(r, SIM__REF_TARGET, entry->place, series->name);
            expectation->series_count++;
        }
        read_series(r, entry->value, what, series);
    }
}
