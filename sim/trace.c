/* The trace: lines kept in memory, and the rolling hash. docs/trace.md defines
 * both, the hash to the byte. */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "json.h"
#include "sim/trace.h"
#include "sup/assert.h"
#include "sup/error.h"

#define FIRST_BYTES 4096u
#define LINE_BYTES 512u
/* Room for every fixed field, so that only strings have to look. */
#define ENCODER_BYTES 512u
#define FIXED_BYTES 160u

struct sim_trace {
    struct sim_trace_options options;
    uint64_t hash;
    uint64_t events;
    uint64_t last_ns;
    char *text;
    size_t length;
    size_t capacity;
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
        free(trace->text);
        free(trace);
    }
}

/* ---- the hash ---- */

/* What does not fit goes through the streaming form of the same function. */
struct encoder {
    unsigned char bytes[ENCODER_BYTES];
    size_t length;
    uint64_t seed;
    bool streaming;
    XXH64_state_t state;
};

static void encode_u8(struct encoder *encoder, unsigned value)
{
    encoder->bytes[encoder->length++] = (unsigned char)value;
}

static void encode_u32(struct encoder *encoder, uint32_t value)
{
    unsigned char *to = encoder->bytes + encoder->length;
    to[0] = (unsigned char)value;
    to[1] = (unsigned char)(value >> 8);
    to[2] = (unsigned char)(value >> 16);
    to[3] = (unsigned char)(value >> 24);
    encoder->length += 4;
}

static void encode_u64(struct encoder *encoder, uint64_t value)
{
    encode_u32(encoder, (uint32_t)value);
    encode_u32(encoder, (uint32_t)(value >> 32));
}

static void flush(struct encoder *encoder)
{
    if (!encoder->streaming) {
        encoder->streaming = true;
        (void)XXH64_reset(&encoder->state, encoder->seed);
    }
    (void)XXH64_update(&encoder->state, encoder->bytes, encoder->length);
    encoder->length = 0;
}

/* Length and bytes; there is always room for the fixed fields behind it. */
static void encode_text(struct encoder *encoder, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    encode_u32(encoder, (uint32_t)length);
    size_t end = ENCODER_BYTES - FIXED_BYTES;
    if (encoder->length <= end && length <= end - encoder->length) {
        memcpy(encoder->bytes + encoder->length, length > 0 ? text : "", length);
        encoder->length += length;
        return;
    }
    flush(encoder);
    (void)XXH64_update(&encoder->state, text, length);
}

static uint64_t digest(struct encoder *encoder)
{
    SUP_ASSERT(encoder->length <= ENCODER_BYTES);
    if (!encoder->streaming) {
        return XXH64(encoder->bytes, encoder->length, encoder->seed);
    }
    flush(encoder);
    return XXH64_digest(&encoder->state);
}

/* The fields that common events do not have. */
static void encode_rare(struct encoder *encoder, const struct sup_event *event)
{
    uint32_t fields = event->fields;
    if (fields & SUP_FIELD_REASON) {
        encode_u8(encoder, event->reason);
    }
    if (fields & SUP_FIELD_TEXT) {
        encode_text(encoder, event->text);
    }
    if (fields & SUP_FIELD_COUNT) {
        encode_u32(encoder, event->count);
        encode_u32(encoder, event->limit);
    }
    if (fields & SUP_FIELD_COMMAND) {
        encode_u8(encoder, event->command);
        encode_text(encoder, event->who);
        encode_text(encoder, event->why);
        encode_u32(encoder, (uint32_t)event->result);
        encode_u8(encoder, event->idempotent);
    }
    if (fields & SUP_FIELD_TIMEOUT) {
        encode_u64(encoder, event->timeout.ns);
    }
    if (fields & SUP_FIELD_DRAIN) {
        encode_u64(encoder, event->took.ns);
        encode_u8(encoder, event->timed_out);
        encode_u32(encoder, event->drain.already_exited);
        encode_u32(encoder, event->drain.graceful);
        encode_u32(encoder, event->drain.aborted);
        encode_u32(encoder, event->drain.abandoned);
    }
    if (fields & SUP_FIELD_THEN) {
        encode_u8(encoder, event->then);
    }
}

#define RARE_FIELDS                                                                                \
    (SUP_FIELD_REASON | SUP_FIELD_TEXT | SUP_FIELD_COUNT | SUP_FIELD_COMMAND |                     \
     SUP_FIELD_TIMEOUT | SUP_FIELD_DRAIN | SUP_FIELD_THEN)

