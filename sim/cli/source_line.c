/* Shows the line of a scenario file that a message is about. */
#include "source_line.h"

#include <string.h>

#include "sim/base/utf8.h"
#include "sim/scenario/place.h"

/* Columns of a long line that are shown, and of these those before the place. */
#define WINDOW 140u
#define WINDOW_BEFORE 90u

void cli_source_place(struct sim__text *text, const char *file, struct sim_place place)
{
    const char *name = strcmp(file, "-") == 0 ? "<stdin>" : file;
    sim__text_safe(text, name, strlen(name));
    if (place.line > 0) {
        sim__text_format(text, ":%u:%u", (unsigned)place.line, (unsigned)place.column);
    }
    sim__text_put(text, ": ");
}

const char *cli_source_file(const struct sim_scenario *scenario, const char *file,
                            struct sim_place place)
{
    bool other = place.file > 0 && place.file < scenario->source_count;
    return other ? scenario->sources[place.file].name : file;
}

static bool at_line_end(const struct sim__cursor *cursor)
{
    return cursor->offset >= cursor->length || cursor->bytes[cursor->offset] == '\n' ||
           cursor->bytes[cursor->offset] == '\r';
}

void cli_source_line(struct sim__text *text, const struct cli_style *style,
                     const struct sim_scenario *scenario, struct sim_place place)
{
    struct sim__cursor cursor;
    if (place.line == 0 || place.file >= scenario->source_count) {
        return;
    }
    const struct sim_source *source = &scenario->sources[place.file];
    sim__cursor_init(&cursor, source->bytes, source->length);
    if (!sim__cursor_line(&cursor, place.line)) {
        return;
    }
    uint32_t first = place.column > WINDOW_BEFORE ? place.column - WINDOW_BEFORE : 1;
    struct sim__text line = {0};
    size_t caret = 0;
    sim__text_put(&line, first > 1 ? "..." : "");
    for (; !at_line_end(&cursor) && cursor.place.column < first + WINDOW;
         sim__cursor_next(&cursor)) {
        size_t size = sim__utf8_length(cursor.bytes + cursor.offset, cursor.length - cursor.offset);
        if (cursor.place.column < first) {
            continue;
        }
        if (cursor.place.column == place.column) {
            caret = sim__utf8_columns(sim__text_string(&line), line.length);
        }
        sim__text_safe(&line, cursor.bytes + cursor.offset, size == 0 ? 1 : size);
    }
    sim__text_put(text, sim__text_string(&line));
    sim__text_put(text, at_line_end(&cursor) ? "\n" : "...\n");
    sim__text_pad(text, caret);
    cli_style_put(text, style, CLI_RED, "^");
    sim__text_char(text, '\n');
    text->failed |= line.failed;
    sim__text_release(&line);
}
