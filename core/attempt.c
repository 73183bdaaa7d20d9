/* The start and the end of an attempt: rules 1 to 3 of what an end brings. */
#include "attempt.h"

#include <string.h>

#include "canary.h"
#include "drain.h"
#include "events.h"
#include "exits.h"
#include "histogram.h"
#include "incident.h"
#include "later.h"
#include "lifetime.h"
#include "limits.h"
#include "liveness.h"
#include "machine.h"
#include "operator.h"
#include "phase.h"
#include "pool.h"
#include "probe.h"
#include "restart.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"
#include "tell.h"
#include "text.h"
#include "timer.h"
#include "window.h"

void sup__fresh_start(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->live && sup->phase == SUP_SUPERVISOR_RUNNING);
    const struct sup_policy *policy = sup__policy_of(sup, s);
    struct sup__extra *extra = sup__extra_of(sup, s);
    s->start_free = false;
    sup__empty(sup, s, policy->rules == NULL ? SUP_CLEARS_ALL : policy->rules->operators.clears);
    if (extra != NULL) {
        extra->interval_anchor = SUP_INSTANT_NEVER;
    }
    if (__builtin_expect((s->traits & SUP__TRAIT_LIMIT_STATE) != 0, 0)) {
        sup__limited_of(sup, s).state->by_hand = true;
    }
}

/* Of a usual policy (traits.h) much need not be asked, and is not where a function is told so;
 * the same function otherwise. */
enum way { WITH_ALL, USUALLY };

/* Everything an attempt starts with. */
static inline __attribute__((always_inline)) void open_attempt(struct sup *sup,
                                                               struct sup__service *s, enum way way)
{
    SUP_ASSERT(!s->queued && !s->member && s->attempt < UINT32_MAX);
    sup__disarm(sup, &s->timer_key);
    sup__set_phase(sup, s, SUP_PHASE_STARTING);
    s->attempt++;
    s->started_at = sup->now;
    SUP_ASSERT(s->readiness == SUP_READINESS_UNREPORTED);
    s->intent = SUP__INTENT_NONE;
    s->liveness = 0;
    s->cancel_delivered = s->abort_requested = s->deadline_passed = false;
    sup__account_live(sup, s, SUP__LIFE_BEGUN);
    sup->metrics.attempts_total++;
    if (s->attempt > 1 && !s->start_free) {
        s->restarts++;
        sup->metrics.restarts_total++;
    }
    s->start_free = false;
    if (way == USUALLY) {
        return;
    }
    if ((s->traits & SUP__TRAIT_BLOCKING) != 0) {
        sup__pool_hold(sup, s);
    } else if ((s->traits & SUP__TRAIT_INTERVAL) != 0) {
        struct sup__extra *extra = sup__extra_of(sup, s);
        if (extra->interval_anchor.ns == SUP_NEVER_NS) {
            extra->interval_anchor = sup->now;
            SUP_PROBE("interval: the grid begins");
        }
    }
}

static inline enum sup__error error_kind(const struct sup *sup, const struct sup__service *s,
                                         const struct sup_end *end, enum way way)
{
    if (way == USUALLY) {
        return end->has_code ? SUP__ERROR_CODE : SUP__ERROR_FAILED;
    }
    if (s->liveness != 0) {
        return s->liveness != SUP_OUTCOME_TIMED_OUT ? SUP__ERROR_STALE
               : sup__lifetime_is_over(sup, s)      ? SUP__ERROR_TOO_LONG
                                                    : SUP__ERROR_NOT_READY;
    }
    if (__builtin_expect(end->outcome == SUP_OUTCOME_FAILED, 1)) {
        return end->has_code ? SUP__ERROR_CODE : SUP__ERROR_FAILED;
    }
    switch (end->outcome) {
    case SUP_OUTCOME_SUCCEEDED:
        return SUP__ERROR_NONE;
    case SUP_OUTCOME_ABORTED: /* by nobody here, unless it was asked for */
        return s->abort_requested || s->cancel_delivered ? SUP__ERROR_NONE : SUP__ERROR_ABORTED;
    case SUP_OUTCOME_CRASHED:
        return end->signal > 0 ? SUP__ERROR_SIGNAL : SUP__ERROR_PANICKED;
    default:
        SUP_ASSERT(end->outcome == SUP_OUTCOME_REFUSED);
        return SUP__ERROR_REFUSED;
    }
}

