/* Rolling actions: `each: D` beside one lets D pass between one service and the next.
 *
 * Whom it means is found when it is due; from then on each service has its turn, an action
 * of its own at the place of its entry in the order of the file.
 */
#ifndef SIM_RUN_ROLLING_H
#define SIM_RUN_ROLLING_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"
#include "targets.h"

struct sim_act;
struct sim_engine;

struct sim_roll {
    uint32_t count;
    uint32_t next; /* whose turn it is */
    struct sim_found items[];
};

/* Keeps what was found; SUP_OK or SUP_ENOMEM. */
int sim__roll_begin(struct sim_act *act, const struct sim_found *found, uint32_t count);
/* Whose turn it is: the slot of a name that is registered no more is UINT32_MAX. False when
 * there is nobody. The turn after it is put into the timeline. */
bool sim__roll_next(struct sim_engine *engine, struct sim_act *act, struct sim_found *ret_found,
                    const char **ret_name);
/* The run is over: a fault, or an answer that was to be checked, whose turn never came is a
 * failure. */
void sim__roll_end(struct sim_engine *engine);

/* How long it takes from its first turn to its last, by the services of the file. */
struct sup_duration sim__roll_length(const struct sim_scenario *scenario,
                                     const struct sim_action *action);

#endif
