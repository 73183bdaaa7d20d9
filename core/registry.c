/* The registry: names to slots, registration order, what a registration holds.
 *
 * Everything that can fail is done in sup__registry_prepare, before anything
 * changes; sup__register cannot fail.
 */
#include "registry.h"

#include <assert.h>
#include <string.h>

#include "anchor.h"
#include "drain.h"
#include "events.h"
#include "group.h"
#include "forgive.h"
#include "heap.h"
#include "incident.h"
#include "join.h"
#include "lifetime.h"
#include "limits.h"
#include "memory.h"
#include "metrics.h"
#include "operator.h"
#include "phase.h"
#include "service.h"
#include "stop.h"
#include "supervisor.h"
#include "table.h"
#include "window.h"

static const char *name_of(const void *context, uint32_t slot)
{
    const struct sup *sup = context;
    return sup->services[slot].name;
}

uint32_t sup__find(const struct sup *sup, const char *name)
{
    return sup__table_find(&sup->names, name, strlen(name), name_of, sup);
}

struct sup__service *sup__registered(struct sup *sup, const char *name)
{
    uint32_t slot = sup__find(sup, name);
    return slot != SUP__NONE && sup->services[slot].registered ? &sup->services[slot] : NULL;
}

bool sup__name_valid(const char *name)
{
    size_t length = 0;
    if (name == NULL) {
        return false;
    }
    for (; name[length] != '\0'; length++) {
        if (length == SUP_NAME_MAX || !sup__name_byte(name[length])) {
            return false;
        }
    }
    return length > 0;
}

