/* `measures:` of a file: named figures of a run. */
#include <string.h>

#include "expectations.h"

enum { SIM__MEASURE_KEYS(SIM__ID) KEYS };
static const char *const keys[KEYS] = {SIM__MEASURE_KEYS(SIM__NAME)};
static const struct sim__keys known_keys = {KEYS, {SIM__MEASURE_KEYS(SIM__AT)}};

#define X(name, type, help) METRIC_##name,
enum { SUP_METRIC_LIST(X) };
#undef X
#define X(name, type, help) {#name, METRIC_##name},
static const struct sim__word metrics[] = {SUP_METRIC_LIST(X)};
#undef X

#define X(id, name) {name, SIM_TAKE_##id},
static const struct sim__word takes[] = {SIM_TAKE_LIST(X)};
#undef X

/* ---- states and moments ---- */

#define STATE_ID(id, ...) STATE_##id,

/* `{service, is}`, with `count` where that makes sense. */
static struct sim_expectation *read_state(struct sim__reader *r, const struct sim__node *node,
                                          const char *const *state_keys, uint32_t count)
{
    enum { SIM__STATE_KEYS(STATE_ID) STATE_KEYS };
    struct sim__node *v[STATE_KEYS] = {NULL};
    struct sim_expectation *state = sim__arena_alloc(r->arena, 1, sizeof(*state));
    if (state == NULL || !sim__map_named(r, node, state_keys, count, v) ||
        !sim__required(r, node, v[STATE_SERVICE], "service")) {
        return NULL;
    }
    state->place = node->at;
    state->when = SIM_WHEN_MEASURE;
    sim__read_service_what(
        r, &(struct sim__service_nodes){node, v[STATE_SERVICE], v[STATE_IS], v[STATE_COUNT]},
        state);
    return state;
}

static void read_instant(struct sim__reader *r, const struct sim__node *node,
                         struct sim_moment *moment)
{
    static const char *const instant_keys[] = {"at"};
    struct sim__node *v[1];
    moment->kind = SIM_MOMENT_AT;
    if (sim__map_named(r, node, instant_keys, 1, v) && sim__required(r, node, v[0], "at")) {
        (void)sim__instant(r, v[0], &moment->at);
    }
}

/* `{at: T}`, a filter, or a state: told apart by the key that only they have. */
static void read_moment(struct sim__reader *r, const struct sim__node *node,
                        struct sim_moment *moment)
{
    static const char *const state_keys[] = {SIM__STATE_KEYS(SIM__NAME)};
    bool map = node->kind == SIM__MAP;
    if (map && sim__node_at(node, SIM__KEY_EVENT) != NULL) {
        moment->kind = SIM_MOMENT_EVENT;
        moment->filter = sim__arena_alloc(r->arena, 1, sizeof(*moment->filter));
        if (moment->filter != NULL) {
            (void)sim__read_filter(r, node, moment->filter);
        }
    } else if (map && (sim__node_at(node, SIM__KEY_IS) != NULL ||
                       sim__node_at(node, SIM__KEY_SERVICE) != NULL)) {
        moment->kind = SIM_MOMENT_STATE;
        moment->state = read_state(r, node, state_keys, SIM__COUNT(state_keys));
    } else if (map && sim__node_at(node, SIM__KEY_AT) != NULL) {
        read_instant(r, node, moment);
    } else if (map) {
        sim__error(r, node->at, "%sa moment is `{at: T}`, `{event: ...}` or `{service, is}`",
                   sim__label(r, node));
    } else {
        sim__wrong_type(r, node, "a map");
    }
}

/* ---- kinds ---- */

static void read_counted(struct sim__reader *r, const struct sim__node *node,
                         struct sim_measure *measure)
{
    measure->counted = sim__arena_alloc(r->arena, 1, sizeof(*measure->counted));
    if (measure->counted == NULL) {
        return;
    }
    measure->counted->is.max = UINT64_MAX;
    if (measure->kind == SIM_MEASURE_TALLY) {
        (void)sim__read_filter(r, node, &measure->counted->filter);
    } else {
        (void)sim__read_peak(r, node, &measure->counted->filter, &measure->counted->within);
    }
}

