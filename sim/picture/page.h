/* A picture as a page: one file that needs nothing else, and fetches nothing.
 *
 * What it shows is data that the page's own script draws; the files of the page are in
 * page/, and a part of the program. No text of a run can become markup. tests/pictures/check
 * says what form the data has.
 */
#ifndef SIM_PICTURE_PAGE_H
#define SIM_PICTURE_PAGE_H

#include "picture.h"
#include "sim/base/text.h"

/* What stands before the first run, between two, and behind the last one. */
void sim__page_begin(struct sim__text *page);
void sim__page_between(struct sim__text *page);
/* `left_out` runs are not on it. */
void sim__page_end(struct sim__text *page, uint64_t left_out);
/* A run: the picture is complete, and did not fail. */
void sim__page_run(struct sim__text *page, const struct sim__picture *picture,
                   const struct sim__picture_frame *frame);

#endif
