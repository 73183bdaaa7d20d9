/* Reading `lag`, which is the world's and no policy's. */
#ifndef SIM_SCENARIO_LAG_H
#define SIM_SCENARIO_LAG_H

#include "reader.h"

/* `lag` of a service whose policy has been read; nothing where `node` is NULL. */
void sim__read_lag(struct sim__reader *reader, const struct sim__node *node,
                   struct sim_service *service);

#endif
