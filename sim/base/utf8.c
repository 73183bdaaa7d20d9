/* Characters of UTF-8; see utf8.h. */
#include "utf8.h"

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0u) == 0x80u;
}

/* By its first byte; 0 when no character starts so. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80u) {
        return 1;
    }
    if (first < 0xC2u || first > 0xF4u) {
        return 0;
    }
    return first < 0xE0u ? 2 : first < 0xF0u ? 3 : 4;
}

size_t sim__utf8_length(const char *bytes, size_t length)
{
    if (length == 0) {
        return 0;
    }
    unsigned char first = (unsigned char)bytes[0];
    size_t size = sequence_length(first);
    if (size > length) {
        return 0;
    }
    /* One after the other: a NUL ends the text as well as its length does. */
    for (size_t i = 1; i < size; i++) {
        if (!continues(bytes[i])) {
            return 0;
        }
    }
    unsigned char second = size > 1 ? (unsigned char)bytes[1] : 0;
    bool overlong = (first == 0xE0u && second < 0xA0u) || (first == 0xF0u && second < 0x90u);
    bool outside = (first == 0xEDu && second > 0x9Fu) || (first == 0xF4u && second > 0x8Fu);
    return overlong || outside ? 0 : size;
}

uint32_t sim__utf8_code(const char *bytes, size_t size)
{
    static const unsigned char masks[] = {0, 0x7Fu, 0x1Fu, 0x0Fu, 0x07u};
    uint32_t code = (unsigned char)bytes[0] & masks[size];
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | ((unsigned char)bytes[i] & 0x3Fu);
    }
    return code;
}

size_t sim__utf8_columns(const char *bytes, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) {
        columns += !continues(bytes[i]);
    }
    return columns;
}

size_t sim__utf8_cut(const char *bytes, size_t length, size_t columns)
{
    size_t at = 0;
    while (at < length && (columns > 0 || continues(bytes[at]))) {
        columns -= !continues(bytes[at++]);
    }
    return at;
}

bool sim__utf8_steers(uint32_t code)
{
    if (code < 0xA0u) {
        return code < 0x20u || code >= 0x7Fu;
    }
    return code == 0x061Cu || code == 0x200Eu || code == 0x200Fu ||
           (code >= 0x2028u && code <= 0x202Eu) || (code >= 0x2066u && code <= 0x2069u);
}
