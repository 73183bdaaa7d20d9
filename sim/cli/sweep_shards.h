/* A sweep on many machines: the numbers of its tries, which are the same in all shards, and what
 * came of each as a line of a results file.
 *
 * First come the runs without a fault, one of each scenario, which every shard does, since its
 * points are planned by them; then the tries of the first scenario's points, of the next one's.
 */
#ifndef CLI_SWEEP_SHARDS_H
#define CLI_SWEEP_SHARDS_H

#include "fields.h"
#include "results_file.h"
#include "sweep_report.h"

/* One try at a point: of which scenario, which one. */
struct cli_sweep_try {
    uint32_t swept;
    uint64_t index; /* among the tries of all shards */
};

/* All zeros, or planned. */
struct cli_sweep_shards {
    uint32_t count;                /* of scenarios */
    uint64_t *offsets;             /* of the first try of each, and behind the last */
    struct cli_sweep_try *checked; /* of the shard before, to be done here as well */
    uint64_t checked_count;
    struct cli_results_file results;
};

/* When all `plan`s of the scenarios are known. False without memory. */
bool cli_sweep_shards_plan(struct cli_sweep_shards *shards, const struct cli_options *options,
                           const struct cli_swept *swept, uint32_t count);
void cli_sweep_shards_release(struct cli_sweep_shards *shards);

/* Of the index-th of the tries that one shard has of a scenario: which it is among those of all. */
uint64_t cli_sweep_index(const struct sim__sweep_plan *plan, uint64_t index);
/* The point of a try. */
struct sim__sweep_point cli_sweep_point(const struct sim__sweep_plan *plan, uint64_t index);
/* Its number, as the task of a results file. */
uint64_t cli_sweep_number(const struct cli_sweep_shards *shards, const struct cli_sweep_try *which);

/* Appends members, a comma before each; reads them: what is wrong, the fields then say. */
void cli_sweep_try_put_json(struct sim__text *text, const struct sim__sweep_try *one);
void cli_sweep_try_take_json(struct cli_fields *fields, struct sim__sweep_try *ret_try);

#endif
