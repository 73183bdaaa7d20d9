/* What a whole invocation came to, in the words of a headline. */
#ifndef CLI_HEADLINE_H
#define CLI_HEADLINE_H

#include "report.h"

enum cli_outcome { CLI_OUTCOME_GOOD, CLI_OUTCOME_UNDECIDED, CLI_OUTCOME_BAD };

/* "42 passed", "40 passed, 2 late", "1 failed of 42", "interrupted, 1 failed, 3 not run of 42";
 * nothing in it is a user's. */
enum cli_outcome cli_headline(struct sim__text *text, const struct cli_tally *tally);

#endif
