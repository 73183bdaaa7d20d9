/* Memory through the allocator that the caller gave. */
#ifndef SUP_CORE_MEMORY_H
#define SUP_CORE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "sup/alloc.h"
#include "sup/error.h"

struct sup;

void *sup__alloc(const struct sup_allocator *alloc, size_t bytes); /* zeroed */
void sup__release(const struct sup_allocator *alloc, void *block, size_t bytes);

/* Grows *array of `size`-byte elements to at least `wanted`; the new ones are not
 * initialised. 0, SUP_ENOMEM or SUP_ELIMIT. */
int sup__grow_indeed(const struct sup_allocator *alloc, void **array, uint32_t *capacity,
                     uint32_t wanted, size_t size);
static inline int sup__grow(const struct sup_allocator *alloc, void **array, uint32_t *capacity,
                            uint32_t wanted, size_t size)
{
    return wanted <= *capacity ? SUP_OK : sup__grow_indeed(alloc, array, capacity, wanted, size);
}

/* Entries of windows, of which there are so many for the whole supervisor. */
int sup__windows_reserve(struct sup *sup, uint64_t entries); /* SUP_ELIMIT */
void sup__windows_return(struct sup *sup, uint64_t entries);

#endif
