/* Runs a scenario in real time: a host, an executor of the operating system, and the
 * very supervisor, timeline, expectations, invariants and trace that the simulator
 * uses.
 *
 * What is expected is looked at with a tolerance: nothing may come early, everything
 * may come late by so much (docs/executors.md says what that means for each kind of
 * expectation). Then the run has to have told the same story as a simulated one with
 * the executor's powers: for each service the same events in the same order.
 *
 * A scenario that cannot be told apart in real time is not run but skipped, with a
 * reason: it asks for what only virtual time has, or simulated runs in which
 * everything comes late, each by another moment within the tolerance, tell different
 * stories.
 */
#ifndef SIM_REAL_REAL_H
#define SIM_REAL_REAL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/run.h"

struct sim_crew_kind;

#define SIM_REAL_TOLERANCE_NS UINT64_C(50000000) /* of real time */
#define SIM_REAL_WALL_NS UINT64_C(60000000000)   /* that one run may take */

struct sim_real_options {
    const struct sim_crew_kind *crew;
    uint64_t speed_billionths; /* 0: 1 */
    bool has_tolerance;
    uint64_t tolerance_ns; /* of real time */
};

/* As sim_run. `result->note` tells of the conformance, or why it was skipped. */
int sim__run_real(const struct sim_scenario *scenario, const struct sim_run_options *run,
                  const struct sim_real_options *options,
                  struct sim_result *ret_result) SUP_WARN_UNUSED;

#endif
