/* The commands; each returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"

int cli_run(const struct cli_options *options);
int cli_check(const struct cli_options *options);
int cli_diff(const struct cli_options *options);

/* The worse of two statuses: the larger, but 2 gives way to every failure. */
int cli_worse(int a, int b);

#endif
