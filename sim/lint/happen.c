/* What may happen in a run of the scenario, from below: how soon at the earliest. */
#include "traps.h"

#include "sim/base/ratio.h"

/* Waits are looked at one by one until here; those after are at least as long. */
#define WAITS_LOOKED_AT 256u

/* ---- what a script has in it ---- */

static void look_at_block(struct sim__script_facts *facts, const struct sim_block *block);

static bool is_drawn(const struct sim_draw *draw)
{
    return draw->kind != SIM_DRAW_FIXED;
}

static void look_at_step(struct sim__script_facts *facts, const struct sim_step *step)
{
    facts->steps |= UINT64_C(1) << step->kind;
    facts->draws |= is_drawn(&step->draw) || step->choice_count > 1;
    if (step->action != NULL) {
        facts->actions |= UINT64_C(1) << step->action->kind;
        facts->draws |= step->action->stream != 0;
    }
    for (uint32_t i = 0; i < step->choice_count; i++) {
        look_at_block(facts, &step->choices[i].block);
    }
    look_at_block(facts, &step->body);
}

static void look_at_block(struct sim__script_facts *facts, const struct sim_block *block)
{
    for (uint32_t i = 0; i < block->count; i++) {
        look_at_step(facts, &block->steps[i]);
    }
}

/* What a function of the user's does is not known: it may do anything. */
static void look_at_call(struct sim__script_facts *facts)
{
    facts->timed = false;
    facts->draws = true;
    facts->beats = true;
    facts->ready = true;
}

static void look_at_item(struct sim__script_facts *facts, const struct sim_behaviour *item)
{
    if (item->call != NULL) {
        look_at_call(facts);
    }
    bool fails = item->kind == SIM_FAIL || item->kind == SIM_CRASH;
    uint64_t after = sim__lint_least(&item->after).ns;
    if (fails && after < facts->least) {
        facts->least = after;
    }
    facts->timed &= fails || item->kind == SIM_RUN || item->kind == SIM_SUCCEED ||
                    item->kind == SIM_HANG || item->kind == SIM_DONE;
    facts->draws |= is_drawn(&item->after) || is_drawn(&item->ready_after) ||
                    is_drawn(&item->beat_every) || is_drawn(&item->beat_for) ||
                    is_drawn(&item->stop_after);
    facts->beats |= item->has_beat;
    facts->ready |= item->ready == SIM_READY_AFTER;
    look_at_block(facts, &item->steps);
    facts->draws |= item->way_count > 1;
    for (uint32_t i = 0; i < item->way_count; i++) {
        look_at_item(facts, &item->ways[i]);
    }
}

const struct sim__script_facts *sim__lint_script(struct sim__lint *lint,
                                                 const struct sim_service *service)
{
    struct sim__script_facts *facts = &lint->facts;
    if (facts->script == service->script && facts->needs == service->needs) {
        return facts; /* those of `defaults` are one for all */
    }
    *facts = (struct sim__script_facts){
        .script = service->script, .needs = service->needs, .timed = true, .least = UINT64_MAX};
    for (uint32_t i = 0; i < service->script_count; i++) {
        look_at_item(facts, &service->script[i]);
    }
    for (uint32_t i = 0; i < service->need_count; i++) {
        look_at_item(facts, service->needs[i].behaviour);
    }
    facts->beats |= (facts->steps & SIM__STEP(BEAT)) != 0;
    facts->ready |= (facts->steps & SIM__STEP(READY)) != 0;
    return facts;
}

/* ---- what the file has in it ---- */

static void survey_service(struct sim__lint *lint, const struct sim_service *service)
{
    const struct sim__script_facts *facts = sim__lint_script(lint, service);
    lint->actions |= facts->actions;
    lint->beats |= facts->beats;
    lint->draws |= facts->draws || (service->policy.backoff.jitter != SUP_JITTER_NONE &&
                                    !sim__lint_never_restarts(&service->policy));
}

