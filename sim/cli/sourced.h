/* Files of other service managers where a scenario is asked for: all that `rehearse import`
 * reads. */
#ifndef CLI_SOURCED_H
#define CLI_SOURCED_H

#include "sim/import/import.h"
#include "sim/scenario/read.h"

/* Behind the path, in the name of the text that was made of it. */
#define CLI_IMPORTED " (imported)"

/* What an argument is that is more than a file: a directory, or an instance of a template, which
 * is no file. `from` says what kind of sources there are, SIM__IMPORT_KIND_COUNT: as they look.
 * 0 or SUP_ENOMEM. */
int cli_sourced_whole(const char *path, enum sim__import_kind from,
                      enum sim__import_whole *ret_whole) SUP_WARN_UNUSED;
/* The scenario at the path, or the one that `rehearse import` makes of what is there, handed to
 * the reading's `take`; warnings go to stderr. Each file is read once, so it may be a pipe. Of
 * what is set, presets' parameters are for an import. 0; SUP_EINVAL, with a text; SUP_ENOMEM. */
int cli_sourced_read(const char *path, enum sim__import_kind from, const struct sim__reading *how,
                     struct sim_diagnostics *ret_diagnostics) SUP_WARN_UNUSED;

#endif
