/* The rolling hash of a trace, which docs/trace.md defines to the byte, and what is kept of
 * one for another (record.h). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sup/assert.h"
#include "internal.h"

/* Room for every fixed field, so that only strings have to look. */
#define ENCODER_BYTES 512
#define FIXED_BYTES 160
#define SHORT_BYTES 32u
#define START_BYTES 29u

/* ---- the bytes ---- */

/* What does not fit goes through the streaming form of the same function. `to`
 * travels in a register; there is always room for all fixed fields behind it. */
struct encoder {
    uint64_t seed;
    bool streaming;
    unsigned char *start; /* room for ENCODER_BYTES: its own, or in the record */
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
    (void)XXH3_64bits_update(&encoder->state, encoder->start, (size_t)(to - encoder->start));
    return encoder->start;
}

/* Names and errors are mostly short: two overlapping copies instead of a call. */
static inline unsigned char *copy_short(unsigned char *to, const char *text, size_t length)
{
    if (length > 16) {
        memcpy(to, text, 16);
        memcpy(to + length - 16, text + length - 16, 16);
    } else if (length >= 8) {
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
    size_t used = (size_t)(to - encoder->start);
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
    bool fits = length <= SHORT_BYTES &&
                to - encoder->start <= ENCODER_BYTES - FIXED_BYTES - (ptrdiff_t)SHORT_BYTES;
    return fits ? copy_short(to, text, length) : put_long(encoder, to, text, length);
}

static __attribute__((noinline)) uint64_t digest_long(struct encoder *encoder,
                                                      const unsigned char *to)
{
    (void)flush(encoder, to);
    return XXH3_64bits_digest(&encoder->state);
}

static inline uint64_t digest(struct encoder *encoder, const unsigned char *to)
{
    size_t length = (size_t)(to - encoder->start);
    SUP_ASSERT(length <= ENCODER_BYTES);
    if (__builtin_expect(!encoder->streaming, 1)) {
        return XXH3_64bits_withSeed(encoder->start, length, encoder->seed);
    }
    return digest_long(encoder, to);
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
    if (fields & SUP_FIELD_FINISH) {
        to = put_u32(to, (uint32_t)event->finish);
    }
    return to;
}

/* A slot stands for the name that its `registered` event told, so only the events
 * that are about something else carry names. */
#define NAMING_EVENTS \
    (UINT32_C(1) << SUP_EVENT_REGISTERED | UINT32_C(1) << SUP_EVENT_COMMAND | \
     UINT32_C(1) << SUP_EVENT_GROUP_CANCELLED | UINT32_C(1) << SUP_EVENT_GROUP_RESTART | \
     UINT32_C(1) << SUP_EVENT_LIMIT_EXHAUSTED | UINT32_C(1) << SUP_EVENT_GROUP_SHUTDOWN)
#define ENDING_FIELDS \
    (SUP_FIELD_OUTCOME | SUP_FIELD_EXIT | SUP_FIELD_CODE | SUP_FIELD_SIGNAL | SUP_FIELD_FINISH)
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

/* ---- what is kept, and held against it ---- */

/* Another event fits, or nothing more is kept. */
static __attribute__((noinline)) void make_room(struct sim_trace *trace)
{
    struct sim__record *record = &trace->record;
    size_t room = record->room == 0 ? SIM__RECORD_BYTES / 2 : record->room * 2;
    unsigned char *grown = room <= SIM__RECORD_BYTES ? realloc(record->bytes, room) : NULL;
    if (grown == NULL) {
        trace->course = SIM__TOLD_ROLLED;
        return;
    }
    record->bytes = grown;
    record->room = room;
}

void sim__trace_keep(struct sim_trace *trace)
{
    SUP_ASSERT(trace->events == 0 && trace->options.hash);
    trace->course = SIM__TOLD_KEPT;
    make_room(trace);
}

void sim__trace_hold(struct sim_trace *trace, const struct sim_trace *before)
{
    SUP_ASSERT(trace->events == 0 && trace->options.hash);
    if (before->record.length > 0) {
        trace->before = &before->record;
        trace->course = SIM__TOLD_HELD;
    }
}

/* Where the bytes of an event are put together. */
static inline unsigned char *place(const struct sim_trace *trace, unsigned char *own)
{
    const struct sim__record *record = &trace->record;
    return trace->course == SIM__TOLD_KEPT ? record->bytes + record->length : own;
}

static inline enum sim__told kept(struct sim_trace *trace, size_t length)
{
    struct sim__record *record = &trace->record;
    record->length += length;
    record->hash = trace->hash;
    if (record->room - record->length < ENCODER_BYTES) {
        make_room(trace);
    }
    return SIM__TOLD_KEPT;
}

/* It has no hash any more. */
static enum sim__told stray(struct sim_trace *trace)
{
    trace->options.hash = false;
    trace->course = SIM__TOLD_STRAYED;
    return SIM__TOLD_STRAYED;
}

/* No event's bytes are how another's begin, so that a difference is in this one. */
static inline enum sim__told held(struct sim_trace *trace, const unsigned char *bytes,
                                  size_t length)
{
    const struct sim__record *before = trace->before;
    if (length > before->length - trace->held ||
        memcmp(before->bytes + trace->held, bytes, length) != 0) {
        return stray(trace);
    }
    trace->held += length;
    if (trace->held == before->length) {
        trace->hash = before->hash;
        trace->course = SIM__TOLD_ROLLED;
    }
    return SIM__TOLD_HELD;
}

/* ---- an event ---- */

/* Two functions begin with this, so that who is not recorded pays nothing for it. */
static inline __attribute__((always_inline)) unsigned char *encode(struct encoder *encoder,
                                                                   const struct sup_event *event)
{
    uint32_t fields = event->fields;
    unsigned char *to = put_u64(encoder->start, event->at.ns);
    to = put_u64(to, event->sequence);
    to = put_u32(to, fields);
    to = put_u32(to, event->slot);
    to = put_u8(to, event->type);
    if (__builtin_expect((NAMING_EVENTS >> event->type & 1u) != 0, 0)) {
        to = put_subject(encoder, to, event);
    }
    if (fields & SUP_FIELD_ATTEMPT) {
        to = put_u32(to, event->attempt);
    }
    if (fields & ENDING_FIELDS) {
        to = put_ending(to, event);
    }
    if (fields & SUP_FIELD_ERROR) {
        to = put_text(encoder, to, event->error);
    }
    if (fields & SUP_FIELD_DELAY) {
        to = put_u64(to, event->delay.ns);
    }
    if (fields & SUP_FIELD_STREAK) {
        to = put_u32(to, event->streak);
    }
    if (__builtin_expect((fields & RARE_FIELDS) != 0, 0)) {
        to = put_rare(encoder, to, event);
    }
    return to;
}

static inline bool is_start(const struct sup_event *event)
{
    return event->type == SUP_EVENT_ATTEMPT_STARTED && event->fields == SUP_FIELD_ATTEMPT;
}

static inline void encode_start(unsigned char *bytes, const struct sup_event *event)
{
    unsigned char *to = put_u64(bytes, event->at.ns);
    to = put_u64(to, event->sequence);
    to = put_u32(to, SUP_FIELD_ATTEMPT);
    to = put_u32(to, event->slot);
    to = put_u8(to, SUP_EVENT_ATTEMPT_STARTED);
    to = put_u32(to, event->attempt);
    SUP_ASSERT(to == bytes + START_BYTES);
}

/* The most frequent event, whose length is known: the same bytes, hashed by the
 * function's branch for that length. */
static void roll_start(struct sim_trace *trace, const struct sup_event *event)
{
    unsigned char bytes[START_BYTES];
    encode_start(bytes, event);
    trace->hash = XXH3_64bits_withSeed(bytes, START_BYTES, trace->hash);
}

static __attribute__((noinline)) void roll(struct sim_trace *trace, const struct sup_event *event)
{
    struct encoder encoder;
    encoder.seed = trace->hash;
    encoder.streaming = false;
    encoder.start = encoder.bytes;
    trace->hash = digest(&encoder, encode(&encoder, event));
}

static __attribute__((noinline)) enum sim__told record_start(struct sim_trace *trace,
                                                             const struct sup_event *event)
{
    unsigned char own[START_BYTES];
    unsigned char *bytes = place(trace, own);
    encode_start(bytes, event);
    if (trace->course == SIM__TOLD_HELD) {
        return held(trace, bytes, START_BYTES);
    }
    trace->hash = XXH3_64bits_withSeed(bytes, START_BYTES, trace->hash);
    return kept(trace, START_BYTES);
}

/* What is too long to be kept ends what is kept, and so is in no record. */
static __attribute__((noinline)) enum sim__told record(struct sim_trace *trace,
                                                       const struct sup_event *event)
{
    struct encoder encoder;
    encoder.seed = trace->hash;
    encoder.streaming = false;
    encoder.start = place(trace, encoder.bytes);
    const unsigned char *to = encode(&encoder, event);
    const size_t length = (size_t)(to - encoder.start);
    if (trace->course == SIM__TOLD_HELD) {
        return encoder.streaming ? stray(trace) : held(trace, encoder.start, length);
    }
    trace->hash = digest(&encoder, to);
    if (!encoder.streaming) {
        return kept(trace, length);
    }
    trace->course = SIM__TOLD_ROLLED;
    return SIM__TOLD_ROLLED;
}

static __attribute__((noinline)) enum sim__told rolled(struct sim_trace *trace,
                                                       const struct sup_event *event)
{
    if (!trace->options.hash) {
        return trace->course;
    }
    if (is_start(event)) {
        roll_start(trace, event);
    } else {
        roll(trace, event);
    }
    return SIM__TOLD_ROLLED;
}

/* What is recorded is hashed, too: whatever ends the hash ends the record. Each of the functions
 * that this one ends with is called last, so that nothing has to be saved here. */
enum sim__told sim__trace_tell(struct sim_trace *trace, const struct sup_event *event)
{
    trace->events++;
    trace->last_ns = event->at.ns;
    if (__builtin_expect(trace->has_lines, 0)) {
        sim__trace_line(trace, event);
    }
    if (trace->course != SIM__TOLD_KEPT && trace->course != SIM__TOLD_HELD) {
        return rolled(trace, event);
    }
    return is_start(event) ? record_start(trace, event) : record(trace, event);
}

void sim_trace_event(void *context, const struct sup_event *event)
{
    (void)sim__trace_tell(context, event);
}

void sim__trace_roll_draws(struct sim_trace *trace, uint64_t draws)
{
    struct encoder encoder;
    encoder.seed = trace->hash;
    encoder.streaming = false;
    encoder.start = encoder.bytes;
    trace->hash = digest(&encoder, put_u64(encoder.bytes, draws));
}
