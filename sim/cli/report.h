/* What the command says about its runs: one writer for each form of output.
 *
 * A writer is told what happens in the order of the runs and appends to its
 * text, which the session writes to the writer's file after each call. Adding a
 * form is one file with one constructor.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "plan.h"
#include "record.h"
#include "results.h"
#include "statistics.h"
#include "style.h"
#include "timeline.h"
#include "words.h"

/* All runs of one scenario with more than one seed. */
struct cli_sweep {
    uint64_t first_seed;
    uint64_t last_seed;
    uint64_t planned; /* all seeds, or a shard's */
    uint64_t runs;    /* fewer than planned when it was stopped */
    uint64_t failed;
    uint64_t failed_seeds[8]; /* the first of them */
    uint64_t late;            /* neither passed nor failed */
    uint64_t events;
    struct sup_instant end_max;
    enum sim_exit status;
    const struct cli_statistics *statistics; /* of the measures */
    const struct cli_failure *failures;      /* of `sometimes` that never held, and `over: seeds` */
    uint32_t failure_count;
};

struct cli_tally {
    uint64_t scenarios; /* valid ones that were run */
    uint64_t passed;
    uint64_t failed;
    uint64_t invalid;
    uint64_t skipped; /* not run, or not to the end: --fail-fast, an interrupt */
    uint64_t unfit;   /* that the executor cannot run */
    uint64_t late;    /* that the machine was too late for, and nothing worse */
    uint64_t runs;
    uint64_t planned;        /* runs that there were to be */
    const char *interrupted; /* by what, before all were done; NULL: it was not */
    uint64_t events;
    struct sup_duration virtual; /* saturates */
    struct sup_duration wall;
    enum sim_exit status;
    bool once;
};

struct cli_writer;
struct cli_pictured;

/* A run as it ended, before anything is made of it. */
struct cli_done {
    uint64_t task;
    const struct cli_record *record;
};

struct cli_writer_calls {
    /* Each may be NULL. */
    void (*start)(struct cli_writer *writer, const struct cli_plan *plan);
    void (*invalid)(struct cli_writer *writer, const struct cli_case *one);
    /* A run begins; what it does, a trace line at a time; what it came to. */
    void (*begin)(struct cli_writer *writer, const struct cli_case *one, uint64_t seed);
    void (*line)(struct cli_writer *writer, const char *line, size_t length);
    void (*run)(struct cli_writer *writer, const struct cli_case *one,
                const struct cli_record *record);
    /* Before `run`; also of a run that only checks another shard's, which has no `run`. */
    void (*done)(struct cli_writer *writer, const struct cli_case *one,
                 const struct cli_done *done);
    void (*sweep)(struct cli_writer *writer, const struct cli_case *one,
                  const struct cli_sweep *sweep);
    void (*end)(struct cli_writer *writer, const struct cli_tally *tally);
};

struct cli_writer {
    const struct cli_writer_calls *calls;
    const struct cli_options *options;
    struct sim__text text; /* to be written */
    struct cli_style style;
    uint64_t number;               /* of runs or points so far */
    size_t name_width;             /* human */
    uint64_t failed_runs;          /* human: of the sweep so far */
    bool gap;                      /* human: an empty line was written last */
    struct cli_columns columns;    /* human: of the timeline */
    struct sup_instant last;       /* human: the instant that the timeline shows last */
    bool terminal;                 /* human: it is written to one */
    struct sim__text body;         /* JUnit: the suites; metrics: the samples */
    struct cli_results results;    /* results: the lines so far */
    struct cli_table *table;       /* table: its columns */
    struct cli_pictured *pictured; /* pictures: of the run at hand */
    struct cli_junit *junit;       /* JUnit: the suite at hand */
    struct cli_github *github;     /* GitHub: what was annotated */
    struct cli_markdown *markdown; /* summary: its tables */
    uint64_t failures;             /* JUnit: of the suites before it */
    uint64_t skips;                /* pictures: runs that are not shown */
    uint64_t errors;               /* JUnit: likewise */
};

