/* Draining, and the comparison of the shadows with the supervisor's own words. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "internal.h"
#include "sup/error.h"
#include "wishes.h"

void sim__on_shutdown(struct sim_invariants *inv, const struct sup_event *event)
{
    if (inv->draining) {
        sim__break(inv, SIM__INVARIANT_DRAIN_TWICE, "it was requested at %" PRIu64 "ns",
                   inv->drain_at.ns);
    }
    bool told = (event->fields & SUP_FIELD_TIMEOUT) != 0;
    inv->draining = true;
    inv->drain_at = inv->now;
    inv->drain_due = sim__after(inv->now, told ? event->timeout : inv->config.shutdown_timeout);
    inv->drain.already_exited = inv->registered_count - inv->live_count;
}

void sim__on_drained(struct sim_invariants *inv, const struct sup_event *event)
{
    const struct sup_drain_counts *counts = &event->drain;
    if (!inv->draining) {
        sim__break(inv, SIM__INVARIANT_DRAINED_EARLY, "nobody asked for it");
    } else if (inv->metrics.active_services > 0) {
        sim__break(inv, SIM__INVARIANT_DRAINED_EARLY,
                   "%" PRIu32 " attempts live, %" PRIu64 " services are not terminated",
                   inv->live_count, inv->metrics.active_services);
    } else if (event->took.ns != inv->now.ns - inv->drain_at.ns ||
               counts->already_exited != inv->drain.already_exited ||
               counts->graceful + counts->aborted != inv->drain_ended ||
               counts->abandoned != inv->drain.abandoned) {
        sim__break(inv, SIM__INVARIANT_DRAIN_REPORT,
                   "already exited %" PRIu32 ", ended %" PRIu32 ", abandoned %" PRIu32
                   " by the events, in %" PRIu64 "ns",
                   inv->drain.already_exited, inv->drain_ended, inv->drain.abandoned,
                   inv->now.ns - inv->drain_at.ns);
    }
    inv->drained = true;
}

/* ---- the supervisor's own words ---- */

static bool phase_agrees(struct sim_invariants *inv, const struct sim__shadow *s,
                         enum sup_phase phase)
{
    bool kind_known = s->policy != NULL;
    bool queued = !kind_known || s->policy->kind == SUP_KIND_BLOCKING;
    switch (s->phase) {
    case SIM__PHASE_ENDED:
        return phase == SUP_PHASE_IDLE || phase == SUP_PHASE_BACKING_OFF;
    case SUP_PHASE_BACKING_OFF:
        return phase == SUP_PHASE_BACKING_OFF ||
               (phase == SUP_PHASE_IDLE && (queued || !sim__shadow_alone(inv, s)));
    case SUP_PHASE_STARTING:
    case SUP_PHASE_RUNNING:
        return phase == (enum sup_phase)s->phase || !kind_known;
    default:
        return phase == (enum sup_phase)s->phase;
    }
}

static const char *difference(struct sim_invariants *inv, const struct sim__shadow *s,
                              const struct sup_snapshot *snapshot)
{
    if (!phase_agrees(inv, s, snapshot->phase)) {
        return "phase";
    }
    if (snapshot->active != s->live) {
        return "active";
    }
    if (snapshot->generation != s->generation || snapshot->attempt != s->attempt) {
        return "attempt or generation";
    }
    if ((uint8_t)snapshot->operation != s->operation) {
        return "operation";
    }
    bool again = s->restarting != SIM__AGAIN_NONE;
    if ((uint8_t)snapshot->breaker != s->breaker && !again && !s->unsure_breaker) {
        return "breaker";
    }
    if (snapshot->restarts != s->restarts && !s->unsure_restarts) {
        return "restarts";
    }
    if (snapshot->failures != s->failures && !s->unsure_failures) {
        return "failures";
    }
    bool counts = !s->unsure_counts && !again && s->phase != SUP_PHASE_TERMINATED;
    return counts && snapshot->streak != s->streak ? "streak" : NULL;
}

/* What is looked at of a snapshot: more need not be made. */
#define LIFE_BYTES offsetof(struct sup_snapshot, reason_text)
#define STATE_BYTES offsetof(struct sup_snapshot, delay)

/* All that a difference is looked for in: where it is the same, there is none. */
static inline bool same(const struct sim__shadow *s, const struct sup_snapshot *snapshot)
{
    return (uint32_t)snapshot->phase == s->phase && snapshot->active == s->live &&
           snapshot->generation == s->generation && snapshot->attempt == s->attempt &&
           (uint32_t)snapshot->operation == s->operation &&
           (uint32_t)snapshot->breaker == s->breaker && snapshot->restarts == s->restarts &&
           snapshot->failures == s->failures && snapshot->streak == s->streak;
}

static __attribute__((noinline)) void compare_by_member(struct sim_invariants *inv,
                                                        const struct sim__shadow *s,
                                                        const struct sup_snapshot *snapshot)
{
    const char *what = difference(inv, s, snapshot);
    if (what != NULL) {
        sim__break(inv, SIM__INVARIANT_SNAPSHOT_DIFFERS,
                   "%s: by the events phase %s, attempt %" PRIu32 ", restarts %" PRIu32
                   ", failures %" PRIu32 ", streak %" PRIu32 "; by the snapshot %s, %" PRIu32
                   ", %" PRIu32 ", %" PRIu32 ", %" PRIu32,
                   what, sim__phase_word(s->phase), s->attempt, s->restarts, s->failures, s->streak,
                   sup_phase_name(snapshot->phase), snapshot->attempt, snapshot->restarts,
                   snapshot->failures, snapshot->streak);
    }
}

