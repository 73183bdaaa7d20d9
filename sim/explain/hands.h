/* Continuations of a run, each in a process apart (sim/trial/crew.h), so that one which ends its
 * process is counted as any other; several at work beside each other. What is counted does not
 * depend on how many they are.
 */
#ifndef SIM_EXPLAIN_HANDS_H
#define SIM_EXPLAIN_HANDS_H

#include "explain.h"

struct sim__hands;

/* `explaining` outlives them. 0, or SUP_ENOMEM. */
int sim__hands_create(const struct sim__explaining *explaining,
                      struct sim__hands **ret_hands) SUP_WARN_UNUSED;
/* Ends what is still at work. NULL is allowed. */
void sim__hands_free(struct sim__hands *hands);

/* How many have nothing to do, and how many are at work. */
uint32_t sim__hands_idle(const struct sim__hands *hands);
uint32_t sim__hands_busy(const struct sim__hands *hands);
/* One of the idle begins: after so many choices, with this seed. 0, or SUP_ENOMEM. */
int sim__hands_begin(struct sim__hands *hands, uint32_t choices, uint64_t seed) SUP_WARN_UNUSED;
/* Waits until one at least of those at work is done, and counts what they came to. 0; SUP_ENOMEM;
 * SUP_EINVAL: one did not make the choices that the run made before; 1: it is over, and what is
 * still at work was given up. */
int sim__hands_wait(struct sim__hands *hands, struct sim__look *point) SUP_WARN_UNUSED;

#endif
