/* Whether an oracle ran out of memory: its answers since then are 0, and the run
 * that asked is to end with SUP_ENOMEM. */
#ifndef SIM_ORACLE_FAILED_H
#define SIM_ORACLE_FAILED_H

#include <stdbool.h>

struct sim_oracle;

/* What an oracle begins with, since it is asked for after each step of a run. */
struct sim__oracle_head {
    bool failed;
};

static inline bool sim__oracle_failed(const struct sim_oracle *oracle)
{
    return ((const struct sim__oracle_head *)(const void *)oracle)->failed;
}

#endif
