/* What the measures of a scenario come to over its runs: least, middle and greatest
 * figures with the seeds that gave them, and what is expected of these.
 *
 * Every run's figures are kept, eight bytes each and its seed, since a percentile is one
 * of them: the smallest that at least so many of a hundred runs do not exceed. Of several
 * seeds that gave it the first is named. What is expected of a figure that came about in
 * real time allows for what lateness may have done to it. The runs come in the order of
 * their seeds, whoever made them, so that the same is said whatever the number of jobs.
 */
#ifndef CLI_STATISTICS_H
#define CLI_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "sim/base/text.h"
#include "sim/measure.h"
#include "sim/report/figures.h"

/* What is shown of each measure. */
#define CLI_STATISTICS_LIST(X) \
    X(MIN, "min", 0) X(MEDIAN, "median", 50) X(P90, "p90", 90) X(P99, "p99", 99) X(MAX, "max", 100)
enum cli_statistic {
#define CLI__X(id, name, percent) CLI_STATISTIC_##id,
    CLI_STATISTICS_LIST(CLI__X)
#undef CLI__X
        CLI_STATISTICS
};
const char *cli_statistic_name(enum cli_statistic statistic);

struct cli_summary {
    struct sim__figure figures[CLI_STATISTICS];
    uint64_t
        spread[SIM__FIGURES_PARTS]; /* all 0 when the figures are one, or none of them is ever */
    uint64_t never;                 /* of a length of time: those that are in no part */
};

struct cli_statistics {
    const struct sim_scenario *scenario;
    uint64_t *rows; /* of each run: its seed, then its figures */
    uint64_t runs;  /* that came to their end */
    uint64_t room;
    uint64_t *moved; /* how far lateness may have moved each measure, in the worst run */
    struct cli_summary *summaries; /* of each measure; NULL: there was no run */
    struct cli_failure *failures;  /* of what is expected `over: seeds` */
    struct sim__text *texts;       /* that these are made of */
    uint32_t failure_count;
    bool failed; /* out of memory */
};

/* Starts anew, for the runs of this scenario, which outlives them. */
void cli_statistics_begin(struct cli_statistics *statistics, const struct sim_scenario *scenario);
void cli_statistics_add(struct cli_statistics *statistics, const struct cli_record *record);
/* Makes the summaries. */
void cli_statistics_end(struct cli_statistics *statistics);
/* The failures, once it has ended; these stay until the next begin. */
uint32_t cli_statistics_failures(const struct cli_statistics *statistics,
                                 const struct cli_failure **ret_failures);
void cli_statistics_release(struct cli_statistics *statistics);

#endif
