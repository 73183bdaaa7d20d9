/* Takes the files of page/ into the program, as the Makefile has squeezed them. */
#include "page_files.h"

#include "sim/base/taken.h"

SIM__TAKEN_BEGIN(sim__report_frame)
SIM__TAKE("report.html")
SIM__TAKEN_END(sim__report_frame)

SIM__TAKEN_BEGIN(sim__report_style)
SIM__TAKE("report.css")
SIM__TAKEN_END(sim__report_style)

SIM__TAKEN_BEGIN(sim__report_script)
SIM__TAKE("report-10-sheets.js")
SIM__TAKE("report-20-plots.js")
SIM__TAKE("report-30-sections.js")
SIM__TAKE("report-40-heat.js")
SIM__TAKE("report-90-main.js")
SIM__TAKEN_END(sim__report_script)
