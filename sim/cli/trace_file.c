/* Reads a trace line by line, trusting nothing in it. */
#include "trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES 65536u
#define LINE_BYTES_MAX (UINT32_C(16) << 20)
#define FORMAT 1u

void cli_trace_name(const struct cli_trace_file *trace, struct sim__text *text)
{
    sim__text_show(text, strcmp(trace->path, "-") == 0 ? "<stdin>" : trace->path);
}

/* What is wrong: the file, or the line that was read last. */
enum culprit { THE_FILE, THE_LINE };

static enum cli_trace_kind complain(struct cli_trace_file *trace, enum culprit culprit,
                                    const char *why)
{
    struct sim__text name = {0};
    cli_trace_name(trace, &name);
    if (culprit == THE_LINE) {
        fprintf(stderr, "%s:%llu:%zu: error: %s\n", sim__text_string(&name),
                (unsigned long long)trace->number, trace->json.error_at + 1, why);
    } else {
        fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    }
    sim__text_release(&name);
    trace->kind = CLI_TRACE_BAD;
    return CLI_TRACE_BAD;
}

/* What comes from a pipe is copied, since it is read twice. */
static bool copy_all(struct cli_trace_file *trace)
{
    if (!cli_spool_open(&trace->spool)) {
        return complain(trace, THE_FILE, "there is no place for a temporary copy"), false;
    }
    for (;;) {
        ssize_t got = read(trace->descriptor, trace->chunk, CHUNK_BYTES);
        if (got < 0 && errno != EINTR) {
            return complain(trace, THE_FILE, strerror(errno)), false;
        }
        if (got == 0) {
            break;
        }
        cli_spool_put(&trace->spool, trace->chunk, got > 0 ? (size_t)got : 0);
    }
    if (!cli_spool_flush(&trace->spool)) {
        return complain(trace, THE_FILE, strerror(trace->spool.error)), false;
    }
    return true;
}

bool cli_trace_open(struct cli_trace_file *trace, const char *path)
{
    struct stat status;
    *trace = (struct cli_trace_file){
        .path = path, .end = UINT64_MAX, .spool.descriptor = -1, .descriptor = -1};
    bool standard = strcmp(path, "-") == 0;
    trace->descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    trace->chunk = malloc(CHUNK_BYTES);
    if (trace->descriptor < 0 || trace->chunk == NULL || fstat(trace->descriptor, &status) != 0) {
        return complain(trace, THE_FILE, strerror(trace->chunk == NULL ? ENOMEM : errno)), false;
    }
    if (S_ISDIR(status.st_mode)) {
        return complain(trace, THE_FILE, strerror(EISDIR)), false;
    }
    return S_ISREG(status.st_mode) || copy_all(trace);
}

/* Makes the byte at trace->at stand in the chunk. CLI_TRACE_EVENT: it does. */
static enum cli_trace_kind fill(struct cli_trace_file *trace)
{
    int descriptor = trace->spool.descriptor >= 0 ? trace->spool.descriptor : trace->descriptor;
    if (trace->at >= trace->chunk_at && trace->at - trace->chunk_at < trace->chunk_length) {
        return CLI_TRACE_EVENT;
    }
    ssize_t got;
    do {
        got = pread(descriptor, trace->chunk, CHUNK_BYTES, (off_t)trace->at);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return complain(trace, THE_FILE, strerror(errno));
    }
    trace->chunk_at = trace->at;
    trace->chunk_length = (size_t)got;
    return got == 0 ? CLI_TRACE_EOF : CLI_TRACE_EVENT;
}

/* A line, which may be empty, without its newline. */
static enum cli_trace_kind read_line(struct cli_trace_file *trace)
{
    sim__text_clear(&trace->line);
    bool ended = false;
    while (!ended) {
        enum cli_trace_kind filled = trace->at < trace->end ? fill(trace) : CLI_TRACE_EOF;
        if (filled == CLI_TRACE_EOF && trace->line.length > 0) {
            return CLI_TRACE_EVENT;
        }
        if (filled != CLI_TRACE_EVENT) {
            return filled;
        }
        size_t from = (size_t)(trace->at - trace->chunk_at);
        size_t left = trace->chunk_length - from;
        const char *newline = memchr(trace->chunk + from, '\n', left);
        size_t size = newline == NULL ? left : (size_t)(newline - (trace->chunk + from));
        sim__text_putn(&trace->line, trace->chunk + from, size);
        ended = newline != NULL;
        trace->at += size + ended;
        if (trace->line.failed) {
            return complain(trace, THE_FILE, strerror(ENOMEM));
        }
        if (trace->line.length > LINE_BYTES_MAX) {
            trace->number++;
            trace->json.error_at = 0;
            return complain(trace, THE_LINE, "the line is longer than 16 MiB");
        }
    }
    return CLI_TRACE_EVENT;
}

enum cli_trace_kind cli_trace_line(struct cli_trace_file *trace)
{
    do {
        trace->kind = read_line(trace);
        trace->number += trace->kind == CLI_TRACE_EVENT;
    } while (trace->kind == CLI_TRACE_EVENT && trace->line.length == 0);
    return trace->kind;
}

static enum cli_trace_kind check_format(struct cli_trace_file *trace)
{
    uint64_t format;
    if (sim__json_number(&trace->json, "rehearse", &format) && format == FORMAT) {
        return CLI_TRACE_HEADER;
    }
    struct sim__text why = {0};
    sim__text_put(&why, "a trace of format ");
    sim__json_show(sim__json_find(&trace->json, "rehearse"), &why);
    sim__text_format(&why, "; this program reads format %u", FORMAT);
    trace->json.error_at = 0;
    (void)complain(trace, THE_LINE, sim__text_string(&why));
    sim__text_release(&why);
    return CLI_TRACE_BAD;
}

enum cli_trace_kind cli_trace_parse(struct cli_trace_file *trace)
{
    if (!sim__json_read(sim__text_string(&trace->line), trace->line.length, &trace->json)) {
        return complain(trace, THE_LINE, trace->json.error);
    }
    if (sim__json_find(&trace->json, "event") != NULL) {
        trace->kind = CLI_TRACE_EVENT;
    } else if (sim__json_find(&trace->json, "rehearse") != NULL) {
        trace->kind = check_format(trace);
    } else if (sim__json_find(&trace->json, "end") != NULL) {
        trace->kind = CLI_TRACE_END;
    } else {
        trace->json.error_at = 0;
        return complain(trace, THE_LINE, "not a line of a trace: no 'event', 'rehearse' or 'end'");
    }
    return trace->kind;
}

enum cli_trace_kind cli_trace_next(struct cli_trace_file *trace)
{
    enum cli_trace_kind kind = cli_trace_line(trace);
    return kind == CLI_TRACE_EVENT ? cli_trace_parse(trace) : kind;
}

void cli_trace_seek(struct cli_trace_file *trace, uint64_t at, uint64_t end, uint64_t number)
{
    trace->at = at;
    trace->end = end;
    trace->number = number;
}

void cli_trace_close(struct cli_trace_file *trace)
{
    if (trace->descriptor > STDERR_FILENO) {
        close(trace->descriptor);
    }
    cli_spool_close(&trace->spool);
    sim__text_release(&trace->line);
    free(trace->chunk);
    *trace = (struct cli_trace_file){.descriptor = -1, .spool.descriptor = -1};
}
