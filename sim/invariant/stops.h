/* How long an attempt may run, and how its stop goes on, as the shadows know it. */
#ifndef SIM_INVARIANT_STOPS_H
#define SIM_INVARIANT_STOPS_H

#include "internal.h"

/* ---- lifetime.c ---- */
/* When a live attempt has run for as long as it may; never: that may be for ever. */
static inline struct sup_instant sim__over_at(const struct sim__shadow *s)
{
    const struct sup_rules *rules = s->policy != NULL ? s->policy->rules : NULL;
    return __builtin_expect(rules != NULL, 0) ? sim__after(s->started_at, rules->run_for)
                                              : SUP_INSTANT_NEVER;
}
/* It lives, and nobody has stopped it: its time is not over. */
void sim__check_lifetime(struct sim_invariants *inv, const struct sim__shadow *s);
static inline void sim__check_not_over(struct sim_invariants *inv, const struct sim__shadow *s)
{
    if (inv->now.ns > sim__over_at(s).ns) {
        sim__check_lifetime(inv, s);
    }
}

/* ---- ladder.c ---- */
/* At `due`, or later when things are handled late. */
static inline bool sim__on_time(const struct sim_invariants *inv, struct sup_instant due)
{
    return inv->late ? inv->now.ns >= due.ns : inv->now.ns == due.ns;
}
/* What a stop deadline brings: the event that has to come next. */
uint32_t sim__stop_brings(const struct sim__shadow *s);
/* Its grace has just passed, and a second cancel is due. */
bool sim__stop_cancels_again(const struct sim__shadow *s);
/* An abort is followed by others. */
bool sim__stop_repeats(const struct sim__shadow *s);
void sim__check_repeated(struct sim_invariants *inv, const struct sim__shadow *s);
/* The supervisor may abort it without being told to. */
bool sim__stop_may_abort(const struct sim__shadow *s);
/* Of one that is being stopped and has a policy: when it is given up, never when something else
 * comes before; and when its next step is due. */
struct sup_instant sim__stop_gives_up_at(const struct sim__shadow *s);
struct sup_instant sim__stop_goes_on_at(const struct sim__shadow *s);

#endif
