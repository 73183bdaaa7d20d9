/* Text written into a buffer of fixed size, and JSON written that way.
 *
 * A writer counts what it is given also when the buffer is full, as snprintf
 * does; what fits is always NUL-terminated. So a caller learns the room it
 * needs, and nothing here allocates.
 */
#ifndef SIM_JSON_H
#define SIM_JSON_H

#include <stddef.h>
#include <stdint.h>

struct sim__out {
    char *buffer; /* may be NULL when size is 0 */
    size_t size;
    size_t length; /* of the whole text, whether it fitted or not */
};

void sim__out_init(struct sim__out *out, char *buffer, size_t size);
void sim__out_bytes(struct sim__out *out, const char *bytes, size_t length);
void sim__out_text(struct sim__out *out, const char *text);
void sim__out_char(struct sim__out *out, char c);
void sim__out_u64(struct sim__out *out, uint64_t value);
void sim__out_i64(struct sim__out *out, int64_t value);
void sim__out_hex16(struct sim__out *out, uint64_t value); /* 16 digits */
/* Spaces until the text is `columns` characters longer than at `from`, at least
 * one. */
void sim__out_pad(struct sim__out *out, size_t from, size_t columns);

/* A JSON string with its quotation marks. Control characters are escaped, each
 * byte that is not part of valid UTF-8 becomes U+FFFD. */
void sim__json_string(struct sim__out *out, const char *text);
/* For people: control characters as \xNN, invalid bytes as U+FFFD. */
void sim__out_safe(struct sim__out *out, const char *text);

/* The length of the UTF-8 character at the start of a NUL-terminated text, 0 when
 * there is none: overlong forms, surrogates and values above U+10FFFF are not. */
size_t sim__utf8_length(const char *text);

#endif
