/* How an attempt ends that ends as a process does: by an exit code or a signal. */
#ifndef SIM_RUN_PROCESS_END_H
#define SIM_RUN_PROCESS_END_H

#include "sup/executor.h"

enum sim__maker { SIM__BY_ITSELF, SIM__BY_ANOTHER };

/* A process that panics says so and aborts, and one that fails has an exit code, of
 * eight bits; an end of another's making has no text. */
void sim__end_as_process(struct sup_end *end, enum sim__maker maker);

#endif
