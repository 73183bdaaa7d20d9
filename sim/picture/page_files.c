/* Takes the files of page/ into the program, as the Makefile has squeezed them. A new one is added
 * here, and make sees to the rest. */
#include "page_files.h"

#define BEGIN(name) \
    __asm__(".section .rodata\n" \
            ".balign 16\n" \
            ".global " #name "\n" \
            ".hidden " #name "\n" \
            ".type " #name ", %object\n" #name ":\n");
#define TAKE(file) __asm__(".incbin \"" file "\"\n");
#define END(name) \
    __asm__(".byte 0\n" \
            ".size " #name ", . - " #name "\n" \
            ".previous\n");

BEGIN(sim__page_frame)
TAKE("page.html")
END(sim__page_frame)

BEGIN(sim__page_base)
TAKE("base.css")
END(sim__page_base)

BEGIN(sim__page_style)
TAKE("page.css")
END(sim__page_style)

BEGIN(sim__page_texts)
TAKE("05-texts.js")
END(sim__page_texts)

BEGIN(sim__page_script)
TAKE("10-data.js")
TAKE("20-view.js")
TAKE("30-signs.js")
TAKE("40-lanes.js")
TAKE("50-frame.js")
TAKE("55-overview.js")
TAKE("60-labels.js")
TAKE("65-hover.js")
TAKE("70-panel.js")
TAKE("75-legend.js")
TAKE("80-input.js")
TAKE("85-print.js")
TAKE("90-main.js")
END(sim__page_script)
