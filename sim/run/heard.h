/* A run that somebody listens to, of which nothing else is wanted: done once, with neither
 * expectations nor invariants, which take no part in what happens, and without a trace. */
#ifndef SIM_RUN_HEARD_H
#define SIM_RUN_HEARD_H

#include "sim/run.h"

struct sim__listener {
    sup_event_fn hear; /* everything that happens, the world's events too */
    void *context;
};

/* How a run ended that was listened to. */
enum sim__heard { SIM__HEARD_WHOLE, SIM__HEARD_STOPPED /* by a budget, or as a livelock */ };

/* 0 and *ret_heard, or SUP_ENOMEM. */
int sim__run_heard(const struct sim_scenario *scenario, const struct sim_run_options *options,
                   const struct sim__listener *listener,
                   enum sim__heard *ret_heard) SUP_WARN_UNUSED;

#endif
