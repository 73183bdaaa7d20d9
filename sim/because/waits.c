/* Waits that were chosen, in words: which rule, the step of its shape, what was drawn, what held
 * it back, and what forgave the streak. */
#include <inttypes.h>

#include "internal.h"

static const char *const shapes[] = {
#define X(id, name) name,
    SUP_SHAPE_LIST(X)
#undef X
};
static const char *const anchors[] = {"end", "start", "readiness"};

/* ---- the streak ---- */

static void say_run(const struct sim__said *said)
{
    const struct sup_policy *policy = said->grounds->policy;
    static const char *const from[] = {"start", "readiness", "failure before"};
    sim__say(said, "reset-after ");
    sim__say_length(said, policy->backoff.reset_after);
    sim__text_format(
        said->text, " from its %s, it ran ",
        from[policy->rules == NULL ? SUP_RESET_FROM_START : policy->rules->reset_from]);
    sim__say_length(said, sup_instant_since(said->event->at, said->grounds->started_at));
}

static void say_forgiven(const struct sim__said *said)
{
    static const char *const parts[] = {"", " by half", " by one"};
    enum sup_forgiven by = said->grounds->forgiven_by;
    bool part = by == SUP_FORGIVEN_RUN;
    sim__text_format(said->text, "; streak %" PRIu32 " forgiven%s: ", said->grounds->forgiven,
                     part ? parts[said->grounds->policy->backoff.reset] : "");
    if (by == SUP_FORGIVEN_RUN) {
        say_run(said);
    } else {
        static const char *const words[] = {[SUP_FORGIVEN_READY] = "it had been ready",
                                            [SUP_FORGIVEN_CLEAN] = "a clean exit",
                                            [SUP_FORGIVEN_BREAKER] = "its breaker has closed"};
        sim__say(said, words[by]);
    }
}

/* ---- the wait ---- */

/* f(k): with a first wait of its own the shape begins with the second failure. */
static void say_step(const struct sim__said *said)
{
    const struct sup_policy *policy = said->grounds->policy;
    const struct sup_rules *rules = policy->rules;
    uint32_t streak = said->event->streak;
    bool first = rules != NULL && rules->first.ns != SUP_NEVER_NS;
    if (first && streak == 1) {
        sim__say(said, "first = ");
    } else {
        enum sup_shape shape = rules == NULL ? SUP_SHAPE_EXPONENTIAL : rules->shape;
        sim__text_format(said->text, "%s f(%" PRIu32 ") = ", shapes[shape],
                         first ? streak - 1 : streak);
    }
    sim__say_length(said, said->grounds->bound);
    if (said->grounds->bound.ns == policy->backoff.max.ns) {
        sim__say(said, ", its max");
    }
}

static void say_jitter(const struct sim__said *said)
{
    const struct sup_policy *policy = said->grounds->policy;
    const struct sup_backoff_policy *backoff = &policy->backoff;
    const struct sup_jitter_draw *drawn = &said->grounds->drawn;
    if (backoff->jitter == SUP_JITTER_NONE) {
        return;
    }
    sim__say(said, ", jitter ");
    switch (backoff->jitter) {
    case SUP_JITTER_PERCENT:
        sim__text_format(said->text, "\xC2\xB1%" PRIu32 "%%", backoff->jitter_percent);
        break;
    case SUP_JITTER_PLUS:
        sim__text_format(said->text, "+%" PRIu32 "%%", backoff->jitter_percent);
        break;
    case SUP_JITTER_ADD:
        sim__say(said, "add ");
        sim__say_length(said, policy->rules->jitter_add);
        break;
    default:
        sim__say(said, sup_jitter_name(backoff->jitter));
    }
    sim__say(said, " drew ");
    sim__say_length(said, drawn->drawn);
    sim__say(said, " of ");
    sim__say_length(said, drawn->least);
    sim__say(said, "..");
    sim__say_length(said, drawn->most.ns > drawn->least.ns ? drawn->most : drawn->least);
    bool capped = policy->rules == NULL || !policy->rules->over_cap;
    if (capped && drawn->drawn.ns > backoff->max.ns) {
        sim__say(said, ", cut to max ");
        sim__say_length(said, backoff->max);
    }
}

