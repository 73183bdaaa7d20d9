/* The simulated executor: starts, cancels and aborts scripts under virtual time. */
#include "executor.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "aside.h"
#include "prepare.h"
#include "process_end.h"
#include "taped.h"
#include "sim/base/oracle_failed.h"
#include "sim/base/probe.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"

void sim__executor_init(struct sim_executor *executor, const struct sim_executor_config *config)
{
    SUP_ASSERT(config->now_ns != NULL);
    *executor = (struct sim_executor){
        .oracle = config->oracle,
        .now_ns = config->now_ns,
        .seed = config->seed,
        .conditions = config->conditions,
        .aborts = config->aborts,
        .as_processes = config->as_processes,
        .lateness = config->lateness,
    };
    executor->chooser = (struct sim_chooser){.executor = executor, .site = "choose"};
    executor->chance = (struct sim_chance){
        .draws = &executor->draws, .choose = sim__chooser_choose, .context = &executor->chooser};
    sim__points_init(&executor->points, config->faults);
    executor->points.now_ns = config->now_ns;
    executor->aside = executor->points.on;
    sim__queue_init(&executor->queue, config->queue);
    sim__cast_init(&executor->cast, &executor->queue);
    sim__taped_executor(executor);
    sim__lags_init(executor, config->clock);
}

void sim__executor_release(struct sim_executor *executor)
{
    sim__task_pool_release(&executor->tasks);
    sim__cast_release(&executor->cast);
    sim__refusals_release(&executor->refusals);
    sim__calm_release(&executor->calm);
    sim__points_release(&executor->points);
    sim__finishes_release(&executor->finishes);
    sim__lags_release(&executor->lags);
    sim__queue_release(&executor->queue);
    free(executor->owners);
    *executor = (struct sim_executor){0};
}

/* Queueing */

static struct sup_instant now_of(const struct sim_executor *executor)
{
    return (struct sup_instant){*executor->now_ns};
}

enum scheduling { ANEW, AGAIN };

/* Puts the attempt where its script is due. Among things due at one instant the
 * one scheduled first comes first; the end of a behaviour keeps the place it got
 * when it was scheduled, however often the attempt beats meanwhile. */
static void schedule(struct sim_executor *executor, struct sim_attempt *attempt,
                     enum scheduling scheduling)
{
    const bool is_task = attempt->task != NULL;
    uint64_t due_ns =
        is_task ? sim__task_due(attempt->task).ns : sim__script_due(&attempt->script).ns;
    uint64_t main_ns = is_task ? due_ns : attempt->script.main_ns;
    if (scheduling == ANEW || main_ns != attempt->main_ns) {
        attempt->main_ns = main_ns;
        attempt->main_order = ++executor->order;
    }
    if (scheduling == AGAIN && due_ns == attempt->due_ns) {
        return;
    }
    attempt->due_ns = due_ns;
    if (due_ns == UINT64_MAX) {
        sim__queue_remove(&executor->queue, attempt->index);
        return;
    }
    uint64_t order = due_ns == attempt->main_ns ? attempt->main_order : ++executor->order;
    if (executor->lateness.most.ns > 0) {
        due_ns = sim__late(executor->lateness, attempt->index, (struct sup_instant){due_ns}).ns;
    }
    sim__queue_set(&executor->queue, attempt->index, (struct sup_instant){due_ns}, order);
}

/* The supervisor's side */

/* While an attempt is started, or brought to its end, nothing else is done. */
static void take_time(struct sim_executor *executor)
{
    if (executor->lateness.each.ns > 0) {
        *executor->now_ns = sup_instant_add(now_of(executor), executor->lateness.each).ns;
    }
}

/* The attempt is a function of the program's own. */
static int start_task(struct sim_executor *executor, struct sim_attempt *attempt,
                      const struct sim_task_call *call, const struct sup_start *start)
{
    attempt->task = sim__task_pool_take(&executor->tasks, call);
    if (attempt->task == NULL) {
        return SUP_ENOMEM;
    }
    const struct sim_task_start begin = {
        .start = start,
        .spec = {.fn = call->task->fn, .argument = (void *)(uintptr_t)call->text},
        .now = now_of(executor),
        .seed = executor->seed,
        .draws = &executor->draws.taken,
        .pass = sim__taped_task,
        .context = executor,
        .calls_max = SIM_SCRIPT_SPIN_STEPS,
    };
    sim__task_start(attempt->task, &begin);
    return SUP_OK;
}

