/* Runs one scenario with one seed and writes what came of it as a record. */
#ifndef CLI_EXECUTE_H
#define CLI_EXECUTE_H

#include "options.h"
#include "plan.h"
#include "progress.h"
#include "words.h"

#define CLI_EVENTS_SHOWN 10u /* the last events with a failure */

/* Who is given the lines of the trace; `line` NULL: nobody. */
struct cli_feed {
    void (*line)(void *context, const char *line, size_t length);
    void *context;
};

struct cli_taped;

struct cli_execution {
    const struct cli_options *options;
    const struct cli_case *one;
    uint64_t seed;
    struct cli_progress *progress;
    struct cli_feed feed;
    struct cli_taped *taped; /* NULL, or who keeps or answers the run's choices */
};

/* Appends a record in every case: a run for which there is no memory, or in
 * which an assertion fails, is a run that came to that. */
void cli_execute(const struct cli_execution *execution, struct sim__text *bytes);

/* The record of a run that broke off. */
void cli_execute_broken(const char *message, uint64_t seed, enum sim_verdict verdict,
                        const struct sim_scenario *scenario, struct sim__text *bytes);

#endif
