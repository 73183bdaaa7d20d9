/* Ends by exit codes and signals. */
#include "process_end.h"

#include <stddef.h>

#include "sim/scenario.h"

#define SIGABRT_NUMBER 6 /* as everywhere in scenarios, Linux's */

void sim__end_as_process(struct sup_end *end, enum sim__maker maker)
{
    if (end->outcome == SUP_OUTCOME_CRASHED) {
        end->error = end->signal > 0 ? sim_signal_text(end->signal) : NULL;
        end->error = end->error != NULL ? end->error : "panicked";
        end->signal = end->signal > 0 ? end->signal : SIGABRT_NUMBER;
    } else if (end->outcome == SUP_OUTCOME_FAILED) {
        if (maker == SIM__BY_ANOTHER || end->error == NULL) {
            end->error = end->has_code ? NULL : "failed";
        }
        end->code = end->has_code && (end->code & 0xFF) != 0 ? end->code & 0xFF : 1;
        end->has_code = true;
    }
}
