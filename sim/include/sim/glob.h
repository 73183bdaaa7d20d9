/* Globs: * stands for any run of characters, ? for one; every other character for
 * itself. Matching takes at most the product of both lengths.
 */
#ifndef SIM_GLOB_H
#define SIM_GLOB_H

#include <stdbool.h>

#include "sup/face.h"

SUP_BEGIN_DECLS

/* Does `name` match the pattern (* any run of characters, ? one)? */
bool sim_glob_match(const char *pattern, const char *name);
/* Does the pattern hold one of these two? */
bool sim_glob_is(const char *pattern);

SUP_END_DECLS

#endif
