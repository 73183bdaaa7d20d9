/* Files whose runs say nothing, or do not end. */
#include "traps.h"

/* Where a key of the file stands; its first line when it does not. */
static struct sim_place place_of(struct sim__lint *lint, const char *key)
{
    const struct sim__node *root = sim__lint_root(lint);
    const struct sim__node *node = root == NULL ? NULL : sim__node_get(root, key);
    return node == NULL ? (struct sim_place){1, 1, 0} : node->at;
}

static bool is_there(struct sim__lint *lint, const char *key)
{
    const struct sim__node *root = sim__lint_root(lint);
    return root != NULL && sim__node_get(root, key) != NULL;
}

void sim__trap_no_expectations(struct sim__lint *lint)
{
    const struct sim_scenario *scenario = lint->scenario;
    bool judged = scenario->expectation_count > 0 || scenario->has_verdict;
    for (uint32_t i = 0; i < scenario->timeline_count && !judged; i++) {
        judged = scenario->timeline[i].has_expect;
    }
    if (!judged && !is_there(lint, "expect")) {
        sim__warn(lint, place_of(lint, "name"),
                  "nothing is expected: this passes whatever the services do");
    }
}

void sim__trap_seeds_without_draws(struct sim__lint *lint)
{
    if (lint->seeds < 2 || lint->draws || is_there(lint, "vary") || sim__lint_leaves_open(lint)) {
        return;
    }
    sim__warn(lint, place_of(lint, is_there(lint, "seed") ? "seed" : "name"),
              "nothing is drawn here: every seed gives the same run" SIM__HINT
              "; jitter, `uniform`, `choose` or `order: random` would draw");
}

/* Whether a failure of it will sooner or later be its last. */
static bool is_bounded(struct sim__lint *lint, const struct sim_service *service,
                       const struct sim_behaviour *item)
{
    const struct sup_policy *policy = &service->policy;
    bool holds = policy->limit.then == SUP_LIMIT_WAIT || policy->limit.then == SUP_LIMIT_PAUSE;
    bool limited =
        policy->max_restarts != SUP_UNLIMITED || (policy->limit.enabled && !holds) ||
        (policy->breaker.failures > 0 && policy->breaker.then == SUP_BREAKER_THEN_TERMINATE);
    return sim__lint_end(service, item) == SIM__LINT_COUNTED && (limited || lint->limited);
}

void sim__trap_endless_restarts(struct sim__lint *lint, const struct sim__subject *subject)
{
    const uint64_t ends = SIM__ACT(SHUTDOWN) | SIM__ACT(PAUSE) | SIM__ACT(QUARANTINE) |
                          SIM__ACT(REMOVE) | SIM__ACT(CANCEL) | SIM__ACT(ABORT) |
                          SIM__ACT(CANCEL_GROUP) | SIM__ACT(FORCE_ABORT);
    const struct sim_service *service = subject->service;
    const struct sim_behaviour *last = &service->script[service->script_count - 1];
    if (lint->scenario->until.ns != SUP_NEVER_NS || (lint->actions & ends) != 0 ||
        lint->scenario->has_verdict || sim__lint_end(service, last) == SIM__LINT_LAST ||
        service->exec != NULL || is_bounded(lint, service, last)) {
        return;
    }
    for (uint32_t i = 0; i + 1 < service->script_count; i++) {
        const struct sim_behaviour *item = &service->script[i];
        if (sim__lint_end(service, item) == SIM__LINT_LAST && item->kind != SIM_STEPS) {
            return; /* it does not come as far as the last item */
        }
    }
    sim__warn(lint, last->place.line == 0 ? service->place : last->place,
              "this is restarted for ever, and the run has no end" SIM__HINT
              "; give the file an `until`, or the service a limit");
}
