/* Finish scripts: what cleans up after an attempt whose work is over. */
#include "finish.h"

#include "sup/rules.h"

#include "anchor.h"
#include "events.h"
#include "forgive.h"
#include "liveness.h"
#include "probe.h"
#include "restart.h"
#include "stop.h"
#include "supervisor.h"
#include "timer.h"

static void say(struct sup *sup, const struct sup__service *s, const struct sup_end *end)
{
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_FINISHING, s);
    event.fields |= SUP_FIELD_ATTEMPT | SUP_FIELD_EXIT;
    event.exit = end->outcome;
    sup__event_returned(&event, end);
    sup__emit(sup, &event);
}

/* What an end at this very instant would have found due. */
static void settle_dues(struct sup *sup, struct sup__service *s)
{
    if (sup__ready_is_due(sup, s)) {
        SUP_PROBE("finish: begins when it is ready");
        sup__disarm(sup, &s->timer_key);
        sup__send(sup, s, SUP__INPUT_TIMER);
    }
    if (s->breaker == SUP_BREAKER_STATE_HALF_OPEN && s->phase != SUP_PHASE_STOPPING &&
        sup__extra_of(sup, s)->probe_at.ns <= sup->now.ns) {
        SUP_PROBE("finish: begins when its probe has proved itself");
        sup__breaker_close(sup, s);
    }
}

static uint8_t kept_of(const struct sup__service *s)
{
    unsigned kept = SUP__FINISH_BEGUN;
    kept |= s->cancel_delivered ? SUP__FINISH_CANCELLED : 0u;
    kept |= s->abort_requested ? SUP__FINISH_ABORTED : 0u;
    kept |= s->phase == SUP_PHASE_STARTING ? SUP__FINISH_STARTING : 0u;
    return (uint8_t)kept;
}

void sup__on_finishing(struct sup *sup, struct sup__service *s, const struct sup__input *input)
{
    struct sup__cold *cold = sup__cold_of(sup, s);
    SUP_ASSERT(s->live);
    if (cold->finishing != 0) {
        SUP_PROBE("finish: told again");
        return;
    }
    settle_dues(sup, s);
    SUP_PROBE_WHEN("finish: of one that was told to stop", s->cancel_delivered);
    SUP_PROBE_WHEN("finish: of one that was told to abort", s->abort_requested);
    SUP_PROBE_WHEN("finish: of one that was never ready", s->phase == SUP_PHASE_STARTING);
    cold->finishing = kept_of(s);
    sup__quiet_timers(sup, s);
    s->readiness = SUP_READINESS_UNREPORTED;
    s->heartbeat = SUP_HEARTBEAT_NONE;
    s->cancel_delivered = true; /* there is nobody left to be told */
    s->abort_requested = s->deadline_passed = false;
    if (s->phase != SUP_PHASE_STOPPING) {
        sup__set_phase(sup, s, SUP_PHASE_STOPPING);
    }
    const struct sup_rules *rules = sup__policy_of(sup, s)->rules;
    struct sup_duration most = rules != NULL ? rules->stop_finish : SUP_DURATION_NEVER;
    struct sup_instant deadline = sup__after(sup, most);
    sup__rare_make(sup, s)->deadline = deadline;
    sup__arm_main(sup, s, deadline);
    say(sup, s, input->end);
}

/* By time it is ready when it has lived for so long, what finishes it included; nobody hears of
 * it, as it is down. */
static void ready_after_all(struct sup *sup, struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    struct sup_instant ready = SUP_INSTANT_NEVER;
    if (sup__ready_by_time(policy)) {
        ready = sup_instant_add(s->started_at, policy->rules->ready_after);
    }
    if (ready.ns > sup->now.ns) {
        return;
    }
    SUP_PROBE("finish: it has lived for so long at its end");
    s->was_ready = true;
    if (sup__keeps_anchor(policy)) {
        sup__anchor_ready(sup, s, ready);
    }
    if (sup__keeps_reset(policy) && policy->rules->reset_from == SUP_RESET_FROM_READY) {
        sup__reset_from(sup, s, ready);
    }
}

void sup__finish_over(struct sup *sup, struct sup__service *s)
{
    struct sup__cold *cold = sup__cold_of(sup, s);
    unsigned kept = cold->finishing;
    if (kept == 0) {
        return;
    }
    SUP_ASSERT(s->live && s->phase == SUP_PHASE_STOPPING);
    SUP_PROBE_WHEN("finish: it took too long", s->deadline_passed);
    bool demanded = s->abort_requested && !s->deadline_passed; /* by somebody, not by its timer */
    SUP_PROBE_WHEN("finish: ended by force for somebody", demanded);
    cold->finishing = 0;
    s->abort_requested = demanded || (kept & SUP__FINISH_ABORTED) != 0;
    s->cancel_delivered = s->abort_requested || (kept & SUP__FINISH_CANCELLED) != 0;
    if ((kept & SUP__FINISH_STARTING) != 0) {
        ready_after_all(sup, s);
    }
}
