/* Shared by the files of runs in real time. */
#ifndef SIM_REAL_INTERNAL_H
#define SIM_REAL_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/run/result.h"
#include "real.h"
#include "sim/run.h"
#include "sim/scenario.h"

#define SIM__REAL_TEXT_BYTES 1024u

/* ---- widen.c ---- */
/* A copy of the scenario whose expectations allow everything to come late by
 * `tolerance_ns`, in the scenario's own time. It shares all else with the scenario.
 * SUP_OK or SUP_ENOMEM. */
int sim__widen(const struct sim_scenario *scenario, uint64_t tolerance_ns,
               struct sim_scenario **ret_widened);
void sim__widen_free(struct sim_scenario *widened);

/* ---- conform.c ---- */
struct sim__story {
    const char *trace; /* JSON lines */
    size_t length;
    const char *who; /* "simulated", "threads" */
};
struct sim__conformance {
    bool same;
    uint32_t services;
    uint64_t events;
    uint64_t late_ns;                /* the most that an event came later than wanted */
    char text[SIM__REAL_TEXT_BYTES]; /* the first difference */
};
/* Do the two tell the same story? What one of them tells more than the other at or
 * after `tail_ns` does not count. `causes` says whether the texts, codes and signals of
 * failures are compared. SUP_OK or SUP_ENOMEM. */
int sim__conform(const struct sim__story *wanted, const struct sim__story *found, uint64_t tail_ns,
                 struct sim__conformance *ret_conformance);

/* ---- analyse.c ---- */
struct sim__analysis {
    struct sim_result reference;         /* the simulated run to compare with */
    uint64_t end_ns;                     /* when the run is over */
    char skip[2 * SIM__REAL_TEXT_BYTES]; /* why it cannot be run, or "" */
};
/* Of the widened scenario. SUP_OK or SUP_ENOMEM; the reference is to be released. */
int sim__analyse(const struct sim_scenario *scenario, const struct sim_scenario *widened,
                 const struct sim_run_options *run, const struct sim_real_options *options,
                 uint64_t tolerance_ns, struct sim__analysis *ret_analysis);

/* From when on one of two stories may tell more than the other: what happens that close
 * before `until` may be cut off. Never when the scenario has no `until`. */
uint64_t sim__tail_ns(const struct sim_scenario *scenario, uint64_t tolerance_ns);

/* ---- world.c ---- */
struct sim__real;
/* The world outside in which sim_run then runs the scenario, until `end_ns` and the
 * event number `events`, or the tolerance after that. */
struct sim__real_config {
    const struct sim_crew_kind *crew;
    uint64_t speed_billionths;
    uint64_t tolerance_ns; /* of the scenario's time */
    uint64_t end_ns;
    uint64_t events;
    bool ends_there; /* by `until`: nothing that is due later happens any more */
};
int sim__real_create(const struct sim__real_config *config, struct sim__real **ret_real);
const struct sim_outside *sim__real_outside(const struct sim__real *real);
void sim__real_free(struct sim__real *real);

#endif
