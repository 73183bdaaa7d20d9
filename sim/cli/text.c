/* A growing piece of text: storage and plain writing. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_text_release(struct cli_text *text)
{
    free(text->bytes);
    *text = (struct cli_text){0};
}

void cli_text_clear(struct cli_text *text)
{
    text->length = 0;
    if (text->bytes != NULL) {
        text->bytes[0] = '\0';
    }
}

const char *cli_text_string(const struct cli_text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

/* Room for `more` bytes and the NUL. */
static bool reserve(struct cli_text *text, size_t more)
{
    if (text->failed || more >= SIZE_MAX / 2 - text->length) {
        text->failed = true;
        return false;
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity) {
        return true;
    }
    size_t capacity = text->capacity < 256 ? 256 : text->capacity;
    while (capacity < needed) {
        capacity *= 2;
    }
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void cli_text_putn(struct cli_text *text, const char *bytes, size_t length)
{
    if (!reserve(text, length)) {
        return;
    }
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void cli_text_put(struct cli_text *text, const char *string)
{
    cli_text_putn(text, string, strlen(string));
}

void cli_text_char(struct cli_text *text, char c)
{
    cli_text_putn(text, &c, 1);
}

void cli_text_pad(struct cli_text *text, size_t spaces)
{
    if (!reserve(text, spaces)) {
        return;
    }
    memset(text->bytes + text->length, ' ', spaces);
    text->length += spaces;
    text->bytes[text->length] = '\0';
}

void cli_text_format(struct cli_text *text, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0 || !reserve(text, (size_t)length)) {
        text->failed = true;
        return;
    }
    va_start(list, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, list);
    va_end(list);
    text->length += (size_t)length;
}

void cli_text_grouped(struct cli_text *text, uint64_t value)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            cli_text_char(text, ',');
        }
        cli_text_char(text, digits[i]);
    }
}

void cli_text_plural(struct cli_text *text, uint64_t count, const char *noun)
{
    cli_text_grouped(text, count);
    cli_text_format(text, " %s%s", noun, count == 1 ? "" : "s");
}

/* `value` units and `rest` parts of a unit that has 10^digits of them, without
 * the zeros at the end. */
static void decimal(struct cli_text *text, uint64_t value, uint64_t rest, int digits,
                    const char *unit)
{
    cli_text_format(text, "%llu", (unsigned long long)value);
    if (rest > 0) {
        char part[24];
        int length = snprintf(part, sizeof part, "%0*llu", digits, (unsigned long long)rest);
        while (length > 1 && part[length - 1] == '0') {
            length--;
        }
        cli_text_char(text, '.');
        cli_text_putn(text, part, (size_t)length);
    }
    cli_text_put(text, unit);
}

void cli_text_duration(struct cli_text *text, uint64_t ns)
{
    static const struct {
        uint64_t ns;
        char unit;
    } large[] = {
        {UINT64_C(86400000000000), 'd'}, {UINT64_C(3600000000000), 'h'}, {60000000000u, 'm'}};
    if (ns == UINT64_MAX) {
        cli_text_put(text, "never");
    } else if (ns == 0) {
        cli_text_put(text, "0s");
    } else if (ns < 1000) {
        decimal(text, ns, 0, 0, "ns");
    } else if (ns < 1000000) {
        decimal(text, ns / 1000, ns % 1000, 3, "us");
    } else if (ns < 1000000000) {
        decimal(text, ns / 1000000, ns % 1000000, 6, "ms");
    } else {
        for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
            if (ns >= large[i].ns) {
                cli_text_format(text, "%llu%c", (unsigned long long)(ns / large[i].ns),
                                large[i].unit);
            }
            ns %= large[i].ns;
        }
        if (ns > 0) {
            decimal(text, ns / 1000000000, ns % 1000000000, 9, "s");
        }
    }
}

void cli_text_about(struct cli_text *text, uint64_t ns)
{
    const uint64_t second = 1000000000u, day = 86400 * second, year = 365 * day;
    if (ns == UINT64_MAX) {
        cli_text_put(text, "centuries");
    } else if (ns >= 2 * year) {
        cli_text_plural(text, ns / year, "year");
    } else if (ns >= 10 * day) {
        cli_text_plural(text, ns / day, "day");
    } else {
        uint64_t unit = ns >= day ? 3600 * second : ns >= 60 * second ? second : second / 1000;
        cli_text_duration(text, ns >= unit ? ns - ns % unit : ns);
    }
}

void cli_text_wall(struct cli_text *text, uint64_t ns)
{
    if (ns >= 60000000000u) {
        cli_text_duration(text, ns - ns % 1000000000u);
        return;
    }
    const char *unit = ns >= 1000000000u ? "s" : ns >= 1000000u ? "ms" : "us";
    uint64_t scale = ns >= 1000000000u ? 1000000000u : ns >= 1000000u ? 1000000u : 1000u;
    uint64_t whole = ns / scale, part = ns % scale;
    if (whole >= 100) {
        decimal(text, whole, 0, 0, unit);
    } else if (whole >= 10) {
        decimal(text, whole, part / (scale / 10), 1, unit);
    } else {
        decimal(text, whole, part / (scale / 100), 2, unit);
    }
}
