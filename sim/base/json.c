/* Bounded text and JSON strings. */
#include "json.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void sim__out_init(struct sim__out *out, char *buffer, size_t size)
{
    *out = (struct sim__out){.buffer = buffer, .size = size};
    if (size > 0) {
        buffer[0] = '\0';
    }
}

void sim__out_bytes(struct sim__out *out, const char *bytes, size_t length)
{
    if (out->length + 1 < out->size) {
        size_t room = out->size - out->length - 1;
        size_t part = length < room ? length : room;
        memcpy(out->buffer + out->length, bytes, part);
        out->buffer[out->length + part] = '\0';
    }
    out->length += length;
}

void sim__out_text(struct sim__out *out, const char *text)
{
    sim__out_bytes(out, text, strlen(text));
}

void sim__out_char(struct sim__out *out, char c)
{
    sim__out_bytes(out, &c, 1);
}

void sim__out_u64(struct sim__out *out, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    sim__out_bytes(out, digits + at, sizeof(digits) - at);
}

void sim__out_i64(struct sim__out *out, int64_t value)
{
    if (value < 0) {
        sim__out_char(out, '-');
    }
    sim__out_u64(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void sim__out_hex16(struct sim__out *out, uint64_t value)
{
    char digits[16];
    for (size_t i = 0; i < 16; i++) {
        digits[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15u];
    }
    sim__out_bytes(out, digits, sizeof(digits));
}

void sim__out_pad(struct sim__out *out, size_t from, size_t columns)
{
    size_t used = 0;
    for (size_t i = from; i < out->length; i++) {
        used += i >= out->size || ((unsigned char)out->buffer[i] & 0xC0u) != 0x80u;
    }
    do {
        sim__out_char(out, ' ');
    } while (++used < columns);
}

static int continues(char c)
{
    return ((unsigned char)c & 0xC0u) == 0x80u;
}

size_t sim__utf8_length(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    if (first < 0x80u) {
        return first != 0;
    }
    if (first < 0xC2u || first > 0xF4u || !continues(text[1])) {
        return 0;
    }
    unsigned char second = (unsigned char)text[1];
    if (first < 0xE0u) {
        return 2;
    }
    if (!continues(text[2])) {
        return 0;
    }
    if (first < 0xF0u) {
        /* Not overlong (E0), not a surrogate (ED). */
        return (first == 0xE0u && second < 0xA0u) || (first == 0xEDu && second > 0x9Fu) ? 0 : 3;
    }
    if (!continues(text[3])) {
        return 0;
    }
    return (first == 0xF0u && second < 0x90u) || (first == 0xF4u && second > 0x8Fu) ? 0 : 4;
}

/* How many bytes from here on need no escape. */
static size_t plain_run(const char *text)
{
    size_t length = 0;
    for (;; length++) {
        unsigned char c = (unsigned char)text[length];
        if (c < 0x20u || c == '"' || c == '\\' || c >= 0x7Fu) {
            return length;
        }
    }
}

static void out_hex2(struct sim__out *out, unsigned char c)
{
    sim__out_char(out, "0123456789abcdef"[c >> 4]);
    sim__out_char(out, "0123456789abcdef"[c & 15u]);
}

static void escape(struct sim__out *out, char c)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    const char *found = strchr(named, c);
    if (found != NULL) {
        sim__out_char(out, '\\');
        sim__out_char(out, "\"\\bfnrt"[found - named]);
    } else {
        sim__out_text(out, "\\u00");
        out_hex2(out, (unsigned char)c);
    }
}

void sim__json_string(struct sim__out *out, const char *text)
{
    sim__out_char(out, '"');
    for (;;) {
        size_t plain = plain_run(text);
        sim__out_bytes(out, text, plain);
        text += plain;
        if (*text == '\0') {
            break;
        }
        size_t length = sim__utf8_length(text);
        if (length == 0) {
            sim__out_text(out, REPLACEMENT);
            text++;
        } else if (length == 1 && *text != 0x7F) {
            escape(out, *text++);
        } else {
            sim__out_bytes(out, text, length);
            text += length;
        }
    }
    sim__out_char(out, '"');
}

/* U+0080 to U+009F steer terminals too. */
static int steers(const char *text, size_t length)
{
    unsigned char first = (unsigned char)text[0];
    return length == 1 ? first < 0x20u || first == 0x7Fu
                       : length == 2 && first == 0xC2u && (unsigned char)text[1] < 0xA0u;
}

void sim__out_safe(struct sim__out *out, const char *text)
{
    while (*text != '\0') {
        size_t length = sim__utf8_length(text);
        if (length == 0) {
            sim__out_text(out, REPLACEMENT);
            length = 1;
        } else if (steers(text, length)) {
            sim__out_text(out, "\\x");
            out_hex2(out, (unsigned char)text[length - 1]);
        } else {
            sim__out_bytes(out, text, length);
        }
        text += length;
    }
}
