/* What happens later than the rules have it, where the config's `put_off` says so. */
#include "later.h"

#include "sup/assert.h"

#include "lifetime.h"
#include "liveness.h"
#include "probe.h"

static struct sup_instant ask(struct sup *sup, const struct sup__service *s, enum sup_put_off what,
                              struct sup_instant due)
{
    const struct sup_config *config = &sup->config;
    if (config->put_off == NULL) {
        return due;
    }
    return config->put_off(config->put_off_context, sup__attempt_of(sup, s), s->work, what, due);
}

static void wait_for(struct sup *sup, struct sup__service *s, enum sup__later what,
                     struct sup_instant at)
{
    sup__cold_of(sup, s)->later = (uint8_t)what;
    sup__arm_main(sup, s, at);
}

static bool wait_is_seen_later(struct sup *sup, struct sup__service *s)
{
    struct sup_instant at =
        ask(sup, s, SUP_PUT_OFF_WAIT, sup_instant_add(s->phase_since, s->delay));
    if (at.ns <= sup->now.ns) {
        return false;
    }
    SUP_PROBE("later: the end of a wait is seen");
    wait_for(sup, s, SUP__LATER_WAIT, at);
    return true;
}

static bool start_takes_time(struct sup *sup, struct sup__service *s)
{
    struct sup_instant at = ask(sup, s, SUP_PUT_OFF_START, sup->now);
    if (at.ns <= sup->now.ns) {
        sup__cold_of(sup, s)->later = SUP__LATER_NOT;
        return false;
    }
    SUP_PROBE_WHEN("later: a first start", s->attempt == 0);
    SUP_PROBE_WHEN("later: a start after a stop", s->phase == SUP_PHASE_STOPPING);
    SUP_PROBE_WHEN("later: a start after a wait", s->phase == SUP_PHASE_BACKING_OFF);
    if (s->phase == SUP_PHASE_STOPPING) {
        sup__come_to_rest(sup, s);
    }
    wait_for(sup, s, SUP__LATER_START, at);
    sup__account(sup, s);
    return true;
}

bool sup__put_start_off(struct sup *sup, struct sup__service *s, enum sup__input_type why)
{
    SUP_ASSERT(sup__may_be_later(sup, s));
    uint8_t was = sup__cold_of(sup, s)->later;
    bool timer = why == SUP__INPUT_TIMER;
    if (was == SUP__LATER_START) {
        SUP_PROBE_WHEN("later: a start that is under way already", !timer);
        if (timer) {
            sup__later_end(sup, s);
        }
        return !timer;
    }
    if (timer && was == SUP__LATER_NOT && s->delay.ns > 0 && wait_is_seen_later(sup, s)) {
        return true;
    }
    return start_takes_time(sup, s);
}

/* When the time was up that the timer is for. */
static struct sup_instant due_of(const struct sup *sup, const struct sup__service *s,
                                 enum sup__timer timer)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    if (timer != SUP__TIMER_MAIN) {
        const struct sup__extra *extra = sup__extra_of(sup, s);
        return timer == SUP__TIMER_PROBE ? extra->probe_at : extra->beat_deadline;
    }
    bool works = s->phase != SUP_PHASE_STOPPING;
    if (works && sup__keeps_lifetime(policy) &&
        (s->phase == SUP_PHASE_RUNNING || sup__lifetime_comes_first(sup, s))) {
        return sup__lifetime_until(sup, s);
    }
    if (works && sup__ready_by_time(policy)) {
        return sup_instant_add(s->started_at, policy->rules->ready_after);
    }
    return sup__rare_of(sup, s)->deadline;
}

bool sup__put_timer_off(struct sup *sup, struct sup__service *s, enum sup__timer timer)
{
    SUP_ASSERT(sup__may_be_later(sup, s));
    struct sup_instant at = ask(sup, s, SUP_PUT_OFF_DEADLINE, due_of(sup, s, timer));
    if (at.ns <= sup->now.ns) {
        return false;
    }
    SUP_PROBE_WHEN("later: a probe is seen", timer == SUP__TIMER_PROBE);
    SUP_PROBE_WHEN("later: a heartbeat is seen", timer == SUP__TIMER_BEAT);
    SUP_PROBE_WHEN("later: a deadline is seen", timer == SUP__TIMER_MAIN);
    if (timer == SUP__TIMER_MAIN) {
        sup__arm_main(sup, s, at);
        return true;
    }
    struct sup__extra *extra = sup__extra_of(sup, s);
    sup__arm(sup, timer == SUP__TIMER_PROBE ? &extra->probe_key : &extra->beat_key, at, timer,
             sup__slot_of(sup, s));
    return true;
}
