/* Checks what a timeline action answered against what its entry expects. */
#ifndef SIM_OUTCOME_H
#define SIM_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/expect.h"
#include "sim/scenario.h"
#include "sup/control.h"
#include "sup/join.h"

struct sup;

/* Who judges, and when. */
struct sim_judge {
    struct sim_expect *expect; /* NULL: nobody does */
    struct sup *sup;
    struct sup_instant now;
};

/* The entry itself says that its result is not ok, or may not be. */
bool sim__outcome_expects_failure(const struct sim_action *action);
/* It says that nothing of what comes of it is wrong. */
bool sim__outcome_expects_anything(const struct sim_action *action);

/* The keys that concern one target; `service` may be NULL. */
void sim__outcome_check(const struct sim_judge *judge, const struct sim_action *action,
                        const char *service, const struct sup_command_outcome *outcome);
/* The result, of all targets together: ok, unless the entry says otherwise. */
void sim__outcome_result(const struct sim_judge *judge, const struct sim_action *action,
                         const char *service, int result);
/* What a join was told: its result, error and value. */
void sim__outcome_joined(const struct sim_judge *judge, const struct sim_action *action,
                         const char *service, const struct sup_joined *joined);
/* Who is still busy in the action's group, against `active`. */
void sim__outcome_active(const struct sim_judge *judge, const struct sim_action *action);

#endif
