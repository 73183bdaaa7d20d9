/* Expectations that count events: tally, peak, follows. */
#include "expectations.h"

static struct sim_counted *counted_of(struct sim__reader *r, enum sim_what_kind what,
                                      struct sim_expectation *expectation)
{
    expectation->what = what;
    expectation->counted = sim__arena_alloc(r->arena, 1, sizeof(*expectation->counted));
    return expectation->counted;
}

static void read_figure(struct sim__reader *r, const struct sim__counted_nodes *nodes,
                        struct sim_counted *counted)
{
    if (sim__required(r, nodes->entry, nodes->is, "is")) {
        (void)sim__number_range(r, nodes->is, &counted->is);
    }
}

void sim__read_tally_what(struct sim__reader *r, const struct sim__counted_nodes *nodes,
                          struct sim_expectation *expectation)
{
    struct sim_counted *counted = counted_of(r, SIM_WHAT_TALLY, expectation);
    if (counted == NULL) {
        return;
    }
    bool good = sim__read_filter(r, nodes->filter, &counted->filter);
    read_figure(r, nodes, counted);
    if (nodes->each != NULL && sim__boolean(r, nodes->each, &counted->each) && counted->each &&
        good && !counted->filter.has_service) {
        sim__error(r, nodes->each->at,
                   "`each` asks every service of a target, and the filter names no `service`");
    }
}

void sim__read_peak_what(struct sim__reader *r, const struct sim__counted_nodes *nodes,
                         struct sim_expectation *expectation)
{
    struct sim_counted *counted = counted_of(r, SIM_WHAT_PEAK, expectation);
    if (counted != NULL) {
        (void)sim__read_peak(r, nodes->filter, &counted->filter, &counted->within);
        read_figure(r, nodes, counted);
    }
}

/* Whether such events are about no service at all. */
static bool is_nobodys(enum sup_event_type type)
{
    return type == SUP_EVENT_GROUP_CANCELLED || type == SUP_EVENT_GROUP_RESTART ||
           type == SUP_EVENT_GROUP_SHUTDOWN || type == SUP_EVENT_SHUTDOWN_REQUESTED ||
           type == SUP_EVENT_DRAINED;
}

/* The world's conditions follow each other, as those of one service do. */
static bool is_worlds(const struct sim_filter *filter)
{
    return (uint32_t)filter->pattern.type == SIM_EVENT_CONDITION;
}

static void check_party(struct sim__reader *r, const struct sim__node *node,
                        const struct sim_filter *filter, const struct sim_filter *other)
{
    if (is_nobodys(filter->pattern.type) || (is_worlds(filter) && !is_worlds(other))) {
        sim__error(r, node->at,
                   "`%s` is about no service, so that it can neither follow one of the same "
                   "service nor be followed by one; `any-service: true` takes any",
                   sim_event_name(filter->pattern.type));
    }
}

/* An event is about one service, so of two that name others none follows. */
static void check_services(struct sim__reader *r, const struct sim_counted *counted)
{
    const struct sim_filter *first = &counted->filter, *then = &counted->then;
    if (first->has_service && then->has_service &&
        !sim__targets_meet(r, &first->service, &then->service)) {
        sim__error(r, then->service.place,
                   "`follows` is about other services, so that nothing of the same one can follow; "
                   "`any-service: true` takes any");
    }
}

void sim__read_follows_what(struct sim__reader *r, const struct sim__counted_nodes *nodes,
                            struct sim_expectation *expectation)
{
    struct sim_counted *counted = counted_of(r, SIM_WHAT_FOLLOWS, expectation);
    if (counted == NULL) {
        return;
    }
    bool first = sim__read_filter(r, nodes->filter, &counted->filter);
    bool second = sim__required(r, nodes->entry, nodes->then, "then") &&
                  sim__read_filter(r, nodes->then, &counted->then);
    if (sim__required(r, nodes->entry, nodes->within, "within")) {
        (void)sim__duration(r, nodes->within, SIM__FINITE, &counted->within);
    }
    if (nodes->open != NULL) {
        (void)sim__boolean(r, nodes->open, &counted->open);
    }
    bool any =
        nodes->any_service == NULL || sim__boolean(r, nodes->any_service, &counted->any_service);
    if (any && !counted->any_service && first && second) {
        check_party(r, nodes->filter, &counted->filter, &counted->then);
        check_party(r, nodes->then, &counted->then, &counted->filter);
        check_services(r, counted);
    }
}
