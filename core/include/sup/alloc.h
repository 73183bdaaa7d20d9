/* The allocator a supervisor is given at creation.
 *
 * libsup allocates when a supervisor is created and when something is
 * registered; stepping, reports and commands other than `spawn` allocate
 * nothing. `resize(context, NULL, 0, n)` allocates, `resize(context, p, n, 0)`
 * frees and returns NULL, anything else grows or shrinks; memory is aligned for
 * any type. NULL for a non-zero size means out of memory: the call that needed
 * it returns SUP_ENOMEM, has changed nothing, and may be repeated; of a path that it was
 * to make, groups that nobody is in may be there already.
 */
#ifndef SUP_ALLOC_H
#define SUP_ALLOC_H

#include <stddef.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

/* Frozen. */
struct sup_allocator {
    void *(*resize)(void *context, void *block, size_t old_size, size_t new_size);
    void *context;
};

/* malloc, realloc and free of the C library; defined in the part of libsup that
 * may use the operating system. */
extern const struct sup_allocator sup_allocator_libc;

SUP_END_DECLS

#endif
