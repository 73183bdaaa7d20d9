/* `rehearse run` of one run whose choices are recorded, or replayed from a file. */
#ifndef CLI_TAPED_H
#define CLI_TAPED_H

#include "options.h"
#include "plan.h"
#include "sim/base/tape.h"
#include "sim/trial/trial.h"

struct cli_taped;

/* `rehearse run` with these options; `taped` NULL: of whatever there is. (cmd_run.c) */
int cli_run_with(const struct cli_options *options, struct cli_taped *taped);

/* The command, when it has --record or --replay. */
int cli_run_taped(const struct cli_options *options);
bool cli_taped_wanted(const struct cli_options *options);

/* What is to be run is known, and nothing has been: SIM_EXIT_PASS, or what is wrong, which
 * has been said. */
int cli_taped_plan(struct cli_taped *taped, const struct cli_plan *plan);
struct sim_tape *cli_taped_tape(struct cli_taped *taped);
/* All that was to be run has been, and this is the status so far; returns what it is now. */
int cli_taped_finish(struct cli_taped *taped, int status);
/* What the run came to. */
void cli_taped_note(struct cli_taped *taped, const struct sim__trial *trial);

#endif
