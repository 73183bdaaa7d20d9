/* Expectations of the whole run: events, drain. */
#include "expectations.h"

/* ---- events ---- */

static void read_pattern(struct sim__reader *r, const struct sim__node *node,
                         struct sim_event_pattern *pattern)
{
    enum { EVENT = SIM_EVENT_KEYS, KEYS };
    static const char *const keys[KEYS] = {SIM_EVENT_KEY_LIST(SIM__NAME) "event"};
    struct sim__node *v[KEYS];
    pattern->place = node->at;
    if (sim__map_named(r, node, keys, KEYS, v)) {
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
    if (service != NULL && sim__read_target(r, service, &expectation->target) &&
        expectation->target.count == 1 && !sim_glob_is(expectation->target.patterns[0])) {
        expectation->events_service = expectation->target.patterns[0];
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
        (void)(node->count == 0 || sim__read_target(r, node, &part->names));
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
    if (!sim__map_named(r, node, keys, KEYS, v)) {
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
