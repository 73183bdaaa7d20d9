/* Files as bytes. */
#ifndef SIM_SCENARIO_FILE_H
#define SIM_SCENARIO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sup/error.h"

/* Which file it is, however it is called. */
struct sim__identity {
    bool known;
    uint64_t device;
    uint64_t inode;
};

struct sim__file {
    char *bytes; /* malloc'ed; NULL when there are none */
    size_t length;
    struct sim__identity identity;
};

/* All bytes up to one more than a scenario's file may have, of anything that can be read;
 * "-" is standard input. 0; SUP_EINVAL, and why in words; SUP_ENOMEM. */
int sim__file_read(const char *path, struct sim__file *ret_file,
                   const char **ret_why) SUP_WARN_UNUSED;
/* The same of a regular file only: nothing that could block, or never end. */
int sim__file_read_regular(const char *path, struct sim__file *ret_file,
                           const char **ret_why) SUP_WARN_UNUSED;

#endif
