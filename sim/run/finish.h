/* Ends of a run that wait before they are reported: until the supervisor learns of them, and
 * while what cleans up after an attempt runs. Nothing is kept in a run where none waits.
 */
#ifndef SIM_RUN_FINISH_H
#define SIM_RUN_FINISH_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/executor.h"

/* What an end waits for. */
enum sim__wait_of_end {
    SIM__END_WAITS_NOT,
    SIM__END_UNLEARNED, /* the supervisor does not know yet that the work is over */
    SIM__END_FINISHING, /* the finish script runs */
    SIM__END_FINISHED,  /* the supervisor does not know yet that it is over */
};

struct sim_finishing {
    struct sup_end end;
    enum sim__wait_of_end waits;
};

struct sim_finishes {
    struct sim_finishing *list; /* by the attempt's index in the queue */
    uint32_t count;
};

void sim__finishes_release(struct sim_finishes *finishes);

/* The end waits from now on. SUP_OK or SUP_ENOMEM. */
int sim__finish_begin(struct sim_finishes *finishes, uint32_t index, const struct sup_end *end,
                      enum sim__wait_of_end waits);
static inline enum sim__wait_of_end sim__finish_waits(const struct sim_finishes *finishes,
                                                      uint32_t index)
{
    return index < finishes->count ? finishes->list[index].waits : SIM__END_WAITS_NOT;
}
/* Its finish script is ended by force, and so ends with no code. */
void sim__finish_kill(struct sim_finishes *finishes, uint32_t index);
/* It waits no more. */
struct sup_end sim__finish_end(struct sim_finishes *finishes, uint32_t index);

#endif
