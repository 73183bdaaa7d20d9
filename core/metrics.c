/* Counters of services and groups beside the supervisor's. */
#include "metrics.h"

#include <stddef.h>
#include <string.h>

#include "face.h"
#include "group.h"
#include "registry.h"
#include "sup/assert.h"
#include "sup/snapshot.h"

static void add_current(struct sup_metrics *to, const struct sup__service *s)
{
    to->attempts_total += s->attempt;
    to->restarts_total += s->restarts;
    to->failures_total += s->failures;
}

static void add(struct sup_metrics *to, const struct sup_metrics *more)
{
#define SUP__X(name, type, help) to->name += more->name;
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
}

/* The gauge is not counted but follows from the rest. */
static void settle(struct sup_metrics *metrics)
{
    SUP_ASSERT(metrics->spawned_total >= metrics->terminated_total);
    metrics->active_services = metrics->spawned_total - metrics->terminated_total;
}

void sup__metrics_fold(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->registered);
    add_current(&sup__rare_make(sup, s)->counted, s);
    add_current(&sup->groups[s->group].counted, s);
}

void sup__metrics_command(struct sup *sup, uint32_t slot, uint32_t group)
{
    sup->metrics.commands_total++;
    if (slot != SUP__NONE) {
        sup__rare_make(sup, &sup->services[slot])->counted.commands_total++;
        group = sup->services[slot].group;
    }
    sup->groups[group == SUP__NONE ? SUP__ROOT : group].counted.commands_total++;
}

void sup__metrics_adopt(struct sup *sup, uint32_t slot)
{
    SUP_ASSERT(sup->groups[SUP__ROOT].counted.commands_total > 0);
    sup->groups[SUP__ROOT].counted.commands_total--;
    sup->groups[sup->services[slot].group].counted.commands_total++;
    sup__rare_make(sup, &sup->services[slot])->counted.commands_total++;
}

struct sup_metrics sup__metrics_of(const struct sup *sup, uint32_t slot)
{
    const struct sup__service *s = &sup->services[slot];
    struct sup_metrics metrics = sup__rare_of(sup, s)->counted;
    metrics.spawned_total = (uint64_t)s->generation + 1;
    if (s->registered) {
        add_current(&metrics, s);
    }
    settle(&metrics);
    return metrics;
}

struct sup_metrics sup__metrics_own(const struct sup *sup, uint32_t group)
{
    struct sup_metrics metrics = sup->groups[group].counted;
    uint32_t slot = sup->groups[group].first;
    for (; slot != SUP__NONE; slot = sup->colds[slot].group_next) {
        add_current(&metrics, &sup->services[slot]);
    }
    settle(&metrics);
    return metrics;
}

/* Added up as they lie there: what sup__metrics_own and sup__metrics_of make of each is a copy of
 * all counters, most of them 0, and each simulated run is checked several times. */
static void check_groups(const struct sup *sup)
{
    struct sup_metrics groups = {0};
    for (uint32_t g = 0; g < sup->group_count; g++) {
        const struct sup_metrics *counted = &sup->groups[g].counted;
        SUP_ASSERT(counted->spawned_total == counted->terminated_total + sup->groups[g].inflight);
        add(&groups, counted);
        uint32_t slot = sup->groups[g].first;
        for (; slot != SUP__NONE; slot = sup->colds[slot].group_next) {
            add_current(&groups, &sup->services[slot]);
        }
    }
    settle(&groups);
    SUP_ASSERT(memcmp(&groups, &sup->metrics, sizeof(groups)) == 0);
}

static void check_services(const struct sup *sup)
{
    struct sup_metrics services = {0};
    uint64_t spawned = 0;
    for (uint32_t slot = 0; slot < sup->slot_count; slot++) {
        const struct sup__service *s = &sup->services[slot];
        uint64_t active = (uint64_t)s->generation + 1;
        spawned += active;
        if (s->rare) {
            add(&services, &sup->rares[slot].counted);
            active -= sup->rares[slot].counted.terminated_total;
        }
        SUP_ASSERT(active <= 1);
        if (s->registered) {
            add_current(&services, s);
        }
    }
    services.spawned_total = spawned;
    settle(&services);
    /* Commands on names that nobody bears, and on groups, are nobody's. */
    SUP_ASSERT(services.commands_total <= sup->metrics.commands_total);
    services.commands_total = sup->metrics.commands_total;
    SUP_ASSERT(memcmp(&services, &sup->metrics, sizeof(services)) == 0);
}

void sup__metrics_check(const struct sup *sup)
{
    check_groups(sup);
    check_services(sup);
}

int sup_service_metrics_sized(const struct sup *sup, const char *service,
                              struct sup_metrics *ret_metrics, size_t size)
{
    uint32_t slot = service == NULL ? SUP__NONE : sup__find(sup, service);
    if (slot == SUP__NONE) {
        return SUP_EUNKNOWN;
    }
    const struct sup_metrics metrics = sup__metrics_of(sup, slot);
    sup__give(ret_metrics, size, &metrics, sizeof(metrics));
    return SUP_OK;
}

int sup_group_metrics_sized(const struct sup *sup, const char *path,
                            struct sup_metrics *ret_metrics, size_t size)
{
    uint32_t group = sup__group_find(sup, path);
    struct sup_metrics metrics = {0};
    if (group == SUP__NONE) {
        return SUP_EUNKNOWN;
    }
    for (uint32_t g = group; g < sup->group_count; g++) { /* a child comes after its parent */
        if (sup__group_within(sup, g, group)) {
            const struct sup_metrics own = sup__metrics_own(sup, g);
            add(&metrics, &own);
        }
    }
    sup__give(ret_metrics, size, &metrics, sizeof(metrics));
    return SUP_OK;
}
