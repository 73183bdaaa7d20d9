/* The forms of a report: what of it is printed, and what is written. */
#ifndef CLI_REPORTED_H
#define CLI_REPORTED_H

#include "gathered.h"

/* All that the options ask for, and tables for people when they ask for nothing: a status. */
int cli_reported(const struct cli_options *options, struct cli_gathering *gathering);

#endif
