/* The simulated executor: attempts are scripts, time is a number.
 *
 * It stands behind struct sup_executor. Everything that live attempts are going
 * to do is in one queue, one entry an attempt, ordered by (instant, order of
 * scheduling). An attempt that was abandoned goes on, and reports late, until its
 * script ends.
 *
 * Who acts is the cast (cast.h): the work of a service is one of its agents. Nothing is
 * allocated while time passes, but for the start of an attempt beside an abandoned one;
 * a start that does not get its memory is refused, and sim__executor_failed() says so.
 */
#ifndef SIM_EXECUTOR_H
#define SIM_EXECUTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "calm.h"
#include "cast.h"
#include "conditions.h"
#include "faultpoints.h"
#include "finish.h"
#include "lag.h"
#include "refusals.h"
#include "task_pool.h"
#include "sim/attempt/lateness.h"
#include "sim/base/oracle_failed.h"
#include "sim/base/queue.h"
#include "sim/invariant.h"
#include "sim/oracle.h"
#include "sim/run.h"
#include "sim/scenario.h"
#include "sup/executor.h"

/* Who asks, and for what: "choose" or "any". */
struct sim_chooser {
    struct sim_executor *executor;
    uint32_t slot;
    const char *site;
};

/* Whose stream is a name's, and who of that name was started last. */
struct sim_owner {
    struct sim_agent *stream;
    struct sim_agent *last;
};

struct sim_executor {
    struct sim_queue queue;
    struct sim_cast cast;
    struct sim_refusals refusals;
    struct sim_calm calm;
    struct sim_task_pool tasks;
    struct sim_points points;
    struct sim_finishes finishes;
    struct sim_lags lags;
    const struct sim_conditions *conditions;
    struct sim_owner *owners; /* by slot */
    struct sim_oracle *oracle;
    struct sup *sup;                   /* for the names of slots */
    struct sim_invariants *invariants; /* hear whose end is reported; NULL: nobody listens */
    uint64_t *now_ns;                  /* what takes time moves it on; in late runs only */
    uint64_t seed;
    uint64_t order; /* last one given */
    struct sim__draws draws;
    struct sim_chance chance; /* of the script that is asked; see prepare.h */
    struct sim_chooser chooser;
    uint32_t owner_count;
    struct sim_lateness lateness; /* of reports */
    enum sim_aborts aborts;
    bool as_processes; /* attempts end by an exit code or a signal */
    bool aside;        /* ends may wait before they are reported */
    bool failed;
};

struct sim_executor_config {
    uint64_t seed;
    const struct sim_conditions *conditions; /* what attempts need */
    struct sim_oracle *oracle;
    uint64_t *now_ns; /* the virtual clock */
    enum sim_queue_kind queue;
    struct sup_duration clock; /* what the supervisor's reads at 0 */
    enum sim_aborts aborts;
    bool as_processes;
    struct sim_lateness lateness;
    const struct sim_faults *faults; /* NULL: none */
};

void sim__executor_init(struct sim_executor *executor, const struct sim_executor_config *config);
void sim__executor_release(struct sim_executor *executor);
struct sup_executor sim__executor_face(struct sim_executor *executor);

/* Who was started last in a slot, and lives there if anybody does; NULL: nobody was. */
static inline struct sim_agent *sim__executor_started(const struct sim_executor *executor,
                                                      uint32_t slot)
{
    return slot < executor->owner_count ? executor->owners[slot].last : NULL;
}

/* The first half of a start, for worlds that act the scripts elsewhere: finds the
 * agent's stream and the item that the attempt follows, or refuses the start. */
int sim__executor_prepare(struct sim_executor *executor, const struct sup_start *start,
                          const struct sim_behaviour **ret_behaviour, const char **ret_error);

/* Lets the attempt do what it does next, and reports it. The action, when it does one, is
 * the caller's to carry out; else NULL. Returns what the attempt did. */
enum sim_say sim__executor_advance(struct sim_executor *executor, struct sim_attempt *attempt,
                                   const struct sim_action **ret_action);

/* Injections; false when the slot has no live attempt. */
bool sim__executor_end(struct sim_executor *executor, uint32_t slot, const struct sup_end *end);
bool sim__executor_say(struct sim_executor *executor, uint32_t slot, enum sim_say say);
/* The attempt goes on as if it had just begun, and did that; one that was told to stop does
 * so. What has ended, and only its report is on its way, stays as it is, and a program's own
 * function cannot be helped. */
void sim__executor_begin_anew(struct sim_executor *executor, struct sim_attempt *attempt,
                              const struct sim_behaviour *behaviour);
static inline bool sim__executor_failed(const struct sim_executor *executor)
{
    return executor->failed || sim__oracle_failed(executor->oracle);
}

#endif
