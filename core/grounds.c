/* What a decision rests on; see <sup/grounds.h>. Windows are looked at and not pruned: only copies
 * of them change. */
#include "grounds.h"

#include <string.h>

#include "anchor.h"
#include "backoff.h"
#include "exits.h"
#include "face.h"
#include "group.h"
#include "incident.h"
#include "lifetime.h"
#include "limits.h"
#include "strategy.h"
#include "supervisor.h"

/* Of several that forgive the streak of one end the first has found it. */
void sup__note_streak(struct sup *sup, const struct sup__service *s, enum sup_forgiven by)
{
    uint32_t slot = sup__slot_of(sup, s);
    struct sup__notes *notes = &sup->notes;
    if (notes->forgiven.slot != slot || notes->forgiven.generation != s->generation ||
        notes->forgiven.attempt != s->attempt) {
        notes->forgiven.slot = slot;
        notes->forgiven.generation = s->generation;
        notes->forgiven.attempt = s->attempt;
        notes->forgiven.streak = s->streak;
        notes->forgiven.by = by;
    }
}

/* ---- limits ---- */

static struct sup_instant oldest(const struct sup__window *window)
{
    return window->count == 0 || window->at == NULL ? SUP_INSTANT_NEVER : window->at[window->head];
}

static struct sup_limit_grounds look(const struct sup *sup, const struct sup__limited *limited)
{
    struct sup__window ring = *limited->ring; /* only a copy's head moves */
    struct sup__limited copy = *limited;
    copy.ring = &ring;
    struct sup_limit_grounds grounds = {
        .policy = limited->policy, .rules = limited->rules, .since = SUP_INSTANT_NEVER};
    grounds.used = sup__limit_used(&copy, sup->now);
    switch (limited->rules->window) {
    case SUP_LIMIT_WINDOW_SLIDING:
        grounds.since = oldest(&ring);
        break;
    case SUP_LIMIT_WINDOW_STREAK:
        break;
    case SUP_LIMIT_WINDOW_DECAY:
        grounds.score = limited->state->score == 0
                            ? 0
                            : sup__decayed(limited->state->score,
                                           sup_instant_since(sup->now, limited->state->last),
                                           limited->rules->half_life);
        break;
    default:
        grounds.since = limited->state->opened;
    }
    return grounds;
}

/* ---- services ---- */

static void look_at_breaker(const struct sup *sup, const struct sup__service *s,
                            const struct sup_policy *policy, struct sup_grounds *grounds)
{
    if (policy->breaker.failures > 0) {
        struct sup__window window = sup__extra_of(sup, s)->breaker;
        grounds->breaker_count = sup__window_prune(&window, sup->now, policy->breaker.within);
        grounds->breaker_since = oldest(&window);
    }
}

static struct sup_end_grounds end_of(const struct sup *sup)
{
    const struct sup__exit *exit = sup->notes.exit;
    struct sup_end_grounds end = {0};
    end.classes = sup__exit_classes(exit, sup->notes.cause);
    end.was_ready = sup__exit_was_ready(exit);
    end.code = sup__exit_code(exit);
    end.finish = sup__exit_finish(exit);
    if (!exit->stopped && exit->returned->outcome == SUP_OUTCOME_CRASHED) {
        end.signal = exit->returned->signal;
    }
    return end;
}

static void look_at_rules(const struct sup *sup, const struct sup__service *s,
                          const struct sup_policy *policy, struct sup_grounds *grounds)
{
    static const enum sup_fate fates[] = {[SUP__FATE_ENDS] = SUP_FATE_ENDS,
                                          [SUP__FATE_PREVENTED] = SUP_FATE_PREVENTED,
                                          [SUP__FATE_FORCED] = SUP_FATE_FORCED,
                                          [SUP__FATE_RESTARTS] = SUP_FATE_RESTARTS};
    if (sup->notes.exit != NULL) {
        grounds->end = end_of(sup);
        grounds->end.fate =
            fates[sup__exit_fate(&sup->policies[s->policy], sup->notes.exit, sup->notes.cause)];
    }
    if (sup__keeps_anchor(policy)) {
        grounds->anchor =
            policy->rules->from == SUP_FROM_START ? s->started_at : sup__anchor_ready_at(sup, s);
    }
    grounds->ran_too_long = sup__lifetime_is_over(sup, s);
}

static void look_at_stop(const struct sup *sup, const struct sup__service *s,
                         struct sup_grounds *grounds)
{
    const struct sup__cold *cold = sup__cold_of(sup, s);
    bool settles = sup->notes.wish != SUP__INTENT_NONE && !s->live;
    grounds->wish = (enum sup_wish)(settles ? sup->notes.wish : s->intent);
    grounds->liveness = s->liveness;
    grounds->last = s->last;
    if (s->phase == SUP_PHASE_STOPPING) {
        grounds->stopping_since = s->phase_since;
    }
    grounds->deadline_passed = s->deadline_passed;
    grounds->abort_requested = s->abort_requested;
    grounds->finishing = cold->finishing != 0;
    const struct sup__tie *tie = sup__rare_of(sup, s)->tie;
    grounds->by_token = tie != NULL && sup_token_cancelled(tie->token);
}

