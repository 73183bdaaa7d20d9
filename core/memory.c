/* Memory through the allocator that the caller gave. */
#include "memory.h"

#include <string.h>

#include "sup/assert.h"
#include "sup/error.h"

#include "supervisor.h"

void *sup__alloc(const struct sup_allocator *alloc, size_t bytes)
{
    void *block = alloc->resize(alloc->context, NULL, 0, bytes);
    if (block != NULL) {
        memset(block, 0, bytes);
    }
    return block;
}

void sup__release(const struct sup_allocator *alloc, void *block, size_t bytes)
{
    if (block != NULL) {
        alloc->resize(alloc->context, block, bytes, 0);
    }
}

int sup__grow_indeed(const struct sup_allocator *alloc, void **array, uint32_t *capacity,
                     uint32_t wanted, size_t size)
{
    uint64_t grown = *capacity < 16 ? 16 : (uint64_t)*capacity + *capacity / 2;
    SUP_ASSERT(grown >= wanted); /* one more than there are, at most */
    if (grown > UINT32_MAX - 1) {
        return SUP_ELIMIT;
    }
    size_t old_bytes = *capacity * size;
    size_t new_bytes = (size_t)grown * size;
    char *block = alloc->resize(alloc->context, *array, old_bytes, new_bytes);
    if (block == NULL) {
        return SUP_ENOMEM;
    }
    *array = block;
    *capacity = (uint32_t)grown;
    return SUP_OK;
}

int sup__windows_reserve(struct sup *sup, uint64_t entries)
{
    SUP_ASSERT(sup->window_entries <= sup->config.window_entries_max);
    if (entries > sup->config.window_entries_max - sup->window_entries) {
        return SUP_ELIMIT;
    }
    sup->window_entries += entries;
    return SUP_OK;
}

void sup__windows_return(struct sup *sup, uint64_t entries)
{
    SUP_ASSERT(sup->window_entries >= entries);
    sup->window_entries -= entries;
}
