/* Text that came from outside, for each of its readers; see escape.h. */
#include "escape.h"

#include <string.h>

#include "utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* One character, or one byte that is none: size 0 and its value. */
struct character {
    size_t size;
    uint32_t code;
    bool steers;
};

static struct character look(const char *bytes, size_t length)
{
    size_t size = sim__utf8_length(bytes, length);
    if (size == 0) {
        return (struct character){0, (unsigned char)bytes[0], false};
    }
    uint32_t code = sim__utf8_code(bytes, size);
    return (struct character){size, code, sim__utf8_steers(code)};
}

static size_t taken(struct character c)
{
    return c.size == 0 ? 1 : c.size;
}

static void put_hex(struct sim__text *text, uint32_t value, unsigned digits)
{
    while (digits-- > 0) {
        sim__text_char(text, "0123456789abcdef"[value >> (4 * digits) & 15u]);
    }
}

static void put_visible(struct sim__text *text, struct character c)
{
    if (c.size > 0 && c.code == '\n') {
        sim__text_put(text, "\\n");
    } else if (c.size > 0 && c.code == '\t') {
        sim__text_put(text, "\\t");
    } else if (c.code <= 0xFFu) {
        sim__text_put(text, "\\x");
        put_hex(text, c.code, 2);
    } else {
        sim__text_put(text, "\\u");
        put_hex(text, c.code, 4);
    }
}

/* How many bytes from here on every reader takes as they are. */
static size_t plain_run(const char *bytes, size_t length)
{
    size_t run = 0;
    while (run < length && bytes[run] >= 0x20 && bytes[run] < 0x7F &&
           strchr("\"\\&<>'", bytes[run]) == NULL) {
        run++;
    }
    return run;
}

void sim__text_safe(struct sim__text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t run = plain_run(bytes + i, length - i);
        sim__text_putn(text, bytes + i, run);
        i += run;
        if (i == length) {
            return;
        }
        struct character c = look(bytes + i, length - i);
        if (c.size == 0 || c.steers) {
            put_visible(text, c);
        } else {
            sim__text_putn(text, bytes + i, c.size);
        }
        i += taken(c);
    }
}

void sim__text_show(struct sim__text *text, const char *string)
{
    sim__text_safe(text, string, strlen(string));
}

static void put_json_escape(struct sim__text *text, uint32_t code)
{
    static const char named[] = "\"\\\b\f\n\r\t";
    const char *found = code > 0 && code < 0x80u ? strchr(named, (int)code) : NULL;
    if (found != NULL) {
        sim__text_char(text, '\\');
        sim__text_char(text, "\"\\bfnrt"[found - named]);
    } else {
        sim__text_put(text, "\\u");
        put_hex(text, code, 4);
    }
}

void sim__text_json(struct sim__text *text, const char *string)
{
    size_t length = strlen(string);
    sim__text_char(text, '"');
    for (size_t i = 0; i < length;) {
        size_t run = plain_run(string + i, length - i);
        sim__text_putn(text, string + i, run);
        i += run;
        if (i == length) {
            break;
        }
        struct character c = look(string + i, length - i);
        if (c.size == 0) {
            sim__text_put(text, REPLACEMENT);
        } else if (c.steers || c.code == '"' || c.code == '\\') {
            put_json_escape(text, c.code);
        } else {
            sim__text_putn(text, string + i, c.size);
        }
        i += taken(c);
    }
    sim__text_char(text, '"');
}

static const char *xml_entity(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\n':
        return "&#10;";
    default:
        return NULL;
    }
}

void sim__text_xml(struct sim__text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        struct character c = look(bytes + i, length - i);
        const char *entity = c.size == 1 ? xml_entity(c.code) : NULL;
        /* U+FFFE and U+FFFF are UTF-8, but not characters of XML. */
        bool foreign = c.code == 0xFFFEu || c.code == 0xFFFFu;
        if (entity != NULL) {
            sim__text_put(text, entity);
        } else if (c.size == 0 || c.steers || foreign) {
            put_visible(text, c);
        } else {
            sim__text_putn(text, bytes + i, c.size);
        }
        i += taken(c);
    }
}

/* Whether a terminal shows the word as it is. */
static bool shows(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < length;) {
        struct character c = look(word + i, length - i);
        if (c.size == 0 || c.steers) {
            return false;
        }
        i += c.size;
    }
    return true;
}

/* Within $'…': three octal digits end by themselves, whatever follows. */
static void put_ansi_c(struct sim__text *text, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i < length;) {
        struct character c = look(word + i, length - i);
        if (c.code == '\'' || c.code == '\\') {
            sim__text_char(text, '\\');
            sim__text_char(text, word[i]);
        } else if (c.size == 0 || c.steers) {
            for (size_t k = 0; k < taken(c); k++) {
                sim__text_format(text, "\\%03o", (unsigned)(unsigned char)word[i + k]);
            }
        } else {
            sim__text_putn(text, word + i, c.size);
        }
        i += taken(c);
    }
}

void sim__text_shell(struct sim__text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_@%+=:,./-";
    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        sim__text_put(text, word);
        return;
    }
    if (!shows(word)) {
        sim__text_put(text, "$'");
        put_ansi_c(text, word);
        sim__text_char(text, '\'');
        return;
    }
    sim__text_char(text, '\'');
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') {
            sim__text_put(text, "'\\''");
        } else {
            sim__text_char(text, *c);
        }
    }
    sim__text_char(text, '\'');
}

void sim__text_label(struct sim__text *text, const char *value)
{
    size_t length = strlen(value);
    for (size_t i = 0; i < length;) {
        struct character c = look(value + i, length - i);
        if (c.code == '\n' && c.size == 1) {
            sim__text_put(text, "\\n");
        } else if (c.size == 0 || c.steers) {
            sim__text_char(text, '\\');
            put_visible(text, c);
        } else if (c.code == '\\' || c.code == '"') {
            sim__text_char(text, '\\');
            sim__text_char(text, (char)c.code);
        } else {
            sim__text_putn(text, value + i, c.size);
        }
        i += taken(c);
    }
}
