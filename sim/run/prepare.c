/* The first half of a start: whose stream an attempt draws from, and what it follows. */
#include "prepare.h"

#include <string.h>

#include "sim/base/grow.h"
#include "sim/base/probe.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"

#define LABEL_BYTES (SUP_NAME_MAX + 16)

/* `site:name`, of a site of few letters; its length. */
static size_t label_of(char label[LABEL_BYTES], const char *site, const char *name)
{
    size_t first = strlen(site);
    size_t rest = strlen(name);
    SUP_ASSERT(first + 1 + rest < LABEL_BYTES);
    memcpy(label, site, first);
    label[first] = ':';
    memcpy(label + first + 1, name, rest + 1);
    return first + 1 + rest;
}

/* Chance */

uint32_t sim__chooser_choose(void *context, uint32_t n)
{
    const struct sim_chooser *chooser = context;
    char label[LABEL_BYTES];
    SUP_ASSERT(n > 1 && chooser->executor->oracle != NULL);
    const char *name = sup_slot_name(chooser->executor->sup, chooser->slot);
    (void)label_of(label, chooser->site, name != NULL ? name : "");
    return sim_oracle_choose(chooser->executor->oracle, label, n);
}

/* What a start needs */

static int owners_reserve(struct sim_executor *executor, uint32_t slot)
{
    void *grown = sim__grown(executor->owners, &executor->owner_count, (uint64_t)slot + 1,
                             sizeof(*executor->owners));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    executor->owners = grown;
    SUP_ASSERT(slot < executor->owner_count);
    return SUP_OK;
}

/* The stream that belongs to the name, whichever definition registers it. */
static int stream_find(struct sim_executor *executor, struct sim_agent *agent,
                       const struct sup_start *start)
{
    uint32_t slot = start->id.slot;
    if (owners_reserve(executor, slot) != SUP_OK) {
        return SUP_ENOMEM;
    }
    if (executor->owners[slot] == NULL) {
        char label[LABEL_BYTES];
        size_t length = label_of(label, "script", start->service);
        agent->own = sup_random_derive(executor->seed, label, length);
        executor->owners[slot] = agent;
        agent->slot = slot;
    }
    agent->stream = &executor->owners[slot]->own;
    return SUP_OK;
}

/* The behaviour that the attempt follows: an item of its script, or, while what its service
 * needs is down, another. NULL without memory. */
static const struct sim_behaviour *behaviour_of(struct sim_executor *executor,
                                                struct sim_agent *agent, struct sup_attempt id)
{
    const struct sim_service *service = agent->service;
    const struct sim_need *need = NULL;
    if (sim__calm_is_on(&executor->calm)) {
        sim__follow_nothing(&agent->follower, id);
        return sim__calm_behaviour(&executor->calm, service, SUP_READINESS_UNREPORTED);
    }
    if (service->need_count > 0) {
        need = sim__conditions_down(executor->conditions, service);
    }
    const struct sim_behaviour *item;
    if (need == NULL) {
        item = sim__follow(&agent->follower, service, id);
    } else {
        sim__follow_nothing(&agent->follower, id);
        item = need->behaviour;
        SIM_PROBE("condition: down at a start");
    }
    if (item->kind != SIM_ANY) {
        return item;
    }
    struct sim_chooser chooser = {executor, id.slot, "any"};
    return sim__decide(item, sim__chooser_choose, &chooser);
}

int sim__executor_prepare(struct sim_executor *executor, const struct sup_start *start,
                          const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    struct sim_agent *agent = start->work;
    if (agent->stream == NULL && stream_find(executor, agent, start) != SUP_OK) {
        executor->failed = true;
        return SUP_ENOMEM;
    }
    const struct sim_whose whose = {start->service, start->id.attempt};
    if (sim__point(&executor->points, SIM__POINT_START, whose)) {
        *ret_error = "refused by a fault";
        return SUP_EREFUSED;
    }
    if (executor->refusals.count > 0) {
        const struct sim_action *action = sim__refusals_take(&executor->refusals, start->id.slot);
        if (action != NULL) {
            *ret_error = action->error;
            return SUP_EREFUSED;
        }
    }
    const struct sim_behaviour *behaviour = behaviour_of(executor, agent, start->id);
    if (behaviour == NULL) {
        executor->failed = true;
        return SUP_ENOMEM;
    }
    if (behaviour->kind == SIM_REFUSE) {
        SIM_PROBE("script: refuses to start");
        *ret_error = behaviour->error;
        return SUP_EREFUSED;
    }
    if (behaviour->call != NULL && behaviour->call->task == NULL) {
        *ret_error = "no function was given for its task";
        return SUP_EREFUSED;
    }
    *ret_behaviour = behaviour;
    return SUP_OK;
}
