/* The simulated executor: starts, cancels and aborts scripts under virtual time. */
#include "executor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "late.h"
#include "sim/base/oracle_failed.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"

#define LABEL_BYTES (SUP_NAME_MAX + 16)
#define SIGABRT_NUMBER 6 /* as everywhere in scenarios, Linux's */

struct sim_extra {
    struct sim_extra *next;
    struct sim_script_frame frames[];
};

void sim_executor_init(struct sim_executor *executor, const struct sim_executor_config *config)
{
    *executor = (struct sim_executor){
        .oracle = config->oracle,
        .now_ns = config->now_ns,
        .seed = config->seed,
        .aborts_ignored = config->aborts_ignored,
        .as_processes = config->as_processes,
        .lateness_ns = config->lateness_ns,
        .lateness_seed = config->lateness_seed,
    };
    executor->definitions_end = &executor->definitions;
    sim_queue_init(&executor->queue, config->order_random);
}

void sim_executor_release(struct sim_executor *executor)
{
    while (executor->definitions != NULL) {
        struct sim_agents *agents = executor->definitions;
        executor->definitions = agents->next;
        free(agents->frames);
        free(agents);
    }
    while (executor->extras != NULL) {
        struct sim_extra *extra = executor->extras;
        executor->extras = extra->next;
        free(extra);
    }
    sim_queue_release(&executor->queue);
    for (uint32_t i = 0; i < executor->chunk_count; i++) {
        free(executor->chunks[i]);
    }
    free(executor->chunks);
    free(executor->owners);
    free(executor->refusals);
    *executor = (struct sim_executor){0};
}

bool sim_executor_failed(const struct sim_executor *executor)
{
    return executor->failed || sim__oracle_failed(executor->oracle);
}

/* Definitions */

static struct sim_unit *unit_at(const struct sim_executor *executor, uint32_t index)
{
    return &executor->chunks[index / SIM_UNITS_A_CHUNK][index % SIM_UNITS_A_CHUNK];
}

/* Room for `count` units more, zeroed, and for as many entries in the queue. */
static int units_reserve(struct sim_executor *executor, uint32_t count)
{
    uint64_t wanted = (uint64_t)executor->unit_count + count;
    if (wanted > SIM_QUEUE_IDS_MAX) {
        return SUP_ELIMIT;
    }
    uint32_t chunks = (uint32_t)((wanted + SIM_UNITS_A_CHUNK - 1) / SIM_UNITS_A_CHUNK);
    if (chunks > executor->chunk_count) {
        struct sim_unit **grown = realloc(executor->chunks, chunks * sizeof(struct sim_unit *));
        if (grown == NULL) {
            return SUP_ENOMEM;
        }
        executor->chunks = grown;
    }
    while (executor->chunk_count < chunks) {
        struct sim_unit *chunk = calloc(SIM_UNITS_A_CHUNK, sizeof(*chunk));
        if (chunk == NULL) {
            return SUP_ENOMEM;
        }
        executor->chunks[executor->chunk_count++] = chunk;
    }
    return sim_queue_reserve(&executor->queue, (uint32_t)wanted);
}

/* Takes the next unit, and ties its attempt to the agent. */
static struct sim_unit *unit_add(struct sim_executor *executor, struct sim_agent *agent,
                                 struct sim_script_frame *frames)
{
    uint32_t index = executor->unit_count++;
    struct sim_unit *unit = unit_at(executor, index);
    unit->attempt.script.frames = frames;
    unit->attempt.agent = agent != NULL ? agent : &unit->agent;
    unit->attempt.index = index;
    return unit;
}

static uint32_t script_depth(const struct sim_service *service)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < service->script_count; i++) {
        uint32_t depth = sim_script_depth(&service->script[i]);
        most = depth > most ? depth : most;
    }
    return most;
}

