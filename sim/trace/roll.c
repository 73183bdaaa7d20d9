/* The hash of a trace, which docs/trace.md defines to the byte, and what is kept of one for
 * another (record.h).
 *
 * An event is put together where the hash will find it: behind the one before, in the record of
 * a run that is kept, else in a block. So an event costs its own bytes, and they are hashed
 * many at a time: a record once, when the hash is asked for, a block when it is full.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sup/assert.h"
#include "bytes.h"
#include "internal.h"

#define BLOCK_BYTES 4096u

struct sim__roller {
    XXH3_state_t state; /* of what is no longer in the block */
    bool flushed;
    unsigned char bytes[BLOCK_BYTES];
};

/* An event with long texts, in memory of its own; NULL: there is none. */
static unsigned char *put_apart(const struct sup_event *event, size_t bytes, size_t *ret_length)
{
    struct sim__event_room room;
    unsigned char *start = malloc(bytes);
    if (start != NULL) {
        *ret_length = (size_t)(sim__event_bytes(&room, start, bytes, event) - start);
        SUP_ASSERT(room.left_out == 0);
    }
    return start;
}

/* Where the next event goes, and behind it there are so many bytes. */
static void go_on(struct sim_trace *trace, unsigned char *to, size_t room)
{
    SUP_ASSERT(room >= SIM__EVENT_BYTES);
    trace->to = to;
    trace->brim = to + room - SIM__EVENT_BYTES + 1;
}

/* ---- blocks ---- */

static void flush(struct sim_trace *trace)
{
    struct sim__roller *roller = trace->roller;
    if (!roller->flushed) {
        roller->flushed = true;
        XXH3_INITSTATE(&roller->state);
        (void)XXH3_64bits_reset(&roller->state);
    }
    (void)XXH3_64bits_update(&roller->state, roller->bytes, (size_t)(trace->to - roller->bytes));
    go_on(trace, roller->bytes, BLOCK_BYTES);
}

/* It has no hash any more. */
static enum sim__told stray(struct sim_trace *trace)
{
    trace->options.hash = false;
    trace->course = SIM__TOLD_STRAYED;
    trace->to = NULL;
    trace->brim = NULL;
    trace->same = NULL;
    trace->same_end = NULL;
    return SIM__TOLD_STRAYED;
}

/* From here on there are blocks, behind what is kept of the events so far. */
static void begin_blocks(struct sim_trace *trace, const unsigned char *bytes, size_t length)
{
    struct sim__roller *roller = aligned_alloc(_Alignof(struct sim__roller), sizeof(*roller));
    trace->roller = roller;
    trace->course = SIM__TOLD_ROLLED;
    if (roller == NULL) {
        trace->failed = true;
        (void)stray(trace);
        return;
    }
    roller->flushed = false;
    go_on(trace, roller->bytes, BLOCK_BYTES);
    if (length > 0) {
        flush(trace);
        (void)XXH3_64bits_update(&roller->state, bytes, length);
    }
}

static uint64_t hash_of_blocks(const struct sim_trace *trace)
{
    const struct sim__roller *roller = trace->roller;
    const size_t length = (size_t)(trace->to - roller->bytes);
    if (!roller->flushed) {
        return XXH3_64bits(roller->bytes, length);
    }
    XXH3_state_t state;
    XXH3_copyState(&state, &roller->state);
    (void)XXH3_64bits_update(&state, roller->bytes, length);
    return XXH3_64bits_digest(&state);
}

/* ---- what is kept ---- */

static size_t kept_length(const struct sim_trace *trace)
{
    const struct sim__record *record = &trace->record;
    return trace->course == SIM__TOLD_KEPT ? (size_t)(trace->to - record->bytes) : record->length;
}

/* So much more fits, or nothing more is kept. */
static __attribute__((noinline)) void make_room(struct sim_trace *trace, size_t wanted)
{
    struct sim__record *record = &trace->record;
    const size_t length = kept_length(trace);
    size_t room = record->room == 0 ? SIM__RECORD_BYTES_FIRST : record->room;
    while (room - length < wanted && room <= SIM__RECORD_BYTES) {
        room *= 2;
    }
    unsigned char *grown = room <= SIM__RECORD_BYTES ? realloc(record->bytes, room) : NULL;
    if (grown == NULL) {
        record->length = length;
        record->full = true;
        begin_blocks(trace, record->bytes, length);
        return;
    }
    record->bytes = grown;
    record->room = room;
    go_on(trace, grown + length, room - length);
}

