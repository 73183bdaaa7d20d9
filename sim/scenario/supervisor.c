/* `supervisor:`, its shutdown and its groups. */
#include <string.h>

#include "reader.h"

static void read_shutdown(struct sim__reader *r, const struct sim__node *node)
{
    enum { TIMEOUT, ORDER, ABORT, KEYS };
    static const char *const keys[KEYS] = {"timeout", "order", "abort"};
    static const struct sim__word orders[] = {{"parallel", SUP_ORDER_PARALLEL},
                                              {"reverse", SUP_ORDER_REVERSE}};
    struct sim_scenario *scenario = r->scenario;
    struct sim__node *v[KEYS];
    int order;
    if (node == NULL || !sim__map(r, node, keys, KEYS, v)) {
        return;
    }
    if (v[TIMEOUT] != NULL) {
        (void)sim__duration(r, v[TIMEOUT], SIM__NEVER_OK, &scenario->shutdown_timeout.ns);
    }
    if (v[ORDER] != NULL && sim__word(r, v[ORDER], orders, 2, "order", &order)) {
        scenario->shutdown_order = (enum sup_order)order;
    }
    if (v[ABORT] != NULL) {
        (void)sim__boolean(r, v[ABORT], &scenario->shutdown_abort);
    }
}

static void read_group(struct sim__reader *r, const struct sim__node *node, struct sim_group *group)
{
    enum { NAME, STRATEGY, LIMIT, KEYS };
    static const char *const keys[KEYS] = {"name", "strategy", "restart-limit"};
    struct sim__node *v[KEYS];
    if (!sim__map(r, node, keys, KEYS, v)) {
        return;
    }
    group->place = node->at;
    sim__read_group_policy(r, v[STRATEGY], v[LIMIT], &group->policy);
    if (!sim__required(r, node, v[NAME], "name") ||
        !sim__read_group_path(r, v[NAME], &group->name)) {
        return;
    }
    if (strcmp(group->name, "runtime") == 0) {
        sim__error(r, v[NAME]->at,
                   "the root's `strategy` and `restart-limit` stand directly under `supervisor`");
    } else if (!sim__declare_group_policy(r, group->name, v[NAME]->at)) {
        sim__error(r, v[NAME]->at, "a second group called `%s`", group->name);
    }
}

static void read_groups(struct sim__reader *r, const struct sim__node *node)
{
    if (node == NULL || !sim__list(r, node)) {
        return;
    }
    struct sim_group *groups = sim__arena_alloc(r->arena, node->count, sizeof(*groups));
    for (uint32_t i = 0; groups != NULL && i < node->count; i++) {
        read_group(r, node->entries[i].value, &groups[i]);
    }
    r->scenario->groups = groups;
    r->scenario->group_count = groups == NULL ? 0 : node->count;
}

void sim__read_supervisor(struct sim__reader *r, const struct sim__node *node)
{
    enum { SHUTDOWN, POOL, STRATEGY, LIMIT, ON_DUPLICATE, ORDER, GROUPS, KEYS };
    static const char *const keys[KEYS] = {"shutdown",      "blocking-pool", "strategy",
                                           "restart-limit", "on-duplicate",  "order",
                                           "groups"};
    static const struct sim__word duplicates[] = {{"reject", SUP_DUPLICATE_REJECT},
                                                  {"replace", SUP_DUPLICATE_REPLACE}};
    static const struct sim__word orders[] = {{"fifo", false}, {"random", true}};
    struct sim_scenario *scenario = r->scenario;
    struct sim__node *v[KEYS];
    int value;
    if (!sim__map(r, node, keys, KEYS, v)) {
        return;
    }
    read_shutdown(r, v[SHUTDOWN]);
    if (v[POOL] != NULL) {
        (void)sim__number_u32(r, v[POOL], 1, SUP_BLOCKING_POOL_MAX, &scenario->blocking_pool);
    }
    sim__read_group_policy(r, v[STRATEGY], v[LIMIT], &scenario->root);
    if (v[ON_DUPLICATE] != NULL &&
        sim__word(r, v[ON_DUPLICATE], duplicates, 2, "way to treat duplicates", &value)) {
        scenario->on_duplicate = (enum sup_duplicate)value;
    }
    if (v[ORDER] != NULL && sim__word(r, v[ORDER], orders, 2, "order", &value)) {
        scenario->order_random = value != 0;
    }
    read_groups(r, v[GROUPS]);
}
