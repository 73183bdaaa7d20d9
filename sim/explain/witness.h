/* The choices of a run in a process of its own, which may not live to tell them: each is written
 * down when it is made, into a file in memory that both processes have.
 */
#ifndef SIM_EXPLAIN_WITNESS_H
#define SIM_EXPLAIN_WITNESS_H

#include "sim/base/choices.h"
#include "sim/base/tape.h"

struct sim__witness {
    int file;
};

/* 0, or SUP_ENOMEM: no file can be had. To be closed when it was opened. */
int sim__witness_open(struct sim__witness *witness) SUP_WARN_UNUSED;
void sim__witness_close(struct sim__witness *witness);
/* In the process that runs: what the tape keeps from now on. The witness outlives that. */
void sim__witness_listen(struct sim__witness *witness, struct sim_tape *tape);
/* In the other one, afterwards: SUP_OK, SUP_ENOMEM, or SUP_ELIMIT. Start from {0}. */
int sim__witness_read(const struct sim__witness *witness,
                      struct sim__choices *ret_choices) SUP_WARN_UNUSED;

#endif
