/* A run that is only listened to; see heard.h. */
#include "heard.h"

#include <stdlib.h>

#include "engine.h"
#include "loop.h"
#include "sup/error.h"

int sim__run_heard(const struct sim_scenario *scenario, const struct sim_run_options *options,
                   const struct sim__listener *listener, enum sim__heard *ret_heard)
{
    /* A run for comparison, with one in which nothing happened. */
    const struct sim_watch nothing = {.slot = UINT32_MAX};
    struct sim_engine *engine = malloc(sizeof(*engine));
    if (engine == NULL) {
        return SUP_ENOMEM;
    }
    int error = sim__engine_init(engine, scenario, options, &nothing);
    engine->listener = listener;
    if (error == SUP_OK) {
        error = sim__loop_run(engine);
    }
    if (error == SUP_OK) {
        *ret_heard = engine->stopped ? SIM__HEARD_STOPPED : SIM__HEARD_WHOLE;
    }
    sim__engine_release(engine);
    free(engine);
    return error;
}
