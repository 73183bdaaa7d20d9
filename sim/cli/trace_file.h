/* Reads a trace line by line, from any place in it. */
#ifndef CLI_TRACE_FILE_H
#define CLI_TRACE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/json_object.h"
#include "spool.h"
#include "words.h"

enum cli_trace_kind {
    CLI_TRACE_EVENT,
    CLI_TRACE_HEADER, /* the first line of a run */
    CLI_TRACE_END,    /* the last one */
    CLI_TRACE_EOF,    /* of the file, or of the part that is read */
    CLI_TRACE_BAD,    /* unreadable or not a trace; said on stderr */
};

struct cli_trace_file {
    const char *path;
    int descriptor;
    struct cli_spool spool; /* a copy of what cannot be gone back in */
    char *chunk;            /* what was read last: chunk_length bytes from chunk_at on */
    size_t chunk_length;
    uint64_t chunk_at;
    uint64_t at;  /* of the next line */
    uint64_t end; /* nothing is read from here on */
    struct sim__text line;
    uint64_t number;       /* of the line, from 1 */
    struct sim__json json; /* points into line */
    enum cli_trace_kind kind;
};

/* "-" is standard input. False, and a message on stderr, when it cannot be
 * opened. cli_trace_close in every case. */
bool cli_trace_open(struct cli_trace_file *trace, const char *path);
/* Moves to the next line that is not empty, without looking into it. CLI_TRACE_EVENT
 * stands for any line. */
enum cli_trace_kind cli_trace_line(struct cli_trace_file *trace);
/* What the line at hand is; the same as trace->kind. */
enum cli_trace_kind cli_trace_parse(struct cli_trace_file *trace);
/* Both. */
enum cli_trace_kind cli_trace_next(struct cli_trace_file *trace);
/* Reads from `at` to `end`; the line there is the one after `number`. */
void cli_trace_seek(struct cli_trace_file *trace, uint64_t at, uint64_t end, uint64_t number);
void cli_trace_close(struct cli_trace_file *trace);
/* The path, safe for a terminal; "<stdin>" for "-". */
void cli_trace_name(const struct cli_trace_file *trace, struct sim__text *text);

#endif
