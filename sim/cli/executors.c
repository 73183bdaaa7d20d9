/* The table of executors. */
#include "executors.h"

#include <string.h>

static int run_simulated(const struct sim_scenario *scenario, const struct cli_options *options,
                         const struct sim_run_options *run, struct sim_result *ret_result)
{
    (void)options; /* virtual time has no speed */
    return sim_run(scenario, run, ret_result);
}

static const struct cli_executor executors[] = {
    {"sim", run_simulated},
    {"threads", NULL},
    {"processes", NULL},
};

const struct cli_executor *cli_executor_find(const char *name)
{
    for (size_t i = 0; i < sizeof executors / sizeof executors[0]; i++) {
        if (strcmp(executors[i].name, name) == 0) {
            return &executors[i];
        }
    }
    return NULL;
}
