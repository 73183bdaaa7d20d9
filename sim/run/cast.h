/* The cast of a run: who acts, as agents, and the states of their attempts.
 *
 * Each registered name of a `services:` entry or a `spawn` is an agent: it keeps
 * how far its script has come, and the state of one attempt, so that nothing is
 * allocated while time passes. Only an attempt that starts beside an abandoned one of
 * its agent needs a state of its own.
 *
 * Units lie in chunks that never move, so that agents and attempts may be pointed at.
 */
#ifndef SIM_RUN_CAST_H
#define SIM_RUN_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/attempt/follow.h"
#include "sim/attempt/script.h"
#include "sim/base/queue.h"
#include "sim/scenario.h"
#include "sim/task/task.h"
#include "sup/random.h"

struct sim_agent;
struct sim_arena;

/* The state of one attempt. */
struct sim_attempt {
    struct sup_attempt id; /* its attempt is 0 while the state is not in use */
    uint32_t index;        /* in the queue */
    struct sim_agent *agent;
    uint64_t due_ns;
    uint64_t main_ns;    /* the script's main_ns when it was last scheduled … */
    uint64_t main_order; /* … and the order it was given then */
    struct sim_script script;
    struct sim_task_run *task; /* NULL: it follows its script */
    struct sim_attempt *next;  /* not in use: the agent's next one */
};

/* One registered name; what the supervisor calls the work. */
struct sim_agent {
    const struct sim_service *service;
    struct sup_random *stream; /* its name's: its own, or that of another agent; */
    struct sup_random own;     /* NULL before its first start */
    struct sim_attempt *live;
    struct sim_attempt *idle; /* states not in use */
    struct sim__follower follower;
    uint32_t depth; /* frames that the script needs */
    uint32_t slot;  /* of the name whose stream is `own` */
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
    uint32_t first;          /* unit */
    struct sim_agents *next; /* all of a run */
    struct sim_script_frame frames[];
};

struct sim_cast {
    struct sim_queue *queue; /* keeps room for every unit */
    struct sim_arena *arena; /* definitions, and the frames of extra attempts; NULL before them */
    struct sim_unit **chunks;
    struct sim_agents *definitions; /* in the order in which they were made */
    struct sim_agents **definitions_end;
    uint32_t unit_count;
    uint32_t chunk_count;
};

void sim__cast_init(struct sim_cast *cast, struct sim_queue *queue);
void sim__cast_release(struct sim_cast *cast);

/* The agents of a definition, owned by the cast. SUP_OK, SUP_ENOMEM or SUP_ELIMIT. */
int sim__cast_define(struct sim_cast *cast, const struct sim_service *service,
                     struct sim_agents **ret_agents);
struct sim_agent *sim__cast_agent(const struct sim_cast *cast, const struct sim_agents *agents,
                                  uint32_t index);
/* The attempt that the queue knows by this index. */
static inline struct sim_unit *sim__cast_unit(const struct sim_cast *cast, uint32_t index)
{
    return &cast->chunks[index / SIM_UNITS_A_CHUNK][index % SIM_UNITS_A_CHUNK];
}
static inline struct sim_attempt *sim__cast_attempt(const struct sim_cast *cast, uint32_t index)
{
    return &sim__cast_unit(cast, index)->attempt;
}

/* A state for a new attempt of the agent; NULL when there is no memory for one more. It is one of
 * its own where its other attempts were abandoned, and have not ended yet. */
struct sim_attempt *sim__cast_take_extra(struct sim_cast *cast, struct sim_agent *agent);
static inline struct sim_attempt *sim__cast_take(struct sim_cast *cast, struct sim_agent *agent)
{
    struct sim_attempt *attempt = agent->idle;
    if (attempt == NULL) {
        return sim__cast_take_extra(cast, agent);
    }
    agent->idle = attempt->next;
    return attempt;
}
/* The attempt is over; its state may serve another one from now on. */
static inline void sim__cast_give(struct sim_cast *cast, struct sim_attempt *attempt)
{
    struct sim_agent *agent = attempt->agent;
    attempt->id.attempt = 0;
    if (agent->live == attempt) {
        agent->live = NULL;
    }
    attempt->next = agent->idle;
    agent->idle = attempt;
    sim__queue_remove(cast->queue, attempt->index);
}

#endif
