/* Collecting and rendering of diagnostics. */
#include "diagnostic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "sim/base/escape.h"
#include "sim/base/utf8.h"
#include "sup/assert.h"

/* Columns of a long line that are shown around the place. */
#define WINDOW_BEFORE 60u
#define WINDOW 120u
#define QUOTABLE_BYTES 60u

void sim__diagnosis_init(struct sim__diagnosis *diagnosis, struct sim_arena *arena)
{
    *diagnosis = (struct sim__diagnosis){.arena = arena};
    sim__table_init(&diagnosis->given, arena, 0);
}

bool sim__diagnosis_open(const struct sim__diagnosis *diagnosis)
{
    return diagnosis->count < SIM__ERRORS_KEPT;
}

static bool room(struct sim__diagnosis *diagnosis)
{
    if (diagnosis->list == NULL) {
        diagnosis->list =
            sim__arena_alloc(diagnosis->arena, SIM__ERRORS_KEPT, sizeof(*diagnosis->list));
    }
    return diagnosis->list != NULL;
}

void sim__diagnose(struct sim__diagnosis *diagnosis, struct sim_place place, const char *code,
                   const char *text)
{
    if (!sim__diagnosis_open(diagnosis)) {
        diagnosis->total++;
        return;
    }
    place.file = place.file == 0 ? diagnosis->file : place.file;
    char key[700];
    int length = snprintf(key, sizeof(key), "%" PRIu32 ":%" PRIu32 ":%" PRIu32 ":%s", place.file,
                          place.line, place.column, text);
    if (length < 0 || (size_t)length >= sizeof(key)) {
        length = (int)sizeof(key) - 1;
    }
    char *copy = sim__arena_text(diagnosis->arena, key, (size_t)length);
    bool is_new = false;
    if (copy == NULL || !room(diagnosis) ||
        sim__table_add(&diagnosis->given, 0, copy, (uint32_t)length, &is_new) == NULL || !is_new) {
        return;
    }
    SUP_ASSERT(strlen(text) <= (size_t)length); /* it was not cut */
    size_t text_start = (size_t)length - strlen(text);
    diagnosis->list[diagnosis->count] =
        (struct sim__diagnostic){place, code, copy + text_start, diagnosis->count};
    diagnosis->count++;
    diagnosis->total++;
}

static int by_place(const void *left, const void *right)
{
    const struct sim__diagnostic *a = left;
    const struct sim__diagnostic *b = right;
    if (a->place.file != b->place.file) {
        return a->place.file < b->place.file ? -1 : 1;
    }
    if (a->place.line != b->place.line) {
        return a->place.line < b->place.line ? -1 : 1;
    }
    if (a->place.column != b->place.column) {
        return a->place.column < b->place.column ? -1 : 1;
    }
    return a->sequence < b->sequence ? -1 : 1;
}

uint32_t sim__diagnosis_sort(struct sim__diagnosis *diagnosis)
{
    if (diagnosis->count > 1) {
        qsort(diagnosis->list, diagnosis->count, sizeof(*diagnosis->list), by_place);
    }
    return diagnosis->count < SIM__ERRORS_SHOWN ? diagnosis->count : SIM__ERRORS_SHOWN;
}

/* How many bytes of a well-formed printable character stand here; 0 when it is
 * none and has to be replaced. */
static size_t printable(const char *bytes, size_t length)
{
    size_t size = sim__utf8_length(bytes, length);
    return size == 0 || sim__utf8_steers(sim__utf8_code(bytes, size)) ? 0 : size;
}

const char *sim__quotable(struct sim_arena *arena, const char *text, size_t length)
{
    char buffer[QUOTABLE_BYTES + 8];
    size_t used = 0;
    size_t i = 0;
    while (i < length && used < QUOTABLE_BYTES) {
        size_t bytes = printable(text + i, length - i);
        if (bytes == 0) {
            buffer[used++] = '?';
            i++;
        } else {
            memcpy(buffer + used, text + i, bytes);
            used += bytes;
            i += bytes;
        }
    }
    SUP_ASSERT(used + 3 <= sizeof(buffer));
    if (i < length) {
        memcpy(buffer + used, "...", 3);
        used += 3;
    }
    const char *copy = sim__arena_text(arena, buffer, used);
    return copy == NULL ? "?" : copy;
}

