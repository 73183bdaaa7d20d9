/* The result of a run as bytes, and back. Writer and reader are one program, so
 * numbers keep the machine's layout. */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "sup/error.h"

static void put_number(struct sim__text *bytes, uint64_t number)
{
    sim__text_putn(bytes, (const char *)&number, sizeof number);
}

static void put_string(struct sim__text *bytes, const char *string, size_t length)
{
    put_number(bytes, length);
    sim__text_putn(bytes, string, length);
    sim__text_char(bytes, '\0');
}

static void put_place(struct sim__text *bytes, struct sim_place place)
{
    put_number(bytes, place.line);
    put_number(bytes, place.column);
    put_number(bytes, place.file);
}

static void put_failure(struct sim__text *bytes, const struct sim_failure *failure,
                        const char *events)
{
    put_place(bytes, failure->place);
    put_number(bytes, failure->at_ns);
    put_string(bytes, failure->expected, strlen(failure->expected));
    put_string(bytes, failure->found, strlen(failure->found));
    put_string(bytes, events, strlen(events));
    uint32_t count = failure->service_count;
    if (count > CLI_SERVICES_SHOWN) {
        count = CLI_SERVICES_SHOWN;
    }
    put_number(bytes, count);
    for (uint32_t i = 0; i < count; i++) {
        put_string(bytes, failure->services[i], strlen(failure->services[i]));
    }
}

static uint32_t kept(uint32_t failure_count)
{
    return failure_count < CLI_FAILURES_SHOWN ? failure_count : CLI_FAILURES_SHOWN;
}

void cli_record_write(const struct cli_record_source *source, struct sim__text *bytes)
{
    const struct sim_result *result = source->result;
    const uint64_t numbers[] = {result->seed,
                                (uint64_t)result->verdict,
                                (uint64_t)result->status,
                                result->hash,
                                result->events,
                                result->attempts,
                                result->draws,
                                result->end_ns,
                                source->wall.ns,
                                result->ran_twice,
                                result->skipped,
                                result->late_ns};
    sim__text_putn(bytes, (const char *)numbers, sizeof numbers);
    sim__text_putn(bytes, (const char *)&result->metrics, sizeof result->metrics);
    put_string(bytes, result->message, strlen(result->message));
    const char *note = result->note == NULL ? "" : result->note;
    put_string(bytes, note, strlen(note));
    put_string(bytes, source->tail, strlen(source->tail));
    put_number(bytes, result->failure_count);
    put_number(bytes, kept(result->failure_count));
    for (uint32_t i = 0; i < kept(result->failure_count); i++) {
        put_failure(bytes, &result->failures[i],
                    i < source->failure_event_count ? source->failure_events[i] : "");
    }
    put_number(bytes, result->unreached_count);
    for (uint32_t i = 0; i < result->unreached_count; i++) {
        put_place(bytes, result->unreached[i].place);
        put_string(bytes, result->unreached[i].service, strlen(result->unreached[i].service));
    }
    uint32_t written = result->status != SIM_EXIT_PASS ? result->output_count : 0;
    put_number(bytes, written);
    for (uint32_t i = 0; i < written; i++) {
        const struct sim_output *output = &result->outputs[i];
        put_string(bytes, output->service, strlen(output->service));
        put_number(bytes, output->attempt);
        put_string(bytes, output->bytes, output->length);
    }
    put_number(bytes, result->measure_count);
    for (uint32_t i = 0; i < result->measure_count; i++) {
        put_number(bytes, result->measures[i]);
        put_number(bytes, result->moved != NULL ? result->moved[i] : 0);
    }
    uint32_t sometimes = result->sometimes == NULL ? 0 : source->sometimes_count;
    put_number(bytes, sometimes);
    sim__text_putn(bytes, (const char *)result->sometimes, sometimes * sizeof(bool));
}

struct cursor {
    char *bytes;
    size_t length;
    size_t at;
    bool short_; /* the bytes ended too early */
};

static char *take(struct cursor *in, size_t size)
{
    if (in->short_ || size > in->length - in->at) {
        in->short_ = true;
        return NULL;
    }
    char *start = in->bytes + in->at;
    in->at += size;
    return start;
}

static uint64_t take_number(struct cursor *in)
{
    uint64_t number = 0;
    const char *start = take(in, sizeof number);
    if (start != NULL) {
        memcpy(&number, start, sizeof number);
    }
    return number;
}

static const char *take_string(struct cursor *in)
{
    uint64_t length = take_number(in);
    const char *start = length < in->length ? take(in, (size_t)length + 1) : NULL;
    if (start == NULL) {
        in->short_ = true;
    }
    return start == NULL ? "" : start;
}

static struct sim_place take_place(struct cursor *in)
{
    struct sim_place place;
    place.line = (uint32_t)take_number(in);
    place.column = (uint32_t)take_number(in);
    place.file = (uint32_t)take_number(in);
    return place;
}