int sim_executor_define(struct sim_executor *executor, const struct sim_service *service,
                        struct sim_agents **ret_agents)
{
    SUP_ASSERT(service->count > 0 && service->script_count > 0);
    int error = units_reserve(executor, service->count);
    if (error != SUP_OK) {
        return error;
    }
    uint32_t depth = script_depth(service);
    struct sim_agents *agents = calloc(1, sizeof(*agents));
    if (agents == NULL) {
        return SUP_ENOMEM;
    }
    agents->service = service;
    agents->first = executor->unit_count;
    if (depth > 0) {
        agents->frames = calloc((size_t)service->count * depth, sizeof(*agents->frames));
        if (agents->frames == NULL) {
            free(agents);
            return SUP_ENOMEM;
        }
    }
    for (uint32_t i = 0; i < service->count; i++) {
        struct sim_script_frame *frames = depth > 0 ? &agents->frames[(size_t)i * depth] : NULL;
        struct sim_unit *unit = unit_add(executor, NULL, frames);
        unit->agent = (struct sim_agent){
            .service = service, .idle = &unit->attempt, .first = 1, .depth = depth};
    }
    *executor->definitions_end = agents;
    executor->definitions_end = &agents->next;
    *ret_agents = agents;
    return SUP_OK;
}

struct sim_agent *sim_executor_agent(const struct sim_executor *executor,
                                     const struct sim_agents *agents, uint32_t index)
{
    return &unit_at(executor, agents->first + index)->agent;
}

uint32_t sim_executor_slot(const struct sim_executor *executor, uint32_t index)
{
    return unit_at(executor, index)->attempt.id.slot;
}

/* States of attempts */

static struct sim_attempt *state_take(struct sim_executor *executor, struct sim_agent *agent)
{
    if (agent->idle == NULL) {
        /* The agent's other attempts were abandoned, and have not ended yet. */
        struct sim_extra *extra =
            calloc(1, sizeof(*extra) + agent->depth * sizeof(struct sim_script_frame));
        if (extra == NULL) {
            return NULL;
        }
        if (units_reserve(executor, 1) != SUP_OK) {
            free(extra);
            return NULL;
        }
        extra->next = executor->extras;
        executor->extras = extra;
        return &unit_add(executor, agent, extra->frames)->attempt;
    }
    struct sim_attempt *attempt = agent->idle;
    agent->idle = attempt->next;
    return attempt;
}

/* The attempt is over; its state may serve another one from now on. */
static void state_give(struct sim_executor *executor, struct sim_attempt *attempt)
{
    struct sim_agent *agent = attempt->agent;
    if (agent->live == attempt) {
        agent->live = NULL;
    }
    sim_queue_remove(&executor->queue, attempt->index);
    attempt->next = agent->idle;
    agent->idle = attempt;
}

/* Puts the attempt where its script is due. Among things due at one instant the
 * one scheduled first comes first; the end of a behaviour keeps the place it got
 * when it was scheduled, however often the attempt beats meanwhile. */
static void schedule(struct sim_executor *executor, struct sim_attempt *attempt, bool fresh)
{
    uint64_t due_ns = sim_script_due(&attempt->script);
    if (fresh || attempt->script.main_ns != attempt->main_ns) {
        attempt->main_ns = attempt->script.main_ns;
        attempt->main_order = ++executor->order;
    }
    if (!fresh && due_ns == attempt->due_ns) {
        return;
    }
    attempt->due_ns = due_ns;
    if (due_ns == UINT64_MAX) {
        sim_queue_remove(&executor->queue, attempt->index);
        return;
    }
    uint64_t order = due_ns == attempt->main_ns ? attempt->main_order : ++executor->order;
    if (executor->lateness_ns > 0) {
        due_ns = sim_late(executor->lateness_ns, executor->lateness_seed, attempt->index, due_ns);
    }
    sim_queue_set(&executor->queue, attempt->index, due_ns, order);
}

/* Chance */

struct chooser {
    struct sim_executor *executor;
    uint32_t slot;
};

