/* Which shard this is, from the environment; see shard_auto.h. */
#include "shard_auto.h"

#include <stdlib.h>

#include "numbers.h"

/* For who is not told of how many. */
#define TOTAL "REHEARSE_SHARDS"

/* How those who start many name one of them. */
struct starter {
    const char *index;
    const char *first; /* the least index; NULL: `least` … */
    uint64_t least;
    const char *step; /* from one to the next; NULL: 1 */
    const char *count;
};

static const struct starter starters[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", 0, "SLURM_ARRAY_TASK_STEP",
     "SLURM_ARRAY_TASK_COUNT"},
    {"JOB_COMPLETION_INDEX", NULL, 0, NULL, "JOB_COMPLETIONS"},
    {"PARALLEL_SEQ", NULL, 1, NULL, TOTAL},
};

/* Not there, and not asked for: what is meant then. */
static bool read_number(const char *name, uint64_t otherwise, uint64_t *ret_number)
{
    const char *value = name != NULL ? getenv(name) : NULL;
    *ret_number = otherwise;
    return value == NULL || cli_number_read(value, ret_number);
}

static const char *read_shard(const struct starter *starter, uint64_t *ret_shard,
                              uint64_t *ret_count)
{
    uint64_t index, first, step;
    const char *count = getenv(starter->count) != NULL ? starter->count : TOTAL;
    if (!read_number(starter->index, 0, &index) ||
        !read_number(starter->first, starter->least, &first) ||
        !read_number(starter->step, 1, &step) || !read_number(count, 0, ret_count) || step == 0) {
        return "a variable of SLURM_ARRAY_TASK_…, JOB_COMPLETION…, PARALLEL_SEQ and " TOTAL
               " is no number";
    }
    if (*ret_count == 0) {
        return "of how many shards this is one is not known: no SLURM_ARRAY_TASK_COUNT or "
               "JOB_COMPLETIONS is set; set " TOTAL;
    }
    if (index < first || (index - first) % step != 0 || (index - first) / step >= *ret_count) {
        return "the index that is set is none of so many: write --shard K/N";
    }
    *ret_shard = (index - first) / step + 1;
    return NULL;
}

const char *cli_shard_auto(uint64_t *ret_shard, uint64_t *ret_count)
{
    const struct starter *found = NULL;
    for (size_t i = 0; i < sizeof starters / sizeof starters[0]; i++) {
        if (getenv(starters[i].index) == NULL) {
            continue;
        }
        if (found != NULL) {
            return "more than one of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and PARALLEL_SEQ is "
                   "set: write --shard K/N";
        }
        found = &starters[i];
    }
    return found != NULL ? read_shard(found, ret_shard, ret_count)
                         : "none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX and PARALLEL_SEQ is "
                           "set: write --shard K/N";
}
