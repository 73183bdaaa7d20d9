/* What campaigns came to, gathered for a report of all of them instead of being said. */
#ifndef CLI_GATHERED_H
#define CLI_GATHERED_H

#include "report.h"
#include "sim/fuzz/campaign.h"
#include "sim/report/campaign.h"
#include "sim/sweep/sweep.h"

struct cli_fuzz;
struct cli_sweep_session;

/* All campaigns of a report. */
struct cli_gathering {
    struct sim__book book;
    uint64_t count;          /* of campaigns so far */
    bool begun;              /* the results of the one at hand are whole, and are taken */
    bool done;               /* the one at hand came to its end, and its rows are in the book */
    struct cli_pages *pages; /* NULL: none are wanted */
    struct sim__campaign campaign;      /* the one at hand */
    struct sim__text command;           /* its */
    const struct cli_options *options;  /* its */
    const struct cli_case *one;         /* the scenario whose runs are being taken … */
    uint32_t variant;                   /* … its number */
    uint64_t *figures;                  /* room for those of a run */
    struct sim__yardstick **yardsticks; /* of all variants, to be released */
    uint32_t yardstick_count, yardstick_room;
    struct cli_gathered_points *points; /* of each file that was swept */
};

/* Its runs. Of a command that gathers this is the only writer. */
extern const struct cli_writer_calls cli_report_gathered;

/* One campaign begins, by these options; it has come to its end, or not. */
void cli_gathering_begin(struct cli_gathering *gathering, const struct cli_options *options);
void cli_gathering_end(struct cli_gathering *gathering);

/* A campaign of fuzz: what it works with, a seed, its end. */
void cli_gather_fuzz(struct cli_gathering *gathering, const struct cli_fuzz *fuzz);
void cli_gather_seed(struct cli_gathering *gathering, const struct sim__fuzz_try *one);
void cli_gather_fuzz_end(struct cli_gathering *gathering, const struct cli_fuzz *fuzz);
/* A sweep of faults, likewise: when the runs without a fault are done, a run with one of a
 * scenario, its end. */
void cli_gather_sweep(struct cli_gathering *gathering, const struct cli_sweep_session *sweep);
void cli_gather_try(struct cli_gathering *gathering, uint32_t swept,
                    const struct sim__sweep_try *one);
void cli_gather_sweep_end(struct cli_gathering *gathering, const struct cli_sweep_session *sweep);

#endif
