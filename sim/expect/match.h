/* Whether a value is what it has to be: the one place that compares. */
#ifndef SIM_MATCH_H
#define SIM_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/text.h"
#include "sim/scenario.h"
#include "sim/trace/event_values.h"

bool sim__match_number(const struct sim_match *match, uint64_t number);
bool sim__match_text(const struct sim_match *match, const char *text);
/* The same of a value of the trace, by its kind. The reader has seen to it that the
 * kinds agree. A key that the event does not have is nothing to compare: it fits no
 * value, and `not` of a value neither. */
bool sim__match_holds(const struct sim_match *match, const struct sim__value *value);
/* The greatest number that it names. */
uint64_t sim__match_greatest(const struct sim_match *match);

enum sim__match_style { SIM__MATCH_PLAIN, SIM__MATCH_QUOTED };
/* "running", "one of 1, 3 to 5", "not running", "none of a, b"; texts in quotes or
 * as they are. */
void sim__match_wanted(struct sim__text *out, const struct sim_match *match,
                       enum sim__match_style style);

#endif
