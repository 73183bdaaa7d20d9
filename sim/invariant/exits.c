/* Shadows of what ended an attempt: what `success` makes of it, and who decides whether
 * another one follows. Everything is taken from the event: what the attempt returned is its
 * `exit`, where it differs from the outcome. */
#include "internal.h"
#include "sup/assert.h"

enum { NOTHING = -1 };

/* What was returned, by itself: one of the two, or neither. */
struct returned {
    int32_t code;
    int32_t signal;
};

static enum sup_outcome exit_of(const struct sup_event *event)
{
    return event->fields & SUP_FIELD_EXIT ? event->exit : event->outcome;
}

static struct returned returned_by(const struct sup_event *event)
{
    bool has_code = (event->fields & SUP_FIELD_CODE) != 0;
    bool has_signal = (event->fields & SUP_FIELD_SIGNAL) != 0;
    switch (exit_of(event)) {
    case SUP_OUTCOME_SUCCEEDED:
        return (struct returned){0, NOTHING};
    case SUP_OUTCOME_FAILED:
        return (struct returned){!has_code ? 1 : event->code == 0 ? NOTHING : event->code, NOTHING};
    case SUP_OUTCOME_CRASHED:
        return has_signal ? (struct returned){NOTHING, event->signal}
                          : (struct returned){1, NOTHING};
    default:
        return (struct returned){NOTHING, NOTHING};
    }
}

/* No bit has an index below 0, as that of NOTHING is. */
static bool bit(const uint64_t *words, int64_t count, int64_t index)
{
    uint64_t word = index >= 0 && index < count ? words[index / 64] : 0;
    if (word == 0) {
        return false; /* as most sets are, or most of their words */
    }
    for (int64_t shift = index % 64; shift > 0; shift--) {
        word /= 2;
    }
    return word % 2 != 0;
}

static bool returns(const struct sup_exit_set *set, const struct sim__shadow *s,
                    const struct sup_event *event)
{
    const struct returned returned = returned_by(event);
    if (s->cancelled) {
        return false; /* the supervisor stopped it */
    }
    bool finished = (event->fields & SUP_FIELD_FINISH) != 0;
    return (finished && bit(set->finish, 256, event->finish)) ||
           bit(set->codes, 256, returned.code) ||
           bit(&set->signals, 64, (int64_t)returned.signal - 1);
}

static bool is_of(const struct sup_exit_set *set, enum sup_exit_class which)
{
    const uint64_t classes = set->classes;
    return bit(&classes, 64, which);
}

static enum sup_exit_class class_of(const struct sim__shadow *s, enum sup_outcome outcome)
{
    static const enum sup_exit_class classes[SUP_OUTCOMES] = {
        [SUP_OUTCOME_SUCCEEDED] = SUP_EXIT_CLEAN,     [SUP_OUTCOME_FAILED] = SUP_EXIT_FAILED,
        [SUP_OUTCOME_CRASHED] = SUP_EXIT_CRASHED,     [SUP_OUTCOME_REFUSED] = SUP_EXIT_REFUSED,
        [SUP_OUTCOME_TIMED_OUT] = SUP_EXIT_TIMED_OUT, [SUP_OUTCOME_UNHEALTHY] = SUP_EXIT_UNHEALTHY,
        [SUP_OUTCOME_CANCELLED] = SUP_EXIT_FAILED,    [SUP_OUTCOME_ABORTED] = SUP_EXIT_FAILED,
    };
    if (s->aborted) {
        return s->stale ? SUP_EXIT_UNHEALTHY : SUP_EXIT_TIMED_OUT; /* it took that to end it */
    }
    return outcome == SUP_OUTCOME_SUCCEEDED && !s->was_ready && s->policy->ready_explicit
               ? SUP_EXIT_PROTOCOL
               : classes[outcome];
}

static bool matches(const struct sup_exit_set *set, const struct sim__shadow *s,
                    const struct sup_event *event)
{
    return is_of(set, class_of(s, event->outcome)) ||
           (!s->was_ready && is_of(set, SUP_EXIT_UNREADY)) || returns(set, s, event);
}

static bool class_restarts(const struct sim__shadow *s, enum sup_outcome outcome)
{
    switch (s->policy->restart) {
    case SUP_RESTART_ALWAYS:
        return true;
    case SUP_RESTART_ON_FAILURE:
        return outcome != SUP_OUTCOME_SUCCEEDED;
    case SUP_RESTART_ON_CRASH:
        return outcome == SUP_OUTCOME_CRASHED;
    case SUP_RESTART_NEVER:
        break;
    }
    return false;
}

/* An end that nobody wanted, by what is returned: a failure may be clean, and the other way
 * round. */
static void check_outcome(struct sim_invariants *inv, const struct sim__shadow *s)
{
    const struct sup_event *event = inv->event;
    enum sup_outcome returned = exit_of(event);
    bool success = returns(&s->policy->rules->success, s, event);
    enum sup_outcome outcome = returned;
    if (success) {
        outcome = SUP_OUTCOME_SUCCEEDED;
    } else if (returned == SUP_OUTCOME_SUCCEEDED) {
        outcome = SUP_OUTCOME_FAILED;
    }
    if (event->outcome != outcome) {
        sim__break(inv, SIM__INVARIANT_OUTCOME_WRONG, "%s, although its rules make it %s",
                   sup_outcome_name(event->outcome), sup_outcome_name(outcome));
    }
}

void sim__exit_look(struct sim_invariants *inv, struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy->rules;
    const struct sup_event *event = inv->event;
    SUP_ASSERT(rules != NULL && event->type == SUP_EVENT_ATTEMPT_ENDED);
    if (!s->cancelled) {
        check_outcome(inv, s);
    }
    s->settled = rules->after_ready.ns != SUP_NEVER_NS && s->was_ready &&
                 exit_of(event) != SUP_OUTCOME_REFUSED; /* who could not be started never was */
    s->counted_end = matches(&rules->limit.ends, s, event);
    s->prevented = matches(&rules->prevent, s, event);
    if (s->policy->kind == SUP_KIND_TASK || s->prevented) {
        s->restarts_after = false;
    } else if (matches(&rules->force, s, event)) {
        s->restarts_after = true;
    } else {
        s->restarts_after = rules->has_restart_on ? matches(&rules->restart_on, s, event)
                                                  : class_restarts(s, event->outcome);
    }
}

bool sim__clean_exits_count(const struct sim__shadow *s)
{
    return s->policy->rules->clean_exits == SUP_CLEAN_EXITS_COUNT;
}

/* ---- from where it is waited ---- */

/* How long ago that was, at its end, which is now. */
static uint64_t passed(const struct sim_invariants *inv, const struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy->rules;
    if (rules != NULL && rules->from == SUP_FROM_START) {
        return s->ran.ns;
    }
    bool from_ready = rules != NULL && rules->from == SUP_FROM_READY && s->was_ready;
    return from_ready ? inv->now.ns - s->known->ready_at.ns : 0;
}

struct sup_duration sim__wait_left(const struct sim_invariants *inv, const struct sim__shadow *s,
                                   struct sup_duration wait)
{
    uint64_t since = passed(inv, s);
    uint64_t never = SUP_NEVER_NS - (inv->now.ns - since);
    return wait.ns >= never ? SUP_DURATION_NEVER : SUP_NS(wait.ns > since ? wait.ns - since : 0);
}

struct sup_duration sim__wait_whole(const struct sim_invariants *inv, const struct sim__shadow *s,
                                    struct sup_duration left)
{
    return sup_duration_add(left, SUP_NS(passed(inv, s)));
}
