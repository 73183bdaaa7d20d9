/* A scenario from a seed.
 *
 * The same seed gives the same tree, byte for byte as sim__tree_write writes it, on every
 * machine: nothing but integers, and a random stream of its own for each subject. Every
 * tree is one that the reader accepts. What its actions meet nobody foresees, so each of
 * them says `expect: {result: any}`; nothing of a generated scenario fails but what must
 * not happen in any.
 *
 * Lengths come from a small palette of the seed and instants from its grid, so that things
 * fall into the same instant as often as they do in no life of a service.
 */
#ifndef SIM_FUZZ_GENERATE_H
#define SIM_FUZZ_GENERATE_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "features.h"
#include "sim/scenario/tree.h"

/* What was drawn, for summaries and for what is made of the tree. */
struct sim__fuzz_drawn {
    uint64_t seed;
    uint64_t features[2]; /* bit n % 64 of word n / 64: enum sim__fuzz_feature n */
    uint32_t services;    /* of the file, `count` expanded */
};
static_assert(SIM__FUZZ_FEATURE_COUNT <= 128, "the features of a seed are the bits of two words");

static inline bool sim__fuzz_has(const struct sim__fuzz_drawn *drawn,
                                 enum sim__fuzz_feature feature)
{
    return (drawn->features[feature / 64] >> feature % 64 & 1u) != 0;
}
static inline void sim__fuzz_on(struct sim__fuzz_drawn *drawn, enum sim__fuzz_feature feature)
{
    drawn->features[feature / 64] |= UINT64_C(1) << feature % 64;
}
static inline void sim__fuzz_off(struct sim__fuzz_drawn *drawn, enum sim__fuzz_feature feature)
{
    drawn->features[feature / 64] &= ~(UINT64_C(1) << feature % 64);
}

/* The settled tree, in the arena; NULL when out of memory. */
struct sim__node *sim__fuzz_generate(struct sim_arena *arena, uint64_t seed,
                                     struct sim__fuzz_drawn *ret_drawn);
/* The same, neither settled nor spelt: it can be read, and no mistake in it has a line. */
struct sim__node *sim__fuzz_generate_unsettled(struct sim_arena *arena, uint64_t seed,
                                               struct sim__fuzz_drawn *ret_drawn);

#endif
