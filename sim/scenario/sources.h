/* The texts that a scenario is made from: its own file and those that it includes. The
 * scenarios that are made from one file share them.
 */
#ifndef SIM_SCENARIO_SOURCES_H
#define SIM_SCENARIO_SOURCES_H

#include "sim/base/arena.h"
#include "sim/scenario.h"

struct sim__sources {
    struct sim_arena *arena;
    struct sim_source *list;
    uint32_t count;
    uint32_t size;
    uint64_t bytes;      /* of all of them */
    uint32_t references; /* one thread at a time */
};

/* With one reference. 0 or SUP_ENOMEM. */
int sim__sources_create(const struct sup_allocator *alloc,
                        struct sim__sources **ret_sources) SUP_WARN_UNUSED;
struct sim__sources *sim__sources_ref(struct sim__sources *sources);
void sim__sources_unref(struct sim__sources *sources);

/* Copies name and bytes; of bytes that are more than a file may have, none. Its number in
 * *ret_file. 0 or SUP_ENOMEM. */
int sim__sources_add(struct sim__sources *sources, const struct sim_source *source,
                     uint32_t *ret_file) SUP_WARN_UNUSED;

#endif