static inline void compare(struct sim_invariants *inv, struct sup *sup, uint32_t slot)
{
    const struct sim__shadow *s = &inv->shadows[slot];
    struct sup_snapshot snapshot;
    bool there = sup_snapshot_slot_sized(sup, slot, &snapshot, STATE_BYTES) == SUP_OK;
    if (there != s->registered) {
        sim__break(inv, SIM__INVARIANT_SNAPSHOT_DIFFERS, "registered is %s by the events",
                   s->registered ? "true" : "false");
    } else if (there) {
        if (!same(s, &snapshot)) {
            compare_by_member(inv, s, &snapshot);
        }
    }
}

/* Nothing may be left open when an instant is settled. Out of line: most settled instants need
 * it not. */
static __attribute__((noinline)) void settle(struct sim_invariants *inv, struct sup *sup,
                                             uint32_t slot)
{
    struct sim__shadow *s = &inv->shadows[slot];
    inv->service = sup_slot_name(sup, slot);
    if (s->unsure_end) {
        sim__shadow_resolve(inv, s, SIM__END_WANTED);
    }
    if (s->must != 0) {
        sim__shadow_follows(inv, s);
    } else if (s->compare) {
        s->compare = false;
        compare(inv, sup, slot);
        sim__check_waiting(inv, sup, slot);
    }
}

/* Whether a restart or failure counts may have been left to a group. */
static bool is_unsure(const struct sim_invariants *inv, const uint64_t *metric)
{
    return (metric == &inv->metrics.restarts_total && inv->unsure_restarts) ||
           (metric == &inv->metrics.failures_total && inv->unsure_failures);
}

static __attribute__((noinline)) void compare_metrics(struct sim_invariants *inv, struct sup *sup)
{
    struct sup_metrics found;
    sup_metrics_read(sup, &found);
    const struct sup_metrics *own = &inv->metrics;
    inv->service = NULL;
    static_assert(sizeof(found) % sizeof(uint64_t) == 0, "counters only");
    if (memcmp(&found, own, sizeof(found)) == 0) {
        return; /* the own ones are in balance, or it was broken before */
    }
    if (found.spawned_total != found.active_services + found.terminated_total) {
        sim__break(inv, SIM__INVARIANT_SPAWNED_BALANCE,
                   "%" PRIu64 " registered, %" PRIu64 " active, %" PRIu64 " terminated",
                   found.spawned_total, found.active_services, found.terminated_total);
        return;
    }
#define SUP__X(name, type, help) \
    if (found.name != own->name && !is_unsure(inv, &own->name)) { \
        sim__break(inv, SIM__INVARIANT_METRICS_DIFFER, \
                   #name " is %" PRIu64 ", and %" PRIu64 " by the events", found.name, own->name); \
        return; \
    }
    SUP_METRIC_LIST(SUP__X)
#undef SUP__X
}

/* Attempts and failures, which anything but starts, ends and waits leaves as they
 * are, are looked at now and then: a difference does not go away. */
#define METRICS_EVERY 8u

static __attribute__((noinline)) void look(struct sim_invariants *inv, struct sup *sup)
{
    if (inv->uncommon) {
        sim__check_shutdowns(inv);
    }
    for (uint32_t i = 0; i < inv->touched_count && !inv->broken; i++) {
        struct sim__shadow *s = &inv->shadows[inv->touched[i]];
        s->touched = false;
        if (s->must != 0 || s->unsure_end || s->compare) {
            settle(inv, sup, inv->touched[i]);
        }
    }
    inv->touched_count = 0;
    if (inv->uncommon || inv->skipped >= METRICS_EVERY) {
        inv->uncommon = false;
        inv->skipped = 0;
        compare_metrics(inv, sup);
        if (inv->drained && sup_deadline(sup).ns != SUP_NEVER_NS) {
            sim__break(inv, SIM__INVARIANT_TIMER_LEFT,
                       "everything has ended, but a timer is armed");
        }
    }
}

void sim_invariants_settled(struct sim_invariants *inv, struct sup *sup)
{
    if (inv->broken || inv->failed) {
        return;
    }
    inv->settled++;
    inv->event = NULL;
    if (++inv->skipped >= METRICS_EVERY || inv->touched_count || inv->uncommon) {
        look(inv, sup);
    }
}

void sim_invariants_end(struct sim_invariants *inv, struct sup *sup)
{
    inv->uncommon = true;
    sim_invariants_reporting(inv, (struct sup_attempt){0});
    sim_invariants_settled(inv, sup);
    sim__check_all_waiting(inv, sup);
    for (uint32_t slot = 0; slot < inv->shadow_count && !inv->broken; slot++) {
        const struct sim__shadow *s = &inv->shadows[slot];
        struct sup_snapshot snapshot;
        bool there = sup_snapshot_slot_sized(sup, slot, &snapshot, LIFE_BYTES) == SUP_OK;
        bool lives = there && snapshot.active;
        if (lives != s->live || (lives && snapshot.attempt != s->attempt)) {
            inv->service = sup_slot_name(sup, slot);
            sim__break(inv, SIM__INVARIANT_ATTEMPT_LOST,
                       "attempt %" PRIu32 " %s by the events and %s by the snapshot", s->attempt,
                       s->live ? "lives" : "has ended", lives ? "lives" : "has ended");
        }
    }
}
