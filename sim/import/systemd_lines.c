/* Lines in systemd's syntax: comments, continuations, sections, assignments. */
#include <string.h>

#include "sim/base/utf8.h"
#include "sim/scenario/diagnostic.h"
#include "systemd.h"

#define BLANK " \t\n\r"
#define LINE_BYTES_MAX (1u << 20) /* systemd's own limit */

void sim__unit_lines_open(struct sim__unit_lines *lines, struct sim__import *import,
                          const char *path, const char *bytes, size_t length)
{
    bool marked = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    *lines = (struct sim__unit_lines){
        .import = import,
        .path = path,
        .bytes = bytes,
        .length = length,
        .at = marked ? 3 : 0,
        .line = 1,
    };
}

void sim__unit_lines_close(struct sim__unit_lines *lines)
{
    sim__text_release(&lines->joined);
}

bool sim__import_line(const char *bytes, size_t length, size_t *at, const char **ret_line,
                      size_t *ret_length)
{
    if (*at >= length) {
        return false;
    }
    const char *end = memchr(bytes + *at, '\n', length - *at);
    *ret_line = bytes + *at;
    *ret_length = end == NULL ? length - *at : (size_t)(end - *ret_line);
    *at += *ret_length + 1;
    return true;
}

/* A backslash at the end, which no other one escapes. */
static bool goes_on(const char *line, size_t length)
{
    size_t backslashes = 0;
    while (backslashes < length && line[length - 1 - backslashes] == '\\') {
        backslashes++;
    }
    return backslashes % 2 == 1;
}

static size_t blanks(const char *line, size_t length)
{
    size_t count = 0;
    while (count < length && strchr(BLANK, line[count]) != NULL) {
        count++;
    }
    return count;
}

/* The next line with what continues it, in `joined`, and the place of its first character; false
 * at the end. Empty lines and comments are left out, also between a line and what continues it. */
static bool next_joined(struct sim__unit_lines *lines)
{
    const char *line;
    size_t length;
    bool begun = false;
    sim__text_clear(&lines->joined);
    while (sim__import_line(lines->bytes, lines->length, &lines->at, &line, &length)) {
        uint32_t number = lines->line++;
        size_t indent = blanks(line, length);
        if (indent == length || line[indent] == '#' || line[indent] == ';') {
            continue;
        }
        if (!begun) {
            lines->spot = (struct sim__spot){lines->path, number, (uint32_t)indent + 1};
            begun = true;
        }
        if (lines->joined.length + length > LINE_BYTES_MAX) {
            sim__import_refuse(lines->import, lines->spot, "a line of more than 1 MiB");
            sim__text_clear(&lines->joined);
            return true;
        }
        bool more = goes_on(line, length);
        sim__text_putn(&lines->joined, line, more ? length - 1 : length);
        if (!more) {
            return true;
        }
        sim__text_char(&lines->joined, ' ');
    }
    return begun;
}

/* Takes the blanks away at both ends, in place. */
static char *stripped(char *text)
{
    text += strspn(text, BLANK);
    size_t length = strlen(text);
    while (length > 0 && strchr(BLANK, text[length - 1]) != NULL) {
        length--;
    }
    text[length] = '\0';
    return text;
}

/* False: it is no header, which has been said. */
static bool take_section(struct sim__unit_lines *lines, char *text)
{
    size_t length = strlen(text);
    if (text[length - 1] != ']') {
        sim__import_refuse(lines->import, lines->spot, "the section's name is not closed by `]`");
        return false;
    }
    text[length - 1] = '\0';
    lines->name = text + 1;
    return true;
}

static bool take_assignment(struct sim__unit_lines *lines, char *text)
{
    char *sign = strchr(text, '=');
    if (sign == NULL || sign == text) {
        sim__import_refuse(lines->import, lines->spot,
                           sign == NULL ? "no `=` in this line: %s" : "no name before the `=`: %s",
                           sim__quotable(lines->import->arena, text, strlen(text)));
        return false;
    }
    *sign = '\0';
    lines->value_at = lines->spot;
    size_t before = (size_t)(sign + 1 - text) + strspn(sign + 1, BLANK);
    lines->value_at.column += (uint32_t)before;
    lines->value = stripped(sign + 1);
    lines->name = stripped(text);
    return true;
}

enum sim__unit_line sim__unit_lines_next(struct sim__unit_lines *lines)
{
    while (lines->import->imported->errors < SIM__IMPORT_SAID_MAX && next_joined(lines)) {
        if (lines->joined.failed) {
            sim__arena_fail(lines->import->arena);
            return SIM__UNIT_END;
        }
        char *text = lines->joined.length == 0 ? (char[1]){'\0'} : stripped(lines->joined.bytes);
        if (text[0] == '[') {
            if (take_section(lines, text)) {
                return SIM__UNIT_SECTION;
            }
        } else if (text[0] != '\0' && take_assignment(lines, text)) {
            return SIM__UNIT_ASSIGNMENT;
        }
    }
    return SIM__UNIT_END;
}
