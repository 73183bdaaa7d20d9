/* A book as a page: one file that needs nothing else, and fetches nothing.
 *
 * Its data are the sheets as they are, texts in a table of their own and pointed to by number; the
 * page's script draws plots of them, and makes a sheet's CSV of the same rows. No text of a run
 * can become markup. tests/pictures/check says what form the data has.
 */
#ifndef SIM_REPORT_PAGE_H
#define SIM_REPORT_PAGE_H

#include "sheet.h"
#include "sim/base/text.h"

void sim__book_put_page(struct sim__text *page, const struct sim__book *book);

#endif
