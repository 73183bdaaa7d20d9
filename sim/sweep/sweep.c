/* Points, tries and pairs of a sweep; see sweep.h. */
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

/* A fault that ends what would go on, and one that starts what would not, changes how many
 * events there are; what is beyond this goes on for ever, as far as anybody can tell. */
#define EVENTS_TIMES 4u
#define EVENTS_MORE 20000u
/* What beats, and says nothing else, goes on for ever without an event. */
#define STEPS_MOST 4000000u
/* A livelock has to be told from that, so it is called so earlier than in other runs. */
#define AN_INSTANT 10000u

void sim__sweep_bound(struct sim__trial_how *how, uint64_t events)
{
    how->max_events = EVENTS_TIMES * events + EVENTS_MORE;
    how->max_steps = STEPS_MOST;
    how->max_events_an_instant = AN_INSTANT;
}

int sim__sweep_try(const struct sim_scenario *scenario, const struct sim__sweep_how *how,
                   const struct sim__sweep_point *point, struct sim__sweep_try *ret_try)
{
    struct sim__sweep_try one;
    memset(&one, 0, sizeof(one));
    one.point = *point;
    const struct sim_faults faults = {
        .first = point->first,
        .then = point->then,
        .late = how->late,
        .seen = &one.seen,
    };
    struct sim__trial_how trial = how->trial;
    trial.faults = &faults;
    int error = sim__trial_scenario(scenario, &trial, &one.trial);
    if (error == SUP_OK) {
        *ret_try = one;
    }
    return error;
}

/* Events that come to no end, or steps that make none while time passes: what stands still
 * without an event is a loop. */
static bool goes_on(const struct sim__trial *trial)
{
    return strcmp(trial->word, sim_stall_name(SIM_STALL_EVENTS)) == 0 ||
           (trial->moves && strcmp(trial->word, sim_stall_name(SIM_STALL_STEPS)) == 0);
}

enum sim__sweep_fate sim__sweep_fate(const struct sim__trial *trial)
{
    switch (trial->sign) {
    case SIM__SIGN_PASSED:
    case SIM__SIGN_EXPECTATION:
        return SIM__SWEEP_SURVIVED;
    case SIM__SIGN_STALLED:
        return goes_on(trial) ? SIM__SWEEP_CUT : SIM__SWEEP_FELL;
    default:
        return SIM__SWEEP_FELL;
    }
}

/* ---- which points ---- */

/* `index` of `chosen` things, evenly spread over `all`; the first is the first. */
static uint64_t spread_over(uint64_t index, uint64_t chosen, uint64_t all)
{
    SUP_ASSERT(index < chosen && chosen <= all && all <= UINT64_MAX / 4);
    uint64_t each = all / chosen;
    uint64_t rest = all % chosen;
    /* rest * index stays small: chosen is what somebody waits for. */
    return each * index + rest * index / chosen;
}

struct sim__sweep_plan sim__sweep_plan(const uint64_t points[SIM__POINTS], uint32_t kinds,
                                       uint64_t most)
{
    struct sim__sweep_plan plan = {.all = 0, .turns = 1};
    for (uint32_t kind = 0; kind < SIM__POINTS; kind++) {
        plan.points[kind] = (kinds >> kind & 1u) != 0 ? points[kind] : 0;
        plan.all += plan.points[kind];
    }
    plan.chosen = most == 0 || plan.all < most ? plan.all : most;
    return plan;
}

struct sim__sweep_point sim__sweep_nth(const struct sim__sweep_plan *plan, uint64_t index)
{
    uint64_t chosen = index / 2 * plan->turns + plan->turn;
    uint64_t number = spread_over(chosen, plan->chosen, plan->all);
    uint32_t kind = 0;
    while (number >= plan->points[kind]) {
        number -= plan->points[kind];
        kind++;
    }
    SUP_ASSERT(kind < SIM__POINTS);
    return (struct sim__sweep_point){
        .first = {.kind = (enum sim__point)kind, .at = number + 1, .persistent = index % 2 == 1}};
}

/* ---- pairs ---- */

int sim__sweep_lead(struct sim__sweep_pairs *pairs, const struct sim__sweep_try *one,
                    uint32_t kinds)
{
    const struct sim_fault *first = &one->point.first;
    if (first->at == 0 || first->persistent || one->point.then.at != 0 ||
        sim__sweep_fate(&one->trial) != SIM__SWEEP_SURVIVED) {
        return SUP_OK;
    }
    struct sim__sweep_lead *leads =
        sim__grown(pairs->leads, &pairs->room, (uint64_t)pairs->count + 1, sizeof(*leads));
    if (leads == NULL) {
        return SUP_ENOMEM;
    }
    pairs->leads = leads;
    struct sim__sweep_lead *lead = &leads[pairs->count++];
    *lead = (struct sim__sweep_lead){.first = *first, .before = pairs->all};
    for (uint32_t kind = 0; kind < SIM__POINTS; kind++) {
        lead->after[kind] = (kinds >> kind & 1u) != 0 ? one->seen.after[kind] : 0;
        pairs->all += lead->after[kind];
    }
    return SUP_OK;
}

/* The last lead whose pairs begin at `number` or before. */
static const struct sim__sweep_lead *lead_of(const struct sim__sweep_pairs *pairs, uint64_t number)
{
    uint32_t low = 0;
    uint32_t high = pairs->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (pairs->leads[middle].before <= number) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &pairs->leads[low];
}

struct sim__sweep_point sim__sweep_pair(const struct sim__sweep_pairs *pairs, uint64_t chosen,
                                        uint64_t index)
{
    uint64_t number = spread_over(index, chosen, pairs->all);
    const struct sim__sweep_lead *lead = lead_of(pairs, number);
    uint32_t kind = 0;
    number -= lead->before;
    while (number >= lead->after[kind]) {
        number -= lead->after[kind];
        kind++;
    }
    SUP_ASSERT(kind < SIM__POINTS);
    return (struct sim__sweep_point){
        .first = lead->first,
        .then = {.kind = (enum sim__point)kind, .at = number + 1},
    };
}

void sim__sweep_pairs_release(struct sim__sweep_pairs *pairs)
{
    free(pairs->leads);
    *pairs = (struct sim__sweep_pairs){0};
}

/* ---- the order of trying ---- */

static bool have_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a > 1;
}

uint64_t sim__sweep_spread(uint64_t index, uint64_t count)
{
    /* Steps of the golden section visit each once when they share no divisor with count. */
    uint64_t step = count / 1000 * 618 + count % 1000 * 618 / 1000;
    step = step == 0 ? 1 : step;
    while (have_common_divisor(step, count)) {
        step++;
    }
    SUP_ASSERT(index < count && count <= UINT32_MAX);
    return index * step % count;
}
