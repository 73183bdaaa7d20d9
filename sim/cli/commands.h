/* The commands; each returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "options.h"

#define CLI__X(id, name, function, what) int function(const struct cli_options *options);
CLI_COMMAND_LIST(CLI__X)
#undef CLI__X

/* The worse of two statuses: the larger, but 2 gives way to every failure. */
int cli_worse(int a, int b);

#endif
