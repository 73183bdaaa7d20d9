/* One event as text: a JSON line of the trace, and a line for people. */
#include <string.h>

#include "event_values.h"
#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sim/duration.h"
#include "sim/trace.h"
#include "sim/words.h"
#include "sup/error.h"
#include "sup/policy.h"

static void json_value(struct sim__text *out, const struct sim__value *value)
{
    switch (value->kind) {
    case SIM__VALUE_NUMBER:
        sim__text_u64(out, value->number);
        break;
    case SIM__VALUE_SIGNED:
        sim__text_i64(out, value->negative);
        break;
    case SIM__VALUE_TEXT:
        sim__text_json(out, value->text);
        break;
    case SIM__VALUE_BOOL:
        sim__text_put(out, value->boolean ? "true" : "false");
        break;
    }
}

void sim__event_put(const struct sup_event *event, const char *because, struct sim__text *line)
{
    struct sim__value values[SIM__VALUES_MAX];
    uint32_t count = sim__event_values(event, values);
    for (uint32_t i = 0; i < count; i++) {
        sim__text_put(line, i == 0 ? "{\"" : ",\"");
        sim__text_put(line, values[i].key);
        sim__text_put(line, "\":");
        json_value(line, &values[i]);
    }
    if (because[0] != '\0') {
        sim__text_put(line, ",\"because\":");
        sim__text_json(line, because);
    }
    sim__text_char(line, '}');
}

size_t sim_event_json(const struct sup_event *event, char *buffer, size_t size)
{
    struct sim__text line;
    sim__text_init_fixed(&line, buffer, size);
    sim__event_put(event, "", &line);
    return line.length;
}

/* ---- for people ---- */

#define TIME_COLUMNS 12u
#define NAME_COLUMNS 18u
#define EVENT_COLUMNS 19u

static void duration(struct sim__text *out, const char *before, struct sup_duration length)
{
    char buffer[48];
    sim__text_put(out, before);
    sim__text_put(out, sim_duration_format(length.ns, buffer));
}

static void counted(struct sim__text *out, const char *before, uint64_t count, const char *after)
{
    sim__text_put(out, before);
    sim__text_u64(out, count);
    sim__text_put(out, after);
}

static void ending_line(struct sim__text *out, const struct sup_event *event)
{
    if (event->fields & SUP_FIELD_OUTCOME) {
        sim__text_char(out, ' ');
        sim__text_put(out, sup_outcome_name(event->outcome));
    }
    if (event->fields & SUP_FIELD_EXIT) {
        sim__text_put(out, event->fields & SUP_FIELD_OUTCOME ? ", exit " : " ");
        sim__text_put(out, sup_outcome_name(event->exit));
    }
    if (event->fields & SUP_FIELD_ERROR) {
        sim__text_put(out, ": ");
        sim__text_show(out, event->error != NULL ? event->error : "");
    }
    if (event->fields & SUP_FIELD_CODE) {
        sim__text_put(out, " (code ");
        sim__text_i64(out, event->code);
        sim__text_char(out, ')');
    }
    if (event->fields & SUP_FIELD_SIGNAL) {
        sim__text_put(out, " (signal ");
        sim__text_i64(out, event->signal);
        sim__text_char(out, ')');
    }
}

static void wait_line(struct sim__text *out, const struct sup_event *event)
{
    duration(out, " ", event->delay);
    counted(out, ", streak ", event->streak, "");
    if (event->fields & SUP_FIELD_ERROR) {
        sim__text_put(out, ", after: ");
        sim__text_show(out, event->error != NULL ? event->error : "");
    }
}

static void limit_line(struct sim__text *out, const struct sup_event *event)
{
    bool breaker = event->type == SUP_EVENT_BREAKER_OPENED;
    counted(out, " ", event->count, " of ");
    counted(out, "", event->limit, breaker ? " failures" : " restarts");
    if (event->fields & SUP_FIELD_DELAY) {
        duration(out, ", cooldown ", event->delay);
    }
    if (event->fields & SUP_FIELD_THEN) {
        sim__text_put(out, ", then ");
        sim__text_put(out, sup_limit_then_name((enum sup_limit_then)event->then));
    }
}

static void command_line(struct sim__text *out, const struct sup_event *event)
{
    sim__text_char(out, ' ');
    sim__text_put(out, sup_command_name(event->command));
    sim__text_put(out, " by ");
    sim__text_show(out, event->who != NULL ? event->who : "");
    sim__text_put(out, " (");
    sim__text_show(out, event->why != NULL ? event->why : "");
    sim__text_put(out, "): ");
    sim__text_put(out, sup_error_name(event->result));
    if (event->idempotent) {
        sim__text_put(out, ", nothing new");
    }
}

static void drain_line(struct sim__text *out, const struct sup_event *event)
{
    duration(out, " took ", event->took);
    sim__text_put(out, event->timed_out ? ", timed out" : "");
    counted(out, ", already exited ", event->drain.already_exited, "");
    counted(out, ", graceful ", event->drain.graceful, "");
    counted(out, ", aborted ", event->drain.aborted, "");
    counted(out, ", abandoned ", event->drain.abandoned, "");
}

static void details(struct sim__text *out, const struct sup_event *event)
{
    if ((uint32_t)event->type == SIM_EVENT_CONDITION) {
        sim__text_char(out, ' ');
        sim__text_show(out, event->text);
        return;
    }
    if (event->fields & SUP_FIELD_GENERATION) {
        counted(out, " generation ", event->generation, "");
    }
    if (event->fields & SUP_FIELD_ATTEMPT) {
        counted(out, " #", event->attempt, "");
    }
    if (event->type == SUP_EVENT_BACKING_OFF) {
        wait_line(out, event);
    } else {
        ending_line(out, event);
    }
    if (event->fields & SUP_FIELD_REASON) {
        sim__text_char(out, ' ');
        sim__text_put(out, sup_reason_name(event->reason));
    }
    if (event->fields & SUP_FIELD_TEXT) {
        sim__text_put(out, event->fields & SUP_FIELD_REASON ? ": " : " ");
        sim__text_show(out, event->text != NULL ? event->text : "");
    }
    if (event->fields & SUP_FIELD_COUNT) {
        limit_line(out, event);
    }
    if (event->fields & SUP_FIELD_COMMAND) {
        command_line(out, event);
    }
    if (event->fields & SUP_FIELD_TIMEOUT) {
        duration(out, " timeout ", event->timeout);
    }
    if (event->fields & SUP_FIELD_DRAIN) {
        drain_line(out, event);
    }
}

size_t sim_event_line(const struct sup_event *event, char *buffer, size_t size)
{
    struct sim__text out;
    sim__text_init_fixed(&out, buffer, size);
    duration(&out, "", (struct sup_duration){event->at.ns});
    sim__text_column(&out, 0, TIME_COLUMNS);
    size_t from = out.length;
    bool condition = (uint32_t)event->type == SIM_EVENT_CONDITION;
    const char *subject = event->service != NULL ? event->service : event->group;
    subject = condition ? event->error : subject;
    sim__text_show(&out, subject != NULL ? subject : "-");
    sim__text_column(&out, from, NAME_COLUMNS);
    from = out.length;
    sim__text_put(&out, sim_event_name(event->type));
    size_t end = out.length;
    struct sim__text rest;
    sim__text_init_fixed(&rest, NULL, 0);
    details(&rest, event);
    if (rest.length > 0) {
        sim__text_column(&out, from, EVENT_COLUMNS - 1);
        details(&out, event);
    }
    return rest.length > 0 ? out.length : end;
}
