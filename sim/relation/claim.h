/* The claim that a file breaks a relation: its trial, as of a file that fails by itself.
 *
 * What is added to a scenario is drawn, and a file that is made smaller is another one at each
 * step. So each is asked several times, with one draw after the other, and breaks the
 * relation when it does with one of them. What the file does alone has to stay the same, too:
 * where that breaks an invariant it is said with the claim (`detail`). What it expects makes no
 * difference, since a relation is of two runs.
 */
#ifndef SIM_RELATION_CLAIM_H
#define SIM_RELATION_CLAIM_H

#include "relation.h"
#include "sim/trial/apart.h"

#define SIM__CLAIM_DRAWS 8u

/* Plain data. */
struct sim__claim {
    enum sim__relation relation;
    uint64_t draw; /* the first of SIM__CLAIM_DRAWS; they go on from 0 behind the last number */
};

/* `NAME` or `NAME:DRAW`: NULL and *ret_claim, or why it is none. */
const char *sim__claim_read(const char *value, struct sim__claim *ret_claim);
/* As it is read. */
void sim__claim_put(const struct sim__claim *claim, struct sim__text *text);
/* The relation of this name. */
bool sim__relation_named(const char *name, size_t length, enum sim__relation *ret_relation);
/* As sim__trial_text: a relation that breaks, or else what the file alone comes to. The
 * context is a struct sim__claim. */
int sim__claim_trial(const void *context, const struct sim__trial_file *file,
                     const struct sim__trial_how *how,
                     struct sim__trial *ret_trial) SUP_WARN_UNUSED;

#endif
