/* Shared by the files of runs in real time. */
#ifndef SIM_REAL_INTERNAL_H
#define SIM_REAL_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evidence.h"
#include "machine.h"
#include "judge.h"
#include "output.h"
#include "real.h"
#include "sim/run/result.h"
#include "sim/run.h"
#include "sim/scenario.h"

#define SIM__REAL_TEXT_BYTES 1536u

/* ---- widen.c ---- */
/* A copy of the scenario whose expectations allow everything to come late by the
 * tolerance, in the scenario's own time. It shares all else with the scenario.
 * SUP_OK or SUP_ENOMEM. */
int sim__widen(const struct sim_scenario *scenario, struct sup_duration tolerance,
               struct sim_scenario **ret_widened);
void sim__widen_free(struct sim_scenario *widened);

/* ---- fitness.c ---- */
enum sim__skip_kind {
    SIM__NO_SKIP,
    SIM__SKIP_FILE,    /* by what the file says */
    SIM__SKIP_LONG,    /* it takes too long */
    SIM__SKIP_MANY,    /* it starts too many in its time */
    SIM__SKIP_DECIDED, /* by what simulated runs of it do */
};
/* Why it cannot be run. */
struct sim__skip {
    enum sim__skip_kind kind;
    char why[SIM__REAL_TEXT_BYTES];
};
void sim__skip(struct sim__skip *skip, enum sim__skip_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Does the file ask for what only virtual time has? */
void sim__fitness(const struct sim_scenario *scenario, const struct sim_crew_kind *crew,
                  struct sim__skip *skip);

/* ---- unask.c ---- */
struct sim__unasked {
    uint32_t count;
    char text[SIM__REAL_TEXT_BYTES / 2]; /* which lines, and why */
};
/* Takes out what failed there. False when that cannot be done, or nothing would be left. */
bool sim__unask(struct sim_scenario *widened, const struct sim_result *failed,
                struct sim__unasked *unasked, const char *why);
/* The same of one of its expectations. */
bool sim__unask_one(struct sim_scenario *widened, struct sim_expectation *expectation,
                    struct sim__unasked *unasked, const char *why);

/* ---- analyse.c ---- */
/* Real time as the scenario's, whose own may run faster, and back; saturating. */
struct sup_duration sim__scaled(struct sup_duration real, uint64_t speed_billionths);
struct sup_duration sim__real_length(struct sup_duration scaled, uint64_t speed_billionths);
/* That a run may take. */
struct sup_duration sim__real_budget(const struct sim_run_options *run);

struct sim__analysis {
    struct sim_result reference;   /* the simulated run to compare with */
    struct sim__evidence evidence; /* of the late ones */
    uint64_t end_ns;               /* when the run is over, */
    uint64_t wait_ns;              /* and until when it is waited for: see quiet.c */
    uint64_t *moved;    /* how far lateness may have moved each measure: numbers, or ns */
    uint64_t behind_ns; /* so far a length in any case: the tolerance, or the run's own */
    bool *held;         /* which `sometimes` holds in the reference or a late run */
    struct sim__skip skip;
    struct sim__unasked unasked;
};
/* How long a run is waited for. */
enum sim__wait {
    SIM__WAIT_FOR_THE_END,
    SIM__WAIT_UNTIL_QUIET, /* until nothing happens any more, and a margin after that */
};
/* What is analysed. */
struct sim__analysed {
    const struct sim_scenario *scenario;
    struct sim_scenario *widened; /* from which expectations may be taken */
    const struct sim_run_options *run;
    const struct sim_real_options *options;
    uint64_t tolerance_ns; /* of the scenario's time */
    enum sim__wait wait;
};
/* SUP_OK or SUP_ENOMEM; to be released in any case. */
int sim__analyse(const struct sim__analysed *analysed,
                 struct sim__analysis *ret_analysis) SUP_WARN_UNUSED;
/* What is wrong with a run in real time: it told another story than the reference, or the
 * same one in which expectations failed. */
struct sim__doubt {
    const struct sim__conformance *difference; /* NULL: the same story */
    const struct sim_result *failed;
};
/* Whether what is late within the tolerance can do just that is looked for in many more
 * runs; then the analysis says why the file is skipped after all. SUP_OK or SUP_ENOMEM. */
int sim__analyse_again(const struct sim__analysed *analysed, const struct sim__doubt *doubt,
                       struct sim__analysis *analysis) SUP_WARN_UNUSED;
void sim__analysis_release(struct sim__analysis *analysis);

/* ---- sweep.c ---- */
/* SUP_OK or SUP_ENOMEM; the analysis owns what that takes. */
int sim__sweep_begin(const struct sim_scenario *scenario, struct sup_duration tolerance,
                     struct sim__analysis *analysis) SUP_WARN_UNUSED;
/* Keeps how far the measures of a late run lie from the reference's, and what held in it. */
void sim__sweep_late(const struct sim_scenario *scenario, struct sim__analysis *analysis,
                     const struct sim_result *late);
/* How far lateness may have moved the measure, with what the run is behind. */
uint64_t sim__sweep_moved(const struct sim_scenario *scenario, const struct sim__analysis *analysis,
                          uint32_t measure);
/* Does a sweep of one fail what is asked over seeds, whatever is late in it, and by more
 * than lateness hides? The scenario is as the file has it. */
bool sim__sweep_fails(const struct sim_scenario *scenario, const struct sim__analysis *analysis);
/* The first thing asked over seeds, of a sweep of one, that the reference meets and this
 * run does not, or the number of expectations; and whether a certain one is such. */
uint32_t sim__sweep_lost(const struct sim_scenario *scenario, const struct sim__analysis *analysis,
                         const struct sim_result *result);
bool sim__sweep_loses(const struct sim_scenario *scenario, const struct sim__analysis *analysis,
                      const struct sim_result *result, uint32_t expectation);

/* From when on one of two stories may tell more than the other: what happens that close
 * before `until` may be cut off. Never when the scenario has no `until`. */
struct sup_instant sim__tail(const struct sim_scenario *scenario, struct sup_duration tolerance);

/* ---- world.c ---- */
struct sim__real;
/* The world outside in which sim_run then runs the scenario, until `wait_ns` and the
 * event number `events`, or some tolerances after that. What then remains to `end_ns`, in
 * which nothing happens, passes at once. */
struct sim__real_config {
    const struct sim_crew_kind *crew;
    uint64_t speed_billionths;
    uint64_t tolerance_ns; /* of the scenario's time */
    uint64_t wait_ns;
    uint64_t end_ns;
    uint64_t events;
    bool ends_there; /* by `until`: nothing that is due later happens any more */
};
int sim__real_create(const struct sim__real_config *config, struct sim__real **ret_real);
const struct sim_outside *sim__real_outside(const struct sim__real *real);
/* What its programs wrote; when the run is over. */
const struct sim__outputs *sim__real_outputs(const struct sim__real *real);
/* What was measured beside it. */
const struct sim__machine *sim__real_machine(const struct sim__real *real);
struct sim__pace sim__real_pace(const struct sim__real *real);
struct sup_instant sim__real_end(const struct sim__real *real); /* when it was over */
/* What was due in the rest, in which nothing was to happen; never: nothing was. */
struct sup_instant sim__real_due(const struct sim__real *real);
void sim__real_free(struct sim__real *real);

#endif