/* Keeps what the attempt's end says went wrong; true when something did. A text
 * that nobody gave is composed only when somebody asks for it. */
static inline bool note_error(struct sup *sup, struct sup__service *s, const struct sup_end *end,
                              enum way way)
{
    enum sup__error kind = error_kind(sup, s, end, way);
    if (kind == SUP__ERROR_NONE) {
        return false;
    }
    if (end->error != NULL && (way == USUALLY || s->liveness == 0)) {
        sup__copy_text(sup__error_of(sup, s), sup->config.error_bytes_max, end->error);
        kind = SUP__ERROR_TEXT;
    }
    s->error_kind = (uint8_t)kind;
    s->error_number = kind == SUP__ERROR_SIGNAL ? end->signal : end->code;
    return true;
}

static void end_refused(struct sup *sup, struct sup__service *s, const struct sup_end *end)
{
    struct sup__input input = {.type = SUP__INPUT_END, .end = end};
    sup__react(sup, s, &input);
}

/* `starting_group`: the siblings start first, then the refusal is dealt with. */
static void refuse(struct sup *sup, struct sup__service *s, const char *error)
{
    SUP_ASSERT(s->live && s->phase == SUP_PHASE_STARTING);
    struct sup_end end = {.outcome = SUP_OUTCOME_REFUSED, .error = error};
    SUP_PROBE("start: refused");
    SUP_PROBE_WHEN("start: refused among siblings that start", sup->starting_group);
    if (!sup->starting_group) {
        end_refused(sup, s, &end);
        return;
    }
    note_error(sup, s, &end, WITH_ALL);
    uint32_t slot = sup__slot_of(sup, s);
    s->deferred = true;
    sup__rare_make(sup, s)->queue_next = SUP__NONE;
    if (sup->deferred_first == SUP__NONE) {
        sup->deferred_first = slot;
    } else {
        sup->rares[sup->deferred_last].queue_next = slot;
    }
    sup->deferred_last = slot;
}

void sup__deferred_refusals(struct sup *sup)
{
    SUP_ASSERT(!sup->starting_group);
    while (sup->deferred_first != SUP__NONE) {
        struct sup__service *s = &sup->services[sup->deferred_first];
        sup->deferred_first = sup__rare_of(sup, s)->queue_next;
        SUP_ASSERT(s->deferred && s->live);
        SUP_PROBE("start: a refusal is told later");
        s->deferred = false;
        struct sup_end end = {.outcome = SUP_OUTCOME_REFUSED, .error = sup__error_text(sup, s)};
        end_refused(sup, s, &end);
    }
}

/* It waits for its readiness, or not for ever. */
static __attribute__((noinline)) void run_bounded(struct sup *sup, struct sup__service *s,
                                                  const struct sup_policy *policy)
{
    if ((s->traits & SUP__TRAIT_READY_BY_TIME) != 0) {
        sup__ready_later(sup, s);
    } else if ((s->traits & SUP__TRAIT_READY_EXPLICIT) != 0) {
        struct sup_instant deadline = sup__after(sup, policy->ready_timeout);
        sup__rare_make(sup, s)->deadline = deadline;
        sup__arm_main(sup, s, deadline);
    } else {
        s->readiness = SUP_READINESS_READY;
        sup__running(sup, s);
    }
    if ((s->traits & SUP__TRAIT_LIFETIME) != 0) {
        sup__lifetime_begin(sup, s);
    }
}

