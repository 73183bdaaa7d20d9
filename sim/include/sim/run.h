/* Runs a scenario: virtual clock, simulated executor, timeline, expectations,
 * invariants, trace; twice, unless told once, or when the oracle is the caller's,
 * whose answers cannot be had a second time. */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/expect.h"
#include "sim/oracle.h"
#include "sim/scenario.h"
#include "sim/trace.h"

SUP_BEGIN_DECLS

struct sim_outside;
struct sim_faults;
struct sim_tape;
struct sim__listener;

/* What an abort does to an attempt. */
enum sim_aborts {
    SIM_ABORTS_SCRIPTED, /* what its script says */
    SIM_ABORTS_IGNORED,  /* nothing: the executor has no power to abort, as threads have none */
    SIM_ABORTS_OBEYED,   /* it ends, as processes do, whatever its script says */
};

/* Grows: start from {0}, which are the defaults. */
struct sim_run_options {
    bool has_seed;
    uint64_t seed;   /* overrides the scenario's */
    bool once;       /* skip the second run */
    bool keep_trace; /* keep the JSON lines: memory for each event */
    /* NULL, or given each line of the first run's trace as it is made. */
    sim_trace_sink_fn trace_sink;
    void *trace_context;
    bool evidence;       /* gather a failed run's last events, if need be by running it again */
    uint64_t max_events; /* 0: the default, 10,000,000 */
    /* Everything that the run does, whether it makes an event or not; 0: the default,
     * 100,000,000. */
    uint64_t max_steps;
    uint64_t max_wall_ns; /* 0: none; looked at between steps, never a decision of a run */
    uint32_t max_events_an_instant; /* 0: 100,000 */
    enum sim_aborts aborts;
    bool as_processes; /* attempts end as processes do: by an exit code or a signal */
    /* Everything happens up to so much later than it is due, as the seed has it: the
     * reports of attempts, and the supervisor's own wake-ups. 0: on time. */
    uint64_t lateness_ns;
    uint64_t lateness_least_ns; /* … and at least so much, when not 0 */
    uint64_t lateness_seed;
    const struct sim_outside *outside; /* NULL: virtual time; else see sim/real/real.h */
    struct sim_oracle *oracle;         /* NULL: seeded from the seed; not owned */
    /* NULL, or called between steps with the virtual time; true stops the run. */
    bool (*progress)(void *context, struct sup_instant now, uint64_t events);
    void *progress_context;
    const struct sim_faults *faults; /* NULL: none; else see sim/run/faultpoints.h */
    /* NULL, or what every choice of the run passes by, in virtual time and without an oracle
     * of the caller's. libsupsim's own: it is made nowhere else. */
    struct sim_tape *tape;
    bool no_tail; /* whatever comes of it, the result's tail is "": keeping it takes time */
    /* Of a run with lateness. An attempt that is started, or is ended by an action, takes so
     * much time, in which nothing else is done; and to expectations what happens at one
     * instant is told one after the other, within so much in all. 0: no time, at once. */
    uint64_t lateness_each_ns;
    uint64_t lateness_apart_ns;
    /* NULL, or told what happens in the second run, whose evidence is then not gathered. Likewise
     * libsupsim's own. */
    const struct sim__listener *listener;
};

enum sim_exit {
    SIM_EXIT_PASS = 0,
    SIM_EXIT_EXPECTATION = 1,
    SIM_EXIT_USAGE = 2,
    SIM_EXIT_INVARIANT = 3,
    SIM_EXIT_STALLED = 4,
    SIM_EXIT_NONDETERMINISTIC = 5,
};

/* An item of a script that no attempt reached. Frozen. */
struct sim_unreached {
    const char *service;
    struct sim_place place;
};

/* What a program (`exec`) wrote last, as far as it was kept. Frozen. */
struct sim_output {
    const char *service;
    uint32_t attempt;
    const char *bytes; /* any, NULs included */
    size_t length;
};

/* Grows. */
struct sim_result {
    enum sim_verdict verdict; /* of the run itself */
    enum sim_exit status;     /* with the scenario's `verdict:` taken into account */
    uint64_t seed;
    uint64_t hash;
    uint64_t events;
    uint64_t attempts;
    uint64_t draws;
    uint64_t end_ns; /* instant of the last event */
    bool ran_twice;
    const struct sim_failure *failures;
    uint32_t failure_count;
    /* With `evidence`: for each of the first `evidence_count` failures, the last events
     * up to its instant of the services it is about, as lines of a trace. */
    const char *const *evidence;
    uint32_t evidence_count;
    /* The last events of a run that failed as a whole, or ""; with `evidence`, why they came. */
    const char *tail;
    const struct sim_output *outputs; /* of programs, in the order of registration */
    uint32_t output_count;
    bool skipped; /* it cannot be run in that world: `note` says why */
    /* SIM_LATE: for how long the machine itself kept the run waiting where that decided;
     * `note` says it in words, and the status is SIM_EXIT_PASS. Else 0. */
    uint64_t late_ns;
    const char *note;    /* what is to be said of a run that passed; "" */
    const char *message; /* stalled, invariant, nondeterministic: a sentence; "" */
    const char *trace;   /* with keep_trace; else "" */
    size_t trace_length;
    struct sup_metrics metrics;
    const struct sim_unreached *unreached;
    uint32_t unreached_count;
    const bool *sometimes;              /* one for each expectation of the scenario */
    struct sim_result_storage *storage; /* owns the above, and what follows */
    /* What the scenario's measures came to, in their order: numbers, or ns. 0 of them when
     * the run did not come to its end. */
    const uint64_t *measures;
    uint32_t measure_count;
    /* In real time, by how much lateness may have moved each of them, likewise; else NULL. */
    const uint64_t *moved;
    /* What the verdict is due to, as a word without names and instants, never freed: the
     * invariant's name, of a stalled run what ran out (sim_stall_name), of one whose
     * expectations failed the kind of the first (sim_check_name); else "". */
    const char *cause;
};

int sim_run_sized(const struct sim_scenario *scenario, const struct sim_run_options *options,
                  size_t options_size, struct sim_result *ret_result, size_t result_size,
                  size_t metrics_size) SUP_WARN_UNUSED;
/* 0 and *ret_result (also when the scenario fails), SUP_ENOMEM, SUP_EINVAL or
 * SUP_ENEWER. options NULL takes the defaults. */
SUP_WARN_UNUSED static inline int sim_run(const struct sim_scenario *scenario,
                                          const struct sim_run_options *options,
                                          struct sim_result *ret_result)
{
    return sim_run_sized(scenario, options, sizeof(*options), ret_result, sizeof(*ret_result),
                         sizeof(ret_result->metrics));
}
/* Zeroes *result. NULL is allowed. */
void sim_result_release_sized(struct sim_result *result, size_t result_size, size_t metrics_size);
static inline void sim_result_release(struct sim_result *result)
{
    sim_result_release_sized(result, sizeof(*result), sizeof(result->metrics));
}

SUP_END_DECLS

#endif
