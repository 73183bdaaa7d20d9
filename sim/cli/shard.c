/* Which of many tasks are done here; see shard.h. */
#include "shard.h"

#include <stdlib.h>

/* Has no divisor in common with a hundred, so each place comes once in a hundred times. */
#define STEP 61u

uint64_t cli_shard_share(const struct cli_shard *shard, uint64_t total)
{
    return total <= shard->turn ? 0 : (total - shard->turn - 1) / shard->turns + 1;
}

uint64_t cli_shard_checked(uint64_t n)
{
    return n * CLI_SHARD_CHECKED_EVERY +
           n % CLI_SHARD_CHECKED_EVERY * STEP % CLI_SHARD_CHECKED_EVERY;
}

static uint64_t count_checked(const struct cli_shard *shard, uint64_t *tasks)
{
    uint64_t before = (shard->turn + shard->turns - 1) % shard->turns;
    uint64_t count = 0;
    for (uint64_t n = 0; n * CLI_SHARD_CHECKED_EVERY < shard->total; n++) {
        uint64_t task = cli_shard_checked(n);
        if (task < shard->total && task % shard->turns == before) {
            if (tasks != NULL) {
                tasks[count] = task;
            }
            count++;
        }
    }
    return count;
}

bool cli_shard_plan(const struct cli_options *options, uint64_t total, struct cli_shard *ret_shard)
{
    bool divided = options->shard_count > 0;
    *ret_shard = (struct cli_shard){
        .turn = divided ? options->shard - 1 : 0,
        .turns = divided ? options->shard_count : 1,
        .total = total,
    };
    ret_shard->own = cli_shard_share(ret_shard, total);
    if (ret_shard->turns == 1 || options->results == NULL) {
        return true;
    }
    uint64_t count = count_checked(ret_shard, NULL);
    ret_shard->checked = calloc((size_t)count + 1, sizeof ret_shard->checked[0]);
    ret_shard->checked_count =
        ret_shard->checked != NULL ? count_checked(ret_shard, ret_shard->checked) : 0;
    return ret_shard->checked != NULL;
}

void cli_shard_release(struct cli_shard *shard)
{
    free(shard->checked);
    *shard = (struct cli_shard){.turns = 1};
}

struct cli_shard_task cli_shard_task(const struct cli_shard *shard, uint64_t index)
{
    bool checks = index >= shard->own;
    return (struct cli_shard_task){
        .number = checks ? shard->checked[index - shard->own] : shard->turn + index * shard->turns,
        .checks = checks,
    };
}
