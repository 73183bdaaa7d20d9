/* The files of page/, as they are in the program: each ends with a NUL. */
#ifndef SIM_REPORT_PAGE_FILES_H
#define SIM_REPORT_PAGE_FILES_H

#include "sim/picture/page_files.h"

SIM__PAGE_FILE sim__report_frame[];  /* report.html, with a line for each of what follows */
SIM__PAGE_FILE sim__report_style[];  /* report.css */
SIM__PAGE_FILE sim__report_script[]; /* report-*.js, in the order of their names */

#endif
