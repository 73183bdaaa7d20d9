/* One campaign on many machines: which part of it is done here, and where what came of it goes. */
#ifndef CLI_FARM_H
#define CLI_FARM_H

#include <stdbool.h>

#include "options.h"

#define CLI_SHARDS_MAX 10000u

/* For the table of options: NULL, or why the value is refused. */
const char *cli_set_shard(struct cli_options *options, const char *value);
const char *cli_set_results(struct cli_options *options, const char *value);
const char *cli_set_directory(struct cli_options *options, const char *value);

/* What cannot be divided, or put together again; NULL: nothing. */
const char *cli_farm_mistake(const struct cli_options *options);
/* Whether an option decides what is run, or what comes of it: the shards have it in common. */
bool cli_farm_decides(const struct cli_option *option);

#endif
