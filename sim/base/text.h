/* Text that is put together piece by piece.
 *
 * A text grows on the heap, or fills a buffer of its caller's. Neither has to be
 * looked after word by word. One that grows remembers that it ran out of memory: it
 * then stays as it was and `failed` is set. One in a buffer counts what it is given
 * also when the buffer is full, as snprintf does, so that a caller learns the room it
 * needs; what fits is always NUL-terminated. Who wants one that grows starts with all
 * zeros.
 */
#ifndef SIM_BASE_TEXT_H
#define SIM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/time.h"

struct sim__text {
    char *bytes; /* NUL-terminated when not NULL */
    size_t length;
    size_t capacity;
    bool fixed; /* the caller's buffer: never moved, never freed */
    bool failed;
};

/* The buffer may be NULL when size is 0. */
void sim__text_init_fixed(struct sim__text *text, char *buffer, size_t size);
/* Frees what has grown. */
void sim__text_release(struct sim__text *text);
void sim__text_clear(struct sim__text *text);
/* "" when nothing was written yet. */
const char *sim__text_string(const struct sim__text *text);

void sim__text_put(struct sim__text *text, const char *string);
void sim__text_putn(struct sim__text *text, const char *bytes, size_t length);
void sim__text_char(struct sim__text *text, char c);
void sim__text_format(struct sim__text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim__text_u64(struct sim__text *text, uint64_t value);
void sim__text_i64(struct sim__text *text, int64_t value);
void sim__text_hex16(struct sim__text *text, uint64_t value); /* 16 digits */
/* As a scenario writes it, exact: 0s, 10ms, 1m30s, never. */
void sim__text_duration(struct sim__text *text, struct sup_duration length);
void sim__text_pad(struct sim__text *text, size_t spaces);
/* Spaces until the text is `columns` characters longer than at `from`, at least one. */
void sim__text_column(struct sim__text *text, size_t from, size_t columns);

#endif
