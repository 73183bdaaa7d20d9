/* What a limit would need: the longest wait, always the same, with which it would end it. */
#include "plan.h"

#include "sup/assert.h"
#include "sup/error.h"
#include "sup/rules.h"

/* The service with one and the same wait, whatever the shape of its waits is. */
struct evened {
    struct sim_service service;
    struct sup_rules rules;
};

static void even_out(const struct sim_service *service, struct evened *ret_evened)
{
    ret_evened->service = *service;
    struct sup_policy *policy = &ret_evened->service.policy;
    policy->backoff.jitter = SUP_JITTER_NONE;
    if (policy->rules != NULL) {
        struct sup_rules *rules = &ret_evened->rules;
        *rules = *policy->rules;
        rules->shape = SUP_SHAPE_EXPONENTIAL;
        rules->wait_count = 0;
        rules->grain = SUP_NS(1);
        rules->first = SUP_DURATION_NEVER;
        rules->jitter_add = SUP_NS(0);
        rules->over_cap = false;
        policy->rules = rules;
    }
}

static int gives_up_with(struct sim__plan_ask *ask, struct evened *evened, uint64_t wait,
                         bool *ret_gives_up)
{
    struct sim__plan plan = {0};
    evened->service.policy.backoff.base = SUP_NS(wait);
    evened->service.policy.backoff.max = SUP_NS(wait);
    ask->service = &evened->service;
    int error = sim__plan_run(ask, &plan);
    *ret_gives_up = plan.verdict == SIM_PLAN_GIVES_UP;
    sim__plan_release(&plan);
    return error;
}

int sim__plan_needed(const struct sim__plan_ask *ask, struct sup_duration below,
                     struct sup_duration *ret_wait)
{
    SUP_ASSERT(below.ns != SUP_NEVER_NS);
    struct evened evened;
    struct sim__plan_ask search = *ask;
    uint64_t low = 0, high = below.ns;
    bool gives_up;
    search.starts_max = SIM__PLAN_SEARCH_STARTS;
    even_out(ask->service, &evened);
    *ret_wait = SUP_DURATION_NEVER;
    int error = gives_up_with(&search, &evened, 0, &gives_up);
    if (error != SUP_OK || !gives_up || high == 0) {
        return error;
    }
    while (high - low > 1 && error == SUP_OK) {
        uint64_t middle = low + (high - low) / 2;
        error = gives_up_with(&search, &evened, middle, &gives_up);
        *(gives_up ? &low : &high) = middle;
    }
    *ret_wait = SUP_NS(low);
    return error;
}