static uint64_t roll(uint64_t hash, const struct sup_event *event)
{
    struct encoder encoder;
    encoder.length = 0;
    encoder.seed = hash;
    encoder.streaming = false;
    uint32_t fields = event->fields;
    encode_u64(&encoder, event->at.ns);
    encode_u64(&encoder, event->sequence);
    encode_u32(&encoder, fields);
    encode_u8(&encoder, event->type);
    encode_u8(&encoder, (event->service != NULL ? 1u : 0u) | (event->group != NULL ? 2u : 0u));
    if (event->service != NULL) {
        encode_text(&encoder, event->service);
    }
    if (event->group != NULL) {
        encode_text(&encoder, event->group);
    }
    if (fields & SUP_FIELD_GENERATION) {
        encode_u32(&encoder, event->generation);
    }
    if (fields & SUP_FIELD_ATTEMPT) {
        encode_u32(&encoder, event->attempt);
    }
    if (fields & SUP_FIELD_OUTCOME) {
        encode_u8(&encoder, event->outcome);
    }
    if (fields & SUP_FIELD_EXIT) {
        encode_u8(&encoder, event->exit);
    }
    if (fields & SUP_FIELD_CODE) {
        encode_u32(&encoder, (uint32_t)event->code);
    }
    if (fields & SUP_FIELD_SIGNAL) {
        encode_u32(&encoder, (uint32_t)event->signal);
    }
    if (fields & SUP_FIELD_ERROR) {
        encode_text(&encoder, event->error);
    }
    if (fields & SUP_FIELD_DELAY) {
        encode_u64(&encoder, event->delay.ns);
    }
    if (fields & SUP_FIELD_STREAK) {
        encode_u32(&encoder, event->streak);
    }
    if (__builtin_expect((fields & RARE_FIELDS) != 0, 0)) {
        encode_rare(&encoder, event);
    }
    return digest(&encoder);
}

/* ---- the text ---- */

/* Makes room for `more` bytes and a NUL. Out of memory is final: a trace with a
 * hole would be worse than a short one. */
static bool reserve(struct sim_trace *trace, size_t more)
{
    if (trace->failed || more >= SIZE_MAX / 2 - trace->length) {
        trace->failed = true;
        return false;
    }
    size_t wanted = trace->length + more + 1;
    if (wanted <= trace->capacity) {
        return true;
    }
    size_t capacity = trace->capacity < FIRST_BYTES ? FIRST_BYTES : trace->capacity;
    while (capacity < wanted) {
        capacity *= 2;
    }
    char *text = realloc(trace->text, capacity);
    if (text == NULL) {
        trace->failed = true;
        return false;
    }
    trace->text = text;
    trace->capacity = capacity;
    return true;
}

static void end_line(struct sim_trace *trace, size_t length)
{
    trace->length += length;
    trace->text[trace->length++] = '\n';
    trace->text[trace->length] = '\0';
}

static void keep(struct sim_trace *trace, const struct sup_event *event)
{
    size_t room = LINE_BYTES;
    while (reserve(trace, room + 1)) {
        size_t length = sim_event_json(event, trace->text + trace->length, room);
        if (length < room) {
            end_line(trace, length);
            return;
        }
        room = length + 1;
    }
}

/* What the header and the end line say. */
struct frame {
    const char *scenario; /* header */
    uint64_t seed;
    const char *executor;
    const char *verdict; /* end line */
};

/* `write` is called twice: for the length, and to write. */
static void keep_frame(struct sim_trace *trace, const struct frame *frame,
                       size_t (*write)(const struct sim_trace *trace, const struct frame *frame,
                                       char *buffer, size_t size))
{
    size_t length = trace->options.keep_text ? write(trace, frame, NULL, 0) : 0;
    if (length > 0 && reserve(trace, length + 1)) {
        (void)write(trace, frame, trace->text + trace->length, length + 1);
        end_line(trace, length);
    }
}

static size_t write_header(const struct sim_trace *trace, const struct frame *frame, char *buffer,
                           size_t size)
{
    (void)trace;
    struct sim__out out;
    sim__out_init(&out, buffer, size);
    sim__out_text(&out, "{\"rehearse\":1,\"scenario\":");
    sim__json_string(&out, frame->scenario);
    sim__out_text(&out, ",\"seed\":");
    sim__out_u64(&out, frame->seed);
    sim__out_text(&out, ",\"executor\":");
    sim__json_string(&out, frame->executor);
    sim__out_char(&out, '}');
    return out.length;
}

static size_t write_end(const struct sim_trace *trace, const struct frame *frame, char *buffer,
                        size_t size)
{
    struct sim__out out;
    sim__out_init(&out, buffer, size);
    sim__out_text(&out, "{\"end\":true,\"t\":");
    sim__out_u64(&out, trace->last_ns);
    sim__out_text(&out, ",\"events\":");
    sim__out_u64(&out, trace->events);
    sim__out_text(&out, ",\"hash\":\"");
    sim__out_hex16(&out, trace->hash);
    sim__out_text(&out, "\",\"verdict\":");
    sim__json_string(&out, frame->verdict);
    sim__out_char(&out, '}');
    return out.length;
}

void sim_trace_begin(struct sim_trace *trace, const char *scenario, uint64_t seed,
                     const char *executor)
{
    struct frame frame = {.scenario = scenario, .seed = seed, .executor = executor};
    keep_frame(trace, &frame, write_header);
}

void sim_trace_event(void *context, const struct sup_event *event)
{
    struct sim_trace *trace = context;
    trace->events++;
    trace->last_ns = event->at.ns;
    if (trace->options.hash) {
        trace->hash = roll(trace->hash, event);
    }
    if (trace->options.keep_text) {
        keep(trace, event);
    }
}

void sim_trace_end(struct sim_trace *trace, uint64_t draws, const char *verdict)
{
    if (trace->options.hash) {
        struct encoder encoder = {.seed = trace->hash};
        encode_u64(&encoder, draws);
        trace->hash = digest(&encoder);
    }
    struct frame frame = {.verdict = verdict};
    keep_frame(trace, &frame, write_end);
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
    if (ret_length != NULL) {
        *ret_length = trace->text != NULL ? trace->length : 0;
    }
    return trace->text != NULL ? trace->text : "";
}

bool sim_trace_failed(const struct sim_trace *trace)
{
    return trace->failed;
}
