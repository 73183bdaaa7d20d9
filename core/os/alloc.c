/* The allocator that asks the C library. */
#include "sup/alloc.h"

#include <stdlib.h>

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

const struct sup_allocator sup_allocator_libc = {resize, NULL};
