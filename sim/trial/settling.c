/* How long a file may take to come to rest; see settling.h. */
#include "settling.h"

#include "sim/scenario/most.h"

/* ---- the longest of everything ---- */

struct longest {
    struct sup_duration wait; /* backoff, cooldown, interval, pause, what a start waits for */
    struct sup_duration finish;
    struct sup_duration lag;
    bool restless; /* somebody may be found on his way at any time, however calm it is */
};

static void note(struct sup_duration *longest, struct sup_duration length)
{
    longest->ns = length.ns > longest->ns ? length.ns : longest->ns;
}

static void note_finite(struct sup_duration *longest, struct sup_duration length)
{
    if (length.ns != SUP_NEVER_NS) {
        note(longest, length);
    }
}

static struct sup_duration twice(struct sup_duration length)
{
    return sup_duration_add(length, length);
}

static void note_limit(struct longest *longest, const struct sup_limit_policy *limit,
                       const struct sup_limit_rules *rules)
{
    if (limit->enabled && limit->then == SUP_LIMIT_WAIT) {
        note(&longest->wait, limit->within);
    }
    if (limit->enabled && limit->then == SUP_LIMIT_PAUSE) {
        note(&longest->wait, rules->pause);
    }
}

static struct sup_duration wait_of(const struct sup_policy *policy)
{
    const struct sup_backoff_policy *backoff = &policy->backoff;
    struct sup_duration most = backoff->max.ns > backoff->base.ns ? backoff->max : backoff->base;
    if (policy->rules != NULL && policy->rules->over_cap) { /* up to as much again */
        most = sup_duration_add(twice(most), policy->rules->jitter_add);
    }
    return most;
}

static void note_rules(struct longest *longest, const struct sup_policy *policy)
{
    const struct sup_rules *rules = policy->rules;
    note_finite(&longest->wait, rules->after_ready);
    note(&longest->wait, rules->ready_after);
    note_limit(longest, &policy->limit, &rules->limit);
    longest->restless |= rules->run_for.ns != SUP_NEVER_NS;
}

static void note_policy(struct longest *longest, const struct sup_policy *policy)
{
    const struct sup_breaker_policy *breaker = &policy->breaker;
    note(&longest->wait, wait_of(policy));
    note(&longest->wait, policy->clean_exit_delay);
    note_finite(&longest->wait, policy->ready_explicit ? policy->ready_timeout : SUP_NS(0));
    if (breaker->failures > 0 && breaker->then == SUP_BREAKER_THEN_HALF_OPEN) {
        note(&longest->wait, sup_duration_add(breaker->cooldown, breaker->probe_for));
    }
    if (policy->kind == SUP_KIND_INTERVAL) {
        note(&longest->wait, policy->interval_every);
    }
    longest->restless |= policy->kind == SUP_KIND_BLOCKING; /* it may wait for a slot for ever */
    if (policy->rules != NULL) {
        note_rules(longest, policy);
    }
}

static void note_lag(struct longest *longest, const struct sim_service *service)
{
    const struct sim_lag *lag = service->lag;
    if (lag == NULL) {
        return;
    }
    const struct sup_duration parts[] = {sim__draw_most(&lag->start), sim__draw_most(&lag->end),
                                         sim__draw_most(&lag->spread), lag->grid, lag->poll};
    struct sup_duration sum = {0};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        sum = sup_duration_add(sum, parts[i]);
    }
    note(&longest->lag, twice(sum));
    /* A call whose end is learned late may be found at any time, and not settled. */
    longest->restless |= service->policy.kind == SUP_KIND_INTERVAL &&
                         (sim__draw_most(&lag->end).ns > 0 || lag->poll.ns > 0);
}

static void note_item(struct longest *longest, const struct sim_behaviour *item)
{
    if (item->finish != NULL) {
        note(&longest->finish, sim__draw_most(&item->finish->takes));
    }
    for (uint32_t i = 0; i < item->way_count; i++) {
        note_item(longest, &item->ways[i]);
    }
}

static void note_service(struct longest *longest, const struct sim_service *service)
{
    note_policy(longest, &service->policy);
    note_lag(longest, service);
    for (uint32_t i = 0; i < service->script_count; i++) {
        note_item(longest, &service->script[i]);
    }
}

