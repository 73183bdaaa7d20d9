/* A results file of a command that says what it has to say at its end. */
#ifndef CLI_RESULTS_FILE_H
#define CLI_RESULTS_FILE_H

#include "output.h"
#include "results.h"

struct cli_results_file {
    bool wanted;
    struct cli_output output;
    struct cli_results results;
    struct sim__text text; /* not written yet */
    uint64_t last;         /* the task that was written last, of its own */
};

/* When --results names one: opens it, beside what the plan reads, with its head. False, and a
 * message on stderr. To be closed in any case. */
bool cli_results_open(struct cli_results_file *file, const struct cli_options *options,
                      const struct cli_plan *plan, uint64_t tasks);
/* Writes the line of a task, and releases it; false when it cannot be written. */
bool cli_results_line(struct cli_results_file *file, const struct cli_shard_task *task,
                      struct sim__text *line);
/* What of its own tasks was done, in how much time; nothing is left of a file that failed. */
struct cli_results_done {
    uint64_t own;
    uint64_t planned;
    struct sup_duration wall;
};
bool cli_results_close(struct cli_results_file *file, const struct cli_results_done *done);

#endif