static uint32_t choose(void *context, uint32_t n)
{
    const struct chooser *chooser = context;
    char label[LABEL_BYTES];
    const char *name = sup_slot_name(chooser->executor->sup, chooser->slot);
    (void)snprintf(label, sizeof(label), "choose:%s", name != NULL ? name : "");
    return sim_oracle_choose(chooser->executor->oracle, label, n);
}

static struct sim_chance chance_of(struct chooser *chooser, const struct sim_agent *agent)
{
    return (struct sim_chance){
        .stream = agent->stream,
        .draws = &chooser->executor->draws,
        .choose = choose,
        .context = chooser,
    };
}

/* The supervisor's side */

static int owners_reserve(struct sim_executor *executor, uint32_t slot)
{
    if (slot < executor->owner_count) {
        return SUP_OK;
    }
    uint64_t count = (uint64_t)executor->owner_count * 2;
    count = count <= slot ? (uint64_t)slot + 1 : count;
    count = count > UINT32_MAX ? UINT32_MAX : count;
    struct sim_agent **owners =
        realloc(executor->owners, (size_t)count * sizeof(struct sim_agent *));
    if (owners == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = executor->owner_count; i < count; i++) {
        owners[i] = NULL;
    }
    executor->owners = owners;
    executor->owner_count = (uint32_t)count;
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
        (void)snprintf(label, sizeof(label), "script:%s", start->service);
        agent->own = sup_random_derive(executor->seed, label, strlen(label));
        executor->owners[slot] = agent;
    }
    agent->stream = &executor->owners[slot]->own;
    return SUP_OK;
}

static struct sim_refusal *refusal_of(struct sim_executor *executor, uint32_t slot,
                                      const struct sim_action *action)
{
    for (uint32_t i = 0; i < executor->refusal_count; i++) {
        if (executor->refusals[i].slot == slot &&
            (action == NULL || executor->refusals[i].action == action)) {
            return &executor->refusals[i];
        }
    }
    return NULL;
}

/* Takes one of the refusals that are declared for the slot, the oldest first;
 * NULL when there are none. */
static const struct sim_action *refusal_take(struct sim_executor *executor, uint32_t slot)
{
    struct sim_refusal *refusal = refusal_of(executor, slot, NULL);
    if (refusal == NULL) {
        return NULL;
    }
    const struct sim_action *action = refusal->action;
    *refusal->used += 1;
    if (--refusal->left == 0) {
        executor->refusal_count--;
        size_t behind = (size_t)(executor->refusals + executor->refusal_count - refusal);
        memmove(refusal, refusal + 1, behind * sizeof(*refusal));
    }
    return action;
}

/* The item of its script that an attempt follows. */
static const struct sim_behaviour *follow(struct sim_agent *agent, struct sup_attempt id)
{
    const struct sim_service *service = agent->service;
    if (agent->generation != id.generation || id.attempt < agent->first) {
        agent->generation = id.generation;
        agent->item = 0;
        agent->first = 1;
    }
    while (agent->item + 1 < service->script_count &&
           id.attempt - agent->first >= service->script[agent->item].times) {
        agent->first += service->script[agent->item++].times;
    }
    if (agent->reached <= agent->item) {
        agent->reached = agent->item + 1;
    }
    return &service->script[agent->item];
}

int sim_executor_prepare(struct sim_executor *executor, const struct sup_start *start,
                         const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    struct sim_agent *agent = start->work;
    if (agent->stream == NULL && stream_find(executor, agent, start) != SUP_OK) {
        executor->failed = true;
        return SUP_ENOMEM;
    }
    if (executor->refusal_count > 0) {
        const struct sim_action *action = refusal_take(executor, start->id.slot);
        if (action != NULL) {
            *ret_error = action->error;
            return SUP_EREFUSED;
        }
    }
    const struct sim_behaviour *behaviour = follow(agent, start->id);
    if (behaviour->kind == SIM_REFUSE) {
        *ret_error = behaviour->error;
        return SUP_EREFUSED;
    }
    *ret_behaviour = behaviour;
    return SUP_OK;
}

