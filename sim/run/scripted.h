/* The table of all `do` steps of a scenario, a part of the timeline. */
#ifndef SIM_SCRIPTED_H
#define SIM_SCRIPTED_H

struct sim_scenario;
struct sim_timeline;

/* SUP_OK or SUP_ENOMEM; released in both cases. */
int sim__scripted_init(struct sim_timeline *timeline, const struct sim_scenario *scenario);
void sim__scripted_release(struct sim_timeline *timeline);

#endif
