/* A file of golden traces, opened once for all the runs that are held against it. */
#ifndef CLI_KEPT_H
#define CLI_KEPT_H

#include "diff.h"

struct cli_kept {
    struct cli_diff diff; /* a: what was kept */
    uint32_t next;        /* where the run that comes next is likely to stand */
};

/* False, and a message on stderr, when it is no trace. cli_kept_close in every case. */
bool cli_kept_open(struct cli_kept *kept, const char *path);
/* Holds every run of a trace (a path that can be opened, and what it is called) against
 * the run of the same scenario, variant and seed; of the runs that only the kept file has
 * nothing is said. Appends the first difference, in plain text, and what was not kept. */
enum cli_diff_result cli_kept_compare(struct cli_kept *kept, const char *made, const char *name,
                                      struct sim__text *text);
void cli_kept_close(struct cli_kept *kept);

#endif
