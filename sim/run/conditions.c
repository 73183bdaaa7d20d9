/* Keeps the states of the world, and who was asked what. */
#include "conditions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

static_assert(SIM_NEEDS_MAX <= 64, "a service's needs are a set of bits");

int sim__conditions_init(struct sim_conditions *conditions, const struct sim_scenario *scenario)
{
    *conditions = (struct sim_conditions){.scenario = scenario};
    if (scenario->condition_count == 0) {
        return SUP_OK;
    }
    conditions->states = calloc(scenario->condition_count, sizeof(*conditions->states));
    conditions->met = calloc((size_t)scenario->setting_count + 1, sizeof(*conditions->met));
    if (conditions->states == NULL || conditions->met == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < scenario->condition_count; i++) {
        conditions->states[i] = scenario->conditions[i].state;
    }
    return SUP_OK;
}

void sim__conditions_release(struct sim_conditions *conditions)
{
    free(conditions->states);
    free(conditions->met);
    free(conditions->asked);
    *conditions = (struct sim_conditions){0};
}

static const char up[] = "up";

bool sim__condition_is_up(const char *state)
{
    return strcmp(state, up) == 0;
}

const char *sim__condition_up(void)
{
    return up;
}

const struct sim_need *sim__conditions_down(const struct sim_conditions *conditions,
                                            const struct sim_service *service)
{
    for (uint32_t i = 0; i < service->need_count; i++) {
        SUP_ASSERT(service->needs[i].condition < conditions->scenario->condition_count);
        if (!sim__condition_is_up(conditions->states[service->needs[i].condition])) {
            return &service->needs[i];
        }
    }
    return NULL;
}

uint32_t sim__conditions_need(const struct sim_service *service, uint32_t condition)
{
    for (uint32_t i = 0; i < service->need_count; i++) {
        if (service->needs[i].condition == condition) {
            return i;
        }
    }
    return SIM_NEEDS_MAX;
}

static bool is_of(const struct sim_asked *asked, struct sup_attempt id)
{
    return asked->generation == id.generation && asked->attempt == id.attempt;
}

struct sim_asked *sim__conditions_ask(struct sim_conditions *conditions, struct sup_attempt id)
{
    struct sim_asked *grown = sim__grown(conditions->asked, &conditions->asked_room,
                                         (uint64_t)id.slot + 1, sizeof(*grown));
    if (grown == NULL) {
        return NULL;
    }
    conditions->asked = grown;
    SUP_ASSERT(id.slot < conditions->asked_room);
    struct sim_asked *asked = &grown[id.slot];
    if (!is_of(asked, id)) {
        *asked = (struct sim_asked){.generation = id.generation, .attempt = id.attempt};
    }
    return asked;
}

struct sim_asked *sim__conditions_asked(const struct sim_conditions *conditions,
                                        struct sup_attempt id)
{
    if (id.slot >= conditions->asked_room) {
        return NULL;
    }
    struct sim_asked *asked = &conditions->asked[id.slot];
    return asked->needs != 0 && is_of(asked, id) ? asked : NULL;
}
