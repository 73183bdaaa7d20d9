/* Facts about a service: what a snapshot says to each word of an expectation. */
#ifndef SIM_FACTS_H
#define SIM_FACTS_H

#include <stdbool.h>

#include "sim/base/escape.h"
#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sup/snapshot.h"
#include "sup/time.h"

/* Does the fact hold? snapshot NULL: the name is not registered, and only
 * `exists: false` holds. */
bool sim__fact_holds(const struct sim_fact *fact, const struct sup_snapshot *snapshot);
/* All of them. */
bool sim__facts_hold(const struct sim_fact *facts, uint32_t count,
                     const struct sup_snapshot *snapshot);

/* "phase running", "starts 1 to 5", "delay 10ms": as wanted. */
void sim__fact_wanted(struct sim__text *out, const struct sim_fact *fact);
/* "running", "10ms", "attempt 3"; a number always has its key before it. */
enum sim__keys { SIM__KEYS_OF_NUMBERS, SIM__KEYS_OF_ALL };
void sim__fact_found(struct sim__text *out, const struct sim_fact *fact,
                     const struct sup_snapshot *snapshot, enum sim__keys keys);

/* "3", "1 to 5", "at least 2"; lengths, which the range has in nanoseconds, likewise. */
enum sim__measure { SIM__NUMBERS, SIM__LENGTHS };
void sim__range_text(struct sim__text *out, struct sim_range range, enum sim__measure measure);
void sim__duration_text(struct sim__text *out, struct sup_duration length);
/* So long after the beginning of the run. */
static inline void sim__instant_text(struct sim__text *out, struct sup_instant at)
{
    sim__duration_text(out, SUP_NS(at.ns));
}

static inline bool sim__within(struct sim_range range, uint64_t value)
{
    return value >= range.min && value <= range.max;
}

#endif
