/* Actions: commands of operators and injected faults, carried out on a run. */
#ifndef SIM_RUN_ACTION_H
#define SIM_RUN_ACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/attempt/script.h"

struct sim_act;
struct sim_engine;

/* Carries out an action, now. */
void sim__action_do(struct sim_engine *engine, struct sim_act *act);

/* The live attempt of the slot ends so, now, or reports so; false when there is none. */
bool sim__action_end(struct sim_engine *engine, uint32_t slot, const struct sup_end *end);
bool sim__action_say(struct sim_engine *engine, uint32_t slot, enum sim_say what);

#endif
