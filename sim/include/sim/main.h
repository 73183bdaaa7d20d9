/* The command `rehearse`, with functions of one's own plugged in.
 *
 * A scenario file may say `task: NAME` where a service has a script. A program that has
 * the function becomes the command that can run such files:
 *
 *     static const struct sim_task tasks[] = {{.name = "flush", .fn = flush}, {.name = NULL}};
 *
 *     int main(int argc, char **argv)
 *     {
 *         return sim_main(argc, argv, tasks);
 *     }
 *
 * It takes the options of rehearse(1). Under `sim` a task runs as a coroutine in virtual
 * time, under `--executor threads` on a thread; a function cannot be a process. What it
 * draws comes from its service's stream, and is the same on both.
 *
 * A task must not keep what it does from its context: it waits by sup_task_sleep, asks
 * sup_task_now for the time and sup_task_random for chance; then every run of a seed is
 * the same. What tasks share lies in objects of the program, and is made anew by `prepare`
 * before each run: a scenario is run twice, and on threads some dozen times in virtual time
 * before. On threads, what they share needs a mutex, which in virtual time is free: a
 * coroutine must not wait while it holds one.
 *
 * An end that a file injects (`fail: NAME`) leaves the function where it waits: its clean-up
 * handlers run, it does not return; on a thread it is told to go, as by a cancellation.
 */
#ifndef SIM_MAIN_H
#define SIM_MAIN_H

#include "sim/scenario.h"

SUP_BEGIN_DECLS

/* Greatest stack of a task. */
#define SIM_TASK_STACK_BYTES_MAX (UINT64_C(1) << 30)

/* The whole command: returns its exit status. `tasks` ends with one without a name, and
 * outlives the call; NULL: none. A list that is wrong (a name twice, no function) is a
 * message on standard error, and status 2. Once a process: it sets up signals and standard
 * streams, and with --jobs it forks, so no threads may have been started before. */
int sim_main(int argc, char **argv, const struct sim_task *tasks) SUP_WARN_UNUSED;

/* For a program's own sup_assert_failed (<sup/assert.h>), which may call it: a promise that
 * the library breaks is then the verdict of the run in which it does, and not the end of
 * the program. Without, it is a trap. */
SUP_NORETURN void sim_main_assert_failed(const char *expression, const char *file, int line);

SUP_END_DECLS

#endif
