/* Reaches a probe so often that each byte of the count tells which is the lowest, and a cell of the
 * phase table. scripts/check-machines reads on one machine what this has left on another. */
#include "core/probe.h"

int main(void)
{
    for (int i = 0; i < 66051; i++) {
        SUP_PROBE("a probe");
    }
    sup__probe_cell(0, 0);
    return 0;
}
