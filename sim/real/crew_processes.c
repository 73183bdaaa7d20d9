/* The process crew: attempts are chaos children, or the programs of `exec`.
 *
 * The simulated executor's agents keep how far each script has come and refuse what is
 * to be refused; what is left of an attempt is done by sim_processes. An injected end
 * is a real one, waited for inside the action that causes it.
 */
#include <stdlib.h>

#include "sim/run/action.h"
#include "sim/run/engine.h"
#include "crew.h"
#include "processes.h"
#include "sup/assert.h"
#include "sup/error.h"

/* For the end of children that were killed. */
#define PATIENCE SUP_SEC(20)

struct crew {
    struct sim_engine *engine;
    struct sim_processes *processes;
    struct sup_host *host;
};

static int prepare(void *context, const struct sup_start *start,
                   const struct sim_service **ret_service,
                   const struct sim_behaviour **ret_behaviour, const char **ret_error)
{
    const struct crew *crew = context;
    const struct sim_agent *agent = start->work;
    *ret_service = agent->service;
    return sim__executor_prepare(&crew->engine->executor, start, ret_behaviour, ret_error);
}

static void act(void *context, struct sup_attempt id, const struct sim_action *action)
{
    const struct crew *crew = context;
    (void)id;
    sim__crew_do(crew->engine, crew->host, action);
}

static int create(struct sim_engine *engine, uint64_t speed_billionths, void **ret_crew)
{
    struct sim_processes_config config;
    struct crew *crew = calloc(1, sizeof(*crew));
    if (crew == NULL) {
        return SUP_ENOMEM;
    }
    crew->engine = engine;
    sim__processes_config_default(&config);
    config.seed = engine->seed;
    config.speed_billionths = speed_billionths;
    config.output = SUP_OUTPUT_NULL;
    config.keep_programs = true;
    config.prepare = prepare;
    config.act = act;
    config.context = crew;
    int error = sim__processes_create(&config, &crew->processes);
    if (error != SUP_OK) {
        free(crew);
        return error;
    }
    *ret_crew = crew;
    return SUP_OK;
}

static struct sup_executor executor(void *context)
{
    const struct crew *crew = context;
    return sim__processes_executor(crew->processes);
}

static int bind_host(void *context, struct sup_host *host)
{
    struct crew *crew = context;
    crew->host = host;
    return sim__processes_bind(crew->processes, host);
}

static int define(void *context, const struct sim_agents *agents)
{
    (void)context;
    (void)agents; /* they are the work themselves */
    return SUP_OK;
}

static bool end_attempt(void *context, uint32_t slot, const struct sup_end *end)
{
    const struct crew *crew = context;
    return sim__processes_end(crew->processes, slot, end);
}

/* In the action itself, on behalf of the child. */
static bool say_for(void *context, uint32_t slot, enum sim_say say)
{
    const struct crew *crew = context;
    return sim__crew_say(crew->engine, slot, say);
}

static size_t output_of(void *context, struct sup_attempt id, char *buffer, size_t size)
{
    const struct crew *crew = context;
    return sup_processes_output(sim__processes_inner(crew->processes), id, buffer, size);
}

static int halt(void *context)
{
    const struct crew *crew = context;
    return sup_processes_kill(sim__processes_inner(crew->processes), PATIENCE);
}

/* Killed children that the machine does not let end still belong to the executor, which is
 * left to them. */
static void free_crew(void *context)
{
    struct crew *crew = context;
    if (halt(crew) == SUP_OK) {
        int error = sim__processes_free(crew->processes);
        SUP_ASSERT(error == SUP_OK);
    }
    free(crew);
}

const struct sim_crew_kind sim__crew_processes = {
    .name = "processes",
    .aborts = true,
    .as_processes = true,
    .services_max = 256,
    .starts_a_second = 100,
    .takes = {780000}, /* of which 64 make up the usual tolerance */
    .create = create,
    .executor = executor,
    .bind = bind_host,
    .define = define,
    .end = end_attempt,
    .say = say_for,
    .output = output_of,
    .halt = halt,
    .free = free_crew,
};
