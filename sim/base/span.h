/* Spans of time as other programs write them: "5", "100ms", "1min 30s", "infinity". */
#ifndef SIM_BASE_SPAN_H
#define SIM_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "sup/time.h"

/* One or more numbers with their units, added up; a number without one is of `unit`, which is
 * not 0. Units are systemd's, from `ns` to `y`, and others' words for them; a year has 365.25
 * days and a month is a twelfth of it. What is below a nanosecond is cut off. `infinity` and
 * `never` are SUP_DURATION_NEVER. False when it is none of this, or 584 years or more. */
bool sim__span_parse(const char *text, size_t length, struct sup_duration unit,
                     struct sup_duration *ret_span);

#endif
