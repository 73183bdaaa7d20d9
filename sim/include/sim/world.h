/* A simulated world for a user's own C tasks.
 *
 * A world owns a supervisor, a virtual clock and an executor that runs tasks of
 * <sup/task.h> as coroutines. A test spawns services whose `work` is a struct
 * sup_task_spec, places calls at instants, and lets time pass; what took minutes
 * takes microseconds, and is the same in every run:
 *
 *     struct sim_world *world;
 *     assert(sim_world_create(NULL, &world) == 0);
 *     struct sup_task_spec work = {.fn = my_task};
 *     struct sup_spec spec = {.name = "mine", .work = &work};
 *     assert(sup_spawn(sim_world_supervisor(world), &spec) == 0);
 *     assert(sim_world_run_until(world, sup_instant_at(sup_duration_minutes(1))) == 0);
 *
 * An instant is handled in rounds, as in scenario files: tasks that are due, then
 * calls, then the supervisor's timers, until nothing is due. With an oracle,
 * what comes next among all that is due is its choice.
 *
 * An abort ends a task at its suspension point: clean-up handlers run and the
 * function does not return. A task that never suspends is found by a budget of
 * calls to its context within one instant; a loop that makes no call at all
 * cannot be interrupted and hangs the test.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/oracle.h"
#include "sup/supervisor.h"
#include "sup/task.h"

SUP_BEGIN_DECLS

struct sim_world;

/* Grows: start from sim_world_config_default. */
struct sim_world_config {
    struct sup_config sup;     /* clock, executor and alloc are the world's */
    uint32_t calls_an_instant; /* 100,000: budget of a task within one instant */
    size_t stack_bytes;        /* of a task that names none; 64 KiB */
    bool keep_trace;
    struct sim_oracle *oracle; /* NULL: the fixed order; not owned */
};

void sim_world_config_default_sized(struct sim_world_config *ret_config, size_t size,
                                    size_t sup_size, size_t root_size);
static inline void sim_world_config_default(struct sim_world_config *ret_config)
{
    sim_world_config_default_sized(ret_config, sizeof(*ret_config), sizeof(ret_config->sup),
                                   sizeof(ret_config->sup.root));
}
/* The sizes of the program's structs, in the order in which they lie in each other.
 * Frozen. */
struct sim_world_sizes {
    size_t config;
    size_t sup;
    size_t root;
    size_t task_spec;
};
int sim_world_create_sized(const struct sim_world_config *config,
                           const struct sim_world_sizes *sizes,
                           struct sim_world **ret_world) SUP_WARN_UNUSED;
/* config NULL takes the defaults. 0, SUP_EINVAL, SUP_ENEWER or SUP_ENOMEM. */
SUP_WARN_UNUSED static inline int sim_world_create(const struct sim_world_config *config,
                                                   struct sim_world **ret_world)
{
    const struct sim_world_sizes sizes = {sizeof(*config), sizeof(config->sup),
                                          sizeof(config->sup.root), sizeof(struct sup_task_spec)};
    return sim_world_create_sized(config, &sizes, ret_world);
}
/* Tasks that still live are dropped: their clean-up handlers run. */
void sim_world_free(struct sim_world *world);

struct sup *sim_world_supervisor(struct sim_world *world);
struct sup_instant sim_world_now(const struct sim_world *world);

/* Calls fn at an instant that is not in the past, after the tasks' doings of
 * that instant. SUP_ENOMEM, or SUP_EINVAL for the past. */
typedef void (*sim_world_fn)(struct sim_world *world, void *context);
int sim_world_at(struct sim_world *world, struct sup_instant at, sim_world_fn fn,
                 void *context) SUP_WARN_UNUSED;

/* Lets time pass: up to and including `until`, which is then the time; or until
 * nothing can happen any more. 0, or SUP_ELIMIT when a task used up its budget or
 * an instant does not end; sim_world_problem says which. */
int sim_world_run_until(struct sim_world *world, struct sup_instant until) SUP_WARN_UNUSED;
int sim_world_run(struct sim_world *world) SUP_WARN_UNUSED;
const char *sim_world_problem(const struct sim_world *world);

/* The trace hash so far, and with keep_trace its JSON lines. */
uint64_t sim_world_hash(const struct sim_world *world);
const char *sim_world_trace(const struct sim_world *world);

SUP_END_DECLS

#endif
