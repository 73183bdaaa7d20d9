/* Whether an oracle ran out of memory: its answers since then are 0, and the run
 * that asked is to end with SUP_ENOMEM. */
#ifndef SIM_ORACLE_FAILED_H
#define SIM_ORACLE_FAILED_H

#include <stdbool.h>

struct sim_oracle;

bool sim__oracle_failed(const struct sim_oracle *oracle);

#endif
