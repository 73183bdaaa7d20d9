/* The engine: one run of one scenario under virtual time.
 *
 * It owns the supervisor, its simulated executor, the timeline and what listens
 * to the run, and takes them from instant to instant, in rounds: everything that
 * attempts report, then the timeline's actions, then the supervisor's timers,
 * until nothing is due. With `order: random` the oracle decides what comes next.
 *
 * A run that is only there to be compared with another one has neither
 * expectations nor invariants, which take no part in what happens.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "executor.h"
#include "outside.h"
#include "sim/expect.h"
#include "sim/invariant.h"
#include "sim/run.h"
#include "sim/trace.h"
#include "timeline.h"
#include "watch.h"

#define SIM_MESSAGE_BYTES 1536u

struct sim_engine {
    const struct sim_scenario *scenario;
    const struct sim_run_options *options;
    uint64_t seed;
    uint64_t now_ns;   /* the virtual clock */
    uint64_t awake_ns; /* until here the supervisor gets no processor */
    uint64_t doings;   /* reports, actions and steps so far */
    uint64_t limit_an_instant;
    uint64_t wall_start_ns; /* 0: the run takes its own */
    struct sup *sup;
    struct sim_executor executor;
    struct sim_timeline timeline;
    struct sim_watch watch;
    struct sim_oracle *oracle;
    struct sim_oracle *own_oracle; /* NULL when it was given */
    struct sim_trace *trace;
    struct sim_expect *expect;         /* NULL in a run for comparison */
    struct sim_invariants *invariants; /* likewise */
    uint64_t bytes;                    /* that the supervisor has allocated */
    uint64_t checked_doings;           /* when the invariants were last checked */
    uint64_t settled_count;
    int error;    /* SUP_ENOMEM: the run cannot be finished */
    bool stopped; /* the verdict is in already */
    enum sim_verdict verdict;
    char message[SIM_MESSAGE_BYTES];
    struct sup_metrics metrics; /* of the whole run */
    uint64_t draws;
};

/* Everything is in place and nothing has happened yet; the caller
 * releases it also when this fails. `before` is the watch of the run to compare
 * with, or NULL. */
int sim_engine_init(struct sim_engine *engine, const struct sim_scenario *scenario,
                    const struct sim_run_options *options, const struct sim_watch *before);
/* From the registration of the services to the verdict; the supervisor is gone
 * when it returns. SUP_OK or SUP_ENOMEM. */
int sim_engine_run(struct sim_engine *engine);
void sim_engine_release(struct sim_engine *engine);

/* The script items that no attempt has followed: how many there are, and the first
 * `size` of them, in the order of the file. */
uint32_t sim_engine_unreached(const struct sim_engine *engine, struct sim_unreached *items,
                              uint32_t size);

/* The agents of a definition. */
int sim_engine_define(struct sim_engine *engine, const struct sim_service *service,
                      struct sim_agents **ret_agents);
/* Registers the service `index` of a definition. Counted ones are name-index. */
int sim_engine_spawn(struct sim_engine *engine, const struct sim_agents *agents, uint32_t index,
                     const struct sup_actor *actor, struct sup_command_outcome *ret_outcome);

/* For those who take it through time themselves: the timeline's first action, the
 * first report, one step, the settling of an instant; `now_ns` is to be set before. */
void sim_engine_act(struct sim_engine *engine);
void sim_engine_report(struct sim_engine *engine); /* the first that is due */
void sim_engine_step(struct sim_engine *engine);
void sim_engine_settle(struct sim_engine *engine);
/* The bookkeeping after anything else was done for the slot: `events` is how many
 * events there were before it. */
void sim_engine_did(struct sim_engine *engine, uint64_t events, uint32_t slot);

/* Carries out an action, now. */
void sim_action_do(struct sim_engine *engine, struct sim_act *act);

/* Ends the run with this verdict; the first one counts. The rest is printf's. */
void sim_engine_stop(struct sim_engine *engine, enum sim_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A failure found by the engine itself; `service` may be NULL. */
void sim_engine_fail(struct sim_engine *engine, struct sim_place place, const char *service,
                     const char *expected, const char *found);

#endif
