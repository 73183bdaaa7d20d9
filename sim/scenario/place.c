/* The cursor that turns offsets into lines and columns. */
#include "place.h"
#include "sup/assert.h"

void sim__cursor_init(struct sim__cursor *cursor, const char *bytes, size_t length)
{
    *cursor = (struct sim__cursor){bytes, length, 0, {1, 1, 0}};
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0u) == 0x80u;
}

static bool breaks(char byte)
{
    return byte == '\n' || byte == '\r';
}

void sim__cursor_next(struct sim__cursor *cursor)
{
    if (cursor->offset >= cursor->length) {
        return;
    }
    char byte = cursor->bytes[cursor->offset++];
    if (byte == '\r' && cursor->offset < cursor->length && cursor->bytes[cursor->offset] == '\n') {
        cursor->offset++;
    }
    if (breaks(byte)) {
        cursor->place.line++;
        cursor->place.column = 1;
        return;
    }
    while (cursor->offset < cursor->length && continues(cursor->bytes[cursor->offset])) {
        cursor->offset++;
    }
    cursor->place.column++;
}

/* Forward to `offset` at most, as long as every byte is a character of its line; the last of
 * them may be one that others continue. */
static void pass_plain(struct sim__cursor *cursor, size_t offset)
{
    size_t at = cursor->offset;
    while (at + 1 < offset && (unsigned char)cursor->bytes[at] < 0x80u &&
           (unsigned char)cursor->bytes[at + 1] < 0x80u && !breaks(cursor->bytes[at])) {
        at++;
    }
    cursor->place.column += (uint32_t)(at - cursor->offset);
    cursor->offset = at;
}

/* Back to `offset`, which is before the cursor: step by step within the line,
 * from the start otherwise. */
static void rewind_to(struct sim__cursor *cursor, size_t offset)
{
    SUP_ASSERT(offset <= cursor->offset && cursor->offset <= cursor->length);
    while (cursor->offset > offset && !breaks(cursor->bytes[cursor->offset - 1])) {
        cursor->offset--;
        if (!continues(cursor->bytes[cursor->offset])) {
            SUP_ASSERT(cursor->place.column > 1);
            cursor->place.column--;
        }
    }
    if (cursor->offset > offset) {
        uint32_t file = cursor->place.file;
        sim__cursor_init(cursor, cursor->bytes, cursor->length);
        cursor->place.file = file;
    }
}

struct sim_place sim__cursor_at(struct sim__cursor *cursor, size_t offset)
{
    if (offset < cursor->offset) {
        rewind_to(cursor, offset);
    }
    offset = offset < cursor->length ? offset : cursor->length;
    while (cursor->offset < offset) {
        pass_plain(cursor, offset);
        if (cursor->offset < offset) {
            sim__cursor_next(cursor);
        }
    }
    return cursor->place;
}

bool sim__cursor_line(struct sim__cursor *cursor, uint32_t line)
{
    while (cursor->place.line < line && cursor->offset < cursor->length) {
        sim__cursor_next(cursor);
    }
    return cursor->place.line == line;
}