static int start_attempt(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sim_executor *executor = context;
    struct sim_agent *agent = start->work;
    const struct sim_behaviour *behaviour;
    int error = sim_executor_prepare(executor, start, &behaviour, ret_error);
    if (error != SUP_OK) {
        return error;
    }
    struct sim_attempt *attempt = state_take(executor, agent);
    if (attempt == NULL) {
        executor->failed = true;
        return SUP_ENOMEM;
    }
    attempt->id = start->id;
    agent->live = attempt;
    struct chooser chooser = {executor, start->id.slot};
    struct sim_chance chance = chance_of(&chooser, agent);
    sim_script_start(&attempt->script, behaviour, attempt->script.frames, *executor->now_ns,
                     &chance);
    attempt->script.ignores_abort |= executor->aborts_ignored;
    schedule(executor, attempt, true);
    return SUP_OK;
}

static struct sim_attempt *live_of(const struct sim_agent *agent, struct sup_attempt id)
{
    struct sim_attempt *live = agent->live;
    bool same = live != NULL && live->id.slot == id.slot && live->id.generation == id.generation &&
                live->id.attempt == id.attempt;
    return same ? live : NULL;
}

static void cancel_attempt(void *context, struct sup_attempt id, void *work)
{
    struct sim_executor *executor = context;
    struct sim_attempt *attempt = live_of(work, id);
    if (attempt == NULL) {
        return;
    }
    struct chooser chooser = {executor, id.slot};
    struct sim_chance chance = chance_of(&chooser, work);
    /* It hears of it when everything else reaches it: late. */
    uint64_t heard_ns = sim_late(executor->lateness_ns, executor->lateness_seed,
                                 ~(uint64_t)attempt->index, *executor->now_ns);
    sim_script_cancel(&attempt->script, heard_ns, &chance);
    schedule(executor, attempt, false);
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    struct sim_executor *executor = context;
    struct sim_attempt *attempt = live_of(work, id);
    if (attempt == NULL) {
        return;
    }
    sim_script_abort(&attempt->script, *executor->now_ns);
    schedule(executor, attempt, false);
}

/* It is given up, and goes on without being its agent's live one. */
static void abandon_attempt(void *context, struct sup_attempt id, void *work)
{
    (void)context;
    struct sim_agent *agent = work;
    if (live_of(agent, id) != NULL) {
        agent->live = NULL;
    }
}

struct sup_executor sim_executor_face(struct sim_executor *executor)
{
    return (struct sup_executor){
        .start = start_attempt,
        .cancel = cancel_attempt,
        .abort = abort_attempt,
        .abandon = abandon_attempt,
        .context = executor,
    };
}

/* A process that panics says so and aborts, and one that fails has an exit code, of
 * eight bits; an end of another's making has no text. */
static void end_as_process(struct sup_end *end, bool injected)
{
    if (end->outcome == SUP_OUTCOME_CRASHED) {
        end->error = end->signal > 0 ? sim_signal_text(end->signal) : NULL;
        end->error = end->error != NULL ? end->error : "panicked";
        end->signal = end->signal > 0 ? end->signal : SIGABRT_NUMBER;
    } else if (end->outcome == SUP_OUTCOME_FAILED) {
        if (injected || end->error == NULL) {
            end->error = end->has_code ? NULL : "failed";
        }
        end->code = end->has_code && (end->code & 0xFF) != 0 ? end->code & 0xFF : 1;
        end->has_code = true;
    }
}

/* The attempts' side. A report of an attempt that was given up is stale, which
 * the supervisor counts and traces itself; so the answers are of no use here. */

