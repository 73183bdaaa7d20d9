/* What the measures of a run come to. */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "sup/assert.h"
#include "sup/error.h"

/* ---- setting up ---- */

/* Moments and times that look at services: their entries stand behind the file's own. */
static uint32_t states_of(const struct sim_measure *measure,
                          const struct sim_expectation *states[2])
{
    uint32_t count = 0;
    if (measure->kind == SIM_MEASURE_TIME) {
        states[count++] = measure->state;
    } else if (measure->kind == SIM_MEASURE_SPAN) {
        const struct sim_moment *const moments[] = {&measure->from, &measure->until};
        for (int i = 0; i < 2; i++) {
            if (moments[i]->kind == SIM_MOMENT_STATE) {
                states[count++] = moments[i]->state;
            }
        }
    }
    return count;
}

uint32_t sim__measures_states(const struct sim_scenario *scenario)
{
    const struct sim_expectation *states[2];
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->measure_count; i++) {
        count += states_of(&scenario->measures[i], states);
    }
    return count;
}

void sim__measures_entries(struct sim_expect *expect, uint32_t first)
{
    const struct sim_scenario *scenario = expect->scenario;
    const struct sim_expectation *states[2];
    for (uint32_t i = 0; i < scenario->measure_count; i++) {
        uint32_t count = states_of(&scenario->measures[i], states);
        for (uint32_t k = 0; k < count; k++) {
            expect->entries[first].expectation = states[k];
            expect->entries[first++].part = i;
        }
    }
}

static int init_moment(struct sim_expect *expect, struct sim__moment_met *met,
                       const struct sim_moment *wanted)
{
    met->met = wanted->kind == SIM_MOMENT_AT;
    met->at = wanted->at;
    if (wanted->kind != SIM_MOMENT_EVENT) {
        return SUP_OK;
    }
    expect->types |= sim__filter_types(wanted->filter);
    return sim__filter_init(&met->filter, wanted->filter);
}

static int init_measure(struct sim_expect *expect, struct sim__measuring *measure)
{
    const struct sim_measure *wanted = measure->wanted;
    int from, until;
    switch (wanted->kind) {
    case SIM_MEASURE_TALLY:
        expect->types |= sim__filter_types(&wanted->counted->filter);
        return sim__count_init(&measure->count, wanted->counted, expect->scenario->seed);
    case SIM_MEASURE_PEAK:
        expect->types |= sim__filter_types(&wanted->counted->filter);
        return sim__peak_init(&measure->peak, &wanted->counted->filter, wanted->counted->within);
    case SIM_MEASURE_SPAN:
        from = init_moment(expect, &measure->span.from, &wanted->from);
        until = init_moment(expect, &measure->span.until, &wanted->until);
        return from != SUP_OK ? from : until;
    case SIM_MEASURE_TIME:
        expect->types = UINT32_MAX; /* the last event's instant may be the end */
        break;
    case SIM_MEASURE_METRIC:
        break;
    }
    return SUP_OK;
}

int sim__measures_init(struct sim_expect *expect)
{
    const struct sim_scenario *scenario = expect->scenario;
    expect->measures = calloc((size_t)scenario->measure_count + 1, sizeof(*expect->measures));
    expect->values = calloc((size_t)scenario->measure_count + 1, sizeof(*expect->values));
    if (expect->measures == NULL || expect->values == NULL) {
        return SUP_ENOMEM;
    }
    int error = SUP_OK;
    for (uint32_t i = 0; i < scenario->measure_count && error == SUP_OK; i++) {
        expect->measures[i].wanted = &scenario->measures[i];
        expect->measure_count = i + 1;
        error = init_measure(expect, &expect->measures[i]);
    }
    return error;
}

