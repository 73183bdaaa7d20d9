/* Agents, and the states of their attempts. */
#include "cast.h"

#include <stdlib.h>

#include "sim/base/arena.h"
#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"

void sim__cast_init(struct sim_cast *cast, struct sim_queue *queue)
{
    SUP_ASSERT(queue != NULL);
    *cast = (struct sim_cast){.queue = queue};
    cast->definitions_end = &cast->definitions;
}

void sim__cast_release(struct sim_cast *cast)
{
    sim__arena_free(cast->arena);
    for (uint32_t i = 0; i < cast->chunk_count; i++) {
        free(cast->chunks[i]);
    }
    free(cast->chunks);
    *cast = (struct sim_cast){0};
}

/* All zeros, until the cast goes; NULL without memory. */
static void *keep(struct sim_cast *cast, size_t bytes)
{
    if (cast->arena == NULL && sim__arena_create(&sup_allocator_libc, &cast->arena) != SUP_OK) {
        return NULL;
    }
    return sim__arena_alloc(cast->arena, 1, bytes);
}

static __attribute__((noinline)) int units_grow(struct sim_cast *cast, uint64_t wanted)
{
    if (wanted > SIM_QUEUE_IDS_MAX) {
        return SUP_ELIMIT;
    }
    uint32_t chunks = (uint32_t)((wanted + SIM_UNITS_A_CHUNK - 1) / SIM_UNITS_A_CHUNK);
    if (chunks > cast->chunk_count) {
        struct sim_unit **grown = realloc(cast->chunks, chunks * sizeof(struct sim_unit *));
        if (grown == NULL) {
            return SUP_ENOMEM;
        }
        cast->chunks = grown;
    }
    while (cast->chunk_count < chunks) {
        struct sim_unit *chunk = malloc(SIM_UNITS_A_CHUNK * sizeof(*chunk));
        if (chunk == NULL) {
            return SUP_ENOMEM;
        }
        cast->chunks[cast->chunk_count++] = chunk;
    }
    return sim__queue_reserve(cast->queue, (uint32_t)wanted);
}

/* Room for `count` units more, and for as many entries in the queue. */
static inline int units_reserve(struct sim_cast *cast, uint32_t count)
{
    uint64_t wanted = (uint64_t)cast->unit_count + count;
    bool there =
        wanted <= (uint64_t)cast->chunk_count * SIM_UNITS_A_CHUNK && wanted <= cast->queue->ids;
    return there ? SUP_OK : units_grow(cast, wanted);
}

/* Takes the next unit, and ties its attempt to the agent. */
static struct sim_unit *unit_add(struct sim_cast *cast, struct sim_agent *agent,
                                 struct sim_script_frame *frames)
{
    uint32_t index = cast->unit_count++;
    SUP_ASSERT(index / SIM_UNITS_A_CHUNK < cast->chunk_count);
    struct sim_unit *unit = sim__cast_unit(cast, index);
    *unit = (struct sim_unit){0};
    unit->attempt.script.frames = frames;
    unit->attempt.agent = agent != NULL ? agent : &unit->agent;
    unit->attempt.index = index;
    return unit;
}

static uint32_t script_depth(const struct sim_service *service)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < service->script_count; i++) {
        uint32_t depth = sim__script_depth(&service->script[i]);
        most = depth > most ? depth : most;
    }
    for (uint32_t i = 0; i < service->need_count; i++) {
        uint32_t depth = sim__script_depth(service->needs[i].behaviour);
        most = depth > most ? depth : most;
    }
    return most;
}

int sim__cast_define(struct sim_cast *cast, const struct sim_service *service,
                     struct sim_agents **ret_agents)
{
    SUP_ASSERT(service->count > 0 && service->script_count > 0);
    int error = units_reserve(cast, service->count);
    if (error != SUP_OK) {
        return error;
    }
    uint32_t depth = script_depth(service);
    struct sim_agents *agents =
        keep(cast, sizeof(*agents) + (size_t)service->count * depth * sizeof(agents->frames[0]));
    if (agents == NULL) {
        return SUP_ENOMEM;
    }
    agents->service = service;
    agents->first = cast->unit_count;
    for (uint32_t i = 0; i < service->count; i++) {
        struct sim_script_frame *frames = depth > 0 ? &agents->frames[(size_t)i * depth] : NULL;
        struct sim_unit *unit = unit_add(cast, NULL, frames);
        unit->agent = (struct sim_agent){
            .service = service, .idle = &unit->attempt, .follower = {.first = 1}, .depth = depth};
    }
    *cast->definitions_end = agents;
    cast->definitions_end = &agents->next;
    *ret_agents = agents;
    return SUP_OK;
}

struct sim_agent *sim__cast_agent(const struct sim_cast *cast, const struct sim_agents *agents,
                                  uint32_t index)
{
    SUP_ASSERT(index < agents->service->count);
    SUP_ASSERT(agents->first + index < cast->unit_count);
    return &sim__cast_unit(cast, agents->first + index)->agent;
}

struct sim_attempt *sim__cast_take_extra(struct sim_cast *cast, struct sim_agent *agent)
{
    struct sim_script_frame *frames = keep(cast, agent->depth * sizeof(*frames));
    if (frames == NULL || units_reserve(cast, 1) != SUP_OK) {
        return NULL;
    }
    return &unit_add(cast, agent, frames)->attempt;
}
