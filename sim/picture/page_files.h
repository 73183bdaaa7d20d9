/* The files of page/, as they are in the program: each ends with a NUL. */
#ifndef SIM_PICTURE_PAGE_FILES_H
#define SIM_PICTURE_PAGE_FILES_H

#define SIM__PAGE_FILE __attribute__((visibility("hidden"))) extern const char
SIM__PAGE_FILE sim__page_frame[];  /* page.html, with a line for each of what follows */
SIM__PAGE_FILE sim__page_style[];  /* page.css */
SIM__PAGE_FILE sim__page_script[]; /* *.js, in the order of their names */

#endif
