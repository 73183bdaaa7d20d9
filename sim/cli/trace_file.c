/* Reads a trace line by line, trusting nothing in it. */
#include "trace_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void cli_trace_name(const struct cli_trace_file *trace, struct sim__text *text)
{
    const char *name = strcmp(trace->path, "-") == 0 ? "<stdin>" : trace->path;
    sim__text_safe(text, name, strlen(name));
}

static enum cli_trace_kind complain(struct cli_trace_file *trace, bool placed, const char *why)
{
    struct sim__text name = {0};
    cli_trace_name(trace, &name);
    if (placed) {
        fprintf(stderr, "%s:%llu:%zu: error: %s\n", sim__text_string(&name),
                (unsigned long long)trace->number, trace->json.error_at + 1, why);
    } else {
        fprintf(stderr, "rehearse: %s: %s\n", sim__text_string(&name), why);
    }
    sim__text_release(&name);
    trace->kind = CLI_TRACE_BAD;
    return CLI_TRACE_BAD;
}

bool cli_trace_open(struct cli_trace_file *trace, const char *path)
{
    struct stat status;
    *trace = (struct cli_trace_file){.path = path};
    trace->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (trace->file == NULL) {
        complain(trace, false, strerror(errno));
        return false;
    }
    if (fstat(fileno(trace->file), &status) == 0 && S_ISDIR(status.st_mode)) {
        complain(trace, false, strerror(EISDIR));
        return false;
    }
    return true;
}

static enum cli_trace_kind kind_of(const struct sim__json *json)
{
    if (sim__json_find(json, "event") != NULL) {
        return CLI_TRACE_EVENT;
    }
    if (sim__json_find(json, "rehearse") != NULL) {
        return CLI_TRACE_HEADER;
    }
    return sim__json_find(json, "end") != NULL ? CLI_TRACE_END : CLI_TRACE_BAD;
}

enum cli_trace_kind cli_trace_next(struct cli_trace_file *trace)
{
    do {
        errno = 0;
        ssize_t length = getline(&trace->line, &trace->room, trace->file);
        if (length < 0) {
            if (ferror(trace->file) || errno == ENOMEM) {
                return complain(trace, false, strerror(errno));
            }
            trace->kind = CLI_TRACE_EOF;
            return trace->number == 0 ? complain(trace, false, "not a trace: it is empty")
                                      : CLI_TRACE_EOF;
        }
        trace->length = (size_t)length;
        trace->number++;
        if (trace->length > 0 && trace->line[trace->length - 1] == '\n') {
            trace->length--;
        }
    } while (trace->length == 0);
    if (!sim__json_read(trace->line, trace->length, &trace->json)) {
        return complain(trace, true, trace->json.error);
    }
    trace->kind = kind_of(&trace->json);
    if (trace->kind == CLI_TRACE_BAD) {
        trace->json.error_at = 0;
        return complain(trace, true, "not a line of a trace: no 'event', 'rehearse' or 'end'");
    }
    return trace->kind;
}

void cli_trace_close(struct cli_trace_file *trace)
{
    if (trace->file != NULL && trace->file != stdin) {
        fclose(trace->file);
    }
    free(trace->line);
    *trace = (struct cli_trace_file){0};
}
