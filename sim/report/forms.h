/* Sheets as text: for people, as comma-separated values, as JSON Lines. */
#ifndef SIM_REPORT_FORMS_H
#define SIM_REPORT_FORMS_H

#include "sheet.h"
#include "sim/base/text.h"

/* All sheets for people, each with its title; of a long one the first rows. */
void sim__book_put_table(struct sim__text *text, const struct sim__book *book);
/* A line for each row of all sheets: {"kind":"measures","campaign":1,…}; what a row does not
 * have is left out. */
void sim__book_put_json(struct sim__text *text, const struct sim__book *book);
/* One sheet (RFC 4180, with line feeds), lengths of time in nanoseconds. */
void sim__sheet_put_csv(struct sim__text *text, const struct sim__sheet *sheet);
/* One cell of it, in quotes when it holds what separates cells, or could be taken for it. */
void sim__put_csv_cell(struct sim__text *text, const char *cell);

#endif
