/* A bounded text under construction, without stdio: it counts what it would need
 * and writes what fits, as snprintf does. */
#ifndef SUP_REPORT_TEXT_H
#define SUP_REPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "sup/time.h"

struct sup__writer {
    char *buffer;
    size_t size;
    size_t length; /* needed so far */
};

static inline void sup__write_byte(struct sup__writer *w, char byte)
{
    if (w->length < w->size) { /* its last byte is for the end */
        w->buffer[w->length] = byte;
    }
    w->length++;
}

static inline void sup__write(struct sup__writer *w, const char *text)
{
    while (*text != '\0') {
        sup__write_byte(w, *text++);
    }
}

static inline void sup__write_number(struct sup__writer *w, uint64_t number)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        sup__write_byte(w, digits[--count]);
    }
}

/* A duration as decimal seconds, exactly, without trailing zeros. */
static inline void sup__write_seconds(struct sup__writer *w, struct sup_duration length)
{
    uint64_t ns = length.ns;
    uint64_t part = ns % 1000000000u;
    sup__write_number(w, ns / 1000000000u);
    if (part == 0) {
        return;
    }
    sup__write_byte(w, '.');
    for (uint64_t unit = 100000000u; part > 0; unit /= 10) {
        sup__write_byte(w, (char)('0' + part / unit));
        part %= unit;
    }
}

static inline size_t sup__write_end(struct sup__writer *w)
{
    if (w->size > 0) {
        w->buffer[w->length < w->size ? w->length : w->size - 1] = '\0';
    }
    return w->length;
}

#endif
