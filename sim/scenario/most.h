/* The bounds of what is drawn. */
#ifndef SIM_SCENARIO_MOST_H
#define SIM_SCENARIO_MOST_H

#include "sim/drawn.h"

/* The shortest and the longest that can be drawn. */
struct sup_duration sim__draw_least(const struct sim_draw *draw);
struct sup_duration sim__draw_most(const struct sim_draw *draw);
/* The last instant that can be drawn, from 0 on. */
struct sup_duration sim__moment_most(const struct sim_open_instant *moment);

#endif
