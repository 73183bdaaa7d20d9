/* Which key of a trace line carries which field of an event, and in what order. */
#include "event_values.h"

#include <string.h>

#include "sim/words.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/policy.h"

#define ROOT "runtime"

struct list {
    struct sim__value *values;
    uint32_t count;
};

static struct sim__value *add_named(struct list *list, const char *key, enum sim__value_kind kind)
{
    SUP_ASSERT(list->count < SIM__VALUES_MAX);
    struct sim__value *value = &list->values[list->count++];
    *value = (struct sim__value){.key = key, .kind = kind};
    return value;
}

static struct sim__value *add(struct list *list, enum sim_event_key_id key,
                              enum sim__value_kind kind)
{
#define X(id, name) name,
    static const char *const names[] = {SIM_EVENT_KEY_LIST(X)};
#undef X
    return add_named(list, names[key], kind);
}

static void number(struct list *list, enum sim_event_key_id key, uint64_t value)
{
    add(list, key, SIM__VALUE_NUMBER)->number = value;
}

static void whole(struct list *list, enum sim_event_key_id key, int64_t value)
{
    add(list, key, SIM__VALUE_SIGNED)->negative = value;
}

static void text(struct list *list, enum sim_event_key_id key, const char *value)
{
    add(list, key, SIM__VALUE_TEXT)->text = value != NULL ? value : "";
}

static void boolean(struct list *list, enum sim_event_key_id key, bool value)
{
    add(list, key, SIM__VALUE_BOOL)->boolean = value;
}

/* Who it is about. */
static void subject(struct list *list, const struct sup_event *event)
{
    if (event->service != NULL) {
        text(list, SIM_KEY_SERVICE, event->service);
    }
    bool at_root = event->type == SUP_EVENT_REGISTERED && event->group != NULL &&
                   strcmp(event->group, ROOT) == 0;
    if (event->group != NULL && !at_root) {
        text(list, SIM_KEY_GROUP, event->group);
    }
    if (event->fields & SUP_FIELD_GENERATION) {
        number(list, SIM_KEY_GENERATION, event->generation);
    }
    if (event->fields & SUP_FIELD_ATTEMPT) {
        number(list, SIM_KEY_ATTEMPT, event->attempt);
    }
}

/* How an attempt ended. */
static void ending(struct list *list, const struct sup_event *event)
{
    if (event->fields & SUP_FIELD_OUTCOME) {
        text(list, SIM_KEY_OUTCOME, sup_outcome_name(event->outcome));
    }
    if (event->fields & SUP_FIELD_EXIT) {
        text(list, SIM_KEY_EXIT, sup_outcome_name(event->exit));
    }
    if ((event->fields & SUP_FIELD_ERROR) && event->type != SUP_EVENT_BACKING_OFF) {
        text(list, SIM_KEY_ERROR, event->error);
    }
    if (event->fields & SUP_FIELD_CODE) {
        whole(list, SIM_KEY_CODE, event->code);
    }
    if (event->fields & SUP_FIELD_SIGNAL) {
        whole(list, SIM_KEY_SIGNAL, event->signal);
    }
    if (event->fields & SUP_FIELD_FINISH) {
        whole(list, SIM_KEY_FINISH, event->finish);
    }
}

/* What it brings. */
static void consequence(struct list *list, const struct sup_event *event)
{
    if (event->fields & SUP_FIELD_DELAY) {
        bool cooldown = event->type == SUP_EVENT_BREAKER_OPENED;
        number(list, cooldown ? SIM_KEY_COOLDOWN : SIM_KEY_DELAY, event->delay.ns);
    }
    if (event->fields & SUP_FIELD_STREAK) {
        number(list, SIM_KEY_STREAK, event->streak);
    }
    if ((event->fields & SUP_FIELD_ERROR) && event->type == SUP_EVENT_BACKING_OFF) {
        text(list, SIM_KEY_REASON, event->error);
    }
    if (event->fields & SUP_FIELD_REASON) {
        text(list, SIM_KEY_REASON, sup_reason_name(event->reason));
    }
    if (event->fields & SUP_FIELD_TEXT) {
        text(list, SIM_KEY_TEXT, event->text);
    }
    if (event->fields & SUP_FIELD_COUNT) {
        bool breaker = event->type == SUP_EVENT_BREAKER_OPENED;
        number(list, breaker ? SIM_KEY_FAILURES : SIM_KEY_RESTARTS, event->count);
        number(list, SIM_KEY_LIMIT, event->limit);
    }
}

static void command(struct list *list, const struct sup_event *event)
{
    text(list, SIM_KEY_COMMAND, sup_command_name(event->command));
    text(list, SIM_KEY_WHO, event->who);
    text(list, SIM_KEY_WHY, event->why);
    text(list, SIM_KEY_RESULT, sup_error_name(event->result));
    if (event->idempotent) {
        boolean(list, SIM_KEY_IDEMPOTENT, true);
    }
}

static void drain(struct list *list, const struct sup_event *event)
{
    number(list, SIM_KEY_TOOK, event->took.ns);
    boolean(list, SIM_KEY_TIMED_OUT, event->timed_out);
    number(list, SIM_KEY_ALREADY_EXITED, event->drain.already_exited);
    number(list, SIM_KEY_GRACEFUL, event->drain.graceful);
    number(list, SIM_KEY_ABORTED, event->drain.aborted);
    number(list, SIM_KEY_ABANDONED, event->drain.abandoned);
}

void sim__event_condition(struct sup_event *ret_event, struct sup_instant at, const char *name,
                          const char *state)
{
    *ret_event = (struct sup_event){
        .at = at,
        .type = (enum sup_event_type)SIM_EVENT_CONDITION,
        .fields = SUP_FIELD_ERROR | SUP_FIELD_TEXT,
        .slot = UINT32_MAX,
        .error = name,
        .text = state,
    };
}

uint32_t sim__event_values(const struct sup_event *event, struct sim__value *values)
{
    struct list list = {.values = values};
    add_named(&list, "t", SIM__VALUE_NUMBER)->number = event->at.ns;
    add_named(&list, "n", SIM__VALUE_NUMBER)->number = event->sequence;
    add_named(&list, "event", SIM__VALUE_TEXT)->text = sim_event_name(event->type);
    if ((uint32_t)event->type == SIM_EVENT_CONDITION) {
        text(&list, SIM_KEY_NAME, event->error);
        text(&list, SIM_KEY_STATE, event->text);
        return list.count;
    }
    subject(&list, event);
    ending(&list, event);
    consequence(&list, event);
    if (event->fields & SUP_FIELD_COMMAND) {
        command(&list, event);
    }
    if (event->fields & SUP_FIELD_TIMEOUT) {
        number(&list, SIM_KEY_TIMEOUT, event->timeout.ns);
    }
    if (event->fields & SUP_FIELD_DRAIN) {
        drain(&list, event);
    }
    if (event->fields & SUP_FIELD_THEN) {
        text(&list, SIM_KEY_THEN, sup_limit_then_name((enum sup_limit_then)event->then));
    }
    return list.count;
}
