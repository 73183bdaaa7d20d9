/* Pages of single runs, beside a report: the runs are made again, and drawn. */
#ifndef CLI_PAGES_H
#define CLI_PAGES_H

#include "plan.h"
#include "sim/base/arena.h"

#define CLI_PAGES_MAX 200u /* of a report; further runs have only their lines */

/* One run, with all that its command line has. */
struct cli_page {
    char **words;
    uint32_t word_count;
    int status; /* of the run, as the results have it */
};

struct cli_pages {
    struct sim_arena *arena;
    const char *directory; /* absolute: where they are written */
    const char *link;      /* the same, from the report's page */
    struct cli_page *pages;
    uint32_t count;
    uint64_t left_out;
    bool failed; /* out of memory */
};

/* Makes the directory --pages, where it is not there. False, and a message on stderr. Closed in
 * either case. */
bool cli_pages_open(struct cli_pages *pages, const struct cli_options *options);
void cli_pages_close(struct cli_pages *pages);

/* Which run of a campaign by these options it is. */
struct cli_paged {
    uint64_t campaign;
    uint32_t variant;
    uint64_t seed;
    int status;
    const struct cli_case *one;
};
/* Notes that there is to be a page of it, and appends where; nothing when there are enough. */
void cli_pages_add(struct cli_pages *pages, const struct cli_options *options,
                   const struct cli_paged *which, struct sim__text *link);
/* Draws them all: a status, and what is wrong on stderr. */
int cli_pages_write(struct cli_pages *pages, const struct cli_options *options);

#endif
