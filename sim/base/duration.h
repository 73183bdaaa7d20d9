/* Durations as text, where they are written and read by the thousand; see "sim/duration.h". */
#ifndef SIM_BASE_DURATION_H
#define SIM_BASE_DURATION_H

#include "sup/time.h"

/* With the NUL. */
#define SIM__DURATION_BYTES 48u

/* As sim_duration_format; where the text ends. */
char *sim__duration_put(char *to, struct sup_duration length);

#endif
