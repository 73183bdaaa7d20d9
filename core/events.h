/* Events: building, numbering, handing them out, the journal. With nobody listening
 * an event is one increment. */
#ifndef SUP_CORE_EVENTS_H
#define SUP_CORE_EVENTS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sup/control.h"
#include "sup/event.h"
#include "sup/executor.h"

#include "service.h"
#include "supervisor.h"

/* True when nobody listens; the event has then been counted. To be asked once for
 * each event. */
static inline bool sup__quiet(struct sup *sup)
{
    if (__builtin_expect(sup->listening, 0)) {
        return false;
    }
    sup->sequence++;
    return true;
}

/* Most events have none of the fields of the last part. */
#define SUP__EVENT_LAST offsetof(struct sup_event, command)

/* In place, for the most frequent events, which are of a service and have none of the last part. */
static inline void sup__event_begin(const struct sup *sup, struct sup_event *event,
                                    enum sup_event_type type, const struct sup__service *s)
{
    const size_t first = 64; /* each part is short enough for the compiler to write out */
    memset(event, 0, first);
    memset((char *)event + first, 0, SUP__EVENT_LAST - first);
    event->at = sup->now;
    event->type = type;
    event->service = s->name;
    event->slot = sup__slot_of(sup, s);
    event->generation = s->generation;
    event->attempt = s->attempt;
}

/* What an attempt has returned: a failure's code, a crash's signal, where they are known. */
static inline void sup__event_returned(struct sup_event *event, const struct sup_end *end)
{
    if (end->outcome == SUP_OUTCOME_FAILED && end->has_code) {
        event->fields |= SUP_FIELD_CODE;
        event->code = end->code;
    }
    if (end->outcome == SUP_OUTCOME_CRASHED && end->signal > 0) {
        event->fields |= SUP_FIELD_SIGNAL;
        event->signal = end->signal;
    }
}

/* Of any type; `s` NULL: of no service. */
static inline void sup__event_init(const struct sup *sup, struct sup_event *event,
                                   enum sup_event_type type, const struct sup__service *s)
{
    const uint32_t long_ones = UINT32_C(1) << SUP_EVENT_COMMAND |
                               UINT32_C(1) << SUP_EVENT_SHUTDOWN_REQUESTED |
                               UINT32_C(1) << SUP_EVENT_DRAINED;
    static_assert(SUP_EVENT_TYPES <= 32, "a bit each");
    if ((long_ones >> type & 1u) != 0) {
        memset((char *)event + SUP__EVENT_LAST, 0, sizeof(*event) - SUP__EVENT_LAST);
    }
    if (s != NULL) {
        sup__event_begin(sup, event, type, s);
        return;
    }
    memset(event, 0, SUP__EVENT_LAST);
    event->at = sup->now;
    event->type = type;
    event->slot = SUP__NONE;
}

/* Who listens has changed. */
void sup__listen(struct sup *sup);
/* The sequence was counted by sup__quiet when nobody listens. */
static inline void sup__emit(struct sup *sup, struct sup_event *event)
{
    event->sequence = ++sup->sequence;
    sup->teller.fn(sup->teller.context, event);
}
/* An event with no fields but those that every event of a service has. */
void sup__emit_simple(struct sup *sup, enum sup_event_type type, const struct sup__service *s,
                      uint32_t fields);

/* About the attempt. */
static inline void sup__say(struct sup *sup, enum sup_event_type type, const struct sup__service *s)
{
    if (!sup__quiet(sup)) {
        sup__emit_simple(sup, type, s, SUP_FIELD_ATTEMPT);
    }
}

/* About the service. */
static inline void sup__say_plain(struct sup *sup, enum sup_event_type type,
                                  const struct sup__service *s)
{
    if (!sup__quiet(sup)) {
        sup__emit_simple(sup, type, s, 0);
    }
}

/* `command`, whose outcome has been judged, to somebody who is registered. */
void sup__say_command_to(struct sup *sup, const struct sup_command_outcome *outcome,
                         const struct sup__service *s, const struct sup_actor *actor);
/* The same of a name, of a group, or of all. */
void sup__say_command(struct sup *sup, const struct sup_command_outcome *outcome,
                      const char *service, const char *group, const struct sup_actor *actor);

#endif
