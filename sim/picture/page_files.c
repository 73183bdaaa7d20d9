/* Takes the files of page/ into the program, as the Makefile has squeezed them. A new one is added
 * here, and make sees to the rest. */
#include "page_files.h"

#include "sim/base/taken.h"

SIM__TAKEN_BEGIN(sim__page_frame)
SIM__TAKE("page.html")
SIM__TAKEN_END(sim__page_frame)

SIM__TAKEN_BEGIN(sim__page_base)
SIM__TAKE("base.css")
SIM__TAKEN_END(sim__page_base)

SIM__TAKEN_BEGIN(sim__page_style)
SIM__TAKE("page.css")
SIM__TAKEN_END(sim__page_style)

SIM__TAKEN_BEGIN(sim__page_texts)
SIM__TAKE("05-texts.js")
SIM__TAKEN_END(sim__page_texts)

SIM__TAKEN_BEGIN(sim__page_script)
SIM__TAKE("10-data.js")
SIM__TAKE("20-view.js")
SIM__TAKE("30-signs.js")
SIM__TAKE("40-lanes.js")
SIM__TAKE("50-frame.js")
SIM__TAKE("55-overview.js")
SIM__TAKE("60-labels.js")
SIM__TAKE("65-hover.js")
SIM__TAKE("70-panel.js")
SIM__TAKE("75-legend.js")
SIM__TAKE("80-input.js")
SIM__TAKE("85-print.js")
SIM__TAKE("90-main.js")
SIM__TAKEN_END(sim__page_script)
