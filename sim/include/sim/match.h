/* What a value of an expectation has to be, in the scenario model.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_VALUE_MATCH_H
#define SIM_VALUE_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/place.h"

/* A number or a range, both ends included. */
struct sim_range {
    uint64_t min;
    uint64_t max;
};

/* What one value has to be: this, one of several, or none of them. Durations and
 * instants are ranges in ns; never is UINT64_MAX. */
enum sim_match_kind {
    SIM_MATCH_BOOL,
    SIM_MATCH_RANGE,
    SIM_MATCH_DURATION,
    SIM_MATCH_TEXT,
    SIM_MATCH_NAME, /* a text that may be a glob */
};

struct sim_match_value {
    struct sim_range range;
    const char *text; /* enum words are texts, checked by the reader */
};

struct sim_match {
    enum sim_match_kind kind;
    bool boolean;
    bool none;                      /* `not`: none of the values */
    struct sim_range range;         /* the only value, or the first */
    const char *text;               /* likewise */
    struct sim_match_value *others; /* the values after the first */
    uint32_t other_count;
    struct sim_place place;
};

#endif
