/* Snapshots, groups and metrics: reading, changing nothing. */
#include "face.h"
#include "group.h"
#include "limits.h"
#include "registry.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"
#include "text.h"
#include "window.h"

/* Inside a callback the time of the step is the time; outside the clock is read. */
static struct sup_instant now_of(const struct sup *sup)
{
    if (sup->inside) {
        return sup->now;
    }
    struct sup_instant now = sup->config.clock.now(sup->config.clock.context);
    return now.ns > sup->now.ns ? now : sup->now;
}

static void limits(const struct sup *sup, const struct sup__service *s, struct sup_instant now,
                   struct sup_snapshot *to)
{
    const struct sup_limit_policy *limit = &sup__policy_of(sup, s)->limit;
    to->limit_enabled = limit->enabled;
    to->limit_exhausted = s->limit_exhausted;
    to->limit_used = 0;
    to->limit_remaining = 0;
    if (limit->enabled) {
        struct sup__window window = sup__extra_of(sup, s)->limit; /* only a copy's head moves */
        struct sup__limited limited = sup__limited_of(sup, s);
        limited.ring = &window;
        uint32_t used = sup__limit_used(&limited, now);
        to->limit_used = used < limit->max ? used : limit->max;
        to->limit_remaining = limit->max - to->limit_used;
    }
}

static void times(const struct sup__service *s, const struct sup__cold *cold,
                  struct sup_instant now, struct sup_snapshot *to)
{
    SUP_ASSERT(cold->registered_at.ns <= now.ns && s->phase_since.ns <= now.ns);
    to->registered_at = cold->registered_at;
    to->age = sup_instant_since(now, cold->registered_at);
    to->time_in_phase = sup_instant_since(now, s->phase_since);
    to->running_time = s->running;
    if (s->live) {
        to->running_time.ns += now.ns - s->started_at.ns;
    }
    to->delay = s->phase == SUP_PHASE_BACKING_OFF ? s->delay : SUP_NS(0);
}

static void identity(const struct sup *sup, const struct sup__service *s, struct sup_snapshot *to)
{
    to->service = s->name;
    to->group = sup->groups[s->group].path;
    to->slot = sup__slot_of(sup, s);
}

static inline void deeds(const struct sup *sup, const struct sup__service *s,
                         struct sup_snapshot *to)
{
    to->kind = sup__policy_of(sup, s)->kind;
    to->phase = s->phase;
    to->operation = s->operation;
    to->active = s->live;
    to->queued = s->queued;
    to->generation = s->generation;
    to->attempt = s->attempt;
    to->starts = s->attempt;
    to->restarts = s->restarts;
    to->failures = s->failures;
    to->streak = s->streak;
    to->reason = s->reason;
}

/* Texts go to the other half: the event that is being told keeps its own. */
static __attribute__((noinline)) void compose(struct sup *sup, const struct sup__service *s,
                                              struct sup_snapshot *to)
{
    char *told = sup->text;
    sup->text += sup->text_bytes;
    to->last_error = sup__error_text(sup, s); /* first: it may pass through the other */
    to->reason_text = s->reason == SUP_REASON_NONE ? "" : sup__reason_text(sup, s);
    sup->text = told;
}

static inline void texts(struct sup *sup, const struct sup__service *s, struct sup_snapshot *to)
{
    to->last_error = sup__error_literal(s);
    to->reason_text = "";
    if (to->last_error == NULL || s->reason != SUP_REASON_NONE) {
        compose(sup, s, to);
    }
}

static inline void state(struct sup *sup, const struct sup__service *s, struct sup_snapshot *to)
{
    to->readiness = s->readiness;
    to->heartbeat = s->heartbeat;
    to->last_beat =
        s->heartbeat == SUP_HEARTBEAT_NONE ? SUP_INSTANT_NEVER : sup__rare_of(sup, s)->last_beat;
    to->breaker = s->breaker;
    texts(sup, s, to);
}

/* Who has room for a service's name, its group and its slot alone has these and no more, which
 * costs no more than they do; and the same with what it does, but no text about it; and with
 * what it is in, but neither what it waits for nor how long already. */
#define IDENTITY_BYTES offsetof(struct sup_snapshot, kind)
#define DEEDS_BYTES offsetof(struct sup_snapshot, reason_text)
#define STATE_BYTES offsetof(struct sup_snapshot, delay)

/* Each member by itself: a whole value would be made first and then copied, and simulated
 * runs ask at almost every instant. */
static __attribute__((noinline)) void
give_deeds(const struct sup *sup, const struct sup__service *s, struct sup_snapshot *to)
{
    identity(sup, s, to);
    deeds(sup, s, to);
}

static __attribute__((noinline)) void give_state(struct sup *sup, const struct sup__service *s,
                                                 struct sup_snapshot *to)
{
    identity(sup, s, to);
    deeds(sup, s, to);
    state(sup, s, to);
}