static void look_at_waits(const struct sup *sup, const struct sup__service *s,
                          struct sup_grounds *grounds)
{
    const struct sup__notes *notes = &sup->notes;
    const struct sup__policy *policy = &sup->policies[s->policy];
    grounds->streak = s->streak;
    grounds->granted = s->granted;
    grounds->limit_full = s->limit_exhausted;
    grounds->life_spent = notes->life;
    grounds->limit_decides = notes->limit;
    grounds->declared = notes->declared;
    grounds->drawn = notes->drawn;
    if (s->streak > 0) {
        grounds->bound = sup__backoff_bound(policy, s->streak);
    }
    if (notes->forgiven.slot == sup__slot_of(sup, s) &&
        notes->forgiven.generation == s->generation && notes->forgiven.attempt == s->attempt) {
        grounds->forgiven = notes->forgiven.streak;
        grounds->forgiven_by = (enum sup_forgiven)notes->forgiven.by;
    }
    if (notes->queued == sup__slot_of(sup, s)) {
        grounds->queued_since = sup__rare_of(sup, s)->deadline;
    }
    grounds->paused_until = sup->groups[s->group].paused_until;
}

static void look_at_service(const struct sup *sup, const struct sup__service *s,
                            struct sup_grounds *grounds)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    grounds->policy = policy;
    if (policy->limit.enabled) {
        struct sup__limited limited = sup__limited_of(sup, s);
        grounds->limit = look(sup, &limited);
    }
    look_at_breaker(sup, s, policy, grounds);
    grounds->started_at = s->started_at;
    grounds->last_beat = sup__rare_of(sup, s)->last_beat;
    look_at_stop(sup, s, grounds);
    look_at_waits(sup, s, grounds);
    if (policy->rules != NULL) {
        look_at_rules(sup, s, policy, grounds);
    }
}

/* ---- groups ---- */

static void look_at_group(struct sup *sup, uint32_t group, struct sup_grounds *grounds)
{
    struct sup__group *g = &sup->groups[group];
    grounds->group = g->path;
    grounds->group_policy = &g->policy;
    grounds->escalated = g->escalated;
    if (g->reborn) {
        grounds->reborn = g->path;
    }
    if (g->policy.limit.enabled) {
        struct sup__limited limited = sup__group_limited(sup, g);
        grounds->group_limit = look(sup, &limited);
    }
}

/* The group that decides about a service: that of the incident whose member it is, or was until
 * right now. */
static uint32_t deciding(const struct sup *sup, const struct sup__service *s,
                         struct sup_grounds *grounds)
{
    const struct sup__notes *notes = &sup->notes;
    uint32_t group = s != NULL ? sup__rare_of(sup, s)->incident : SUP__NONE;
    if (group != SUP__NONE) {
        grounds->incident = (enum sup_incident)sup->groups[group].incident;
        return group;
    }
    grounds->incident = (enum sup_incident)notes->incident;
    return notes->group;
}

int sup_grounds_of_sized(struct sup *sup, const struct sup_event *event,
                         struct sup_grounds *ret_grounds, size_t size)
{
    struct sup_grounds grounds;
    const struct sup__service *s = NULL;
    if ((unsigned)event->type >= SUP_EVENT_TYPES ||
        (event->slot != SUP__NONE && event->slot >= sup->slot_count)) {
        return SUP_EINVAL;
    }
    memset(&grounds, 0, sizeof(grounds));
    grounds.stopping_since = grounds.last_beat = grounds.queued_since = SUP_INSTANT_NEVER;
    grounds.breaker_since = grounds.anchor = SUP_INSTANT_NEVER;
    if (event->slot != SUP__NONE && sup->services[event->slot].registered) {
        s = &sup->services[event->slot];
        look_at_service(sup, s, &grounds);
    }
    uint32_t group = s == NULL && event->group != NULL ? sup__group_find(sup, event->group)
                                                       : deciding(sup, s, &grounds);
    if (group != SUP__NONE) {
        look_at_group(sup, group, &grounds);
    }
    if (sup->notes.reborn != SUP__NONE) {
        grounds.reborn = sup->groups[sup->notes.reborn].path;
    }
    grounds.ended = sup->notes.ended;
    grounds.pool = sup->config.blocking_pool;
    grounds.draining = sup->phase != SUP_SUPERVISOR_RUNNING;
    grounds.drain_timed_out = sup->drain.report.timed_out;
    grounds.drain_by_limit = sup->drain.report.by_limit;
    sup__give(ret_grounds, size, &grounds, sizeof(grounds));
    return SUP_OK;
}
