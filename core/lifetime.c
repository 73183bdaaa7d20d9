/* How long an attempt may run: when it is stopped, and what else the main timer waits for. */
#include "lifetime.h"

#include "sup/assert.h"

#include "later.h"
#include "limits.h"
#include "liveness.h"
#include "operator.h"
#include "probe.h"
#include "supervisor.h"
#include "timer.h"

/* It follows what a limit and a wait keep, in what only some policies need. */
static struct sup__lifetime *kept(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(sup__keeps_lifetime(policy));
    char *at = (char *)(sup__extra_of(sup, s) + 1);
    at += sup__limit_has_state(policy) ? sizeof(struct sup__limit) : 0;
    at += sup__keeps_wait(policy) ? sizeof(struct sup__held_wait) : 0;
    return (struct sup__lifetime *)(void *)at;
}

/* When an attempt that is starting is ready, or has to be. */
static struct sup_instant ready_by(const struct sup *sup, const struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    SUP_ASSERT(s->phase == SUP_PHASE_STARTING);
    return sup__ready_by_time(policy) ? sup_instant_add(s->started_at, policy->rules->ready_after)
                                      : sup__rare_of(sup, s)->deadline;
}

bool sup__lifetime_comes_first(const struct sup *sup, const struct sup__service *s)
{
    return kept(sup, s)->until.ns < ready_by(sup, s).ns;
}

static void arm(struct sup *sup, struct sup__service *s)
{
    struct sup_instant until = kept(sup, s)->until;
    if (s->phase == SUP_PHASE_RUNNING || sup__lifetime_comes_first(sup, s)) {
        sup__arm_main(sup, s, until);
    } else if (sup__ready_by_time(sup__policy_of(sup, s))) {
        sup__disarm(sup, &s->timer_key);
        sup__arm_main_before(sup, s, ready_by(sup, s));
    } else {
        sup__arm_main(sup, s, ready_by(sup, s));
    }
}

void sup__lifetime_begin(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && s->started_at.ns == sup->now.ns);
    *kept(sup, s) =
        (struct sup__lifetime){.until = sup__after(sup, sup__policy_of(sup, s)->rules->run_for)};
    arm(sup, s);
}

void sup__lifetime_goes_on(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && !s->cancel_delivered);
    sup__arm_main(sup, s, kept(sup, s)->until);
}

void sup__lifetime_extend(struct sup *sup, struct sup__service *s, struct sup_instant deadline)
{
    struct sup__lifetime *lifetime = kept(sup, s);
    if (s->phase == SUP_PHASE_STARTING && deadline.ns > sup__rare_of(sup, s)->deadline.ns) {
        SUP_PROBE("extend: of its readiness, and it may not run for ever");
        sup__rare_make(sup, s)->deadline = deadline;
    }
    if (deadline.ns > lifetime->until.ns) {
        SUP_PROBE("extend: of how long it may run");
        lifetime->until = deadline;
    }
    arm(sup, s);
}

bool sup__lifetime_is_over(const struct sup *sup, const struct sup__service *s)
{
    return sup__keeps_lifetime(sup__policy_of(sup, s)) && kept(sup, s)->over;
}

struct sup_instant sup__lifetime_until(const struct sup *sup, const struct sup__service *s)
{
    return kept(sup, s)->until;
}

void sup__lifetime_stop(struct sup *sup, struct sup__service *s)
{
    if (sup__seen_later(sup, s, SUP__TIMER_MAIN)) {
        return;
    }
    SUP_ASSERT(s->live && s->liveness == 0 && kept(sup, s)->until.ns <= sup->now.ns);
    SUP_PROBE_WHEN("run-for: over before it was ready", s->phase == SUP_PHASE_STARTING);
    SUP_PROBE_WHEN("run-for: over", s->phase == SUP_PHASE_RUNNING);
    kept(sup, s)->over = true;
    s->liveness = SUP_OUTCOME_TIMED_OUT;
    sup__stop(sup, s, SUP__INTENT_LIVENESS);
}

void sup__on_lifetime(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    (void)input;
    sup__lifetime_stop(sup, s);
}
