/* Finish scripts of a scenario: where there are some. */
#ifndef SIM_SCENARIO_FINISH_H
#define SIM_SCENARIO_FINISH_H

#include <stdbool.h>

#include "sim/scenario.h"

/* Whether some attempt of the service may have a finish script. */
bool sim__finish_is_in(const struct sim_service *service);

#endif
