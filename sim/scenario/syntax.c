/* What the YAML parser complains of, in words that say what to do. */
#include <string.h>

#include "yaml.h"

#define UNFIT \
    "this is indented like nothing above it; keys of one map, and entries of one list, begin in " \
    "the same column"
#define TABS "indentation is made of spaces, not of tabs"

/* A bracket that is never closed is noticed at the end of the file; this is
 * where the innermost one was opened. */
static struct sim_place opened_at(struct sim__builder *b, const char *text)
{
    enum sim__node_kind kind = strstr(text, "sequence") != NULL ? SIM__LIST : SIM__MAP;
    for (uint32_t i = b->depth; i > 0; i--) {
        if (b->frames[i - 1].node->kind == kind) {
            return b->frames[i - 1].node->place;
        }
    }
    return b->cursor.place;
}

/* Parts of libfyaml's messages, and what we say instead; `opened`: at the bracket
 * that was opened last and not closed. */
static const struct complaint {
    const char *part;
    const char *text;
    bool opened;
} complaints[] = {
    {"invalid alias detected", "in YAML * begins an alias; a glob goes in quotes: `\"*\"`", false},
    {"did not find expected '-' indicator", UNFIT, false},
    {"wrong indendation in sequence", UNFIT, false},
    {"invalid scalar at the end of block sequence", UNFIT, false},
    {"invalid mapping in plain multiline", UNFIT, false},
    {"invalid value after mapping", "is a colon missing here? this is no `key: value`", false},
    {"could not find expected ':'", "is a colon missing here? this is no `key: value`", false},
    {"tab character may not be used", TABS, false},
    {"invalid tab used as indentation", TABS, false},
    {"invalid nested block mapping on the same line",
     "text with a colon and a space in it goes in quotes", false},
    {"plain scalar cannot start with", "text that begins with this character goes in quotes",
     false},
    {"-quoted scalar without closing quote", "this quote is never closed", false},
    {"wrongly indented double-quoted", "this quote is never closed", false},
    {"wrongly indented single-quoted", "this quote is never closed", false},
    {"invalid escape",
     "no such escape" SIM__HINT "; in single quotes a backslash stands for itself", false},
    {"wrongly indented flow", "this is not closed before the next line of its parent begins", true},
    {"mismatched flow", "this bracket does not close the one that was opened last", false},
    {"invalid extra closing bracket", "this bracket closes nothing", false},
    {"missing comma in flow", "a comma or a colon is missing here", false},
};

/* The line's bytes from an offset, without its end. */
static size_t line_length(const struct sim__cursor *cursor, size_t from)
{
    size_t length = 0;
    while (from + length < cursor->length && strchr("\r\n", cursor->bytes[from + length]) == NULL) {
        length++;
    }
    return length;
}

/* A text goes on in the next line, and there is a key in it: either that line is too
 * far to the right, or the first one was to be a key. */
static void complain_of_lines(struct sim__builder *b, size_t offset)
{
    const char *bytes = b->cursor.bytes;
    size_t length = line_length(&b->cursor, offset);
    struct sim_place place = sim__cursor_at(&b->cursor, offset);
    size_t before = offset;
    while (before > 0 && strchr("\r\n", bytes[before - 1]) == NULL) {
        before--;
    }
    bool first = strspn(bytes + before, " -") >= offset - before;
    if (first && memchr(bytes + offset, ':', length) == NULL) {
        sim__build_fail(b, place, "is a colon missing after `%s`?",
                        sim__quotable(b->arena, bytes + offset, length));
        return;
    }
    size_t next = offset + length;
    while (next < b->cursor.length && strchr(" \r\n", bytes[next]) != NULL) {
        next++;
    }
    sim__build_fail(b, sim__cursor_at(&b->cursor, next),
                    "this line is indented deeper than the one above, whose value is complete");
}

static void complain(struct sim__builder *b, const char *text, size_t offset)
{
    if (strstr(text, "invalid multiline plain key") != NULL && offset < b->cursor.length) {
        complain_of_lines(b, offset);
        return;
    }
    for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
        const struct complaint *complaint = &complaints[i];
        if (strstr(text, complaint->part) == NULL) {
            continue;
        }
        /* The mark of an alias or a quoted text comes after its first character. */
        bool after = offset > 0 && offset <= b->cursor.length &&
                     strchr("*'\"", b->cursor.bytes[offset - 1]) != NULL;
        struct sim_place place = sim__cursor_at(&b->cursor, after ? offset - 1 : offset);
        sim__build_fail(b, complaint->opened ? opened_at(b, text) : place, "%s", complaint->text);
        return;
    }
    sim__build_fail(b, sim__cursor_at(&b->cursor, offset), "%s",
                    sim__quotable(b->arena, text, strlen(text)));
}

void sim__syntax_error(struct sim__builder *b, struct fy_diag *diag)
{
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    if (error == NULL) {
        sim__build_fail(b, b->cursor.place, "the YAML parser stopped here without a reason");
        return;
    }
    const char *text = error->msg == NULL ? "syntax error" : error->msg;
    const struct fy_mark *mark = error->fyt == NULL ? NULL : fy_token_start_mark(error->fyt);
    size_t offset = mark == NULL ? b->cursor.offset : mark->input_pos + b->skipped;
    if (offset >= b->cursor.length && strstr(text, "flow") != NULL) {
        sim__build_fail(b, opened_at(b, text), "this is not closed (%s)",
                        sim__quotable(b->arena, text, strlen(text)));
    } else {
        complain(b, text, offset);
    }
}

/* The parser writes nowhere: errors are collected, the rest is dropped. */
static void drop_output(struct fy_diag *diag, void *user, const char *buffer, size_t length)
{
    (void)diag;
    (void)user;
    (void)buffer;
    (void)length;
}

struct fy_diag *sim__quiet_diag(void)
{
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.output_fn = drop_output;
    config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&config);
    if (diag != NULL) {
        fy_diag_set_collect_errors(diag, true);
    }
    return diag;
}
