/* What a run came to as JSON; see record_json.h. */
#include "record_json.h"

#include <string.h>

#include "timeline.h"

#define CLI__X(id, name) name,
static const char *const verdicts[] = {SIM_VERDICT_LIST(CLI__X)};
#undef CLI__X
#define VERDICTS ((uint32_t)(sizeof verdicts / sizeof verdicts[0]))

/* ---- writing ---- */

/* Lines of a trace, which are objects already. */
static void put_lines(struct sim__text *text, const char *key, const char *lines)
{
    const char *line;
    size_t length, all = strlen(lines);
    const char *separator = "";
    if (all == 0) {
        return;
    }
    sim__text_format(text, ",\"%s\":[", key);
    for (size_t at = 0; cli_line_next(lines, all, &at, &line, &length); separator = ",") {
        sim__text_put(text, separator);
        sim__text_putn(text, line, length);
    }
    sim__text_char(text, ']');
}

static void put_place(struct sim__text *text, struct sim_place place)
{
    sim__text_format(text, "\"line\":%u", (unsigned)place.line);
    cli_put_number(text, "column", place.column);
    cli_put_some_number(text, "source", place.file);
}

static void put_failure(struct sim__text *text, const struct cli_failure *failure)
{
    sim__text_char(text, '{');
    put_place(text, failure->place);
    if (failure->at.ns != SUP_NEVER_NS) {
        cli_put_number(text, "at", failure->at.ns);
    }
    cli_put_some_string(text, "expected", failure->expected);
    cli_put_some_string(text, "found", failure->found);
    for (uint32_t i = 0; i < failure->service_count; i++) {
        sim__text_put(text, i == 0 ? ",\"services\":[" : ",");
        sim__text_json(text, failure->services[i]);
    }
    sim__text_put(text, failure->service_count > 0 ? "]" : "");
    put_lines(text, "events", failure->events);
    sim__text_char(text, '}');
}

static void put_failures(struct sim__text *text, const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->failure_count; i++) {
        sim__text_put(text, i == 0 ? ",\"failures\":[" : ",");
        put_failure(text, &record->failures[i]);
    }
    sim__text_put(text, record->failure_count > 0 ? "]" : "");
    cli_put_some_number(text, "failed", record->failure_total);
}

static void put_unreached(struct sim__text *text, const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->unreached_count; i++) {
        sim__text_put(text, i == 0 ? ",\"unreached\":[{" : ",{");
        put_place(text, record->unreached[i].place);
        cli_put_some_string(text, "service", record->unreached[i].service);
        sim__text_char(text, '}');
    }
    sim__text_put(text, record->unreached_count > 0 ? "]" : "");
}

static void put_numbers(struct sim__text *text, const char *key, const uint64_t *numbers,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0) {
            sim__text_format(text, ",\"%s\":[", key);
        } else {
            sim__text_char(text, ',');
        }
        sim__text_u64(text, numbers[i]);
    }
    sim__text_put(text, count > 0 ? "]" : "");
}

/* Which expectations have held, of those that have to hold sometimes. */
static void put_sometimes(struct sim__text *text, const struct cli_record *record)
{
    for (uint32_t i = 0; i < record->sometimes_count; i++) {
        sim__text_put(text, i == 0 ? ",\"held\":[" : ",");
        sim__text_char(text, record->sometimes[i] ? '1' : '0');
    }
    sim__text_put(text, record->sometimes_count > 0 ? "]" : "");
}

