/* The two events of every failure, out of the way of what decides. */
#include "tell.h"

#include "events.h"
#include "service.h"
#include "supervisor.h"
#include "text.h"

void sup__say_ended(struct sup *sup, const struct sup__service *s, const struct sup_end *end,
                    enum sup_outcome outcome, bool has_error)
{
    SUP_ASSERT(!s->live && outcome < SUP_OUTCOMES);
    struct sup_event event;
    sup__event_begin(sup, &event, SUP_EVENT_ATTEMPT_ENDED, s);
    event.fields |= SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME;
    event.outcome = outcome;
    if (outcome != end->outcome && end->outcome != SUP_OUTCOME_ABORTED) {
        event.fields |= SUP_FIELD_EXIT;
        event.exit = end->outcome;
    }
    if (has_error) {
        event.fields |= SUP_FIELD_ERROR;
        event.error = sup__error_text(sup, s);
    }
    sup__event_returned(&event, end);
    if (end->has_finish) {
        event.fields |= SUP_FIELD_FINISH;
        event.finish = end->finish;
    }
    sup__emit(sup, &event);
}

void sup__say_wait(struct sup *sup, struct sup__service *s, struct sup_duration delay,
                   const char *reason)
{
    SUP_ASSERT(s->phase == SUP_PHASE_BACKING_OFF);
    struct sup_event event;
    sup__event_begin(sup, &event, SUP_EVENT_BACKING_OFF, s);
    event.fields |= SUP_FIELD_DELAY | SUP_FIELD_STREAK | SUP_FIELD_ERROR;
    event.delay = delay;
    event.streak = s->streak;
    event.error = reason != NULL ? reason : sup__error_text(sup, s);
    sup__emit(sup, &event);
}
