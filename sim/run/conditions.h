/* Conditions: the states of the world that a scenario names, and what attempts were asked
 * for when one went down.
 *
 * It knows no supervisor and no executor: the action `set` (set.h) changes the states and
 * makes attempts feel it; a start asks what its service does while one is down.
 */
#ifndef SIM_RUN_CONDITIONS_H
#define SIM_RUN_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"
#include "sup/executor.h"

/* What the attempt of a slot was asked: to report `not-ready`. */
struct sim_asked {
    uint64_t needs;      /* that asked, and are down still: a bit each */
    uint32_t generation; /* the attempt */
    uint32_t attempt;
    bool restores; /* it was not `not-ready` by itself */
};

struct sim_conditions {
    const struct sim_scenario *scenario;
    const char **states;     /* by condition */
    bool *met;               /* by setting: it has changed a state */
    struct sim_asked *asked; /* by slot */
    uint32_t asked_room;
};

/* SUP_OK or SUP_ENOMEM; released in both cases. */
int sim__conditions_init(struct sim_conditions *conditions, const struct sim_scenario *scenario);
void sim__conditions_release(struct sim_conditions *conditions);

bool sim__condition_is_up(const char *state);
/* The state that is up. */
const char *sim__condition_up(void);
/* The first need of the service that is down; NULL when none is. */
const struct sim_need *sim__conditions_down(const struct sim_conditions *conditions,
                                            const struct sim_service *service);
/* Which of the service's needs is about the condition; SIM_NEEDS_MAX: none. */
uint32_t sim__conditions_need(const struct sim_service *service, uint32_t condition);

/* What the attempt was asked, made when there is nothing yet; NULL without memory. */
struct sim_asked *sim__conditions_ask(struct sim_conditions *conditions, struct sup_attempt id);
/* NULL when the attempt was asked nothing. */
struct sim_asked *sim__conditions_asked(const struct sim_conditions *conditions,
                                        struct sup_attempt id);

#endif
