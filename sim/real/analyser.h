/* Shared by those who simulate late runs of a scenario: analyse.c, and doubt.c. */
#ifndef SIM_REAL_ANALYSER_H
#define SIM_REAL_ANALYSER_H

#include <stdbool.h>
#include <stdint.h>

#include "internal.h"

/* Simulated runs in which things are late: so many that are late by anything, */
#define SIM__LATE_RUNS 18u
/* so many in which everything is late by at least half of the tolerance (they tell chains of
 * late things from single ones, but a chain of them may well tell another story), */
#define SIM__STEADY_RUNS 6u
/* and so many that are busy. */
#define SIM__BUSY_RUNS 3u
#define SIM__WHY_BYTES 96u

struct analyser {
    const struct sim_scenario *scenario;
    struct sim_scenario *widened; /* what cannot be asked there is taken out */
    const struct sim_run_options *run;
    const struct sim_real_options *options;
    uint64_t tolerance_ns;
    enum sim__wait wait;
    struct sim__analysis *analysis;
};

/* Of what is asked; what it finds goes into `analysis`. */
static inline struct analyser sim__analyser_of(const struct sim__analysed *analysed,
                                               struct sim__analysis *analysis)
{
    return (struct analyser){
        .scenario = analysed->scenario,
        .widened = analysed->widened,
        .run = analysed->run,
        .options = analysed->options,
        .tolerance_ns = analysed->tolerance_ns,
        .wait = analysed->wait,
        .analysis = analysis,
    };
}

#define SIM__DECIDED(analyser, ...) \
    sim__skip(&(analyser)->analysis->skip, SIM__SKIP_DECIDED, __VA_ARGS__)

bool sim__skipped(const struct analyser *a);
/* A simulated run with the executor's powers, in time. */
struct sim_run_options sim__simulated(const struct analyser *a);
/* Makes it a run in which everything is a little late at most, but what is done takes its
 * time, and what happens at one instant is told one after the other. */
void sim__make_busy(const struct analyser *a, struct sim_run_options *options);
/* What the late run tells, beside the reference. SUP_OK or SUP_ENOMEM. */
int sim__conform_late(const struct analyser *a, const struct sim_result *late,
                      struct sim__conformance *ret_conformance) SUP_WARN_UNUSED;
/* The run is waited for as long as something is done in this simulated one, and a margin
 * after that; or to its end. (quiet.c) */
void sim__wait_for(const struct analyser *a, const struct sim_result *simulated);
/* Why an expectation that a little lateness decides is not asked. */
void sim__why_little(const struct analyser *a, char why[SIM__WHY_BYTES]);

#endif
