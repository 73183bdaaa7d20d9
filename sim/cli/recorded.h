/* Files of recorded runs, and the options that they stand for. */
#ifndef CLI_RECORDED_H
#define CLI_RECORDED_H

#include "options.h"
#include "plan.h"
#include "sim/base/recorded.h"
#include "sim/trial/trial.h"

/* SIM_EXIT_PASS, or SIM_EXIT_USAGE and on stderr why. To be released in any case. */
int cli_recorded_load(const char *path, struct sim__recorded *ret_recorded);

/* The options under which the run was recorded, with what else these say; they share
 * everything but files, settings and the seed. NULL, or what is wrong with the settings that
 * stand there, or that there is no memory. To be dropped in any case, before the others and
 * what was recorded go. */
const char *cli_recorded_options(const struct sim__recorded *recorded,
                                 const struct cli_options *options, struct cli_options *ret_own);
void cli_recorded_drop(struct cli_options *own);

/* The digest of a file: false, and on stderr why. */
bool cli_recorded_digest(const char *path, uint64_t *ret_digest);
/* What a run of this case came to; its choices are moved. SUP_OK, SUP_ENOMEM, or SUP_EINVAL:
 * a name holds what no line can. */
int cli_recorded_make(const struct cli_case *one, const struct cli_options *options,
                      const struct sim__trial *trial, struct sim__choices *choices,
                      struct sim__recorded *ret_recorded);

#endif
