/* What is said of a source: `file:line:col: warning: …`, and as comments. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "sim/base/escape.h"

static void add_remark(struct sim__import *import, struct sim__remarks *remarks, const char *text)
{
    struct sim__remark *remark = sim__arena_alloc(import->arena, 1, sizeof(*remark));
    if (remark == NULL || text == NULL) {
        return;
    }
    remark->text = text;
    if (remarks->first == NULL) {
        remarks->last = &remarks->first;
    }
    *remarks->last = remark;
    remarks->last = &remark->next;
}

static struct sim__remarks *remarks_of(struct sim__import *import,
                                       struct sim__imported_service *service)
{
    return service == NULL ? &import->remarks : &service->remarks;
}

/* NULL when out of memory. */
static const char *formatted(struct sim__import *import, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length < 0 ? NULL : sim__arena_alloc(import->arena, (size_t)length + 1, 1);
    if (text == NULL) {
        sim__arena_fail(import->arena);
        return NULL;
    }
    (void)vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

const char *sim__import_text(struct sim__import *import, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = formatted(import, format, arguments);
    va_end(arguments);
    return text == NULL ? "" : text;
}

const char *sim__import_at(struct sim__import *import, struct sim__spot spot)
{
    struct sim__text text = {0};
    sim__text_show(&text, spot.file);
    if (spot.line > 0) {
        sim__text_format(&text, ":%" PRIu32, spot.line);
    }
    const char *copy =
        text.failed ? NULL : sim__arena_text(import->arena, sim__text_string(&text), text.length);
    sim__text_release(&text);
    if (copy == NULL) {
        sim__arena_fail(import->arena);
        return "";
    }
    return copy;
}

static void say(struct sim__import *import, struct sim__spot spot, const char *severity,
                const char *message)
{
    struct sim__text *said = &import->imported->said;
    if (message == NULL) {
        return;
    }
    if (spot.file == NULL) {
        sim__text_put(said, "rehearse");
    } else {
        sim__text_show(said, spot.file);
    }
    if (spot.line > 0) {
        sim__text_format(said, ":%" PRIu32 ":%" PRIu32, spot.line, spot.column);
    }
    sim__text_format(said, ": %s: ", severity);
    sim__text_show(said, message);
    sim__text_char(said, '\n');
}

void sim__import_warn(struct sim__import *import, struct sim__imported_service *service,
                      struct sim__spot spot, const char *format, ...)
{
    va_list arguments;
    if (++import->imported->warnings > SIM__IMPORT_SAID_MAX) {
        return;
    }
    va_start(arguments, format);
    const char *message = formatted(import, format, arguments);
    va_end(arguments);
    say(import, spot, "warning", message);
    if (message != NULL) {
        sim__import_remark(import, service, "%s%s%s",
                           spot.file == NULL ? "" : sim__import_at(import, spot),
                           spot.file == NULL ? "" : ": ", message);
    }
}

void sim__import_refuse(struct sim__import *import, struct sim__spot spot, const char *format, ...)
{
    va_list arguments;
    if (++import->imported->errors > SIM__IMPORT_SAID_MAX) {
        return;
    }
    va_start(arguments, format);
    const char *message = formatted(import, format, arguments);
    va_end(arguments);
    say(import, spot, "error", message);
}

void sim__import_remark(struct sim__import *import, struct sim__imported_service *service,
                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = formatted(import, format, arguments);
    va_end(arguments);
    add_remark(import, remarks_of(import, service), text);
}
