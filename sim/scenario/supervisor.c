/* `supervisor:`, its shutdown and its groups. */
#include <string.h>

#include "preset.h"

#define X(id, name) {name, SUP_ORDER_##id},
static const struct sim__word drain_orders[] = {SUP_ORDER_LIST(X)};
#undef X
#define X(id, name) {name, SUP_DUPLICATE_##id},
static const struct sim__word duplicates[] = {SUP_DUPLICATE_LIST(X)};
#undef X
enum { ORDER_FIFO, ORDER_RANDOM };
#define X(id, name) {name, ORDER_##id},
static const struct sim__word orders[] = {SIM_ORDER_LIST(X)};
#undef X

static void read_shutdown(struct sim__reader *r, const struct sim__node *node)
{
    enum { SIM__SHUTDOWN_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__SHUTDOWN_KEYS(SIM__AT)}};
    struct sim_scenario *scenario = r->scenario;
    struct sim__node *v[KEYS];
    int order;
    if (node == NULL || !sim__map(r, node, &keys, v)) {
        return;
    }
    if (v[TIMEOUT] != NULL) {
        (void)sim__duration(r, v[TIMEOUT], SIM__NEVER_OK, &scenario->shutdown_timeout);
    }
    if (v[ORDER] != NULL && sim__word(r, v[ORDER], SIM__WORDS("order", drain_orders), &order)) {
        scenario->shutdown_order = (enum sup_order)order;
    }
    if (v[ABORT] != NULL) {
        (void)sim__boolean(r, v[ABORT], &scenario->shutdown_abort);
    }
}

static void read_group(struct sim__reader *r, struct sim__node *node, struct sim_group *group)
{
    enum { SIM__GROUP_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__GROUP_KEYS(SIM__AT)}};
    struct sim__node *v[KEYS];
    const struct sim__node *layered = sim__layer_group(r, node);
    if (layered == NULL || !sim__map(r, layered, &keys, v)) {
        return;
    }
    group->place = node->at;
    const struct sim__group_nodes nodes = {v[STRATEGY], v[RESTART_LIMIT], v[AUTO_SHUTDOWN],
                                           v[SIGNIFICANT], v[REBIRTH]};
    group->significant = v[SIGNIFICANT] != NULL ? v[SIGNIFICANT]->at : node->at;
    sim__read_group_policy(r, &nodes, &group->policy);
    if (!sim__required(r, node, v[NAME], "name") ||
        !sim__read_group_path(r, v[NAME], &group->name)) {
        return;
    }
    if (strcmp(group->name, "runtime") == 0) {
        sim__error(r, v[NAME]->at,
                   "the root's `strategy` and `restart-limit` stand directly under `supervisor`");
    } else if (!sim__declare_group_policy(r, group, v[NAME]->at)) {
        sim__error_as(r, SIM__CODE_DUPLICATE_NAME, v[NAME]->at, "a second group called `%s`",
                      group->name);
    } else {
        sim__keep_group_preset(r, node, group->name);
        group->has_preset = v[PRESET] != NULL;
        if (r->explains && r->diagnosis.total == 0) {
            group->plain = sim__preset_explain_group(r, layered, group->name);
        }
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

void sim__read_supervisor(struct sim__reader *r, struct sim__node *node)
{
    enum { SIM__SUPERVISOR_KEYS(SIM__ID) KEYS };
    static const struct sim__keys keys = {KEYS, {SIM__SUPERVISOR_KEYS(SIM__AT)}};
    struct sim_scenario *scenario = r->scenario;
    struct sim__node *v[KEYS];
    int value;
    const struct sim__node *layered = sim__layer_supervisor(r, node);
    if (layered == NULL || !sim__map(r, layered, &keys, v)) {
        return;
    }
    sim__keep_group_preset(r, node, NULL);
    read_shutdown(r, v[SHUTDOWN]);
    if (v[CLOCK] != NULL) {
        (void)sim__duration(r, v[CLOCK], SIM__FINITE, &scenario->clock);
    }
    if (v[BLOCKING_POOL] != NULL) {
        (void)sim__number_u32(r, v[BLOCKING_POOL], 1, SUP_BLOCKING_POOL_MAX,
                              &scenario->blocking_pool);
    }
    const struct sim__group_nodes nodes = {v[STRATEGY], v[RESTART_LIMIT], v[AUTO_SHUTDOWN], NULL,
                                           NULL};
    sim__read_group_policy(r, &nodes, &scenario->root);
    if (v[ON_DUPLICATE] != NULL &&
        sim__word(r, v[ON_DUPLICATE], SIM__WORDS("way to treat duplicates", duplicates), &value)) {
        scenario->on_duplicate = (enum sup_duplicate)value;
    }
    if (v[ORDER] != NULL && sim__word(r, v[ORDER], SIM__WORDS("order", orders), &value)) {
        scenario->order_random = value == ORDER_RANDOM;
    }
    scenario->has_preset = v[PRESET] != NULL;
    if (r->explains && r->diagnosis.total == 0) {
        scenario->plain = sim__preset_explain_group(r, layered, NULL);
    }
    read_groups(r, v[GROUPS]);
    sim__judge_groups(r);
}
