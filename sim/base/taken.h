/* Files that the assembler takes into the program: one after the other, with a NUL behind the
 * last, under a name that only the library sees.
 *
 *     SIM__TAKEN_BEGIN(sim__page_frame)
 *     SIM__TAKE("page.html")
 *     SIM__TAKEN_END(sim__page_frame)
 */
#ifndef SIM_BASE_TAKEN_H
#define SIM_BASE_TAKEN_H

/* Aligned, since some machines (s390x) cannot address an odd place directly. */
#define SIM__TAKEN_BEGIN(name) \
    __asm__(".section .rodata\n" \
            ".balign 16\n" \
            ".global " #name "\n" \
            ".hidden " #name "\n" \
            ".type " #name ", %object\n" #name ":\n");
#define SIM__TAKE(file) __asm__(".incbin \"" file "\"\n");
#define SIM__TAKEN_END(name) \
    __asm__(".byte 0\n" \
            ".size " #name ", . - " #name "\n" \
            ".previous\n");

#endif
