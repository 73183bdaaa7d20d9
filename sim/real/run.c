/* One run in real time: analysed, run, and compared with the simulated one. */
#include <inttypes.h>
#include <stdio.h>

#include "crew.h"
#include "internal.h"
#include "sup/error.h"

#define TRIES 3u
#define SPEED_ONE UINT64_C(1000000000)

static int skip(const struct sim_scenario *scenario, const struct sim_run_options *run,
                const char *why, struct sim_result *ret_result)
{
    *ret_result = (struct sim_result){
        .verdict = SIM_PASS,
        .status = SIM_EXIT_PASS,
        .seed = run->has_seed ? run->seed : scenario->seed,
        .skipped = true,
        .message = "",
        .trace = "",
        .note = "",
    };
    return sim__result_note(ret_result, why);
}

/* Puts what a world and the simulator tell side by side. */
static int compare(const struct sim_scenario *scenario, const struct sim_crew_kind *crew,
                   const struct sim__analysis *analysis, uint64_t tolerance_ns,
                   struct sim_result *result, bool *ret_late)
{
    const struct sim_result *reference = &analysis->reference;
    struct sim__story wanted = {reference->trace, reference->trace_length, "simulated"};
    struct sim__story found = {result->trace, result->trace_length, crew->name};
    struct sim__conformance conformance;
    char text[SIM__REAL_TEXT_BYTES + 128];
    uint64_t tail = sim__tail_ns(scenario, tolerance_ns);
    int error = sim__conform(&wanted, &found, tail, &conformance);
    if (error != SUP_OK) {
        return error;
    }
    char late[48];
    sim_duration_format(conformance.late_ns / 1000u * 1000u, late);
    /* The event that made it fail may have been later than those that can be compared. */
    *ret_late = conformance.late_ns > tolerance_ns / 2;
    if (!conformance.same) {
        (void)snprintf(text, sizeof(text), "conformance: %s (what came before was up to %s late)",
                       conformance.text, late);
        sim__result_fail(result, text);
        return SUP_OK;
    }
    (void)snprintf(text, sizeof(text),
                   "conformance: %" PRIu32 " %s, %" PRIu64
                   " events, the same story as simulated (up to %s late)",
                   conformance.services, conformance.services == 1 ? "service" : "services",
                   conformance.events, late);
    return sim__result_note(result, text);
}

static int run_in(const struct sim_scenario *widened, const struct sim_run_options *run,
                  const struct sim__real_config *config, struct sim_result *ret_result)
{
    struct sim__real *real;
    struct sim_run_options options = *run;
    int error = sim__real_create(config, &real);
    if (error != SUP_OK) {
        return error;
    }
    options.once = true;
    options.keep_trace = true;
    options.oracle = NULL;
    options.max_wall_ns = 0; /* its span was looked at */
    options.outside = sim__real_outside(real);
    error = sim_run(widened, &options, ret_result);
    sim__real_free(real);
    return error;
}

/* Runs it; again when it failed in a system that kept it waiting for longer than the
 * tolerance, which says nothing about the supervisor. */
static int run_analysed(const struct sim_scenario *widened, const struct sim_run_options *run,
                        const struct sim_real_options *options, uint64_t tolerance_ns,
                        const struct sim__analysis *analysis, struct sim_result *ret_result)
{
    struct sim__real_config config = {
        .crew = options->crew,
        .speed_billionths = options->speed_billionths,
        .tolerance_ns = tolerance_ns,
        .end_ns = analysis->end_ns,
        .events = analysis->reference.events,
        .ends_there = widened->until_ns != UINT64_MAX,
    };
    struct sim_result result = {.note = ""};
    bool late = true;
    int error = SUP_OK;
    for (uint32_t i = 0; i < TRIES && late && error == SUP_OK; i++) {
        sim_result_release(&result);
        error = run_in(widened, run, &config, &result);
        late = false;
        if (error == SUP_OK &&
            (result.verdict == SIM_PASS || result.verdict == SIM_EXPECTATION_FAILED)) {
            error = compare(widened, options->crew, analysis, tolerance_ns, &result, &late);
        }
        late &= result.status != SIM_EXIT_PASS;
    }
    if (error != SUP_OK) {
        sim_result_release(&result);
    } else {
        *ret_result = result;
    }
    return error;
}

/* A tolerance is given in real time; the scenario's own may run faster. */
static uint64_t scaled(uint64_t ns, uint64_t speed_billionths)
{
    uint64_t whole = speed_billionths / SPEED_ONE;
    uint64_t rest = speed_billionths % SPEED_ONE;
    if (whole > 0 && ns > UINT64_MAX / (whole + 1)) {
        return UINT64_MAX / 4;
    }
    return ns * whole + ns / 1000u * (rest / 1000u) / 1000u;
}

int sim_run_real(const struct sim_scenario *scenario, const struct sim_run_options *run,
                 const struct sim_real_options *given, struct sim_result *ret_result)
{
    struct sim_real_options options = *given;
    struct sim_scenario *widened;
    struct sim__analysis analysis;
    if (options.speed_billionths == 0) {
        options.speed_billionths = SPEED_ONE;
    }
    uint64_t tolerance = options.has_tolerance ? options.tolerance_ns : SIM_REAL_TOLERANCE_NS;
    tolerance = scaled(tolerance, options.speed_billionths);
    int error = sim__widen(scenario, tolerance, &widened);
    if (error != SUP_OK) {
        return error;
    }
    error = sim__analyse(scenario, widened, run, &options, tolerance, &analysis);
    if (error == SUP_OK) {
        error = analysis.skip[0] != '\0'
                    ? skip(scenario, run, analysis.skip, ret_result)
                    : run_analysed(widened, run, &options, tolerance, &analysis, ret_result);
    }
    sim_result_release(&analysis.reference);
    sim__widen_free(widened);
    return error;
}
