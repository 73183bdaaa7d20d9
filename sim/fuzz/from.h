/* Scenarios that are made of one file: within what it declares, or at large.
 *
 * Within what it declares a seed draws one of the file's variants and is the seed of its run;
 * nothing else changes, and what the file expects is judged. At large the tree of a variant is
 * changed wherever the seed likes to: values, entries, scripts, what the generator adds. What
 * the file expects need not hold then and is not asked. Many such changes make no scenario,
 * which the reader says, or one that does not come to its end: both are counted only.
 */
#ifndef SIM_FUZZ_FROM_H
#define SIM_FUZZ_FROM_H

#include "sim/scenario/tree.h"

enum sim__fuzz_reach { SIM__FUZZ_DECLARED, SIM__FUZZ_AT_LARGE };

/* One combination of what the file varies. */
struct sim__fuzz_variant {
    const char *label;             /* `key=value, key=value`; NULL: nothing is varied */
    const struct sim__set *chosen; /* the same one by one */
    uint32_t chosen_count;
    struct sim__node *tree; /* NULL until it is needed */
};

struct sim__fuzz_from {
    enum sim__fuzz_reach reach;
    struct sim__reading reading; /* of the file, which has been read once and is good */
    struct sim__fuzz_variant *variants;
    uint32_t variant_count;  /* at least 1 */
    struct sim_arena *arena; /* of the trees */
};

/* The settled tree of the seed, in the arena, and which variant it was made of. 0 or
 * SUP_ENOMEM; SUP_EINVAL: the file, or one that it includes, is not any more what it was. */
int sim__fuzz_from_make(struct sim__fuzz_from *from, uint64_t seed, struct sim_arena *arena,
                        uint32_t *ret_variant, struct sim__node **ret_root) SUP_WARN_UNUSED;

/* Changes the tree, which may not be a scenario any more. */
void sim__fuzz_mutate(struct sim_arena *arena, struct sim__node *root, uint64_t seed);

#endif
