/* The names of services: each written once, and kept where it is for a supervisor's life. */
#ifndef SUP_NAMEBOOK_H
#define SUP_NAMEBOOK_H

#include <stddef.h>

#include "sup/alloc.h"

struct sup__page;

struct sup__namebook {
    struct sup__page *page; /* the newest; it knows the one before */
    size_t used;            /* bytes of its text */
};

/* Writes a name behind the others; the next one overwrites it unless it is kept. 0 or
 * SUP_ENOMEM. */
int sup__namebook_write(struct sup__namebook *book, const struct sup_allocator *alloc,
                        const char *name, const char **ret_name);
/* The name that has just been written. */
void sup__namebook_keep(struct sup__namebook *book, const char *name);
void sup__namebook_release(struct sup__namebook *book, const struct sup_allocator *alloc);

#endif
