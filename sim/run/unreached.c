/* Lists the script items that no attempt of a run has followed. */
#include "engine.h"

struct list {
    struct sim_unreached *items;
    uint32_t size;
    uint32_t count;
};

static void add_service(struct list *list, const struct sim_cast *cast,
                        const struct sim_service *service, const struct sim_agents *agents)
{
    uint32_t reached = 0;
    for (uint32_t i = 0; agents != NULL && i < service->count; i++) {
        uint32_t here = sim__cast_agent(cast, agents, i)->follower.reached;
        reached = here > reached ? here : reached;
    }
    for (uint32_t item = reached; item < service->script_count; item++) {
        if (list->count < list->size) {
            list->items[list->count] = (struct sim_unreached){.service = service->name,
                                                              .place = service->script[item].place};
        }
        list->count++;
    }
}

uint32_t sim__engine_unreached(const struct sim_engine *engine, struct sim_unreached *items,
                               uint32_t size)
{
    struct list list = {.items = items, .size = size};
    /* Definitions are listed as they were made: the services of the file first. */
    const struct sim_agents *agents = engine->executor.cast.definitions;
    for (uint32_t i = 0; i < engine->scenario->service_count; i++) {
        add_service(&list, &engine->executor.cast, &engine->scenario->services[i], agents);
        agents = agents != NULL ? agents->next : NULL;
    }
    for (uint32_t i = 0; i < engine->timeline.count; i++) {
        const struct sim_act *act = &engine->timeline.acts[i];
        if (act->action->kind == SIM_ACT_SPAWN) {
            add_service(&list, &engine->executor.cast, act->action->service, act->agents);
        }
    }
    for (const struct sim_act *act = engine->timeline.scripted; act != NULL; act = act->next) {
        if (act->action->kind == SIM_ACT_SPAWN) {
            add_service(&list, &engine->executor.cast, act->action->service, act->agents);
        }
    }
    return list.count;
}
