/* Finish scripts of a run: what cleans up after attempts whose work is over.
 *
 * The attempt's end waits here until its finish script is over, or is ended by force; then it
 * is reported. Nothing is kept in a run without finish scripts.
 */
#ifndef SIM_RUN_FINISH_H
#define SIM_RUN_FINISH_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/executor.h"

struct sim_finishing {
    struct sup_end end;
    bool runs;
};

struct sim_finishes {
    struct sim_finishing *list; /* by the attempt's index in the queue */
    uint32_t count;
};

void sim__finishes_release(struct sim_finishes *finishes);

/* The end waits from now on. SUP_OK or SUP_ENOMEM. */
int sim__finish_begin(struct sim_finishes *finishes, uint32_t index, const struct sup_end *end);
static inline bool sim__finish_runs(const struct sim_finishes *finishes, uint32_t index)
{
    return index < finishes->count && finishes->list[index].runs;
}
/* It is ended by force, and so ends with no code. */
void sim__finish_kill(struct sim_finishes *finishes, uint32_t index);
/* It is over: the end that waited for it. */
struct sup_end sim__finish_end(struct sim_finishes *finishes, uint32_t index);

#endif
