/* The timeline: schedules the actions of a file and accounts for them at the end. */
#include "timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "outcome.h"
#include "scripted.h"
#include "sup/assert.h"
#include "sup/error.h"

#define TEXT_BYTES 160u

static uint64_t first_due(const struct sim_action *action)
{
    return action->repeats && action->at.ns > action->to.ns ? UINT64_MAX : action->at.ns;
}

static int init_entries(struct sim_timeline *timeline, const struct sim_scenario *scenario)
{
    *timeline = (struct sim_timeline){.count = scenario->timeline_count};
    timeline->scripted_end = &timeline->scripted;
    sim__queue_init(&timeline->queue,
                    scenario->order_random ? SIM_QUEUE_GATHERING : SIM_QUEUE_PLAIN);
    if (timeline->count == 0) {
        return SUP_OK;
    }
    int error = sim__queue_reserve(&timeline->queue, timeline->count);
    if (error != SUP_OK) {
        return error;
    }
    timeline->acts = calloc(timeline->count, sizeof(*timeline->acts));
    if (timeline->acts == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < timeline->count; i++) {
        struct sim_act *act = &timeline->acts[i];
        act->action = &scenario->timeline[i];
        act->due_ns = first_due(act->action);
        if (act->due_ns != UINT64_MAX) {
            sim__queue_set(&timeline->queue, i, (struct sup_instant){act->due_ns}, i);
        }
    }
    return SUP_OK;
}

int sim__timeline_init(struct sim_timeline *timeline, const struct sim_scenario *scenario)
{
    int error = init_entries(timeline, scenario);
    return error == SUP_OK ? sim__scripted_init(timeline, scenario) : error;
}

void sim__timeline_release(struct sim_timeline *timeline)
{
    sim__scripted_release(timeline);
    free(timeline->acts);
    sim__queue_release(&timeline->queue);
    *timeline = (struct sim_timeline){0};
}

struct sim_act *sim__timeline_take(struct sim_timeline *timeline, uint32_t index)
{
    struct sim_act *act = &timeline->acts[index];
    const struct sim_action *action = act->action;
    SUP_ASSERT(index < timeline->count && act->due_ns != UINT64_MAX);
    bool again = action->repeats && action->to.ns - act->due_ns >= action->every.ns;
    if (again) {
        act->due_ns += action->every.ns;
        again = act->due_ns != UINT64_MAX;
    }
    if (again) {
        sim__queue_set(&timeline->queue, index, (struct sup_instant){act->due_ns}, index);
    } else {
        sim__queue_remove(&timeline->queue, index);
    }
    return act;
}

/* The end of a run */

static bool is_injection(enum sim_action_kind kind)
{
    return kind == SIM_ACT_FAIL || kind == SIM_ACT_CRASH || kind == SIM_ACT_SUCCEED ||
           kind == SIM_ACT_READY || kind == SIM_ACT_NOT_READY || kind == SIM_ACT_BEAT;
}

/* Whether each service was asked about when the fault came (action.c). */
static bool was_asked(const struct sim_act *act)
{
    const struct sim_target *target = &act->action->target;
    for (uint32_t i = 0; i < target->count; i++) {
        if (!sim_glob_is(target->patterns[i])) {
            return !act->action->repeats && !act->scripted;
        }
    }
    return false;
}

struct ending {
    const struct sim_refusals *refusals;
    struct sim_expect *expect;
    struct sup_instant now;
};

static void fail(const struct ending *ending, const struct sim_act *act, const char *expected,
                 const char *found)
{
    const struct sim_finding finding = {
        .place = act->action->place, .at = ending->now, .expected = expected, .found = found};
    sim_expect_fail(ending->expect, &finding);
}

static void end_refusals(const struct ending *ending, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    SUP_ASSERT(action->kind == SIM_ACT_REFUSE_STARTS);
    uint64_t left = sim__refusals_left(ending->refusals, action);
    bool many = action->repeats || act->scripted;
    if (left == 0 || (many && act->met > 0)) {
        return;
    }
    char found[TEXT_BYTES];
    (void)snprintf(found, sizeof(found), "%" PRIu64 " refused, %" PRIu64 " never asked for",
                   act->met, left);
    fail(ending, act, "refuse-starts: every refusal meets a start", found);
}

/* Where a script leaves it to chance whether an action is come to, nobody can say
 * that it should have been. */
static void end_act(const struct ending *ending, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    char expected[TEXT_BYTES];
    bool fault = is_injection(action->kind) || action->kind == SIM_ACT_REFUSE_STARTS;
    if (act->done == 0) {
        if (act->by_chance || (!fault && !action->has_expect)) {
            return;
        }
        (void)snprintf(expected, sizeof(expected), "%s: carried out",
                       sim_action_name(action->kind));
        fail(ending, act, expected,
             act->scripted ? "no attempt came to it" : "the run ended before it was due");
    } else if (is_injection(action->kind) && act->met == 0 && !was_asked(act) &&
               !sim__outcome_expects_failure(action)) {
        (void)snprintf(expected, sizeof(expected), "%s: meets a live attempt at least once",
                       sim_action_name(action->kind));
        fail(ending, act, expected, "never");
    } else if (action->kind == SIM_ACT_REFUSE_STARTS) {
        end_refusals(ending, act);
    }
}

void sim__timeline_end(const struct sim_timeline *timeline, const struct sim_refusals *refusals,
                       struct sim_expect *expect, struct sup_instant now)
{
    SUP_ASSERT(expect != NULL);
    const struct ending ending = {refusals, expect, now};
    for (uint32_t i = 0; i < timeline->count; i++) {
        end_act(&ending, &timeline->acts[i]);
    }
    for (const struct sim_act *act = timeline->scripted; act != NULL; act = act->next) {
        end_act(&ending, act);
    }
}
