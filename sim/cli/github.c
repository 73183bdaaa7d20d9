/* Workflow commands; see github.h. */
#include "github.h"

#include <stdio.h>
#include <string.h>

#include "output.h"

/* Data of a command, or a property of it, which ends at a comma and at a colon. */
enum part { DATA, PROPERTY };

static void put_escaped(struct sim__text *text, const char *bytes, size_t length, enum part part)
{
    for (size_t i = 0; i < length; i++) {
        bool steers = bytes[i] == '%' || bytes[i] == '\r' || bytes[i] == '\n' ||
                      (part == PROPERTY && (bytes[i] == ':' || bytes[i] == ','));
        if (steers) {
            sim__text_format(text, "%%%02X", (unsigned)(unsigned char)bytes[i]);
        } else {
            sim__text_char(text, bytes[i]);
        }
    }
}

static void put_safe(struct sim__text *text, const char *bytes, size_t length, enum part part)
{
    struct sim__text shown = {0};
    sim__text_safe(&shown, bytes, length);
    put_escaped(text, sim__text_string(&shown), shown.length, part);
    text->failed |= shown.failed;
    sim__text_release(&shown);
}

void cli_github_put_data(struct sim__text *text, const char *raw)
{
    put_safe(text, raw, strlen(raw), DATA);
}

static void put_property(struct sim__text *text, const char *separator, const char *name,
                         const char *value)
{
    sim__text_format(text, "%s%s=", separator, name);
    put_safe(text, value, strlen(value), PROPERTY);
}

/* Annotations stand at paths as a checkout has them. */
static const char *path_of(const char *file)
{
    while (file[0] == '.' && file[1] == '/') {
        file += 1 + strspn(file + 1, "/");
    }
    return file;
}

void cli_github_put(struct sim__text *text, const struct cli_github_note *note, const char *message)
{
    static const char *const levels[] = {"error", "warning", "notice"};
    const char *separator = " ";
    sim__text_format(text, "::%s", levels[note->level]);
    if (note->file != NULL && strcmp(note->file, "-") != 0) {
        put_property(text, separator, "file", path_of(note->file));
        separator = ",";
        if (note->place.line > 0) {
            sim__text_format(text, ",line=%u,col=%u", (unsigned)note->place.line,
                             (unsigned)note->place.column);
        }
    }
    put_property(text, separator, "title", note->title);
    sim__text_put(text, "::");
    while (*message != '\0') {
        size_t length = strcspn(message, "\n");
        put_safe(text, message, length, DATA);
        message += length;
        if (*message == '\n') {
            put_escaped(text, message++, 1, DATA);
        }
    }
    sim__text_char(text, '\n');
}

void cli_github_told(struct sim__text *text, const char *file, const struct sim__told_list *told)
{
    for (uint32_t i = 0; i < told->count; i++) {
        const struct sim__told *one = &told->list[i];
        struct sim__text message = {0};
        const struct cli_github_note note = {
            .level = one->severity == SIM__ERROR ? CLI_GITHUB_ERROR : CLI_GITHUB_WARNING,
            .file = one->file == NULL ? file : one->file,
            .place = one->place,
            .title = one->code,
        };
        sim__text_put(&message, one->message);
        sim__text_put(&message, one->hint[0] == '\0' ? "" : "\n");
        sim__text_put(&message, one->hint);
        cli_github_put(text, &note, sim__text_string(&message));
        text->failed |= message.failed;
        sim__text_release(&message);
    }
}

/* ---- what is no command ---- */

/* How many bytes before "::" no reader takes for text: space of any alphabet. */
static size_t lead(const char *line, size_t length)
{
    size_t at = 0;
    while (at < length && ((unsigned char)line[at] <= ' ' || (unsigned char)line[at] >= 0x80)) {
        at++;
    }
    return at;
}

static void put_line(struct sim__text *text, const char *line, size_t length)
{
    size_t at = lead(line, length);
    if (length - at >= 2 && line[at] == ':' && line[at + 1] == ':') {
        sim__text_putn(text, line, at);
        sim__text_put(text, "\\x3a");
        line += at + 1;
        length -= at + 1;
    }
    for (size_t i = 0; i < length; i++) {
        bool begins = length - i >= 3 && memcmp(line + i, "##[", 3) == 0;
        sim__text_put(text, begins ? "\\x23" : "");
        if (!begins) {
            sim__text_char(text, line[i]);
        }
    }
}

void cli_github_disarm(struct sim__text *text, size_t from)
{
    const char *written = sim__text_string(text) + from;
    if (strstr(written, "::") == NULL && strstr(written, "##[") == NULL) {
        return;
    }
    struct sim__text old = {0};
    sim__text_putn(&old, written, text->length - from);
    if (old.failed) {
        text->failed = true;
        return;
    }
    text->length = from;
    text->bytes[from] = '\0';
    for (size_t at = 0; at < old.length; at++) {
        size_t length = strcspn(old.bytes + at, "\n");
        put_line(text, old.bytes + at, length);
        at += length;
        sim__text_put(text, at < old.length ? "\n" : "");
    }
    sim__text_release(&old);
}

/* ---- what cannot be read ---- */

/* "rehearse: NAME: WHAT" in a line each. */
static void put_complaints(struct sim__text *text, const char *lines)
{
    static const char prefix[] = "rehearse: ";
    const struct cli_github_note note = {.level = CLI_GITHUB_ERROR, .title = "rehearse"};
    while (*lines != '\0') {
        struct sim__text message = {0};
        size_t length = strcspn(lines, "\n");
        size_t skipped = strncmp(lines, prefix, strlen(prefix)) == 0 ? strlen(prefix) : 0;
        sim__text_putn(&message, lines + skipped, length - skipped);
        cli_github_put(text, &note, sim__text_string(&message));
        text->failed |= message.failed;
        sim__text_release(&message);
        lines += length + (lines[length] == '\n');
    }
}

void cli_github_complain(const struct cli_plan *plan)
{
    struct sim__text text = {0};
    sim__text_put(&text, sim__text_string(&plan->complaints.lines));
    for (uint32_t i = 0; i < plan->count; i++) {
        sim__text_put(&text, cli_plan_complaint(plan, i));
    }
    cli_github_disarm(&text, 0);
    fputs(text.failed ? "rehearse: out of memory\n" : sim__text_string(&text), stderr);
    sim__text_clear(&text);
    put_complaints(&text, sim__text_string(&plan->complaints.lines));
    for (uint32_t i = 0; i < plan->count; i++) {
        cli_github_told(&text, plan->cases[i].path, &plan->cases[i].told);
    }
    cli_output_say(&text);
}
