/* What is expected of services, groups, the supervisor and the metrics. */
#include <string.h>

#include "expectations.h"

#define X(id, name) {name, SUP_PHASE_##id},
static const struct sim__word phases[] = {SUP_PHASE_LIST(X)};
#undef X
#define X(id, name) {name, SUP_OPERATION_##id},
static const struct sim__word operations[] = {SUP_OPERATION_LIST(X)};
#undef X
#define X(id, name) {name, SUP_READINESS_##id},
static const struct sim__word readinesses[] = {SUP_READINESS_LIST(X)};
#undef X
#define X(id, name) {name, SUP_HEARTBEAT_##id},
static const struct sim__word heartbeats[] = {SUP_HEARTBEAT_LIST(X)};
#undef X
#define X(id, name) {name, SUP_BREAKER_STATE_##id},
static const struct sim__word breakers[] = {SUP_BREAKER_STATE_LIST(X)};
#undef X
#define X(id, name) {name, SUP_SUPERVISOR_##id},
static const struct sim__word supervisor_phases[] = {SUP_SUPERVISOR_PHASE_LIST(X)};
#undef X
#define X(name, type, help) #name,
static const char *const metric_names[] = {SUP_METRIC_LIST(X)};
#undef X
#define X(id, name) name,
static const char *const fact_names[] = {SIM_FACT_LIST(X)};
#undef X
#define X(id, name) {name, SUP_REASON_##id},
static const struct sim__word reasons[] = {SUP_REASON_LIST(X)};
#undef X

#define WORDS(list) \
    { \
        SIM_MATCH_TEXT, list, SIM__COUNT(list) \
    }
static const struct sim__value_type fact_types[SIM_FACTS] = {
    [SIM_FACT_EXISTS] = {SIM_MATCH_BOOL, NULL, 0},
    [SIM_FACT_PHASE] = WORDS(phases),
    [SIM_FACT_OPERATION] = WORDS(operations),
    [SIM_FACT_ACTIVE] = {SIM_MATCH_BOOL, NULL, 0},
    [SIM_FACT_ATTEMPT] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_GENERATION] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_STARTS] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_RESTARTS] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_FAILURES] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_REASON] = {SIM_MATCH_TEXT, reasons + 1, SIM__COUNT(reasons) - 1}, /* not none */
    [SIM_FACT_REASON_TEXT] = {SIM_MATCH_TEXT, NULL, 0},
    [SIM_FACT_LAST_ERROR] = {SIM_MATCH_TEXT, NULL, 0},
    [SIM_FACT_READINESS] = WORDS(readinesses),
    [SIM_FACT_HEARTBEAT] = WORDS(heartbeats),
    [SIM_FACT_BREAKER] = WORDS(breakers),
    [SIM_FACT_DELAY] = {SIM_MATCH_DURATION, NULL, 0},
    [SIM_FACT_LIMIT_USED] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_LIMIT_REMAINING] = {SIM_MATCH_RANGE, NULL, 0},
    [SIM_FACT_LIMIT_EXHAUSTED] = {SIM_MATCH_BOOL, NULL, 0},
    [SIM_FACT_RUNNING_TIME] = {SIM_MATCH_DURATION, NULL, 0},
    [SIM_FACT_AVAILABLE] = {SIM_MATCH_BOOL, NULL, 0},
    [SIM_FACT_SETTLED] = {SIM_MATCH_BOOL, NULL, 0},
};

static size_t known_count(struct sim__node *const *values, size_t count)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        known += values[i] != NULL ? 1 : 0;
    }
    return known;
}

static void read_service_facts(struct sim__reader *r, const struct sim__node *node,
                               struct sim_expectation *expectation)
{
    struct sim__node *v[SIM_FACTS];
    if (!sim__map_named(r, node, fact_names, SIM_FACTS, v)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`is` is empty, so it tests nothing");
    }
    expectation->facts =
        sim__arena_alloc(r->arena, known_count(v, SIM_FACTS), sizeof(*expectation->facts));
    for (int id = 0; expectation->facts != NULL && id < SIM_FACTS; id++) {
        const struct sim__value_type *type = &fact_types[id];
        struct sim_fact fact = {.id = (enum sim_fact_id)id};
        if (v[id] != NULL && sim__read_match(r, v[id], type, &fact.match)) {
            expectation->facts[expectation->fact_count++] = fact;
        }
    }
}

