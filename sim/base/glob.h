/* What two globs have in common; see sim/glob.h. */
#ifndef SIM_BASE_GLOB_H
#define SIM_BASE_GLOB_H

#include <stdbool.h>

/* Whether some name may match both. Of two with wildcards what stands before the first of them
 * decides, so true may be said of two that have nothing in common; false never of two that do. */
bool sim__globs_meet(const char *one, const char *other);

#endif
