/* The timeline: schedules the actions of a file and accounts for them at the end. */
#include "timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine.h"
#include "outcome.h"
#include "sup/error.h"

#define TEXT_BYTES 160u

static uint64_t first_due(const struct sim_action *action)
{
    return action->repeats && action->at_ns > action->to_ns ? UINT64_MAX : action->at_ns;
}

int sim_timeline_init(struct sim_timeline *timeline, const struct sim_scenario *scenario)
{
    *timeline = (struct sim_timeline){.count = scenario->timeline_count};
    timeline->scripted_end = &timeline->scripted;
    sim_queue_init(&timeline->queue, scenario->order_random);
    if (timeline->count == 0)
        return SUP_OK;
    int error = sim_queue_reserve(&timeline->queue, timeline->count);
    if (error != SUP_OK)
        return error;
    timeline->acts = calloc(timeline->count, sizeof(*timeline->acts));
    if (timeline->acts == NULL)
        return SUP_ENOMEM;
    for (uint32_t i = 0; i < timeline->count; i++) {
        struct sim_act *act = &timeline->acts[i];
        act->action = &scenario->timeline[i];
        act->due_ns = first_due(act->action);
        if (act->due_ns != UINT64_MAX)
            sim_queue_set(&timeline->queue, i, act->due_ns, i);
    }
    return SUP_OK;
}

void sim_timeline_release(struct sim_timeline *timeline)
{
    while (timeline->scripted != NULL) {
        struct sim_act *act = timeline->scripted;
        timeline->scripted = act->next;
        free(act);
    }
    while (timeline->waits != NULL) {
        struct sim_wait *wait = timeline->waits;
        timeline->waits = wait->next;
        free(wait);
    }
    free(timeline->buckets);
    free(timeline->acts);
    free(timeline->found);
    free(timeline->marks);
    sim_queue_release(&timeline->queue);
    *timeline = (struct sim_timeline){0};
}

struct sim_act *sim_timeline_take(struct sim_timeline *timeline, uint32_t index)
{
    struct sim_act *act = &timeline->acts[index];
    const struct sim_action *action = act->action;
    bool again = action->repeats && action->to_ns - act->due_ns >= action->every_ns;
    if (again) {
        act->due_ns += action->every_ns;
        again = act->due_ns != UINT64_MAX;
    }
    if (again)
        sim_queue_set(&timeline->queue, index, act->due_ns, index);
    else
        sim_queue_remove(&timeline->queue, index);
    return act;
}

/* Actions of scripts are found by their address, which decides nothing but where
 * in the table they are. */
static uint32_t bucket_of(const struct sim_timeline *timeline, const struct sim_action *action)
{
    uint64_t key = (uint64_t)(uintptr_t)action * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(key >> 32) & (timeline->bucket_count - 1);
}

static bool buckets_grow(struct sim_timeline *timeline)
{
    uint32_t count = timeline->bucket_count == 0 ? 16 : timeline->bucket_count * 2;
    struct sim_act **buckets = calloc(count, sizeof(struct sim_act *));
    if (buckets == NULL)
        return false;
    free(timeline->buckets);
    timeline->buckets = buckets;
    timeline->bucket_count = count;
    for (struct sim_act *act = timeline->scripted; act != NULL; act = act->next) {
        uint32_t bucket = bucket_of(timeline, act->action);
        act->chain = buckets[bucket];
        buckets[bucket] = act;
    }
    return true;
}

struct sim_act *sim_timeline_scripted(struct sim_timeline *timeline,
                                      const struct sim_action *action)
{
    struct sim_act *act = NULL;
    if (timeline->bucket_count > 0)
        act = timeline->buckets[bucket_of(timeline, action)];
    while (act != NULL && act->action != action)
        act = act->chain;
    if (act != NULL)
        return act;
    if (timeline->scripted_count >= timeline->bucket_count && !buckets_grow(timeline))
        return NULL;
    act = calloc(1, sizeof(*act));
    if (act == NULL)
        return NULL;
    *act = (struct sim_act){.action = action, .due_ns = UINT64_MAX, .scripted = true};
    uint32_t bucket = bucket_of(timeline, action);
    act->chain = timeline->buckets[bucket];
    timeline->buckets[bucket] = act;
    *timeline->scripted_end = act;
    timeline->scripted_end = &act->next;
    timeline->scripted_count++;
    return act;
}

/* The end of a run */

static bool is_injection(enum sim_action_kind kind)
{
    return kind == SIM_ACT_FAIL || kind == SIM_ACT_CRASH || kind == SIM_ACT_SUCCEED ||
           kind == SIM_ACT_READY || kind == SIM_ACT_NOT_READY || kind == SIM_ACT_BEAT;
}

static void end_refusals(struct sim_engine *engine, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    uint64_t left = sim_executor_unrefused(&engine->executor, action);
    bool many = action->repeats || act->scripted;
    if (left == 0 || (many && act->met > 0))
        return;
    char found[TEXT_BYTES];
    (void)snprintf(found, sizeof(found), "%" PRIu64 " refused, %" PRIu64 " never asked for",
                   act->met, left);
    sim_engine_fail(engine, action->place, NULL, "refuse-starts: every refusal meets a start",
                    found);
}

/* A scripted action that no attempt has come to is an unreached item, which is
 * listed, not a failure. */
static void end_act(struct sim_engine *engine, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    char expected[TEXT_BYTES];
    bool fault = is_injection(action->kind) || action->kind == SIM_ACT_REFUSE_STARTS;
    if (act->done == 0 && (fault || action->has_expect)) {
        (void)snprintf(expected, sizeof(expected), "%s: carried out",
                       sim_outcome_action_name(action->kind));
        sim_engine_fail(engine, action->place, NULL, expected,
                        "the run ended before it was due");
    } else if (act->done > 0 && is_injection(action->kind) && act->met == 0 &&
               (action->repeats || act->scripted) && !sim_outcome_expects_failure(action)) {
        (void)snprintf(expected, sizeof(expected), "%s: meets a live attempt at least once",
                       sim_outcome_action_name(action->kind));
        sim_engine_fail(engine, action->place, NULL, expected, "never");
    } else if (action->kind == SIM_ACT_REFUSE_STARTS) {
        end_refusals(engine, act);
    }
}

void sim_timeline_end(struct sim_engine *engine)
{
    struct sim_timeline *timeline = &engine->timeline;
    for (uint32_t i = 0; i < timeline->count; i++)
        end_act(engine, &timeline->acts[i]);
    for (const struct sim_act *act = timeline->scripted; act != NULL; act = act->next)
        end_act(engine, act);
    for (const struct sim_wait *wait = timeline->waits; wait != NULL; wait = wait->next)
        if (!wait->finished)
            sim_engine_fail(engine, wait->act->action->place, NULL, "wait-idle: finished",
                            "still waiting at the end of the run");
}
