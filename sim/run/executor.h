/* The simulated executor: attempts are scripts, time is a number.
 *
 * It stands behind struct sup_executor. Everything that live attempts are going
 * to do is in one queue, one entry an attempt, ordered by (instant, order of
 * scheduling). An attempt that was abandoned goes on, and reports late, until its
 * script ends.
 *
 * Each registered name of a `services:` entry or a `spawn` is an agent: it keeps
 * how far its script has come, and the state of one attempt, so that nothing is
 * allocated while time passes. Only the start of an attempt beside an abandoned
 * one needs memory of its own; a start that does not get it is refused, and
 * sim_executor_failed() says so.
 */
#ifndef SIM_EXECUTOR_H
#define SIM_EXECUTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/queue.h"
#include "sim/attempt/script.h"
#include "sim/oracle.h"
#include "sim/scenario.h"
#include "sup/executor.h"

struct sim_agent;

/* The state of one attempt. */
struct sim_attempt {
    struct sup_attempt id;
    uint32_t index; /* in the queue */
    struct sim_agent *agent;
    uint64_t due_ns;
    uint64_t main_ns;    /* the script's main_ns when it was last scheduled … */
    uint64_t main_order; /* … and the order it was given then */
    struct sim_script script;
    struct sim_attempt *next; /* not in use: the agent's next one */
};

/* One registered name; what the supervisor calls the work. */
struct sim_agent {
    const struct sim_service *service;
    struct sup_random *stream; /* its name's: its own, or that of another agent; */
    struct sup_random own;     /* NULL before its first start */
    struct sim_attempt *live;
    struct sim_attempt *idle; /* states not in use */
    uint64_t first;           /* attempt that was the first to follow `item` */
    uint32_t generation;
    uint32_t item;    /* of the script */
    uint32_t reached; /* items that some attempt followed */
    uint32_t depth;   /* frames that the script needs */
};

/* An agent and the state of its attempt lie side by side, since in a large fleet
 * what a start costs is the memory it touches. */
struct sim_unit {
    struct sim_agent agent;
    struct sim_attempt attempt;
};

#define SIM_UNITS_A_CHUNK 64u

/* The agents of one definition: name, or name-0 … name-(count-1). */
struct sim_agents {
    const struct sim_service *service;
    uint32_t first; /* unit */
    struct sim_script_frame *frames;
    struct sim_agents *next; /* all of a run */
};

/* Frames of an attempt that runs beside an abandoned one of its agent. */
struct sim_extra;

/* `refuse-starts`, until it is used up. */
struct sim_refusal {
    const struct sim_action *action;
    uint64_t *used; /* counted here */
    uint64_t left;
    uint32_t slot;
};

struct sim_executor {
    struct sim_queue queue;
    struct sim_unit **chunks;
    struct sim_agent **owners; /* by slot: whose stream is the name's */
    struct sim_refusal *refusals;
    struct sim_agents *definitions; /* in the order in which they were made */
    struct sim_agents **definitions_end;
    struct sim_extra *extras;
    struct sim_oracle *oracle;
    struct sup *sup; /* for the names of slots */
    const uint64_t *now_ns;
    uint64_t seed;
    uint64_t order; /* last one given */
    uint64_t draws;
    uint32_t unit_count;
    uint32_t chunk_count;
    uint32_t owner_count;
    uint32_t refusal_count;
    uint32_t refusal_room;
    uint64_t lateness_ns; /* of reports, at most */
    uint64_t lateness_seed;
    bool aborts_ignored; /* the executor has no power to abort */
    bool as_processes;   /* attempts end by an exit code or a signal */
    bool failed;
};

struct sim_executor_config {
    uint64_t seed;
    struct sim_oracle *oracle;
    const uint64_t *now_ns; /* the virtual clock */
    bool order_random;      /* what is due at one instant will be gathered */
    bool aborts_ignored;
    bool as_processes;
    uint64_t lateness_ns;
    uint64_t lateness_seed;
};

void sim_executor_init(struct sim_executor *executor, const struct sim_executor_config *config);
void sim_executor_release(struct sim_executor *executor);
struct sup_executor sim_executor_face(struct sim_executor *executor);

/* The agents of a definition, to be given as work; owned by the executor. */
int sim_executor_define(struct sim_executor *executor, const struct sim_service *service,
                        struct sim_agents **ret_agents);
struct sim_agent *sim_executor_agent(const struct sim_executor *executor,
                                     const struct sim_agents *agents, uint32_t index);
/* The slot of what is in the queue under that index. */
uint32_t sim_executor_slot(const struct sim_executor *executor, uint32_t index);

/* The first half of a start, for worlds that act the scripts elsewhere: finds the
 * agent's stream and the item that the attempt follows, or refuses the start. */
int sim_executor_prepare(struct sim_executor *executor, const struct sup_start *start,
                         const struct sim_behaviour **ret_behaviour, const char **ret_error);

/* Lets the attempt `index` of the queue do what it does next, and reports it. The
 * action, when it does one, is the caller's to carry out; else NULL. Returns
 * what the attempt did. */
enum sim_say sim_executor_advance(struct sim_executor *executor, uint32_t index,
                                  const struct sim_action **ret_action);

/* Injections; false when the slot has no live attempt. */
bool sim_executor_end(struct sim_executor *executor, uint32_t slot, const struct sup_end *end);
bool sim_executor_say(struct sim_executor *executor, uint32_t slot, enum sim_say say);
/* Refuses the next starts of the slot; each one refused is counted in *used. */
int sim_executor_refuse(struct sim_executor *executor, uint32_t slot,
                        const struct sim_action *action, uint64_t *used);
/* Refusals that this action has declared and that nobody has met. */
uint64_t sim_executor_unrefused(const struct sim_executor *executor,
                                const struct sim_action *action);

bool sim_executor_failed(const struct sim_executor *executor);

#endif