static void read_span(struct sim__reader *r, const struct sim__node *node,
                      struct sim__node *const *v, struct sim_measure *measure)
{
    if (sim__required(r, node, v[FROM], "from")) {
        read_moment(r, v[FROM], &measure->from);
    }
    if (sim__required(r, node, v[UNTIL], "until")) {
        read_moment(r, v[UNTIL], &measure->until);
    }
    /* The state in which it begins is the first that is looked at. */
    if (measure->until.state != NULL && measure->from.kind == SIM_MOMENT_AT) {
        measure->until.state->from = measure->from.at;
    }
}

static void read_metric(struct sim__reader *r, struct sim__node *const *v,
                        struct sim_measure *measure)
{
    int metric, take;
    if (sim__word(r, v[METRIC], SIM__WORDS("metric", metrics), &metric)) {
        measure->metric = metrics[metric].name;
    }
    if (v[SERVICE] != NULL && v[GROUP] != NULL) {
        sim__error(r, v[GROUP]->at, "`service` and `group` in one measure");
        return;
    }
    if (v[SERVICE] != NULL) {
        measure->has_service = true;
        (void)sim__read_target(r, v[SERVICE], &measure->service);
    }
    if (v[GROUP] != NULL && sim__read_group_path(r, v[GROUP], &measure->group)) {
        sim__refer(r, SIM__REF_GROUP, v[GROUP]->at, measure->group);
    }
    if (v[TAKE] != NULL && v[SERVICE] == NULL) {
        sim__error(r, v[TAKE]->at, "`take` chooses among services, and there is no `service`");
    } else if (v[TAKE] != NULL && sim__word(r, v[TAKE], SIM__WORDS("take", takes), &take)) {
        measure->take = (enum sim_take)take;
    }
}

static void read_time(struct sim__reader *r, const struct sim__node *node,
                      struct sim_measure *measure)
{
    static const char *const time_keys[] = {SIM__TIME_KEYS(SIM__NAME)};
    measure->state = read_state(r, node, time_keys, SIM__COUNT(time_keys));
}

/* Which kind it is; KEYS after a diagnostic. */
static int find_kind(struct sim__reader *r, const struct sim__node *node,
                     struct sim__node *const *v)
{
    static const int kinds[] = {TALLY, PEAK, METRIC, TIME, UNTIL, FROM};
    int found = KEYS;
    for (size_t i = 0; i < SIM__COUNT(kinds); i++) {
        int k = kinds[i];
        if (v[k] == NULL || (k == FROM && found == UNTIL)) {
            continue;
        }
        if (found != KEYS) {
            sim__error(r, v[k]->at, "`%s` and `%s` in one measure", keys[found], keys[k]);
            return KEYS;
        }
        found = k;
    }
    if (found == KEYS && sim__all_known(node, v, KEYS)) {
        sim__error(r, node->at,
                   "this measure measures nothing; it needs one of `tally`, `peak`, `from` and "
                   "`until`, `metric`, `time`");
    }
    return found;
}

/* What says whose a metric is belongs to it alone: the others have it inside. */
static bool check_companions(struct sim__reader *r, struct sim__node *const *v, int kind)
{
    for (int k = SERVICE; k <= TAKE; k++) {
        if (v[k] != NULL && kind != METRIC) {
            sim__error(r, v[k]->at,
                       "`%s` stands beside `metric` alone; that of a `%s` goes into it", keys[k],
                       keys[kind]);
            return false;
        }
    }
    return true;
}

