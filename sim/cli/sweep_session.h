/* One invocation of `rehearse sweep`: what there is to be run, what came of it so far. */
#ifndef CLI_SWEEP_SESSION_H
#define CLI_SWEEP_SESSION_H

#include "merged.h"
#include "progress.h"
#include "sweep_report.h"
#include "sweep_shards.h"

#define CLI_FALLS_MAX 64u

enum cli_sweep_phase { CLI_SWEEP_BASES, CLI_SWEEP_POINTS, CLI_SWEEP_PAIRS };

struct cli_sweep_session {
    const struct cli_options *options;
    struct cli_plan plan;
    struct cli_swept *swept;
    uint32_t count;
    enum cli_sweep_phase phase;
    uint64_t tasks; /* of the phase */
    uint64_t *ends; /* of each file's tasks, among those of the phase */
    struct sim__sweep_how how;
    struct cli_progress progress;
    struct cli_fall falls[CLI_FALLS_MAX];
    uint32_t fall_count;
    uint64_t unkept;
    struct sup_instant started;
    struct cli_sweep_shards shards;
    struct cli_merged *merged; /* NULL, or what shards have done */
    uint64_t own;              /* of the phase's tasks, without those that check another shard */
    uint64_t taken;            /* of these */
    uint64_t planned;          /* of the points */
    int status;
    bool no_memory;
    bool spent;   /* the budget is used up */
    bool refused; /* what shards have done is not all of it */
};

/* With these options, of what shards have done; NULL: here. (cmd_sweep.c) */
int cli_sweep_merged(const struct cli_options *options, struct cli_merged *merged);

/* The scenario of a task of the phase, and its point. */
struct cli_swept *cli_sweep_find(const struct cli_sweep_session *sweep, uint64_t task,
                                 struct sim__sweep_point *ret_point);
/* The same as a task of all shards, where there are results. */
struct cli_shard_task cli_sweep_task(const struct cli_sweep_session *sweep, uint64_t task);

/* Whether what the shards have done is of what there is here: a status. The reader stays. */
int cli_sweep_check(struct cli_sweep_session *sweep, struct cli_merged_reader *reader);
/* Takes the phase's results, in the place of runs. */
void cli_sweep_play(struct cli_sweep_session *sweep,
                    bool (*take)(void *context, uint64_t task, char *bytes, size_t length));

#endif
