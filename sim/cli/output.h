/* Files that the command writes, standard output among them.
 *
 * A regular file is written under a name beside it and takes its place when it is
 * complete, so that what was there stays whole until then; it keeps its mode. What
 * is no regular file (a device, a pipe) is written directly. A write that fails is
 * remembered, said once, and makes the status 2.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "words.h"

enum cli_output_kind {
    CLI_OUTPUT_PLAIN,
    CLI_OUTPUT_TRACE,
    CLI_OUTPUT_JUNIT,
    CLI_OUTPUT_METRICS,
    CLI_OUTPUT_TABLE,
    CLI_OUTPUT_RESULTS,
    CLI_OUTPUT_HTML,
    CLI_OUTPUT_SVG,
    CLI_OUTPUT_PERFETTO,
    CLI_OUTPUT_BADGE,
    CLI_OUTPUT_SUMMARY,
    CLI_OUTPUT_SHRUNK,
    CLI_OUTPUT_FOUND,
    CLI_OUTPUT_CHOICES,
    CLI_OUTPUT_IMPORTED,
    CLI_OUTPUT_REPORT,
    CLI_OUTPUT_SHEET
};

/* What a file is, however it is called. One that does not exist yet is known by its
 * directory and its name there. */
struct cli_identity {
    bool exists;
    bool standard; /* standard output */
    mode_t mode;
    dev_t device; /* of the file, or of the directory that it would be in */
    ino_t inode;
};

struct cli_output {
    const char *name;        /* for messages, and as it was given */
    const char *option;      /* the one that named it; NULL: none */
    char *target;            /* links followed; NULL: standard output */
    char *temporary;         /* what is written now; NULL: the file itself */
    struct sim__text buffer; /* not written yet */
    struct cli_identity identity;
    int descriptor;
    enum cli_output_kind kind;
    bool appends; /* behind what is there, which stays */
    bool opened;
    bool failed;
    bool broken_pipe; /* nobody reads it any more: no mistake of ours */
};

/* Names the file ("-" is standard output) and finds out what it is; opens nothing.
 * False, and a message on stderr, when it cannot be written. cli_output_close in
 * every case. */
bool cli_output_name(struct cli_output *output, const char *path, const char *option,
                     enum cli_output_kind kind);
/* Whether two are the same file. */
bool cli_output_is(const struct cli_output *output, const struct cli_output *other);
/* Whether it is the file at this path (which exists), or the open file. */
bool cli_output_is_path(const struct cli_output *output, const char *path);
bool cli_output_is_open_file(const struct cli_output *output, int descriptor);
/* An existing file is replaced only when it is empty or begins as an earlier output
 * of this kind does; one that is appended to is not replaced. */
bool cli_output_may_replace(const struct cli_output *output);
/* Says on stderr why the output is refused. False, always. */
bool cli_output_refuse(struct cli_output *output, const char *why);

bool cli_output_open(struct cli_output *output);
/* Writes the text and empties it; false once something went wrong. */
bool cli_output_write(struct cli_output *output, struct sim__text *text);
/* The same for bytes that come one line at a time: kept until there are many. */
bool cli_output_put(struct cli_output *output, const char *bytes, size_t length);
bool cli_output_flush(struct cli_output *output);
/* Puts the file in its place, or removes what was written when something went wrong,
 * and says so on stderr. */
bool cli_output_close(struct cli_output *output);

/* All at once, on standard output; empties and releases the text. */
bool cli_output_say(struct sim__text *text);

#endif
