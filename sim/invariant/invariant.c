/* The invariant checker: its face, and which event goes where. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aftermath.h"
#include "internal.h"
#include "sim/duration.h"
#include "sup/alloc.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "wishes.h"

const char *sim__invariant_name(enum sim__invariant invariant)
{
    static const char *const names[] = {
#define SIM__X(id, name) name,
        SIM__INVARIANT_LIST(SIM__X)
#undef SIM__X
    };
    SUP_ASSERT(invariant < SIM__INVARIANTS);
    return names[invariant];
}

const char *sim__phase_word(uint8_t phase)
{
    return phase == SIM__PHASE_ENDED ? "ended" : sup_phase_name((enum sup_phase)phase);
}

/* ---- life ---- */

int sim_invariants_create(const struct sim_invariants_config *config,
                          struct sim_invariants **ret_invariants)
{
    struct sim_invariants *inv = calloc(1, sizeof(*inv));
    if (inv == NULL) {
        return SUP_ENOMEM;
    }
    inv->config = *config;
    inv->anew = inv->asks = SIM__NO_SLOT;
    inv->asked = SIM__ITS_OWN;
    inv->version = 1;
    int error = sim__arena_create(&sup_allocator_libc, &inv->arena);
    if (error == SUP_OK) {
        sim__table_init(&inv->words, inv->arena, UINT64_C(0x5351B9E1D0A7C3F2));
        error = sim_invariants_group(inv, NULL, &config->root);
    }
    if (error != SUP_OK) {
        sim_invariants_free(inv);
        return error;
    }
    *ret_invariants = inv;
    return SUP_OK;
}

void sim_invariants_free(struct sim_invariants *inv)
{
    if (inv == NULL) {
        return;
    }
    for (uint32_t i = 0; i < inv->shadow_capacity; i++) {
        free(inv->shadows[i].breaker_ring.at);
        free(inv->shadows[i].limit_ring.at);
    }
    for (uint32_t i = 0; i < inv->group_count; i++) {
        free(inv->groups[i].ring.at);
    }
    free(inv->shadows);
    free(inv->touched);
    free(inv->groups);
    sim__arena_free(inv->arena);
    free(inv);
}

/* ---- breaking ---- */

void sim__break(struct sim_invariants *inv, enum sim__invariant invariant, const char *format, ...)
{
    if (inv->broken) {
        return;
    }
    inv->broken = true;
    inv->invariant = invariant;
    char at[48];
    const char *service = inv->event != NULL ? inv->event->service : inv->service;
    const char *subject = service != NULL ? service : "the supervisor";
    int length = snprintf(inv->text, sizeof(inv->text), "%s at %s, event %" PRIu64, subject,
                          sim_duration_format(inv->now.ns, at), inv->sequence);
    size_t used = length < 0 ? 0 : (size_t)length;
    if (inv->event != NULL && used < sizeof(inv->text)) {
        length = snprintf(inv->text + used, sizeof(inv->text) - used, " (%s)",
                          sup_event_name(inv->event->type));
        used += length < 0 ? 0 : (size_t)length;
    }
    if (used + 2 < sizeof(inv->text)) {
        memcpy(inv->text + used, ": ", 3);
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(inv->text + used + 2, sizeof(inv->text) - used - 2, format, arguments);
        va_end(arguments);
    }
}

const char *sim_invariants_broken(const struct sim_invariants *inv)
{
    return inv->broken ? sim__invariant_name(inv->invariant) : NULL;
}

const char *sim_invariants_text(const struct sim_invariants *inv)
{
    return inv->text;
}

uint64_t sim_invariants_checked(const struct sim_invariants *inv)
{
    return inv->sequence + inv->settled; /* events count from 1 */
}

bool sim_invariants_failed(const struct sim_invariants *inv)
{
    return inv->failed;
}

void sim_invariants_stalled(struct sim_invariants *inv)
{
    inv->late = true;
}

/* ---- whose end ---- */

static __attribute__((noinline)) void untold(struct sim_invariants *inv)
{
    if (inv->failed) {
        return;
    }
    inv->event = NULL;
    inv->service = NULL;
    sim__break(inv, SIM__INVARIANT_ATTEMPT_END, "nothing was told of the end of attempt %" PRIu32,
               inv->reported.attempt);
}

