/* Expectations that allow for lateness.
 *
 * In real time nothing comes before it is due, and everything comes a little after.
 * So an instant that is expected becomes a span that begins there, a look at an
 * instant a look at some moment of that span, and a length of time may be longer or
 * shorter by the tolerance, since both its ends come late. What does not depend on
 * when things happen stays exact: order, phases, counts, and the delays that a
 * policy computes.
 */
#include <string.h>

#include "sim/base/arena.h"
#include "sim/measure.h"
#include "internal.h"
#include "sup/error.h"

struct widening {
    const struct sim_scenario *scenario;
    struct sim_arena *arena;
    struct sup_duration by;
};

static struct sup_instant later(const struct widening *w, struct sup_instant at)
{
    return sup_instant_add(at, w->by);
}

/* The same of a number of nanoseconds, which a range has. */
static uint64_t more(const struct widening *w, uint64_t value)
{
    return sup_duration_add(SUP_NS(value), w->by).ns;
}

static struct sim_range instant(const struct widening *w, struct sim_range range)
{
    range.max = more(w, range.max);
    return range;
}

/* Each start of a service comes late by its own, and by what those before it were. */
static struct sim_range nth_instant(const struct widening *w, struct sim_range range, uint32_t k)
{
    for (uint32_t i = 0; i <= k && range.max != UINT64_MAX; i++) {
        range.max = more(w, range.max);
    }
    return range;
}

static struct sim_range length(const struct widening *w, struct sim_range range)
{
    range.min = range.min > w->by.ns ? range.min - w->by.ns : 0;
    range.max = more(w, range.max);
    return range;
}

static void *copy(const struct widening *w, const void *items, uint32_t count, size_t size)
{
    void *to = sim__arena_alloc(w->arena, (size_t)count + 1, size);
    if (to != NULL && count > 0) {
        memcpy(to, items, count * size);
    }
    return to;
}

/* What a value must not be is the other way round: of the range only that is left which
 * it cannot have come into by being late; `before` is how much may be taken from its end. */
static struct sim_range narrowed(const struct widening *w, struct sim_range range,
                                 struct sup_duration before)
{
    bool open = range.max == UINT64_MAX;
    range.min = range.min == 0 ? 0 : more(w, range.min);
    if (!open && (range.max < before.ns || range.max - before.ns < range.min)) {
        return (struct sim_range){1, 0}; /* nothing is in it */
    }
    range.max -= open ? 0 : before.ns;
    return range;
}

enum measure { INSTANT, LENGTH };
enum sense { WANTED, UNWANTED };

static struct sim_range widen_range(const struct widening *w, struct sim_range range,
                                    enum measure measure, enum sense sense)
{
    if (sense == UNWANTED) {
        return narrowed(w, range, measure == LENGTH ? w->by : SUP_NS(0));
    }
    return measure == LENGTH ? length(w, range) : instant(w, range);
}

static void widen_match(const struct widening *w, struct sim_match *match, enum measure measure)
{
    enum sense sense = match->none ? UNWANTED : WANTED;
    match->range = widen_range(w, match->range, measure, sense);
    match->others = copy(w, match->others, match->other_count, sizeof(*match->others));
    for (uint32_t i = 0; match->others != NULL && i < match->other_count; i++) {
        match->others[i].range = widen_range(w, match->others[i].range, measure, sense);
    }
}

/* ---- what ---- */

static void widen_facts(const struct widening *w, struct sim_expectation *e)
{
    e->facts = copy(w, e->facts, e->fact_count, sizeof(*e->facts));
    for (uint32_t i = 0; e->facts != NULL && i < e->fact_count; i++) {
        if (e->facts[i].id == SIM_FACT_RUNNING_TIME) {
            widen_match(w, &e->facts[i].match, LENGTH);
        }
    }
}

static void widen_starts(const struct widening *w, struct sim_expectation *e)
{
    e->series = copy(w, e->series, e->series_count, sizeof(*e->series));
    for (uint32_t i = 0; e->series != NULL && i < e->series_count; i++) {
        struct sim_series *series = &e->series[i];
        series->late_each = w->by;
        series->values_ns = copy(w, series->values_ns, series->count, sizeof(*series->values_ns));
        for (uint32_t k = 0; series->values_ns != NULL && k < series->count; k++) {
            series->values_ns[k] = nth_instant(w, series->values_ns[k], k);
        }
    }
}

static void widen_keys(const struct widening *w, struct sim_event_pattern *pattern)
{
    pattern->keys = copy(w, pattern->keys, pattern->key_count, sizeof(*pattern->keys));
    for (uint32_t i = 0; pattern->keys != NULL && i < pattern->key_count; i++) {
        struct sim_event_key *key = &pattern->keys[i];
        if (strcmp(key->key, "at") == 0 || strcmp(key->key, "t") == 0) {
            widen_match(w, &key->match, INSTANT);
        } else if (strcmp(key->key, "took") == 0) {
            widen_match(w, &key->match, LENGTH);
        }
    }
}