static struct longest longest_of(const struct sim_scenario *scenario)
{
    /* A task of a program's own goes on as it likes. */
    struct longest longest = {.restless = scenario->task_count > 0};
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        note_service(&longest, &scenario->services[i]);
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        if (scenario->timeline[i].service != NULL) {
            note_service(&longest, scenario->timeline[i].service);
        }
    }
    note_limit(&longest, &scenario->root.limit, &scenario->root.limit_rules);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct sup_group_policy *group = &scenario->groups[i].policy;
        note_limit(&longest, &group->limit, &group->limit_rules);
    }
    return longest;
}

/* ---- the timeline ---- */

static bool is_plain(const struct sim_action *action)
{
    return action->fork == NULL && action->timing == NULL && !action->repeats;
}

/* The last time that it may be carried out. */
static struct sup_instant last_of(const struct sim_scenario *scenario,
                                  const struct sim_action *action)
{
    struct sup_instant last = action->repeats ? action->to : action->at;
    if (action->timing != NULL) {
        last = sup_instant_at(
            sim__moment_most(action->repeats ? &action->timing->to : &action->timing->first));
    }
    for (uint32_t i = 0; action->rolls && i < scenario->service_count; i++) {
        uint64_t steps =
            sup_duration_of(scenario->services[i].count, action->each.ns > 0 ? action->each.ns : 1)
                .ns;
        last = sup_instant_add(last, SUP_NS(steps));
    }
    return last;
}

/* What is expected of everybody, or of the supervisor, and when. */
struct look {
    const struct sim_scenario *scenario;
    struct sup_instant at;
    struct longest longest;
};

/* The last calm before the look; the scenario's count of entries: there is none. */
static uint32_t calm_of(const struct look *look)
{
    const struct sim_scenario *scenario = look->scenario;
    uint32_t calm = scenario->timeline_count;
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        bool before =
            action->kind == SIM_ACT_CALM && is_plain(action) && action->at.ns <= look->at.ns;
        if (before &&
            (calm == scenario->timeline_count || action->at.ns >= scenario->timeline[calm].at.ns)) {
            calm = i;
        }
    }
    return calm;
}

static bool disturbs(const struct sim_action *action)
{
    return action->kind != SIM_ACT_CALM && action->kind != SIM_ACT_SHUTDOWN &&
           action->kind != SIM_ACT_JOIN && action->kind != SIM_ACT_WAIT_IDLE;
}

/* Whether it may be carried out after the calm, and before anybody looks. */
static bool is_between(const struct look *look, uint32_t calm, uint32_t index)
{
    const struct sim_action *action = &look->scenario->timeline[index];
    const struct sup_instant last = last_of(look->scenario, action);
    const struct sup_instant at = look->scenario->timeline[calm].at;
    if (is_plain(action) && action->at.ns > look->at.ns) {
        return false;
    }
    return last.ns > at.ns || (last.ns == at.ns && index > calm);
}

/* From when on nothing more is done to anybody: calm, unless a stall is still on then. Never,
 * when something is done after it. */
static struct sup_instant quiet_from(const struct look *look, uint32_t calm)
{
    const struct sim_scenario *scenario = look->scenario;
    struct sup_instant from = scenario->timeline[calm].at;
    struct sup_duration stalls = {0};
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        stalls = sup_duration_add(stalls, scenario->timeline[i].stall);
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        const struct sim_action *action = &scenario->timeline[i];
        struct sup_instant over = last_of(scenario, action);
        if (is_between(look, calm, i) && disturbs(action)) {
            return SUP_INSTANT_NEVER;
        }
        if (action->kind == SIM_ACT_STALL) {
            over = sup_instant_add(over, stalls);
        } else if (action->kind != SIM_ACT_SHUTDOWN || look->longest.lag.ns == 0) {
            continue; /* with lag those that it stops are not gone at once */
        }
        from = over.ns > from.ns && over.ns <= look->at.ns ? over : from;
    }
    return from;
}

/* What may come after a stop, which is at once when it is calm. */
static struct sup_duration after_stop(const struct longest *longest)
{
    return sup_duration_add(longest->finish, longest->lag);
}

static bool is_calm_by(const struct look *look, uint32_t calm)
{
    const struct longest *longest = &look->longest;
    const struct sup_instant from = quiet_from(look, calm);
    const struct sup_duration needed = twice(sup_duration_add(longest->wait, after_stop(longest)));
    return !longest->restless && needed.ns != SUP_NEVER_NS && from.ns <= look->at.ns &&
           sup_instant_since(look->at, from).ns > needed.ns;
}

