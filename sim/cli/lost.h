/* A trial whose process is gone, or had to be ended. */
#ifndef CLI_LOST_H
#define CLI_LOST_H

#include "sim/trial/trial.h"
#include "sup/time.h"

/* A run that is at work for longer hangs. */
#define CLI_PATIENCE SUP_NS(UINT64_C(60000000000))

/* The signature of a task of a pool (pool.h) that was lost by this signal, 0, or CLI_POOL_HUNG
 * after so much patience. */
void cli_lost_sign(struct sim__trial *trial, int signal_number, struct sup_duration patience);

/* The option that asks for it, with a space before it; nothing for the default. */
void cli_put_patience(struct sim__text *text, struct sup_duration patience);

#endif
