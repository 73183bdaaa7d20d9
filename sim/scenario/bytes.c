/* What is looked at before the YAML parser sees a byte: size, encoding, control
 * characters, absurd nesting. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "node.h"
#include "place.h"
#include "sim/base/utf8.h"

/* Brackets open at once, wherever they stand. More than that is refused here,
 * since the parser would first queue every token of the line; the exact limit is
 * SIM_DEPTH_MAX and comes later. */
#define BRACKETS_MAX 1000
/* Lines starting with % before the document. */
#define DIRECTIVES_MAX 8

/* Eight bytes at once; which is the first makes no difference. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static uint64_t eight(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    return word;
}

static bool has_zero(uint64_t word)
{
    return ((word - EACH(1)) & ~word & EACH(0x80u)) != 0;
}

/* Nearly all are. */
static bool are_plain(uint64_t word)
{
    bool below_space = ((word - EACH(0x20u)) & EACH(0x80u)) != 0;
    return (word & EACH(0x80u)) == 0 && !below_space && !has_zero(word ^ EACH(0x7Fu));
}

/* None of [ ] { }, nor of a few others, whose bits are among theirs. */
static bool hold_no_bracket(uint64_t word)
{
    return !has_zero((word | EACH(0x26u)) ^ EACH(0x7Fu));
}

static void complain(struct sim__diagnosis *diagnosis, const struct sim__cursor *start,
                     size_t offset, enum sim__code code, const char *text)
{
    struct sim__cursor cursor = *start;
    sim__diagnose(diagnosis, sim__cursor_at(&cursor, offset), sim__code_name(code), text);
}

static struct sim__cursor start_of(const char *bytes, size_t length)
{
    struct sim__cursor cursor;
    sim__cursor_init(&cursor, bytes, length);
    return cursor;
}

static bool is_control(const unsigned char *p, size_t length)
{
    if (length == 2) {
        return p[0] == 0xC2 && p[1] < 0xA0 && p[1] != 0x85;
    }
    return length == 1 &&
           ((p[0] < 0x20 && p[0] != '\t' && p[0] != '\n' && p[0] != '\r') || p[0] == 0x7F);
}

static bool check_characters(struct sim__diagnosis *diagnosis, const char *bytes, size_t length)
{
    const struct sim__cursor start = start_of(bytes, length);
    const unsigned char *p = (const unsigned char *)bytes;
    for (size_t i = 0; i < length;) {
        if (length - i >= sizeof(uint64_t) && are_plain(eight(bytes + i))) {
            i += sizeof(uint64_t);
            continue;
        }
        size_t n = sim__utf8_length(bytes + i, length - i);
        if (n == 1 && p[i] >= 0x20 && p[i] < 0x7F) {
            i++;
            continue;
        }
        if (n == 0) {
            complain(diagnosis, &start, i, SIM__CODE_NOT_TEXT, "this is not UTF-8");
            return false;
        }
        if (is_control(p + i, n)) {
            char text[64];
            snprintf(text, sizeof(text), p[i] == 0 ? "a NUL byte" : "control character 0x%02x",
                     n == 2 ? p[i + 1] : p[i]);
            complain(diagnosis, &start, i, SIM__CODE_NOT_TEXT, text);
            return false;
        }
        i += n;
    }
    return true;
}

static bool check_brackets(struct sim__diagnosis *diagnosis, const char *bytes, size_t length)
{
    const struct sim__cursor start = start_of(bytes, length);
    int open = 0;
    for (size_t i = 0; i < length; i++) {
        while (length - i > sizeof(uint64_t) && hold_no_bracket(eight(bytes + i))) {
            i += sizeof(uint64_t);
        }
        if (bytes[i] == '[' || bytes[i] == '{') {
            open++;
        } else if ((bytes[i] == ']' || bytes[i] == '}') && open > 0) {
            open--;
        }
        if (open > BRACKETS_MAX) {
            char text[80];
            snprintf(text, sizeof(text), "this is nested too deep; the limit is %d levels",
                     SIM_DEPTH_MAX);
            complain(diagnosis, &start, i, SIM__CODE_LIMIT, text);
            return false;
        }
    }
    return true;
}

/* The parser compares each directive with all before it. */
static bool check_directives(struct sim__diagnosis *diagnosis, const char *bytes, size_t length)
{
    const struct sim__cursor start = start_of(bytes, length);
    int count = 0;
    const char *at = memchr(bytes, '%', length);
    for (; at != NULL; at = memchr(at + 1, '%', length - 1 - (size_t)(at - bytes))) {
        bool line_start = at == bytes || at[-1] == '\n' || at[-1] == '\r';
        if (line_start && ++count > DIRECTIVES_MAX) {
            complain(diagnosis, &start, (size_t)(at - bytes), SIM__CODE_LIMIT,
                     "too many directives");
            return false;
        }
    }
    return true;
}

bool sim__bytes_check(struct sim__diagnosis *diagnosis, const char *bytes, size_t length)
{
    const struct sim__cursor start = start_of(bytes, length);
    if (length > SIM_FILE_BYTES_MAX) {
        char text[80];
        snprintf(text, sizeof(text), "the file is longer than %u MiB", SIM_FILE_BYTES_MAX >> 20);
        complain(diagnosis, &start, 0, SIM__CODE_LIMIT, text);
        return false;
    }
    if (length == 0) {
        complain(diagnosis, &start, 0, SIM__CODE_EMPTY, "the file is empty");
        return false;
    }
    return check_characters(diagnosis, bytes, length) && check_brackets(diagnosis, bytes, length) &&
           check_directives(diagnosis, bytes, length);
}
