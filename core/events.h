/* Events: building, numbering, handing them out, the journal. With nobody listening
 * an event is one increment. */
#ifndef SUP_CORE_EVENTS_H
#define SUP_CORE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/control.h"
#include "sup/event.h"

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

void sup__event_init(const struct sup *sup, struct sup_event *event, enum sup_event_type type,
                     const struct sup__service *s);
void sup__emit(struct sup *sup, struct sup_event *event);
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