static __attribute__((noinline)) void give_all(struct sup *sup, const struct sup__service *s,
                                               struct sup_snapshot *to)
{
    struct sup_instant now = now_of(sup);
    identity(sup, s, to);
    deeds(sup, s, to);
    to->stop_state = sup__stop_state(s);
    to->work = s->work;
    limits(sup, s, now, to);
    times(s, sup__cold_of(sup, s), now, to);
    state(sup, s, to);
}

static __attribute__((noinline)) void give_part(struct sup *sup, const struct sup__service *s,
                                                struct sup_snapshot *ret_snapshot, size_t size)
{
    struct sup_snapshot snapshot;
    give_all(sup, s, &snapshot);
    sup__give(ret_snapshot, size, &snapshot, sizeof(snapshot));
}

static inline void give(struct sup *sup, uint32_t slot, struct sup_snapshot *ret_snapshot,
                        size_t size)
{
    const struct sup__service *s = &sup->services[slot];
    if (size == IDENTITY_BYTES) {
        identity(sup, s, ret_snapshot);
    } else if (size == DEEDS_BYTES) {
        give_deeds(sup, s, ret_snapshot);
    } else if (size == STATE_BYTES) {
        give_state(sup, s, ret_snapshot);
    } else if (size == sizeof(*ret_snapshot)) {
        give_all(sup, s, ret_snapshot);
    } else {
        give_part(sup, s, ret_snapshot, size);
    }
}

int sup_snapshot_slot_sized(struct sup *sup, uint32_t slot, struct sup_snapshot *ret_snapshot,
                            size_t size)
{
    if (slot >= sup->slot_count || !sup->services[slot].registered) {
        return SUP_EUNKNOWN;
    }
    give(sup, slot, ret_snapshot, size);
    return SUP_OK;
}

int sup_snapshot_of_sized(struct sup *sup, const char *service, struct sup_snapshot *ret_snapshot,
                          size_t size)
{
    return service == NULL
               ? SUP_EUNKNOWN
               : sup_snapshot_slot_sized(sup, sup__find(sup, service), ret_snapshot, size);
}

/* The cursor is the slot to look at plus one; there is none at the end. */
bool sup_snapshot_next_sized(struct sup *sup, uint64_t *cursor, struct sup_snapshot *ret_snapshot,
                             size_t size)
{
    uint32_t slot = *cursor == 0 ? sup->first : (uint32_t)(*cursor - 1);
    if (slot == SUP__NONE) {
        return false;
    }
    *cursor = (uint64_t)sup->colds[slot].next + 1;
    give(sup, slot, ret_snapshot, size);
    return true;
}

const char *sup_slot_name(const struct sup *sup, uint32_t slot)
{
    return slot < sup->slot_count ? sup->services[slot].name : NULL;
}

int sup_group_info_of_sized(struct sup *sup, const char *path, struct sup_group_info *ret_info,
                            size_t size)
{
    uint32_t index = sup__group_find(sup, path);
    if (index == SUP__NONE) {
        return SUP_EUNKNOWN;
    }
    const struct sup__group *group = &sup->groups[index];
    struct sup_group_info info = {.path = group->path,
                                  .cancelled = group->cancelled,
                                  .services = group->services,
                                  .inflight = group->inflight,
                                  .spawned = group->spawned,
                                  .dropped = group->dropped,
                                  .completed = group->completed};
    sup__group_count(sup, index, &info.active, &info.busy);
    sup__give(ret_info, size, &info, sizeof(info));
    return SUP_OK;
}

int sup_group_busy(struct sup *sup, const char *path,
                   void (*fn)(void *context, const char *service), void *context)
{
    uint32_t index = sup__group_find(sup, path);
    if (index == SUP__NONE) {
        return SUP_EUNKNOWN;
    }
    for (uint32_t slot = sup->first; slot != SUP__NONE; slot = sup->colds[slot].next) {
        const struct sup__service *s = &sup->services[slot];
        if (s->busy && sup__group_within(sup, s->group, index)) {
            fn(context, s->name);
        }
    }
    return SUP_OK;
}

enum sup_supervisor_phase sup_supervisor_phase_of(const struct sup *sup)
{
    return sup->phase;
}

void sup_metrics_read_sized(const struct sup *sup, struct sup_metrics *ret_metrics, size_t size)
{
    if (size == sizeof(*ret_metrics)) {
        *ret_metrics = sup->metrics; /* asked for after every step of a simulated run */
    } else {
        sup__give(ret_metrics, size, &sup->metrics, sizeof(sup->metrics));
    }
}

void sup_histogram_read_sized(const struct sup *sup, struct sup_histogram *ret_histogram,
                              size_t size)
{
    sup__give(ret_histogram, size, &sup->histogram, sizeof(sup->histogram));
}

void sup_cpu_histogram_read_sized(const struct sup *sup, struct sup_histogram *ret_histogram,
                                  size_t size)
{
    sup__give(ret_histogram, size, &sup->cpu_histogram, sizeof(sup->cpu_histogram));
}