static size_t align8(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

static size_t block_bytes(const struct sup__needs *needs)
{
    return align8(needs->extra_bytes) + needs->entries * sizeof(struct sup_instant);
}

/* The windows are reserved with it: SUP_ELIMIT when they may not be. */
static int make_block(struct sup *sup, const struct sup__needs *needs,
                      struct sup__extra **ret_extra)
{
    if (needs->extra_bytes == 0) {
        return SUP_OK;
    }
    const struct sup_allocator *alloc = &sup->config.alloc;
    int error = sup__windows_reserve(sup, needs->entries);
    if (error != SUP_OK) {
        return error;
    }
    void *block = alloc->resize(alloc->context, NULL, 0, block_bytes(needs));
    if (block == NULL) {
        sup__windows_return(sup, needs->entries);
        return SUP_ENOMEM;
    }
    memset(block, 0, needs->extra_bytes);
    *ret_extra = block;
    return SUP_OK;
}

void sup__block_release(struct sup *sup, struct sup__extra *extra, uint32_t policy)
{
    if (extra != NULL) {
        const struct sup__needs *needs = sup__needs(sup, policy);
        sup__windows_return(sup, needs->entries);
        sup__release(&sup->config.alloc, extra, block_bytes(needs));
    }
}

/* A service is as large as two cache lines and lies on both exactly, where there are such. */
static int grow_services(struct sup *sup, uint32_t wanted)
{
    const size_t size = sizeof(struct sup__service);
    static_assert(sizeof(struct sup__service) == 128 || sizeof(void *) < 8, "two cache lines");
    if (wanted <= sup->service_capacity) {
        return SUP_OK;
    }
    uint64_t capacity = (uint64_t)sup->service_capacity + sup->service_capacity / 2;
    capacity = capacity < 16 ? 16 : capacity;
    SUP_ASSERT(capacity >= wanted);
    const struct sup_allocator *alloc = &sup->config.alloc;
    size_t old_bytes = sup->service_capacity == 0 ? 0 : (sup->service_capacity + 1) * size;
    size_t offset = (size_t)((char *)sup->services - (char *)sup->service_block);
    char *block =
        alloc->resize(alloc->context, sup->service_block, old_bytes, (size_t)(capacity + 1) * size);
    if (block == NULL) {
        return SUP_ENOMEM;
    }
    char *aligned = block + (size - (uintptr_t)block % size) % size;
    memmove(aligned, block + offset, sup->slot_count * size);
    sup->service_block = block;
    sup->services = (struct sup__service *)(void *)aligned;
    sup->service_capacity = (uint32_t)capacity;
    return SUP_OK;
}

/* The six arrays grow one after the other; one that could not leaves the
 * others larger, which is harmless. */
static int grow_slots(struct sup *sup)
{
    uint32_t wanted = sup->slot_count + 1;
    if (wanted > sup->config.services_max) {
        return SUP_ELIMIT;
    }
    void *array = sup->colds;
    int error =
        sup__grow(&sup->config.alloc, &array, &sup->cold_capacity, wanted, sizeof(*sup->colds));
    sup->colds = array;
    if (error == SUP_OK) {
        array = sup->scratch;
        error = sup__grow(&sup->config.alloc, &array, &sup->scratch_capacity, wanted,
                          sizeof(*sup->scratch));
        sup->scratch = array;
    }
    if (error == SUP_OK) {
        array = sup->rares;
        error =
            sup__grow(&sup->config.alloc, &array, &sup->rare_capacity, wanted, sizeof(*sup->rares));
        sup->rares = array;
    }
    if (error == SUP_OK) {
        array = sup->extras;
        error = sup__grow(&sup->config.alloc, &array, &sup->extra_capacity, wanted,
                          sizeof(*sup->extras));
        sup->extras = array;
    }
    if (error == SUP_OK) {
        array = sup->errors;
        error = sup__grow(&sup->config.alloc, &array, &sup->error_capacity, wanted,
                          sup->config.error_bytes_max);
        sup->errors = array;
    }
    if (error == SUP_OK) {
        error = grow_services(sup, wanted);
    }
    return error;
}

int sup__registry_prepare(struct sup *sup, const struct sup_spec *spec,
                          struct sup__registration *wanted, uint32_t slot)
{
    SUP_ASSERT(wanted->policy < sup->policy_count && wanted->extra == NULL);
    const struct sup__needs *needs = sup__needs(sup, wanted->policy);
    const struct sup_allocator *alloc = &sup->config.alloc;
    int error = SUP_OK;
    if (slot == SUP__NONE) {
        error = grow_slots(sup);
        if (error == SUP_OK) {
            error = sup__table_reserve(&sup->names, alloc);
        }
        if (error == SUP_OK) {
            error = sup__namebook_write(&sup->book, alloc, spec->name, &wanted->name);
        }
    }
    if (error == SUP_OK) {
        error = sup__heap_reserve(&sup->heap, alloc, sup->timers + needs->timers);
    }
    if (error == SUP_OK) {
        error = make_block(sup, needs, &wanted->extra);
    }
    return error;
}

static void link_last(struct sup *sup, uint32_t slot)
{
    struct sup__cold *cold = &sup->colds[slot];
    SUP_ASSERT(sup->orders < SUP__ORDERS_MAX);
    cold->order = ++sup->orders & SUP__ORDERS_MAX;
    cold->previous = sup->last;
    cold->next = SUP__NONE;
    if (sup->last == SUP__NONE) {
        sup->first = slot;
    } else {
        sup->colds[sup->last].next = slot;
    }
    sup->last = slot;
}

static void unlink_slot(struct sup *sup, uint32_t slot)
{
    SUP_ASSERT(sup->first != SUP__NONE && sup->last != SUP__NONE);
    struct sup__cold *cold = &sup->colds[slot];
    if (cold->previous == SUP__NONE) {
        sup->first = cold->next;
    } else {
        sup->colds[cold->previous].next = cold->next;
    }
    if (cold->next == SUP__NONE) {
        sup->last = cold->previous;
    } else {
        sup->colds[cold->next].previous = cold->previous;
    }
}

static void lay_out_block(struct sup *sup, struct sup__service *s)
{
    const struct sup_policy *policy = sup__policy_of(sup, s);
    struct sup__extra *extra = sup__extra_of(sup, s);
    if (extra == NULL) {
        return;
    }
    const struct sup__needs *needs = sup__needs(sup, s->policy);
    char *room = (char *)extra + align8(needs->extra_bytes);
    struct sup_instant *windows = (struct sup_instant *)(void *)room;
    *extra = (struct sup__extra){
        .probe_at = SUP_INSTANT_NEVER,
        .beat_deadline = SUP_INSTANT_NEVER,
        .interval_anchor = SUP_INSTANT_NEVER,
    };
    sup__window_init(&extra->breaker, windows, policy->breaker.failures, policy->breaker.within);
    sup__limit_begin(policy, extra, windows + needs->breaker_entries);
    if (__builtin_expect(sup__keeps_reset(policy), 0)) {
        sup__reset_clear(sup, s);
    }
    if (__builtin_expect(sup__keeps_wait(policy), 0)) {
        sup__wait_clear(sup, s);
    }
    if (__builtin_expect(sup__keeps_anchor(policy), 0)) {
        sup__anchor_clear(sup, s);
    }
}

const struct sup__rare sup__rare_none = {
    .last_beat = {SUP_NEVER_NS},
    .deadline = {SUP_NEVER_NS},
    .chain_previous = SUP__NONE,
    .chain_next = SUP__NONE,
    .queue_previous = SUP__NONE,
    .queue_next = SUP__NONE,
    .incident = SUP__NONE,
    .incident_then = SUP__THEN_NOTHING,
};

/* What belongs to a registration; that its tie, its joins and what waits go is seen to elsewhere,
 * and what was counted stays. */
static void reset_rare(struct sup__rare *rare)
{
    rare->last_beat = rare->deadline = SUP_INSTANT_NEVER;
    rare->reason_count = rare->reason_limit = 0;
    rare->value = NULL;
    rare->incident = SUP__NONE;
    rare->incident_then = SUP__THEN_NOTHING;
    rare->chain_previous = rare->chain_next = SUP__NONE;
    rare->queue_previous = rare->queue_next = SUP__NONE;
}

/* Puts a service into the state of one just registered: everything but its name,
 * policy, group, work, generation and random stream. */
static void reset(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->registered && !s->live && s->timer_key == 0);
    struct sup__cold *cold = sup__cold_of(sup, s);
    s->started_at = (struct sup_instant){0};
    s->delay = s->running = SUP_NS(0);
    s->attempt = s->streak = s->failures = s->restarts = s->granted = 0;
    s->phase = SUP_PHASE_IDLE;
    s->phase_since = sup->now;
    s->operation = SUP_OPERATION_ACTIVE;
    s->breaker = SUP_BREAKER_STATE_CLOSED;
    s->reason = SUP_REASON_NONE;
    s->readiness = SUP_READINESS_UNREPORTED;
    s->heartbeat = SUP_HEARTBEAT_NONE;
    s->intent = SUP__INTENT_NONE;
    s->liveness = 0;
    s->drain_class = SUP_DRAIN_NONE;
    s->live = s->cancel_delivered = s->abort_requested = s->deadline_passed = false;
    s->queued = s->busy = s->restart_event = s->start_free = s->limit_exhausted = false;
    s->deferred = s->member = s->was_ready = false;
    s->error_kind = SUP__ERROR_NONE;
    cold->registered_at = sup->now;
    if (s->rare) {
        reset_rare(sup__rare_make(sup, s));
    }
    s->last = SUP_OUTCOME_SUCCEEDED;
    lay_out_block(sup, s);
}

