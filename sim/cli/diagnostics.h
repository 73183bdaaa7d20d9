/* Diagnostics of files as JSON Lines, for editors and other tools. */
#ifndef CLI_DIAGNOSTICS_H
#define CLI_DIAGNOSTICS_H

#include "sim/base/text.h"
#include "sim/scenario/diagnostic.h"

/* One line. `file` as it was given; of one about the file as a whole line and columns
 * are 0. */
void cli_put_diagnostic(struct sim__text *text, const char *file, const struct sim__told *told);

#endif
