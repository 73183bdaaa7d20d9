/* The timeline: schedules the actions of a file and accounts for them at the end. */
#include "timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "outcome.h"
#include "rolling.h"
#include "scripted.h"
#include "taped.h"
#include "sim/attempt/draw.h"
#include "sim/base/oracle_failed.h"
#include "sim/base/text.h"
#include "sim/base/zero.h"
#include "sim/oracle.h"
#include "sup/assert.h"
#include "sup/error.h"

#define TEXT_BYTES 160u

/* Instants */

static uint64_t draw(struct sim_timeline *timeline, struct sim_act *act, const struct sim_draw *of)
{
    return sim__draw(of, &act->times, &timeline->draws).ns;
}

/* A period of nothing would be the same instant for ever. */
static uint64_t period(struct sim_timeline *timeline, struct sim_act *act)
{
    const struct sim_timing *timing = act->action->timing;
    uint64_t ns = timing == NULL ? act->action->every.ns : draw(timeline, act, &timing->every);
    return ns == 0 ? 1 : ns;
}

#define LABEL_BYTES 48u

/* `what:stream`; its length. */
static size_t label_of(char label[LABEL_BYTES], const char *what, uint64_t stream)
{
    struct sim__text text;
    sim__text_init_fixed(&text, label, LABEL_BYTES);
    sim__text_put(&text, what);
    sim__text_char(&text, ':');
    sim__text_hex16(&text, stream);
    return text.length;
}

/* Instants and targets have streams of their own, since how many targets there are to
 * draw from may depend on what has happened. */
static struct sup_random stream_of(const struct sim_timeline *timeline, const char *what,
                                   const struct sim_action *action)
{
    char label[LABEL_BYTES];
    size_t length = label_of(label, what, action->stream);
    return sup_random_derive(timeline->seed, label, length);
}

struct sup_random *sim__timeline_chosen(const struct sim_timeline *timeline, struct sim_act *act)
{
    if (!act->draws) {
        act->draws = true;
        act->chosen = stream_of(timeline, "target", act->action);
    }
    return &act->chosen;
}

/* What is left open is decided by the oracle, under a label of its own. */
static uint32_t choose(const struct sim_timeline *timeline, const char *what, uint64_t stream,
                       uint32_t n)
{
    char label[LABEL_BYTES];
    if (n <= 1) {
        return 0;
    }
    (void)label_of(label, what, stream);
    return sim_oracle_choose(timeline->oracle, label, n);
}

static uint64_t decide_moment(struct sim_timeline *timeline, struct sim_act *act, const char *what,
                              const struct sim_open_instant *moment)
{
    while (moment->way_count > 0) {
        moment = &moment->ways[choose(timeline, what, act->action->stream, moment->way_count)];
    }
    return draw(timeline, act, &moment->draw);
}

static void draw_times(struct sim_timeline *timeline, struct sim_act *act)
{
    const struct sim_timing *timing = act->action->timing;
    act->times = stream_of(timeline, "timeline", act->action);
    act->due_ns = timing->has_first ? decide_moment(timeline, act, "any:at", &timing->first)
                                    : period(timeline, act);
    act->to_ns = decide_moment(timeline, act, "any:to", &timing->to);
}

/* When it is due at first: never, when that is after its end. */
static void set_times(struct sim_timeline *timeline, struct sim_act *act,
                      const struct sim_scenario *scenario)
{
    const struct sim_action *action = act->action;
    if (action->timing != NULL) {
        draw_times(timeline, act);
    } else {
        act->due_ns = action->at.ns;
        act->to_ns = action->to.ns;
    }
    if (action->repeats && act->due_ns > act->to_ns) {
        act->due_ns = UINT64_MAX;
    }
    act->by_chance =
        action->timing != NULL && (act->due_ns > scenario->until.ns || act->due_ns == UINT64_MAX);
}

/* Which way of each `any` is taken; UINT32_MAX where one is not come to. */
static void decide(const struct sim_timeline *timeline, const struct sim_scenario *scenario,
                   uint32_t *ways)
{
    for (uint32_t i = 0; i < scenario->fork_count; i++) {
        const struct sim_fork *fork = &scenario->forks[i];
        const struct sim_fork *within = fork->within;
        SUP_ASSERT(within == NULL || within < fork);
        bool reached = within == NULL || ways[within - scenario->forks] == fork->way;
        ways[i] =
            reached ? choose(timeline, "any:entry", fork->stream, fork->way_count) : UINT32_MAX;
    }
}

/* Sets an entry up and schedules it, unless it was left out. */
static void enter(struct sim_timeline *timeline, const struct sim_scenario *scenario,
                  const uint32_t *ways, uint32_t index)
{
    struct sim_act *act = &timeline->acts[index];
    const struct sim_action *action = &scenario->timeline[index];
    act->action = action;
    act->left_out = action->fork != NULL && ways[action->fork - scenario->forks] != action->way;
    if (act->left_out) {
        act->due_ns = UINT64_MAX;
        return;
    }
    set_times(timeline, act, scenario);
    if (act->due_ns != UINT64_MAX) {
        sim__queue_set(&timeline->queue, index, (struct sup_instant){act->due_ns}, index);
    }
}

