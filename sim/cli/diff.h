/* Two traces side by side: the first event in which a run of theirs differs, and the runs
 * that only one of them has. `rehearse diff` compares two files so, --golden what was kept
 * with what is made.
 */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "style.h"
#include "trace_index.h"
#include "words.h"

#define CLI_DIFF_BEFORE 4u /* common events shown */

enum cli_diff_result { CLI_DIFF_SAME, CLI_DIFF_DIFFERENT, CLI_DIFF_UNREADABLE };

/* All zero but for `style`, then opened and indexed by who compares. */
struct cli_diff {
    struct cli_trace_file a;
    struct cli_trace_file b;
    struct cli_trace_index a_runs;
    struct cli_trace_index b_runs;
    uint64_t differ;                          /* runs that both have and that differ */
    struct sim__text before[CLI_DIFF_BEFORE]; /* a ring of the last common events */
    uint64_t events;                          /* common so far, of this run */
    struct sim__text run;                     /* which run of the trace this is */
    struct sim__text headers;                 /* how headers differed; "" when they did not */
    struct cli_style style;
    struct sim__text out;
};

/* Compares a run of `a` with one of `b`; only the first difference of all is shown. */
void cli_diff_pair(struct cli_diff *diff, const struct cli_trace_run *a,
                   const struct cli_trace_run *b);
/* Names the runs of one trace that the other has not; how many there are. */
uint64_t cli_diff_lone(struct cli_diff *diff, struct cli_trace_file *trace,
                       const struct cli_trace_index *index);
void cli_diff_release(struct cli_diff *diff);

/* All of it, of two files: the first difference and what only one of them has is appended to
 * `text`. CLI_DIFF_UNREADABLE: said on stderr. (diff_files.c) */
enum cli_diff_result cli_diff_files(const char *a, const char *b, struct cli_style style,
                                    struct sim__text *text);

#endif