static void start_script(struct sim_executor *executor, struct sim_attempt *attempt,
                         const struct sim_behaviour *behaviour)
{
    sim__script_start(&attempt->script, behaviour, attempt->script.frames, now_of(executor),
                      sim__chance_of(executor, attempt->agent, attempt->id.slot));
    if (executor->aborts != SIM_ABORTS_SCRIPTED) {
        attempt->script.ignores_abort = executor->aborts == SIM_ABORTS_IGNORED;
    }
}

static int start_attempt(void *context, const struct sup_start *start, const char **ret_error)
{
    struct sim_executor *executor = context;
    struct sim_agent *agent = start->work;
    const struct sim_behaviour *behaviour;
    int error = sim__prepare(executor, start, &behaviour, ret_error);
    if (error != SUP_OK) {
        return error;
    }
    struct sim_attempt *attempt = sim__cast_take(&executor->cast, agent);
    if (attempt == NULL) {
        executor->failed = true;
        return SUP_ENOMEM;
    }
    attempt->id = start->id;
    if (behaviour->call == NULL) {
        start_script(executor, attempt, behaviour);
    } else if (start_task(executor, attempt, behaviour->call, start) != SUP_OK) {
        sim__cast_give(&executor->cast, attempt);
        executor->failed = true;
        return SUP_ENOMEM;
    }
    agent->live = attempt;
    schedule(executor, attempt, ANEW);
    take_time(executor); /* of which its own time is a part */
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
    if (attempt == NULL || (executor->aside && sim__is_aside(executor, attempt))) {
        return;
    }
    const struct sim_chance *chance = sim__chance_of(executor, work, id.slot);
    /* It hears of it when everything else reaches it: late. */
    uint64_t what = ~(uint64_t)attempt->index;
    struct sup_instant heard = sim__late(executor->lateness, what, now_of(executor));
    if (attempt->task != NULL) {
        sim__task_cancel(attempt->task, heard);
    } else {
        sim__script_cancel(&attempt->script, heard, chance);
    }
    schedule(executor, attempt, AGAIN);
}

