/* How the board of device.ld begins: the table of vectors that its processor reads, and from
 * there newlib's own start, whose files and exit are the debugger's (semihosting). */
#include <stdint.h>

extern uint32_t __stack;
extern void _start(void); /* newlib's */
void device_reset(void);
static void hang(void);

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
    (uintptr_t)&__stack, (uintptr_t)device_reset, (uintptr_t)hang, (uintptr_t)hang,
    (uintptr_t)hang,     (uintptr_t)hang,         (uintptr_t)hang,
};

void device_reset(void)
{
    _start();
}

/* A fault ends the test by its time limit. */
static void hang(void)
{
    for (;;) {
    }
}