static void report(struct sim_executor *executor, struct sup_attempt id, enum sim_say say)
{
    if (say == SIM_SAY_BEAT) {
        (void)sup_report_beat(executor->sup, id);
    } else {
        (void)sup_report_ready(executor->sup, id, say == SIM_SAY_READY);
    }
}

enum sim_say sim_executor_advance(struct sim_executor *executor, uint32_t index,
                                  const struct sim_action **ret_action)
{
    struct sim_attempt *attempt = &unit_at(executor, index)->attempt;
    struct sup_attempt id = attempt->id;
    struct chooser chooser = {executor, id.slot};
    struct sim_chance chance = chance_of(&chooser, attempt->agent);
    struct sim_saying saying = {0};
    *ret_action = NULL;
    enum sim_say say = sim_script_next(&attempt->script, &chance, &saying);
    /* The state is settled before the report: the supervisor may answer with a
     * start, a cancellation or an abort before the report returns. */
    if (say == SIM_SAY_END) {
        if (executor->as_processes) {
            end_as_process(&saying.end, false);
        }
        state_give(executor, attempt);
        (void)sup_report_end(executor->sup, id, &saying.end);
        return say;
    }
    schedule(executor, attempt, false);
    if (say == SIM_SAY_DO) {
        *ret_action = saying.action;
    } else if (say != SIM_SAY_NOTHING && say != SIM_SAY_SPIN) {
        report(executor, id, say);
    }
    return say;
}

/* The live attempt of a slot, as the supervisor knows it. */
static struct sim_attempt *live_in(const struct sim_executor *executor, uint32_t slot)
{
    struct sup_snapshot snapshot;
    if (sup_snapshot_slot(executor->sup, slot, &snapshot) != SUP_OK || !snapshot.active) {
        return NULL;
    }
    struct sup_attempt id = {
        .slot = slot, .generation = snapshot.generation, .attempt = snapshot.attempt};
    return live_of(snapshot.work, id);
}

bool sim_executor_end(struct sim_executor *executor, uint32_t slot, const struct sup_end *end)
{
    struct sim_attempt *attempt = live_in(executor, slot);
    if (attempt == NULL) {
        return false;
    }
    struct sup_attempt id = attempt->id;
    struct sup_end own = *end;
    if (executor->as_processes) {
        end_as_process(&own, true);
    }
    state_give(executor, attempt);
    (void)sup_report_end(executor->sup, id, &own);
    return true;
}

bool sim_executor_say(struct sim_executor *executor, uint32_t slot, enum sim_say say)
{
    const struct sim_attempt *attempt = live_in(executor, slot);
    if (attempt == NULL) {
        return false;
    }
    report(executor, attempt->id, say);
    return true;
}

static uint64_t add_saturating(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

int sim_executor_refuse(struct sim_executor *executor, uint32_t slot,
                        const struct sim_action *action, uint64_t *used)
{
    struct sim_refusal *known = refusal_of(executor, slot, action);
    if (known != NULL || action->times == 0) {
        if (known != NULL) {
            known->left = add_saturating(known->left, action->times);
        }
        return SUP_OK;
    }
    if (executor->refusal_count == executor->refusal_room) {
        uint32_t room = executor->refusal_room == 0 ? 8 : executor->refusal_room * 2;
        struct sim_refusal *refusals =
            realloc(executor->refusals, room * sizeof(*executor->refusals));
        if (refusals == NULL) {
            return SUP_ENOMEM;
        }
        executor->refusals = refusals;
        executor->refusal_room = room;
    }
    executor->refusals[executor->refusal_count++] =
        (struct sim_refusal){.action = action, .used = used, .left = action->times, .slot = slot};
    return SUP_OK;
}

uint64_t sim_executor_unrefused(const struct sim_executor *executor,
                                const struct sim_action *action)
{
    uint64_t left = 0;
    for (uint32_t i = 0; i < executor->refusal_count; i++) {
        if (executor->refusals[i].action == action) {
            left = add_saturating(left, executor->refusals[i].left);
        }
    }
    return left;
}
