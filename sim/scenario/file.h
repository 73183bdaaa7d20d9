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
/* A regular file, which can neither block nor go on for ever, before a byte of it is read. */
struct sim__opened {
    int descriptor;
    uint64_t size; /* as the system says; what is read may be more, or less */
    struct sim__identity identity;
};

/* 0; SUP_EINVAL, and why in words. To be closed, or to be read to its end, which closes it. */
int sim__file_open(const char *path, struct sim__opened *ret_opened,
                   const char **ret_why) SUP_WARN_UNUSED;
void sim__file_close(const struct sim__opened *opened);
int sim__file_finish(const struct sim__opened *opened, struct sim__file *ret_file,
                     const char **ret_why) SUP_WARN_UNUSED;
/* sim__file_read, of a regular file only. */
int sim__file_read_regular(const char *path, struct sim__file *ret_file,
                           const char **ret_why) SUP_WARN_UNUSED;

#endif
