/* What is said of a file that was made smaller: before it, and on standard error. */
#ifndef CLI_SHRUNK_H
#define CLI_SHRUNK_H

#include "options.h"
#include "smaller.h"

/* The comment that the file begins with, of a file of this variant (NULL: it varies nothing).
 * Its first words are how an earlier output is known. */
void cli_shrunk_heading(const struct cli_smaller *smaller, const char *variant,
                        const struct cli_options *options, struct sim__text *text);
/* A line with seed and hash, where the run came to one. */
void cli_shrunk_hash(const struct cli_smaller *smaller, struct sim__text *text);
/* One line, unless the user wants none. */
void cli_shrunk_report(const struct cli_smaller *smaller, const struct cli_options *options);
/* What ended it early, after a comma; "" when nothing did. */
const char *cli_shrunk_early(const struct cli_smaller *smaller);

#endif
