/* Whether a file may go round without end at one instant: somebody who ends as soon as it starts
 * is started again without a wait, and nothing ever stops that.
 *
 * What breaks an invariant, crashes or hangs ends a run early. A smaller file may do so with what
 * had ended it otherwise gone (`max-restarts`, the `run` behind the failures), and be a livelock
 * once its defect is mended. Tasks of a program and steps are taken to end at once.
 */
#ifndef SIM_SHRINK_SPINS_H
#define SIM_SHRINK_SPINS_H

#include <stdbool.h>

#include "sim/scenario.h"

bool sim__may_spin(const struct sim_scenario *scenario);

#endif
