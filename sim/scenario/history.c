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
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "%sthe map is empty, so it tests nothing",
                      sim__label(r, node));
    }
    r->work += node->count;
    expectation->series = sim__arena_alloc(r->arena, node->count, sizeof(*expectation->series));
    for (uint32_t i = 0; expectation->series != NULL && i < node->count; i++) {
        const struct sim__entry *entry = &node->entries[i];
        SUP_ASSERT(expectation->series_count <= i);
        struct sim_series *series = &expectation->series[expectation->series_count];
        const char *mistake = sim__name_mistake(entry->key, entry->key_length, SIM__FORM_NAME);
        if (mistake != NULL) {
            sim__error_as(r, SIM__CODE_BAD_NAME, entry->place, "the name `%s` %s",
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

static void read_pattern(struct sim__reader *r, const struct sim__node *node,
                         struct sim_event_pattern *pattern)
{
    enum { EVENT = SIM_EVENT_KEYS, KEYS };
    static const char *const keys[KEYS] = {SIM_EVENT_KEY_LIST(SIM__NAME) "event"};
    struct sim__node *v[KEYS];
    pattern->place = node->at;
    if (sim__map(r, node, keys, KEYS, v)) {
        (void)sim__read_event_type(r, node, v[EVENT], pattern);
        sim__read_event_keys(r, v, pattern);
    }
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
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`events` is empty, so it tests nothing");
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
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`drain` is empty, so it tests nothing");
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
