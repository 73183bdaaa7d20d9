/* Draining: everything ends, within a time, and a report says how. */
#include "drain.h"

#include <string.h>

#include "canary.h"
#include "events.h"
#include "face.h"
#include "group.h"
#include "incident.h"
#include "ladder.h"
#include "machine.h"
#include "probe.h"
#include "service.h"
#include "supervisor.h"
#include "text.h"
#include "timer.h"

void sup__drain_classify(struct sup *sup, struct sup__service *s, enum sup_drain_class class_)
{
    struct sup_drain_counts *counts = &sup->drain.report.counts;
    SUP_ASSERT(s->drain_class == SUP_DRAIN_NONE && class_ != SUP_DRAIN_NONE);
    s->drain_class = (uint8_t)class_;
    counts->already_exited += class_ == SUP_DRAIN_ALREADY_EXITED;
    counts->graceful += class_ == SUP_DRAIN_GRACEFUL;
    counts->aborted += class_ == SUP_DRAIN_ABORTED;
    counts->abandoned += class_ == SUP_DRAIN_ABANDONED;
}

static void chain_last(struct sup *sup, uint32_t slot)
{
    struct sup__rare *rare = sup__rare_make(sup, &sup->services[slot]);
    struct sup__drain *drain = &sup->drain;
    SUP_ASSERT(rare->incident == SUP__NONE);
    rare->chain_previous = drain->chain_last;
    rare->chain_next = SUP__NONE;
    if (drain->chain_last == SUP__NONE) {
        drain->chain_first = slot;
    } else {
        sup->rares[drain->chain_last].chain_next = slot;
    }
    drain->chain_last = slot;
}

void sup__drain_leave(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->live);
    struct sup__drain *drain = &sup->drain;
    uint32_t slot = sup__slot_of(sup, s);
    if (!drain->chained ||
        (drain->chain_first != slot && sup__rare_of(sup, s)->chain_previous == SUP__NONE)) {
        return;
    }
    struct sup__rare *rare = sup__rare_make(sup, s);
    uint32_t before = rare->chain_previous;
    uint32_t after = rare->chain_next;
    *(before == SUP__NONE ? &drain->chain_first : &sup->rares[before].chain_next) = after;
    *(after == SUP__NONE ? &drain->chain_last : &sup->rares[after].chain_previous) = before;
    rare->chain_previous = rare->chain_next = SUP__NONE;
}

static void cancel_for_drain(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->live && sup->phase == SUP_SUPERVISOR_DRAINING);
    if (!s->cancel_delivered || s->intent != SUP__INTENT_REMOVE) {
        SUP_PROBE_WHEN("drain: one is being stopped already", s->cancel_delivered);
        sup__stop(sup, s, SUP__INTENT_DRAIN);
    }
}

/* Reverse order: the next one is cancelled when the one before it has ended. */
void sup__drain_advance(struct sup *sup)
{
    struct sup__drain *drain = &sup->drain;
    while (drain->chained && drain->chain_first != SUP__NONE) {
        struct sup__service *s = &sup->services[drain->chain_first];
        if (s->live) {
            if (!s->cancel_delivered) {
                sup__stop(sup, s, SUP__INTENT_DRAIN);
            }
            return;
        }
        sup__drain_leave(sup, s);
    }
}

static void say_requested(struct sup *sup, struct sup_duration timeout)
{
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_SHUTDOWN_REQUESTED, NULL);
    event.fields |= SUP_FIELD_TIMEOUT;
    event.timeout = timeout;
    event.who = sup->drain.who;
    event.why = sup->drain.why;
    sup__emit(sup, &event);
}

/* Waits end at once; what lives is cancelled, or waits for its turn. */
static void end_waits(struct sup *sup)
{
    SUP_ASSERT(sup->phase == SUP_SUPERVISOR_DRAINING);
    uint32_t count = sup__group_collect(sup, SUP__ROOT);
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *s = &sup->services[sup->scratch[i]];
        if (!s->live) {
            sup__drain_classify(sup, s, SUP_DRAIN_ALREADY_EXITED);
            SUP_PROBE_WHEN("drain: one waits to be started", s->phase == SUP_PHASE_BACKING_OFF);
        }
        if (s->phase == SUP_PHASE_IDLE ||
            (s->phase == SUP_PHASE_BACKING_OFF && !SUP_PLANTED(RESTART_AFTER_DRAIN))) {
            sup__stop(sup, s, SUP__INTENT_DRAIN);
        }
    }
}

static void cancel_live(struct sup *sup)
{
    SUP_ASSERT(!sup->drain.chained && sup->drain.chain_first == SUP__NONE);
    bool reverse = sup->config.shutdown_order == SUP_ORDER_REVERSE;
    uint32_t count = sup__group_collect(sup, SUP__ROOT);
    sup->drain.chained = reverse;
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *s = &sup->services[sup->scratch[i]];
        if (!s->live) {
            continue;
        }
        if (reverse) {
            chain_last(sup, sup->scratch[i]);
        }
        if (!reverse || s->cancel_delivered) {
            cancel_for_drain(sup, s);
        }
    }
    sup__drain_advance(sup);
}

