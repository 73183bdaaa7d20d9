/* What a policy has; see traits.h. */
#include "traits.h"

#include <string.h>

#include "sup/rules.h"

#include "anchor.h"
#include "forgive.h"
#include "lifetime.h"
#include "limits.h"
#include "liveness.h"

#define WHEN(condition, trait) ((condition) ? (uint32_t)SUP__TRAIT_##trait : 0u)

static uint32_t of_rules(const struct sup_policy *policy)
{
    static const struct sup_exit_set code_0 = {.codes = {1}};
    const struct sup_rules *rules = policy->rules;
    if (rules == NULL) {
        return 0;
    }
    bool fates = rules->has_restart_on || !sup_exit_set_is_empty(&rules->prevent) ||
                 !sup_exit_set_is_empty(&rules->force);
    bool reset = sup__keeps_reset(policy) || rules->reset_poll.ns > 0;
    return SUP__TRAIT_RULES | WHEN(fates, FATES) | WHEN(reset, RESET) |
           WHEN(memcmp(&rules->success, &code_0, sizeof(code_0)) != 0, SUCCESS) |
           WHEN(rules->put_off, PUT_OFF) | WHEN(rules->significant, SIGNIFICANT) |
           WHEN(sup__limit_has_state(policy), LIMIT_STATE) |
           WHEN(sup__ready_by_time(policy), READY_BY_TIME) |
           WHEN(sup__keeps_lifetime(policy), LIFETIME) | WHEN(sup__keeps_anchor(policy), ANCHOR);
}

uint16_t sup__traits_of(const struct sup_policy *policy)
{
    bool timers = policy->breaker.failures > 0 || policy->stale_after.ns != SUP_NEVER_NS;
    uint32_t traits = of_rules(policy) | WHEN(policy->kind == SUP_KIND_BLOCKING, BLOCKING) |
                      WHEN(policy->kind == SUP_KIND_INTERVAL, INTERVAL) |
                      WHEN(policy->limit.enabled, LIMIT) |
                      WHEN(policy->ready_explicit, READY_EXPLICIT) | WHEN(timers, TIMERS);
    bool usual = traits == 0 && policy->kind == SUP_KIND_SERVICE &&
                 policy->restart <= SUP_RESTART_ALWAYS && policy->max_restarts == SUP_UNLIMITED;
    return (uint16_t)(traits | WHEN(usual, USUAL));
}
