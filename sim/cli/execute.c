/* Runs one scenario with one seed. */
#include "execute.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "sim/main.h"
#include "sim/trial/crew.h"
#include "sim/trial/trial.h"
#include "sup/assert.h"
#include "taped.h"
#include "timeline.h"

/* Where an assertion that fails during a run goes. The hook of libsup takes no
 * context, so this is the one variable of the command; it belongs to the thread
 * that runs the scenario and is NULL outside cli_execute. */
struct trap {
    jmp_buf back;
    char message[256];
};
static _Thread_local struct trap *active_trap;

_Noreturn void sim_main_assert_failed(const char *expression, const char *file, int line)
{
    struct trap *trap = active_trap;
    sim__crew_asserted(expression, file, line);
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
    struct sim_result result = {
        .seed = seed, .verdict = verdict, .message = message, .trace = "", .tail = ""};
    result.status = verdict == SIM_INVARIANT_BROKEN ? SIM_EXIT_INVARIANT : SIM_EXIT_STALLED;
    if (scenario->has_verdict) {
        result.status = scenario->verdict == verdict ? SIM_EXIT_PASS : SIM_EXIT_EXPECTATION;
    }
    struct cli_record_source source = {.result = &result, .tail = ""};
    cli_record_write(&source, bytes);
}

/* What a failed run shows: as it was gathered, or looked up in its trace. */
struct evidence {
    struct sim__text found[CLI_FAILURES_SHOWN];
    const char *failures[CLI_FAILURES_SHOWN];
    uint32_t failure_count;
    struct sim__text tail_found;
    const char *tail;
};

/* Whatever has failed in it before. */
static bool failed_as_a_whole(const struct sim_result *result)
{
    return result->verdict != SIM_EXPECTATION_FAILED || result->failure_count == 0;
}

static void look_up(struct evidence *evidence, const struct sim_result *result)
{
    const char *trace = result->trace;
    size_t length = result->trace_length;
    for (uint32_t i = 0; i < result->failure_count && i < CLI_FAILURES_SHOWN; i++) {
        const struct sim_failure *failure = &result->failures[i];
        const struct cli_last last = {.services = failure->services,
                                      .service_count = failure->service_count,
                                      .until = {failure->at_ns},
                                      .limit = CLI_EVENTS_SHOWN};
        cli_timeline_last(&evidence->found[i], trace, length, &last);
        evidence->failures[evidence->failure_count++] = sim__text_string(&evidence->found[i]);
    }
    if (failed_as_a_whole(result)) {
        const struct cli_last last = {.until = SUP_INSTANT_NEVER, .limit = CLI_EVENTS_SHOWN};
        cli_timeline_last(&evidence->tail_found, trace, length, &last);
        evidence->tail = sim__text_string(&evidence->tail_found);
    }
}

static void find_evidence(struct evidence *evidence, const struct sim_result *result)
{
    if (result->status == SIM_EXIT_PASS || result->verdict == SIM_NONDETERMINISTIC) {
        return;
    }
    if (result->trace_length > 0) {
        look_up(evidence, result);
        return;
    }
    for (uint32_t i = 0; i < result->evidence_count && i < CLI_FAILURES_SHOWN; i++) {
        evidence->failures[evidence->failure_count++] = result->evidence[i];
    }
    if (failed_as_a_whole(result) && result->tail != NULL) {
        evidence->tail = result->tail;
    }
}

static void write_result(const struct sim_scenario *scenario, const struct sim_result *result,
                         struct sup_duration wall, struct sim__text *bytes)
{
    struct evidence evidence = {.tail = ""};
    find_evidence(&evidence, result);
    struct cli_record_source source = {
        .result = result,
        .sometimes_count = scenario->expectation_count,
        .wall = wall,
        .failure_events = evidence.failures,
        .failure_event_count = evidence.failure_count,
        .tail = evidence.tail,
    };
    cli_record_write(&source, bytes);
    for (size_t i = 0; i < CLI_FAILURES_SHOWN; i++) {
        sim__text_release(&evidence.found[i]);
    }
    sim__text_release(&evidence.tail_found);
}

/* A world that had to be compared with another one has kept its trace. */
static void feed_kept(const struct cli_feed *feed, const struct sim_result *result)
{
    const char *line;
    size_t length;
    for (size_t at = 0; cli_line_next(result->trace, result->trace_length, &at, &line, &length);) {
        feed->line(feed->context, line, length + 1);
    }
}

static void run_once(const struct cli_execution *execution, const struct sim_run_options *run,
                     struct sim__text *bytes)
{
    const struct sim_scenario *scenario = execution->one->scenario;
    const struct cli_options *options = execution->options;
    struct sim_result result;
    struct sup_instant started = cli_wall_now();
    int error = options->executor->run(scenario, options, run, &result);
    struct sup_duration wall = sup_instant_since(cli_wall_now(), started);
    if (error != SUP_OK) {
        cli_execute_broken(sup_error_text(error), run->seed, SIM_STALLED, scenario, bytes);
        return;
    }
    if (execution->taped != NULL) {
        struct sim__trial trial;
        sim__trial_of(&result, &trial);
        cli_taped_note(execution->taped, &trial);
    }
    if (execution->feed.line != NULL && run->trace_sink == NULL) {
        feed_kept(&execution->feed, &result);
    }
    write_result(scenario, &result, wall, bytes);
    sim_result_release(&result);
}

static void note_broken(const struct cli_execution *execution, const char *message)
{
    struct sim__trial trial = {.seed = execution->seed};
    sim__trial_sign(&trial, SIM__SIGN_CRASHED, "assertion", message);
    if (execution->taped != NULL) {
        cli_taped_note(execution->taped, &trial);
    }
}

void cli_execute(const struct cli_execution *execution, struct sim__text *bytes)
{
    const struct cli_options *options = execution->options;
    const struct sim_scenario *scenario = execution->one->scenario;
    struct cli_progress *progress = execution->progress;
    /* A real run may have to be done again before it tells anything. */
    bool streams = options->executor == cli_executor_find("sim");
    struct sim_run_options run = {
        .has_seed = true,
        .seed = execution->seed,
        .once = options->once,
        .evidence = true,
        .trace_sink = streams ? execution->feed.line : NULL,
        .trace_context = execution->feed.context,
        .max_events = options->max_events,
        .max_steps = options->max_steps,
        .max_wall_ns = options->max_wall.ns,
        .progress = cli_progress_step,
        .progress_context = progress,
        .tape = execution->taped != NULL ? cli_taped_tape(execution->taped) : NULL,
    };
    progress->name = scenario->name;
    progress->cut = false;
    struct trap trap;
    active_trap = &trap;
    if (setjmp(trap.back) == 0) {
        run_once(execution, &run, bytes);
    } else {
        sim__text_clear(bytes);
        cli_execute_broken(trap.message, execution->seed, SIM_INVARIANT_BROKEN, scenario, bytes);
        note_broken(execution, trap.message);
    }
    active_trap = NULL;
}
