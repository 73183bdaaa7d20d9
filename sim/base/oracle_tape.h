/* The tape of an oracle, which its answers pass by; whoever draws beside it asks for the
 * same one. */
#ifndef SIM_ORACLE_TAPE_H
#define SIM_ORACLE_TAPE_H

struct sim_oracle;
struct sim_tape;

/* The tape is the caller's; NULL: none. An oracle that enumerates has none. */
void sim__oracle_set_tape(struct sim_oracle *oracle, struct sim_tape *tape);
/* NULL also where there is no oracle, for want of memory. */
struct sim_tape *sim__oracle_tape(const struct sim_oracle *oracle);

#endif
