/* `lag` of a service: how late its starts, ends and timers are. */
#include "lag.h"

#include <string.h>

static const struct sim_lag none;

static void read_timer(struct sim__reader *r, const struct sim__node *node, struct sim_lag *lag)
{
    enum { SIM__LAG_TIMER_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__LAG_TIMER_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    struct sup_duration spread;
    if (node->kind != SIM__MAP) {
        sim__wrong_type(r, node, "`{grid: D}` or `{spread: D}`");
        return;
    }
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    if (v[GRID] != NULL && v[SPREAD] != NULL) {
        sim__error(r, v[SPREAD]->at, "`spread`: a timer is late by a `grid` or by a `spread`");
    } else if (v[GRID] == NULL && v[SPREAD] == NULL && sim__all_known(node, v, KEYS)) {
        sim__error_as(r, SIM__CODE_MISSING_KEY, node->at, "`timer` needs `grid` or `spread`");
    } else if (v[GRID] != NULL) {
        (void)sim__duration(r, v[GRID], SIM__FINITE, &lag->grid);
    } else if (v[SPREAD] != NULL && sim__duration(r, v[SPREAD], SIM__FINITE, &spread) &&
               spread.ns > 0) {
        lag->spread.kind = SIM_DRAW_UNIFORM;
        lag->spread.high = spread;
    }
}

static void read_all(struct sim__reader *r, const struct sim__node *node, struct sim_lag *lag)
{
    enum { SIM__LAG_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__LAG_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, &keys, v)) {
        return;
    }
    if (v[START] != NULL) {
        (void)sim__read_draw(r, v[START], SIM__FINITE, &lag->start);
    }
    if (v[END] != NULL) {
        (void)sim__read_draw(r, v[END], SIM__FINITE, &lag->end);
    }
    if (v[TIMER] != NULL) {
        read_timer(r, v[TIMER], lag);
    }
    if (v[POLL] != NULL) {
        (void)sim__duration(r, v[POLL], SIM__FINITE, &lag->poll);
    }
}

/* Its policy lets the supervisor ask. */
static void put_off(struct sim__reader *r, struct sim_service *service)
{
    struct sup_rules *rules = sim__arena_alloc(r->arena, 1, sizeof(*rules));
    if (rules == NULL) {
        return;
    }
    if (service->policy.rules != NULL) {
        memcpy(rules, service->policy.rules, sizeof(*rules));
    } else {
        sup_rules_default(rules);
    }
    rules->put_off = true;
    service->policy.rules = rules;
}

void sim__read_lag(struct sim__reader *r, const struct sim__node *node, struct sim_service *service)
{
    if (node == NULL || sim__is_word(node, "none")) {
        return;
    }
    struct sim_lag *lag = sim__arena_alloc(r->arena, 1, sizeof(*lag));
    if (lag == NULL) {
        return;
    }
    read_all(r, node, lag);
    if (memcmp(lag, &none, sizeof(none)) != 0) {
        service->lag = lag;
        put_off(r, service);
    }
}
