/* What only some events have behind their head; see bytes.h. */
#include "bytes.h"

#define SHORT_BYTES 32u

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
    value = sim__little_endian(value);
    memcpy(to, &value, sizeof(value));
    return to + sizeof(value);
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

/* Length and bytes. */
static inline unsigned char *put_text(struct sim__event_room *room, unsigned char *to,
                                      const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    to = put_u32(to, (uint32_t)length);
    if ((ptrdiff_t)length > room->limit - to) {
        room->left_out += length;
        return to;
    }
    if (length <= SHORT_BYTES) {
        return copy_short(to, text, length);
    }
    memcpy(to, text, length);
    return to + length;
}

static unsigned char *put_command(struct sim__event_room *room, unsigned char *to,
                                  const struct sup_event *event)
{
    to = put_u8(to, event->command);
    to = put_text(room, to, event->who);
    to = put_text(room, to, event->why);
    to = put_u32(to, (uint32_t)event->result);
    return put_u8(to, event->idempotent);
}

/* The fields that common events do not have. */
static unsigned char *put_rare(struct sim__event_room *room, unsigned char *to,
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
        to = put_text(room, to, event->text);
    }
    if (fields & SUP_FIELD_COUNT) {
        to = put_u32(to, event->count);
        to = put_u32(to, event->limit);
    }
    if (fields & SUP_FIELD_COMMAND) {
        to = put_command(room, to, event);
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

/* What ends have that say more than how. */
static unsigned char *put_ending(unsigned char *to, const struct sup_event *event)
{
    uint32_t fields = event->fields;
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

static unsigned char *put_subject(struct sim__event_room *room, unsigned char *to,
                                  const struct sup_event *event)
{
    to = put_u8(to, (event->service != NULL ? 1u : 0u) | (event->group != NULL ? 2u : 0u));
    if (event->service != NULL) {
        to = put_text(room, to, event->service);
    }
    if (event->group != NULL) {
        to = put_text(room, to, event->group);
    }
    return to;
}

/* The fields that most events do not have. */
#define RARE_FIELDS \
    (SUP_FIELD_GENERATION | SUP_FIELD_REASON | SUP_FIELD_TEXT | SUP_FIELD_COUNT | \
     SUP_FIELD_COMMAND | SUP_FIELD_TIMEOUT | SUP_FIELD_DRAIN | SUP_FIELD_THEN)
#define ENDING_FIELDS (SUP_FIELD_CODE | SUP_FIELD_SIGNAL | SUP_FIELD_FINISH)

/* There is one place for a number in the head. */
#define BOTH_NUMBERS (SUP_FIELD_ATTEMPT | SUP_FIELD_STREAK)

static unsigned char *put_head(unsigned char *to, const struct sup_event *event)
{
    const uint32_t fields = event->fields;
    const uint32_t streak = fields & SUP_FIELD_STREAK ? event->streak : 0;
    const uint32_t number = fields & SUP_FIELD_ATTEMPT ? event->attempt : streak;
    struct sim__event_head head;
    sim__event_head(event, number | (uint64_t)event->type << 32 | sim__event_ending(event), &head);
    memcpy(to, &head, sizeof(head));
    return to + sizeof(head);
}

unsigned char *sim__event_bytes(struct sim__event_room *room, unsigned char *start, size_t bytes,
                                const struct sup_event *event)
{
    const uint32_t fields = event->fields;
    unsigned char *to = put_head(start, event);
    room->limit = start + bytes - SIM__EVENT_FIXED_BYTES;
    room->left_out = 0;
    if (fields & SUP_FIELD_DELAY) {
        to = put_u64(to, event->delay.ns);
    }
    if ((SIM__NAMING_EVENTS >> event->type & 1u) != 0) {
        to = put_subject(room, to, event);
    }
    if (fields & ENDING_FIELDS) {
        to = put_ending(to, event);
    }
    if (sim__event_error(event) == SIM__ERROR_FOLLOWS) {
        to = put_text(room, to, event->error);
    }
    if ((fields & BOTH_NUMBERS) == BOTH_NUMBERS) {
        to = put_u32(to, event->streak);
    }
    if (fields & RARE_FIELDS) {
        to = put_rare(room, to, event);
    }
    return to;
}
