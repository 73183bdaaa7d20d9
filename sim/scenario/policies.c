/* What a program takes from a scenario file; see <sim/policies.h>. */
#include "sim/policies.h"

#include <string.h>

#include "sup/error.h"

int sim_policies_config_sized(const struct sim_scenario *scenario, struct sup_config *config,
                              size_t size, size_t root_size)
{
    struct sup_config own;
    struct sup_stretch parts[SUP_CONFIG_STRETCHES];
    size_t count = sup_config_stretches(parts, size, root_size);
    if (scenario == NULL || config == NULL || count == 0) {
        return SUP_EINVAL;
    }
    sup_config_default(&own);
    if (sup_face_take(&own, config, parts, count) != 0) {
        return SUP_ENEWER;
    }
    own.clock_at_zero = scenario->clock;
    own.shutdown_timeout = scenario->shutdown_timeout;
    own.shutdown_order = scenario->shutdown_order;
    own.shutdown_abort = scenario->shutdown_abort;
    own.on_duplicate = scenario->on_duplicate;
    own.blocking_pool = scenario->blocking_pool;
    own.root = scenario->root;
    if (own.error_bytes_max < scenario->error_bytes_max) {
        own.error_bytes_max = scenario->error_bytes_max;
    }
    sup_face_give(config, &own, parts, count);
    return SUP_OK;
}

int sim_policies_groups(const struct sim_scenario *scenario, struct sup *sup)
{
    int error = SUP_OK;
    for (uint32_t i = 0; i < scenario->group_count && error == SUP_OK; i++) {
        error = sup_group_create(sup, scenario->groups[i].name, &scenario->groups[i].policy);
    }
    return error;
}

/* Is it one of stem-0 … stem-(count-1), written as those are? */
static bool is_counted(const struct sim_service *service, const char *name)
{
    size_t stem = strlen(service->name);
    const char *digits = name + stem + 1;
    uint64_t index = 0;
    if (strncmp(name, service->name, stem) != 0 || name[stem] != '-' || digits[0] == '\0' ||
        (digits[0] == '0' && digits[1] != '\0')) {
        return false;
    }
    for (; *digits >= '0' && *digits <= '9' && index < service->count; digits++) {
        index = index * 10 + (uint64_t)(*digits - '0');
    }
    return *digits == '\0' && index < service->count;
}

static const struct sim_service *find(const struct sim_scenario *scenario, const char *name)
{
    for (uint32_t i = 0; i < scenario->service_count && name != NULL; i++) {
        const struct sim_service *service = &scenario->services[i];
        if (service->counted ? is_counted(service, name) : strcmp(service->name, name) == 0) {
            return service;
        }
    }
    return NULL;
}

int sim_policies_service_sized(const struct sim_scenario *scenario, const char *service,
                               struct sup_policy *ret_policy, size_t size)
{
    const struct sup_stretch whole = {size, sizeof(*ret_policy)};
    const struct sim_service *found = find(scenario, service);
    if (found == NULL) {
        return SUP_EUNKNOWN;
    }
    sup_face_give(ret_policy, &found->policy, &whole, 1);
    return SUP_OK;
}

const char *sim_policies_group_of(const struct sim_scenario *scenario, const char *service)
{
    const struct sim_service *found = find(scenario, service);
    return found == NULL ? NULL : found->group;
}