static struct sim__settling settled_by(const struct look *look)
{
    const uint32_t calm = calm_of(look);
    struct sim__settling settling = {.rest = SIM__REST_UNSAID};
    if (calm < look->scenario->timeline_count) {
        settling.rest = is_calm_by(look, calm) ? SIM__REST_FORETOLD : SIM__REST_CALM;
        settling.room = sup_instant_since(look->at, look->scenario->timeline[calm].at);
    }
    return settling;
}

/* ---- a drain ---- */

/* The first shutdown before the look. */
static const struct sim_action *shutdown_of(const struct look *look)
{
    const struct sim_action *first = NULL;
    for (uint32_t i = 0; i < look->scenario->timeline_count; i++) {
        const struct sim_action *action = &look->scenario->timeline[i];
        if (action->kind == SIM_ACT_SHUTDOWN && is_plain(action) && action->at.ns <= look->at.ns &&
            (first == NULL || action->at.ns < first->at.ns)) {
            first = action;
        }
    }
    return first;
}

/* When it is calm all stop at once, unless somebody learns of it late. */
static bool is_drained_at_once(const struct look *look)
{
    const uint32_t calm = calm_of(look);
    if (look->longest.lag.ns > 0 || calm == look->scenario->timeline_count) {
        return false;
    }
    const struct sup_instant from = quiet_from(look, calm);
    return from.ns <= look->at.ns && sup_instant_since(look->at, from).ns > look->longest.finish.ns;
}

/* When the time of the drain is over everybody is given up. */
static struct sim__settling drained_by(const struct look *look)
{
    const struct longest *longest = &look->longest;
    const struct sim_action *shutdown = shutdown_of(look);
    struct sim__settling settling = {.rest = SIM__REST_UNSAID};
    if (shutdown == NULL) {
        return settling;
    }
    struct sup_duration most =
        shutdown->has_timeout ? shutdown->timeout : look->scenario->shutdown_timeout;
    if (longest->lag.ns > 0 || longest->finish.ns > 0) {
        most = sup_duration_add(most, twice(after_stop(longest)));
    }
    settling.room = sup_instant_since(look->at, shutdown->at);
    bool in_time = settling.room.ns > most.ns || look->at.ns == SUP_NEVER_NS;
    settling.rest = in_time || (settling.room.ns > 0 && is_drained_at_once(look))
                        ? SIM__REST_FORETOLD
                        : SIM__REST_CALM;
    return settling;
}

/* ---- the expectation ---- */

static bool wants_settled(const struct sim_expectation *expectation)
{
    for (uint32_t i = 0; i < expectation->fact_count; i++) {
        const struct sim_fact *fact = &expectation->facts[i];
        if (fact->id == SIM_FACT_SETTLED && fact->match.boolean) {
            return expectation->what == SIM_WHAT_SERVICE;
        }
    }
    return false;
}

static struct sup_instant instant_of(const struct sim_scenario *scenario,
                                     const struct sim_expectation *expectation)
{
    switch (expectation->when) {
    case SIM_WHEN_END:
        return scenario->until;
    case SIM_WHEN_BY:
        return expectation->to;
    default:
        return expectation->from;
    }
}

struct sim__settling sim__settling_of(const struct sim_scenario *scenario, uint32_t line)
{
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct sim_expectation *expectation = &scenario->expectations[i];
        if (expectation->place.line != line) {
            continue;
        }
        const struct look look = {
            .scenario = scenario,
            .at = instant_of(scenario, expectation),
            .longest = longest_of(scenario),
        };
        if (wants_settled(expectation)) {
            return settled_by(&look);
        }
        if (expectation->what == SIM_WHAT_SUPERVISOR) {
            return drained_by(&look);
        }
    }
    return (struct sim__settling){.rest = SIM__REST_UNSAID};
}

bool sim__settling_kept(const struct sim__settling *first, const struct sim__settling *smaller)
{
    switch (first->rest) {
    case SIM__REST_UNSAID:
        break;
    case SIM__REST_CALM: /* then it is as close to it as it was */
        return smaller->rest == SIM__REST_FORETOLD ||
               (smaller->rest == SIM__REST_CALM && smaller->room.ns >= first->room.ns);
    case SIM__REST_FORETOLD:
        return smaller->rest == SIM__REST_FORETOLD;
    }
    return true;
}
