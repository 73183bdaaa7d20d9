/* A world outside the simulator, in which the engine can run a scenario: another
 * supervisor's clock and another executor, but the same timeline, expectations,
 * invariants and trace.
 *
 * The engine asks for the supervisor, registers the services, hands over the
 * passing of time, and gives everything back. All calls are made on one thread.
 */
#ifndef SIM_OUTSIDE_H
#define SIM_OUTSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/attempt/script.h"
#include "sup/supervisor.h"

struct sim_agents;
struct sim_engine;

struct sim_outside {
    const char *name; /* of the executor, in the trace */
    void *context;
    /* Makes the supervisor; clock and executor in the config are its own to set. */
    int (*create)(void *context, struct sim_engine *engine, struct sup_config *config,
                  struct sup **ret_sup);
    /* New agents, before the first is registered. */
    int (*define)(void *context, const struct sim_agents *agents);
    /* From the registration of the file's services to the end of the run. */
    void (*pass_time)(void *context, struct sim_engine *engine);
    /* Injections; false when the slot has no live attempt. */
    bool (*end)(void *context, uint32_t slot, const struct sup_end *end);
    bool (*say)(void *context, uint32_t slot, enum sim_say say);
    /* The supervisor goes, and all that still lives. */
    void (*close)(void *context);
};

#endif
