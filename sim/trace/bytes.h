/* The bytes of an event, over which the hash of a trace goes: docs/trace.md has each of them.
 *
 * Most events are a head of 32 bytes, and a delay or none; what only some have besides is
 * bytes.c's.
 */
#ifndef SIM_TRACE_BYTES_H
#define SIM_TRACE_BYTES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sup/event.h"

/* Room for every fixed field, so that only texts have to look, and some for those. */
#define SIM__EVENT_BYTES 512u
#define SIM__EVENT_FIXED_BYTES 192u

/* A text that does not fit is left out, and counted. */
struct sim__event_room {
    const unsigned char *limit; /* no text goes beyond */
    size_t left_out;
};

static inline uint64_t sim__little_endian(uint64_t value)
{
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    value = __builtin_bswap64(value);
#endif
    return value;
}

/* A slot stands for the name that its `registered` event told, so only the events
 * that are about something else carry names. */
#define SIM__NAMING_EVENTS \
    (UINT32_C(1) << SUP_EVENT_REGISTERED | UINT32_C(1) << SUP_EVENT_COMMAND | \
     UINT32_C(1) << SUP_EVENT_GROUP_CANCELLED | UINT32_C(1) << SUP_EVENT_GROUP_RESTART | \
     UINT32_C(1) << SUP_EVENT_LIMIT_EXHAUSTED | UINT32_C(1) << SUP_EVENT_GROUP_SHUTDOWN)
static_assert(SUP_EVENT_TYPES <= 32, "event types are used as a set of bits");
static_assert(SUP_OUTCOMES <= 256, "an outcome is a byte of the head");

/* The error that most attempts end with is said by the head; of others it says that they follow. */
enum sim__event_error { SIM__ERROR_NONE, SIM__ERROR_FAILED, SIM__ERROR_FOLLOWS };

/* Byte by byte: a call would cost more than the rest of a head. */
static inline bool sim__is_failed(const char *text)
{
    return text != NULL && text[0] == 'f' && text[1] == 'a' && text[2] == 'i' && text[3] == 'l' &&
           text[4] == 'e' && text[5] == 'd' && text[6] == '\0';
}

static inline enum sim__event_error sim__event_error(const struct sup_event *event)
{
    if ((event->fields & SUP_FIELD_ERROR) == 0) {
        return SIM__ERROR_NONE;
    }
    return sim__is_failed(event->error) ? SIM__ERROR_FAILED : SIM__ERROR_FOLLOWS;
}

static inline uint64_t sim__event_ending(const struct sup_event *event)
{
    const uint32_t fields = event->fields;
    uint64_t ending = (uint64_t)sim__event_error(event) << 56;
    if (fields & SUP_FIELD_OUTCOME) {
        ending |= (uint64_t)event->outcome << 40;
    }
    if (fields & SUP_FIELD_EXIT) {
        ending |= (uint64_t)event->exit << 48;
    }
    return ending;
}

/* What all events begin with, in little-endian order. */
struct sim__event_head {
    uint64_t at;
    uint64_t fields_slot;
    uint64_t rest; /* attempt or streak, type, and the ending */
};
static_assert(sizeof(struct sim__event_head) == 24, "the head of docs/trace.md");

#define SIM__FIELDS_OF_AN_ATTEMPT \
    ((uint32_t)SUP_FIELD_ATTEMPT | SUP_FIELD_OUTCOME | SUP_FIELD_EXIT | SUP_FIELD_ERROR)
#define SIM__FIELDS_OF_A_WAIT ((uint32_t)SUP_FIELD_STREAK | SUP_FIELD_DELAY | SUP_FIELD_ERROR)

static inline void sim__event_head(const struct sup_event *event, uint64_t rest,
                                   struct sim__event_head *head)
{
    head->at = sim__little_endian(event->at.ns);
    head->fields_slot = sim__little_endian(event->fields | (uint64_t)event->slot << 32);
    head->rest = sim__little_endian(rest);
}

/* What an attempt goes through has a head alone, the wait after it a delay, too. */
struct sim__short_event {
    struct sim__event_head head;
    uint64_t delay; /* or anything */
    size_t length;
};

/* Whether that is all of it, as with most events. False: it is another, or its error follows. */
static inline __attribute__((always_inline)) bool sim__event_is_short(const struct sup_event *event,
                                                                      struct sim__short_event *ret)
{
    const uint32_t fields = event->fields;
    uint64_t rest = (uint64_t)event->type << 32;
    ret->delay = 0;
    ret->length = sizeof(ret->head);
    if ((SIM__NAMING_EVENTS >> event->type & 1u) != 0) {
        return false;
    }
    if (fields == SUP_FIELD_ATTEMPT) {
        rest |= event->attempt;
    } else if ((fields & ~SIM__FIELDS_OF_AN_ATTEMPT) == 0 && (fields & SUP_FIELD_ATTEMPT) != 0) {
        rest |= event->attempt | sim__event_ending(event);
    } else if ((fields | SUP_FIELD_ERROR) == SIM__FIELDS_OF_A_WAIT) {
        rest |= event->streak | (uint64_t)sim__event_error(event) << 56;
        ret->delay = sim__little_endian(event->delay.ns);
        ret->length = sizeof(ret->head) + sizeof(ret->delay);
    } else {
        return false;
    }
    sim__event_head(event, rest, &ret->head);
    return rest >> 56 != SIM__ERROR_FOLLOWS;
}

/* All of its bytes, from `start` on, where there are `bytes` (at least SIM__EVENT_BYTES) of room;
 * returns where they end. */
unsigned char *sim__event_bytes(struct sim__event_room *room, unsigned char *start, size_t bytes,
                                const struct sup_event *event);
/* XXH3 of the bytes of one event, with a seed. False: there is no memory for its texts. */
bool sim__event_digest(const struct sup_event *event, uint64_t seed, uint64_t *ret_digest);

#endif