/* The forms of output. */
extern const struct cli_writer_calls cli_report_human;
extern const struct cli_writer_calls cli_report_github; /* that, with annotations between */
extern const struct cli_writer_calls cli_report_tap;
extern const struct cli_writer_calls cli_report_json;
extern const struct cli_writer_calls cli_report_junit;
extern const struct cli_writer_calls cli_report_badge;
extern const struct cli_writer_calls cli_report_summary;
extern const struct cli_writer_calls cli_report_metrics;
extern const struct cli_writer_calls cli_report_trace;
extern const struct cli_writer_calls cli_report_table;
extern const struct cli_writer_calls cli_report_results;
extern const struct cli_writer_calls cli_report_html;
extern const struct cli_writer_calls cli_report_svg;
extern const struct cli_writer_calls cli_report_perfetto;

/* Helpers of the writers. */
/* "rehearse run --seed 7 FILE", quoted for a shell. */
void cli_report_replay(struct sim__text *text, const struct cli_options *options,
                       const struct cli_case *one, uint64_t seed);
/* The same with a picture: "rehearse run --html run.html --seed 7 FILE". */
void cli_report_picture(struct sim__text *text, const struct cli_options *options,
                        const struct cli_case *one, uint64_t seed);
/* "rehearse run --seeds 1..9 FILE": what a failure of the sweep as a whole needs. */
void cli_report_replay_sweep(struct sim__text *text, const struct cli_options *options,
                             const struct cli_case *one, const struct cli_sweep *sweep);
/* " --set K=V --variant K=V": what a run needs to be this variant again. */
void cli_report_settings(struct sim__text *text, const struct cli_options *options,
                         const struct cli_case *one);
/* `,"variant":{"K":"V"}`, or nothing. */
void cli_put_settings(struct sim__text *text, const struct sim_scenario *scenario);
/* "scenario name", with " (seed 7)" in a sweep; not escaped. */
void cli_report_name(struct sim__text *text, const struct cli_options *options,
                     const struct cli_case *one, uint64_t seed);
/* "expected bad-data: phase terminated, found running (at 1s)"; not escaped. */
void cli_report_failure(struct sim__text *text, const struct cli_failure *failure);
/* What a measure came to in a run, "40 (seed 7)"; see below. */
void cli_report_seeded(struct sim__text *text, const struct sim_measure *measure,
                       struct sim__figure figure);
/* What a measure came to: "40", "1m30s", "never". */
void cli_report_figure(struct sim__text *text, const struct sim_measure *measure, uint64_t value);
/* What is wrong with a run that failed as a whole, in one line that is not escaped; nothing
 * where its expectations say it all. */
void cli_report_whole(struct sim__text *text, const struct cli_case *one,
                      const struct cli_record *record);
/* Everything about a failed run as plain text, several lines. */
void cli_report_details(struct sim__text *text, const struct cli_style *style,
                        const struct cli_options *options, const struct cli_case *one,
                        const struct cli_record *record);
/* The failures of a sweep: its `sometimes` entries. */
void cli_report_failures(struct sim__text *text, const struct cli_style *style,
                         const struct cli_case *one, const struct cli_failure *failures,
                         uint32_t count);
/* "interrupted by SIGINT after 3 of 10 runs". */
void cli_report_interrupted(struct sim__text *text, const struct cli_tally *tally);
/* Whether the run proves nothing and is no failure: it cannot be run there, or the
 * machine was too late. The note says why. */
bool cli_report_is_void(const struct cli_record *record);
/* Nothing is wrong with a run but that its trace differs from the golden one. */
bool cli_report_is_golden(const struct cli_case *one, const struct cli_record *record);
/* "golden: " and how it differs, in one line; of a record that has `golden`. */
void cli_report_golden(struct sim__text *text, const struct cli_record *record);
/* "pass", "FAIL", "INVALID" …: one word for a run's line. */
const char *cli_report_word(enum sim_exit status);

#endif