static void announce(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(!s->registered && s->phase == SUP_PHASE_IDLE);
    uint32_t slot = sup__slot_of(sup, s);
    s->registered = true;
    link_last(sup, slot);
    sup__group_link(sup, s);
    sup->timers += sup__needs(sup, s->policy)->timers;
    sup->groups[s->group].spawned++;
    sup->groups[s->group].inflight++;
    sup->metrics.spawned_total++;
    sup->groups[s->group].counted.spawned_total++;
    sup->metrics.active_services++;
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_REGISTERED, s);
    event.fields |= SUP_FIELD_GENERATION;
    event.group = sup->groups[s->group].path;
    sup__emit(sup, &event);
}

struct sup__service *sup__register(struct sup *sup, uint32_t slot,
                                   const struct sup__registration *wanted)
{
    bool first = slot == SUP__NONE;
    if (first) {
        slot = sup->slot_count++;
        sup->services[slot] = (struct sup__service){0};
        sup->colds[slot] = (struct sup__cold){0};
    }
    struct sup__service *s = &sup->services[slot];
    struct sup__cold *cold = &sup->colds[slot];
    SUP_ASSERT(!s->registered && !s->live);
    sup__block_release(sup, sup__extra_of(sup, s), s->policy);
    s->extra = wanted->extra != NULL;
    if (s->extra) {
        sup->extras[slot] = wanted->extra;
    }
    s->policy = wanted->policy;
    s->traits = sup->policies[wanted->policy].traits;
    s->group = wanted->group;
    s->work = wanted->work;
    cold->paused = wanted->paused;
    cold->dynamic = wanted->dynamic;
    reset(sup, s);
    if (first) {
        size_t length = strlen(wanted->name);
        sup__namebook_keep(&sup->book, wanted->name);
        s->name = wanted->name;
        sup__table_insert(&sup->names, s->name, length, slot);
        s->random = sup_random_derive(sup->config.seed, s->name, length);
    }
    s->generation = first ? 0 : s->generation + 1;
    announce(sup, s);
    sup__tie_start(sup, s, wanted->tie);
    return s;
}

