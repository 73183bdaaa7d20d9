/* Files of other service managers where a scenario is asked for: a unit, a supervisord.conf. */
#ifndef CLI_SOURCED_H
#define CLI_SOURCED_H

#include "sim/import/import.h"
#include "sim/scenario/read.h"

/* Whether the path is such a file, and no scenario: by its name, and by what is in it. */
bool cli_sourced_is(const char *path);
/* The scenario that `rehearse import` makes of it, handed to the reading's `take`; warnings go to
 * stderr. 0; SUP_EINVAL, with a text; SUP_ENOMEM. */
int cli_sourced_read(const char *path, const struct sim__reading *how,
                     struct sim_diagnostics *ret_diagnostics) SUP_WARN_UNUSED;

#endif