static void put_metrics(struct sim__text *text, const struct sup_metrics *metrics)
{
    const char *separator = "";
    sim__text_put(text, ",\"metrics\":{");
#define CLI__X(name, type, help) \
    sim__text_format(text, "%s\"%s\":%llu", separator, #name, (unsigned long long)metrics->name); \
    separator = ",";
    SUP_METRIC_LIST(CLI__X)
#undef CLI__X
    sim__text_char(text, '}');
}

void cli_record_put_json(struct sim__text *text, const struct cli_record *record)
{
    cli_put_number(text, "seed", record->seed);
    cli_put_some_string(text, "verdict", sim_verdict_name(record->verdict));
    cli_put_number(text, "status", (uint64_t)record->status);
    cli_put_hex(text, "hash", record->hash);
    cli_put_number(text, "events", record->events);
    cli_put_number(text, "attempts", record->attempts);
    cli_put_number(text, "draws", record->draws);
    cli_put_number(text, "end", record->end.ns);
    sim__text_put(text, record->twice ? ",\"twice\":true" : "");
    cli_put_some_string(text, "note", record->note);
    cli_put_some_string(text, "message", record->message);
    put_lines(text, "tail", record->tail);
    put_metrics(text, &record->metrics);
    put_failures(text, record);
    put_unreached(text, record);
    put_numbers(text, "measures", record->measures, record->measure_count);
    put_sometimes(text, record);
    cli_put_number(text, "wall", record->wall.ns);
}

/* ---- reading ---- */

/* What is read, before it is written as a record. */
struct taken {
    struct sim_result result;
    const char *failure_events[CLI_FAILURES_SHOWN];
    struct sim_failure failures[CLI_FAILURES_SHOWN];
};

static void *make(struct cli_fields *fields, size_t count, size_t size)
{
    void *made = sim__arena_alloc(fields->arena, count + 1, size);
    fields->no_memory |= made == NULL;
    return made;
}

static const char *take_lines(struct cli_fields *fields, const char *key)
{
    struct sim__json_items items;
    struct sim__json_member item;
    struct sim__text text = {0};
    const char *lines = "";
    (void)cli_field_items(fields, key, &items);
    while (sim__json_item(&items, &item)) {
        if (item.value[0] != '{') {
            cli_fields_fail(fields, "an item is no event:", key);
        }
        sim__text_putn(&text, item.value, item.value_length);
        sim__text_char(&text, '\n');
    }
    char *copy = text.length > 0 ? make(fields, text.length, 1) : NULL;
    fields->no_memory |= text.failed;
    if (copy != NULL && !text.failed) {
        memcpy(copy, text.bytes, text.length);
        lines = copy;
    }
    sim__text_release(&text);
    return lines;
}

static struct sim_place take_place(struct cli_fields *fields)
{
    return (struct sim_place){
        .line = (uint32_t)cli_field_number(fields, "line", UINT32_MAX),
        .column = (uint32_t)cli_field_number(fields, "column", UINT32_MAX),
        .file = (uint32_t)cli_field_some_number(fields, "source", SIM_INCLUDED_MAX),
    };
}

/* The object that an item is; what is wrong with it is the line's mistake. */
static void enter(struct cli_fields *fields, const struct sim__json_member *item,
                  struct cli_fields *ret_inner)
{
    ret_inner->arena = fields->arena;
    ret_inner->bad = ret_inner->no_memory = false;
    (void)cli_fields_read(ret_inner, item->value, item->value_length);
}

static void leave(struct cli_fields *fields, const struct cli_fields *inner)
{
    if (inner->bad) {
        cli_fields_fail(fields, inner->why, "");
    }
    fields->no_memory |= inner->no_memory;
}

static void take_services(struct cli_fields *fields, struct sim_failure *failure)
{
    struct sim__json_items items;
    struct sim__json_member item;
    uint32_t count = cli_field_items(fields, "services", &items);
    if (count > CLI_SERVICES_SHOWN) {
        cli_fields_fail(fields, "too many:", "services");
        return;
    }
    failure->services = make(fields, count, sizeof failure->services[0]);
    while (failure->services != NULL && sim__json_item(&items, &item)) {
        failure->services[failure->service_count++] = cli_item_string(fields, &item);
    }
}

static void take_failures(struct cli_fields *fields, struct cli_fields *inner, struct taken *taken)
{
    struct sim__json_items items;
    struct sim__json_member item;
    uint32_t count = cli_field_items(fields, "failures", &items);
    uint64_t total = cli_field_some_number(fields, "failed", UINT32_MAX);
    if (count != (total < CLI_FAILURES_SHOWN ? total : CLI_FAILURES_SHOWN)) {
        cli_fields_fail(fields, "not as many 'failures' as it says:", "failed");
        return;
    }
    for (uint32_t i = 0; sim__json_item(&items, &item); i++) {
        struct sim_failure *failure = &taken->failures[i];
        enter(fields, &item, inner);
        bool timed = sim__json_find(&inner->json, "at") != NULL;
        failure->place = take_place(inner);
        failure->at_ns = timed ? cli_field_number(inner, "at", UINT64_MAX) : SUP_NEVER_NS;
        failure->expected = cli_field_string(inner, "expected");
        failure->found = cli_field_string(inner, "found");
        taken->failure_events[i] = take_lines(inner, "events");
        take_services(inner, failure);
        leave(fields, inner);
    }
    taken->result.failures = taken->failures;
    taken->result.failure_count = (uint32_t)total;
}

static void take_unreached(struct cli_fields *fields, struct cli_fields *inner,
                           struct sim_result *result)
{
    struct sim__json_items items;
    struct sim__json_member item;
    uint32_t count = cli_field_items(fields, "unreached", &items);
    struct sim_unreached *unreached = make(fields, count, sizeof unreached[0]);
    result->unreached = unreached;
    for (; unreached != NULL && sim__json_item(&items, &item); unreached++) {
        enter(fields, &item, inner);
        unreached->place = take_place(inner);
        unreached->service = cli_field_string(inner, "service");
        leave(fields, inner);
        result->unreached_count++;
    }
}

/* As many as the scenario has, or none. */
static uint32_t count_items(struct cli_fields *fields, const char *key, uint32_t wanted,
                            struct sim__json_items *ret_items)
{
    uint32_t count = cli_field_items(fields, key, ret_items);
    if (count != 0 && count != wanted) {
        cli_fields_fail(fields, "not as many as the scenario has:", key);
    }
    return count;
}

static void take_measures(struct cli_fields *fields, uint32_t wanted, struct sim_result *result)
{
    struct sim__json_items items;
    struct sim__json_member item;
    uint32_t count = count_items(fields, "measures", wanted, &items);
    uint64_t *measures = make(fields, count, sizeof measures[0]);
    result->measures = measures;
    for (; measures != NULL && sim__json_item(&items, &item); measures++) {
        *measures = cli_item_number(fields, &item, UINT64_MAX);
        result->measure_count++;
    }
}

/* How many there are. */
static uint32_t take_sometimes(struct cli_fields *fields, uint32_t wanted,
                               struct sim_result *result)
{
    struct sim__json_items items;
    struct sim__json_member item;
    uint32_t count = count_items(fields, "held", wanted, &items);
    bool *held = make(fields, count, sizeof held[0]);
    result->sometimes = count > 0 ? held : NULL;
    for (; held != NULL && sim__json_item(&items, &item); held++) {
        *held = cli_item_number(fields, &item, 1) != 0;
    }
    return count;
}

static void take_metrics(struct cli_fields *fields, struct cli_fields *inner,
                         struct sup_metrics *metrics)
{
    const struct sim__json_member *member = sim__json_find(&fields->json, "metrics");
    if (member == NULL) {
        cli_fields_fail(fields, "there is no", "metrics");
        return;
    }
    enter(fields, member, inner);
#define CLI__X(name, type, help) metrics->name = cli_field_number(inner, #name, UINT64_MAX);
    SUP_METRIC_LIST(CLI__X)
#undef CLI__X
    leave(fields, inner);
}

static void take_figures(struct cli_fields *fields, uint64_t seed, struct sim_result *result)
{
    result->seed = cli_field_number(fields, "seed", UINT64_MAX);
    if (result->seed != seed) {
        cli_fields_fail(fields, "not the seed of this run:", "seed");
    }
    result->verdict = (enum sim_verdict)cli_field_word(fields, "verdict", verdicts, VERDICTS);
    result->status = (enum sim_exit)cli_field_number(fields, "status", SIM_EXIT_NONDETERMINISTIC);
    result->hash = cli_field_hex(fields, "hash");
    result->events = cli_field_number(fields, "events", UINT64_MAX);
    result->attempts = cli_field_number(fields, "attempts", UINT64_MAX);
    result->draws = cli_field_number(fields, "draws", UINT64_MAX);
    result->end_ns = cli_field_number(fields, "end", UINT64_MAX);
    result->ran_twice = cli_field_flag(fields, "twice");
    result->note = cli_field_string(fields, "note");
    result->message = cli_field_string(fields, "message");
}

bool cli_record_take_json(struct cli_fields *fields, const struct sim_scenario *scenario,
                          uint64_t seed, struct sim__text *bytes)
{
    struct taken *taken = make(fields, 1, sizeof *taken);
    struct cli_fields *inner = make(fields, 1, sizeof *inner);
    if (taken == NULL || inner == NULL) {
        return false;
    }
    struct sim_result *result = &taken->result;
    take_figures(fields, seed, result);
    take_metrics(fields, inner, &result->metrics);
    take_failures(fields, inner, taken);
    take_unreached(fields, inner, result);
    take_measures(fields, scenario->measure_count, result);
    struct cli_record_source source = {
        .result = result,
        .sometimes_count = take_sometimes(fields, scenario->expectation_count, result),
        .wall = SUP_NS(cli_field_number(fields, "wall", UINT64_MAX)),
        .failure_events = taken->failure_events,
        .failure_event_count = CLI_FAILURES_SHOWN,
        .tail = take_lines(fields, "tail"),
    };
    if (!fields->bad && !fields->no_memory) {
        cli_record_write(&source, bytes);
    }
    return !fields->bad && !fields->no_memory;
}
