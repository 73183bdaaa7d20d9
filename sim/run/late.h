/* Lateness: how much later than it is due something happens, as a seed has it.
 *
 * Used to find out whether a scenario can be told apart in real time: when no
 * lateness within the tolerance changes its story, the system's will not either. A
 * quarter of all things is on time, a quarter a little late, as most wake-ups are, and
 * half of them anything up to the most.
 */
#ifndef SIM_LATE_H
#define SIM_LATE_H

#include <stdint.h>

struct sim_engine;

/* The instant at which what is due at `due_ns` happens; `what` tells things apart. */
uint64_t sim_late(uint64_t most_ns, uint64_t seed, uint64_t what, uint64_t due_ns);

/* The time that has passed when it is the service's turn to be registered. */
void sim_late_register(struct sim_engine *engine, uint32_t service);
/* Takes the engine through its scenario as a loop in real time would that wakes up
 * late: reports first, as they have arrived, then what was due in that order. */
void sim_late_pass_time(struct sim_engine *engine);

#endif