void sim__lint_survey(struct sim__lint *lint)
{
    const struct sim_scenario *scenario = lint->scenario;
    lint->together = scenario->root.strategy != SUP_STRATEGY_ONE_FOR_ONE;
    lint->limited = scenario->root.limit.enabled;
    lint->draws = scenario->order_random;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        lint->together |= scenario->groups[i].policy.strategy != SUP_STRATEGY_ONE_FOR_ONE;
        lint->limited |= scenario->groups[i].policy.limit.enabled;
    }
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        survey_service(lint, &scenario->services[i]);
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        lint->actions |= UINT64_C(1) << action->kind;
        lint->draws |= action->stream != 0 || (action->fork != NULL && action->fork->way_count > 1);
        if (action->service != NULL) {
            survey_service(lint, action->service);
        }
    }
}

bool sim__lint_disturbed(const struct sim__lint *lint)
{
    const uint64_t ends = SIM__ACT(FAIL) | SIM__ACT(CRASH) | SIM__ACT(REFUSE_STARTS);
    return lint->together || (lint->actions & ends) != 0;
}

/* ---- durations ---- */

struct sup_duration sim__lint_least(const struct sim_draw *draw)
{
    struct sup_duration least = draw->kind == SIM_DRAW_EXP ? SUP_NS(0) : draw->low;
    for (uint32_t i = 0; draw->kind == SIM_DRAW_PICK && i < draw->pick_count; i++) {
        least = i == 0 || draw->picks[i].ns < least.ns ? draw->picks[i] : least;
    }
    return least;
}

/* The least that a wait with this bound can be. */
static uint64_t least_wait(const struct sup_backoff_policy *backoff, uint64_t bound)
{
    switch (backoff->jitter) {
    case SUP_JITTER_FULL:
        return 0;
    case SUP_JITTER_EQUAL:
        return bound / 2;
    case SUP_JITTER_DECORRELATED:
        return backoff->base.ns < backoff->max.ns ? backoff->base.ns : backoff->max.ns;
    case SUP_JITTER_PERCENT:
        return bound - bound / 100 * backoff->jitter_percent -
               bound % 100 * backoff->jitter_percent / 100;
    default:
        return bound;
    }
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* floor(bound * factor), at most `max`. */
static uint64_t next_bound(const struct sup_backoff_policy *backoff, uint64_t bound)
{
    uint64_t next = sim__ratio(bound, backoff->factor_billionths, SUP_FACTOR_ONE);
    return next > backoff->max.ns ? backoff->max.ns : next;
}

/* How long an attempt lives before it fails, at least. */
static uint64_t least_run(struct sim__lint *lint, const struct sim_service *service)
{
    const struct sim__script_facts *facts = sim__lint_script(lint, service);
    bool others = sim__lint_disturbed(lint) || service->exec != NULL ||
                  service->policy.ready_explicit || service->policy.stale_after.ns != SUP_NEVER_NS;
    return others || !facts->timed || facts->least == UINT64_MAX ? 0 : facts->least;
}

struct sup_duration sim__lint_gaps(struct sim__lint *lint, const struct sim_service *service,
                                   uint32_t gaps)
{
    const struct sup_backoff_policy *backoff = &service->policy.backoff;
    uint64_t bound = backoff->base.ns < backoff->max.ns ? backoff->base.ns : backoff->max.ns;
    uint64_t sum = times(least_run(lint, service), gaps);
    uint32_t left = gaps;
    if (service->policy.rules != NULL ||
        !sim__lint_spend(lint, gaps < WAITS_LOOKED_AT ? gaps : WAITS_LOOKED_AT)) {
        return SUP_NS(0);
    }
    for (uint32_t i = 0; left > 1 && i < WAITS_LOOKED_AT; i++, left--) {
        sum = add(sum, least_wait(backoff, bound));
        bound = next_bound(backoff, bound);
    }
    return SUP_NS(add(sum, times(least_wait(backoff, bound), left)));
}
