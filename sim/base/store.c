/* The store: classes of small blocks, cut from chunks. */
#include "store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sup/assert.h"

#define CHUNK_BYTES_MIN ((size_t)16 << 10)
#define CHUNK_BYTES_MAX ((size_t)1 << 20)

#define SMALL_MAX ((size_t)SIM__STORE_CLASS_BYTES * SIM__STORE_CLASSES)

struct sim__store_chunk {
    struct sim__store_chunk *next;
    max_align_t bytes[];
};

struct sim__store_spare {
    struct sim__store_spare *next;
};

static size_t class_of(size_t size)
{
    return (size - 1) / SIM__STORE_CLASS_BYTES;
}

static bool is_small(size_t size)
{
    return !SIM__STORE_IS_WATCHED && size > 0 && size <= SMALL_MAX;
}

static __attribute__((noinline)) bool add_chunk(struct sim__store *store)
{
    size_t size = store->next_size == 0 ? CHUNK_BYTES_MIN : store->next_size;
    struct sim__store_chunk *chunk = malloc(sizeof(*chunk) + size);
    if (chunk == NULL) {
        return false;
    }
    chunk->next = store->chunks;
    store->chunks = chunk;
    store->free = (char *)chunk->bytes;
    store->left = size;
    store->next_size = size < CHUNK_BYTES_MAX ? 2 * size : size;
    return true;
}

static inline void *take(struct sim__store *store, size_t class)
{
    struct sim__store_spare *spare = store->spare[class];
    size_t size = (class + 1) * SIM__STORE_CLASS_BYTES;
    if (spare != NULL) {
        store->spare[class] = spare->next;
        return spare;
    }
    if (size > store->left && !add_chunk(store)) {
        return NULL;
    }
    void *block = store->free;
    store->free += size;
    store->left -= size;
    return block;
}

static void give(struct sim__store *store, void *block, size_t class)
{
    struct sim__store_spare *spare = block;
    spare->next = store->spare[class];
    store->spare[class] = spare;
}

/* Into a block of another class, or between small and large ones. */
static __attribute__((noinline)) void *move(struct sim__store *store, void *block, size_t old_size,
                                            size_t new_size)
{
    void *moved = is_small(new_size) ? take(store, class_of(new_size)) : malloc(new_size);
    if (moved == NULL) {
        return NULL;
    }
    memcpy(moved, block, old_size < new_size ? old_size : new_size);
    if (is_small(old_size)) {
        give(store, block, class_of(old_size));
    } else {
        free(block);
    }
    return moved;
}

static __attribute__((noinline)) void *resize_large(struct sim__store *store, void *block,
                                                    size_t old_size, size_t new_size)
{
    if (is_small(new_size)) {
        return move(store, block, old_size, new_size);
    }
    if (new_size > 0) {
        return realloc(block, new_size);
    }
    free(block);
    return NULL;
}

void *sim__store_resize(struct sim__store *store, void *block, size_t old_size, size_t new_size)
{
    SUP_ASSERT((block == NULL) == (old_size == 0));
    if (block == NULL) {
        return is_small(new_size) ? take(store, class_of(new_size)) : malloc(new_size);
    }
    if (!is_small(old_size)) {
        return resize_large(store, block, old_size, new_size);
    }
    if (new_size == 0) {
        give(store, block, class_of(old_size));
        return NULL;
    }
    return is_small(new_size) && class_of(new_size) == class_of(old_size)
               ? block
               : move(store, block, old_size, new_size);
}

void sim__store_release(struct sim__store *store)
{
    while (store->chunks != NULL) {
        struct sim__store_chunk *chunk = store->chunks;
        store->chunks = chunk->next;
        free(chunk);
    }
    *store = (struct sim__store){0};
}
