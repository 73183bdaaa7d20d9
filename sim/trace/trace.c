/* The trace: lines, kept in memory or handed on, and the rolling hash. docs/trace.md defines
 * both, the hash to the byte. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sim/trace.h"
#include "sup/assert.h"
#include "sup/error.h"
#include "sup/sup.h"
#include "event_values.h"

/* Room for every fixed field, so that only strings have to look. */
#define ENCODER_BYTES 512
#define FIXED_BYTES 160

struct sim_trace {
    struct sim_trace_options options;
    uint64_t hash;
    uint64_t events;
    uint64_t last_ns;
    struct sim__text text; /* all lines, or with a sink alone the last one */
    bool failed;
};

int sim_trace_create(const struct sim_trace_options *options, struct sim_trace **ret_trace)
{
    struct sim_trace *trace = calloc(1, sizeof(*trace));
    if (trace == NULL) {
        return SUP_ENOMEM;
    }
    trace->options = *options;
    *ret_trace = trace;
    return SUP_OK;
}

void sim_trace_free(struct sim_trace *trace)
{
    if (trace != NULL) {
        sim__text_release(&trace->text);
        free(trace);
    }
}

/* ---- the hash ---- */

/* What does not fit goes through the streaming form of the same function. `to`
 * travels in a register; there is always room for all fixed fields behind it. */
struct encoder {
    uint64_t seed;
    bool streaming;
    unsigned char bytes[ENCODER_BYTES];
    XXH3_state_t state;
};

static inline unsigned char *put_u8(unsigned char *to, unsigned value)
{
    *to = (unsigned char)value;
    return to + 1;
}

static inline unsigned char *put_u32(unsigned char *to, uint32_t value)
{
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap32(value);
#endif
    memcpy(to, &value, sizeof(value));
    return to + sizeof(value);
}

static inline unsigned char *put_u64(unsigned char *to, uint64_t value)
{
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    memcpy(to, &value, sizeof(value));
    return to + sizeof(value);
}

static unsigned char *flush(struct encoder *encoder, const unsigned char *to)
{
    if (!encoder->streaming) {
        encoder->streaming = true;
        XXH3_INITSTATE(&encoder->state);
        (void)XXH3_64bits_reset_withSeed(&encoder->state, encoder->seed);
    }
    (void)XXH3_64bits_update(&encoder->state, encoder->bytes, (size_t)(to - encoder->bytes));
    return encoder->bytes;
}

/* Names and errors are mostly short: two overlapping copies instead of a call. */
static inline unsigned char *copy_short(unsigned char *to, const char *text, size_t length)
{
    if (length >= 8) {
        memcpy(to, text, 8);
        memcpy(to + length - 8, text + length - 8, 8);
    } else if (length >= 4) {
        memcpy(to, text, 4);
        memcpy(to + length - 4, text + length - 4, 4);
    } else {
        for (size_t i = 0; i < length; i++) {
            to[i] = (unsigned char)text[i];
        }
    }
    return to + length;
}

static unsigned char *put_long(struct encoder *encoder, unsigned char *to, const char *text,
                               size_t length)
{
    size_t used = (size_t)(to - encoder->bytes);
    size_t end = ENCODER_BYTES - FIXED_BYTES;
    if (used <= end && length <= end - used) {
        memcpy(to, text, length);
        return to + length;
    }
    to = flush(encoder, to);
    (void)XXH3_64bits_update(&encoder->state, text, length);
    return to;
}

/* Length and bytes. */
static inline unsigned char *put_text(struct encoder *encoder, unsigned char *to, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    to = put_u32(to, (uint32_t)length);
    bool fits = length <= 16 && to - encoder->bytes <= ENCODER_BYTES - FIXED_BYTES - 16;
    return fits ? copy_short(to, text, length) : put_long(encoder, to, text, length);
}

static uint64_t digest(struct encoder *encoder, const unsigned char *to)
{
    size_t length = (size_t)(to - encoder->bytes);
    SUP_ASSERT(length <= ENCODER_BYTES);
    if (__builtin_expect(!encoder->streaming, 1)) {
        return XXH3_64bits_withSeed(encoder->bytes, length, encoder->seed);
    }
    (void)flush(encoder, to);
    return XXH3_64bits_digest(&encoder->state);
}

static unsigned char *put_command(struct encoder *encoder, unsigned char *to,
                                  const struct sup_event *event)
{
    to = put_u8(to, event->command);
    to = put_text(encoder, to, event->who);
    to = put_text(encoder, to, event->why);
    to = put_u32(to, (uint32_t)event->result);
    return put_u8(to, event->idempotent);
}