static inline __attribute__((always_inline)) void start_attempt(struct sup *sup,
                                                                struct sup__service *s,
                                                                const struct sup_policy *policy,
                                                                enum way way)
{
    const struct sup_rules *rules = way == USUALLY ? NULL : policy->rules;
    bool probe = way == WITH_ALL && s->breaker == SUP_BREAKER_STATE_OPEN;
    SUP_PROBE_WHEN("breaker: half-open", probe);
    SUP_PROBE_WHEN("start: an earlier registration had the name", s->generation > 0);
    if (probe) {
        s->breaker = SUP_BREAKER_STATE_HALF_OPEN;
        sup__say_plain(sup, SUP_EVENT_BREAKER_HALF_OPEN, s);
    }
    open_attempt(sup, s, way);
    if (s->restart_event) {
        s->restart_event = false;
        sup__say_plain(sup, SUP_EVENT_RESTARTED, s);
    }
    sup__say(sup, SUP_EVENT_ATTEMPT_STARTED, s);
    const struct sup_executor *executor = &sup->config.executor;
    struct sup_start start = {.id = sup__attempt_of(sup, s),
                              .service = s->name,
                              .kind = policy->kind,
                              .work = s->work,
                              .abort_wait = policy->stop_abort_wait,
                              .size = sizeof(start),
                              .stop_signal = rules != NULL ? rules->stop_signal : 0};
    const char *error = NULL;
    if (__builtin_expect(executor->start(executor->context, &start, &error) < 0, 0)) {
        refuse(sup, s, error);
    } else if (way == WITH_ALL && (s->traits & (SUP__TRAITS_READY | SUP__TRAIT_LIFETIME)) != 0) {
        run_bounded(sup, s, policy);
    } else {
        s->readiness = SUP_READINESS_READY;
        sup__set_phase(sup, s, SUP_PHASE_RUNNING);
        if (way == WITH_ALL && s->breaker == SUP_BREAKER_STATE_HALF_OPEN) {
            sup__probe_from_now(sup, s);
        }
    }
}

static __attribute__((noinline)) void start_usually(struct sup *sup, struct sup__service *s)
{
    start_attempt(sup, s, sup__policy_of(sup, s), USUALLY);
}

/* Is there nothing that keeps it from its start, at this instant? */
static __attribute__((noinline)) bool may_start(struct sup *sup, struct sup__service *s,
                                                enum sup__input_type why)
{
    bool later = (s->traits & SUP__TRAIT_BLOCKING) == 0 && sup__start_comes_later(sup, s, why);
    return !later && ((s->traits & SUP__TRAIT_LIMIT_STATE) == 0 || sup__limit_admits_start(sup, s));
}

/* Each of the two saves its own registers, as those of an end do. */
static __attribute__((noinline)) void start_with_all(struct sup *sup, struct sup__service *s,
                                                     enum sup__input_type why)
{
    const uint32_t keepers = SUP__TRAIT_PUT_OFF | SUP__TRAIT_LIMIT_STATE;
    if ((s->traits & keepers) == 0 || may_start(sup, s, why)) {
        start_attempt(sup, s, sup__policy_of(sup, s), WITH_ALL);
    }
}

void sup__start(struct sup *sup, struct sup__service *s, enum sup__input_type why)
{
    if ((s->traits & SUP__TRAIT_USUAL) != 0) {
        start_usually(sup, s);
    } else {
        start_with_all(sup, s, why);
    }
}

static inline void not_live(struct sup *sup, struct sup__service *s, enum way way)
{
    if (way == USUALLY) {
        SUP_ASSERT(s->timer_key == 0);
    } else {
        sup__quiet_timers(sup, s);
    }
    sup__account_live(sup, s, SUP__LIFE_OVER);
    s->readiness = SUP_READINESS_UNREPORTED;
    s->heartbeat = SUP_HEARTBEAT_NONE;
    s->intent = SUP__INTENT_NONE;
}

void sup__not_live(struct sup *sup, struct sup__service *s)
{
    not_live(sup, s, WITH_ALL);
}

static __attribute__((noinline)) void measure_cpu(struct sup *sup, struct sup_duration used)
{
    sup__histogram_add(&sup->cpu_histogram, used);
}

/* What an end means: who wanted it, how it counts, and what it comes from. */
struct meaning {
    enum sup__intent intent;
    enum sup_outcome outcome;
    enum sup_outcome cause;
};

