/* Text of others in Markdown; see markdown.h.
 *
 * A code span of Markdown would be easier to read where it stands, but how it ends depends on
 * what is in it, and in a table on the reader as well. Characters written as references
 * are text to every reader. What makes a link of plain text looks at the text that comes of
 * them, so an empty comment parts it there. */
#include "markdown.h"

#include <string.h>

#include "sim/base/utf8.h"

#define PARTED "<!-- -->"
#define BYTES_MAX 400u /* of a text in a line */

static bool ends_www(const char *bytes, size_t at)
{
    return at >= 3 && (bytes[at - 1] == 'w' || bytes[at - 1] == 'W') &&
           (bytes[at - 2] == 'w' || bytes[at - 2] == 'W') &&
           (bytes[at - 3] == 'w' || bytes[at - 3] == 'W');
}

static void put_inline(struct sim__text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        bool links = c == '@' || (c == ':' && i + 1 < length && bytes[i + 1] == '/') ||
                     (c == '.' && ends_www(bytes, i));
        if (links || strchr("&<>\"|\\`*_{}[]#!~$^", c) != NULL) {
            sim__text_format(text, "&#%u;%s", (unsigned)(unsigned char)c, links ? PARTED : "");
        } else {
            sim__text_char(text, c);
        }
    }
}

/* At most so many bytes, whole characters. */
static size_t cut(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t size = sim__utf8_length(bytes + at, length - at);
        size = size == 0 ? 1 : size;
        if (at + size > BYTES_MAX) {
            return at;
        }
        at += size;
    }
    return length;
}

void cli_markdown_code(struct sim__text *text, const char *raw, enum cli_markdown_length how)
{
    struct sim__text shown = {0};
    if (raw[0] == '\0') {
        return;
    }
    sim__text_show(&shown, raw);
    size_t length =
        how == CLI_MARKDOWN_WHOLE ? shown.length : cut(sim__text_string(&shown), shown.length);
    sim__text_put(text, "<code>");
    put_inline(text, sim__text_string(&shown), length);
    sim__text_put(text, length < shown.length ? "..." : "");
    sim__text_put(text, "</code>");
    text->failed |= shown.failed;
    sim__text_release(&shown);
}

void cli_markdown_block(struct sim__text *text, const char *lines)
{
    sim__text_put(text, "<pre>\n");
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");
        sim__text_xml(text, lines, length);
        sim__text_char(text, '\n');
        lines += length + (lines[length] == '\n');
    }
    sim__text_put(text, "</pre>\n");
}