/* The fields that common events do not have. */
static unsigned char *put_rare(struct encoder *encoder, unsigned char *to,
                               const struct sup_event *event)
{
    uint32_t fields = event->fields;
    if (fields & SUP_FIELD_GENERATION) {
        to = put_u32(to, event->generation);
    }
    if (fields & SUP_FIELD_REASON) {
        to = put_u8(to, event->reason);
    }
    if (fields & SUP_FIELD_TEXT) {
        to = put_text(encoder, to, event->text);
    }
    if (fields & SUP_FIELD_COUNT) {
        to = put_u32(to, event->count);
        to = put_u32(to, event->limit);
    }
    if (fields & SUP_FIELD_COMMAND) {
        to = put_command(encoder, to, event);
    }
    if (fields & SUP_FIELD_TIMEOUT) {
        to = put_u64(to, event->timeout.ns);
    }
    if (fields & SUP_FIELD_DRAIN) {
        to = put_u64(to, event->took.ns);
        to = put_u8(to, event->timed_out);
        to = put_u32(to, event->drain.already_exited);
        to = put_u32(to, event->drain.graceful);
        to = put_u32(to, event->drain.aborted);
        to = put_u32(to, event->drain.abandoned);
    }
    if (fields & SUP_FIELD_THEN) {
        to = put_u8(to, event->then);
    }
    return to;
}

#define RARE_FIELDS \
    (SUP_FIELD_GENERATION | SUP_FIELD_REASON | SUP_FIELD_TEXT | SUP_FIELD_COUNT | \
     SUP_FIELD_COMMAND | SUP_FIELD_TIMEOUT | SUP_FIELD_DRAIN | SUP_FIELD_THEN)

static unsigned char *put_ending(unsigned char *to, const struct sup_event *event)
{
    uint32_t fields = event->fields;
    if (fields & SUP_FIELD_OUTCOME) {
        to = put_u8(to, event->outcome);
    }
    if (fields & SUP_FIELD_EXIT) {
        to = put_u8(to, event->exit);
    }
    if (fields & SUP_FIELD_CODE) {
        to = put_u32(to, (uint32_t)event->code);
    }
    if (fields & SUP_FIELD_SIGNAL) {
        to = put_u32(to, (uint32_t)event->signal);
    }
    return to;
}

/* A slot stands for the name that its `registered` event told, so only the events
 * that are about something else carry names. */
#define NAMING_EVENTS \
    (UINT32_C(1) << SUP_EVENT_REGISTERED | UINT32_C(1) << SUP_EVENT_COMMAND | \
     UINT32_C(1) << SUP_EVENT_GROUP_CANCELLED | UINT32_C(1) << SUP_EVENT_GROUP_RESTART | \
     UINT32_C(1) << SUP_EVENT_LIMIT_EXHAUSTED)
#define ENDING_FIELDS (SUP_FIELD_OUTCOME | SUP_FIELD_EXIT | SUP_FIELD_CODE | SUP_FIELD_SIGNAL)
static_assert(SUP_EVENT_TYPES <= 32, "event types are used as a set of bits");

static unsigned char *put_subject(struct encoder *encoder, unsigned char *to,
                                  const struct sup_event *event)
{
    to = put_u8(to, (event->service != NULL ? 1u : 0u) | (event->group != NULL ? 2u : 0u));
    if (event->service != NULL) {
        to = put_text(encoder, to, event->service);
    }
    if (event->group != NULL) {
        to = put_text(encoder, to, event->group);
    }
    return to;
}

/* The most frequent event, whose length is known: the same bytes, hashed by the
 * function's branch for that length. */
static void roll_start(struct sim_trace *trace, const struct sup_event *event)
{
    unsigned char bytes[29];
    unsigned char *to = put_u64(bytes, event->at.ns);
    to = put_u64(to, event->sequence);
    to = put_u32(to, SUP_FIELD_ATTEMPT);
    to = put_u32(to, event->slot);
    to = put_u8(to, SUP_EVENT_ATTEMPT_STARTED);
    to = put_u32(to, event->attempt);
    SUP_ASSERT(to == bytes + sizeof(bytes));
    trace->hash = XXH3_64bits_withSeed(bytes, sizeof(bytes), trace->hash);
}

