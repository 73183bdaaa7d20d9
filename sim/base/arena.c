/* The arena: a chain of blocks, the newest first. */
#include "arena.h"

#include <stdint.h>
#include <string.h>

#include "sup/assert.h"
#include "zero.h"

#define BLOCK_BYTES_MIN ((size_t)16 << 10)
#define BLOCK_BYTES_MAX ((size_t)1 << 20)
#define CLEAN_BYTES ((size_t)4 << 10)
#define ALIGNMENT SIM__ARENA_ALIGNMENT

struct sim__arena_block {
    struct sim__arena_block *next;
    size_t size; /* of the whole block, this header included */
    max_align_t bytes[];
};

int sim__arena_create(const struct sup_allocator *alloc, struct sim_arena **ret_arena)
{
    struct sim_arena *arena = alloc->resize(alloc->context, NULL, 0, sizeof(*arena));
    if (arena == NULL) {
        return SUP_ENOMEM;
    }
    memset(arena, 0, sizeof(*arena));
    arena->alloc = alloc;
    arena->next_size = BLOCK_BYTES_MIN;
    *ret_arena = arena;
    return SUP_OK;
}

void sim__arena_free(struct sim_arena *arena)
{
    if (arena == NULL) {
        return;
    }
    const struct sup_allocator *alloc = arena->alloc;
    while (arena->blocks != NULL) {
        struct sim__arena_block *block = arena->blocks;
        arena->blocks = block->next;
        alloc->resize(alloc->context, block, block->size, 0);
    }
    alloc->resize(alloc->context, arena, sizeof(*arena), 0);
}

/* A new block with room for `bytes`; a large request gets one of its own, and
 * the rest of the current block stays in use. */
static void *grow(struct sim_arena *arena, size_t bytes)
{
    bool own = bytes > arena->next_size / 4;
    size_t size = sizeof(struct sim__arena_block) + (own ? bytes : arena->next_size);
    struct sim__arena_block *block = arena->alloc->resize(arena->alloc->context, NULL, 0, size);
    if (block == NULL) {
        sim__arena_fail(arena);
        return NULL;
    }
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    if (!own) {
        arena->free = (char *)block->bytes + bytes;
        arena->left = arena->next_size - bytes;
        arena->clean = 0;
        if (arena->next_size < BLOCK_BYTES_MAX) {
            arena->next_size *= 2;
        }
    }
    sim__zero(block->bytes, bytes);
    return block->bytes;
}

/* Makes all zeros of what is taken next, and of some more, so that few of many small pieces
 * have to be cleared by themselves. */
static void clean(struct sim_arena *arena, size_t bytes)
{
    size_t more = bytes > CLEAN_BYTES ? bytes : CLEAN_BYTES;
    size_t end = more < arena->left ? more : arena->left;
    SUP_ASSERT(bytes <= end && arena->clean < bytes);
    sim__zero(arena->free + arena->clean, end - arena->clean);
    arena->clean = end;
}

void *sim__arena_alloc_slowly(struct sim_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (arena->failed || __builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 4) {
        sim__arena_fail(arena);
        return NULL;
    }
    bytes = (bytes == 0 ? ALIGNMENT : bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (bytes > arena->left) {
        return grow(arena, bytes);
    }
    if (bytes > arena->clean) {
        clean(arena, bytes);
    }
    void *place = arena->free;
    arena->free += bytes;
    arena->left -= bytes;
    arena->clean -= bytes;
    return place;
}

char *sim__arena_text(struct sim_arena *arena, const char *text, size_t length)
{
    char *copy = sim__arena_alloc(arena, length + 1, 1);
    if (copy != NULL && length > 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

size_t sim__arena_bytes(const struct sim_arena *arena)
{
    size_t bytes = sizeof(*arena);
    for (const struct sim__arena_block *block = arena->blocks; block != NULL; block = block->next) {
        bytes += block->size;
    }
    return bytes;
}

void sim__arena_fail(struct sim_arena *arena)
{
    arena->failed = true;
    arena->clean = 0;
}

bool sim__arena_failed(const struct sim_arena *arena)
{
    return arena->failed;
}
