/* Why, as the world has it: of what the supervisor knows nothing, since the attempts live there. */
#ifndef SIM_RUN_REASON_H
#define SIM_RUN_REASON_H

#include "sup/event.h"

/* As struct sim_trace_options asks it, of an engine: an attempt that starts while something that
 * its service needs is down does what is said there. */
const char *sim__reason_of_world(void *engine, const struct sup_event *event);

#endif
