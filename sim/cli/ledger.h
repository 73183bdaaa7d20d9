/* What the runs of a campaign have reached, as a ledger counts it (docs/ledger.md). */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "sim/report/sheet.h"

/* Reads what a program with probes has written, into two sheets: a status, and what is wrong on
 * stderr. */
int cli_ledger_read(const char *path, struct sim__book *book);

#endif
