/* Conditions in the scenario model: states of the world by their names, what services do
 * when one is down, and the states that an action gives them.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_CONDITION_H
#define SIM_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/match.h"
#include "sim/place.h"
#include "sim/words.h"

struct sim_behaviour;

/* Limits of a file; passing one is an error with its place. */
#define SIM_CONDITIONS_MAX 1000u
#define SIM_NEEDS_MAX 64u /* of one service */

/* A state of the world that has a name: `up`, or anything else, which is down. */
struct sim_condition {
    const char *name;
    const char *state; /* at 0 */
    struct sim_place place;
};

/* What a service does when a condition is down. */
struct sim_need {
    uint32_t condition;                    /* its place in the scenario's list */
    const struct sim_behaviour *behaviour; /* of an attempt that starts then */
    enum sim_live_kind live;               /* of one that lives when it goes down */
    const char *error;                     /* its end, as that of a timeline's entry */
    bool has_code;
    int32_t code;
    int32_t signal;
    struct sim_place place;
};

/* A condition, and the state that it is given. */
struct sim_setting {
    uint32_t condition;
    uint32_t index; /* among all settings of the file */
    const char *state;
    struct sim_place place;
};

/* The state that a condition has to have. */
struct sim_condition_match {
    uint32_t condition;
    const char *name;
    struct sim_match match; /* a text */
};

#endif
