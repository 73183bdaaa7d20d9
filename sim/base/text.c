/* Text that is put together piece by piece; see text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"

#define FIRST_BYTES 256u

void sim__text_init_fixed(struct sim__text *text, char *buffer, size_t size)
{
    *text = (struct sim__text){.bytes = buffer, .capacity = size, .fixed = true};
    if (size > 0) {
        buffer[0] = '\0';
    }
}

void sim__text_release(struct sim__text *text)
{
    if (!text->fixed) {
        free(text->bytes);
    }
    *text = (struct sim__text){0};
}

void sim__text_clear(struct sim__text *text)
{
    text->length = 0;
    if (text->bytes != NULL && text->capacity > 0) {
        text->bytes[0] = '\0';
    }
}

const char *sim__text_string(const struct sim__text *text)
{
    return text->bytes == NULL || text->capacity == 0 ? "" : text->bytes;
}

/* How many of `more` bytes fit; with the NUL behind them. */
static size_t room_for(const struct sim__text *text, size_t more)
{
    size_t free_bytes = text->length + 1 < text->capacity ? text->capacity - text->length - 1 : 0;
    return more < free_bytes ? more : free_bytes;
}

/* Makes room for `more` bytes and the NUL. */
static bool reserve(struct sim__text *text, size_t more)
{
    if (text->failed || more >= SIZE_MAX / 2 - text->length) {
        text->failed = true;
        return false;
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) {
        return true;
    }
    size_t capacity = text->capacity < FIRST_BYTES ? FIRST_BYTES : text->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    bytes[text->length] = '\0'; /* also when nothing comes */
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void sim__text_putn(struct sim__text *text, const char *bytes, size_t length)
{
    if (!text->fixed && !reserve(text, length)) {
        return;
    }
    size_t part = room_for(text, length);
    if (part > 0) {
        memcpy(text->bytes + text->length, bytes, part);
        text->bytes[text->length + part] = '\0';
    }
    text->length += length;
}

void sim__text_put(struct sim__text *text, const char *string)
{
    sim__text_putn(text, string, strlen(string));
}

void sim__text_char(struct sim__text *text, char c)
{
    sim__text_putn(text, &c, 1);
}

void sim__text_format(struct sim__text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0 || (!text->fixed && !reserve(text, (size_t)length))) {
        text->failed = true;
        return;
    }
    if (text->length < text->capacity) {
        va_start(list, format);
        (void)vsnprintf(text->bytes + text->length, text->capacity - text->length, format, list);
        va_end(list);
    }
    text->length += (size_t)length;
}

void sim__text_u64(struct sim__text *text, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    sim__text_putn(text, digits + at, sizeof(digits) - at);
}

void sim__text_i64(struct sim__text *text, int64_t value)
{
    if (value < 0) {
        sim__text_char(text, '-');
    }
    sim__text_u64(text, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void sim__text_hex16(struct sim__text *text, uint64_t value)
{
    char digits[16];
    for (size_t i = 0; i < sizeof(digits); i++) {
        digits[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15u];
    }
    sim__text_putn(text, digits, sizeof(digits));
}

void sim__text_duration(struct sim__text *text, struct sup_duration length)
{
    char buffer[SIM__DURATION_BYTES];
    sim__text_putn(text, buffer, (size_t)(sim__duration_put(buffer, length) - buffer));
}

void sim__text_pad(struct sim__text *text, size_t spaces)
{
    static const char blank[] = "                                ";
    while (spaces > 0 && !text->failed) {
        size_t part = spaces < sizeof(blank) - 1 ? spaces : sizeof(blank) - 1;
        sim__text_putn(text, blank, part);
        spaces -= part;
    }
}

void sim__text_column(struct sim__text *text, size_t from, size_t columns)
{
    size_t used = 0;
    for (size_t i = from; i < text->length; i++) {
        used += i >= text->capacity || ((unsigned char)text->bytes[i] & 0xC0u) != 0x80u;
    }
    sim__text_pad(text, used < columns ? columns - used : 1);
}
