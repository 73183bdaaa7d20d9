/* The table of executors. */
#include "executors.h"

#include <string.h>

#include "sim/real/crew.h"
#include "sim/real/real.h"
#include "options.h"

static int run_simulated(const struct sim_scenario *scenario, const struct cli_options *options,
                         const struct sim_run_options *run, struct sim_result *ret_result)
{
    (void)options; /* virtual time has no speed */
    return sim_run(scenario, run, ret_result);
}

static int run_real(const struct sim_scenario *scenario, const struct cli_options *options,
                    const struct sim_run_options *run, const struct sim_crew_kind *crew,
                    struct sim_result *ret_result)
{
    const struct sim_real_options real = {
        .crew = crew,
        .speed_billionths = options->speed_billionths,
        .has_tolerance = options->has_tolerance,
        .tolerance_ns = options->tolerance.ns,
    };
    return sim__run_real(scenario, run, &real, ret_result);
}

static int run_threads(const struct sim_scenario *scenario, const struct cli_options *options,
                       const struct sim_run_options *run, struct sim_result *ret_result)
{
    return run_real(scenario, options, run, &sim__crew_threads, ret_result);
}

static int run_processes(const struct sim_scenario *scenario, const struct cli_options *options,
                         const struct sim_run_options *run, struct sim_result *ret_result)
{
    return run_real(scenario, options, run, &sim__crew_processes, ret_result);
}

static const struct cli_executor executors[] = {
    {"sim", run_simulated},
    {"threads", run_threads},
    {"processes", run_processes},
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