void sim_invariants_reporting(struct sim_invariants *inv, struct sup_attempt attempt)
{
    if (inv->reported.attempt != 0) {
        untold(inv);
    }
    inv->reported = attempt;
}

/* ---- what follows ---- */

void sim__shadow_leapt(struct sim_invariants *inv, uint8_t from, uint8_t to)
{
    sim__break(inv, SIM__INVARIANT_PHASE_ILLEGAL, "from %s to %s", sim__phase_word(from),
               sim__phase_word(to));
}

/* What it is called when something else came than what had to. */
static enum sim__invariant missed(uint32_t must, enum sup_event_type came)
{
    if ((must & SIM__BIT(BREAKER_OPENED)) || came == SUP_EVENT_BREAKER_OPENED) {
        return SIM__INVARIANT_BREAKER_TRIP;
    }
    if (must & SIM__BIT(LIMIT_EXHAUSTED)) {
        return SIM__INVARIANT_LIMIT_EXCEEDED;
    }
    return came == SUP_EVENT_LIMIT_EXHAUSTED ? SIM__INVARIANT_LIMIT_EARLY
                                             : SIM__INVARIANT_FOLLOW_UP;
}

void sim__shadow_follows(struct sim_invariants *inv, struct sim__shadow *s)
{
    uint32_t must = s->must;
    enum sup_event_type came = inv->event == NULL ? SUP_EVENT_TYPES : inv->event->type;
    s->must = 0;
    if (must >> came & 1u) {
        return;
    }
    uint32_t type = 0;
    while (!(must >> type & 1u)) {
        type++;
    }
    sim__break(inv, missed(must, came), "`%s` has to come now",
               sup_event_name((enum sup_event_type)type));
}

/* ---- events ---- */

static __attribute__((noinline)) void out_of_step(struct sim_invariants *inv,
                                                  const struct sup_event *event, uint64_t sequence,
                                                  struct sup_instant before)
{
    if (event->sequence != sequence + 1) {
        sim__break(inv, SIM__INVARIANT_SEQUENCE_GAP, "the event before it was %" PRIu64, sequence);
    } else {
        sim__break(inv, SIM__INVARIANT_TIME_BACKWARDS, "the event before it was at %" PRIu64 "ns",
                   before.ns);
    }
}

/* What may still come when everything is over. */
#define AFTER_DRAINED \
    (SIM__BIT(LATE_REPORT) | SIM__BIT(COMMAND) | SIM__BIT(REMOVED) | SIM__BIT(GROUP_CANCELLED) | \
     UINT32_C(1) << SIM_EVENT_CONDITION)

/* Events without a service's shadow; false when it has one. */
static bool general(struct sim_invariants *inv, const struct sup_event *event)
{
    if ((uint32_t)event->type == SIM_EVENT_CONDITION) {
        return true; /* the world's, which promises nothing */
    }
    switch (event->type) {
    case SUP_EVENT_REGISTERED:
        sim__on_registered(inv, event);
        return true;
    case SUP_EVENT_COMMAND:
        sim__on_command(inv, event);
        return true;
    case SUP_EVENT_LATE_REPORT:
        sim__on_late(inv, event);
        return true;
    case SUP_EVENT_GROUP_CANCELLED:
        sim__on_group_cancelled(inv, event);
        return true;
    case SUP_EVENT_GROUP_RESTART:
        sim__on_group_restart(inv, event);
        return true;
    case SUP_EVENT_GROUP_SHUTDOWN:
        sim__on_group_shutdown(inv, event);
        return true;
    case SUP_EVENT_SHUTDOWN_REQUESTED:
        sim__on_shutdown(inv, event);
        return true;
    case SUP_EVENT_DRAINED:
        sim__on_drained(inv, event);
        return true;
    case SUP_EVENT_LIMIT_EXHAUSTED:
        if (event->service == NULL) {
            sim__on_group_exhausted(inv, event);
            return true;
        }
        return false;
    default:
        return false;
    }
}

