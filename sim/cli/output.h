/* Files that the command writes, standard output among them. A write that fails
 * is remembered, said once, and makes the status 2. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "text.h"

struct cli_output {
    FILE *file;
    const char *name; /* for messages */
    bool failed;
};

/* "-" is standard output. False, and a message on stderr, when it cannot be
 * opened. */
bool cli_output_open(struct cli_output *output, const char *path);
/* Writes the text and empties it; false once something went wrong. */
bool cli_output_write(struct cli_output *output, struct cli_text *text);
/* Flushes, closes, and says on stderr what went wrong. */
bool cli_output_close(struct cli_output *output);

#endif
