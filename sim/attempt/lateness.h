/* Lateness: how much later than it is due something happens, as a seed has it.
 *
 * Used to find out whether a scenario can be told apart in real time: when no
 * lateness within the tolerance changes its story, the system's will not either. A
 * quarter of all things is on time, a quarter a little late, as most wake-ups are, and
 * half of them anything up to the most.
 */
#ifndef SIM_LATENESS_H
#define SIM_LATENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/time.h"

struct sim_lateness {
    struct sup_duration most;  /* 0: everything is on time */
    struct sup_duration least; /* when not 0, everything is late by as much */
    uint64_t seed;
    struct sup_duration each;  /* that one start takes, or one end that is brought about */
    struct sup_duration apart; /* so much at most lies between what happens at one instant */
};

/* The instant at which what is due at `due` happens; `what` tells things apart. */
struct sup_instant sim__late(struct sim_lateness lateness, uint64_t what, struct sup_instant due);

/* Events of one instant, told one after the other: no clock of a system reads the same twice. */
struct sim_apart {
    struct sup_instant first; /* of those, */
    struct sup_instant last;  /* and when the one before was told, */
    bool told;                /* when there was one */
};
/* When the next one is told, which happened at `at`: later than the one before. */
struct sup_instant sim__late_apart(struct sim_lateness lateness, struct sim_apart *apart,
                                   struct sup_instant at);

#endif
