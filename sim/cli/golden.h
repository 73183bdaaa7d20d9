/* Golden traces: what the runs of a scenario file did when somebody last said that it
 * was right, kept in a directory, one file for each scenario file.
 *
 * The trace of a run is collected on disk while it is made, and held against the kept one
 * when the run has ended; of the runs that only the golden file has nothing is said. To
 * update, those of all runs of a file are collected, and what is new is written and listed
 * once the file is through.
 */
#ifndef CLI_GOLDEN_H
#define CLI_GOLDEN_H

#include <stdbool.h>

#include "kept.h"
#include "options.h"
#include "plan.h"
#include "record.h"
#include "spool.h"
#include "words.h"

enum cli_golden_result {
    CLI_GOLDEN_SAME,
    CLI_GOLDEN_DIFFERENT,
    CLI_GOLDEN_BROKEN /* it cannot be read or written; said on stderr */
};

struct cli_golden {
    const char *directory; /* NULL: none are wanted */
    const struct cli_plan *plan;
    bool update;
    bool force;
    struct cli_spool made;      /* the trace of the run at hand; to update, those of the file */
    const struct cli_case *one; /* of the file at hand; NULL: none is */
    struct sim__text path;      /* where its traces are kept */
    struct cli_kept kept;
    enum { CLI_KEPT_NOT_YET, CLI_KEPT_OPEN, CLI_KEPT_MISSING, CLI_KEPT_BROKEN } state;
    struct sim__text difference; /* of the run at hand */
};

/* False, and a message on stderr, when there is no place for the traces. */
bool cli_golden_open(struct cli_golden *golden, const struct cli_options *options,
                     const struct cli_plan *plan);
void cli_golden_close(struct cli_golden *golden);
/* A line of the run at hand. */
void cli_golden_line(struct cli_golden *golden, const char *line, size_t length);
/* The run has ended: a difference is put into the record, which has failed then. It stays
 * there until the next run. */
enum cli_golden_result cli_golden_run(struct cli_golden *golden, const struct cli_case *one,
                                      struct cli_record *record);
/* Whether the next run, of this file, is of another one than those before it. */
bool cli_golden_changes_file(const struct cli_golden *golden, const struct cli_case *one);
/* All runs of the file have been made: writes them where that is wanted; the file is
 * appended to `text` when it is new or has changed. */
enum cli_golden_result cli_golden_end_file(struct cli_golden *golden, struct sim__text *text);
/* The same of a file that was cut short: it is neither compared nor written. */
void cli_golden_forget(struct cli_golden *golden);

#endif
