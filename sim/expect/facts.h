/* Facts about a service: what a snapshot says to each word of an expectation. */
#ifndef SIM_FACTS_H
#define SIM_FACTS_H

#include <stdbool.h>

#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sup/snapshot.h"

/* Does the fact hold? snapshot NULL: the name is not registered, and only
 * `exists: false` holds. */
bool sim__fact_holds(const struct sim_fact *fact, const struct sup_snapshot *snapshot);
/* All of them. */
bool sim__facts_hold(const struct sim_fact *facts, uint32_t count,
                     const struct sup_snapshot *snapshot);

/* "phase running", "starts 1 to 5", "delay 10ms": as wanted. */
void sim__fact_wanted(struct sim__text *out, const struct sim_fact *fact);
/* "running", "10ms", "attempt 3"; `keyed` puts the key before every value. */
void sim__fact_found(struct sim__text *out, const struct sim_fact *fact,
                     const struct sup_snapshot *snapshot, bool keyed);

/* "3", "1 to 5", "at least 2"; durations likewise. */
void sim__range_text(struct sim__text *out, struct sim_range range, bool durations);
void sim__duration_text(struct sim__text *out, uint64_t ns);

static inline bool sim__within(struct sim_range range, uint64_t value)
{
    return value >= range.min && value <= range.max;
}

#endif
