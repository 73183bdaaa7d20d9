/* Planted undefined behaviour: a signed addition that overflows.
 *
 * Found by asan: signed integer overflow
 * Found by ubsan: signed integer overflow
 */
#include <limits.h>

int main(void)
{
    volatile int big = INT_MAX;
    volatile int more = big + 1;
    return more == 0;
}
