/* What two globs have in common, and whom one names; see sim/glob.h. */
#ifndef SIM_BASE_GLOB_H
#define SIM_BASE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/glob.h"

/* As sim_glob_match, for who asks of one name after the other: most are told by their beginning,
 * and most globs end with their only star. No name has a star or a question mark. */
static inline bool sim__glob_names(const char *glob, const char *name)
{
    size_t i = 0;
    while (glob[i] == name[i] && name[i] != '\0') {
        i++;
    }
    if (glob[i] != '*' && glob[i] != '?') {
        return glob[i] == name[i];
    }
    return (glob[i] == '*' && glob[i + 1] == '\0') || sim_glob_match(glob + i, name + i);
}

/* Whether some name may match both. Of two with wildcards what stands before the first of them
 * decides, so true may be said of two that have nothing in common; false never of two that do. */
bool sim__globs_meet(const char *one, const char *other);

#endif