void sim__measures_release(struct sim_expect *expect)
{
    for (uint32_t i = 0; i < expect->measure_count; i++) {
        struct sim__measuring *measure = &expect->measures[i];
        switch (measure->wanted->kind) {
        case SIM_MEASURE_TALLY:
            sim__count_release(&measure->count);
            break;
        case SIM_MEASURE_PEAK:
            sim__peak_release(&measure->peak);
            break;
        case SIM_MEASURE_SPAN:
            sim__filter_release(&measure->span.from.filter);
            sim__filter_release(&measure->span.until.filter);
            break;
        default:
            break;
        }
    }
    free(expect->measures);
    free(expect->values);
}

/* ---- events ---- */

static bool came(struct sim__moment_met *met, const struct sup_event *event)
{
    bool fits = met->filter.wanted != NULL && sim__filter_fits(&met->filter, event);
    return fits && !met->met;
}

/* The end is looked for first: no event is both. */
static bool hear_span(struct sim__span *span, const struct sup_event *event)
{
    bool until = came(&span->until, event);
    bool from = came(&span->from, event);
    if (until && span->from.met && event->at.ns >= span->from.at.ns) {
        span->until.met = true;
        span->until.at = event->at;
    }
    if (from) {
        span->from.met = true;
        span->from.at = event->at;
    }
    return !span->from.filter.failed && !span->until.filter.failed;
}

static bool hear(struct sim__measuring *measure, const struct sup_event *event)
{
    switch (measure->wanted->kind) {
    case SIM_MEASURE_TALLY:
        sim__count_hear(&measure->count, event);
        return !measure->count.filter.failed;
    case SIM_MEASURE_PEAK:
        sim__peak_hear(&measure->peak, event);
        return !measure->peak.filter.failed;
    case SIM_MEASURE_SPAN:
        return hear_span(&measure->span, event);
    default:
        return true;
    }
}

void sim__measures_listen(struct sim_expect *expect, const struct sup_event *event)
{
    for (uint32_t i = 0; i < expect->measure_count; i++) {
        expect->failed |= !hear(&expect->measures[i], event);
    }
}

/* ---- settled instants ---- */

/* The span's entry has nothing more to look at when it is met, or never can be. */
static bool look_at_moment(struct sim__span *span, struct sim__moment_met *met,
                           struct sim__entry *entry, struct sup *sup, struct sup_instant now)
{
    bool early = met == &span->until && (!span->from.met || now.ns < span->from.at.ns);
    if (early || !sim__state_holds(entry, sup, SIM__OF_ALL)) {
        return false;
    }
    met->met = true;
    met->at = now;
    return true;
}

/* The state stays from one settled instant to the next. */
static void pass_time(struct sim__time *time, struct sup_instant now)
{
    uint64_t passed = now.ns > time->since.ns ? now.ns - time->since.ns : 0;
    bool fits = time->fit == 0 || passed <= (UINT64_MAX - time->sum_ns) / time->fit;
    time->sum_ns = fits ? time->sum_ns + passed * time->fit : UINT64_MAX;
    time->since = now;
}

bool sim__measure_look(struct sim_expect *expect, struct sim__entry *entry, struct sup *sup,
                       struct sup_instant now)
{
    struct sim__measuring *measure = &expect->measures[entry->part];
    const struct sim_measure *wanted = measure->wanted;
    if (wanted->kind == SIM_MEASURE_SPAN) {
        struct sim__span *span = &measure->span;
        bool from = entry->expectation == wanted->from.state;
        return look_at_moment(span, from ? &span->from : &span->until, entry, sup, now);
    }
    SUP_ASSERT(wanted->kind == SIM_MEASURE_TIME);
    struct sup_instant until = expect->scenario->until;
    pass_time(&measure->time, now.ns < until.ns ? now : until);
    measure->time.fit = sim__state_count(entry, sup);
    if (expect->last_event.ns == now.ns) {
        measure->time.told_ns = measure->time.sum_ns;
    }
    return false;
}

/* ---- the end ---- */

static struct sup_duration length_of(const struct sim__span *span)
{
    bool whole = span->from.met && span->until.met && span->until.at.ns >= span->from.at.ns;
    return whole ? sup_instant_since(span->until.at, span->from.at) : SUP_DURATION_NEVER;
}

