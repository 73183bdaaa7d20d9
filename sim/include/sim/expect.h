/* Evaluates a scenario's expectations during a run.
 *
 * A part of the simulator: whoever uses it is compiled with
 * the release he runs with.
 */
#ifndef SIM_EXPECT_H
#define SIM_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/scenario.h"
#include "sup/supervisor.h"

SUP_BEGIN_DECLS

struct sim_expect;

/* A failed expectation: its place, what was expected, what was found, and the
 * names of the services concerned (for showing their last events). */
struct sim_failure {
    struct sim_place place;
    enum sim_check check; /* of what kind it is */
    const char *detail;   /* the fact, counter or part that did not fit first, or the phase in
                           * which one has not settled or drained; ""; never freed */
    uint64_t at_ns;       /* when it was found to fail */
    const char *expected; /* "bad-data: phase terminated" */
    const char *found;    /* "running" */
    const char **services;
    uint32_t service_count;
};

int sim_expect_create(const struct sim_scenario *scenario,
                      struct sim_expect **ret_expect) SUP_WARN_UNUSED;
void sim_expect_free(struct sim_expect *expect);
/* Whom to ask, while they are told, why those events came that a failure shows; they stay the
 * caller's. Nobody is asked unless this is called. */
struct sim_trace_options;
void sim_expect_ask(struct sim_expect *expect, const struct sim_trace_options *asked);

/* A sup_event_fn. */
void sim_expect_event(void *expect, const struct sup_event *event);
/* The next instant at which an `at:` entry wants to look; never when none. */
struct sup_instant sim_expect_deadline(const struct sim_expect *expect);
/* The instant `now` is settled: nothing more is due at it. Called for every
 * instant at which something happened and for every deadline above. */
void sim_expect_settled(struct sim_expect *expect, struct sup *sup, struct sup_instant now);
/* The run is over; evaluates `at: end`, open `by:`, whole-run entries. An entry
 * never evaluated is a failure. */
void sim_expect_end(struct sim_expect *expect, struct sup *sup, struct sup_instant now);
/* A failure found elsewhere: a command's own expect, an unused fault. */
struct sim_finding {
    struct sim_place place;
    struct sup_instant at;
    enum sim_check check; /* not named: a fault that took no effect */
    const char *service;  /* concerned; NULL: none in particular */
    const char *detail;   /* as in sim_failure, and not copied; NULL: "" */
    const char *expected;
    const char *found;
};
/* Adds it; the texts are copied. */
void sim_expect_fail(struct sim_expect *expect, const struct sim_finding *finding);

uint32_t sim_expect_failures(const struct sim_expect *expect, const struct sim_failure **ret_list);
/* `sometimes` entry i of the scenario's expectations: did it hold in this run? */
bool sim_expect_sometimes(const struct sim_expect *expect, uint32_t expectation);
/* What the measures of the scenario came to, in their order; 0 before the run has come to
 * its end. */
uint32_t sim_expect_measures(const struct sim_expect *expect, const uint64_t **ret_values);
uint32_t sim_expect_evaluated(const struct sim_expect *expect);
/* Out of memory during the run: the verdict is incomplete. */
bool sim_expect_failed(const struct sim_expect *expect);

SUP_END_DECLS

#endif
