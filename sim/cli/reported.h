/* The forms of a report: what of it is printed, and what is written. */
#ifndef CLI_REPORTED_H
#define CLI_REPORTED_H

#include "gathered.h"

/* For the table of options: NULL, or why the value is refused. */
const char *cli_set_sheets(struct cli_options *options, const char *value);
const char *cli_set_csv(struct cli_options *options, const char *value);
const char *cli_set_pages(struct cli_options *options, const char *value);
const char *cli_set_ledger(struct cli_options *options, const char *value);

/* All that the options ask for, and tables for people when they ask for nothing: a status. */
int cli_reported(const struct cli_options *options, struct cli_gathering *gathering);

#endif
