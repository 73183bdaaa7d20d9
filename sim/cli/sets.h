/* The options that set values of a file, and choose among those that it varies. */
#ifndef CLI_SETS_H
#define CLI_SETS_H

#include "options.h"

/* For the table of options: NULL, or why the value is refused. */
const char *cli_set_set(struct cli_options *options, const char *value);
const char *cli_set_variant(struct cli_options *options, const char *value);
void cli_sets_release(struct sim__set *sets, uint32_t count);

#endif
