/* What is said of a file that was made smaller: before it, and on standard error. */
#ifndef CLI_SHRUNK_H
#define CLI_SHRUNK_H

#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "sim/shrink/shrink.h"
#include "sim/trial/trial.h"

/* How large a file is. */
struct cli_size {
    uint32_t services;
    uint32_t timeline;
    uint32_t lines;
    size_t bytes;
};

struct cli_shrunk {
    const char *variant; /* NULL: the file varies nothing */
    struct sim__trial last;
    struct cli_size before, after;
    struct sim__shrunk shrunk;
};

/* The comment that the file begins with. Its first words are how an earlier output is known. */
void cli_shrunk_heading(const struct cli_shrunk *shrunk, const struct cli_options *options,
                        struct sim__text *text);
/* One line, unless the user wants none. */
void cli_shrunk_report(const struct cli_shrunk *shrunk, const struct cli_options *options);

#endif
