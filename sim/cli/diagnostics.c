/* Diagnostics as JSON Lines; see diagnostics.h. */
#include "diagnostics.h"

#include <string.h>

#include "sim/base/escape.h"

static void put_string(struct sim__text *text, const char *key, const char *value)
{
    sim__text_format(text, ",\"%s\":", key);
    sim__text_json(text, value);
}

void cli_put_diagnostic(struct sim__text *text, const char *file, const struct sim__told *told)
{
    bool placed = told->place.line > 0;
    sim__text_put(text, "{\"file\":");
    sim__text_json(text, strcmp(file, "-") == 0 ? "<stdin>" : file);
    sim__text_format(text, ",\"line\":%u,\"column\":%u,\"end-column\":%u",
                     (unsigned)told->place.line, placed ? (unsigned)told->place.column : 0,
                     placed ? (unsigned)told->end_column : 0);
    put_string(text, "severity", sim__severity_name(told->severity));
    put_string(text, "code", told->code);
    put_string(text, "message", told->message);
    put_string(text, "hint", told->hint);
    sim__text_put(text, "}\n");
}