static bool at_line_end(const struct sim__cursor *cursor)
{
    return cursor->offset >= cursor->length || cursor->bytes[cursor->offset] == '\n' ||
           cursor->bytes[cursor->offset] == '\r';
}

/* The character under the cursor, tabs as they are, anything unprintable as a
 * question mark. */
static void put_character(struct sim__text *out, const struct sim__cursor *cursor)
{
    const char *at = cursor->bytes + cursor->offset;
    size_t bytes = printable(at, cursor->length - cursor->offset);
    if (*at == '\t') {
        sim__text_char(out, '\t');
    } else if (bytes == 0) {
        sim__text_char(out, '?');
    } else {
        sim__text_putn(out, at, bytes);
    }
}

/* The line and the caret below it; tabs are repeated so that both stay aligned. */
static void put_source(struct sim__text *out, struct sim__cursor *cursor, struct sim_place place)
{
    SUP_ASSERT(place.line > 0 && place.column > 0);
    if (!sim__cursor_line(cursor, place.line)) {
        return;
    }
    uint32_t first = place.column > WINDOW - 20 ? place.column - WINDOW_BEFORE : 1;
    struct sim__cursor start = *cursor;
    while (start.place.column < first && !at_line_end(&start)) {
        sim__cursor_next(&start);
    }
    if (first > 1) {
        sim__text_put(out, "...");
    }
    *cursor = start; /* the next place is not before this one */
    struct sim__cursor at = start;
    while (at.place.column < first + WINDOW && !at_line_end(&at)) {
        put_character(out, &at);
        sim__cursor_next(&at);
    }
    sim__text_put(out, at_line_end(&at) ? "\n" : "...\n");
    if (first > 1) {
        sim__text_put(out, "   ");
    }
    for (at = start; at.place.column < place.column && !at_line_end(&at); sim__cursor_next(&at)) {
        sim__text_put(out, at.bytes[at.offset] == '\t' ? "\t" : " ");
    }
    sim__text_put(out, "^\n");
}

static void put_severity(struct sim__text *out, enum sim__severity severity)
{
    sim__text_format(out, ": %s: ", sim__severity_name(severity));
}

/* What people read: the text without the mark of its hint. */
static void put_words(struct sim__text *out, const char *text)
{
    size_t length = strcspn(text, SIM__HINT);
    sim__text_putn(out, text, length);
    if (text[length] != '\0') {
        put_words(out, text + length + 1);
    }
}

static void put_diagnostic(struct sim__text *out, struct sim__cursor *cursor, const char *file,
                           enum sim__severity severity, const struct sim__diagnostic *diagnostic)
{
    sim__text_show(out, file);
    if (diagnostic->place.line > 0) {
        sim__text_format(out, ":%" PRIu32 ":%" PRIu32, diagnostic->place.line,
                         diagnostic->place.column);
    }
    put_severity(out, severity);
    put_words(out, diagnostic->text);
    sim__text_put(out, "\n");
    if (diagnostic->place.line > 0) {
        put_source(out, cursor, diagnostic->place);
    }
}

int sim__diagnosis_render(struct sim__diagnosis *diagnosis, const struct sim__sources *sources,
                          struct sim_diagnostics *ret_diagnostics)
{
    SUP_ASSERT(diagnosis->count <= diagnosis->total);
    struct sim__text out = {0};
    struct sim__cursor cursor = {0};
    const struct sim_source *source = NULL;
    uint32_t shown = sim__diagnosis_sort(diagnosis);
    for (uint32_t i = 0; i < shown; i++) {
        const struct sim_source *next = &sources->list[diagnosis->list[i].place.file];
        if (next != source) {
            source = next;
            sim__cursor_init(&cursor, source->bytes, source->length);
        }
        put_diagnostic(&out, &cursor, source->name, diagnosis->severity, &diagnosis->list[i]);
    }
    if (diagnosis->total > shown) {
        sim__text_show(&out, sources->list[0].name);
        put_severity(&out, diagnosis->severity);
        sim__text_format(&out, SIM__MORE "\n", diagnosis->total - shown,
                         sim__severity_name(diagnosis->severity));
    }
    if (out.failed || sim__arena_failed(diagnosis->arena)) {
        sim__text_release(&out);
        return SUP_ENOMEM;
    }
    ret_diagnostics->text = out.bytes;
    ret_diagnostics->errors =
        diagnosis->total > UINT32_MAX ? UINT32_MAX : (uint32_t)diagnosis->total;
    return SUP_OK;
}
