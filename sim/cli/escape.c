/* Text that came from outside, written so that a terminal, a shell, a JSON or an
 * XML reader takes it for what it is. */
#include "text.h"

#include <string.h>

/* By its first byte; 0 when no character starts so. */
static size_t sequence_length(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

size_t cli_utf8(const char *bytes, size_t length)
{
    if (length == 0) {
        return 0;
    }
    unsigned char first = (unsigned char)bytes[0];
    size_t need = sequence_length(first);
    if (need == 0 || need > length) {
        return 0;
    }
    for (size_t i = 1; i < need; i++) {
        if (((unsigned char)bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    unsigned char second = need > 1 ? (unsigned char)bytes[1] : 0;
    bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return overlong || outside ? 0 : need;
}

size_t cli_columns(const char *bytes, size_t length)
{
    size_t columns = 0;
    for (size_t i = 0; i < length; i++) {
        columns += ((unsigned char)bytes[i] & 0xC0) != 0x80;
    }
    return columns;
}

/* U+0080 … U+009F: some terminals obey them. */
static bool is_c1(const char *bytes, size_t size)
{
    return size == 2 && (unsigned char)bytes[0] == 0xC2 && (unsigned char)bytes[1] < 0xA0;
}

void cli_text_safe(struct cli_text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t size = cli_utf8(bytes + i, length - i);
        unsigned char c = (unsigned char)bytes[i];
        if (c == '\n') {
            cli_text_put(text, "\\n");
        } else if (c == '\t') {
            cli_text_put(text, "\\t");
        } else if (size == 0 || c < 0x20 || c == 0x7F) {
            cli_text_format(text, "\\x%02x", c);
        } else if (is_c1(bytes + i, size)) {
            cli_text_format(text, "\\x%02x", (unsigned char)bytes[i + 1]);
        } else {
            cli_text_putn(text, bytes + i, size);
        }
        i += size == 0 ? 1 : size;
    }
}

void cli_text_quoted(struct cli_text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_@%+=:,./-";
    if (word[0] != '\0' && word[0] != '~' && strspn(word, plain) == strlen(word)) {
        cli_text_put(text, word);
        return;
    }
    cli_text_char(text, '\'');
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') {
            cli_text_put(text, "'\\''");
        } else {
            cli_text_char(text, *c);
        }
    }
    cli_text_char(text, '\'');
}

void cli_text_json(struct cli_text *text, const char *string)
{
    size_t length = strlen(string);
    cli_text_char(text, '"');
    for (size_t i = 0; i < length;) {
        size_t size = cli_utf8(string + i, length - i);
        unsigned char c = (unsigned char)string[i];
        if (size == 0) {
            cli_text_put(text, "\\ufffd");
        } else if (c == '"' || c == '\\') {
            cli_text_format(text, "\\%c", c);
        } else if (c == '\n') {
            cli_text_put(text, "\\n");
        } else if (c < 0x20) {
            cli_text_format(text, "\\u%04x", c);
        } else {
            cli_text_putn(text, string + i, size);
        }
        i += size == 0 ? 1 : size;
    }
    cli_text_char(text, '"');
}

/* U+FFFE and U+FFFF are UTF-8, but not characters of XML. */
static bool is_noncharacter(const char *bytes, size_t size)
{
    return size == 3 && (unsigned char)bytes[0] == 0xEF && (unsigned char)bytes[1] == 0xBF &&
           (unsigned char)bytes[2] >= 0xBE;
}

void cli_text_xml(struct cli_text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t size = cli_utf8(bytes + i, length - i);
        unsigned char c = (unsigned char)bytes[i];
        if (c == '&') {
            cli_text_put(text, "&amp;");
        } else if (c == '<') {
            cli_text_put(text, "&lt;");
        } else if (c == '>') {
            cli_text_put(text, "&gt;");
        } else if (c == '"') {
            cli_text_put(text, "&quot;");
        } else if (c == '\n') {
            cli_text_put(text, "&#10;");
        } else if (size == 0 || c < 0x20 || is_noncharacter(bytes + i, size)) {
            cli_text_format(text, "\\x%02x", c);
        } else {
            cli_text_putn(text, bytes + i, size);
        }
        i += size == 0 ? 1 : size;
    }
}
