/* Which of many tasks are done here.
 *
 * The shards take turns: the K-th of N has every N-th task from the K-th on. So that a machine
 * which computes otherwise than the others is found, one task in each hundred is done a second
 * time, by the shard after the one whose it is. Which one of the hundred moves on with them, so
 * that no shard is left out.
 */
#ifndef CLI_SHARD_H
#define CLI_SHARD_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

#define CLI_SHARD_CHECKED_EVERY 100u

struct cli_shard {
    uint64_t turn; /* from 0 */
    uint64_t turns;
    uint64_t total; /* tasks of all shards */
    uint64_t own;
    uint64_t *checked; /* of the shard before */
    uint64_t checked_count;
};

/* One of the tasks that are done here. */
struct cli_shard_task {
    uint64_t number; /* among all */
    bool checks;     /* it is another shard's */
};

/* Of the first `total` tasks, how many are those of this turn. */
uint64_t cli_shard_share(const struct cli_shard *shard, uint64_t total);
/* As --shard has it, which is one of one when it is not given; with tasks to be checked where
 * there are --results. False without memory. */
bool cli_shard_plan(const struct cli_options *options, uint64_t total, struct cli_shard *ret_shard);
void cli_shard_release(struct cli_shard *shard);
/* Of the n-th hundred of all tasks the one that is checked. */
uint64_t cli_shard_checked(uint64_t n);
/* All that is done here: first its own, in their order. */
static inline uint64_t cli_shard_count(const struct cli_shard *shard)
{
    return shard->own + shard->checked_count;
}
struct cli_shard_task cli_shard_task(const struct cli_shard *shard, uint64_t index);

#endif