static void widen_events(const struct widening *w, struct sim_expectation *e)
{
    e->patterns = copy(w, e->patterns, e->pattern_count, sizeof(*e->patterns));
    for (uint32_t i = 0; e->patterns != NULL && i < e->pattern_count; i++) {
        widen_keys(w, &e->patterns[i]);
    }
}

/* How many there are stays exact. */
static void widen_counted(const struct widening *w, struct sim_expectation *e)
{
    struct sim_counted *counted = copy(w, e->counted, 1, sizeof(*e->counted));
    if (counted != NULL) {
        counted->filter.to = later(w, counted->filter.to);
        counted->then.to = later(w, counted->then.to);
        widen_keys(w, &counted->filter.pattern);
        widen_keys(w, &counted->then.pattern);
    }
    if (counted != NULL && e->what == SIM_WHAT_FOLLOWS) {
        counted->within = sup_duration_add(counted->within, w->by);
    }
    e->counted = counted;
}

/* What is asked over seeds is judged by the command, which allows for lateness itself. */
static void widen_measured(const struct widening *w, struct sim_expectation *e)
{
    struct sim_measured *measured = copy(w, e->measured, 1, sizeof(*measured));
    bool lengths = sim_measure_is_duration(&w->scenario->measures[e->measured->measure]);
    if (measured != NULL && lengths) {
        measured->is = length(w, measured->is);
    }
    e->measured = measured;
}

static void widen_what(const struct widening *w, struct sim_expectation *e)
{
    switch (e->what) {
    case SIM_WHAT_SERVICE:
        widen_facts(w, e);
        break;
    case SIM_WHAT_STARTS:
        widen_starts(w, e);
        break;
    case SIM_WHAT_EVENTS:
        widen_events(w, e);
        break;
    case SIM_WHAT_SAME_STORY:
        e->same_late_each = w->by;
        break;
    case SIM_WHAT_DRAIN:
        e->took_ns = length(w, e->took_ns);
        break;
    case SIM_WHAT_TALLY:
    case SIM_WHAT_PEAK:
    case SIM_WHAT_FOLLOWS:
        widen_counted(w, e);
        break;
    case SIM_WHAT_MEASURE:
        widen_measured(w, e);
        break;
    case SIM_WHAT_PLAN:
    case SIM_WHAT_GROUP:
    case SIM_WHAT_SUPERVISOR:
    case SIM_WHAT_CONDITIONS:
    case SIM_WHAT_METRICS:
    case SIM_WHAT_DELAYS:
        break;
    }
}

/* ---- when ---- */

static void widen_when(const struct widening *w, struct sim_expectation *e)
{
    switch (e->when) {
    case SIM_WHEN_AT:
        e->when = SIM_WHEN_BY;
        e->to = later(w, e->from);
        break;
    case SIM_WHEN_BY:
        e->to = later(w, e->to);
        break;
    case SIM_WHEN_ALWAYS:
        if (e->to.ns - e->from.ns <= w->by.ns) {
            e->when = SIM_WHEN_BY;
            e->to = later(w, e->from);
        } else {
            e->from = later(w, e->from);
        }
        break;
    case SIM_WHEN_NEVER:
        e->from = e->to.ns - e->from.ns <= w->by.ns ? e->to : later(w, e->from);
        break;
    case SIM_WHEN_END:
    case SIM_WHEN_RUN:
    case SIM_WHEN_MEASURE:
    case SIM_WHEN_SEEDS:
    case SIM_WHEN_SOMETIMES:
        break;
    }
}

int sim__widen(const struct sim_scenario *scenario, struct sup_duration tolerance,
               struct sim_scenario **ret_widened)
{
    struct widening w = {.scenario = scenario, .by = tolerance};
    int error = sim__arena_create(&sup_allocator_libc, &w.arena);
    if (error != SUP_OK) {
        return error;
    }
    struct sim_scenario *widened = copy(&w, scenario, 1, sizeof(*scenario));
    if (widened != NULL) {
        widened->arena = w.arena;
        widened->held = NULL; /* they belong to the scenario, which outlives it */
        widened->expectations = copy(&w, scenario->expectations, scenario->expectation_count,
                                     sizeof(*scenario->expectations));
    }
    for (uint32_t i = 0; !sim__arena_failed(w.arena) && i < widened->expectation_count; i++) {
        widen_when(&w, &widened->expectations[i]);
        widen_what(&w, &widened->expectations[i]);
    }
    if (sim__arena_failed(w.arena)) {
        sim__arena_free(w.arena);
        return SUP_ENOMEM;
    }
    *ret_widened = widened;
    return SUP_OK;
}

void sim__widen_free(struct sim_scenario *widened)
{
    sim_scenario_free(widened);
}
