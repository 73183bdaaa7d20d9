/* Diagnostics: how severe an event is, and a sentence for it. */
#include "sup/error.h"
#include "sup/report.h"

#include <string.h>

#include "report_text.h"

const char *sup_severity_name(enum sup_severity severity)
{
    static const char *const names[] = {
#define SUP__X(id, name) name,
        SUP_SEVERITY_LIST(SUP__X)
#undef SUP__X
    };
    return (size_t)severity < sizeof(names) / sizeof(names[0]) ? names[severity] : "?";
}

static enum sup_severity of_outcome(enum sup_outcome outcome)
{
    switch (outcome) {
    case SUP_OUTCOME_SUCCEEDED:
    case SUP_OUTCOME_CANCELLED:
        return SUP_SEVERITY_INFO;
    case SUP_OUTCOME_CRASHED:
        return SUP_SEVERITY_ERROR;
    default:
        return SUP_SEVERITY_WARN;
    }
}

static enum sup_severity of_reason(enum sup_reason reason)
{
    switch (reason) {
    case SUP_REASON_COMPLETED:
    case SUP_REASON_CANCELLED:
        return SUP_SEVERITY_INFO;
    case SUP_REASON_ABORTED:
        return SUP_SEVERITY_WARN;
    default:
        return SUP_SEVERITY_ERROR;
    }
}

static enum sup_severity severity_of(const struct sup_event *event)
{
    switch (event->type) {
    case SUP_EVENT_ATTEMPT_ENDED:
        return of_outcome(event->outcome);
    case SUP_EVENT_TERMINATED:
        return of_reason(event->reason);
    case SUP_EVENT_LIMIT_EXHAUSTED:
    case SUP_EVENT_ABANDONED:
        return SUP_SEVERITY_ERROR;
    case SUP_EVENT_STALE:
    case SUP_EVENT_NOT_READY:
    case SUP_EVENT_BREAKER_OPENED:
    case SUP_EVENT_STOP_DEADLINE:
    case SUP_EVENT_ABORT_REQUESTED:
    case SUP_EVENT_LATE_REPORT:
        return SUP_SEVERITY_WARN;
    case SUP_EVENT_COMMAND:
        return event->result < 0 ? SUP_SEVERITY_WARN : SUP_SEVERITY_INFO;
    case SUP_EVENT_DRAINED:
        return event->timed_out ? SUP_SEVERITY_WARN : SUP_SEVERITY_INFO;
    case SUP_EVENT_ATTEMPT_STARTED:
    case SUP_EVENT_READY:
        return SUP_SEVERITY_DEBUG;
    default:
        return SUP_SEVERITY_INFO;
    }
}

static void labelled(struct sup__writer *w, const char *label, uint64_t number)
{
    sup__write(w, label);
    sup__write_number(w, number);
}

static void what_happened(struct sup__writer *w, const struct sup_event *event)
{
    if ((event->fields & SUP_FIELD_ATTEMPT) != 0) {
        labelled(w, "attempt ", event->attempt);
        sup__write_byte(w, ' ');
    }
    if (event->type == SUP_EVENT_ATTEMPT_ENDED) {
        sup__write(w, sup_outcome_name(event->outcome));
    } else if (event->type == SUP_EVENT_COMMAND) {
        sup__write(w, sup_command_name(event->command));
        sup__write(w, " by ");
        sup__write(w, event->who);
        sup__write(w, " (");
        sup__write(w, event->why);
        sup__write(w, "): ");
        sup__write(w, sup_error_name(event->result));
    } else {
        sup__write(w, sup_event_name(event->type));
    }
}

static void details(struct sup__writer *w, const struct sup_event *event)
{
    if ((event->fields & SUP_FIELD_COUNT) != 0) {
        labelled(w, " (", event->count);
        labelled(w, " of ", event->limit);
        sup__write_byte(w, ')');
    }
    if ((event->fields & SUP_FIELD_DELAY) != 0) {
        sup__write(w, " for ");
        sup__write_seconds(w, event->delay);
        sup__write(w, " s");
    }
    if ((event->fields & SUP_FIELD_ERROR) != 0) {
        sup__write(w, ": ");
        sup__write(w, event->error);
    } else if ((event->fields & SUP_FIELD_TEXT) != 0) {
        sup__write(w, ": ");
        sup__write(w, event->text);
    }
    if ((event->fields & SUP_FIELD_DRAIN) != 0) {
        labelled(w, ": ", event->drain.graceful);
        labelled(w, " graceful, ", event->drain.aborted);
        labelled(w, " aborted, ", event->drain.abandoned);
        sup__write(w, " abandoned");
    }
}

/* The event as this library has it: the program's own copy of one may be shorter. */
static const struct sup_event *own_event(const struct sup_event *event, size_t event_bytes,
                                         struct sup_event *own)
{
    if (event_bytes >= sizeof(*event)) {
        return event;
    }
    *own = (struct sup_event){0};
    memcpy(own, event, event_bytes);
    return own;
}

enum sup_severity sup_event_severity_sized(const struct sup_event *event, size_t event_bytes)
{
    struct sup_event own;
    return severity_of(own_event(event, event_bytes, &own));
}

static size_t write_message(const struct sup_event *event, char *buffer, size_t size)
{
    struct sup__writer w = {buffer, size, 0};
    const char *who = event->service != NULL ? event->service : event->group;
    sup__write(&w, who != NULL ? who : "supervisor");
    sup__write(&w, ": ");
    what_happened(&w, event);
    details(&w, event);
    return sup__write_end(&w);
}

size_t sup_event_message_sized(const struct sup_event *event, size_t event_bytes, char *buffer,
                               size_t size)
{
    struct sup_event own;
    return write_message(own_event(event, event_bytes, &own), buffer, size);
}

void sup_sink_event(void *context, const struct sup_event *event)
{
    struct sup_sink *sink = context;
    enum sup_severity severity = sup_event_severity(event);
    if (severity >= sink->least) {
        sup_event_message(event, sink->message, sizeof(sink->message));
        sink->fn(sink->context, severity, event, sink->message);
    }
}
