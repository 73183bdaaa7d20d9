/* Results of a shard as a file: JSON Lines, the same on every machine.
 *
 *     {"rehearse-results":1,"version":"0.1.0","command":"run","options":["--seeds=1..200"],
 *      "paths":["a.yaml"],"files":[["a.yaml","89abcdef01234567"]],"tasks":200,
 *      "shards":20,"shard":3}                              in one line
 *     {"task":2,"scenario":"a","seed":3,"verdict":"pass",…,"wall":1234567}
 *     …
 *     {"ended":"all","lines":10,"wall":98765432,"digest":"0123456789abcdef"}
 *
 * The head says all that decides what is run. `files` are those that were read, with a digest of
 * what stands in each and in what it includes, or of what is wrong with it. A task's number is
 * the same in all shards. The end says why it is one ("all"; "fail-fast", then with the task at
 * which it `stopped`; else what ended the run too early), how many tasks there are, and a digest
 * of all lines before it.
 */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include "fields.h"
#include "options.h"
#include "plan.h"
#include "shard.h"

#define CLI_RESULTS_FORM 1u
#define CLI_RESULTS_BEGINS "{\"rehearse-results\":"
#define CLI_RESULTS_ALL "all"
#define CLI_RESULTS_FAIL_FAST "fail-fast"

/* ---- writing ---- */

struct cli_results {
    uint64_t digest; /* of the lines so far; begin with cli_results_begin */
    uint64_t lines;
};

/* What there is to be run: `files` as cli_results_files has it. */
struct cli_results_head {
    const struct cli_options *options;
    const char *files;
    uint64_t tasks; /* 0: nobody knows before it is run */
};

struct cli_results_end {
    const char *why;
    uint64_t stopped; /* with CLI_RESULTS_FAIL_FAST */
    struct sup_duration wall;
};

/* The array of the files that a plan has read, which may have been filtered. */
void cli_results_files(struct sim__text *text, const struct cli_plan *plan);
/* Appends a line. */
void cli_results_begin(struct cli_results *results, struct sim__text *text,
                       const struct cli_results_head *head);
void cli_results_end(struct cli_results *results, struct sim__text *text,
                     const struct cli_results_end *end);
/* Begins the line of a task, in the empty text; its members follow; ends it. */
void cli_results_task(struct sim__text *line, uint64_t task);
void cli_results_put(struct cli_results *results, struct sim__text *text, struct sim__text *line);

/* ---- both ---- */

/* FNV-1a of 64 bits, going on; begin with this. */
#define CLI_RESULTS_DIGEST UINT64_C(0xcbf29ce484222325)
uint64_t cli_results_digest(uint64_t digest, const char *bytes, size_t length);

#endif
