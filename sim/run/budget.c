/* Says when a run has had enough, and what keeps it going. */
#define _POSIX_C_SOURCE 200809L
#include "budget.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "outcome.h"
#include "sup/assert.h"
#include "sup/snapshot.h"
#include "sup/supervisor.h"

#define EVENTS_DEFAULT UINT64_C(10000000)
#define STEPS_DEFAULT UINT64_C(100000000)
#define AN_INSTANT_DEFAULT 100000u
#define AN_INSTANT_PER_SERVICE 32u
#define NANOSECONDS UINT64_C(1000000000)
#define CAUSE_BYTES 256u

void sim__budget_init(struct sim_budget *budget, const struct sim_run_options *options)
{
    uint32_t instant = options->max_events_an_instant;
    *budget = (struct sim_budget){
        .steps_max = options->max_steps != 0 ? options->max_steps : STEPS_DEFAULT,
        .events_max = options->max_events != 0 ? options->max_events : EVENTS_DEFAULT,
        .an_instant_max = instant != 0 ? instant : AN_INSTANT_DEFAULT,
        .wall_max = {options->max_wall_ns},
        .slot = UINT32_MAX,
    };
    SUP_ASSERT(budget->steps_max > 0 && budget->events_max > 0 && budget->an_instant_max > 0);
}

static struct sup_instant wall_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        return (struct sup_instant){0};
    }
    return (struct sup_instant){(uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec};
}

void sim__budget_begin(struct sim_budget *budget)
{
    if (budget->wall_max.ns != 0 && budget->wall_start.ns == 0) {
        budget->wall_start = wall_now();
    }
}

bool sim__budget_wall_spent(const struct sim_budget *budget, struct sup_instant now,
                            char text[SIM_BUDGET_TEXT_BYTES])
{
    char at[48];
    if (budget->wall_max.ns == 0 ||
        sup_instant_since(wall_now(), budget->wall_start).ns <= budget->wall_max.ns) {
        return false;
    }
    (void)snprintf(text, SIM_BUDGET_TEXT_BYTES,
                   "the budget of wall time ran out at %s of virtual time",
                   sim_duration_format(now.ns, at));
    return true;
}

static const char *slot_name(const struct sup *sup, uint32_t slot)
{
    const char *name = slot != UINT32_MAX ? sup_slot_name(sup, slot) : NULL;
    return name != NULL ? name : "no service";
}

/* What goes on without an event: an action of the timeline that is repeated, or an
 * attempt whose script beats or sleeps. */
static const char *silent_cause(const struct sim_budget *budget, const struct sup *sup,
                                char cause[CAUSE_BYTES])
{
    if (budget->action != NULL) {
        (void)snprintf(cause, CAUSE_BYTES, "the `%s` of line %" PRIu32,
                       sim_action_name(budget->action->kind), budget->action->place.line);
        return cause;
    }
    const char *what = "the script";
    if (budget->said == SIM_SAY_BEAT) {
        what = "the beats";
    } else if (budget->said == SIM_SAY_READY || budget->said == SIM_SAY_NOT_READY) {
        what = "the reports of readiness";
    }
    (void)snprintf(cause, CAUSE_BYTES, "%s of service `%s`", what, slot_name(sup, budget->slot));
    return cause;
}

static bool steps_spent(const struct sim_budget *budget, const struct sim_budget_view *view,
                        char text[SIM_BUDGET_TEXT_BYTES])
{
    char at[48];
    char cause[CAUSE_BYTES];
    if (budget->steps <= budget->steps_max) {
        return false;
    }
    (void)snprintf(text, SIM_BUDGET_TEXT_BYTES,
                   "the budget of %" PRIu64 " steps ran out at %s, after %" PRIu64
                   " events; the run is kept going by %s",
                   budget->steps_max, sim_duration_format(view->now.ns, at), view->watch->events,
                   silent_cause(budget, view->sup, cause));
    return true;
}

static bool events_spent(const struct sim_budget *budget, const struct sim_budget_view *view,
                         char text[SIM_BUDGET_TEXT_BYTES])
{
    char at[48];
    if (!budget->events_left_out) {
        return false;
    }
    (void)snprintf(text, SIM_BUDGET_TEXT_BYTES,
                   "the budget of %" PRIu64 " events ran out at %s; service `%s` is re-armed by %s",
                   budget->events_max, sim_duration_format(view->now.ns, at),
                   slot_name(view->sup, view->watch->slot), sim__watch_rearmed_by(view->watch));
    return true;
}

/* A fleet may have much to do in one instant without being in a loop. */
static bool instant_spent(struct sim_budget *budget, const struct sim_budget_view *view,
                          char text[SIM_BUDGET_TEXT_BYTES])
{
    const struct sim_watch *watch = view->watch;
    char at[48];
    if (watch->at_instant <= budget->an_instant_max) {
        return false;
    }
    struct sup_group_info everything = {0};
    sup_ignore(sup_group_info_of(view->sup, "runtime", &everything)); /* always there */
    uint64_t most = (uint64_t)everything.services * AN_INSTANT_PER_SERVICE;
    budget->an_instant_max = most > budget->an_instant_max ? most : budget->an_instant_max;
    if (watch->at_instant <= budget->an_instant_max) {
        return false;
    }
    (void)snprintf(text, SIM_BUDGET_TEXT_BYTES,
                   "livelock: %" PRIu64
                   " events and reports at %s and no end; service `%s` is re-armed by %s",
                   watch->at_instant, sim_duration_format(view->now.ns, at),
                   slot_name(view->sup, watch->slot), sim__watch_cause(watch));
    return true;
}

enum sim_stall sim__budget_spent(struct sim_budget *budget, const struct sim_budget_view *view,
                                 char text[SIM_BUDGET_TEXT_BYTES])
{
    if (instant_spent(budget, view, text)) {
        return SIM_STALL_INSTANT;
    }
    if (events_spent(budget, view, text)) {
        return SIM_STALL_EVENTS;
    }
    if (steps_spent(budget, view, text)) {
        return SIM_STALL_STEPS;
    }
    return sim__budget_wall_spent(budget, view->now, text) ? SIM_STALL_WALL : SIM_STALL_NOT;
}
