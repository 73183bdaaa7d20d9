/* Signals that end the command early: what has been run is still reported.
 *
 * SIGINT, SIGTERM and SIGHUP are only remembered; runs and writes look whether one came. One
 * that comes a second or more after the first ends the process at once; one that comes
 * sooner is the same wish (timeout(1) sends each signal twice).
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* To be called once, first of all: SIGPIPE is ignored from here on. */
void cli_interrupt_prepare(void);
/* From here on they are remembered. */
void cli_interrupt_catch(void);
/* For a worker: an interrupt of the terminal is its parent's to deal with. */
void cli_interrupt_worker(void);

/* The signal that came, 0: none. */
int cli_interrupted(void);
/* Its name: "SIGINT". */
const char *cli_interrupt_name(int signal_number);

/* Whether a pipe that nobody reads any more ends this program quietly, as it does
 * any other; not when SIGPIPE was ignored by who started it. */
bool cli_pipe_may_break(void);
/* Ends the process as SIGPIPE does. */
void cli_pipe_break(void);

#endif