static void of_stopping(struct sim_invariants *inv, struct sim__shadow *s)
{
    switch (inv->event->type) {
    case SUP_EVENT_CANCEL_DELIVERED:
        sim__on_cancel(inv, s);
        break;
    case SUP_EVENT_FINISHING:
        sim__on_finishing(inv, s);
        break;
    case SUP_EVENT_STOP_DEADLINE:
        sim__on_stop_deadline(inv, s);
        break;
    case SUP_EVENT_ABORT_REQUESTED:
        sim__on_abort(inv, s);
        break;
    case SUP_EVENT_ABANDONED:
        sim__on_abandoned(inv, s);
        break;
    case SUP_EVENT_PAUSED:
        sim__on_held(inv, s, SUP_OPERATION_PAUSED);
        break;
    case SUP_EVENT_QUARANTINED:
        sim__on_held(inv, s, SUP_OPERATION_QUARANTINED);
        break;
    case SUP_EVENT_RESUMED:
        sim__on_resumed(inv, s);
        break;
    case SUP_EVENT_REMOVED:
    case SUP_EVENT_REPLACED:
        sim__on_gone(inv, s);
        break;
    default:
        break;
    }
}

static void of_service(struct sim_invariants *inv, struct sim__shadow *s)
{
    switch (inv->event->type) {
    case SUP_EVENT_READY:
    case SUP_EVENT_NOT_READY:
        sim__on_readiness(inv, s,
                          inv->event->type == SUP_EVENT_READY ? SUP_READINESS_READY
                                                              : SUP_READINESS_NOT_READY);
        break;
    case SUP_EVENT_STALE:
        sim__on_stale(inv, s);
        break;
    case SUP_EVENT_BREAKER_OPENED:
        sim__on_breaker_opened(inv, s);
        break;
    case SUP_EVENT_BREAKER_HALF_OPEN:
        sim__on_breaker_half_open(inv, s);
        break;
    case SUP_EVENT_BREAKER_CLOSED:
        sim__on_breaker_closed(inv, s);
        break;
    case SUP_EVENT_LIMIT_EXHAUSTED:
        sim__on_exhausted(inv, s);
        break;
    case SUP_EVENT_TERMINATED:
        sim__on_terminated(inv, s);
        break;
    case SUP_EVENT_RESTARTED:
        sim__on_restarted(inv, s);
        break;
    default:
        of_stopping(inv, s);
    }
}

/* The shadow that the event is about is noted for the next settled instant; false when there is
 * none. */
static inline bool touch(struct sim_invariants *inv, struct sim__shadow *s,
                         const struct sup_event *event)
{
    if (s == NULL || !s->registered) {
        sim__break(inv, SIM__INVARIANT_NOT_REGISTERED, "nothing of that name is registered");
        return false;
    }
    sim__shadow_touch(inv, s);
    if (s->must >> event->type & 1u) {
        s->must = 0;
    } else if (s->must != 0) {
        sim__shadow_follows(inv, s);
    }
    return true;
}

static __attribute__((noinline)) void uncommon(struct sim_invariants *inv, struct sim__shadow *s,
                                               const struct sup_event *event)
{
    inv->uncommon = true;
    if (general(inv, event)) {
        return;
    }
    if (touch(inv, s, event)) {
        s->compare = true;
        of_service(inv, s);
    }
}

static inline void check(struct sim_invariants *inv, struct sim__shadow *s,
                         const struct sup_event *event)
{
    void (*handler)(struct sim_invariants *, struct sim__shadow *);
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_STARTED:
        handler = sim__on_started;
        break;
    case SUP_EVENT_ATTEMPT_ENDED:
        handler = sim__on_ended;
        break;
    case SUP_EVENT_BACKING_OFF:
        handler = sim__on_backing_off;
        break;
    default:
        uncommon(inv, s, event);
        return;
    }
    if (touch(inv, s, event)) {
        handler(inv, s);
    }
}

void sim__event_at_length(struct sim_invariants *inv, struct sim__shadow *s,
                          const struct sup_event *event)
{
    uint64_t sequence = inv->sequence;
    struct sup_instant before = inv->now;
    if (inv->broken || inv->failed) {
        return;
    }
    inv->event = event;
    inv->sequence = event->sequence;
    inv->now = event->at;
    if (event->sequence != sequence + 1 || event->at.ns < before.ns) {
        out_of_step(inv, event, sequence, before);
    } else if (inv->drained && !(AFTER_DRAINED >> event->type & 1u)) {
        sim__break(inv, SIM__INVARIANT_AFTER_DRAINED, "everything had ended");
    } else {
        check(inv, s, event);
    }
}
