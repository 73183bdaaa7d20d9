/* The file that a campaign makes its scenarios of. */
#ifndef CLI_FUZZ_FROM_H
#define CLI_FUZZ_FROM_H

#include "options.h"
#include "plan.h"
#include "sim/fuzz/campaign.h"
#include "sim/scenario/file.h"

/* All zeros, or opened. */
struct cli_from {
    struct sim__fuzz_from from;
    struct sim__file file;
    struct sim_limits limits;
    struct cli_plan plan; /* every variant, whose keys and values the above points to */
    struct sim__set *chosen;
};

/* Reads the file that --from names, if it does, for the campaign. The status; what is wrong is
 * said as `run` says it. The caller closes it also then. */
int cli_from_open(const struct cli_options *options, struct cli_from *from,
                  struct sim__fuzz_how *how);
void cli_from_close(struct cli_from *from);

/* What of the command line makes the campaign what it is, with a space before each word. */
void cli_put_from_options(struct sim__text *text, const struct cli_options *options);
/* Lines of a finding: which variant it was, and how to run it alone; nothing without a file,
 * here and below. */
void cli_put_from_finding(struct sim__text *text, const struct cli_options *options,
                          const struct sim__fuzz_from *from, const struct sim__fuzz_try *one);
/* A key of a JSON object. */
void cli_put_from_json(struct sim__text *text, const struct sim__fuzz_from *from,
                       const struct sim__fuzz_try *one);
/* A line about mutants that are not counted, with its newline; nothing when there are none. */
void cli_put_mutants(struct sim__text *text, const struct sim__fuzz_tally *tally);

#endif
