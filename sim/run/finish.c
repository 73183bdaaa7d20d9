/* Keeps the ends that wait before they are reported. */
#include "finish.h"

#include <stdlib.h>

#include "sim/base/grow.h"
#include "sup/assert.h"
#include "sup/error.h"

void sim__finishes_release(struct sim_finishes *finishes)
{
    free(finishes->list);
    *finishes = (struct sim_finishes){0};
}

int sim__finish_begin(struct sim_finishes *finishes, uint32_t index, const struct sup_end *end,
                      enum sim__wait_of_end waits)
{
    struct sim_finishing *grown =
        sim__grown(finishes->list, &finishes->count, (uint64_t)index + 1, sizeof(*grown));
    if (grown == NULL) {
        return SUP_ENOMEM;
    }
    finishes->list = grown;
    SUP_ASSERT(grown[index].waits == SIM__END_WAITS_NOT);
    grown[index] = (struct sim_finishing){.end = *end, .waits = waits};
    return SUP_OK;
}

void sim__finish_kill(struct sim_finishes *finishes, uint32_t index)
{
    SUP_ASSERT(sim__finish_waits(finishes, index) == SIM__END_FINISHING);
    finishes->list[index].end.has_finish = false;
}

struct sup_end sim__finish_end(struct sim_finishes *finishes, uint32_t index)
{
    SUP_ASSERT(sim__finish_waits(finishes, index) != SIM__END_WAITS_NOT);
    finishes->list[index].waits = SIM__END_WAITS_NOT;
    return finishes->list[index].end;
}
