/* Durations as they are written in scenario files: a decimal number and a unit (ns us
 * ms s m h d), several joined, exact in nanoseconds; `never` is SUP_NEVER_NS.
 */
#ifndef SIM_DURATION_H
#define SIM_DURATION_H

#include <stdint.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

/* "1m30s", exact; buffer of at least 48 bytes; returns buffer. */
char *sim_duration_format(uint64_t ns, char *buffer);
/* 0, or SUP_EINVAL and a static sentence in *ret_why. Accepts "0" and "never". */
int sim_duration_parse(const char *text, uint64_t *ret_ns, const char **ret_why) SUP_WARN_UNUSED;

SUP_END_DECLS

#endif
