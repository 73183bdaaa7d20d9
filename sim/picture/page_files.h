/* The files of page/, as they are in the program, each with a NUL behind it; and how pages are put
 * together of such files. */
#ifndef SIM_PICTURE_PAGE_FILES_H
#define SIM_PICTURE_PAGE_FILES_H

#include "sim/base/text.h"

#define SIM__PAGE_FILE __attribute__((visibility("hidden"))) extern const char
SIM__PAGE_FILE sim__page_frame[];  /* page.html, with a line for each of what follows */
SIM__PAGE_FILE sim__page_base[];   /* base.css: of every page, before its own */
SIM__PAGE_FILE sim__page_style[];  /* page.css */
SIM__PAGE_FILE sim__page_texts[];  /* 05-texts.js: of every page, before its own */
SIM__PAGE_FILE sim__page_script[]; /* the other *.js, in the order of their names */

/* A JSON string in which nothing could end the element that it stands in. */
void sim__page_string(struct sim__text *page, const char *string);
/* Of a page.html, the part from behind one placeholder's line up to the next one's; NULL: from the
 * beginning, to the end. */
void sim__page_part(struct sim__text *page, const char *frame, const char *from, const char *to);

#endif
