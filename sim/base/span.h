/* Spans of time as other programs write them: "5", "100ms", "1min 30s", "infinity". */
#ifndef SIM_BASE_SPAN_H
#define SIM_BASE_SPAN_H

#include <stddef.h>

#include "sup/time.h"

enum sim__span_grammar {
    /* What systemd.time(7) has: units from `us` to `y`, `infinity`; what is below a microsecond is
     * cut off, of a fraction digit by digit. */
    SIM__SPAN_OF_SYSTEMD,
    /* The same with `ns` and `nsec`, down to a nanosecond, and with `never`. */
    SIM__SPAN_OF_PRESETS,
};

/* One or more numbers with their units, added up; a number without one is of `unit`, which is not
 * 0 and a whole number of microseconds. A year has 365.25 days and a month is a twelfth of it.
 * `infinity` is SUP_DURATION_NEVER. NULL, or why it is none of this, 584 years or more among it. */
const char *sim__span_read(const char *text, size_t length, enum sim__span_grammar grammar,
                           struct sup_duration unit, struct sup_duration *ret_span);

#endif