void sup__register_anew(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->phase == SUP_PHASE_TERMINATED && s->registered && !s->live);
    struct sup__rare *rare = sup__rare_make(sup, s);
    struct sup__tie *tie = rare->tie;
    rare->tie = NULL;
    sup__unregister(sup, s);
    reset(sup, s);
    s->generation++;
    rare->tie = tie;
    if (tie != NULL) {
        tie->generation = s->generation;
    }
    announce(sup, s);
}

/* Where it was in both lists: before these. */
static void relink(struct sup *sup, uint32_t slot, uint32_t next, uint32_t group_next)
{
    struct sup__cold *cold = &sup->colds[slot];
    unlink_slot(sup, slot);
    cold->next = next;
    cold->previous = next == SUP__NONE ? sup->last : sup->colds[next].previous;
    *(cold->previous == SUP__NONE ? &sup->first : &sup->colds[cold->previous].next) = slot;
    *(next == SUP__NONE ? &sup->last : &sup->colds[next].previous) = slot;
    sup__group_move(sup, &sup->services[slot], group_next);
}

void sup__register_in_place(struct sup *sup, struct sup__service *s)
{
    uint32_t slot = sup__slot_of(sup, s);
    const struct sup__cold before = sup->colds[slot];
    sup__register_anew(sup, s);
    sup->colds[slot].order = before.order;
    relink(sup, slot, before.next, before.group_next);
}

void sup__unregister(struct sup *sup, struct sup__service *s)
{
    SUP_ASSERT(s->registered && s->phase == SUP_PHASE_TERMINATED);
    uint32_t slot = sup__slot_of(sup, s);
    sup__incident_leave(sup, s);
    sup__drain_leave(sup, s);
    sup__metrics_fold(sup, s);
    s->registered = false;
    sup__account(sup, s);
    sup__group_unlink(sup, s);
    unlink_slot(sup, slot);
    sup->timers -= sup__needs(sup, s->policy)->timers;
    struct sup__rare *rare = sup__rare_make(sup, s);
    sup__tie_drop(sup, rare->tie);
    rare->tie = NULL;
}

void sup__registry_release(struct sup *sup)
{
    const struct sup_allocator *alloc = &sup->config.alloc;
    for (uint32_t slot = 0; slot < sup->slot_count; slot++) {
        struct sup__service *s = &sup->services[slot];
        sup__block_release(sup, sup__extra_of(sup, s), s->policy);
        sup__tie_drop(sup, sup__rare_of(sup, s)->tie);
        sup__drop_pending(sup, s);
    }
    sup__release(alloc, sup->service_block,
                 (sup->service_capacity + (size_t)1) * sizeof(*sup->services));
    sup__release(alloc, sup->colds, sup->cold_capacity * sizeof(*sup->colds));
    sup__release(alloc, sup->rares, sup->rare_capacity * sizeof(*sup->rares));
    sup__release(alloc, sup->extras, sup->extra_capacity * sizeof(*sup->extras));
    sup__release(alloc, sup->errors, sup->error_capacity * (size_t)sup->config.error_bytes_max);
    sup__namebook_release(&sup->book, alloc);
    sup__release(alloc, sup->scratch, sup->scratch_capacity * sizeof(*sup->scratch));
    sup__table_release(&sup->names, alloc);
}
