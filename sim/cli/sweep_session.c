/* Which run each task of a sweep is; see sweep_session.h. */
#include "sweep_session.h"

#include <string.h>

/* The file whose task it is; *ret_index: which of its own. */
static struct cli_swept *swept_of(const struct cli_sweep_session *sweep, uint64_t task,
                                  uint64_t *ret_index)
{
    uint32_t low = 0;
    uint32_t high = sweep->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (task < sweep->ends[middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    *ret_index = task - (low > 0 ? sweep->ends[low - 1] : 0);
    return &sweep->swept[low];
}

/* Where time may run out, what is tried first is spread over everything. */
static uint64_t place_of(const struct cli_sweep_session *sweep, uint64_t task)
{
    if (sweep->options->budget.ns == 0) {
        return task;
    }
    if (sweep->phase == CLI_SWEEP_POINTS) { /* a point's two runs follow each other */
        return 2 * sim__sweep_spread(task / 2, sweep->tasks / 2) + task % 2;
    }
    return sim__sweep_spread(task, sweep->tasks);
}

struct cli_swept *cli_sweep_find(const struct cli_sweep_session *sweep, uint64_t task,
                                 struct sim__sweep_point *ret_point)
{
    uint64_t index;
    struct cli_swept *swept;
    memset(ret_point, 0, sizeof *ret_point);
    if (sweep->phase == CLI_SWEEP_BASES) {
        return &sweep->swept[task];
    }
    if (task >= sweep->own) {
        const struct cli_sweep_try *checked = &sweep->shards.checked[task - sweep->own];
        swept = &sweep->swept[checked->swept];
        *ret_point = cli_sweep_point(&swept->plan, checked->index);
        return swept;
    }
    swept = swept_of(sweep, place_of(sweep, task), &index);
    if (sweep->phase == CLI_SWEEP_PAIRS) {
        *ret_point = sim__sweep_pair(&swept->pairs, swept->pairs_chosen, index);
    } else if (sweep->options->sweeping.point.first.at > 0) {
        *ret_point = sweep->options->sweeping.point;
    } else {
        *ret_point = sim__sweep_nth(&swept->plan, index);
    }
    return swept;
}

struct cli_shard_task cli_sweep_task(const struct cli_sweep_session *sweep, uint64_t task)
{
    if (sweep->phase == CLI_SWEEP_BASES) {
        return (struct cli_shard_task){.number = task};
    }
    struct cli_sweep_try which;
    bool checks = task >= sweep->own;
    if (checks) {
        which = sweep->shards.checked[task - sweep->own];
    } else {
        const struct cli_swept *swept = swept_of(sweep, task, &which.index);
        which.swept = (uint32_t)(swept - sweep->swept);
        which.index = cli_sweep_index(&swept->plan, which.index);
    }
    return (struct cli_shard_task){.number = cli_sweep_number(&sweep->shards, &which),
                                   .checks = checks};
}
