/* Inputs that lit something new, kept as texts and changed at large for more of it.
 *
 * With a corpus a seed either makes a scenario of its own or changes one of the inputs, which
 * the seed decides. While seeds are tried the corpus stays as it is: what they light comes
 * back with each of them, and whoever asked for them adds it, in the order of the seeds.
 * So the same corpus and the same seeds make the same campaign, on however many processes.
 */
#ifndef SIM_FUZZ_CORPUS_H
#define SIM_FUZZ_CORPUS_H

#include "lights.h"

#define SIM__CORPUS_INPUTS 10000u
#define SIM__CORPUS_INPUT_BYTES (256u << 10) /* of one */
#define SIM__CORPUS_BYTES (64u << 20)        /* of all */

struct sim__corpus_input {
    char *bytes; /* a scenario as sim__tree_write writes it */
    size_t length;
    uint64_t hash; /* of the bytes, which names it */
};

/* All zeros, and how a mutant is tried. */
struct sim__corpus {
    struct sim__trial_how how; /* of mutants: their budgets */
    struct sim__lights lights; /* what all of them have lit */
    struct sim__corpus_input *inputs;
    uint32_t count;
    uint32_t used; /* seeds change one of so many; who adds says when there are more */
    uint32_t room;
    size_t bytes;
};

/* What a scenario lights that the corpus has not, and the scenario itself. */
struct sim__lit {
    struct sim__lights lights;
    uint32_t count;
    struct sim__text text; /* empty when there is nothing new */
};

uint64_t sim__corpus_hash(const char *bytes, size_t length);
/* Adds a copy of the input: 0; SUP_EEXISTS: it is there; SUP_ELIMIT: it or all together would
 * be too large; SUP_ENOMEM. */
int sim__corpus_add(struct sim__corpus *corpus, const char *bytes, size_t length) SUP_WARN_UNUSED;
/* The one that was added last goes again, which no seed has changed yet. */
void sim__corpus_take_back(struct sim__corpus *corpus);
/* Which input the seed changes, from 1; 0: it makes a scenario of its own. */
uint32_t sim__corpus_draw(const struct sim__corpus *corpus, uint64_t seed);
/* The settled tree of a mutant that the seed makes, and of which input, from 1: that of *input
 * when it is not 0, else one that the seed draws; 0: the seed is to make a scenario of its
 * own. 0 or SUP_ENOMEM. */
int sim__corpus_make(const struct sim__corpus *corpus, uint64_t seed, struct sim_arena *arena,
                     uint32_t *input, struct sim__node **ret_root) SUP_WARN_UNUSED;
/* What the tree lights that the corpus has not; nothing when it does not come to its end. 0 or
 * SUP_ENOMEM. */
int sim__corpus_look(const struct sim__corpus *corpus, const struct sim__node *root,
                     const struct sim__trial_how *how, struct sim__lit *ret_lit) SUP_WARN_UNUSED;
/* A file as somebody wrote it: NULL, and *ret_lit with what it lights and its text, or why it
 * cannot be an input. *ret_error: 0 or SUP_ENOMEM. */
const char *sim__corpus_read(const struct sim__corpus *corpus, const char *bytes, size_t length,
                             struct sim__lit *ret_lit, int *ret_error);
void sim__corpus_release(struct sim__corpus *corpus);

#endif
