/* What the programs of a run wrote last, gathered while they can still be asked. */
#ifndef SIM_REAL_OUTPUT_H
#define SIM_REAL_OUTPUT_H

#include "crew.h"
#include "sim/run.h"

struct sim__outputs {
    struct sim_output *items;
    uint32_t count;
    uint32_t room;
    bool failed; /* out of memory */
};

/* Of each registered service: the last attempt that has written anything. */
void sim__outputs_gather(struct sim__outputs *outputs, struct sup *sup,
                         const struct sim_crew_kind *kind, void *crew);
void sim__outputs_release(struct sim__outputs *outputs);

#endif
