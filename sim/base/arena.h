/* An arena: many small allocations, freed at once.
 *
 * Memory comes zeroed and aligned for any type. The first failure of the
 * allocator behind it sticks: the call returns NULL, so does every later one,
 * and sim__arena_failed says so. A reader may therefore skip what it could not
 * allocate and look once, at the end. One thread at a time.
 */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/alloc.h"
#include "sup/error.h"

struct sim__arena_block;

/* What lies in it is arena.c's business; it stands here so that a small piece is taken without
 * a call. */
struct sim_arena {
    const struct sup_allocator *alloc;
    struct sim__arena_block *blocks; /* the newest first */
    char *free;
    size_t left;
    size_t clean; /* of these, from the front: zeros already; 0 once it has failed */
    size_t next_size;
    bool failed;
};
/* Of every piece, and so of `left` and `clean`. */
#define SIM__ARENA_ALIGNMENT _Alignof(max_align_t)

/* 0 or SUP_ENOMEM. The allocator must outlive the arena. */
int sim__arena_create(const struct sup_allocator *alloc,
                      struct sim_arena **ret_arena) SUP_WARN_UNUSED;
void sim__arena_free(struct sim_arena *arena);
/* The same when there is not enough that is clean. */
void *sim__arena_alloc_slowly(struct sim_arena *arena, size_t count, size_t size);
/* Room for count objects of `size` bytes, all zero. */
static inline void *sim__arena_alloc(struct sim_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes - 1 >= arena->clean) {
        return sim__arena_alloc_slowly(arena, count, size);
    }
    bytes = (bytes + SIM__ARENA_ALIGNMENT - 1) & ~(SIM__ARENA_ALIGNMENT - 1);
    void *place = arena->free;
    arena->free += bytes;
    arena->left -= bytes;
    arena->clean -= bytes;
    return place;
}
/* A NUL-terminated copy. */
char *sim__arena_text(struct sim_arena *arena, const char *text, size_t length);
/* Makes it fail from here on: something allocated elsewhere could not be. */
void sim__arena_fail(struct sim_arena *arena);
/* All that it has taken. */
size_t sim__arena_bytes(const struct sim_arena *arena);
bool sim__arena_failed(const struct sim_arena *arena);

#endif
