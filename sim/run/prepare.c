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
static __attribute__((noinline)) int
stream_find(struct sim_executor *executor, struct sim_agent *agent, const struct sup_start *start)
{
    uint32_t slot = start->id.slot;
    if (owners_reserve(executor, slot) != SUP_OK) {
        return SUP_ENOMEM;
    }
    if (executor->owners[slot].stream == NULL) {
        char label[LABEL_BYTES];
        size_t length = label_of(label, "script", start->service);
        agent->own = sup_random_derive(executor->seed, label, length);
        executor->owners[slot].stream = agent;
        agent->slot = slot;
    }
    agent->stream = &executor->owners[slot].stream->own;
    return SUP_OK;
}

static __attribute__((noinline)) const struct sim_behaviour *
decide(struct sim_executor *executor, const struct sim_behaviour *item, uint32_t slot)
{
    struct sim_chooser chooser = {executor, slot, "any"};
    return sim__decide(item, sim__chooser_choose, &chooser);
}

/* The same where the world is calm, or the service needs something. */
static __attribute__((noinline)) const struct sim_behaviour *
item_in_world(struct sim_executor *executor, struct sim_agent *agent, struct sup_attempt id)
{
    const struct sim_service *service = agent->service;
    if (sim__calm_is_on(&executor->calm)) {
        sim__follow_nothing(&agent->follower, id);
        return sim__calm_behaviour(&executor->calm, service, SUP_READINESS_UNREPORTED);
    }
    const struct sim_need *need = sim__conditions_down(executor->conditions, service);
    if (need == NULL) {
        return sim__follow(&agent->follower, service, id);
    }
    sim__follow_nothing(&agent->follower, id);
    SIM_PROBE("condition: down at a start");
    return need->behaviour;
}

/* The behaviour that the attempt follows: an item of its script, or, while what its service
 * needs is down, another. NULL without memory. */
static inline const struct sim_behaviour *
behaviour_of(struct sim_executor *executor, struct sim_agent *agent, struct sup_attempt id)
{
    const struct sim_service *service = agent->service;
    bool plain = !sim__calm_is_on(&executor->calm) && service->need_count == 0;
    const struct sim_behaviour *item =
        plain ? sim__follow(&agent->follower, service, id) : item_in_world(executor, agent, id);
    return item == NULL || item->kind != SIM_ANY ? item : decide(executor, item, id.slot);
}

/* By a fault, or as an action has declared. */
static __attribute__((noinline)) bool
is_refused(struct sim_executor *executor, const struct sup_start *start, const char **ret_error)
{
    const struct sim_whose whose = {start->service, start->id.attempt};
    if (sim__point(&executor->points, SIM__POINT_START, whose)) {
        *ret_error = "refused by a fault";
        return true;
    }
    const struct sim_action *action = sim__refusals_take(&executor->refusals, start->id.slot);
    if (action != NULL) {
        *ret_error = action->error;
    }
    return action != NULL;
}

int sim__executor_prepare(struct sim_executor *executor, const struct sup_start *start,
                          const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    struct sim_agent *agent = start->work;
    if (agent->stream == NULL && stream_find(executor, agent, start) != SUP_OK) {
        executor->failed = true;
        return SUP_ENOMEM;
    }
    executor->owners[start->id.slot].last = agent;
    if ((executor->points.on || executor->refusals.count > 0) &&
        is_refused(executor, start, ret_error)) {
        return SUP_EREFUSED;
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
