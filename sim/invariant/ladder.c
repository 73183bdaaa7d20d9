/* Shadows of how a stop goes on: what its deadline brings, and when it is given up, from the
 * words of its policy. */
#include <inttypes.h>

#include "aftermath.h"
#include "stops.h"

/* Its rules, NULL where they say nothing of it: what finishes an attempt is ended as usual. */
static const struct sup_rules *rules_of(const struct sim__shadow *s)
{
    return s->policy != NULL && !s->finishing ? s->policy->rules : NULL;
}

static enum sup_stop_then then_of(const struct sim__shadow *s)
{
    const struct sup_rules *rules = rules_of(s);
    return rules != NULL ? rules->stop_then : SUP_STOP_ABORT;
}

static bool is_forbidden(const struct sim__shadow *s)
{
    const struct sup_rules *rules = rules_of(s);
    return rules != NULL && !rules->stop_abort;
}

uint32_t sim__stop_brings(const struct sim__shadow *s)
{
    if (is_forbidden(s)) {
        return SIM__BIT(ABANDONED);
    }
    return then_of(s) == SUP_STOP_LEAVE ? SIM__BIT(CANCEL_DELIVERED) : SIM__BIT(ABORT_REQUESTED);
}

bool sim__stop_cancels_again(const struct sim__shadow *s)
{
    return then_of(s) == SUP_STOP_LEAVE && s->deadline_passed && !s->cancelled_again;
}

bool sim__stop_repeats(const struct sim__shadow *s)
{
    return then_of(s) == SUP_STOP_REPEAT;
}

void sim__check_repeated(struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (!sim__on_time(inv, sim__seen_at(inv, s, sim__after(s->stop_at, s->policy->stop_grace)))) {
        sim__break(inv, SIM__INVARIANT_ABORT_REPEATED,
                   "aborted at %" PRIu64 "ns, grace %" PRIu64 "ns", s->stop_at.ns,
                   s->policy->stop_grace.ns);
    }
}

bool sim__stop_may_abort(const struct sim__shadow *s)
{
    return !is_forbidden(s) && then_of(s) != SUP_STOP_LEAVE;
}

struct sup_instant sim__stop_goes_on_at(const struct sim__shadow *s)
{
    bool graced = !s->aborted || sim__stop_repeats(s);
    struct sup_duration grace = s->finishing ? sim__finish_may_take(s) : s->policy->stop_grace;
    return sim__after(s->stop_at, graced ? grace : s->policy->stop_abort_wait);
}

struct sup_instant sim__stop_gives_up_at(const struct sim__shadow *s)
{
    /* What its deadline brings comes at once. */
    bool last = s->aborted ? !sim__stop_repeats(s) : s->deadline_passed;
    return last ? sim__stop_goes_on_at(s) : SUP_INSTANT_NEVER;
}
