/* Measures: the named figures of a run, computed while it goes on.
 *
 * One that looks at services has an entry of its own among the expectations, which is
 * looked at like an `always` and counts its services in the same way; so it costs as
 * much, and a run without measures nothing.
 */
#ifndef SIM_EXPECT_MEASURE_H
#define SIM_EXPECT_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "counted.h"

/* A moment that has come, or is waited for. */
struct sim__moment_met {
    struct sim__filter filter; /* of an event */
    bool met;
    struct sup_instant at;
};

struct sim__span {
    struct sim__moment_met from;
    struct sim__moment_met until;
};

/* For how long services fit, added up over them. */
struct sim__time {
    uint32_t fit; /* that did when they were last looked at */
    struct sup_instant since;
    uint64_t sum_ns;
    uint64_t told_ns; /* the sum at the last instant with an event */
};

struct sim__measuring {
    const struct sim_measure *wanted;
    union {
        struct sim__count count;
        struct sim__peak peak;
        struct sim__span span;
        struct sim__time time;
    };
};

#endif
