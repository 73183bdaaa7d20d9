/* Fuzzes whole runs: whatever a readable scenario says, no invariant of the
 * supervisor breaks, both runs are the same, and the budgets hold. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "sim/run.h"
#include "sim/scenario.h"

#define SERVICES_MAX 64u
#define EVENTS_MAX 3000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A large fleet is legal, but too slow to be worth a fuzzer's time. */
static bool small(const struct sim_scenario *scenario)
{
    uint64_t services = 0;
    for (uint32_t i = 0; i < scenario->service_count; i++) {
        services += scenario->services[i].count;
    }
    for (uint32_t i = 0; i < scenario->timeline_count; i++) {
        if (scenario->timeline[i].service != NULL) {
            services += scenario->timeline[i].service->count;
        }
    }
    return services <= SERVICES_MAX;
}

static void run(const struct sim_scenario *scenario)
{
    const struct sim_run_options options = {
        .max_events = EVENTS_MAX,
        .max_events_an_instant = EVENTS_MAX / 2,
        .keep_trace = true,
    };
    struct sim_result result;
    if (sim_run(scenario, &options, &result) != 0) {
        return;
    }
    if (result.verdict == SIM_INVARIANT_BROKEN || result.verdict == SIM_NONDETERMINISTIC) {
        abort();
    }
    sim_result_release(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    if (sim_scenario_read((const char *)data, size, "fuzz.yaml", &diagnostics, &scenario) == 0) {
        if (small(scenario)) {
            run(scenario);
        }
        sim_scenario_free(scenario);
    }
    sim_diagnostics_release(&diagnostics);
    return 0;
}