/* What ended the attempt decides. */
static enum sup_outcome outcome_of(const struct sup__service *s, const struct sup_end *end)
{
    if (s->abort_requested) {
        return SUP_OUTCOME_ABORTED;
    }
    if (s->liveness != 0) {
        return s->liveness;
    }
    return s->cancel_delivered ? SUP_OUTCOME_CANCELLED : end->outcome;
}

/* Rule 3: its end was wanted, by whom the intent says. */
static enum sup__intent wanted_by(const struct sup *sup, const struct sup__service *s)
{
    if (s->intent > SUP__INTENT_LIVENESS) {
        return s->intent;
    }
    if (sup->phase != SUP_SUPERVISOR_RUNNING) {
        return SUP__INTENT_DRAIN;
    }
    return s->member ? SUP__INTENT_GROUP : SUP__INTENT_NONE;
}

static struct meaning meaning_of_disturbed(const struct sup *sup, const struct sup__service *s,
                                           const struct sup_end *end) __attribute__((noinline));
static struct meaning meaning_of_disturbed(const struct sup *sup, const struct sup__service *s,
                                           const struct sup_end *end)
{
    enum sup_outcome outcome = outcome_of(s, end);
    enum sup_outcome cause = s->liveness != 0 ? s->liveness : outcome;
    return (struct meaning){wanted_by(sup, s), outcome, cause};
}

static inline struct meaning meaning_of(const struct sup *sup, const struct sup__service *s,
                                        const struct sup_end *end, enum way way)
{
    if (way == USUALLY) {
        return (struct meaning){SUP__INTENT_NONE, SUP_OUTCOME_FAILED, SUP_OUTCOME_FAILED};
    }
    if (__builtin_expect(s->disturbed == 0 && sup->phase == SUP_SUPERVISOR_RUNNING, 1)) {
        return (struct meaning){SUP__INTENT_NONE, end->outcome, end->outcome};
    }
    return meaning_of_disturbed(sup, s, end);
}

/* A probe that has run for long enough, or ends cleanly by itself, closes the
 * breaker before its end is told. */
static void close_breaker_first(struct sup *sup, struct sup__service *s, bool clean)
{
    SUP_ASSERT(s->breaker == SUP_BREAKER_STATE_HALF_OPEN && sup__extra_of(sup, s) != NULL);
    SUP_PROBE_WHEN("breaker: closed by a clean probe", clean);
    SUP_PROBE_WHEN("breaker: the probe fails at the instant at which it would have closed",
                   !clean && sup__extra_of(sup, s)->probe_at.ns <= sup->now.ns);
    if (clean || sup__extra_of(sup, s)->probe_at.ns <= sup->now.ns) {
        sup__breaker_close(sup, s);
    }
}

static void settle_wanted(struct sup *sup, struct sup__service *s, enum sup__intent intent,
                          enum sup_outcome outcome)
{
    SUP_ASSERT(!s->live && intent > SUP__INTENT_LIVENESS);
    uint32_t incident = sup__rare_of(sup, s)->incident;
    SUP_PROBE_WHEN("end: of one that its group waits for", incident != SUP__NONE);
    SUP_PROBE_WHEN("end: aborted while draining",
                   sup->phase == SUP_SUPERVISOR_DRAINING && outcome == SUP_OUTCOME_ABORTED);
    if (sup->phase == SUP_SUPERVISOR_DRAINING) {
        bool aborted = outcome == SUP_OUTCOME_ABORTED;
        sup__drain_classify(sup, s, aborted ? SUP_DRAIN_ABORTED : SUP_DRAIN_GRACEFUL);
    }
    struct sup__input input = {.type = SUP__INPUT_SETTLE, .intent = intent, .outcome = outcome};
    sup__react(sup, s, &input);
    if (incident != SUP__NONE && !SUP_PLANTED(LOST_WAKE_UP)) {
        sup__incident_advance(sup, incident);
    }
}

