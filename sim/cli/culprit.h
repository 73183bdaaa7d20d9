/* The scenario file of a fault that a run did not survive: with the fault in the words of the
 * language, where there are words, and as small as it can be.
 */
#ifndef CLI_CULPRIT_H
#define CLI_CULPRIT_H

#include "sweep_report.h"

/* Makes sure of the directory that --out names; false after a message. */
bool cli_culprit_prepare(const char *directory);
/* Writes the file, and its name into `fall`; where the language cannot say the fault there is
 * none. 0, SUP_EINVAL after a message, SUP_ENOMEM. */
int cli_culprit_write(struct cli_fall *fall, const struct cli_options *options,
                      const struct sim__sweep_how *how) SUP_WARN_UNUSED;

#endif
