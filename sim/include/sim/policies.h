/* A program takes its policies from the scenario file that rehearses them.
 *
 * The file is read with sim_scenario_load of <sim/scenario.h>; what follows picks out of
 * it what a supervisor is made with, so that what was rehearsed is what runs:
 *
 *     struct sim_scenario *file;
 *     struct sim_diagnostics said;
 *     if (sim_scenario_load("feeds.yaml", &said, &file) < 0) {
 *         fputs(said.text, stderr);
 *     }
 *     result = sim_policies_config(file, &config);            then sup_create
 *     result = sim_policies_groups(file, sup);
 *     result = sim_policies_service(file, "feed", &policy);   then sup_spawn
 *
 * Scripts, timeline and expectations are the rehearsal's and are left alone, and so is
 * the seed. Texts that are returned belong to the scenario. Nothing here is
 * thread-safe with the scenario being freed. docs/examples/policies.c is a whole program.
 */
#ifndef SIM_POLICIES_H
#define SIM_POLICIES_H

#include <stddef.h>

#include "sim/scenario.h"
#include "sup/supervisor.h"

SUP_BEGIN_DECLS

int sim_policies_config_sized(const struct sim_scenario *scenario, struct sup_config *config,
                              size_t size, size_t root_size) SUP_WARN_UNUSED;
/* The file's `supervisor:` into a configuration that has its defaults, or settings of the
 * program's own: shutdown, duplicates, the pool, the root's policy, and room for the
 * longest error text. 0, SUP_EINVAL or SUP_ENEWER. */
SUP_WARN_UNUSED static inline int sim_policies_config(const struct sim_scenario *scenario,
                                                      struct sup_config *config)
{
    return sim_policies_config_sized(scenario, config, sizeof(*config), sizeof(config->root));
}

/* Makes the file's groups with their policies. 0, or as sup_group_create. */
int sim_policies_groups(const struct sim_scenario *scenario, struct sup *sup) SUP_WARN_UNUSED;

int sim_policies_service_sized(const struct sim_scenario *scenario, const char *service,
                               struct sup_policy *ret_policy, size_t size) SUP_WARN_UNUSED;
/* The policy of one of the file's services, `defaults:` merged in; of a counted one each
 * of its names ("feed-3"). Its rules belong to the scenario. 0, or SUP_EUNKNOWN. Linear in
 * the file's services. */
SUP_WARN_UNUSED static inline int sim_policies_service(const struct sim_scenario *scenario,
                                                       const char *service,
                                                       struct sup_policy *ret_policy)
{
    return sim_policies_service_sized(scenario, service, ret_policy, sizeof(*ret_policy));
}
/* The group it is in; NULL for the root, and for a service that is not in the file. */
const char *sim_policies_group_of(const struct sim_scenario *scenario, const char *service);

SUP_END_DECLS

#endif