/* `exit` is what rules made of it, NULL for one without; `end` is then that of `exit`. */
static inline __attribute__((always_inline)) void
end_attempt(struct sup *sup, struct sup__service *s, const struct sup_end *end,
            const struct sup__exit *exit, enum way way)
{
    SUP_ASSERT(s->live && s->started_at.ns <= sup->now.ns);
    struct sup_duration ran = {sup->now.ns - s->started_at.ns};
    const struct meaning meaning = meaning_of(sup, s, end, way);
    bool clean = meaning.cause == SUP_OUTCOME_SUCCEEDED;
    SUP_PROBE_WHEN("end: in the instant of the start", ran.ns == 0);
    SUP_PROBE_WHEN("end: in the instant of its stop deadline",
                   s->phase == SUP_PHASE_STOPPING &&
                       sup__rare_of(sup, s)->deadline.ns == sup->now.ns);
    SUP_PROBE_WHEN("end: after an abort", s->abort_requested);
    SUP_PROBE_WHEN("end: by itself while a stop was wanted",
                   s->cancel_delivered && end->outcome != SUP_OUTCOME_ABORTED &&
                       !s->abort_requested);
    SUP_PROBE_WHEN("end: clean, of one that was not ready in time",
                   s->liveness != 0 && end->outcome == SUP_OUTCOME_SUCCEEDED);
    SUP_PROBE_WHEN("end: not yet ready", s->phase == SUP_PHASE_STARTING && !s->deferred);
    SUP_PROBE_WHEN("end: with a value", end->value != NULL);
    bool has_error = note_error(sup, s, end, way);
    if (meaning.intent == SUP__INTENT_NONE) {
        if (way == WITH_ALL && s->breaker == SUP_BREAKER_STATE_HALF_OPEN) {
            close_breaker_first(sup, s, clean);
        }
        s->failures += !clean;
        sup->metrics.failures_total += !clean;
    }
    sup__histogram_add(&sup->histogram, ran);
    if (end->has_cpu) {
        measure_cpu(sup, end->cpu);
    }
    if (end->value != NULL) {
        sup__rare_make(sup, s)->value = end->value;
    }
    s->running.ns += ran.ns;
    s->last = (uint8_t)meaning.outcome;
    if (way == WITH_ALL && sup->pool_used > 0) {
        sup__pool_free(sup, sup__attempt_of(sup, s));
    }
    not_live(sup, s, way);
    if (!sup__quiet(sup)) {
        sup__say_ended(sup, s, exit != NULL ? exit->returned : end, meaning.outcome, has_error);
    }
    if (meaning.intent != SUP__INTENT_NONE) {
        settle_wanted(sup, s, meaning.intent, meaning.outcome);
    } else if (exit != NULL) {
        sup__after_exit(sup, s, ran, exit, meaning.cause);
    } else if (clean) {
        sup__after_clean_exit(sup, s, ran, end);
    } else if (way == USUALLY) {
        sup__after_usual_failure(sup, s, ran);
    } else {
        sup__after_failure(sup, s, ran, meaning.cause);
    }
}

static __attribute__((noinline)) void end_by_rules(struct sup *sup, struct sup__service *s,
                                                   const struct sup_end *end)
{
    struct sup__exit exit;
    if (sup__ready_is_due(sup, s)) {
        SUP_PROBE("ready: at the instant of its end");
        sup__disarm(sup, &s->timer_key);
        sup__send(sup, s, SUP__INPUT_TIMER);
    }
    sup__exit_look(sup, s, end, &exit);
    end_attempt(sup, s, exit.end, &exit, WITH_ALL);
}

static __attribute__((noinline)) void end_plainly(struct sup *sup, struct sup__service *s,
                                                  const struct sup_end *end)
{
    end_attempt(sup, s, end, NULL, WITH_ALL);
}

static __attribute__((noinline)) void end_usually(struct sup *sup, struct sup__service *s,
                                                  const struct sup_end *end)
{
    end_attempt(sup, s, end, NULL, USUALLY);
}

void sup__end(struct sup *sup, struct sup__service *s, const struct sup_end *end)
{
    if ((s->traits & SUP__TRAIT_USUAL) != 0 && s->disturbed == 0 &&
        end->outcome == SUP_OUTCOME_FAILED && sup->phase == SUP_SUPERVISOR_RUNNING) {
        end_usually(sup, s, end);
    } else if ((s->traits & SUP__TRAIT_RULES) != 0) {
        end_by_rules(sup, s, end);
    } else {
        end_plainly(sup, s, end);
    }
}
