/* The oracle: every choice that the simulator makes goes through one call.
 *
 * choose(site, n) answers 0 … n-1. The site is a static label. Three drivers:
 * a seed (a stream of its own per site, derived by name, so that a new site
 * shifts no other), a recorded list (replayed; after its end the seed goes on),
 * and enumeration (an odometer that visits every combination of answers, depth
 * first; sim_oracle_next says when all have been seen).
 */
#ifndef SIM_ORACLE_H
#define SIM_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

struct sim_oracle;

int sim_oracle_create_seeded(uint64_t seed, struct sim_oracle **ret_oracle) SUP_WARN_UNUSED;
int sim_oracle_create_replay(uint64_t seed, const uint32_t *answers, uint32_t count,
                             struct sim_oracle **ret_oracle) SUP_WARN_UNUSED;
int sim_oracle_create_enumerate(struct sim_oracle **ret_oracle) SUP_WARN_UNUSED;
void sim_oracle_free(struct sim_oracle *oracle);

uint32_t sim_oracle_choose(struct sim_oracle *oracle, const char *site, uint32_t n);
/* Draws taken so far; part of the trace hash. */
uint64_t sim_oracle_draws(const struct sim_oracle *oracle);
/* Enumeration: on to the next combination; false when all have been visited. */
bool sim_oracle_next(struct sim_oracle *oracle);
/* Enumeration: combinations finished so far. */
uint64_t sim_oracle_visited(const struct sim_oracle *oracle);

SUP_END_DECLS

#endif
