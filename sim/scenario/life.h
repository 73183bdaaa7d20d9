/* The lives that a plan's attempts live, as they are written. */
#ifndef SIM_SCENARIO_LIFE_H
#define SIM_SCENARIO_LIFE_H

#include <stdbool.h>

#include "sim/scenario.h"

/* "fail", "fail after 900ms"; what is wrong, or NULL. */
const char *sim__life_parse(const char *text, struct sim_life *ret_life);
const char *sim__life_name(enum sim_life_kind kind);
const char *sim__plan_verdict_name(enum sim_plan_verdict verdict);
/* Whether it ends by itself, after a length of time. */
bool sim__life_has_length(const struct sim_life *life);
/* Whether the service can live so: what is never ready has to report that it is, and what beats no
 * more has a heartbeat. */
bool sim__life_is_possible(const struct sim_life *life, const struct sup_policy *policy);

#endif
