/* Which shard this is, as who started it has told it in its environment. */
#ifndef CLI_SHARD_AUTO_H
#define CLI_SHARD_AUTO_H

#include <stdbool.h>
#include <stdint.h>

/* From 1, of how many. NULL, or what is missing or wrong. */
const char *cli_shard_auto(uint64_t *ret_shard, uint64_t *ret_count);

#endif