static void say_backoff(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    sim__text_format(said->text, "backoff: failure %" PRIu32 " in a row", said->event->streak);
    if (grounds->policy->backoff.jitter != SUP_JITTER_DECORRELATED) { /* of the wait before */
        sim__say(said, ", ");
        say_step(said);
    }
    say_jitter(said);
    if (grounds->anchor.ns != SUP_NEVER_NS) {
        sim__text_format(said->text, ", from its %s at ", anchors[grounds->policy->rules->from]);
        sim__say_instant(said, grounds->anchor);
    }
}

static void say_uncounted(const struct sim__said *said)
{
    const struct sup_policy *policy = said->grounds->policy;
    const struct sup_rules *rules = policy->rules;
    if (rules != NULL && rules->after_ready.ns != SUP_NEVER_NS && said->grounds->end.was_ready) {
        sim__say(said, "after-ready: ");
        sim__say_length(said, rules->after_ready);
        sim__say(said, ", it had been ready");
    } else {
        sim__say(said, "clean-exit-delay: ");
        sim__say_length(said, policy->clean_exit_delay);
    }
}

/* ---- what holds it back ---- */

static bool held_by(const struct sim__said *said, const struct sup_limit_grounds *limit)
{
    const struct sup_limit_policy *policy = limit->policy;
    if (policy == NULL) {
        return false;
    }
    if (policy->then == SUP_LIMIT_PAUSE) {
        return said->event->delay.ns == limit->rules->pause.ns;
    }
    struct sup_instant over = sup_instant_add(limit->since, policy->within);
    return policy->then == SUP_LIMIT_WAIT &&
           sup_instant_add(said->event->at, said->event->delay).ns ==
               sup_instant_add(over, SUP_NS(1)).ns;
}

static void say_held(const struct sim__said *said, const struct sup_limit_grounds *limit)
{
    if (limit->policy->then == SUP_LIMIT_PAUSE) {
        sim__say(said, ", pause ");
        sim__say_length(said, limit->rules->pause);
    } else {
        sim__say(said, ", wait until its window is over at ");
        sim__say_instant(said, sup_instant_add(said->event->at, said->event->delay));
    }
}

/* How full its limit is, this restart included where it counts them. */
static void say_room(const struct sim__said *said)
{
    const struct sup_limit_grounds *limit = &said->grounds->limit;
    if (limit->policy == NULL || limit->rules->window == SUP_LIMIT_WINDOW_STREAK) {
        return;
    }
    sim__text_format(said->text, "; limit %" PRIu32 " of %" PRIu32, limit->used,
                     limit->policy->max);
    sim__limit_put_span(said->text, limit->policy, limit->rules);
}

static void say_why(const struct sim__said *said)
{
    if (said->event->streak > 0) {
        say_backoff(said);
    } else {
        say_uncounted(said);
    }
}

void sim__say_wait(const struct sim__said *said)
{
    const struct sup_grounds *grounds = said->grounds;
    struct sup_instant due = sup_instant_add(said->event->at, said->event->delay);
    bool own = grounds->limit_full && held_by(said, &grounds->limit);
    bool group = grounds->group != NULL && held_by(said, &grounds->group_limit);
    if (group) {
        sim__say_group_limit(said, SIM__WINDOW_LEFT_OUT);
        say_held(said, &grounds->group_limit);
    } else if (grounds->paused_until.ns == due.ns && grounds->paused_until.ns > 0) {
        sim__say(said, "restart-limit: its group pauses until ");
        sim__say_instant(said, due);
    } else if (own) {
        sim__say_limit(said);
        say_held(said, &grounds->limit);
    } else {
        say_why(said);
        say_room(said);
    }
    if (grounds->forgiven > 0) {
        say_forgiven(said);
    }
}
