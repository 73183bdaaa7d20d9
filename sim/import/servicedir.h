/* Service directories of s6 and runit. */
#ifndef SIM_IMPORT_SERVICEDIR_H
#define SIM_IMPORT_SERVICEDIR_H

#include "model.h"

enum sim__finish {
    SIM__FINISH_NOTHING,
    SIM__FINISH_PERMANENT,
    SIM__FINISH_PERMAFAIL,
    SIM__FINISH_OTHER
};

/* What a finish script does, as far as its text shows it: nothing but to exit 0, or 125; one call
 * of s6-permafailon, whose arguments are returned as YAML, and its line; or anything else. */
enum sim__finish sim__finish_read(struct sim__import *import, const char *text, uint32_t *ret_line,
                                  const char **ret_permafail);

#endif