static struct sup_duration sum_of(struct sim__time *time, struct sup_instant until)
{
    if (until.ns == SUP_NEVER_NS) {
        return SUP_NS(time->told_ns);
    }
    pass_time(time, until);
    return SUP_NS(time->sum_ns);
}

/* Of all names that ever were registered, in the order in which they first were. */
static uint64_t metric_of_services(const struct sim_measure *wanted, struct sup *sup,
                                   const struct sim__target *target)
{
    struct sup_metrics metrics;
    uint64_t total = 0;
    bool any = false;
    const char *name;
    for (uint32_t slot = 0; (name = sup_slot_name(sup, slot)) != NULL; slot++) {
        bool asked = sim__target_names(target, name) || sim__target_globs(target, name);
        if (!asked || sup_service_metrics(sup, name, &metrics) != SUP_OK) {
            continue;
        }
        uint64_t value = sim__metric_value(&metrics, wanted->metric);
        switch (wanted->take) {
        case SIM_TAKE_SUM:
            total += value;
            break;
        case SIM_TAKE_MAX:
            total = value > total ? value : total;
            break;
        case SIM_TAKE_MIN:
            total = !any || value < total ? value : total;
            break;
        }
        any = true;
    }
    return total;
}

static uint64_t metric_of(struct sim_expect *expect, const struct sim_measure *wanted,
                          struct sup *sup)
{
    struct sup_metrics metrics = {0};
    struct sim__target target;
    if (wanted->has_service) {
        expect->failed |= sim__target_init(&target, &wanted->service) != SUP_OK;
        uint64_t value = expect->failed ? 0 : metric_of_services(wanted, sup, &target);
        sim__target_release(&target);
        return value;
    }
    if (wanted->group == NULL) {
        sup_metrics_read(sup, &metrics);
    } else {
        /* A group that nobody ever was in has counted nothing. */
        sup_ignore(sup_group_metrics(sup, wanted->group, &metrics));
    }
    return sim__metric_value(&metrics, wanted->metric);
}

static uint64_t value_of(struct sim_expect *expect, struct sim__measuring *measure, struct sup *sup)
{
    switch (measure->wanted->kind) {
    case SIM_MEASURE_TALLY:
        return measure->count.total;
    case SIM_MEASURE_PEAK:
        return measure->peak.most;
    case SIM_MEASURE_SPAN:
        return length_of(&measure->span).ns;
    case SIM_MEASURE_TIME:
        return sum_of(&measure->time, expect->scenario->until).ns;
    case SIM_MEASURE_METRIC:
        break;
    }
    return metric_of(expect, measure->wanted, sup);
}

void sim__measures_end(struct sim_expect *expect, struct sup *sup)
{
    for (uint32_t i = 0; i < expect->measure_count; i++) {
        expect->values[i] = value_of(expect, &expect->measures[i], sup);
    }
    expect->measured = true;
}

void sim__measured_decide(struct sim_expect *expect, const struct sim__entry *entry,
                          struct sup_instant now)
{
    const struct sim_measured *measured = entry->expectation->measured;
    const struct sim_measure *measure = &expect->scenario->measures[measured->measure];
    uint64_t value = expect->values[measured->measure];
    enum sim__measure unit = sim_measure_is_duration(measure) ? SIM__LENGTHS : SIM__NUMBERS;
    if (sim__within(measured->is, value)) {
        return;
    }
    struct sim__finding finding;
    sim__finding_init(&finding);
    finding.detail = value > measured->is.max ? "over" : "under";
    sim__text_put(&finding.expected, "measure ");
    sim__text_show(&finding.expected, measure->name);
    sim__text_put(&finding.expected, ": ");
    sim__range_text(&finding.expected, measured->is, unit);
    sim__range_text(&finding.found, (struct sim_range){value, value}, unit);
    sim__expect_add(expect, entry->expectation->place, now, &finding);
}