void sim__read_service_what(struct sim__reader *r, const struct sim__service_nodes *nodes,
                            struct sim_expectation *expectation)
{
    expectation->what = SIM_WHAT_SERVICE;
    (void)sim__read_target(r, nodes->service, &expectation->target);
    if (nodes->count != NULL) {
        expectation->has_count = sim__number_range(r, nodes->count, &expectation->count);
    }
    if (sim__required(r, nodes->entry, nodes->is, "is")) {
        read_service_facts(r, nodes->is, expectation);
    }
}

void sim__read_group_what(struct sim__reader *r, const struct sim__node *entry,
                          const struct sim__node *group, const struct sim__node *is,
                          struct sim_expectation *expectation)
{
    enum { SIM__GROUP_FACTS_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__GROUP_FACTS_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    expectation->what = SIM_WHAT_GROUP;
    if (sim__read_group_path(r, group, &expectation->group)) {
        sim__refer(r, SIM__REF_GROUP, group->at, expectation->group);
    }
    if (!sim__required(r, entry, is, "is") || !sim__map(r, is, &keys, v)) {
        return;
    }
    if (is->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, is->at, "`is` is empty, so it tests nothing");
    }
    if (v[CANCELLED] != NULL) {
        expectation->has_cancelled = sim__boolean(r, v[CANCELLED], &expectation->cancelled);
    }
    if (v[ACTIVE] != NULL) {
        static const struct sim__value_type number = {SIM_MATCH_RANGE, NULL, 0};
        expectation->has_active = sim__read_match(r, v[ACTIVE], &number, &expectation->active);
    }
}

void sim__read_supervisor_what(struct sim__reader *r, const struct sim__node *node,
                               struct sim_expectation *expectation)
{
    static const char *const keys[1] = {SIM__PHASE_KEYS(SIM__NAME)};
    static const struct sim__value_type phase = WORDS(supervisor_phases);
    struct sim__node *v[1];
    expectation->what = SIM_WHAT_SUPERVISOR;
    if (sim__map_named(r, node, keys, 1, v) && sim__required(r, node, v[0], "phase")) {
        (void)sim__read_match(r, v[0], &phase, &expectation->supervisor);
    }
}

void sim__read_metrics_what(struct sim__reader *r, const struct sim__node *node,
                            struct sim_expectation *expectation)
{
    struct sim__node *v[SIM__COUNT(metric_names)];
    expectation->what = SIM_WHAT_METRICS;
    if (!sim__map_named(r, node, metric_names, SIM__COUNT(metric_names), v)) {
        return;
    }
    if (node->count == 0) {
        sim__error_as(r, SIM__CODE_EMPTY, node->at, "`metrics` is empty, so it tests nothing");
    }
    expectation->metrics = sim__arena_alloc(r->arena, known_count(v, SIM__COUNT(metric_names)),
                                            sizeof(*expectation->metrics));
    for (size_t i = 0; expectation->metrics != NULL && i < SIM__COUNT(metric_names); i++) {
        struct sim_metric metric = {.name = metric_names[i]};
        if (v[i] != NULL && sim__number_range(r, v[i], &metric.range)) {
            metric.place = v[i]->at;
            expectation->metrics[expectation->metric_count++] = metric;
        }
    }
}

void sim__read_metrics_whose(struct sim__reader *r, const struct sim__node *service,
                             const struct sim__node *group, struct sim_expectation *expectation)
{
    if (service != NULL && group != NULL) {
        sim__error(r, group->at, "`service` and `group` in one entry");
        return;
    }
    if (service != NULL) {
        (void)sim__read_target(r, service, &expectation->target);
    }
    if (group != NULL && sim__read_group_path(r, group, &expectation->group)) {
        sim__refer(r, SIM__REF_GROUP, group->at, expectation->group);
    }
}
