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

#include "sup/alloc.h"
#include "sup/error.h"

struct sim_arena;

/* 0 or SUP_ENOMEM. The allocator must outlive the arena. */
int sim__arena_create(const struct sup_allocator *alloc,
                      struct sim_arena **ret_arena) SUP_WARN_UNUSED;
void sim__arena_free(struct sim_arena *arena);
/* Room for count objects of `size` bytes, all zero. */
void *sim__arena_alloc(struct sim_arena *arena, size_t count, size_t size);
/* A NUL-terminated copy. */
char *sim__arena_text(struct sim_arena *arena, const char *text, size_t length);
/* Makes it fail from here on: something allocated elsewhere could not be. */
void sim__arena_fail(struct sim_arena *arena);
/* All that it has taken. */
size_t sim__arena_bytes(const struct sim_arena *arena);
bool sim__arena_failed(const struct sim_arena *arena);

#endif
