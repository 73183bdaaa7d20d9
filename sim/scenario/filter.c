/* Filters: which events an entry counts. */
#include <string.h>

#include "expectations.h"

/* The keys of a filter: those of an event, in the order of their values, then the rest;
 * `within` is the last, since only `peak` has it. */
enum {
    BEFORE = SIM_EVENT_KEYS - 1,
    SIM__FILTER_KEYS(SIM__ID) FILTER_KEYS,
    WITHIN = FILTER_KEYS,
    PEAK_KEYS
};
static const char *const keys[PEAK_KEYS] = {
    SIM_EVENT_KEY_LIST(SIM__NAME) SIM__FILTER_KEYS(SIM__NAME) SIM__PEAK_KEYS(SIM__NAME)};

/* Whose events: `service` is a target here, and `group` has its subtree. Taken out of the
 * values, so that what is left is compared key by key. */
static bool read_whose(struct sim__reader *r, struct sim__node **v, struct sim_filter *filter)
{
    const struct sim__node *service = v[SIM_KEY_SERVICE];
    const struct sim__node *group = v[SIM_KEY_GROUP];
    const char *path;
    bool good = true;
    v[SIM_KEY_SERVICE] = NULL;
    v[SIM_KEY_GROUP] = NULL;
    if (service != NULL) {
        filter->has_service = true;
        good = sim__read_target(r, service, &filter->service);
    }
    if (group != NULL && sim__read_group_path(r, group, &path)) {
        sim__refer(r, SIM__REF_GROUP, group->at, path);
        filter->group = sim__full_path(r->arena, path);
    }
    return good && (group == NULL || filter->group != NULL);
}

static bool read_span(struct sim__reader *r, struct sim__node *const *v, struct sim_filter *filter)
{
    bool from = v[FROM] == NULL || sim__instant(r, v[FROM], &filter->from);
    bool to = v[TO] == NULL || sim__instant(r, v[TO], &filter->to);
    if (from && to && filter->from.ns > filter->to.ns) {
        sim__error(r, v[FROM]->at, "`from` is after `to`");
        return false;
    }
    return from && to;
}

static bool read_filter(struct sim__reader *r, const struct sim__node *node, uint32_t count,
                        struct sim__node **v, struct sim_filter *filter)
{
    filter->to = SUP_INSTANT_NEVER;
    filter->pattern.place = node->at;
    if (!sim__map_named(r, node, keys, count, v)) {
        return false;
    }
    bool good = sim__read_event_type(r, node, v[EVENT], &filter->pattern);
    good = read_whose(r, v, filter) && good;
    sim__read_event_keys(r, v, &filter->pattern);
    return read_span(r, v, filter) && good;
}

bool sim__read_filter(struct sim__reader *r, const struct sim__node *node,
                      struct sim_filter *filter)
{
    struct sim__node *v[PEAK_KEYS];
    return read_filter(r, node, FILTER_KEYS, v, filter);
}

bool sim__read_peak(struct sim__reader *r, const struct sim__node *node, struct sim_filter *filter,
                    struct sup_duration *ret_within)
{
    struct sim__node *v[PEAK_KEYS];
    return read_filter(r, node, PEAK_KEYS, v, filter) &&
           sim__required(r, node, v[WITHIN], "within") &&
           sim__duration(r, v[WITHIN], SIM__FINITE, ret_within);
}