static void abort_attempt(void *context, struct sup_attempt id, void *work)
{
    struct sim_executor *executor = context;
    struct sim_attempt *attempt = live_of(work, id);
    if (attempt == NULL) {
        return;
    }
    if (executor->aside && sim__is_aside(executor, attempt)) {
        sim__abort_aside(executor, attempt);
        return;
    }
    if (attempt->task == NULL) {
        sim__script_abort(&attempt->script, now_of(executor));
    } else if (executor->aborts != SIM_ABORTS_IGNORED) {
        sim__task_abort(attempt->task, now_of(executor));
    }
    schedule(executor, attempt, AGAIN);
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

struct sup_executor sim__executor_face(struct sim_executor *executor)
{
    return (struct sup_executor){
        .start = start_attempt,
        .cancel = cancel_attempt,
        .abort = abort_attempt,
        .abandon = abandon_attempt,
        .context = executor,
    };
}

/* The attempts' side. A report of an attempt that was given up is stale, which
 * the supervisor counts and traces itself. */

static struct sim_whose whose_is(const struct sim_executor *executor, struct sup_attempt id)
{
    return (struct sim_whose){sup_slot_name(executor->sup, id.slot), id.attempt};
}

static void report(struct sim_executor *executor, struct sup_attempt id, enum sim_say say)
{
    if (say == SIM_SAY_BEAT) {
        sup_reported(sup_report_beat(executor->sup, id));
    } else {
        sup_reported(sup_report_ready(executor->sup, id, say == SIM_SAY_READY));
    }
}

static enum sim_say next_of_task(struct sim_task_run *task, struct sup_instant now,
                                 struct sim_saying *saying)
{
    switch (sim__task_resume(task, now)) {
    case SIM_TASK_BEATS:
        return SIM_SAY_BEAT;
    case SIM_TASK_READY:
        return SIM_SAY_READY;
    case SIM_TASK_NOT_READY:
        return SIM_SAY_NOT_READY;
    case SIM_TASK_SPINS:
        return SIM_SAY_SPIN;
    case SIM_TASK_ENDS:
        saying->end = sim__task_end(task);
        return SIM_SAY_END;
    case SIM_TASK_WAITS:
        break;
    }
    return SIM_SAY_NOTHING;
}

enum sim_say sim__executor_advance(struct sim_executor *executor, struct sim_attempt *attempt,
                                   const struct sim_action **ret_action)
{
    struct sup_attempt id = attempt->id;
    *ret_action = NULL;
    if (executor->aside && sim__is_aside(executor, attempt)) {
        return sim__take_up(executor, attempt);
    }
    const struct sim_chance *chance = sim__chance_of(executor, attempt->agent, id.slot);
    struct sim_saying saying; /* written where it says something: an end, or an action */
    enum sim_say say = attempt->task != NULL
                           ? next_of_task(attempt->task, now_of(executor), &saying)
                           : sim__script_next(&attempt->script, chance, &saying);
    /* The state is settled before the report: the supervisor may answer with a
     * start, a cancellation or an abort before the report returns. */
    if (say == SIM_SAY_END) {
        if (executor->as_processes) {
            sim__end_as_process(&saying.end, SIM__BY_ITSELF);
        }
        if (executor->aside && sim__put_aside(executor, attempt, &saying.end)) {
            return SIM_SAY_NOTHING;
        }
        sim__retire(executor, attempt);
        sim__report_end(executor, id, &saying.end);
        return say;
    }
    schedule(executor, attempt, AGAIN);
    if (say == SIM_SAY_DO) {
        *ret_action = saying.action;
    } else if (say != SIM_SAY_NOTHING && say != SIM_SAY_SPIN &&
               !(executor->points.on &&
                 sim__points_lose(&executor->points, whose_is(executor, id), say))) {
        report(executor, id, say);
    }
    return say;
}

/* Of a snapshot what it does is told in a few instructions, and all of it in two hundred. */
#define DEEDS_BYTES offsetof(struct sup_snapshot, reason_text)

/* The live attempt of a slot, as the supervisor knows it; not one that is gone. */
static struct sim_attempt *live_in(const struct sim_executor *executor, uint32_t slot)
{
    struct sup_snapshot snapshot;
    if (sup_snapshot_slot_sized(executor->sup, slot, &snapshot, DEEDS_BYTES) != SUP_OK ||
        !snapshot.active) {
        return NULL;
    }
    struct sup_attempt id = {
        .slot = slot, .generation = snapshot.generation, .attempt = snapshot.attempt};
    const struct sim_agent *agent = sim__executor_started(executor, slot);
    SUP_ASSERT(agent != NULL);
    struct sim_attempt *live = live_of(agent, id);
    return live != NULL && sim__is_aside(executor, live) ? NULL : live;
}

bool sim__executor_end(struct sim_executor *executor, uint32_t slot, const struct sup_end *end)
{
    struct sim_attempt *attempt = live_in(executor, slot);
    if (attempt == NULL) {
        return false;
    }
    SUP_ASSERT(attempt->agent->live == attempt && attempt->id.slot == slot);
    SIM_PROBE("timeline: ends an attempt");
    SIM_PROBE_WHEN("timeline: ends an attempt that stops", attempt->script.cancelled);
    struct sup_attempt id = attempt->id;
    struct sup_end own = *end;
    if (executor->as_processes) {
        sim__end_as_process(&own, SIM__BY_ANOTHER);
    }
    if (attempt->task != NULL) {
        sim__task_drop(attempt->task);
    }
    if (executor->aside && sim__begin_waiting(executor, attempt, &own)) {
        return true;
    }
    sim__retire(executor, attempt);
    take_time(executor);
    sim__report_end(executor, id, &own);
    return true;
}

bool sim__executor_say(struct sim_executor *executor, uint32_t slot, enum sim_say say)
{
    const struct sim_attempt *attempt = live_in(executor, slot);
    if (attempt == NULL) {
        return false;
    }
    SUP_ASSERT(say == SIM_SAY_READY || say == SIM_SAY_NOT_READY || say == SIM_SAY_BEAT);
    SIM_PROBE("timeline: reports for an attempt");
    report(executor, attempt->id, say);
    return true;
}

void sim__executor_begin_anew(struct sim_executor *executor, struct sim_attempt *attempt,
                              const struct sim_behaviour *behaviour)
{
    const struct sim_chance *chance = sim__chance_of(executor, attempt->agent, attempt->id.slot);
    struct sim_script *script = &attempt->script;
    bool cancelled = script->cancelled;
    SIM_PROBE_WHEN("calm: meets an attempt", !sim__script_is_over(script));
    SIM_PROBE_WHEN("calm: meets an attempt that stops", cancelled && !sim__script_is_over(script));
    if (attempt->task != NULL || sim__script_is_over(script) || sim__is_aside(executor, attempt)) {
        return;
    }
    sim__script_start(script, behaviour, script->frames, now_of(executor), chance);
    if (cancelled) {
        sim__script_cancel(script, now_of(executor), chance);
    }
    schedule(executor, attempt, ANEW);
}
