/* Events: building, numbering, handing them out, the journal. */
#include "events.h"

#include <string.h>

#include "face.h"
#include "group.h"
#include "metrics.h"
#include "registry.h"
#include "service.h"
#include "supervisor.h"

static __attribute__((noinline)) void journal(struct sup *sup, const struct sup_event *event)
{
    SUP_ASSERT(event->sequence > 0 && sup->journal != NULL);
    uint32_t size = sup->config.journal_entries;
    struct sup_journal_entry *entry = &sup->journal[(event->sequence - 1) % size];
    *entry = (struct sup_journal_entry){
        .at = event->at,
        .sequence = event->sequence,
        .value = event->type == SUP_EVENT_DRAINED ? event->took.ns : event->delay.ns,
        .slot = event->slot,
        .generation = event->generation,
        .attempt = event->attempt,
        .count = event->count,
        .type = (uint8_t)event->type,
        .outcome = (uint8_t)event->outcome,
        .reason = (uint8_t)event->reason,
        .command = event->type == SUP_EVENT_COMMAND ? (uint8_t)event->command : 0,
    };
}

/* Who hears events when it is neither one subscriber alone nor two. */
static void tell_all(void *context, const struct sup_event *event)
{
    struct sup *sup = context;
    const struct sup__subscriber *end = sup->subscribers + sup->subscriber_count;
    SUP_ASSERT(sup->listening);
    if (sup->config.journal_entries > 0) {
        journal(sup, event);
    }
    for (const struct sup__subscriber *to = sup->subscribers; to < end; to++) {
        to->fn(to->context, event);
    }
}

/* A trace and what checks it, as a rule. */
static void tell_two(void *context, const struct sup_event *event)
{
    struct sup *sup = context;
    sup->subscribers[0].fn(sup->subscribers[0].context, event);
    sup->subscribers[1].fn(sup->subscribers[1].context, event);
}

void sup__emit_simple(struct sup *sup, enum sup_event_type type, const struct sup__service *s,
                      uint32_t fields)
{
    struct sup_event event;
    sup__event_begin(sup, &event, type, s);
    event.fields = fields;
    sup__emit(sup, &event);
}

/* The event knows what the command is about. */
static void tell_command(struct sup *sup, struct sup_event *event,
                         const struct sup_command_outcome *outcome, const struct sup_actor *actor)
{
    event->fields |= SUP_FIELD_COMMAND;
    event->command = outcome->command;
    event->who = actor->who;
    event->why = actor->why;
    event->result = outcome->result;
    event->idempotent = outcome->idempotent;
    sup__emit(sup, event);
}

void sup__say_command_to(struct sup *sup, const struct sup_command_outcome *outcome,
                         const struct sup__service *s, const struct sup_actor *actor)
{
    sup__metrics_command(sup, sup__slot_of(sup, s), SUP__NONE);
    if (!sup__quiet(sup)) {
        struct sup_event event;
        sup__event_init(sup, &event, SUP_EVENT_COMMAND, s);
        tell_command(sup, &event, outcome, actor);
    }
}

void sup__say_command(struct sup *sup, const struct sup_command_outcome *outcome,
                      const char *service, const char *group, const struct sup_actor *actor)
{
    uint32_t slot = service == NULL ? SUP__NONE : sup__find(sup, service);
    sup__metrics_command(sup, slot, group == NULL ? SUP__NONE : sup__group_find(sup, group));
    if (sup__quiet(sup)) {
        return;
    }
    struct sup_event event;
    sup__event_init(sup, &event, SUP_EVENT_COMMAND,
                    slot == SUP__NONE ? NULL : &sup->services[slot]);
    event.service = service;
    event.group = group;
    tell_command(sup, &event, outcome, actor);
}

void sup__listen(struct sup *sup)
{
    bool journal = sup->config.journal_entries > 0;
    sup->listening = sup->subscriber_count > 0 || journal;
    sup->teller = (struct sup__subscriber){tell_all, sup};
    if (sup->subscriber_count == 1 && !journal) {
        sup->teller = sup->subscribers[0];
    } else if (sup->subscriber_count == 2 && !journal) {
        sup->teller.fn = tell_two;
    }
}

void sup_event_copy_sized(struct sup_event *ret_event, size_t size, const struct sup_event *event)
{
    sup__give(ret_event, size, event, sizeof(*event));
}

int sup_subscribe(struct sup *sup, sup_event_fn fn, void *context)
{
    if (fn == NULL) {
        return SUP_EINVAL;
    }
    if (sup->subscriber_count == SUP_SUBSCRIBERS_MAX) {
        return SUP_ELIMIT;
    }
    sup->subscribers[sup->subscriber_count++] = (struct sup__subscriber){fn, context};
    sup__listen(sup);
    return SUP_OK;
}

int sup_unsubscribe(struct sup *sup, sup_event_fn fn, void *context)
{
    for (uint32_t i = 0; i < sup->subscriber_count; i++) {
        if (sup->subscribers[i].fn == fn && sup->subscribers[i].context == context) {
            sup->subscriber_count--;
            memmove(&sup->subscribers[i], &sup->subscribers[i + 1],
                    (sup->subscriber_count - i) * sizeof(sup->subscribers[0]));
            sup__listen(sup);
            return SUP_OK;
        }
    }
    return SUP_EUNKNOWN;
}

uint32_t sup_journal_read_sized(const struct sup *sup, uint64_t after, void *entries,
                                size_t entry_bytes, uint32_t size, uint64_t *ret_dropped)
{
    uint32_t ring = sup->config.journal_entries;
    uint64_t oldest = sup->sequence > ring ? sup->sequence - ring + 1 : 1;
    uint64_t from = after < sup->sequence ? after + 1 : sup->sequence + 1;
    if (ret_dropped != NULL) {
        *ret_dropped = ring > 0 && from < oldest ? oldest - from : 0;
    }
    if (ring == 0) {
        return 0;
    }
    uint32_t copied = 0;
    for (uint64_t n = from > oldest ? from : oldest; n <= sup->sequence && copied < size; n++) {
        char *entry = (char *)entries + copied++ * entry_bytes;
        sup__give(entry, entry_bytes, &sup->journal[(n - 1) % ring], sizeof(*sup->journal));
    }
    SUP_ASSERT(copied <= ring);
    return copied;
}
