/* The services of a generated scenario. */
#include "internal.h"

/* In place of what the defaults have. */
static void put_none(struct sim__fuzz *f, struct sim__node *service)
{
    static const enum sim__key keys[] = {KEY(BREAKER), KEY(RESTART_LIMIT), KEY(HEARTBEAT),
                                         KEY(NEEDS)};
    if (service == NULL || !sim__fuzz_shows(f, SIM__FUZZ_DEFAULTS, 25)) {
        return;
    }
    enum sim__key key = keys[sim__fuzz_below(f, sizeof(keys) / sizeof(keys[0]))];
    if (sim__node_at(service, key) == NULL) {
        sim__fuzz_put(f, service, key, sim__fuzz_word(f, "none"));
        sim__fuzz_pace_none(f, key);
    }
}

struct sim__node *sim__fuzz_service(struct sim__fuzz *f, enum sim__fuzz_kind *ret_kind)
{
    struct sim__node *service = sim__fuzz_map(f);
    sim__fuzz_pace_begin(f);
    sim__fuzz_put(f, service, KEY(NAME), sim__fuzz_word(f, ""));
    uint32_t group = SIM__FUZZ_MOST_GROUPS;
    if (f->group_count > 0 && sim__fuzz_chance(f, 75)) {
        group = sim__fuzz_below(f, f->group_count);
        sim__fuzz_put(f, service, KEY(GROUP), sim__fuzz_word(f, f->groups[group]));
        sim__fuzz_pace_group(f, SIM__FUZZ_GROUP(group));
    }
    enum sim__fuzz_kind kind = sim__fuzz_kind(f, service);
    if (f->policy_count > 0 && sim__fuzz_chance(f, 40)) {
        uint32_t policy = sim__fuzz_below(f, f->policy_count);
        sim__fuzz_put(f, service, KEY(POLICY), sim__fuzz_word(f, f->policies[policy]));
        sim__fuzz_pace_as_policy(f, policy);
    } else if (!sim__fuzz_shows(f, SIM__FUZZ_DEFAULTS, 30)) {
        sim__fuzz_policy(f, service);
    }
    sim__fuzz_liveness(f, service);
    sim__fuzz_anchors(f, service);
    sim__fuzz_limits(f, service);
    sim__fuzz_lifetime(f, service, kind);
    sim__fuzz_lag(f, service, kind);
    sim__fuzz_operators(f, service, group);
    sim__fuzz_needs(f, service);
    put_none(f, service);
    sim__fuzz_script(f, service, kind);
    *ret_kind = kind;
    return service;
}

/* A counted one is meant by its glob, or by one of its names. */
static void keep_names(struct sim__fuzz *f, const char *name, uint32_t count)
{
    if (count == 0) {
        sim__fuzz_keep_name(f, name);
        return;
    }
    struct sim__node *one = sim__fuzz_numbered(f, name, "-", count / 2);
    struct sim__node *all = sim__fuzz_joined(f, name, "-*");
    if (one != NULL && all != NULL) {
        sim__fuzz_keep_name(f, one->text);
        sim__fuzz_keep_name(f, all->text);
    }
}

/* Names begin with the kind: those that wait for a slot may wait for ever. */
static struct sim__node *numbered(struct sim__fuzz *f, uint32_t index, uint32_t *ret_count)
{
    static const char *const letters[] = {"s", "t", "b", "i"};
    enum sim__fuzz_kind kind;
    struct sim__node *service = sim__fuzz_service(f, &kind);
    struct sim__node *name = sim__fuzz_numbered(f, letters[kind], "", index);
    sim__fuzz_put(f, service, KEY(NAME), name);
    uint32_t count = 0;
    if (sim__fuzz_shows(f, SIM__FUZZ_COUNTS, 30)) {
        count = sim__fuzz_between(f, 2, 5);
        sim__fuzz_put(f, service, KEY(COUNT), sim__fuzz_number(f, count));
    }
    if (name != NULL) {
        keep_names(f, name->text, count);
    }
    *ret_count = count > 0 ? count : 1;
    sim__fuzz_pace_service(f, *ret_count);
    return service;
}

/* What is done to everybody reaches it, too, so it has to have come back by when everything
 * has. */
struct sim__node *sim__fuzz_plain(struct sim__fuzz *f, struct sim__node *name)
{
    struct sim__node *map = sim__fuzz_map(f), *backoff = sim__fuzz_map(f);
    const struct sup_duration most = SUP_NS(4 * f->tick_ns);
    sim__fuzz_put(f, backoff, KEY(BASE), sim__fuzz_time(f, SUP_NS(f->tick_ns)));
    sim__fuzz_put(f, backoff, KEY(MAX), sim__fuzz_time(f, most));
    f->longest.wait_ns = most.ns > f->longest.wait_ns ? most.ns : f->longest.wait_ns;
    sim__fuzz_put(f, map, KEY(NAME), name);
    sim__fuzz_put(f, map, KEY(BACKOFF), backoff);
    return map;
}

struct sim__node *sim__fuzz_services(struct sim__fuzz *f)
{
    struct sim__node *services = sim__tree_list(f->arena);
    sim__fuzz_subject(f, "size", 0);
    uint32_t wanted =
        sim__fuzz_chance(f, 15) ? sim__fuzz_between(f, 2, 10) : sim__fuzz_between(f, 19, 27);
    /* One that nobody does anything to by its name is always there. */
    sim__fuzz_add(f, services, sim__fuzz_plain(f, sim__fuzz_word(f, "anchor")));
    f->drawn.services = 1 + sim__fuzz_brittle_services(f, services);
    for (uint32_t i = 0; f->drawn.services < wanted; i++) {
        uint32_t count;
        sim__fuzz_subject(f, "service", i);
        sim__fuzz_add(f, services, numbered(f, i, &count));
        f->drawn.services += count;
    }
    return services;
}