static int init_entries(struct sim_timeline *timeline, const struct sim_scenario *scenario)
{
    uint32_t *ways = NULL;
    if (timeline->count == 0) {
        return SUP_OK;
    }
    int error = sim__queue_reserve(&timeline->queue, timeline->count);
    if (error != SUP_OK) {
        return error;
    }
    timeline->acts = malloc(timeline->count * sizeof(*timeline->acts));
    if (timeline->acts == NULL) {
        return SUP_ENOMEM;
    }
    sim__zero(timeline->acts, timeline->count * sizeof(*timeline->acts));
    if (scenario->fork_count > 0) {
        ways = calloc(scenario->fork_count, sizeof(*ways));
        if (ways == NULL) {
            return SUP_ENOMEM;
        }
        decide(timeline, scenario, ways);
    }
    for (uint32_t i = 0; i < timeline->count; i++) {
        enter(timeline, scenario, ways, i);
    }
    free(ways);
    return sim__oracle_failed(timeline->oracle) ? SUP_ENOMEM : SUP_OK;
}

int sim__timeline_init(struct sim_timeline *timeline, const struct sim_scenario *scenario,
                       uint64_t seed, struct sim_oracle *oracle)
{
    *timeline =
        (struct sim_timeline){.count = scenario->timeline_count, .seed = seed, .oracle = oracle};
    timeline->scripted_end = &timeline->scripted;
    sim__queue_init(&timeline->queue,
                    scenario->order_random ? SIM_QUEUE_GATHERING : SIM_QUEUE_PLAIN);
    sim__taped_timeline(timeline);
    int error = init_entries(timeline, scenario);
    return error == SUP_OK ? sim__scripted_init(timeline, scenario) : error;
}

void sim__timeline_release(struct sim_timeline *timeline)
{
    sim__scripted_release(timeline);
    for (uint32_t i = 0; timeline->acts != NULL && i < timeline->count; i++) {
        free(timeline->acts[i].roll);
    }
    free(timeline->acts);
    sim__queue_release(&timeline->queue);
    *timeline = (struct sim_timeline){0};
}

struct sup_instant sim__timeline_last(const struct sim_timeline *timeline,
                                      const struct sim_scenario *scenario)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < timeline->count; i++) {
        const struct sim_act *act = &timeline->acts[i];
        uint64_t end = act->action->repeats ? act->to_ns : act->due_ns;
        if (act->action->rolls) {
            const struct sup_duration length = sim__roll_length(scenario, act->action);
            end = sup_instant_add((struct sup_instant){end}, length).ns;
        }
        last = !act->left_out && end != UINT64_MAX && end > last ? end : last;
    }
    return (struct sup_instant){last};
}

struct sim_act *sim__timeline_take(struct sim_timeline *timeline, uint32_t index)
{
    struct sim_act *act = &timeline->acts[index];
    SUP_ASSERT(index < timeline->count && act->due_ns != UINT64_MAX);
    bool again = false;
    if (act->action->repeats) {
        uint64_t after = period(timeline, act);
        again = act->to_ns - act->due_ns >= after;
        act->due_ns += again ? after : 0;
    }
    if (again && act->due_ns != UINT64_MAX) {
        sim__queue_set(&timeline->queue, index, (struct sup_instant){act->due_ns}, index);
    } else {
        sim__queue_remove(&timeline->queue, index);
    }
    return act;
}

void sim__timeline_again(struct sim_timeline *timeline, struct sim_act *act,
                         struct sup_duration after)
{
    uint32_t index = (uint32_t)(act - timeline->acts);
    SUP_ASSERT(index < timeline->count && !act->action->repeats);
    act->due_ns = sup_instant_add((struct sup_instant){act->due_ns}, after).ns;
    if (act->due_ns != UINT64_MAX) {
        sim__queue_set(&timeline->queue, index, (struct sup_instant){act->due_ns}, index);
    }
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
    bool once = !act->action->repeats && !act->scripted;
    if (target->some > 0) {
        return once;
    }
    for (uint32_t i = 0; i < target->count; i++) {
        if (!sim_glob_is(target->patterns[i])) {
            return once;
        }
    }
    return false;
}

struct ending {
    const struct sim_refusals *refusals;
    struct sim_expect *expect;
    struct sup_instant now;
};

/* What of a fault failed; `detail` stays as it is. */
struct amiss {
    const char *detail;
    const char *expected;
    const char *found;
};

static void fail(const struct ending *ending, const struct sim_act *act, const struct amiss *amiss)
{
    const struct sim_finding finding = {
        .place = act->action->place,
        .at = ending->now,
        .detail = amiss->detail,
        .expected = amiss->expected,
        .found = amiss->found,
    };
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
    fail(ending, act,
         &(struct amiss){"refusals", "refuse-starts: every refusal meets a start", found});
}

/* Where a script leaves it to chance whether an action is come to, nobody can say
 * that it should have been. */
static void end_act(const struct ending *ending, const struct sim_act *act)
{
    const struct sim_action *action = act->action;
    char expected[TEXT_BYTES];
    bool fault = is_injection(action->kind) || action->kind == SIM_ACT_REFUSE_STARTS ||
                 action->kind == SIM_ACT_SET;
    if (act->left_out || sim__outcome_expects_anything(action)) {
        return;
    }
    if (act->done == 0) {
        if (act->by_chance || (!fault && !action->has_expect)) {
            return;
        }
        (void)snprintf(expected, sizeof(expected), "%s: carried out",
                       sim_action_name(action->kind));
        const char *found =
            act->scripted ? "no attempt came to it" : "the run ended before it was due";
        fail(ending, act, &(struct amiss){"carried out", expected, found});
    } else if (is_injection(action->kind) && act->met == 0 && !was_asked(act) &&
               !sim__outcome_expects_failure(action)) {
        (void)snprintf(expected, sizeof(expected), "%s: meets a live attempt at least once",
                       sim_action_name(action->kind));
        fail(ending, act, &(struct amiss){"met", expected, "never"});
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
