/* --watch: a command again whenever a file that it read is another one.
 *
 * Each time it is done in a process of its own, so nothing is kept from one to the next. What
 * counts is what the files are, not who told of them: an output beside its scenario starts
 * nothing, and a save that an editor makes of three steps is one.
 */
#ifndef CLI_WATCH_H
#define CLI_WATCH_H

#include "options.h"

/* Until a signal ends it: 128 and its number; or SIM_EXIT_USAGE when nothing can be watched. */
int cli_watch(const struct cli_options *options, int (*command)(const struct cli_options *options));

#endif