static void take_failure(struct cursor *in, const char **services, struct cli_failure *failure)
{
    failure->place = take_place(in);
    failure->at.ns = take_number(in);
    failure->expected = take_string(in);
    failure->found = take_string(in);
    failure->events = take_string(in);
    failure->services = services;
    uint64_t count = take_number(in);
    for (uint64_t i = 0; i < count && i < CLI_SERVICES_SHOWN; i++) {
        services[failure->service_count++] = take_string(in);
    }
}

static int take_failures(struct cursor *in, struct cli_record *record)
{
    record->failure_total = take_number(in);
    uint64_t count = take_number(in);
    if (in->short_ || count > CLI_FAILURES_SHOWN) {
        return SUP_EINVAL;
    }
    /* One more than there are, for what a sweep of one seed may add. */
    record->failures = calloc((size_t)count + 1, sizeof record->failures[0]);
    record->service_storage =
        calloc((size_t)count * CLI_SERVICES_SHOWN + 1, sizeof record->service_storage[0]);
    if (record->failures == NULL || record->service_storage == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        take_failure(in, record->service_storage + (size_t)i * CLI_SERVICES_SHOWN,
                     &record->failures[i]);
    }
    record->failure_count = (uint32_t)count;
    return SUP_OK;
}

static int take_unreached(struct cursor *in, struct cli_record *record)
{
    uint64_t count = take_number(in);
    if (in->short_ || count > in->length / sizeof(uint64_t)) {
        return SUP_EINVAL;
    }
    record->unreached = calloc((size_t)count + 1, sizeof record->unreached[0]);
    if (record->unreached == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        record->unreached[i].place = take_place(in);
        record->unreached[i].service = take_string(in);
    }
    record->unreached_count = (uint32_t)count;
    return SUP_OK;
}

static int take_written(struct cursor *in, struct cli_record *record)
{
    uint64_t count = take_number(in);
    if (in->short_ || count > in->length / sizeof(uint64_t)) {
        return SUP_EINVAL;
    }
    record->written = calloc((size_t)count + 1, sizeof record->written[0]);
    if (record->written == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        struct cli_written *written = &record->written[i];
        written->service = take_string(in);
        written->attempt = (uint32_t)take_number(in);
        /* With its length, since there may be NULs in it. */
        uint64_t length = take_number(in);
        const char *bytes = length < in->length ? take(in, (size_t)length + 1) : NULL;
        in->short_ |= bytes == NULL;
        written->bytes = bytes == NULL ? "" : bytes;
        written->length = bytes == NULL ? 0 : (size_t)length;
    }
    record->written_count = (uint32_t)count;
    return SUP_OK;
}

static int take_measures(struct cursor *in, struct cli_record *record)
{
    uint64_t count = take_number(in);
    if (in->short_ || count > in->length / sizeof(uint64_t) / 2) {
        return SUP_EINVAL;
    }
    record->measures = calloc((size_t)count + 1, sizeof record->measures[0]);
    record->moved = calloc((size_t)count + 1, sizeof record->moved[0]);
    if (record->measures == NULL || record->moved == NULL) {
        return SUP_ENOMEM;
    }
    for (uint32_t i = 0; i < (uint32_t)count; i++) {
        record->measures[i] = take_number(in);
        record->moved[i] = take_number(in);
    }
    record->measure_count = (uint32_t)count;
    return SUP_OK;
}

static void take_figures(struct cursor *in, struct cli_record *record)
{
    record->seed = take_number(in);
    record->verdict = (enum sim_verdict)take_number(in);
    record->status = (enum sim_exit)take_number(in);
    record->hash = take_number(in);
    record->events = take_number(in);
    record->attempts = take_number(in);
    record->draws = take_number(in);
    record->end.ns = take_number(in);
    record->wall.ns = take_number(in);
    record->twice = take_number(in) != 0;
    record->skipped = take_number(in) != 0;
    record->late.ns = take_number(in);
    const char *metrics = take(in, sizeof record->metrics);
    if (metrics != NULL) {
        memcpy(&record->metrics, metrics, sizeof record->metrics);
    }
    record->message = take_string(in);
    record->note = take_string(in);
    record->tail = take_string(in);
}

int cli_record_read(char *bytes, size_t length, struct cli_record *ret_record)
{
    struct cursor in = {.bytes = bytes, .length = length};
    struct cli_record record = {.bytes = bytes};
    take_figures(&in, &record);
    int result = take_failures(&in, &record);
    if (result == SUP_OK) {
        result = take_unreached(&in, &record);
    }
    if (result == SUP_OK) {
        result = take_written(&in, &record);
    }
    if (result == SUP_OK) {
        result = take_measures(&in, &record);
    }
    record.sometimes_count = (uint32_t)take_number(&in);
    record.sometimes = (const bool *)take(&in, record.sometimes_count * sizeof(bool));
    if (result == SUP_OK && (in.short_ || in.at != in.length)) {
        result = SUP_EINVAL;
    }
    if (result != SUP_OK) {
        cli_record_release(&record);
        return result;
    }
    *ret_record = record;
    return SUP_OK;
}

void cli_record_release(struct cli_record *record)
{
    free(record->failures);
    free(record->service_storage);
    free(record->unreached);
    free(record->written);
    free(record->measures);
    free(record->moved);
    free(record->bytes);
    *record = (struct cli_record){0};
}
