/* A planted overflow: one byte behind a block of the allocator.
 *
 * Found by memcheck: Invalid write of size 1
 * Found by asan: heap-buffer-overflow
 */
#include "sup/alloc.h"

int main(void)
{
    char *block = sup_allocator_libc.resize(sup_allocator_libc.context, NULL, 0, 8);
    volatile unsigned length = 8;
    if (block == NULL) {
        return 2;
    }
    ((volatile char *)block)[length] = 1;
    sup_allocator_libc.resize(sup_allocator_libc.context, block, 8, 0);
    return 0;
}
