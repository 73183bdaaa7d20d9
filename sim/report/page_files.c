/* Takes the files of page/ into the program, as the Makefile has squeezed them. */
#include "page_files.h"

#define BEGIN(name) \
    __asm__(".section .rodata\n" \
            ".global " #name "\n" \
            ".hidden " #name "\n" \
            ".type " #name ", %object\n" #name ":\n");
#define TAKE(file) __asm__(".incbin \"" file "\"\n");
#define END(name) \
    __asm__(".byte 0\n" \
            ".size " #name ", . - " #name "\n" \
            ".previous\n");

BEGIN(sim__report_frame)
TAKE("report.html")
END(sim__report_frame)

BEGIN(sim__report_style)
TAKE("report.css")
END(sim__report_style)

BEGIN(sim__report_script)
TAKE("report-10-sheets.js")
TAKE("report-20-plots.js")
TAKE("report-30-sections.js")
TAKE("report-40-heat.js")
TAKE("report-90-main.js")
END(sim__report_script)
