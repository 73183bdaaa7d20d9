/* Where in a scenario's file something stands. */
#ifndef SIM_PLACE_H
#define SIM_PLACE_H

#include <stdint.h>

/* 1-based; line 0: no place. */
struct sim_place {
    uint32_t line;
    uint32_t column;
    uint32_t file; /* of the scenario's sources; 0: the scenario's own */
};

#endif
