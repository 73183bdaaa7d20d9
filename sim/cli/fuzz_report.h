/* A campaign, and what is said and written of it. */
#ifndef CLI_FUZZ_REPORT_H
#define CLI_FUZZ_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "found.h"
#include "fuzz_corpus.h"
#include "fuzz_from.h"
#include "progress.h"
#include "results_file.h"
#include "sim/fuzz/campaign.h"
#include "words.h"

struct cli_fuzz {
    const struct cli_options *options;
    struct cli_progress progress;
    struct sim__fuzz_tally *tally;
    struct sim__fuzz_try last;
    struct sim__fuzz_how how;
    struct cli_from from;
    struct cli_corpus corpus;
    struct sim__lit lit; /* in a worker */
    uint64_t base;       /* tasks that were done in earlier rounds */
    bool over;           /* enough was done, or too much went wrong */
    uint64_t start;      /* seed of all shards together */
    uint64_t first;      /* the same of this one */
    uint64_t count;      /* of its seeds */
    uint64_t taken;      /* of these */
    struct cli_shard shard;
    struct cli_results_file results;
    struct sup_instant started;
    struct sup_duration took;
    struct cli_founds founds;
    bool no_memory;
    bool write_failed;
    struct sim__text text;    /* for standard output */
    struct sim__text command; /* that gives the same again, but for its seeds */
};

/* With these options, of what shards have done. (cmd_fuzz.c) */
struct cli_merged;
int cli_fuzz_merged(const struct cli_options *options, struct cli_merged *merged);

/* With --out, as soon as something is found: it is written as it is, so that it is kept whatever
 * becomes of the campaign. */
void cli_fuzz_keep(struct cli_fuzz *fuzz, const struct sim__fuzz_finding *finding);
/* What has failed as a status of the command. */
int cli_fuzz_status(const struct sim__trial *trial);
/* Makes small what was found, says it, and writes its files: the status of the worst. */
int cli_fuzz_report(struct cli_fuzz *fuzz);

#endif