void sup__drain_begin(struct sup *sup, struct sup_duration timeout, enum sup__drain_cause cause,
                      const struct sup_actor *actor)
{
    SUP_ASSERT(sup->phase == SUP_SUPERVISOR_RUNNING);
    struct sup__drain *drain = &sup->drain;
    sup__copy_text(drain->who, sizeof(drain->who), actor->who);
    sup__copy_text(drain->why, sizeof(drain->why), actor->why);
    drain->report.requested = true;
    drain->report.by_limit = cause == SUP__DRAIN_BY_LIMIT;
    drain->report.requested_at = sup->now;
    sup->phase = SUP_SUPERVISOR_DRAINING;
    for (uint32_t g = 0; g < sup->group_count; g++) {
        if (sup->groups[g].incident != SUP__INCIDENT_NONE) {
            sup__incident_dissolve(sup, g);
            SUP_PROBE("drain: in the middle of a group's restart");
        }
    }
    say_requested(sup, timeout);
    drain->deadline = sup__after(sup, timeout);
    SUP_PROBE("drain: begins");
    sup__arm(sup, &drain->key, drain->deadline, SUP__TIMER_OTHER, SUP__OTHER_DRAIN);
    end_waits(sup);
    cancel_live(sup);
}

/* Whether what is left of it is aborted when the drain's time is over, or given up at once. */
static bool may_abort(const struct sup *sup, const struct sup__service *s)
{
    return sup->config.shutdown_abort && sup__may_abort(sup, s);
}

/* The overall timeout: stragglers are cancelled where that has not happened, and
 * aborted together, or given up at once when aborting is switched off. */
void sup__drain_timeout(struct sup *sup)
{
    SUP_ASSERT(sup->phase == SUP_SUPERVISOR_DRAINING);
    sup->drain.report.timed_out = true;
    SUP_PROBE("drain: its time is over");
    SUP_PROBE_WHEN("drain: nobody may be aborted", !sup->config.shutdown_abort);
    uint32_t count = sup__group_collect(sup, SUP__ROOT);
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *s = &sup->services[sup->scratch[i]];
        if (s->live && !s->cancel_delivered) {
            sup__stop(sup, s, SUP__INTENT_DRAIN);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        struct sup__service *s = &sup->services[sup->scratch[i]];
        if (s->live && !s->abort_requested) {
            SUP_PROBE("drain: a straggler");
            SUP_PROBE_WHEN("drain: one that may not be aborted", !may_abort(sup, s));
            sup__send(sup, s, may_abort(sup, s) ? SUP__INPUT_ABORT : SUP__INPUT_ABANDON);
        }
    }
}

static void say_drained(struct sup *sup)
{
    SUP_ASSERT(sup->live == 0);
    if (sup__quiet(sup)) {
        return;
    }
    const struct sup_drain_report *report = &sup->drain.report;
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_DRAINED, NULL);
    event.fields |= SUP_FIELD_DRAIN | (report->by_limit ? SUP_FIELD_TEXT : 0);
    event.text = report->by_limit ? sup_reason_name(SUP_REASON_RESTART_LIMIT) : NULL;
    event.took = report->took;
    event.timed_out = report->timed_out;
    event.drain = report->counts;
    sup__emit(sup, &event);
}

void sup__drain_check(struct sup *sup)
{
    SUP_ASSERT(sup->phase == SUP_SUPERVISOR_DRAINING);
    if (sup->live > 0) {
        return;
    }
    struct sup_drain_report *report = &sup->drain.report;
    sup__disarm(sup, &sup->drain.key);
    sup->phase = SUP_SUPERVISOR_DRAINED;
    report->drained = true;
    report->took.ns = sup->now.ns - report->requested_at.ns;
    SUP_PROBE_WHEN("drain: at once", report->took.ns == 0);
    say_drained(sup);
}

int sup_shutdown_sized(struct sup *sup, const struct sup_duration *timeout,
                       const struct sup_actor *actor, struct sup_command_outcome *ret_outcome,
                       size_t size)
{
    struct sup_command_outcome outcome = {.command = SUP_COMMAND_SHUTDOWN};
    if (actor == NULL || sup__blank(actor->who) || sup__blank(actor->why)) {
        outcome.result = SUP_EINVAL;
    } else {
        sup__enter(sup);
        outcome.idempotent = sup->phase != SUP_SUPERVISOR_RUNNING;
        sup__say_command(sup, &outcome, NULL, NULL, actor);
        if (!outcome.idempotent) {
            outcome.affected = sup->live;
            sup__drain_begin(sup, timeout != NULL ? *timeout : sup->config.shutdown_timeout,
                             SUP__DRAIN_BY_COMMAND, actor);
        }
        sup__leave(sup);
    }
    sup__give(ret_outcome, size, &outcome, sizeof(outcome));
    return outcome.result;
}

void sup_drain_report_read_sized(const struct sup *sup, struct sup_drain_report *ret_report,
                                 size_t size)
{
    struct sup_drain_report report = sup->drain.report;
    report.who = sup->drain.who;
    report.why = sup->drain.why;
    sup__give(ret_report, size, &report, sizeof(report));
}

enum sup_drain_class sup_drain_class_of(const struct sup *sup, uint32_t slot)
{
    return slot < sup->slot_count ? sup->services[slot].drain_class : SUP_DRAIN_NONE;
}
