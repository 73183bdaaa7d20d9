/* Reads a trace line by line. */
#ifndef CLI_TRACE_FILE_H
#define CLI_TRACE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/base/json_object.h"
#include "words.h"

enum cli_trace_kind {
    CLI_TRACE_EVENT,
    CLI_TRACE_HEADER, /* the first line of a run */
    CLI_TRACE_END,    /* the last one */
    CLI_TRACE_EOF,
    CLI_TRACE_BAD, /* unreadable or not a trace; said on stderr */
};

struct cli_trace_file {
    FILE *file;
    const char *path;
    char *line;
    size_t room;
    size_t length;
    uint64_t number;       /* of the line, from 1 */
    struct sim__json json; /* points into line */
    enum cli_trace_kind kind;
};

/* "-" is standard input. False, and a message on stderr, when it cannot be
 * opened. */
bool cli_trace_open(struct cli_trace_file *trace, const char *path);
/* Moves to the next line that is not empty; the same as trace->kind. */
enum cli_trace_kind cli_trace_next(struct cli_trace_file *trace);
void cli_trace_close(struct cli_trace_file *trace);
/* The path, safe for a terminal; "<stdin>" for "-". */
void cli_trace_name(const struct cli_trace_file *trace, struct sim__text *text);

#endif