void sim__trace_keep(struct sim_trace *trace)
{
    SUP_ASSERT(trace->events == 0 && trace->options.hash);
    trace->course = SIM__TOLD_KEPT;
    make_room(trace, SIM__EVENT_BYTES);
}

/* ---- what is held against it ---- */

void sim__trace_hold(struct sim_trace *trace, const struct sim_trace *before)
{
    SUP_ASSERT(trace->events == 0 && trace->options.hash);
    const size_t length = kept_length(before);
    if (length > 0 || before->course == SIM__TOLD_KEPT) {
        trace->course = SIM__TOLD_HELD;
        trace->before = before;
        trace->same = before->record.bytes;
        trace->same_end = trace->same + length;
    }
}

/* No longer held, but hashed, together with what it has had in common so far. */
static void let_go(struct sim_trace *trace)
{
    const unsigned char *bytes = trace->before->record.bytes;
    const size_t length = (size_t)(trace->same - bytes);
    trace->same = NULL;
    trace->same_end = NULL;
    begin_blocks(trace, bytes, length);
}

/* No event's bytes are how another's begin, so that a difference is in this one. */
static enum sim__told held(struct sim_trace *trace, const unsigned char *bytes, size_t length)
{
    if (length > (size_t)(trace->same_end - trace->same) ||
        memcmp(trace->same, bytes, length) != 0) {
        return stray(trace);
    }
    trace->same += length;
    if (trace->same == trace->same_end && trace->before->record.full) {
        let_go(trace);
    }
    return SIM__TOLD_HELD;
}

/* ---- an event ---- */

/* What was left out of it does not fit with the others. */
static __attribute__((noinline)) enum sim__told
tell_long(struct sim_trace *trace, const struct sup_event *event, size_t left_out)
{
    const size_t bytes = SIM__EVENT_BYTES + left_out;
    size_t length = 0;
    if (trace->course == SIM__TOLD_KEPT) {
        make_room(trace, bytes);
    }
    unsigned char *apart = put_apart(event, bytes, &length);
    if (apart == NULL) {
        trace->failed = true;
        return stray(trace);
    }
    enum sim__told told = trace->course;
    if (told == SIM__TOLD_KEPT) {
        memcpy(trace->to, apart, length);
        trace->to += length;
    } else if (told == SIM__TOLD_HELD) {
        told = held(trace, apart, length);
    } else if (told == SIM__TOLD_ROLLED) {
        flush(trace);
        (void)XXH3_64bits_update(&trace->roller->state, apart, length);
    }
    free(apart);
    return told;
}

/* There may have been no room, or there may be no hash. */
static void make_more(struct sim_trace *trace)
{
    if (trace->course == SIM__TOLD_KEPT) {
        make_room(trace, SIM__EVENT_BYTES);
    } else if (trace->roller == NULL) {
        begin_blocks(trace, NULL, 0);
    } else {
        flush(trace);
    }
}

static enum sim__told hold(struct sim_trace *trace, const struct sup_event *event)
{
    struct sim__event_room room;
    unsigned char own[SIM__EVENT_BYTES];
    const unsigned char *end = sim__event_bytes(&room, own, sizeof(own), event);
    if (room.left_out > 0) {
        return tell_long(trace, event, room.left_out);
    }
    return held(trace, own, (size_t)(end - own));
}

/* Any event, wherever it goes. */
static __attribute__((noinline)) enum sim__told tell_any(struct sim_trace *trace,
                                                         const struct sup_event *event)
{
    trace->events++;
    trace->last_ns = event->at.ns;
    if (trace->has_lines) {
        sim__trace_line(trace, event);
    }
    if (trace->course == SIM__TOLD_HELD) {
        return hold(trace, event);
    }
    if (trace->options.hash && trace->to >= trace->brim) {
        make_more(trace);
    }
    if (!trace->options.hash) {
        return trace->course;
    }
    struct sim__event_room room;
    unsigned char *end = sim__event_bytes(&room, trace->to, SIM__EVENT_BYTES, event);
    if (room.left_out > 0) {
        return tell_long(trace, event, room.left_out);
    }
    trace->to = end;
    return trace->course;
}

/* Where the next event goes. False: there is no room. */
static inline bool put_short(struct sim_trace *trace, const struct sim__short_event *one)
{
    unsigned char *to = trace->to;
    if (to >= trace->brim) {
        return false;
    }
    memcpy(to, &one->head, sizeof(one->head));
    memcpy(to + sizeof(one->head), &one->delay, sizeof(one->delay));
    trace->to = to + one->length;
    return true;
}

