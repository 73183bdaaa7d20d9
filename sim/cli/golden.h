/* Golden traces: what the runs of a scenario file did when somebody last said that it
 * was right, kept in a directory, one file for each scenario file.
 *
 * The traces of a file's runs are collected on disk while they are made, and held
 * against the kept ones when its last run has ended; of the runs that only the golden
 * file has nothing is said. To update writes what is new and lists it.
 */
#ifndef CLI_GOLDEN_H
#define CLI_GOLDEN_H

#include <stdbool.h>

#include "options.h"
#include "plan.h"
#include "spool.h"
#include "style.h"
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
    struct cli_style style;
    struct cli_spool made; /* the traces of the file at hand */
    uint64_t written;
};

/* False, and a message on stderr, when there is no place for the traces. */
bool cli_golden_open(struct cli_golden *golden, const struct cli_options *options,
                     const struct cli_plan *plan);
void cli_golden_close(struct cli_golden *golden);
/* A line of the run at hand. */
void cli_golden_line(struct cli_golden *golden, const char *line, size_t length);
/* All runs of the file have been made: compares them, or writes them; what there is to
 * say is appended to `text`. */
enum cli_golden_result cli_golden_judge(struct cli_golden *golden, const struct cli_case *one,
                                        struct sim__text *text);
/* Forgets what was collected: a run that was cut short is nothing to compare. */
void cli_golden_forget(struct cli_golden *golden);

#endif
