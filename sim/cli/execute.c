/* Runs one scenario with one seed. */
#include "execute.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "sup/assert.h"
#include "timeline.h"

/* A failed run without a trace is run again to show its last events, unless it
 * was so long that its trace would not fit into memory. */
#define RERUN_EVENTS_MAX 1000000u

/* Where an assertion that fails during a run goes. The hook of libsup takes no
 * context, so this is the one variable of the command; it belongs to the thread
 * that runs the scenario and is NULL outside cli_execute. */
struct trap {
    jmp_buf back;
    char message[256];
};
static _Thread_local struct trap *active_trap;

_Noreturn void sup_assert_failed(const char *expression, const char *file, int line)
{
    struct trap *trap = active_trap;
    if (trap == NULL) {
        fprintf(stderr, "rehearse: %s:%d: assertion failed: %s\n", file, line, expression);
        abort();
    }
    active_trap = NULL;
    snprintf(trap->message, sizeof trap->message, "assertion failed: %s (%s:%d)", expression, file,
             line);
    longjmp(trap->back, 1);
}

void cli_execute_broken(const char *message, uint64_t seed, enum sim_verdict verdict,
                        const struct sim_scenario *scenario, struct sim__text *bytes)
{
    struct sim_result result = {.seed = seed, .verdict = verdict, .message = message, .trace = ""};
    result.status = verdict == SIM_INVARIANT_BROKEN ? SIM_EXIT_INVARIANT : SIM_EXIT_STALLED;
    if (scenario->has_verdict) {
        result.status = scenario->verdict == verdict ? SIM_EXIT_PASS : SIM_EXIT_EXPECTATION;
    }
    struct cli_record_source source = {.result = &result, .tail = ""};
    cli_record_write(&source, bytes);
}

/* One failed run and the text in which its last events are looked up. */
struct evidence {
    struct sim__text failures[CLI_FAILURES_SHOWN];
    struct sim__text tail;
};

static void gather(struct evidence *evidence, const struct sim_result *result, const char *trace,
                   size_t length)
{
    for (uint32_t i = 0; i < result->failure_count && i < CLI_FAILURES_SHOWN; i++) {
        const struct sim_failure *failure = &result->failures[i];
        cli_timeline_last(&evidence->failures[i], trace, length, failure->services,
                          failure->service_count, failure->at_ns, CLI_EVENTS_SHOWN);
    }
    if (result->failure_count == 0) {
        cli_timeline_last(&evidence->tail, trace, length, NULL, 0, UINT64_MAX, CLI_EVENTS_SHOWN);
    }
}

static void find_evidence(struct evidence *evidence, const struct cli_options *options,
                          const struct sim_scenario *scenario, const struct sim_run_options *run,
                          const struct sim_result *result)
{
    if (run->keep_trace || result->trace_length > 0) {
        gather(evidence, result, result->trace, result->trace_length);
        return;
    }
    if (result->events > RERUN_EVENTS_MAX || result->verdict == SIM_NONDETERMINISTIC) {
        return;
    }
    struct sim_run_options again = *run;
    struct sim_result second;
    again.once = true;
    again.keep_trace = true;
    if (options->executor->run(scenario, options, &again, &second) == SUP_OK) {
        gather(evidence, result, second.trace, second.trace_length);
        sim_result_release(&second);
    }
}

static void write_result(const struct cli_options *options, const struct sim_scenario *scenario,
                         const struct sim_run_options *run, const struct sim_result *result,
                         uint64_t wall_ns, struct sim__text *bytes)
{
    struct evidence evidence = {0};
    if (result->status != SIM_EXIT_PASS) {
        find_evidence(&evidence, options, scenario, run, result);
    }
    struct cli_record_source source = {
        .result = result,
        .sometimes_count = scenario->expectation_count,
        .wall_ns = wall_ns,
        .failure_events = evidence.failures,
        .tail = sim__text_string(&evidence.tail),
        .trace = run->keep_trace,
    };
    cli_record_write(&source, bytes);
    for (size_t i = 0; i < CLI_FAILURES_SHOWN; i++) {
        sim__text_release(&evidence.failures[i]);
    }
    sim__text_release(&evidence.tail);
}

static void run_once(const struct cli_options *options, const struct sim_scenario *scenario,
                     const struct sim_run_options *run, struct sim__text *bytes)
{
    struct sim_result result;
    uint64_t started = cli_wall_ns();
    int error = options->executor->run(scenario, options, run, &result);
    uint64_t wall_ns = cli_wall_ns() - started;
    if (error != SUP_OK) {
        cli_execute_broken(sup_error_text(error), run->seed, SIM_STALLED, scenario, bytes);
        return;
    }
    write_result(options, scenario, run, &result, wall_ns, bytes);
    sim_result_release(&result);
}

void cli_execute(const struct cli_options *options, const struct cli_case *one, uint64_t seed,
                 struct cli_progress *progress, struct sim__text *bytes)
{
    struct sim_run_options run = {
        .has_seed = true,
        .seed = seed,
        .once = options->once,
        .keep_trace = options->verbose || options->trace != NULL,
        .max_events = options->max_events,
        .max_wall_ns = options->max_wall_ns,
    };
    progress->name = one->scenario->name;
    progress->cut = false;
    run.progress = cli_progress_step;
    run.progress_context = progress;
    struct trap trap;
    active_trap = &trap;
    if (setjmp(trap.back) == 0) {
        run_once(options, one->scenario, &run, bytes);
    } else {
        sim__text_clear(bytes);
        cli_execute_broken(trap.message, seed, SIM_INVARIANT_BROKEN, one->scenario, bytes);
    }
    active_trap = NULL;
}
