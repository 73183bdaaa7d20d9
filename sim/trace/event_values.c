/* Which key of a trace line carries which field of an event, and in what order. */
#include "event_values.h"

#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"
#include "sup/policy.h"

#define ROOT "runtime"

struct list {
    struct sim__value *values;
    uint32_t count;
};

static struct sim__value *add(struct list *list, const char *key, enum sim__value_kind kind)
{
    SUP_ASSERT(list->count < SIM__VALUES_MAX);
    struct sim__value *value = &list->values[list->count++];
    *value = (struct sim__value){.key = key, .kind = kind};
    return value;
}

static void number(struct list *list, const char *key, uint64_t value)
{
    add(list, key, SIM__VALUE_NUMBER)->number = value;
}

static void whole(struct list *list, const char *key, int64_t value)
{
    add(list, key, SIM__VALUE_SIGNED)->negative = value;
}

static void text(struct list *list, const char *key, const char *value)
{
    add(list, key, SIM__VALUE_TEXT)->text = value != NULL ? value : "";
}

static void boolean(struct list *list, const char *key, bool value)
{
    add(list, key, SIM__VALUE_BOOL)->boolean = value;
}

/* Who it is about. */
static void subject(struct list *list, const struct sup_event *event)
{
    if (event->service != NULL) {
        text(list, "service", event->service);
    }
    bool at_root = event->type == SUP_EVENT_REGISTERED && event->group != NULL &&
                   strcmp(event->group, ROOT) == 0;
    if (event->group != NULL && !at_root) {
        text(list, "group", event->group);
    }
    if (event->fields & SUP_FIELD_GENERATION) {
        number(list, "generation", event->generation);
    }
    if (event->fields & SUP_FIELD_ATTEMPT) {
        number(list, "attempt", event->attempt);
    }
}

/* How an attempt ended. */
static void ending(struct list *list, const struct sup_event *event)
{
    if (event->fields & SUP_FIELD_OUTCOME) {
        text(list, "outcome", sup_outcome_name(event->outcome));
    }
    if (event->fields & SUP_FIELD_EXIT) {
        text(list, "exit", sup_outcome_name(event->exit));
    }
    if ((event->fields & SUP_FIELD_ERROR) && event->type != SUP_EVENT_BACKING_OFF) {
        text(list, "error", event->error);
    }
    if (event->fields & SUP_FIELD_CODE) {
        whole(list, "code", event->code);
    }
    if (event->fields & SUP_FIELD_SIGNAL) {
        whole(list, "signal", event->signal);
    }
}

/* What it brings. */
static void consequence(struct list *list, const struct sup_event *event)
{
    if (event->fields & SUP_FIELD_DELAY) {
        bool cooldown = event->type == SUP_EVENT_BREAKER_OPENED;
        number(list, cooldown ? "cooldown" : "delay", event->delay.ns);
    }
    if (event->fields & SUP_FIELD_STREAK) {
        number(list, "streak", event->streak);
    }
    if ((event->fields & SUP_FIELD_ERROR) && event->type == SUP_EVENT_BACKING_OFF) {
        text(list, "reason", event->error);
    }
    if (event->fields & SUP_FIELD_REASON) {
        text(list, "reason", sup_reason_name(event->reason));
    }
    if (event->fields & SUP_FIELD_TEXT) {
        text(list, "text", event->text);
    }
    if (event->fields & SUP_FIELD_COUNT) {
        bool breaker = event->type == SUP_EVENT_BREAKER_OPENED;
        number(list, breaker ? "failures" : "restarts", event->count);
        number(list, "limit", event->limit);
    }
}

static void command(struct list *list, const struct sup_event *event)
{
    text(list, "command", sup_command_name(event->command));
    text(list, "who", event->who);
    text(list, "why", event->why);
    text(list, "result", sup_error_name(event->result));
    if (event->idempotent) {
        boolean(list, "idempotent", true);
    }
}

static void drain(struct list *list, const struct sup_event *event)
{
    number(list, "took", event->took.ns);
    boolean(list, "timed-out", event->timed_out);
    number(list, "already-exited", event->drain.already_exited);
    number(list, "graceful", event->drain.graceful);
    number(list, "aborted", event->drain.aborted);
    number(list, "abandoned", event->drain.abandoned);
}

uint32_t sim__event_values(const struct sup_event *event, struct sim__value *values)
{
    struct list list = {.values = values};
    number(&list, "t", event->at.ns);
    number(&list, "n", event->sequence);
    text(&list, "event", sup_event_name(event->type));
    subject(&list, event);
    ending(&list, event);
    consequence(&list, event);
    if (event->fields & SUP_FIELD_COMMAND) {
        command(&list, event);
    }
    if (event->fields & SUP_FIELD_TIMEOUT) {
        number(&list, "timeout", event->timeout.ns);
    }
    if (event->fields & SUP_FIELD_DRAIN) {
        drain(&list, event);
    }
    if (event->fields & SUP_FIELD_THEN) {
        text(&list, "then", sup_limit_then_name((enum sup_limit_then)event->then));
    }
    return list.count;
}