static void read_measure(struct sim__reader *r, const struct sim__node *node,
                         struct sim_measure *measure)
{
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &known_keys, v)) {
        return;
    }
    int kind = find_kind(r, node, v);
    if (kind == KEYS || !check_companions(r, v, kind)) {
        return;
    }
    switch (kind) {
    case TALLY:
    case PEAK:
        measure->kind = kind == TALLY ? SIM_MEASURE_TALLY : SIM_MEASURE_PEAK;
        read_counted(r, v[kind], measure);
        break;
    case METRIC:
        measure->kind = SIM_MEASURE_METRIC;
        read_metric(r, v, measure);
        break;
    case TIME:
        measure->kind = SIM_MEASURE_TIME;
        read_time(r, v[TIME], measure);
        break;
    default:
        measure->kind = SIM_MEASURE_SPAN;
        read_span(r, node, v, measure);
        break;
    }
}

/* ---- all of them ---- */

void sim__read_measures(struct sim__reader *r, const struct sim__node *node)
{
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "a map of names and measures");
        return;
    }
    if (node->count > SIM_MEASURES_MAX) {
        sim__error(r, node->at, "there are %u measures; there can be %u", node->count,
                   SIM_MEASURES_MAX);
        return;
    }
    sim__table_init(&r->measures, r->scratch, r->names.services.seed);
    struct sim_measure *measures = sim__arena_alloc(r->arena, node->count, sizeof(*measures));
    for (uint32_t i = 0; measures != NULL && i < node->count && !r->stopped; i++) {
        const struct sim__entry *entry = &node->entries[i];
        const char *mistake = sim__name_mistake(entry->key, entry->key_length, SIM__FORM_NAME);
        if (mistake != NULL) {
            sim__error(r, entry->place, "the name `%s` %s",
                       sim__quotable(r->scratch, entry->key, entry->key_length), mistake);
        }
        bool is_new;
        struct sim__slot *slot =
            sim__table_add(&r->measures, 0, entry->key, entry->key_length, &is_new);
        if (slot != NULL) {
            slot->value = &measures[i];
        }
        measures[i].name = sim__arena_text(r->arena, entry->key, entry->key_length);
        measures[i].place = entry->place;
        read_measure(r, entry->value, &measures[i]);
    }
    r->scenario->measures = measures;
    r->scenario->measure_count = measures == NULL ? 0 : node->count;
}

bool sim_measure_is_duration(const struct sim_measure *measure)
{
    return measure->kind == SIM_MEASURE_SPAN || measure->kind == SIM_MEASURE_TIME;
}

/* ---- what is expected of one ---- */

#define HINTS_MAX 64u

static const struct sim_measure *find_measure(struct sim__reader *r, const struct sim__node *node)
{
    const char *list[HINTS_MAX];
    uint32_t count = 0;
    const char *name;
    if (!sim__read_name(r, node, &name)) {
        return NULL;
    }
    const struct sim__slot *slot = r->measures.arena == NULL
                                       ? NULL
                                       : sim__table_find(&r->measures, 0, node->text, node->length);
    if (slot != NULL) {
        return slot->value;
    }
    for (; count < r->scenario->measure_count && count < HINTS_MAX; count++) {
        list[count] = r->scenario->measures[count].name;
    }
    sim__error(r, node->at, "no measure is called `%s`%s", name,
               count == 0 ? "; they stand in `measures` at the top of the file"
                          : sim__hint(r, name, list, count));
    return NULL;
}

void sim__read_measure_what(struct sim__reader *r, const struct sim__node *entry,
                            const struct sim__node *node, const struct sim__node *is,
                            struct sim_expectation *expectation)
{
    expectation->what = SIM_WHAT_MEASURE;
    struct sim_measured *measured = sim__arena_alloc(r->arena, 1, sizeof(*measured));
    const struct sim_measure *measure = find_measure(r, node);
    expectation->measured = measured;
    if (!sim__required(r, entry, is, "is") || measure == NULL || measured == NULL) {
        return;
    }
    measured->measure = (uint32_t)(measure - r->scenario->measures);
    if (sim_measure_is_duration(measure)) {
        (void)sim__duration_range(r, is, &measured->is);
    } else {
        (void)sim__number_range(r, is, &measured->is);
    }
}

