/* What `rehearse sweep` says: of each file, of each fault that a run did not survive, of all. */
#ifndef CLI_SWEEP_REPORT_H
#define CLI_SWEEP_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "plan.h"
#include "sim/sweep/sweep.h"
#include "words.h"

/* One scenario, as a file has it or varies into it. */
struct cli_swept {
    const struct cli_case *one;
    bool known;                 /* what comes now; false: the time was over before */
    struct sim__sweep_try base; /* without a fault */
    struct sim__sweep_try only; /* --at: the one that is asked for */
    struct sim__sweep_plan plan;
    struct sim__sweep_pairs pairs;
    uint64_t pairs_chosen;
    uint64_t pairs_tried;
    uint64_t runs; /* with one fault; two of each point */
    uint64_t cut;
    uint64_t fell;
};

/* Whether there is something to sweep: without a fault it ends, and no invariant breaks. */
static inline bool cli_swept_stands(const struct cli_swept *swept)
{
    return swept->known && sim__sweep_fate(&swept->base.trial) == SIM__SWEEP_SURVIVED;
}

/* Whether it is the failure that the file has as its verdict, which is none of the sweep's. */
bool cli_swept_announced(const struct cli_swept *swept);

/* Whether the run came to its fault, or to both. */
static inline bool cli_sweep_is_met(const struct sim__sweep_try *one)
{
    return one->seen.first.met && (one->point.then.at == 0 || one->seen.then.met);
}

/* What a run did not survive; those of one file, kind and signature together. */
struct cli_fall {
    const struct cli_swept *swept;
    struct sim__sweep_try first;
    uint64_t runs;
    const char *file; /* that was written; NULL: none was */
};

struct cli_sweep_sum {
    const struct cli_options *options;
    const struct cli_swept *swept;
    uint32_t count;
    const struct cli_fall *falls;
    uint32_t fall_count;
    uint64_t unkept; /* falls of further kinds */
    struct sup_duration took;
};

/* What has failed as a status of the command. */
int cli_sweep_status(const struct sim__trial *trial);
/* The command that runs it again. */
void cli_sweep_put_replay(struct sim__text *text, const struct cli_options *options,
                          const struct cli_fall *fall);
/* Which point, when, whose: "start 17 at 1m30s, web, attempt 3". */
void cli_sweep_put_point(struct sim__text *text, const struct sim__sweep_try *one);
/* All of it. */
void cli_sweep_put(struct sim__text *text, const struct cli_sweep_sum *sum);
/* The same as JSON Lines. */
void cli_sweep_put_json(struct sim__text *text, const struct cli_sweep_sum *sum);

#endif
