/* A growing piece of text, and the ways the command writes things for people.
 *
 * Running out of memory is sticky: the text then stays as it was and `failed` is
 * set, so a writer checks once at its end instead of after every word.
 */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli_text {
    char *bytes; /* NUL-terminated when not NULL */
    size_t length;
    size_t capacity;
    bool failed;
};

void cli_text_release(struct cli_text *text);
void cli_text_clear(struct cli_text *text);
/* "" when nothing was written yet. */
const char *cli_text_string(const struct cli_text *text);

void cli_text_putn(struct cli_text *text, const char *bytes, size_t length);
void cli_text_put(struct cli_text *text, const char *string);
void cli_text_char(struct cli_text *text, char c);
void cli_text_pad(struct cli_text *text, size_t spaces);
void cli_text_format(struct cli_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What came from a file or an argument, made harmless for a terminal: control
 * characters and bytes that are not UTF-8 are written as escapes. */
void cli_text_safe(struct cli_text *text, const char *bytes, size_t length);
/* 12,345,678 */
void cli_text_grouped(struct cli_text *text, uint64_t value);
/* Exact and as short as it can be, and a duration that a scenario may contain:
 * 0s, 10ms, 1.25s, 1m30s, 2h, 1d6h; "never". */
void cli_text_duration(struct cli_text *text, uint64_t ns);
/* The same for sums, cut to what anybody wants to know: 311 years, 3d4h, 1.25s. */
void cli_text_about(struct cli_text *text, uint64_t ns);
/* A time of the wall clock, three digits: 3.21ms, 12.4s. */
void cli_text_wall(struct cli_text *text, uint64_t ns);
/* "1 scenario", "2 scenarios" */
void cli_text_plural(struct cli_text *text, uint64_t count, const char *noun);
/* As one word of a POSIX shell, quoted where it has to be. */
void cli_text_quoted(struct cli_text *text, const char *word);
/* A JSON string with its quotation marks; bytes that are not UTF-8 become U+FFFD. */
void cli_text_json(struct cli_text *text, const char *string);
/* Character data of XML 1.0, for content and attributes alike. */
void cli_text_xml(struct cli_text *text, const char *bytes, size_t length);

/* The columns that UTF-8 text takes, one a character. */
size_t cli_columns(const char *bytes, size_t length);
/* The length of the UTF-8 character at the start, 0 when there is none. */
size_t cli_utf8(const char *bytes, size_t length);

#endif