/* ---- what is expected over a sweep ---- */

#define TENS(tens) \
    "p" #tens "0", "p" #tens "1", "p" #tens "2", "p" #tens "3", "p" #tens "4", "p" #tens "5", \
        "p" #tens "6", "p" #tens "7", "p" #tens "8", "p" #tens "9"

#define SIM__OVER_ID(id, ...) OVER_##id,
enum {
    SIM__OVER_KEYS(SIM__OVER_ID) OVER_KEYS,
    PERCENTILES = 99,
    STATISTIC_KEYS = OVER_KEYS + PERCENTILES
};
static const char *const statistic_keys[STATISTIC_KEYS] = {SIM__OVER_KEYS(SIM__NAME) "p1",
                                                           "p2",
                                                           "p3",
                                                           "p4",
                                                           "p5",
                                                           "p6",
                                                           "p7",
                                                           "p8",
                                                           "p9",
                                                           TENS(1),
                                                           TENS(2),
                                                           TENS(3),
                                                           TENS(4),
                                                           TENS(5),
                                                           TENS(6),
                                                           TENS(7),
                                                           TENS(8),
                                                           TENS(9)};

static unsigned percent_of(int key)
{
    switch (key) {
    case OVER_MIN:
        return 0;
    case OVER_MEDIAN:
        return 50;
    case OVER_MAX:
        return 100;
    default:
        return (unsigned)(key - OVER_KEYS) + 1;
    }
}

static void read_statistics(struct sim__reader *r, struct sim__node *const *v,
                            const struct sim_measure *measure, struct sim_measured *measured)
{
    for (int k = OVER_MIN; k < STATISTIC_KEYS; k++) {
        struct sim_statistic *statistic = &measured->statistics[measured->statistic_count];
        if (v[k] == NULL) {
            continue;
        }
        statistic->percent = percent_of(k);
        statistic->place = v[k]->at;
        bool good = sim_measure_is_duration(measure)
                        ? sim__duration_range(r, v[k], &statistic->range)
                        : sim__number_range(r, v[k], &statistic->range);
        measured->statistic_count += good ? 1 : 0;
    }
}

void sim__read_over_seeds(struct sim__reader *r, const struct sim__node *entry,
                          struct sim_expectation *expectation)
{
    struct sim__node *v[STATISTIC_KEYS];
    uint32_t count = 0;
    expectation->what = SIM_WHAT_MEASURE;
    expectation->when = SIM_WHEN_SEEDS;
    if (!sim__map_named(r, entry, statistic_keys, STATISTIC_KEYS, v)) {
        return;
    }
    for (int k = OVER_MIN; k < STATISTIC_KEYS; k++) {
        count += v[k] != NULL ? 1 : 0;
    }
    if (!sim__is_word(v[OVER_OVER], "seeds")) {
        sim__error(r, v[OVER_OVER]->at, "`over`: expected `seeds`");
    }
    struct sim_measured *measured = sim__arena_alloc(r->arena, 1, sizeof(*measured));
    const struct sim_measure *measure = sim__required(r, entry, v[OVER_MEASURE], "measure")
                                            ? find_measure(r, v[OVER_MEASURE])
                                            : NULL;
    expectation->measured = measured;
    if (count == 0 && sim__all_known(entry, v, STATISTIC_KEYS)) {
        sim__error(r, entry->at,
                   "this entry says nothing to check; it needs `min`, `median`, `max` or one of "
                   "`p1` to `p99`");
    }
    if (measure == NULL || measured == NULL) {
        return;
    }
    measured->measure = (uint32_t)(measure - r->scenario->measures);
    measured->statistics = sim__arena_alloc(r->arena, count, sizeof(*measured->statistics));
    if (measured->statistics != NULL) {
        read_statistics(r, v, measure, measured);
    }
}