static void roll(struct sim_trace *trace, const struct sup_event *event)
{
    struct encoder encoder;
    encoder.seed = trace->hash;
    encoder.streaming = false;
    uint32_t fields = event->fields;
    unsigned char *to = put_u64(encoder.bytes, event->at.ns);
    to = put_u64(to, event->sequence);
    to = put_u32(to, fields);
    to = put_u32(to, event->slot);
    to = put_u8(to, event->type);
    if (__builtin_expect((NAMING_EVENTS >> event->type & 1u) != 0, 0)) {
        to = put_subject(&encoder, to, event);
    }
    if (fields & SUP_FIELD_ATTEMPT) {
        to = put_u32(to, event->attempt);
    }
    if (fields & ENDING_FIELDS) {
        to = put_ending(to, event);
    }
    if (fields & SUP_FIELD_ERROR) {
        to = put_text(&encoder, to, event->error);
    }
    if (fields & SUP_FIELD_DELAY) {
        to = put_u64(to, event->delay.ns);
    }
    if (fields & SUP_FIELD_STREAK) {
        to = put_u32(to, event->streak);
    }
    if (__builtin_expect((fields & RARE_FIELDS) != 0, 0)) {
        to = put_rare(&encoder, to, event);
    }
    trace->hash = digest(&encoder, to);
}

/* ---- the text ---- */

static bool wants_lines(const struct sim_trace *trace)
{
    return trace->options.keep_text || trace->options.sink != NULL;
}

/* The line that begins at `start` is complete. Out of memory is final: a trace with a
 * hole would be worse than a short one. */
static void end_line(struct sim_trace *trace, size_t start)
{
    struct sim__text *text = &trace->text;
    sim__text_char(text, '\n');
    trace->failed |= text->failed;
    if (trace->failed) {
        return;
    }
    if (trace->options.sink != NULL) {
        trace->options.sink(trace->options.sink_context, text->bytes + start, text->length - start);
    }
    if (!trace->options.keep_text) {
        sim__text_clear(text);
    }
}

static void keep(struct sim_trace *trace, const struct sup_event *event)
{
    if (!trace->failed) {
        size_t start = trace->text.length;
        sim__event_put(event, &trace->text);
        end_line(trace, start);
    }
}

void sim_trace_begin(struct sim_trace *trace, const struct sim_trace_heading *heading)
{
    struct sim__text *text = &trace->text;
    size_t start = text->length;
    if (!wants_lines(trace)) {
        return;
    }
    sim__text_put(text, "{\"rehearse\":1,\"scenario\":");
    sim__text_json(text, heading->scenario);
    if (heading->variant != NULL) {
        sim__text_put(text, ",\"variant\":");
        sim__text_json(text, heading->variant);
    }
    sim__text_put(text, ",\"seed\":");
    sim__text_u64(text, heading->seed);
    sim__text_put(text, ",\"executor\":");
    sim__text_json(text, heading->executor);
    sim__text_put(text, ",\"version\":\"" SUP_VERSION "\"}");
    end_line(trace, start);
}

void sim_trace_event(void *context, const struct sup_event *event)
{
    struct sim_trace *trace = context;
    trace->events++;
    trace->last_ns = event->at.ns;
    if (wants_lines(trace)) {
        keep(trace, event);
    }
    if (!trace->options.hash) {
        return;
    }
    if (event->type == SUP_EVENT_ATTEMPT_STARTED && event->fields == SUP_FIELD_ATTEMPT) {
        roll_start(trace, event);
    } else {
        roll(trace, event);
    }
}

static void put_end(struct sim_trace *trace, const char *verdict)
{
    struct sim__text *text = &trace->text;
    sim__text_put(text, "{\"end\":true,\"t\":");
    sim__text_u64(text, trace->last_ns);
    sim__text_put(text, ",\"events\":");
    sim__text_u64(text, trace->events);
    sim__text_put(text, ",\"hash\":\"");
    sim__text_hex16(text, trace->hash);
    sim__text_put(text, "\",\"verdict\":");
    sim__text_json(text, verdict);
    sim__text_char(text, '}');
}

void sim_trace_end(struct sim_trace *trace, uint64_t draws, const char *verdict)
{
    if (trace->options.hash) {
        struct encoder encoder;
        encoder.seed = trace->hash;
        encoder.streaming = false;
        trace->hash = digest(&encoder, put_u64(encoder.bytes, draws));
    }
    if (wants_lines(trace) && !trace->failed) {
        size_t start = trace->text.length;
        put_end(trace, verdict);
        end_line(trace, start);
    }
}

uint64_t sim_trace_hash(const struct sim_trace *trace)
{
    return trace->hash;
}

uint64_t sim_trace_events(const struct sim_trace *trace)
{
    return trace->events;
}

const char *sim_trace_text(const struct sim_trace *trace, size_t *ret_length)
{
    bool kept = trace->options.keep_text;
    if (ret_length != NULL) {
        *ret_length = kept ? trace->text.length : 0;
    }
    return kept ? sim__text_string(&trace->text) : "";
}

bool sim_trace_failed(const struct sim_trace *trace)
{
    return trace->failed;
}
