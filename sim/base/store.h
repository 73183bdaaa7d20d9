/* A store: blocks that come and go, and at the end all go at once.
 *
 * Small blocks are cut from chunks and sorted into classes by their size; one that is given
 * back serves the next of its class, so that a store is never larger than what was in use at
 * once. The classes are as fine as the C library's blocks, by which the memory of a run is
 * foretold. Large blocks are the C library's. A simulated run makes a supervisor and lets it go
 * after a few hundred allocations, most of them of a size at which the C library is slow.
 *
 * Where AddressSanitizer looks on, every block is the C library's. One thread at a time.
 */
#ifndef SIM_BASE_STORE_H
#define SIM_BASE_STORE_H

#include <stddef.h>

#define SIM__STORE_CLASS_BYTES 16u
#define SIM__STORE_CLASSES 128u

#if defined(__SANITIZE_ADDRESS__)
#define SIM__STORE_IS_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIM__STORE_IS_WATCHED 1
#endif
#endif
#ifndef SIM__STORE_IS_WATCHED
#define SIM__STORE_IS_WATCHED 0
#endif

struct sim__store_chunk;
struct sim__store_spare;

/* Start from {0}. */
struct sim__store {
    struct sim__store_chunk *chunks; /* the newest first */
    char *free;
    size_t left;
    size_t next_size;
    struct sim__store_spare *spare[SIM__STORE_CLASSES]; /* what was given back, by class */
};

/* As that of struct sup_allocator: the sizes are those of the block before and after. */
void *sim__store_resize(struct sim__store *store, void *block, size_t old_size, size_t new_size);
/* All small blocks go; no large one may be left. */
void sim__store_release(struct sim__store *store);

#endif
