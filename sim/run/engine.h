/* The engine: what one run of one scenario is made of.
 *
 * It owns the supervisor, its simulated executor, the timeline and what listens
 * to the run. It builds them, registers services and releases everything; how time
 * passes is the loop's (loop.h), what actions do is theirs (action.h).
 *
 * A run that is only there to be compared with another one has neither
 * expectations nor invariants, which take no part in what happens.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "budget.h"
#include "conditions.h"
#include "executor.h"
#include "heard.h"
#include "outcome.h"
#include "shown.h"
#include "outside.h"
#include "sim/base/store.h"
#include "sim/expect.h"
#include "sim/invariant.h"
#include "sim/run.h"
#include "sim/trace.h"
#include "targets.h"
#include "timeline.h"
#include "joins.h"
#include "waits.h"
#include "watch.h"

#define SIM_MESSAGE_BYTES 1536u
#define SIM_REASON_BYTES 320u

struct sim_engine {
    const struct sim_scenario *scenario;
    const struct sim_run_options *options;
    uint64_t seed;
    uint64_t now_ns;   /* the virtual clock */
    uint64_t turn_ns;  /* of a late run: where the loop's turn is, when what it does takes time */
    uint64_t awake_ns; /* until here the supervisor gets no processor */
    struct sim_budget budget;
    struct sup *sup;
    struct sim_executor executor;
    struct sim_timeline timeline;
    struct sim_targets targets;
    struct sim_conditions conditions;
    uint64_t happened; /* events that are not the supervisor's */
    struct sim_waits waits;
    struct sim_joins joins;
    struct sim_watch watch;
    struct sim_apart apart; /* events as expectations of a late run are told them */
    struct sim_oracle *oracle;
    struct sim_oracle *own_oracle; /* NULL when it was given */
    struct sim_trace *trace;
    struct sim_trace_options asked;       /* who say why an event came */
    char reason[SIM_REASON_BYTES];        /* said last */
    struct sim_tail tail;                 /* not in a run for comparison */
    struct sim_shown *shown;              /* NULL, or what is asked of a run for comparison */
    const struct sim__listener *listener; /* likewise */
    struct sim_expect *expect;            /* NULL in a run for comparison */
    struct sim_invariants *invariants;    /* likewise */
    struct sim__store store;              /* of a simulated supervisor */
    uint64_t bytes;                       /* that the supervisor has allocated */
    uint64_t checked_steps;               /* when the invariants were last checked */
    uint64_t settled_count;
    int error;    /* SUP_ENOMEM: the run cannot be finished */
    bool stopped; /* the verdict is in already */
    enum sim_verdict verdict;
    const char *cause; /* of the verdict: see sim_result */
    char message[SIM_MESSAGE_BYTES];
    struct sup_metrics metrics; /* of the whole run */
    uint64_t draws;
};

/* Everything is in place and nothing has happened yet; the caller
 * releases it also when this fails. `before` is the watch of the run to compare
 * with, or NULL. */
int sim__engine_init(struct sim_engine *engine, const struct sim_scenario *scenario,
                     const struct sim_run_options *options, const struct sim_watch *before);
void sim__engine_release(struct sim_engine *engine);
/* The supervisor goes, with all that still lives; after that its bytes are counted. */
void sim__engine_drop_supervisor(struct sim_engine *engine);
/* Nobody listens to the supervisor any more. */
void sim__engine_deafen(struct sim_engine *engine);

/* The script items that no attempt has followed: how many there are, and the first
 * `size` of them, in the order of the file. */
uint32_t sim__engine_unreached(const struct sim_engine *engine, struct sim_unreached *items,
                               uint32_t size);

/* The agents of a definition. */
int sim__engine_define(struct sim_engine *engine, const struct sim_service *service,
                       struct sim_agents **ret_agents);
/* Registers the service `index` of a definition. Counted ones are name-index. */
int sim__engine_spawn(struct sim_engine *engine, const struct sim_agents *agents, uint32_t index,
                      const struct sup_actor *actor, struct sup_command_outcome *ret_outcome);

/* Ends the run without progress, or with a broken invariant of this name; the first one
 * counts. The rest is printf's. */
void sim__engine_stall(struct sim_engine *engine, enum sim_stall stall, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sim__engine_break(struct sim_engine *engine, const char *invariant, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A failure found by the run itself, at the present instant. */
void sim__engine_fail(struct sim_engine *engine, const struct sim_finding *finding);

/* An event of the world, which takes its place among the supervisor's. */
void sim__engine_happen(struct sim_engine *engine, struct sup_event *event);

/* Who judges what an action answered, at this instant. */
struct sim_judge sim__engine_judge(const struct sim_engine *engine);
struct sim_lateness sim__engine_lateness(const struct sim_engine *engine);
/* The present instant for expectations: not before the last event that they were told. */
struct sup_instant sim__engine_seen(const struct sim_engine *engine);

#endif