/* Whether it is the next one of the record, and not the last. */
static inline bool is_next(struct sim_trace *trace, const struct sim__short_event *one)
{
    const struct sim__event_head *head = &one->head;
    const unsigned char *at = trace->same;
    uint64_t same[4];
    if ((size_t)(trace->same_end - at) <= sizeof(same)) {
        return false;
    }
    memcpy(same, at, sizeof(same));
    const uint64_t delay = one->length > sizeof(*head) ? same[3] : one->delay;
    if (((head->at ^ same[0]) | (head->fields_slot ^ same[1]) | (head->rest ^ same[2]) |
         (one->delay ^ delay)) != 0) {
        return false;
    }
    trace->same = at + one->length;
    return true;
}

/* Most events are short, and have the bytes that they have in any case. */
enum sim__told sim__trace_tell(struct sim_trace *trace, const struct sup_event *event)
{
    struct sim__short_event one;
    if (trace->has_lines || !sim__event_is_short(event, &one) ||
        (!put_short(trace, &one) && !is_next(trace, &one))) {
        return tell_any(trace, event);
    }
    trace->events++;
    trace->last_ns = event->at.ns;
    return trace->course;
}

void sim_trace_event(void *context, const struct sup_event *event)
{
    (void)sim__trace_tell(context, event);
}

bool sim__event_digest(const struct sup_event *event, uint64_t seed, uint64_t *ret_digest)
{
    struct sim__event_room room;
    unsigned char own[SIM__EVENT_BYTES];
    size_t length = (size_t)(sim__event_bytes(&room, own, sizeof(own), event) - own);
    if (room.left_out == 0) {
        *ret_digest = XXH3_64bits_withSeed(own, length, seed);
        return true;
    }
    unsigned char *apart = put_apart(event, sizeof(own) + room.left_out, &length);
    if (apart != NULL) {
        *ret_digest = XXH3_64bits_withSeed(apart, length, seed);
    }
    free(apart);
    return apart != NULL;
}

/* ---- the hash ---- */

uint64_t sim_trace_hash(const struct sim_trace *trace)
{
    if (trace->ended || !trace->options.hash) {
        return trace->hash;
    }
    switch (trace->course) {
    case SIM__TOLD_KEPT:
        return XXH3_64bits(trace->record.bytes, kept_length(trace));
    case SIM__TOLD_HELD:
        return XXH3_64bits(trace->before->record.bytes,
                           (size_t)(trace->same - trace->before->record.bytes));
    default:
        return trace->roller != NULL ? hash_of_blocks(trace) : XXH3_64bits("", 0);
    }
}

uint64_t sim__trace_digest(struct sim_trace *trace)
{
    if (trace->course != SIM__TOLD_ROLLED || trace->roller == NULL || !trace->options.hash) {
        return sim_trace_hash(trace);
    }
    flush(trace);
    return XXH3_64bits_digest(&trace->roller->state);
}

uint64_t sim__trace_events_hash(const struct sim_trace *trace)
{
    SUP_ASSERT(trace->ended || !trace->options.hash);
    return trace->events_hash;
}

/* The draws stand behind the events. Who was held against another to its end, and drew as often,
 * has its hash. */
void sim__trace_end_hash(struct sim_trace *trace, uint64_t draws)
{
    const struct sim_trace *before = trace->before;
    unsigned char bytes[sizeof(draws)];
    SUP_ASSERT(!trace->ended && trace->options.hash);
    trace->draws = draws;
    if (trace->course == SIM__TOLD_HELD) {
        if (trace->same == trace->same_end && before->ended && before->draws == draws) {
            trace->hash = before->hash;
            trace->ended = true;
            return;
        }
        let_go(trace);
    } else if (trace->to >= trace->brim) {
        make_more(trace);
    }
    draws = sim__little_endian(draws);
    memcpy(bytes, &draws, sizeof(bytes));
    if (trace->course == SIM__TOLD_KEPT) {
        memcpy(trace->to, bytes, sizeof(bytes));
        trace->hash = XXH3_64bits(trace->record.bytes, kept_length(trace) + sizeof(bytes));
    } else if (trace->course == SIM__TOLD_ROLLED) {
        trace->events_hash = sim__trace_digest(trace);
        (void)XXH3_64bits_update(&trace->roller->state, bytes, sizeof(bytes));
        trace->hash = XXH3_64bits_digest(&trace->roller->state);
    }
    trace->ended = true;
}
