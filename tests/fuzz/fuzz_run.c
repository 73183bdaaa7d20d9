/* Fuzzes whole runs: whatever a readable scenario says, no invariant of the
 * supervisor breaks, both runs are the same, the budgets hold, and what a run
 * takes is no more than its file was estimated at.
 *
 * A file may ask for ten million events, and for two gigabytes, and gets them.
 * So it is not the sum that shows a blow-up but the price: few events and a
 * small estimate are given, and within them time and memory are judged. What is
 * left out is more of the same.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "judge.h"
#include "sim/run.h"
#include "sim/scenario.h"

/* Of what has no services to speak of; for each KiB more there are more, so
 * that a fleet gets to stand before its events are used up. */
#define EVENTS 3000u
#define EVENTS_A_KIB 4u
#define STEPS_AN_EVENT 8u
/* What is there before there is anything in it, and about ten thousand
 * services. */
#define ESTIMATE_LEAST (UINT64_C(8) << 20)
#define ESTIMATE_MAX (UINT64_C(24) << 20)
/* Of two runs, instrumented. */
#define SECONDS 1.0
#define SECONDS_AN_EVENT 0.0001
/* What a small run takes of that; and what stays of an event, which no estimate
 * counts. */
#define BYTES (UINT64_C(256) << 10)
#define BYTES_AN_EVENT 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void hear(void *context, const char *line, size_t length)
{
    (void)context;
    judge_text(line, length);
}

static void run(const struct sim_scenario *scenario)
{
    uint64_t estimate = scenario->memory_bytes;
    uint64_t more = estimate > ESTIMATE_LEAST ? (estimate - ESTIMATE_LEAST) >> 10 : 0;
    uint64_t events = EVENTS + more * EVENTS_A_KIB;
    const struct sim_run_options options = {
        .max_events = events,
        .max_steps = events * STEPS_AN_EVENT,
        .trace_sink = hear,
    };
    struct sim_result result;
    judge_begin();
    judge_count_memory();
    if (sim_run(scenario, &options, &result) != 0) {
        return;
    }
    judge_time(SECONDS + (double)result.events * SECONDS_AN_EVENT);
    JUDGE(judge_memory() <= (more << 10) + BYTES + events * BYTES_AN_EVENT);
    JUDGE(result.verdict != SIM_INVARIANT_BROKEN && result.verdict != SIM_NONDETERMINISTIC);
    JUDGE(result.events <= events + 1);
    sim_result_release(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sim_diagnostics diagnostics = {0};
    struct sim_scenario *scenario = NULL;
    if (sim_scenario_read((const char *)data, size, "fuzz.yaml", &diagnostics, &scenario) == 0) {
        if (scenario->memory_bytes <= ESTIMATE_MAX) {
            run(scenario);
        }
        sim_scenario_free(scenario);
    }
    sim_diagnostics_release(&diagnostics);
    return 0;
}
