/* The worlds in which the command can run a scenario.
 *
 * A new one is an entry of the table in executors.c: a name and a function that
 * runs one scenario once. `run` NULL means that the name is known and this build
 * does not have it.
 */
#ifndef CLI_EXECUTORS_H
#define CLI_EXECUTORS_H

#include "sim/run.h"

struct cli_options;

/* What sim_run returns. Options other than those of `run` (speed, tolerance) are
 * in `options`. */
typedef int (*cli_executor_fn)(const struct sim_scenario *scenario,
                               const struct cli_options *options, const struct sim_run_options *run,
                               struct sim_result *ret_result);

struct cli_executor {
    const char *name;
    cli_executor_fn run;
};

/* NULL: no such name. */
const struct cli_executor *cli_executor_find(const char *name);

#endif
