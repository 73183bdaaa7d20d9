/* Diagnostics one by one, for tools: message and hint apart, and where what is meant
 * ends. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnostic.h"
#include "place.h"

const char *sim__code_name(enum sim__code code)
{
    static const char *const names[] = {
#define SIM__X(id, name, meaning) [SIM__CODE_##id] = name,
        SIM__CODE_LIST(SIM__X)
#undef SIM__X
    };
    return names[code];
}

const char *sim__severity_name(enum sim__severity severity)
{
    return severity == SIM__WARNING ? "warning" : "error";
}

/* ---- where it ends ---- */

static bool at_line_end(const struct sim__cursor *at)
{
    return at->offset >= at->length || strchr("\r\n", at->bytes[at->offset]) != NULL;
}

static char byte_at(const struct sim__cursor *at, size_t further)
{
    return at->offset + further < at->length ? at->bytes[at->offset + further] : '\n';
}

static bool is_blank(char byte)
{
    return strchr(" \t\r\n", byte) != NULL;
}

/* Behind the closing quote, or at the end of the line. */
static void pass_quoted(struct sim__cursor *at)
{
    char quote = byte_at(at, 0);
    sim__cursor_next(at);
    while (!at_line_end(at)) {
        char byte = byte_at(at, 0);
        bool pair = (quote == '\'' && byte == quote && byte_at(at, 1) == quote) ||
                    (quote == '"' && byte == '\\');
        sim__cursor_next(at);
        if (pair && !at_line_end(at)) {
            sim__cursor_next(at);
        } else if (byte == quote) {
            return;
        }
    }
}

/* Behind the bracket that closes this one, or at the end of the line. */
static void pass_brackets(struct sim__cursor *at)
{
    uint32_t open = 0;
    while (!at_line_end(at)) {
        char byte = byte_at(at, 0);
        if (byte == '"' || byte == '\'') {
            pass_quoted(at);
            continue;
        }
        sim__cursor_next(at);
        open += strchr("[{", byte) != NULL ? 1 : 0;
        open -= strchr("]}", byte) != NULL ? 1 : 0;
        if (open == 0) {
            return;
        }
    }
}

/* Behind a key or a scalar without quotes; what follows a comma is another one. */
static void pass_plain(struct sim__cursor *at)
{
    struct sim__cursor end = *at;
    while (!at_line_end(at)) {
        char byte = byte_at(at, 0);
        bool ends = strchr("]}", byte) != NULL ||
                    (strchr(":,", byte) != NULL && is_blank(byte_at(at, 1))) ||
                    (is_blank(byte) && byte_at(at, 1) == '#');
        if (ends) {
            break;
        }
        sim__cursor_next(at);
        if (!is_blank(byte)) {
            end = *at;
        }
    }
    *at = end;
}

/* The column behind what begins here; at least one further. */
static uint32_t end_of(const struct sim__cursor *start)
{
    struct sim__cursor at = *start;
    char first = byte_at(&at, 0);
    if (first == '"' || first == '\'') {
        pass_quoted(&at);
    } else if (first == '[' || first == '{') {
        pass_brackets(&at);
    } else {
        pass_plain(&at);
    }
    bool moved = at.place.line == start->place.line && at.place.column > start->place.column;
    return moved ? at.place.column : start->place.column + 1;
}

/* ---- the list ---- */

/* A text of the list under work: its copy, behind those before it. */
static const char *keep(char **room, const char *text, size_t length)
{
    char *copy = *room;
    memcpy(copy, text, length);
    copy[length] = '\0';
    *room += length + 1;
    return copy;
}

/* The hint without what joins it to the message. */
static const char *hint_in(const char *text)
{
    const char *mark = strchr(text, *SIM__HINT);
    return mark == NULL ? "" : mark + 1 + strspn(mark + 1, ";, ");
}

/* The file's name when it is not the scenario's own. */
static const char *other_file(const struct sim__sources *sources, struct sim_place place)
{
    return place.file == 0 ? NULL : sources->list[place.file].name;
}

static void tell(const struct sim__diagnosis *diagnosis, const struct sim__diagnostic *from,
                 struct sim__cursor *cursor, char **room, struct sim__told *ret_told)
{
    const char *hint = hint_in(from->text);
    *ret_told = (struct sim__told){
        .place = from->place,
        .end_column = from->place.column + 1,
        .severity = diagnosis->severity,
        .code = from->code,
        .message = keep(room, from->text, strcspn(from->text, SIM__HINT)),
        .hint = keep(room, hint, strlen(hint)),
    };
    if (from->place.line > 0 && sim__cursor_line(cursor, from->place.line)) {
        struct sim__cursor at = *cursor;
        while (at.place.column < from->place.column && !at_line_end(&at)) {
            sim__cursor_next(&at);
        }
        *cursor = at; /* the next place is not before this one */
        ret_told->end_column = end_of(&at);
    }
}

static int make_room(struct sim__told_list *told, size_t count, size_t bytes)
{
    *told = (struct sim__told_list){calloc(count, sizeof(*told->list)), 0, malloc(bytes)};
    if (told->list == NULL || told->texts == NULL) {
        sim__told_release(told);
        return SUP_ENOMEM;
    }
    return SUP_OK;
}

int sim__diagnosis_tell(struct sim__diagnosis *diagnosis, const struct sim__sources *sources,
                        struct sim__told_list *ret_told)
{
    char more[80] = "";
    uint32_t shown = sim__diagnosis_sort(diagnosis);
    size_t bytes = sizeof(more) + 1;
    for (uint32_t i = 0; i < shown; i++) {
        const char *file = other_file(sources, diagnosis->list[i].place);
        bytes += strlen(diagnosis->list[i].text) + 2 + (file == NULL ? 0 : strlen(file) + 1);
    }
    struct sim__told_list told;
    if (make_room(&told, (size_t)shown + 1, bytes) != SUP_OK) {
        return SUP_ENOMEM;
    }
    struct sim__cursor cursor = {0};
    const struct sim_source *source = NULL;
    char *room = told.texts;
    for (; told.count < shown; told.count++) {
        const struct sim__diagnostic *from = &diagnosis->list[told.count];
        const char *file = other_file(sources, from->place);
        if (source != &sources->list[from->place.file]) {
            source = &sources->list[from->place.file];
            sim__cursor_init(&cursor, source->bytes, source->length);
        }
        tell(diagnosis, from, &cursor, &room, &told.list[told.count]);
        told.list[told.count].file = file == NULL ? NULL : keep(&room, file, strlen(file));
    }
    if (diagnosis->total > shown) {
        int length = snprintf(more, sizeof(more), SIM__MORE, diagnosis->total - shown,
                              sim__severity_name(diagnosis->severity));
        told.list[told.count++] = (struct sim__told){
            .severity = diagnosis->severity,
            .code = sim__code_name(SIM__CODE_MORE),
            .message = keep(&room, more, (size_t)length),
            .hint = "",
        };
    }
    *ret_told = told;
    return SUP_OK;
}

int sim__told_whole(const char *code, const char *message, struct sim__told_list *ret_told)
{
    struct sim__told_list told;
    if (make_room(&told, 1, strlen(message) + 1) != SUP_OK) {
        return SUP_ENOMEM;
    }
    char *room = told.texts;
    told.list[told.count++] = (struct sim__told){
        .code = code, .message = keep(&room, message, strlen(message)), .hint = ""};
    *ret_told = told;
    return SUP_OK;
}

void sim__told_release(struct sim__told_list *told)
{
    free(told->list);
    free(told->texts);
    *told = (struct sim__told_list){0};
}
