/* Compares a trace with one that was kept, as `rehearse diff` compares two files. */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "style.h"
#include "words.h"

enum cli_diff_result { CLI_DIFF_SAME, CLI_DIFF_DIFFERENT, CLI_DIFF_UNREADABLE };

struct cli_diff_request {
    const char *kept; /* runs that only this has are no difference */
    const char *made; /* a path that can be opened, and what it is called */
    const char *made_name;
    const struct cli_style *style;
};

/* Appends the first difference, and the runs that were not kept. */
enum cli_diff_result cli_diff_kept(const struct cli_diff_request *request, struct sim__text *text);

#endif
